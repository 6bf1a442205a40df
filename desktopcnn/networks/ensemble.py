"""Networks that vote: the file that names them and the rule, and the two rules. Read without torch.

The file is JSON: "format", "title", "classes", "rule", "metrics" as on a card, and "members", each with its
"file" (beside the JSON or below, with / between the names) and the "sha256" of that file's tensors.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from desktopcnn import paths
from desktopcnn.errors import NetworkError
from desktopcnn.networks.card import Card, read_header

Rule = Literal["majority", "mean"]
Floats = npt.NDArray[np.floating]
Places = npt.NDArray[np.intp]

FORMAT = "desktopcnn-vote/1"
RULES: tuple[Rule, ...] = get_args(Rule)
FEWEST, MOST = 2, 99
"""Members of a vote."""
LARGEST = 2**18
"""Bytes of the file."""
KINDS: Mapping[type, str] = {str: "text", list: "a list", dict: "a JSON object"}
DIGEST = re.compile("[0-9a-f]{64}")
FOREIGN = re.compile(r'[\\:*?"<>|\x00-\x1f]')
"""What no name of a member holds: it should mean the same file on every system."""


@dataclass(frozen=True)
class Member:
    """file: of its weights, relative to the folder of the vote; sha256: of their tensors' bytes."""

    file: str
    sha256: str

    def __post_init__(self) -> None:
        names = self.file.split("/")
        if FOREIGN.search(self.file) or {"", ".", ".."} & set(names) or names[-1][-12:] != ".safetensors":
            raise NetworkError(
                f"its member {self.file[:80]!r} is not the name of a .safetensors file in its folder"
            )
        if not DIGEST.fullmatch(self.sha256):
            raise NetworkError(f"the checksum of its member {self.file} is not a SHA-256")


@dataclass(frozen=True)
class Ensemble:
    """What a vote's file says. metrics: figures, among them "test_accuracy" (0 to 1).

    Raises `NetworkError` for contents that cannot be.
    """

    title: str
    classes: tuple[str, ...]
    rule: Rule
    members: tuple[Member, ...]
    metrics: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise NetworkError(f"its rule is {self.rule!r}, not one of {', '.join(RULES)}")
        if not FEWEST <= len(self.members) <= MOST:
            raise NetworkError(f"it has {len(self.members)} members; a vote has {FEWEST} to {MOST}")
        files = [member.file for member in self.members]
        if doubled := [file for file in files if files.count(file) > 1]:
            raise NetworkError(f"its member {doubled[0]} is there more than once")

    def to_json(self) -> str:
        data = {
            "format": FORMAT,
            "title": self.title,
            "classes": self.classes,
            "rule": self.rule,
            "members": [vars(member) for member in self.members],
            "metrics": dict(self.metrics),
        }
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Ensemble":
        """The ensemble that `to_json` wrote. Raises `NetworkError` for anything else."""
        try:
            data = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise NetworkError(f"it is not JSON ({error})") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise NetworkError(f"it is not a JSON object whose format is {FORMAT!r}")
        title, rule, classes, members, metrics = (
            _taken(data, key, kind)
            for key, kind in (
                ("title", str), ("rule", str), ("classes", list), ("members", list), ("metrics", dict)
            )
        )  # fmt: skip
        if not all(isinstance(name, str) for name in classes):
            raise NetworkError("its class names are not a list of names")
        if len(members) > MOST:  # before so many are looked at
            raise NetworkError(f"it has {len(members)} members; a vote has {FEWEST} to {MOST}")
        return cls(title, tuple(classes), rule, tuple(map(_member, members)), metrics)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _taken(data: Mapping[str, Any], key: str, kind: type) -> Any:
    if key not in data:
        raise NetworkError(f"its {key} is missing")
    if not isinstance(data[key], kind):
        raise NetworkError(f"its {key} must be {KINDS[kind]}")
    return data[key]


def _member(data: object) -> Member:
    if not isinstance(data, dict):
        raise NetworkError("its members are not a list of JSON objects")
    try:
        return Member(_taken(data, "file", str), _taken(data, "sha256", str))
    except NetworkError as error:
        raise NetworkError(str(error).replace("its file", "a member's file")) from error


def read(path: Path) -> tuple[Ensemble, tuple[tuple[Path, Card], ...]]:
    """The ensemble in that file, and for each member its file and card, as they fit together.

    The members' tensors are compared with their checksums when they are loaded (`weights.load`); here their
    headers are looked at. Raises `NetworkError` that names the file and what is wrong with it.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise NetworkError(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        if len(content) > LARGEST:
            raise NetworkError(f"more than {LARGEST:,} bytes are too many for a vote")
        ensemble = Ensemble.from_json(content.decode())
        members = tuple(_opened(path.parent, ensemble, member) for member in ensemble.members)
        _compare(ensemble, [card for _, card in members])
    except UnicodeDecodeError as error:
        raise NetworkError(f"{path} cannot be used: it is not text.") from error
    except NetworkError as error:
        raise NetworkError(f"{path} cannot be used: {str(error).rstrip('.')}.") from error
    return ensemble, members


def _opened(folder: Path, ensemble: Ensemble, member: Member) -> tuple[Path, Card]:
    path = folder / member.file
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError) as error:  # links in a circle
        raise NetworkError(f"its member {member.file} cannot be read: {error}") from error
    if not inside:
        raise NetworkError(f"its member {member.file} is a link that leads out of its folder")
    header = read_header(path)
    if header.metadata.get("sha256") != member.sha256:
        raise NetworkError(f"its member {member.file} is another one: its checksum is not the one stated")
    return path, Card.from_metadata(header.metadata)


def _compare(ensemble: Ensemble, cards: Sequence[Card]) -> None:
    """Raises `NetworkError` where the members do not answer the same question."""
    shape = cards[0].architecture.input_shape
    for member, card in zip(ensemble.members, cards, strict=True):
        if card.classes != ensemble.classes:
            raise NetworkError(f"its member {member.file} has other classes")
        if card.architecture.input_shape != shape:
            raise NetworkError(f"its member {member.file} takes pictures of another shape than the first")


def write(path: Path, ensemble: Ensemble) -> None:
    """Put the ensemble's file at `path`, atomically. Raises `DataError` where that cannot be done."""
    paths.write_atomically(path, ensemble.to_json().encode())


# the rules


def votes(probabilities: Floats) -> Places:
    """What each member holds to be the most probable.

    probabilities: (members, images, classes); returns (members, images), the first of equal classes.
    """
    places: Places = probabilities.argmax(2)
    return places


def shares(probabilities: Floats) -> npt.NDArray[np.float32]:
    """The mean of the members' probabilities: (members, images, classes) to (images, classes)."""
    return (_sums(probabilities) / len(probabilities)).astype(np.float32)


def winners(rule: Rule, probabilities: Floats) -> Places:
    """The class that each image is answered with: (members, images, classes) to (images,).

    majority: the class with the most votes, of several the one with the largest summed probability; mean:
    the class with the largest summed probability. The order of the members does not matter.
    """
    sums = _sums(probabilities)
    if rule == "majority":
        counts = np.zeros(sums.shape, np.intp)
        for voted in votes(probabilities):
            counts[np.arange(len(voted)), voted] += 1
        sums = np.where(counts == counts.max(1, keepdims=True), sums, -1)
    places: Places = sums.argmax(1)
    return places


def _sums(probabilities: Floats) -> npt.NDArray[np.float64]:
    """In double precision and from the smallest: in another order the last bit could be another."""
    sums: npt.NDArray[np.float64] = np.sort(probabilities, axis=0).sum(0, dtype=np.float64)
    return sums

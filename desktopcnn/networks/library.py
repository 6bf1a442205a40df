"""The networks in files: what is shipped and what the user trained, by name. Read without torch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desktopcnn import paths
from desktopcnn.errors import NetworkError, UsageError
from desktopcnn.networks import ensemble, notes
from desktopcnn.networks.card import Card, read_card
from desktopcnn.networks.ensemble import Ensemble

DEFAULT = "02-two-conv"
"""The network that answers where none is named."""
VOTE = ".json"
SUFFIXES = (".safetensors", VOTE)
"""Of the files of networks and of votes."""
LONGEST = 80
"""Letters of the name of a saved network."""
FORBIDDEN = '<>:"/\\|?*'
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
"""What no name of a file may hold, or be, on some system: a network should survive being carried there."""


@dataclass(frozen=True)
class Entry:
    """A weights file with its card. name: what it is called by; the card's title: what it is shown as.

    A network of the user's is shown as the user named it.
    """

    name: str
    path: Path
    card: Card

    @property
    def title(self) -> str:
        return self.card.title

    @property
    def classes(self) -> tuple[str, ...]:
        return self.card.classes

    @property
    def input_shape(self) -> tuple[int, ...]:
        """(channels, height, width)."""
        return self.card.architecture.input_shape

    @property
    def accuracy(self) -> float | None:
        """Test accuracy, 0 to 1, where the card has one."""
        return _accuracy(self.card.metrics)

    @property
    def parameters(self) -> int:
        return self.card.architecture.parameters


@dataclass(frozen=True)
class Vote:
    """An ensemble's file, and its members in the order in which it names them: all take the same pictures."""

    name: str
    path: Path
    ensemble: Ensemble
    members: tuple[Entry, ...]

    @property
    def title(self) -> str:
        return self.ensemble.title

    @property
    def classes(self) -> tuple[str, ...]:
        return self.ensemble.classes

    @property
    def input_shape(self) -> tuple[int, ...]:
        """(channels, height, width)."""
        return self.members[0].input_shape

    @property
    def accuracy(self) -> float | None:
        """Test accuracy, 0 to 1, where the file says it."""
        return _accuracy(self.ensemble.metrics)

    @property
    def parameters(self) -> int:
        """Of all members together."""
        return sum(member.parameters for member in self.members)


Listed = Entry | Vote


def _accuracy(metrics: Mapping[str, Any]) -> float | None:
    value = metrics.get("test_accuracy")
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


def shipped() -> list[Listed]:
    """The networks and the votes that come with the program, in the order of their names."""
    return _entries(_files(paths.shipped("trained")))


def saved() -> list[Listed]:
    """The user's networks and votes; unreadable ones are left out.

    First those saved under a name, in the order of their names, then the best of each run, oldest first.
    """
    return _entries([*_files(folder()), *sorted(paths.runs().glob("*/best.safetensors"))])


def folder() -> Path:
    """Where the networks lie that the user saved under a name."""
    return paths.user_data() / "networks"


def place_for(name: str, *, replace: bool = False) -> Path:
    """The file for a network that the user saves under that name.

    Raises `UsageError` for a name that cannot be one, or that is taken; replace: one of the user's own may
    be overwritten.
    """
    name = notes.one_line(name)
    if not name or len(name) > LONGEST:
        raise UsageError(f"A name has 1 to {LONGEST} letters; this one has {len(name)}.")
    if odd := [letter for letter in FORBIDDEN if letter in name]:
        raise UsageError(
            f"The name {name!r} holds {' '.join(odd)}, which names of files cannot. Leave it out."
        )
    if name[0] == "." or name[-1] == "." or name.split(".")[0].strip().lower() in RESERVED:
        raise UsageError(f"{name!r} cannot be the name of a file on every system. Choose another one.")
    if any(name.casefold() == path.stem.casefold() for path in _files(paths.shipped("trained"))):
        raise UsageError(f"{name} is the name of a network that came with the program. Choose another one.")
    path = folder() / f"{name}.safetensors"
    if path.exists() and not replace:
        raise UsageError(f"There is a network called {name} already. Choose another name, or replace it.")
    return path


def find(name: str) -> Listed:
    """The network or vote of that name or in that file; one of the user's runs also by the name it was given.

    Raises `UsageError` for a name that is unknown, `NetworkError` for a file that is none.
    """
    path = Path(name)
    if path.suffix in SUFFIXES or _is_file(path):
        return _entry(name, path)
    mine = saved()
    entries = [*shipped(), *mine]
    for entry in entries:
        if entry.name == name:
            return entry
    for entry in reversed(mine):  # of several with that title the latest
        if entry.title == name:
            return entry
    known = ", ".join(entry.name for entry in entries)
    raise UsageError(f"There is no network called {name!r}. Known: {known or 'none'}.")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long for a file
        return False


def _files(folder: Path) -> list[Path]:
    """Those of networks and of votes, in the order of their names."""
    return sorted((path for kind in SUFFIXES for path in folder.glob(f"*{kind}")), key=lambda path: path.stem)


def _entries(files: list[Path]) -> list[Listed]:
    entries = []
    for path in files:
        name, title = path.stem, ""
        if path.parent.parent == paths.runs():
            name, title = path.parent.name, notes.read(path.parent).name
        elif path.parent == folder():
            title = path.stem
        try:
            entries.append(_entry(name, path, title))
        except NetworkError:
            continue  # a damaged file must not hide the others; opening it by name says what is wrong
    return entries


def _entry(name: str, path: Path, title: str = "") -> Listed:
    """title: instead of that in the file. Raises `NetworkError` for a file that is none."""
    if path.suffix != VOTE:
        card = read_card(path)
        return Entry(name, path, replace(card, title=title or card.title))
    read, members = ensemble.read(path)
    entries = tuple(Entry(file.stem, file, card) for file, card in members)
    return Vote(name, path, replace(read, title=title or read.title), entries)

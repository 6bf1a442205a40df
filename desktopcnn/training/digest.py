"""The short of a history: epochs and changes, found without reading its hundred thousand steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktopcnn.errors import DataError
from desktopcnn.training.history import Change, Epoch, from_line

BLOCK = 2**20
WANTED = (b'{"kind": "epoch"', b'{"kind": "change"')
"""How the lines begin that `history.to_line` writes of an `Epoch` and of a `Change`."""
LONGEST = 2**16
"""Bytes of a line beyond which it is not ours."""


@dataclass(frozen=True)
class Digest:
    """What a table of runs needs of a history. changes: made while it was trained, in their order."""

    epochs: tuple[Epoch, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def best(self) -> Epoch | None:
        """The first of the epochs with the highest validation accuracy."""
        return max(self.epochs, key=lambda epoch: epoch.validation_accuracy, default=None)

    @property
    def seconds(self) -> float:
        """Trained in whole epochs, validation included."""
        return sum(epoch.seconds for epoch in self.epochs)

    def planned(self, epochs: int) -> int:
        """How many epochs are to be trained where the recipe said `epochs`: changes count."""
        wanted = [c.settings["epochs"] for c in self.changes if type(c.settings.get("epochs")) is int]
        return wanted[-1] if wanted else epochs

    def finished(self, epochs: int) -> bool:
        """Whether all of them are done."""
        return bool(self.epochs) and self.epochs[-1].epoch >= self.planned(epochs)


def digest(path: Path) -> Iterator[Digest | None]:
    """Read a history a block at a time: None after each that is not the last, and then its digest.

    A missing file has an empty digest; a line at the end that a crash cut off is left out.
    Raises `DataError` for a file that cannot be read or is damaged in a line that is wanted.
    """
    epochs: list[Epoch] = []
    changes: list[Change] = []
    try:
        with path.open("rb") as file:
            for lines in _wanted_lines(file):
                for line, whole in lines:
                    try:
                        event = _checked(line)
                    except (ValueError, TypeError, AttributeError, RecursionError) as error:
                        if whole:
                            raise DataError(f"{path} is damaged: {error}.") from error
                        continue
                    (epochs if isinstance(event, Epoch) else changes).append(event)  # type: ignore[arg-type]
                yield None
    except FileNotFoundError:
        pass
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    yield Digest(tuple(epochs), tuple(changes))


def _wanted_lines(file: BinaryIO) -> Iterator[list[tuple[bytes, bool]]]:
    """For each block its wanted lines, and whether each was ended (all but the last of the file are)."""
    rest = b""
    while block := file.read(BLOCK):
        content = rest + block
        end = content.rfind(b"\n") + 1
        yield [(line, True) for line in _find(content[:end])]
        rest = content[end:]
        if len(rest) > LONGEST:
            raise DataError(f"{file.name} is damaged: it has a line of more than {LONGEST:,} bytes.")
    yield [(line, False) for line in _find(rest)]


def _find(content: bytes) -> list[bytes]:
    """The wanted lines in there, in their order."""
    places = []
    for start in WANTED:
        place = content.find(start)
        while place >= 0:
            if place == 0 or content[place - 1 : place] == b"\n":
                places.append(place)
            place = content.find(start, place + len(start))
    lines = []
    for place in sorted(places):
        end = content.find(b"\n", place)
        lines.append(content[place : end if end >= 0 else len(content)])
    return lines


def _checked(line: bytes) -> Epoch | Change:
    """The event of that line, its figures looked at. Raises `ValueError`, `TypeError` for anything else."""
    event = from_line(line.decode())
    if isinstance(event, Epoch):
        if not all(type(value) in (int, float) for value in vars(event).values()):
            raise ValueError(f"an epoch has a figure that is no number: {line[:80]!r}")
        if not (0 <= event.validation_accuracy <= 1 and 0 <= event.seconds < 1e9 and event.epoch >= 1):
            raise ValueError(f"an epoch has impossible figures: {line[:80]!r}")
        return event
    if isinstance(event, Change) and isinstance(event.settings, dict):
        return event
    raise ValueError(f"not an epoch, not a change: {line[:80]!r}")

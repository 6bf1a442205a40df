"""The networks in files: what is shipped and what the user trained, by name. Read without torch."""

from dataclasses import dataclass
from pathlib import Path

from desktopcnn import paths
from desktopcnn.errors import NetworkError, UsageError
from desktopcnn.networks.card import Card, read_card

DEFAULT = "02-two-conv"
"""The network that answers where none is named."""


@dataclass(frozen=True)
class Entry:
    """A weights file with its card. name: what the user calls it by."""

    name: str
    path: Path
    card: Card

    @property
    def accuracy(self) -> float | None:
        """Test accuracy, 0 to 1, where the card has one."""
        value = self.card.metrics.get("test_accuracy")
        return float(value) if isinstance(value, int | float) else None


def shipped() -> list[Entry]:
    """The networks that come with the program, in the order of their names."""
    return _entries(sorted(paths.shipped("trained").glob("*.safetensors")))


def saved() -> list[Entry]:
    """The best network of each of the user's runs, oldest first; unreadable ones are left out."""
    return _entries(sorted(paths.runs().glob("*/best.safetensors")))


def find(name: str) -> Entry:
    """The network of that name or in that file.

    Raises `UsageError` for a name that is unknown, `NetworkError` for a file that is none.
    """
    path = Path(name)
    if path.suffix == ".safetensors" or path.is_file():
        return Entry(name, path, read_card(path))
    entries = [*shipped(), *saved()]
    for entry in entries:
        if entry.name == name:
            return entry
    known = ", ".join(entry.name for entry in entries)
    raise UsageError(f"There is no network called {name!r}. Known: {known or 'none'}.")


def _entries(files: list[Path]) -> list[Entry]:
    entries = []
    for path in files:
        name = path.parent.name if path.stem == "best" and path.parent.parent == paths.runs() else path.stem
        try:
            entries.append(Entry(name, path, read_card(path)))
        except NetworkError:
            continue  # a damaged file must not hide the others; opening it by name says what is wrong
    return entries

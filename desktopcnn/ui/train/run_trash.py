"""Deleting a run so that it can come back: to the desktop's trash, or to our own where there is none."""

from pathlib import Path

from PySide6.QtCore import QFile

from desktopcnn.errors import DataError
from desktopcnn.training import trash


def move_to_trash(run: Path) -> Path | None:
    """Gives its place in the trash, None where the desktop does not tell. Raises `DataError` on failure."""
    trash.check(run)
    file = QFile(str(run))  # the static call of PySide6 6.11 does not tell the place
    if not file.moveToTrash():
        return trash.discard(run)
    place = Path(file.fileName())
    return place if place != run and place.exists() else None


def restore(place: Path | None, run: Path) -> None:
    """Bring it back from there. Raises `DataError` where that cannot be done."""
    if place is None:
        raise DataError(f"{run.name} lies in the trash of the desktop. Restore it from there.")
    trash.restore(place, run)
    if place.parent.name == "files":  # the trash of freedesktop.org keeps a note on each thing in it
        (place.parent.parent / "info" / f"{place.name}.trashinfo").unlink(missing_ok=True)

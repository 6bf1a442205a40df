"""Runs that were deleted: kept for a while where the desktop has no trash of its own."""

import os
import shutil
import time
from pathlib import Path

from desktopcnn import paths
from desktopcnn.errors import DataError
from desktopcnn.training import lock

DAYS = 30
DAY = 24 * 3600


def folder() -> Path:
    return paths.user_data() / "trash"


def check(run: Path) -> None:
    """Raises `DataError` for a run that must not be deleted: it is in training, here or elsewhere."""
    if lock.held(run):
        raise DataError(f"{run.name} is in training. Stop it before you delete it.")


def discard(run: Path) -> Path:
    """Move the folder of a run to the trash; gives its place there. Raises `DataError` where it cannot."""
    check(run)
    place, number = folder() / run.name, 2
    while place.exists():
        place, number = folder() / f"{run.name} ({number})", number + 1
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        run.rename(place)
        os.utime(place)  # from now on its days are counted
    except OSError as error:
        raise DataError(f"{run} cannot be deleted: {error.strerror or error}.") from error
    return place


def restore(place: Path, run: Path) -> None:
    """Move it back. Raises `DataError` where it is gone, or its old place is taken."""
    if run.exists():
        raise DataError(f"{place.name} cannot be restored: {run} is there already.")
    try:
        run.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(place, run)  # a trash of the desktop may lie on another disk
    except OSError as error:
        raise DataError(f"{run.name} cannot be restored: {error.strerror or error}.") from error


def empty(days: float = DAYS) -> None:
    """Remove for good what has lain here for longer than that; what cannot be removed stays."""
    limit = time.time() - days * DAY
    try:
        old = [place for place in folder().iterdir() if place.stat().st_mtime < limit]
    except OSError:
        return
    for place in old:
        shutil.rmtree(place, ignore_errors=True)

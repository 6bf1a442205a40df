"""The run book: every training there is, as a row of figures. Needs no torch and reads no weights.

A run that cannot be read is a row too, which says why; it hides no other. Everything here is cheap enough
for a window: `scan` works in small pieces, and what did not change on the disk is not read again.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from desktopcnn import paths
from desktopcnn.errors import DataError, DesktopCNNError, NetworkError
from desktopcnn.networks import library, notes
from desktopcnn.networks.card import read_card
from desktopcnn.networks.notes import Notes
from desktopcnn.training import lock
from desktopcnn.training.digest import Digest, digest
from desktopcnn.training.run import Run, read

State = Literal["training", "finished", "stopped", "crashed", "failed", "damaged"]
"""training: somebody holds its lock now; crashed: whoever trained it ended without a word; failed: the
training broke off, `Row.failure` says why."""


@dataclass(frozen=True)
class Row:
    """One run.

    name: what to call it: the user's name for it, or the title of its architecture; from `scan`, numbered
    where that is taken; created: None where that
    is not known; validation, test: accuracies (0 to 1) of its best network, None before they are known;
    seconds: trained, in whole epochs; fault: why it, or its best network, cannot be read; failure: why its
    training broke off.
    run: None where it cannot be read.
    """

    folder: Path
    name: str
    note: str
    state: State
    created: datetime | None = None
    architecture: str = ""
    recipe: str = ""
    validation: float | None = None
    test: float | None = None
    seconds: float = 0.0
    epochs: int = 0
    planned: int = 0
    has_network: bool = False
    fault: str = ""
    run: Run | None = None
    digest: Digest = field(default_factory=Digest)
    failure: str = ""


def rows() -> list[Row]:
    """All runs, oldest first. Raises `DataError` where the folder of runs cannot be listed."""
    return [row for row in scan() if row]


def scan() -> Iterator[Row | None]:
    """The rows of `rows`, and None in between, so that a caller can see to other things meanwhile."""
    names: set[str] = set()
    for folder in _folders():
        for found in _row(folder):
            yield found and _distinct(found, names)


def row(folder: Path) -> Row:
    """The row of the run in that folder."""
    *_, found = _row(folder)
    assert found
    return found


def interrupted() -> list[Row]:
    """The runs that a crash cut short and that can be continued, the latest last.

    One that is finished, or that another process trains now, is not among them.
    """
    found = [row(folder) for folder in _folders() if lock.left_behind(folder)]
    return [one for one in found if one.state == "crashed"]


def dismiss(folder: Path) -> None:
    """Take a run that crashed for one that was stopped, so that `interrupted` no longer offers it."""
    lock.clear(folder)


def rename(folder: Path, name: str) -> None:
    """Call it so from now on; an empty name gives it the title of its architecture again.

    Raises `UsageError` for a name that is too long, `DataError` where it cannot be written.
    """
    notes.write(folder, Notes(name, notes.read(folder).note))


def annotate(folder: Path, note: str) -> None:
    """Keep a note with it. Raises as `rename`."""
    notes.write(folder, Notes(notes.read(folder).name, note))


def save_network(folder: Path, name: str, *, replace: bool = False) -> Path:
    """Copy the best network of a run to the user's networks, under that name; gives the new file.

    Raises `UsageError` for a name that cannot be one or is taken (a network of the user's own is overwritten
    with `replace`), `DataError` or `NetworkError` where there is no network or it cannot be copied.
    """
    path = library.place_for(name, replace=replace)
    best = folder / "best.safetensors"
    if not best.exists():
        raise DataError("This run has no network yet: the first one comes with the end of the first epoch.")
    read_card(best)
    try:
        content = best.read_bytes()
    except OSError as error:
        raise DataError(f"{best} cannot be read: {error.strerror or error}.") from error
    paths.write_atomically(path, content)
    return path


def _folders() -> list[Path]:
    """Of all runs, in the order in which they were created: their names begin with the moment."""
    try:
        return sorted(p for p in paths.runs().iterdir() if p.is_dir() and not p.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DataError(f"{paths.runs()} cannot be listed: {error.strerror or error}.") from error


def _row(folder: Path) -> Iterator[Row | None]:
    """None for each piece of work, then the row."""
    written = notes.read(folder)
    try:
        run = read(folder)
        found = Digest()
        for piece in _digest(run.history):
            yield None
            found = piece or found
    except DesktopCNNError as error:
        yield Row(folder, written.name or folder.name, written.note, "damaged", fault=str(error))
        return
    test, fault = _judged(run)
    best = found.best
    failure = _failure(run)
    yield Row(
        folder,
        written.name or _first_name(run),
        written.note,
        "failed" if failure and not lock.held(folder) else _state(run, found),
        _moment(run.created),
        run.architecture.title,
        run.recipe.name,
        best.validation_accuracy if best else None,
        test,
        found.seconds,
        found.epochs[-1].epoch if found.epochs else 0,
        found.planned(run.recipe.epochs),
        run.best.exists() and not fault,
        fault,
        run,
        found,
        failure,
    )


def _first_name(run: Run) -> str:
    return f"{run.architecture.title}, from step {run.origin.step}" if run.origin else run.architecture.title


def _distinct(row: Row, taken: set[str]) -> Row:
    """The row with a number behind a name that an earlier run has, unless the user has given it that."""
    name, number = row.name, 2
    while name in taken and row.run and row.name == _first_name(row.run):
        name, number = f"{row.name} ({number})", number + 1
    taken.add(name)
    return replace(row, name=name)


def _failure(run: Run) -> str:
    try:
        return run.failure.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _state(run: Run, found: Digest) -> State:
    if lock.held(run.folder):
        return "training"
    if found.finished(run.recipe.epochs):
        return "finished"
    return "crashed" if lock.left_behind(run.folder) else "stopped"


def _judged(run: Run) -> tuple[float | None, str]:
    """Test accuracy of the best network, and what is wrong with its file."""
    if not run.best.exists():
        return None, ""
    try:
        value = read_card(run.best).metrics.get("test_accuracy")
    except NetworkError as error:
        return None, str(error)
    return (float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None), ""


def _moment(text: str) -> datetime | None:
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


_digests: dict[Path, tuple[tuple[int, int], Digest]] = {}
"""What was found in each history when its file had that size and that time."""


def _digest(history: Path) -> Iterator[Digest | None]:
    """`digest`, from memory where the file is as it was."""
    try:
        status = history.stat()
    except OSError:
        _digests.pop(history, None)
        yield from digest(history)
        return
    stamp = (status.st_size, status.st_mtime_ns)
    if history in _digests and _digests[history][0] == stamp:
        yield _digests[history][1]
        return
    for piece in digest(history):
        if piece:
            _digests[history] = (stamp, piece)
        yield piece

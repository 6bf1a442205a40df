"""Writing a run down while it goes on: history, checkpoints, the best network, snapshots."""

import copy
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from desktopcnn import paths
from desktopcnn.data.dataset import Dataset
from desktopcnn.errors import DataError, UnsavedError
from desktopcnn.networks import weights
from desktopcnn.networks.card import Card
from desktopcnn.training import checkpoint, loop
from desktopcnn.training.history import Change, Epoch, Event, Measure, Notice, to_line
from desktopcnn.training.loop import Training
from desktopcnn.training.run import Run, read_history
from desktopcnn.training.snapshots import Snapshots, find

CHECKPOINT_SECONDS = 30.0


class Journal:
    """Takes every event of a training, and writes when it is time.

    What cannot be written (a full disk, a folder that is gone) is kept and tried again next time. To be
    made by who holds the folder (`lock.hold`).
    """

    def __init__(self, run: Run, training: Training, dataset: Dataset) -> None:
        self._run, self._training, self._dataset = run, training, dataset
        _sweep(run, training.step)
        events = [event for event in read_history(run) if _has_happened(event, training)]
        self._milestones = [event for event in events if isinstance(event, Epoch | Change)]
        self._best = max((e.validation_accuracy for e in events if isinstance(e, Epoch)), default=-1.0)
        self._best_is_written = True
        self._description = _content(run.folder / "run.json")
        # what came after the checkpoint will come again
        text = _lines(events)
        paths.write_atomically(run.history, text)
        self._written = len(text)
        self._pending: list[Event] = []
        self._saved, self._saved_step = time.monotonic(), training.step
        self._in_trouble = False
        self._snapshots = Snapshots(run.snapshots)

    def take(self, event: Event) -> Iterator[Event]:
        """Note one event; gives what the caller should hear besides: changes made, trouble, its end.

        Raises as `write` for weights that are no numbers.
        """
        changes, self._training.changes = self._training.changes, []
        self._pending += [*changes, event]
        yield from changes
        due = isinstance(event, Epoch) or time.monotonic() - self._saved > CHECKPOINT_SECONDS
        total = loop.total_steps(self._training.recipe, len(self._dataset.train))
        snapshot = self._snapshots.due(event.step, total)
        if not due and (self._in_trouble or not snapshot):
            return
        self._check()
        if isinstance(event, Epoch):
            self._note_best(event)
        news = "The training is saved again." if self._in_trouble else ""
        try:
            if self._is_lost():
                self._begin_anew()
                news = f"{self._run.folder} was gone. It was made again, without its curves up to here."
            try:
                if snapshot:
                    self._snapshots.add(event.step, self._training.average, self._card({"step": event.step}))
            finally:
                if due:
                    self.write()
        except DataError as error:
            if not self._in_trouble:
                text = f"{error} The training goes on in memory and is saved when it can be."
                yield Notice(event.step, text)
            self._in_trouble = True
            self._saved = time.monotonic()
        else:
            self._in_trouble = False
            if news:
                yield Notice(event.step, news)

    def write(self) -> None:
        """A checkpoint: the best network, the history up to now, and then the training.

        Raises `DataError` where it cannot be written, `TrainingError` for weights that are no numbers: the
        last good checkpoint is not given up for them.
        """
        self._check()
        if self._is_lost():
            self._begin_anew()
        if (best := self._training.best) and not self._best_is_written:
            weights.save(self._run.best, best.module, best.card)
            self._best_is_written = True
        lines = _lines(self._pending)
        paths.append_at(self._run.history, self._written, lines)
        checkpoint.save(self._run.last, self._training)
        self._written += len(lines)
        self._milestones += [event for event in self._pending if isinstance(event, Epoch | Change)]
        self._pending.clear()
        self._saved, self._saved_step = time.monotonic(), self._training.step

    def end(self) -> None:
        """Write what is not written yet, for the last time; after a notice of trouble too.

        Raises `UnsavedError` where that fails, and as `write`.
        """
        self._pending += self._training.changes
        self._training.changes = []
        if not (self._pending or self._in_trouble):
            return
        try:
            self.write()
        except DataError as error:
            lost = f"What was learnt after step {self._saved_step} is not saved."
            raise UnsavedError(f"{error} {lost}") from error

    def _check(self) -> None:
        if not checkpoint.is_finite(self._training):
            raise loop.diverged(
                "The weights are no longer numbers", self._training.step, self._training.recipe
            )

    def _note_best(self, epoch: Epoch) -> None:
        """Keep a copy of the network where it is the best so far."""
        if epoch.validation_accuracy > self._best:
            module = copy.deepcopy(self._training.average).eval()
            self._training.best = weights.Network(self._best_card(epoch), module)
            self._best, self._best_is_written = epoch.validation_accuracy, False

    def _is_lost(self) -> bool:
        """Whether the folder is gone, or no longer ours to read."""
        try:
            return not self._run.history.exists()
        except OSError:
            return True

    def _begin_anew(self) -> None:
        """Make the folder again that somebody removed. Its single steps up to now are lost.

        Not the folders above it: those are gone together with their disk, which may come back.
        """
        try:
            self._run.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise DataError(f"{self._run.folder} cannot be written: {error.strerror or error}.") from error
        paths.write_atomically(self._run.folder / "run.json", self._description)
        text = _lines(self._milestones)
        paths.write_atomically(self._run.history, text)
        self._written = len(text)
        self._snapshots = Snapshots(self._run.snapshots)
        self._best_is_written = False
        if self._training.best is None and not self._run.best.exists():
            self._best = -1.0

    def _best_card(self, epoch: Epoch) -> Card:
        """The card of the best network so far; its test accuracy comes when the run is done."""
        recipe = self._training.recipe
        return self._card(
            {
                "validation_accuracy": epoch.validation_accuracy,
                "chosen": f"best validation epoch, {epoch.epoch} of {recipe.epochs}",
                "images_seen": epoch.step * recipe.batch_size,
            }
        )

    def _card(self, metrics: dict[str, object]) -> Card:
        recipe = {**self._training.recipe.to_json(), "dataset": self._run.dataset, "seed": self._run.seed}
        if self._dataset.credits:
            recipe["credits"] = self._dataset.credits
        return Card(
            self._run.architecture.title, self._run.architecture, self._dataset.classes, recipe, metrics
        )


def _has_happened(event: Event, training: Training) -> bool:
    """Whether the event lies before the checkpoint; the reports on step and epoch just over may still come.

    A change made just after it is not part of it.
    """
    if isinstance(event, Change) and event.step == training.step:
        settings = training.recipe.to_json()
        return all(settings.get(name) == value for name, value in event.settings.items())
    if event.step < training.step:
        return True
    to_come = training.images if isinstance(event, Epoch) else isinstance(event, Measure) and training.measure
    return event.step == training.step and not to_come


def _sweep(run: Run, step: int) -> None:
    """Remove what a killed process left half written, and snapshots from after the checkpoint."""
    for name in ("run.json", "history.jsonl", "*.safetensors"):  # others write the notes
        paths.sweep(run.folder, name)
    paths.sweep(run.snapshots)
    for snapshot in find(run.snapshots):
        if snapshot.step > step:
            with suppress(OSError):
                snapshot.path.unlink()


def _lines(events: Iterable[Event]) -> bytes:
    return "".join(to_line(event) + "\n" for event in events).encode()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error

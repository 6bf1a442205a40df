"""Writing a run down while it goes on: history, checkpoints, the best network, snapshots."""

import time
from collections.abc import Iterator

from desktopcnn import paths
from desktopcnn.data.dataset import Dataset
from desktopcnn.errors import DataError, TrainingError
from desktopcnn.networks import weights
from desktopcnn.networks.card import Card
from desktopcnn.training import checkpoint, loop
from desktopcnn.training.history import Epoch, Event, Notice, to_line
from desktopcnn.training.loop import Training
from desktopcnn.training.run import Run, read_history
from desktopcnn.training.snapshots import Snapshots

CHECKPOINT_SECONDS = 30.0


class Journal:
    """Takes every event of a training, and writes when it is time.

    What cannot be written (a full disk, a folder that is gone) is kept and tried again next time.
    """

    def __init__(self, run: Run, training: Training, dataset: Dataset) -> None:
        self._run, self._training, self._dataset = run, training, dataset
        events = [event for event in read_history(run) if _has_happened(event, training)]
        self._best = max((e.validation_accuracy for e in events if isinstance(e, Epoch)), default=-1.0)
        # what came after the checkpoint will come again
        text = "".join(to_line(event) + "\n" for event in events).encode()
        paths.write_atomically(run.history, text)
        self._written = len(text)
        self._pending: list[Event] = []
        self._saved = time.monotonic()
        self._in_trouble = False
        self._snapshots = Snapshots(run.snapshots)

    def take(self, event: Event) -> Iterator[Event]:
        """Note one event; gives what the caller should hear besides: changes made, trouble, its end."""
        changes, self._training.changes = self._training.changes, []
        self._pending += [*changes, event]
        yield from changes
        due = isinstance(event, Epoch) or time.monotonic() - self._saved > CHECKPOINT_SECONDS
        try:
            if isinstance(event, Epoch) and event.validation_accuracy > self._best:
                weights.save(self._run.best, self._training.average, self._best_card(event))
                self._best = event.validation_accuracy
            total = loop.total_steps(self._training.recipe, len(self._dataset.train))
            if self._snapshots.due(event.step, total):
                card = self._card({"step": event.step})
                self._snapshots.add(event.step, self._training.average, card)
            if due:
                self.write()
        except DataError as error:
            if not self._in_trouble:
                text = f"{error} The training goes on in memory and is saved when it can be."
                yield Notice(event.step, text)
            self._in_trouble = True
            self._saved = time.monotonic()
        else:
            if due and self._in_trouble:
                self._in_trouble = False
                yield Notice(event.step, "The training is saved again.")

    def write(self) -> None:
        """A checkpoint: the history up to now, and then the training.

        Raises `DataError` where it cannot be written, `TrainingError` for weights that are no numbers: the
        last good checkpoint is not given up for them.
        """
        if not checkpoint.is_finite(self._training):
            raise TrainingError(
                f"The weights are no longer numbers at step {self._training.step}. A lower learning rate "
                f"than {self._training.recipe.learning_rate:g} usually helps."
            )
        lines = "".join(to_line(event) + "\n" for event in self._pending).encode()
        paths.append_at(self._run.history, self._written, lines)
        checkpoint.save(self._run.last, self._training)
        self._written += len(lines)
        self._pending.clear()
        self._saved = time.monotonic()

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
        return Card(
            self._run.architecture.title, self._run.architecture, self._dataset.classes, recipe, metrics
        )


def _has_happened(event: Event, training: Training) -> bool:
    """Whether the event lies before the checkpoint; the report on an epoch just over may still come."""
    to_come = isinstance(event, Epoch) and event.step == training.step and training.images > 0
    return event.step <= training.step and not to_come

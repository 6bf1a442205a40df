"""The events of one run as arrays that grow: what a plot, a table or a file is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import fields

import numpy as np
import numpy.typing as npt

from desktopcnn.training.history import Change, Epoch, Event, Measure, Step

Array = npt.NDArray[np.float64]

LEAST = 64
"""Rows for which a table makes room at first."""
BUCKET = 64
"""Steps of which `Curves.peaks` keeps the lowest and the highest value."""
NEGLIGIBLE = 1e-18
"""Weights below this no longer change a 64-bit average."""


class Table:
    """Columns of numbers that grow together, each append at a cost that does not depend on the length.

    An array that was handed out never changes: appending writes behind it, cutting starts a new buffer.
    """

    def __init__(self, *names: str) -> None:
        self.names = names
        self._rows = {name: row for row, name in enumerate(names)}
        self._held = np.empty((len(names), LEAST))
        self._count = 0
        self.revision = 0
        """Rises whenever rows come or go."""

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, name: str) -> Array:
        """A column, read-only: (rows,)."""
        view = self._held[self._rows[name], : self._count]
        view.flags.writeable = False
        return view

    def append(self, columns: Sequence[Sequence[float] | Array]) -> None:
        """Add rows, given as one sequence of new numbers for each column."""
        new = np.asarray(columns, np.float64)
        count = self._count + new.shape[1]
        if count > self._held.shape[1]:
            held = np.empty((len(self.names), max(2 * self._held.shape[1], count, LEAST)))
            held[:, : self._count] = self._held[:, : self._count]
            self._held = held
        self._held[:, self._count : count] = new
        self._count = count
        self.revision += 1

    def cut(self, count: int) -> None:
        """Keep the first `count` rows."""
        if count < self._count:
            self._held = self._held[:, :count].copy()
            self._count = count
            self.revision += 1


class Curves:
    """Everything that one run has reported so far.

    smoothing: weight of the past in the exponential average of the loss, 0 (none) to below 1;
    steps_per_epoch: where it is not given it is learnt from the first `Epoch`; last_step: the step at which
    the run is planned to end. All steps are whole numbers held as float64, in rising order.
    """

    def __init__(
        self, smoothing: float = 0.98, steps_per_epoch: float | None = None, last_step: int | None = None
    ) -> None:
        self.steps_per_epoch = steps_per_epoch
        self.last_step = last_step
        self.revision = 0
        """Rises whenever anything here has changed."""
        self.epochs = Table(*(field.name for field in fields(Epoch)))
        """One row for each `Epoch`; columns are its fields, shares from 0 to 1."""
        self.gradients: dict[str, Table] = {}
        """By layer: columns `step` and `value`, the Euclidean norm of its gradient."""
        self.silent: dict[str, Table] = {}
        """By ReLU: columns `step` and `value`, the share of it that was silent (0 to 1)."""
        self.changes: tuple[Change, ...] = ()
        self.peaks = {name: Table("low", "high") for name in ("loss", "smoothed", "learning_rate")}
        """By curve: one row for each full `BUCKET` of steps, so that a million steps are drawn at once."""
        self._steps = Table("step", "loss", "learning_rate")
        self._smoothed = Table("loss")
        self._smoothing = _checked(smoothing)

    @property
    def step(self) -> Array:
        """Number of each step, from 1: (steps,)."""
        return self._steps["step"]

    @property
    def loss(self) -> Array:
        """Mean loss of each step's batch in nats: (steps,)."""
        return self._steps["loss"]

    @property
    def learning_rate(self) -> Array:
        """Learning rate of each step: (steps,)."""
        return self._steps["learning_rate"]

    @property
    def smoothed(self) -> Array:
        """Exponential average of the loss up to each step in nats, its start unbiased: (steps,)."""
        return self._smoothed["loss"]

    @property
    def end(self) -> int:
        """The last step that is planned or, where there are more, was done."""
        return max(int(self.step[-1]) if len(self._steps) else 0, self.last_step or 0)

    @property
    def smoothing(self) -> float:
        """Weight of the past in `smoothed`; setting it computes the average anew."""
        return self._smoothing

    @smoothing.setter
    def smoothing(self, weight: float) -> None:
        if _checked(weight) != self._smoothing:
            self._smoothing = weight
            self._smoothed, self.peaks["smoothed"] = Table("loss"), Table("low", "high")
            self._smooth()
            self.revision += 1

    def extend(self, events: Iterable[Event]) -> None:
        """Take in events in the order in which the run reported them.

        A `Step` that is not later than the last one says that the run was taken up again from an earlier
        step: all that came after it is dropped first.
        """
        steps: list[Step] = []
        last = self.step[-1] if len(self._steps) else 0.0
        for event in events:
            if isinstance(event, Step):
                if event.step <= last:
                    self._add_steps(steps)
                    self.truncate(event.step - 1)
                steps.append(event)
                last = event.step
            elif isinstance(event, Epoch):
                self._add_epoch(event)
            elif isinstance(event, Measure):
                for tables, values in ((self.gradients, event.gradients), (self.silent, event.silent)):
                    for name, value in values.items():
                        table = tables.setdefault(name, Table("step", "value"))
                        _cut(table, event.step - 1)
                        table.append([[event.step], [value]])
            elif isinstance(event, Change):
                self.changes = (*self.changes, event)
        self._add_steps(steps)
        self.revision += 1

    def truncate(self, step: int) -> None:
        """Forget everything that was reported after that step."""
        for table in (self._steps, self.epochs, *self.gradients.values(), *self.silent.values()):
            _cut(table, step)
        self._smoothed.cut(len(self._steps))
        for table in self.peaks.values():
            table.cut(len(self._steps) // BUCKET)
        self.changes = tuple(change for change in self.changes if change.step <= step)
        self.revision += 1

    def _add_steps(self, steps: list[Step]) -> None:
        if steps:
            self._steps.append(
                [[s.step for s in steps], [s.loss for s in steps], [s.learning_rate for s in steps]]
            )
            self._smooth()
            steps.clear()

    def _add_epoch(self, epoch: Epoch) -> None:
        if self.steps_per_epoch is None and epoch.epoch > 0:
            self.steps_per_epoch = epoch.step / epoch.epoch
        _cut(self.epochs, epoch.step - 1)
        self.epochs.append([[getattr(epoch, name)] for name in self.epochs.names])

    def _smooth(self) -> None:
        done = len(self._smoothed)
        last = self.smoothed[-1] if done else 0.0
        self._smoothed.append([smooth(self.loss[done:], self._smoothing, done, last)])
        for name, table in self.peaks.items():
            _add_peaks(table, getattr(self, name))


def smooth(values: Array, weight: float, before: int = 0, last: float = 0.0) -> Array:
    """Exponential average of `values` with that weight of the past, the bias of its start divided out.

    Goes on from an average over `before` earlier values that ended in `last`.
    """
    if weight == 0 or len(values) == 0:
        return values.copy()
    total = (1 - weight) * values
    total[0] += weight * last * (1 - weight**before)
    # each pass doubles the number of past values in every sum: no loop over a million steps
    reach, factor = 1, weight
    while reach < len(total) and factor > NEGLIGIBLE:
        total[reach:] += factor * total[:-reach]
        reach, factor = 2 * reach, factor * factor
    seen = before + 1 + np.arange(len(total))
    average: Array = total / -np.expm1(seen * np.log(weight))
    return average


def _add_peaks(table: Table, values: Array) -> None:
    done, full = len(table), len(values) // BUCKET
    if full > done:
        buckets = values[done * BUCKET : full * BUCKET].reshape(-1, BUCKET)
        table.append([buckets.min(1), buckets.max(1)])


def _cut(table: Table, step: int) -> None:
    table.cut(int(np.searchsorted(table["step"], step, "right")))


def _checked(weight: float) -> float:
    if not 0 <= weight < 1:
        raise ValueError(f"a weight of the past lies from 0 to below 1, not at {weight}")
    return weight

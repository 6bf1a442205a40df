"""Which lines each plot has: from the curves of the runs that are shown, in colour and style."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from desktopcnn.training.curves import Array, Curves, Table, smooth
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.legend import Entry, shortened
from desktopcnn.ui.train.plot_style import Line, Style, mixed, series_colour

FAINT = 0.38
"""How much of its colour the curve of every step keeps."""
START, ABOVE = 20, 1.2
"""The first of so many parts of a loss is left out of the range, and what is left free above the rest."""
MOST = 0.98
"""The share of its values by which the range of a run is taken."""
HEALTHY = 3.0
"""Nats that a training stays below: guessing among ten classes costs 2.3."""
TITLE = 18
"""Letters of a run's title beside a value."""
APART = 3
"""Plots that have room side by side."""
Axis = Literal["epoch", "step"]
Third = Literal["gradients", "silent", "learning_rate", "speed"]
BY_LAYER: tuple[Third, ...] = ("gradients", "silent")


@dataclass
class Shown:
    """A run on the plots. place: its own, counted from 0, by which it gets a colour if it has none."""

    key: str
    title: str
    curves: Curves
    colour: str | None
    place: int

    def colour_in(self, theme: Theme) -> str:
        return self.colour or series_colour(self.place, theme)


class Lines:
    """Makes lines. With one run, its validation has a colour of its own; with several, each run has one.

    apart: the runs that have a plot of their own by layer, which are the latest.
    names: what the lines `step`, `smoothed`, `training` and `validation` are called.
    """

    def __init__(self, runs: Sequence[Shown], axis: Axis, theme: Theme, names: Mapping[str, str]) -> None:
        self.runs = runs
        self.several = len(runs) > 1
        self.apart = runs[-APART:]
        self._axis, self._theme, self._names = axis, theme, names

    def validation_colour(self, run: Shown) -> str:
        own = run.colour_in(self._theme)
        if self.several:
            return own
        return next(c for c in (series_colour(1, self._theme), series_colour(0, self._theme)) if c != own)

    def entry(self, name: str) -> Entry:
        """What stands in a legend for the lines of that name."""
        styles: dict[str, Style] = {"step": "faint", "validation": "dotted"}
        if self.several or not self.runs:
            colour = self._theme.colours.muted
        elif name == "validation":
            colour = self.validation_colour(self.runs[0])
        else:
            colour = self.runs[0].colour_in(self._theme)
        return Entry(name, self._names[name], colour, styles.get(name, "solid"))

    def layer_colour(self, place: int) -> str:
        return series_colour(place, self._theme)

    def x(self, curves: Curves, steps: Array) -> Array:
        """Steps in units of the x axis."""
        if self._axis == "step" or curves.steps_per_epoch is None:
            return steps
        return steps / curves.steps_per_epoch

    def loss(self, hidden: set[str]) -> list[Line]:
        """Losses in nats: of every step, smoothed, and of the validation images."""
        lines = []
        for run in self.runs:
            curves, colour = run.curves, run.colour_in(self._theme)
            x = self.x(curves, curves.step)
            lines += [
                self._line(run, "step", x, curves.loss, self._of_step(run), "faint", curves.peaks["loss"]),
                self._line(run, "smoothed", x, curves.smoothed, colour, "solid", curves.peaks["smoothed"]),
                self._epochs(run, "validation", "validation_loss", 1),
            ]
        return [line for line in lines if line.name not in hidden]

    def accuracy(self, hidden: set[str]) -> list[Line]:
        """Accuracies in per cent."""
        lines = []
        for run in self.runs:
            lines += [
                self._epochs(run, "training", "training_accuracy", 100),
                self._epochs(run, "validation", "validation_accuracy", 100),
            ]
        return [line for line in lines if line.name not in hidden]

    def layers(self, kind: Third) -> list[str]:
        """Names of the layers (or of the ReLUs) of all runs, in their order."""
        return list(dict.fromkeys(name for run in self.runs for name in _tables(run, kind)))

    def third(self, kind: Third, hidden: set[str]) -> list[tuple[str, list[Line]]]:
        """Title and lines of each plot: by layer, one for each run, else one for all of them."""
        if kind in BY_LAYER:
            names = self.layers(kind)
            return [(run.title, self._by_layer(run, kind, names, hidden)) for run in self.apart]
        rate = kind == "learning_rate"
        return [("", [self._rate(run) if rate else self._speed(run) for run in self.runs])]

    def _by_layer(self, run: Shown, kind: Third, names: list[str], hidden: set[str]) -> list[Line]:
        factor = 100 if kind == "silent" else 1
        lines = []
        for name, table in _tables(run, kind).items():
            if name not in hidden:
                x, y = self.x(run.curves, table["step"]), factor * table["value"]
                weight = 0.0
                if kind == "gradients" and len(x) > 1:  # over as many steps as the loss
                    gap = (table["step"][-1] - table["step"][0]) / (len(x) - 1)
                    weight = run.curves.smoothing**gap
                    y = smooth(y, weight)
                colour = self.layer_colour(names.index(name))
                version = (kind, run.curves, self._axis, run.curves.steps_per_epoch, table.revision, weight)
                lines.append(Line(run.key, name, name, x, y, colour, "solid", version))
        return lines

    def _rate(self, run: Shown) -> Line:
        x, rate = self.x(run.curves, run.curves.step), run.curves.learning_rate
        colour = run.colour_in(self._theme)
        return self._line(run, "learning_rate", x, rate, colour, "solid", run.curves.peaks["learning_rate"])

    def _speed(self, run: Shown) -> Line:
        return self._epochs(run, "speed", "images_per_second", 1)

    def _epochs(self, run: Shown, name: str, column: str, factor: float) -> Line:
        epochs = run.curves.epochs
        colour = self.validation_colour(run) if name == "validation" else run.colour_in(self._theme)
        style: Style = "dotted" if name == "validation" else "solid"
        x = self.x(run.curves, epochs["step"])
        return self._line(run, name, x, factor * epochs[column], colour, style)

    def _line(
        self, run: Shown, name: str, x: Array, y: Array, colour: str, style: Style, peaks: Table | None = None
    ) -> Line:
        """A line over the steps, which has peaks, or over the epochs."""
        label = self._names.get(name, name)
        if self.several:
            label = f"{shortened(run.title, TITLE)} · {label}"
        revision = run.curves.epochs.revision if peaks is None else run.curves.revision
        version = (run.curves, self._axis, run.curves.steps_per_epoch, revision)
        return Line(run.key, name, label, x, y, colour, style, version, peaks)

    def _of_step(self, run: Shown) -> str:
        return mixed(run.colour_in(self._theme), self._theme.colours.card, FAINT)


def tail_range(lines: Sequence[Line]) -> tuple[float, float] | None:
    """A range of y that shows how it goes on: without the heights of the very start, and of single steps."""
    tails: dict[str, list[Array]] = {}
    for line in lines:
        if line.name != "step" and len(line.y):
            tails.setdefault(line.run, []).append(line.y[len(line.y) // START :])
    tops = [max(float(np.quantile(y, MOST)) for y in tail) for tail in tails.values()]
    # a run that exploded must not flatten the others
    top = max((top for top in tops if top <= max(HEALTHY, 3 * min(tops))), default=0.0)
    return (0.0, ABOVE * top) if 0 < top < float("inf") else None


def common_range(parts: Sequence[tuple[str, Sequence[Line]]], log: bool) -> tuple[float, float] | None:
    """The range of y that holds all lines of several plots."""
    values = [line.y[line.y > 0] if log else line.y for _, lines in parts for line in lines]
    values = [y for y in values if len(y)]
    if not values:
        return None
    low, high = min(float(y.min()) for y in values), max(float(y.max()) for y in values)
    return (low, high) if low < high else None


def _tables(run: Shown, kind: Third) -> dict[str, Table]:
    return run.curves.gradients if kind == "gradients" else run.curves.silent

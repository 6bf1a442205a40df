"""The curves of the runs: loss, accuracy, and a third plot that can be chosen, all over one x axis.

Imports pyqtgraph, which takes a quarter of a second: to be imported when it is first shown.
"""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from desktopcnn.training.curves import Curves
from desktopcnn.training.history import in_words
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.curve_lines import Axis, Lines, Shown, tail_range
from desktopcnn.ui.train.curves_bar import CurvesBar
from desktopcnn.ui.train.curves_export import Exporter
from desktopcnn.ui.train.legend import Entry
from desktopcnn.ui.train.linked_plots import LinkedPlots
from desktopcnn.ui.train.plot import Plot
from desktopcnn.ui.train.plot_card import PlotCard
from desktopcnn.ui.train.third_card import ThirdCard

if TYPE_CHECKING:
    from desktopcnn.ui.train.plot_marks import Mark

FRAME = 33
"""Milliseconds between two redraws at least."""
SHARE = 3
"""Redraws that take long come so many times their own time apart, so that the window stays alive."""


class CurvesPanel(QWidget):
    """Shows the curves that it was given; draws them anew when told that they grew."""

    cursor_moved = Signal(int)  # step, by the user
    exported = Signal(str)  # path
    failed = Signal(str)  # what went wrong, in a sentence

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._runs: dict[str, Shown] = {}
        self._cursor: tuple[int, str | None] | None = None
        self._dirty = True
        self._wait = FRAME
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._redraw)
        self._names = {
            "step": self.tr("step"),
            "smoothed": self.tr("smoothed"),
            "training": self.tr("training"),
            "validation": self.tr("validation"),
            "learning_rate": self.tr("learning rate"),
            "speed": self.tr("images/s"),
        }
        self._bar = CurvesBar(theme)
        self._loss = PlotCard(theme, self.tr("Loss"), self.tr("nats"))
        self._accuracy = PlotCard(theme, self.tr("Accuracy"), suffix=" %", has_log=False)
        self._third = ThirdCard(theme)
        self._cards = (self._loss, self._accuracy, self._third)
        self._linked = LinkedPlots(self)
        self._lay_out()
        self._exporter = Exporter(self, theme, self._bar.runs, self._plotted)
        self._connect()
        self._redraw()
        self._name_plots()

    # what is shown

    def show_run(self, key: str, title: str, curves: Curves, colour: str | None = None) -> None:
        """Show a run, or show it otherwise; colour (#RRGGBB): by default one that no other run has."""
        before = self._runs.get(key)
        place = before.place if before else self._free_place()
        self._runs[key] = Shown(key, title, curves, colour, place)
        self.refresh()

    def hide_run(self, key: str) -> None:
        """Take a run away; an unknown key changes nothing."""
        if self._runs.pop(key, None):
            self.refresh()

    def colour_of(self, key: str) -> str | None:
        """The colour (#RRGGBB) in which a run is drawn under the present theme."""
        return self._runs[key].colour_in(self._theme) if key in self._runs else None

    def refresh(self) -> None:
        """Say that something has changed: it is drawn soon, and only while the panel is visible."""
        self._dirty = True
        if self.isVisible() and not self._timer.isActive():
            self._timer.start(self._wait)

    @property
    def is_waiting(self) -> bool:
        """Whether something is still to be drawn."""
        return self._dirty

    def set_cursor(self, step: int | None, key: str | None = None) -> None:
        """Put the cursor at a step of a run (by default the one shown first), or take it away."""
        self._cursor = None if step is None else (step, key)
        self._place_cursor()

    # life

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._dirty:
            self._redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _redraw(self) -> None:
        began = time.perf_counter()
        self._timer.stop()
        self._dirty = False
        self._stack.setCurrentIndex(1 if self._runs else 0)
        for run in self._runs.values():
            run.curves.smoothing = self._bar.smoothing
        colours = {run.key: run.colour_in(self._theme) for run in self._runs.values()}
        self._bar.set_runs([Entry(key, self._runs[key].title, c) for key, c in colours.items()])
        lines = Lines(self._visible(), self._axis(), self._theme, self._names)
        names = (("step", "smoothed", "validation"), ("training", "validation"))
        for card, entries in zip(self._cards, names, strict=False):
            card.legend.set_entries([lines.entry(name) for name in entries])
        waiting, after = self.tr("Waiting for the first step"), self.tr("Comes with the first epoch")
        losses = lines.loss(self._loss.legend.hidden)
        y_range = None if self._loss.log_button.isChecked() else tail_range(losses)
        self._loss.draw([("", losses)], waiting, y_range)
        self._accuracy.draw([("", lines.accuracy(self._accuracy.legend.hidden))], after)
        self._third.show_lines(lines)
        self._mark(lines)
        ends = [run.curves.end / self._scale(run) for run in lines.runs]
        self._linked.set_end(max(ends, default=0.0) or 1.0)
        self._place_cursor()
        cost = time.perf_counter() - began + sum(plot.painting for plot in self._plots() if plot.isVisible())
        self._wait = max(FRAME, round(1000 * SHARE * cost))

    def _mark(self, lines: Lines) -> None:
        marks: dict[str, list[Mark]] = {}
        for run in lines.runs:
            colour = run.colour_in(self._theme) if lines.several else self._theme.colours.muted
            marks[run.key] = [
                (change.step / self._scale(run), in_words(change, self.tr), colour)
                for change in run.curves.changes
            ]
        for plot in self._plots():
            plot.set_x_name(self.tr("epoch") if self._axis() == "epoch" else self.tr("step"))
        everyone = list(lines.runs)
        pairs = [(self._loss.plots[0], everyone), (self._accuracy.plots[0], everyone)]
        for plot, runs in [*pairs, *zip(self._third.plots, self._third.runs, strict=False)]:
            plot.set_marks(
                [mark for run in runs for mark in marks[run.key]], labelled=plot in self._loss.plots
            )

    def _axis(self) -> Axis:
        """Steps where a run does not know yet how many of them make an epoch."""
        known = all(run.curves.steps_per_epoch is not None for run in self._visible())
        return self._bar.axis if known else "step"

    def _scale(self, run: Shown) -> float:
        """Steps to one unit of the x axis."""
        return 1.0 if self._axis() == "step" else run.curves.steps_per_epoch or 1.0

    def _timed_run(self) -> Shown | None:
        """The run whose steps the cursor counts."""
        _, key = self._cursor or (None, None)
        return self._runs.get(key) if key is not None else next(iter(self._runs.values()), None)

    def _place_cursor(self) -> None:
        run = self._timed_run()
        at = None if self._cursor is None or run is None else self._cursor[0] / self._scale(run)
        self._linked.set_cursor(at)

    def _drag_cursor(self, x: float) -> None:
        run = self._timed_run()
        if run is not None and self._cursor is not None:
            step = round(min(max(x * self._scale(run), 0), run.curves.end))
            self.set_cursor(step, self._cursor[1])
            self.cursor_moved.emit(step)

    def _export(self, suffix: str) -> None:
        runs: dict[str, Curves] = {}
        for run in self._visible():
            same = sum(other.title == run.title for other in self._visible()) > 1
            runs[f"{run.title} ({run.key})" if same else run.title] = run.curves
        self._exporter.ask(suffix, runs)

    def _recolour(self) -> None:
        for card in self._cards:
            card.recolour()
        self._bar.runs.recolour()
        self.refresh()

    def _visible(self) -> list[Shown]:
        return [run for run in self._runs.values() if run.key not in self._bar.runs.hidden]

    def _plots(self) -> list[Plot]:
        return [plot for card in self._cards for plot in card.plots]

    def _free_place(self) -> int:
        taken = {run.place for run in self._runs.values()}
        return next(place for place in range(len(taken) + 1) if place not in taken)

    # making

    def _lay_out(self) -> None:
        empty = QLabel(self.tr("No run yet. Press Train."))
        empty.setObjectName("noRun")
        empty.setProperty("muted", True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._plotted = QWidget()
        upper = QHBoxLayout()
        upper.setSpacing(12)
        upper.addWidget(self._loss, 1)
        upper.addWidget(self._accuracy, 1)
        cards = QVBoxLayout(self._plotted)
        cards.addLayout(upper, 1)
        cards.addWidget(self._third, 1)
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.addWidget(self._bar)
        rows.addWidget(self._plotted, 1)
        for layout in (cards, rows):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(10)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(empty)
        self._stack.addWidget(content)

    def _connect(self) -> None:
        for card in self._cards:
            card.changed.connect(self.refresh)
            card.plot_added.connect(self._linked.add)
        self._bar.changed.connect(self.refresh)
        self._bar.fit_wanted.connect(self._linked.fit)
        self._bar.export_wanted.connect(self._export)
        self._linked.cursor_dragged.connect(self._drag_cursor)
        self._exporter.written.connect(self.exported)
        self._exporter.failed.connect(self.failed)
        self._theme.changed.connect(self._recolour)

    def _name_plots(self) -> None:
        how = self.tr("Wheel zooms, drag moves, double click shows everything; + - ← → Home do it by key")
        for card, name, text in (
            (self._loss, "lossPlot", self.tr("Loss")),
            (self._accuracy, "accuracyPlot", self.tr("Accuracy")),
            (self._third, "thirdPlot", self.tr("Third plot")),
        ):
            plot = card.plots[0]
            plot.setObjectName(name)
            plot.setAccessibleName(text)
            plot.setAccessibleDescription(how)
            card.log_button.setObjectName(f"{name}Log")

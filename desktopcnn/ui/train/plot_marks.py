"""The marks of changes in a plot: dotted lines across it, with labels where there is room for them."""

from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt

from desktopcnn.ui.train.legend import shortened
from desktopcnn.ui.train.plot_style import hair, small_font

CLOSE, LONGEST = 14, 40
"""Pixels between two labels of marks at least, and the letters that one has at most."""
Mark = tuple[float, str, str]
"""Where on the x axis, what it says, and its colour."""


class PlotMarks(QObject):
    """Those of one plot; make_line: adds a line at that angle (degrees), not shown yet, to the plot."""

    def __init__(self, plot: pg.PlotWidget, make_line: Callable[[int], pg.InfiniteLine]) -> None:
        super().__init__(plot)
        self._plot, self._make_line = plot, make_line
        self._box = plot.getViewBox()
        self._lines: list[tuple[pg.InfiniteLine, pg.InfLineLabel]] = []
        self._marks: list[Mark] = []
        self._labelled = False
        self._box.sigXRangeChanged.connect(self._label)
        self._box.sigResized.connect(self._label)

    def set(self, marks: Sequence[Mark], labelled: bool) -> None:
        """Show these marks and no others, with labels or without."""
        self._labelled, self._marks = labelled, sorted(marks, key=lambda mark: mark[0])
        while len(self._lines) < len(marks):
            line = self._make_line(90)
            label = pg.InfLineLabel(line, position=0.97, rotateAxis=(1, 0), anchors=[(1, 0), (1, 1)])
            label.setFont(small_font(self._plot))
            self._lines.append((line, label))
        # those that are too many are hidden: to delete a line with its label can end in a crash
        for line, _ in self._lines[len(marks) :]:
            line.hide()
        for (line, label), (x, _, colour) in zip(self._lines, self._marks, strict=False):
            line.setPen(hair(colour, Qt.PenStyle.DotLine))
            line.setValue(x)
            line.show()
            label.setColor(colour)
        self._label()

    def all(self) -> list[tuple[float, str]]:
        """Place and text of each."""
        return [(x, text) for x, text, _ in self._marks]

    def near(self, x: float) -> list[str]:
        """What those say that are too close to x to be told from it."""
        return [text for at, text, _ in self._marks if abs(at - x) < self._room()]

    def labels(self) -> list[tuple[float, str]]:
        """Place and text of each label; of marks close together only how many they are."""
        if not self._labelled:
            return []
        room = self._room()
        groups: list[list[Mark]] = []
        for mark in self._marks:
            if groups and mark[0] - groups[-1][0][0] < room:
                groups[-1].append(mark)
            else:
                groups.append([mark])
        return [(g[0][0], g[0][1] if len(g) == 1 else self.tr("{0} changes").format(len(g))) for g in groups]

    def _room(self) -> float:
        """What a label takes of the x axis."""
        low, high = self._box.viewRange()[0]
        return float(CLOSE * (high - low) / max(self._box.width(), 1))

    def _label(self) -> None:
        labels = self.labels()
        for line, label in self._lines:
            text = next((text for x, text in labels if line.isVisible() and x == line.value()), "")
            labels = [(x, other) for x, other in labels if not text or x != line.value()]
            label.setVisible(bool(text))
            if text:
                label.setFormat(shortened(text, LONGEST).replace("{", "{{").replace("}", "}}"))

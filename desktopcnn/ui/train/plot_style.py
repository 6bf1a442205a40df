"""How curves look: the colours of runs and layers, and what one line of a plot is."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPen
from PySide6.QtWidgets import QWidget

from desktopcnn.training.curves import BUCKET, Array, Table
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.run_colours import ON_DARK, ON_LIGHT

Style = Literal["faint", "solid", "dotted"]
"""faint: one pixel, for very many points; solid: a curve; dotted: dashed, with a mark at each point."""


LAYERS: dict[Style, int] = {"faint": 0, "solid": 1, "dotted": 2}
"""What lies over what."""
MANY = 40_000
"""Points from which on a line is drawn by its peaks."""


@dataclass(frozen=True)
class Line:
    """One curve of a plot.

    run, name: together its identity; label: its name beside a value; x: in rising order, same length as y;
    version: anything that differs when x or y do; peaks: lowest and highest value of each `BUCKET` of y.
    """

    run: str
    name: str
    label: str
    x: Array
    y: Array
    colour: str
    style: Style
    version: object
    peaks: Table | None = None

    def within(self, low: float, high: float) -> tuple[Array, Array]:
        """What there is to draw from x = low to high, and the next points outside.

        Of very many points only the peaks, so that the time it takes does not grow with the run.
        """
        if len(self.x) <= MANY:
            return self.x, self.y
        first = max(int(np.searchsorted(self.x, low)) - 1, 0)
        last = int(np.searchsorted(self.x, high, "right")) + 1
        if self.peaks is None or last - first <= MANY:
            return self.x[first:last], self.y[first:last]
        lows, highs = self.peaks["low"], self.peaks["high"]
        buckets = slice(first // BUCKET, min(last // BUCKET + 1, len(lows)))
        middles = self.x[BUCKET // 2 :: BUCKET][buckets]
        rest = slice(buckets.stop * BUCKET, last)  # after the last full bucket
        x = np.concatenate([np.repeat(middles, 2), self.x[rest]])
        return x, np.concatenate([np.stack([highs[buckets], lows[buckets]], 1).ravel(), self.y[rest]])


def series_colour(place: int, theme: Theme) -> str:
    """The colour of the run or layer of that place; after the last comes the first."""
    colours = ON_DARK if theme.is_dark else ON_LIGHT
    return colours[place % len(colours)]


def mixed(colour: str, ground: str, share: float) -> str:
    """`share` of a colour on a ground: faint without transparency, which is slow to draw."""
    over, under = QColor(colour), QColor(ground)
    pairs = ((over.red(), under.red()), (over.green(), under.green()), (over.blue(), under.blue()))
    return QColor(*(round(share * a + (1 - share) * b) for a, b in pairs)).name()


def pen(colour: str, style: Style) -> QPen:
    """The pen of a curve; its width is in pixels whatever the zoom."""
    pen = QPen(QColor(colour), 1.0 if style == "faint" else 2.0 if style == "solid" else 1.5)
    pen.setCosmetic(True)
    if style == "dotted":
        pen.setStyle(Qt.PenStyle.DashLine)
    return pen


def hair(colour: str, style: Qt.PenStyle, width: float = 1.0) -> QPen:
    """The pen of a straight line across a plot, its width in pixels."""
    line = QPen(QColor(colour), width, style)
    line.setCosmetic(True)
    return line


def small_font(widget: QWidget) -> QFont:
    """The widget's font, of the size that ticks and labels of marks have."""
    font = widget.font()
    font.setPointSizeF(8)
    return font

"""A colour bar with the numbers at its ends: which colour is which value.

Where both ends have no room and are alike, one number with both signs stands in the middle.
"""

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktopcnn.inspection.tiles import GAP
from desktopcnn.ui.mosaic_view import indexed_image
from desktopcnn.ui.theme import Theme

STRIP = 4
"""Height of the coloured strip in pixels."""
NOTHING = 1e-3
"""An end of a range smaller than this share of the other is written as 0."""
ALL_COLOURS = np.arange(GAP, dtype=np.uint8)[None]
"""A picture of one row that has every colour of a map once, without the gap's."""


class ColourBar(QWidget):
    """Shows nothing until it is given a range."""

    def __init__(self, theme: Theme, table: list[int]) -> None:
        super().__init__()
        self._theme = theme
        self._strip = indexed_image(ALL_COLOURS, table)
        self._range: tuple[float, float] | None = None
        self.setProperty("small", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_table(self, table: list[int]) -> None:
        self._strip = indexed_image(ALL_COLOURS, table)
        self.update()

    def set_range(self, low_high: tuple[float, float] | None) -> None:
        """The values at both ends; None for no values."""
        self._range = low_high
        self.setAccessibleDescription("" if low_high is None else " … ".join(ends(*low_high)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(60, STRIP + 2 + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._range is None:
            return
        painter = QPainter(self)
        width = self.width()
        painter.drawImage(QRect(0, 0, width, STRIP), self._strip)
        painter.setPen(QColor(self._theme.colours.muted))
        text = QRect(0, STRIP + 1, width, self.height() - STRIP - 1)
        low, high = ends(*self._range)
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(f"{low} {high}") > width and self._range[0] == -self._range[1]:
            painter.drawText(text, Qt.AlignmentFlag.AlignHCenter, f"±{high}")
            return
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft, low)
        painter.drawText(text, Qt.AlignmentFlag.AlignRight, high)


def ends(low: float, high: float) -> tuple[str, str]:
    """Both ends of a range in words; one that is nothing beside the other is 0."""
    nothing = NOTHING * max(abs(low), abs(high))
    return short(low if abs(low) >= nothing else 0.0), short(high if abs(high) >= nothing else 0.0)


def short(value: float) -> str:
    """Three figures at most, for narrow places."""
    if value == 0:
        return "0"
    size = abs(value)
    text = f"{value:.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
    return (text if size >= 0.01 else f"{value:.0e}").replace("-", "\u2212")

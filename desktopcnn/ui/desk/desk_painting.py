"""Painting one grid of numbers of the convolution desk."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from desktopcnn.inspection.desk import Numbers
from desktopcnn.inspection.desk_sizes import Mask
from desktopcnn.ui.desk.desk_colours import figure, tint
from desktopcnn.ui.theme import Theme

Cell = tuple[int, int]
SMALLEST_TEXT, LARGEST_TEXT = 7, 18
"""Pixels of the letters; where the least does not fit, the colour alone must do."""
TEXT_FROM, WEIGHTS_FROM = 15, 22
"""Sides of a cell in pixels from which its number, and the kernel's number in it, are written."""


@dataclass(frozen=True, eq=False)
class Content:
    """What a grid shows. Cells are rows and columns of `numbers`; in the padding below 0 and beyond the end.

    numbers: (rows, columns), NaN where there is none yet; largest: the number of the strongest colour;
    hatched: cells that are lost; rows, columns: that the window looks at, with the kernel's `weights` (k, k);
    current: the cell that is explained; winner: the cell that the pooling took.
    """

    numbers: Numbers
    largest: float = 1.0
    padding: int = 0
    hatched: Mask | None = None
    rows: npt.NDArray[np.intp] | None = None
    columns: npt.NDArray[np.intp] | None = None
    weights: Numbers | None = None
    current: Cell | None = None
    winner: Cell | None = None

    @property
    def cells(self) -> Cell:
        """Rows and columns with the padding."""
        rows, columns = self.numbers.shape
        return rows + 2 * self.padding, columns + 2 * self.padding

    def number(self, row: int, column: int) -> float:
        """The number in that cell: 0 in the padding."""
        rows, columns = self.numbers.shape
        inside = 0 <= row < rows and 0 <= column < columns
        return float(self.numbers[row, column]) if inside else 0.0


class GridPainter:
    """Paints a grid whose first cell, padding included, has its corner at `origin`."""

    def __init__(self, painter: QPainter, theme: Theme, content: Content, origin: QPointF, side: int) -> None:
        self._painter, self._theme, self._content = painter, theme, content
        self._origin, self._side = origin, side

    def rect(self, row: int, column: int) -> QRectF:
        """Where that cell lies."""
        padding, side = self._content.padding, self._side
        corner = self._origin + QPointF((column + padding) * side, (row + padding) * side)
        return QRectF(corner.x(), corner.y(), side, side)

    def paint(self, cursor: Cell | None, font: QFont) -> None:
        """Everything; cursor: the cell of the keyboard."""
        content = self._content
        fitted = self._font(font)
        for row in range(-content.padding, content.numbers.shape[0] + content.padding):
            for column in range(-content.padding, content.numbers.shape[1] + content.padding):
                self._paint_cell(row, column, fitted)
        rows, columns = content.numbers.shape
        whole = self.rect(0, 0).united(self.rect(rows - 1, columns - 1))
        self._outline(whole, QPen(QColor(self._theme.colours.border), 1))
        if content.rows is not None and content.columns is not None:
            self._paint_window(font)
        accent = QColor(self._theme.colours.accent)
        for cell, width in ((content.current, 2.0), (content.winner, 2.0)):
            if cell is not None:
                self._outline(self.rect(*cell), QPen(accent, width))
        if cursor is not None:
            self._outline(
                self.rect(*cursor).adjusted(2, 2, -2, -2), QPen(QColor(self._theme.colours.text), 1.5)
            )

    def _paint_cell(self, row: int, column: int, font: QFont | None) -> None:
        content, colours, painter = self._content, self._theme.colours, self._painter
        rect = self.rect(row, column)
        value = content.number(row, column)
        rows, columns = content.numbers.shape
        padding = not (0 <= row < rows and 0 <= column < columns)
        missing = np.isnan(value)
        fill = QColor(colours.track if padding else colours.window)
        if not padding and not missing:
            fill = tint(self._theme, value / content.largest)
        painter.fillRect(rect, fill)
        if not padding and content.hatched is not None and content.hatched[row, column]:
            painter.fillRect(rect, QBrush(QColor(colours.hint), Qt.BrushStyle.BDiagPattern))
        if self._side >= TEXT_FROM:
            painter.setPen(QPen(QColor(colours.border), 1))
            painter.drawRect(rect)
        if font is not None and not missing:
            ink = colours.muted if padding else "#000000" if fill.lightnessF() > 0.45 else "#FFFFFF"
            painter.setPen(QColor(ink))
            painter.setFont(font)
            area = rect.adjusted(0, 0, 0, -self._side / 3) if self._has_weight(row, column) else rect
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, figure(value))

    def _has_weight(self, row: int, column: int) -> bool:
        content = self._content
        if content.weights is None or content.rows is None or content.columns is None:
            return False
        return self._side >= WEIGHTS_FROM and row in content.rows and column in content.columns

    def _paint_window(self, font: QFont) -> None:
        content, painter = self._content, self._painter
        assert content.rows is not None
        assert content.columns is not None
        accent = QColor(self._theme.colours.accent)
        rows, columns = content.rows.tolist(), content.columns.tolist()
        whole = self.rect(rows[0], columns[0]).united(self.rect(rows[-1], columns[-1]))
        spread = len(rows) > 1 and rows[1] - rows[0] > 1
        if spread:  # a dilated window: the pixels between are not looked at
            self._outline(whole, QPen(accent, 1.0, Qt.PenStyle.DashLine))
        small = QFont(font)
        small.setPixelSize(max(SMALLEST_TEXT, min(11, round(self._side * 0.34))))
        painter.setFont(small)
        for down, row in enumerate(rows):
            for along, column in enumerate(columns):
                rect = self.rect(row, column)
                if spread:
                    self._outline(rect, QPen(accent, 1.5))
                if content.weights is not None and self._has_weight(row, column):
                    self._paint_weight(rect, float(content.weights[down, along]))
        if not spread:
            self._outline(whole, QPen(accent, 2.5))

    def _paint_weight(self, rect: QRectF, weight: float) -> None:
        """The kernel's number, on a strip of the window's colour at the foot of the cell."""
        painter, colours = self._painter, self._theme.colours
        strip = QRectF(rect.left(), rect.bottom() - self._side * 0.38, rect.width(), self._side * 0.38)
        painter.fillRect(strip.adjusted(1, 0, 0, 0), QColor(colours.accent))
        painter.setPen(QColor(colours.on_accent))
        painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, "×" + figure(weight))

    def _outline(self, rect: QRectF, pen: QPen) -> None:
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(rect)

    def _font(self, font: QFont) -> QFont | None:
        """The largest letters in which every number fits into its cell; None where none do."""
        if self._side < TEXT_FROM:
            return None
        values = self._content.numbers[~np.isnan(self._content.numbers)]
        texts = {figure(value) for value in values.tolist()} or {"0"}
        fitted = QFont(font)
        for size in range(min(LARGEST_TEXT, round(self._side * 0.48)), SMALLEST_TEXT - 1, -1):
            fitted.setPixelSize(size)
            metrics = QFontMetricsF(fitted)
            if max(metrics.horizontalAdvance(text) for text in texts) <= self._side - 3:
                return fitted
        return None

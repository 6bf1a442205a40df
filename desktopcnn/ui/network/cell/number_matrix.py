"""Paints a matrix: one picture for its colours, and its numbers where the cells have room for them."""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from desktopcnn.inspection import tiles
from desktopcnn.ui.mosaic_view import indexed_image
from desktopcnn.ui.network.cell.cell_items import Matrix, Place
from desktopcnn.ui.network.cell.cell_numbers import Digits, digits
from desktopcnn.ui.palette import Colours

LEAST, MOST = 8, 15
"""Sizes in pixels of the figures in a cell."""
BRIGHT = 0.179
"""Colours of a greater luminance have black figures on them: there both have a contrast of 4.58:1."""
FEW = 150
"""Cells up to which it is faster to fill each than to enlarge a picture (25: 0.7 ms, not 1.2, in all)."""
FRAMED = 9.0
"""Side of a cell in pixels from which on there are lines between the cells."""


class Figures(NamedTuple):
    """How the numbers of a matrix are written. size: in pixels; short: without a zero before the point."""

    digits: Digits
    size: int
    short: bool


class MatrixPainter:
    """Keeps the two colour tables and which of their colours need dark figures."""

    def __init__(self, colours: Colours, tables: dict[str, list[int]]) -> None:
        self._colours, self._tables = colours, tables
        self._bright = {name: [_luminance(rgb) > BRIGHT for rgb in table] for name, table in tables.items()}

    def paint(self, painter: QPainter, matrix: Matrix, lit: Place | None) -> None:
        """lit: the cell that the pointer is on, here or elsewhere."""
        rows, columns = matrix.values.shape
        indices = tiles.mosaic(
            matrix.values[None], tiles.Grid(1, rows, columns, 1, 0), matrix.scale.low, matrix.scale.high
        )
        if matrix.inside is not None:
            indices[~matrix.inside] = tiles.GAP
        table = [*self._tables[matrix.scale.colours][: tiles.GAP], QColor(self._colours.track).rgb()]
        width, height = matrix.area.width() / columns, matrix.area.height() / rows
        if indices.size <= FEW:
            self._cells(painter, matrix.area, indices, table)
        else:
            painter.drawImage(matrix.area, indexed_image(indices, table))
        if min(width, height) >= FRAMED:
            self._lines(painter, matrix, width, height)
        self._numbers(painter, matrix, indices, width, height)
        for place, thick in ((matrix.marked, 2.0), (lit, 2.0)):
            if place is not None and place[0] < rows and place[1] < columns:
                self._frame(painter, matrix.area, place, width, height, thick)

    def _cells(
        self, painter: QPainter, area: QRectF, indices: npt.NDArray[np.uint8], table: list[int]
    ) -> None:
        rows, columns = indices.shape
        width, height = area.width() / columns, area.height() / rows
        for row, line in enumerate(indices.tolist()):
            top = area.top() + row * height
            for column, index in enumerate(line):
                painter.fillRect(
                    QRectF(area.left() + column * width, top, width, height), QColor(table[index])
                )

    def _lines(self, painter: QPainter, matrix: Matrix, width: float, height: float) -> None:
        area, colour = matrix.area, QColor(self._colours.card)
        for column in range(1, round(area.width() / width)):
            painter.fillRect(QRectF(area.left() + column * width - 0.5, area.top(), 1, area.height()), colour)
        for row in range(1, round(area.height() / height)):
            painter.fillRect(QRectF(area.left(), area.top() + row * height - 0.5, area.width(), 1), colour)

    def _numbers(
        self, painter: QPainter, matrix: Matrix, indices: npt.NDArray[np.uint8], width: float, height: float
    ) -> None:
        finite = matrix.values[np.isfinite(matrix.values)]
        largest = float(np.abs(finite).max(initial=0))
        family, signs = painter.font().family(), bool((finite < 0).any())
        fitted = fit(digits(matrix.values), largest, signs, width, height, family)
        if fitted is None:
            return
        written, size, short = fitted
        font, metrics = _figures(family, size)
        drop = (height + metrics.capHeight()) / 2
        bright = [*self._bright[matrix.scale.colours][: tiles.GAP], False]
        black, white, pale = QColor("#000000"), QColor("#FFFFFF"), QColor(self._colours.muted)
        painter.save()
        painter.setFont(font)
        values = matrix.values.tolist()
        top, left = matrix.area.top(), matrix.area.left()
        for row, line in enumerate(indices.tolist()):
            for column, index in enumerate(line):
                text = written.text(values[row][column], short)
                if not text:
                    continue
                painter.setPen(pale if index == tiles.GAP else black if bright[index] else white)
                x = left + column * width + (width - _advance(family, size, text)) / 2
                painter.drawText(QPointF(x, top + row * height + drop), text)
        painter.restore()

    def _frame(
        self, painter: QPainter, area: QRectF, place: Place, width: float, height: float, thick: float
    ) -> None:
        """A frame in the accent with a light and a dark line beside it, so that it is seen on any colour."""
        cell = QRectF(area.left() + place[1] * width, area.top() + place[0] * height, width, height)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, size in ((self._colours.card, thick + 2), (self._colours.accent, thick)):
            painter.setPen(QPen(QColor(colour), size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap,
                                Qt.PenJoinStyle.MiterJoin))  # fmt: skip
            painter.drawRect(cell)


def fit(
    written: Digits, largest: float, signs: bool, width: float, height: float, family: str
) -> Figures | None:
    """How values of up to `largest` are written into cells of that size; None where there is no room.

    signs: whether some are negative. Larger figures go before the zero in front of the point, and that
    before the last decimal.
    """
    fewer = replace(written, decimals=max(written.decimals - 1, 0))
    for tried, short, least in ((written, False, LEAST + 2), (written, True, LEAST), (fewer, True, LEAST)):
        texts = [tried.text(-value if signs else value, short) for value in (largest, 0.888 * tried.unit)]
        for size in range(min(MOST, int(height * 0.5)), least - 1, -1):
            if max(_advance(family, size, text) for text in texts) <= width - 2:
                return Figures(tried, size, short)
    return None


@lru_cache(maxsize=64)
def _figures(family: str, size: int) -> tuple[QFont, QFontMetricsF]:
    font = QFont(family)
    font.setPixelSize(size)
    font.setStretch(QFont.Stretch.SemiCondensed)
    return font, QFontMetricsF(font)


@lru_cache(maxsize=20_000)
def _advance(family: str, size: int, text: str) -> float:
    return _figures(family, size)[1].horizontalAdvance(text)


def _luminance(rgb: int) -> float:
    """0 (black) to 1 (white): the relative luminance of WCAG 2, of which its contrasts are made."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (level / 255 for level in (rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

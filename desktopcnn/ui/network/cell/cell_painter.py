"""Paints the items of a close look in the colours of the theme."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from desktopcnn.inspection import tiles
from desktopcnn.ui.mosaic_view import indexed_image
from desktopcnn.ui.network.cell.cell_items import (
    Bar,
    Column,
    Curve,
    Item,
    Maps,
    Matrix,
    Panel,
    Place,
    Share,
    Words,
)  # fmt: skip
from desktopcnn.ui.network.cell.number_matrix import MatrixPainter
from desktopcnn.ui.theme import Theme

NEGATIVE, POSITIVE = 32, 222
"""Indices of the diverging colours that bars have: strong on a light and on a dark card."""
SIDES = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "centre": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class CellPainter:
    """Keeps the colours of the theme in force; made anew when it changes."""

    def __init__(self, theme: Theme) -> None:
        self._colours = theme.colours
        self._tables = {"sequential": theme.sequential(), "diverging": theme.diverging()}
        self._matrices = MatrixPainter(theme.colours, self._tables)
        signed = self._tables["diverging"]
        self._negative, self._positive = QColor(signed[NEGATIVE]), QColor(signed[POSITIVE])

    def paint(self, painter: QPainter, items: Sequence[Item], pixel: Place | None) -> None:
        """pixel: the place of the kernel that is lit in every matrix that slides."""
        for item in items:
            match item:
                case Words():
                    self._words(painter, item)
                case Matrix():
                    self._matrices.paint(painter, item, pixel if item.slides else None)
                case Maps():
                    self._maps(painter, item)
                case Bar():
                    self._bar(painter, item)
                case Share():
                    self._share(painter, item)
                case Column():
                    self._column(painter, item)
                case Curve():
                    self._curve(painter, item)
                case Panel():
                    self._panel(painter, item)

    def _words(self, painter: QPainter, words: Words) -> None:
        painter.save()
        if words.look == "strong":
            font = QFont(painter.font())
            font.setWeight(QFont.Weight.DemiBold)
            painter.setFont(font)
        colours = {"muted": self._colours.muted, "accent": self._colours.accent}
        painter.setPen(QColor(colours.get(words.look, self._colours.text)))
        text = painter.fontMetrics().elidedText(
            words.text, Qt.TextElideMode.ElideRight, int(words.area.width()) + 1
        )
        painter.drawText(words.area, Qt.AlignmentFlag.AlignVCenter | SIDES[words.align], text)
        painter.restore()

    def _maps(self, painter: QPainter, maps: Maps) -> None:
        indices = tiles.mosaic(maps.values.astype(np.float32), maps.grid, maps.scale.low, maps.scale.high)
        painter.drawImage(maps.target(), indexed_image(indices, self._tables[maps.scale.colours]))

    def _bar(self, painter: QPainter, bar: Bar) -> None:
        middle, half = bar.area.center().x(), bar.area.width() / 2
        length = min(abs(bar.value) / (bar.largest or 1.0), 1.0) * half
        left = middle if bar.value >= 0 else middle - length
        area = QRectF(left, bar.area.top(), length, bar.area.height())
        painter.fillRect(area, self._positive if bar.value >= 0 else self._negative)
        axis = QRectF(middle - 0.5, bar.area.top() - 2, 1, bar.area.height() + 4)
        painter.fillRect(axis, QColor(self._colours.border))

    def _share(self, painter: QPainter, share: Share) -> None:
        painter.fillRect(share.area, QColor(self._colours.track))
        filled = QRectF(share.area)
        filled.setWidth(share.area.width() * min(max(share.value, 0.0), 1.0))
        painter.fillRect(filled, QColor(self._colours.accent))

    def _column(self, painter: QPainter, column: Column) -> None:
        area = QRectF(column.area)
        label = painter.fontMetrics().height() if column.label else 0
        area.setBottom(area.bottom() - label)
        if column.chosen:
            painter.setPen(QPen(QColor(self._colours.accent), 1.5))
            painter.setBrush(QColor(self._colours.window))
            painter.drawRect(column.area.adjusted(0.75, 0.75, -0.75, -0.75))
        middle, half = area.center().y(), area.height() / 2 - 3
        length = min(abs(column.value) / (column.largest or 1.0), 1.0) * half
        gap = 1 if area.width() > 4 else 0
        top = middle - length if column.value >= 0 else middle
        bar = QRectF(area.left() + 2 * gap, top, area.width() - 4 * gap, max(length, 0.5))
        painter.fillRect(bar, self._positive if column.value >= 0 else self._negative)
        painter.fillRect(QRectF(area.left(), middle - 0.5, area.width(), 1), QColor(self._colours.border))
        if column.label:
            painter.setPen(QColor(self._colours.accent if column.chosen else self._colours.muted))
            below = QRectF(area.left(), area.bottom(), area.width(), label)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, column.label)

    def _curve(self, painter: QPainter, curve: Curve) -> None:
        area = curve.area
        low_x, high_x = float(curve.x.min()), float(curve.x.max())
        low_y, high_y = float(curve.y.min()), float(curve.y.max())
        wide, high = (high_x - low_x) or 1.0, (high_y - low_y) or 1.0

        def at(x: float, y: float) -> QPointF:
            return QPointF(
                area.left() + (x - low_x) / wide * area.width(),
                area.bottom() - (y - low_y) / high * area.height(),
            )

        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._colours.border), 1))
        for start, end in (((low_x, 0), (high_x, 0)), ((0, low_y), (0, high_y))):
            if low_x <= start[0] <= high_x and low_y <= start[1] <= high_y:
                painter.drawLine(at(*start), at(*end))
        painter.setPen(QPen(QColor(self._colours.text), 1.5))
        painter.drawPolyline(
            QPolygonF([at(*point) for point in zip(curve.x.tolist(), curve.y.tolist(), strict=True)])
        )
        dot = at(*curve.dot)
        painter.setPen(QPen(QColor(self._colours.accent), 1, Qt.PenStyle.DashLine))
        painter.drawLine(dot, at(curve.dot[0], min(max(0.0, low_y), high_y)))
        painter.drawLine(dot, at(min(max(0.0, low_x), high_x), curve.dot[1]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.accent))
        painter.drawEllipse(dot, 4.5, 4.5)
        painter.restore()

    def _panel(self, painter: QPainter, panel: Panel) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.window))
        painter.drawRoundedRect(panel.area, 5, 5)
        painter.restore()

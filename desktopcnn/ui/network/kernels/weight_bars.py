"""Layers with a number or two for each map (batch norm, subsampling): each row of numbers as bars."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktopcnn.inspection.part import Array
from desktopcnn.ui.colour_bar import short
from desktopcnn.ui.network.kernels import kernel_marks
from desktopcnn.ui.theme import Theme

WIDEST = 24
"""Pixels of a bar, at most."""


class WeightBars(QWidget):
    """One chart below the other, zero as a line; a click or an arrow key chooses a map."""

    pointed = Signal(object)  # the map, or None
    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: dict[str, Array] = {}
        self._chosen: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def set_rows(self, rows: Mapping[str, Array]) -> None:
        """A chart for each name: values of (maps,), the same number in all."""
        self._rows = dict(rows)
        self.update()

    def set_chosen(self, number: int | None) -> None:
        """Mark that map."""
        self._chosen = number
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 120)

    def bar(self, row: int, number: int) -> QRectF:
        """The room of a bar of that chart."""
        metrics = self.fontMetrics()
        high = self.height() / max(1, len(self._rows))
        left = metrics.horizontalAdvance("\u22120.0000") + 4
        wide = min((self.width() - left) / max(1, self._maps), WIDEST)
        top = row * high + metrics.height()
        return QRectF(left + number * wide, top, wide, high - metrics.height() - 6)

    @property
    def _maps(self) -> int:
        return max((len(values) for values in self._rows.values()), default=0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._maps:
            return
        painter = QPainter(self)
        for row, (name, values) in enumerate(self._rows.items()):
            self._paint_chart(painter, row, name, values)
        if self.hasFocus():
            kernel_marks.paint_focus(painter, self.rect(), self._theme.colours)

    def _paint_chart(self, painter: QPainter, row: int, name: str, values: Array) -> None:
        colours, room = self._theme.colours, self.bar(row, 0).united(self.bar(row, self._maps - 1))
        low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
        span = (high - low) or 1.0

        def y(value: float) -> float:
            return room.bottom() - (value - low) / span * room.height()

        if self._chosen is not None and self._chosen < self._maps:
            painter.fillRect(self.bar(row, self._chosen), QColor(colours.track))
        for number, value in enumerate(values):
            bar = self.bar(row, number)
            gap = 1 if bar.width() >= 4 else 0
            filled = QRectF(bar.x(), min(y(value), y(0)), bar.width() - gap, abs(y(value) - y(0)))
            painter.fillRect(filled, QColor(colours.accent if number == self._chosen else colours.hint))
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(QLineF(room.left(), y(0), room.right(), y(0)))
        painter.setPen(QColor(colours.text))
        height = painter.fontMetrics().height()
        painter.drawText(QPointF(0, room.top() - painter.fontMetrics().descent() - 1), name)
        painter.setPen(QColor(colours.muted))
        ends = {high: room.top(), low: room.bottom() - height}
        for value, top in ends.items():
            where = QRectF(0, top, room.left() - 4, height)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short(value))

    def _at(self, position: QPointF) -> int | None:
        if not self._maps:
            return None
        first = self.bar(0, 0)
        number = int(np.floor((position.x() - first.x()) / first.width()))
        return number if 0 <= number < self._maps else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        places = {
            Qt.Key.Key_Left: (self._chosen or 0) - 1,
            Qt.Key.Key_Right: -1 if self._chosen is None else self._chosen + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._maps - 1,
        }
        if (key := Qt.Key(event.key())) in places and self._maps:
            self.chosen.emit(min(max(places[key], 0), self._maps - 1))
        else:
            super().keyPressEvent(event)

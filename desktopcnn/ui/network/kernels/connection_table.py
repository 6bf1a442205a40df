"""Which input maps each output map sees, as the table in LeNet-5's paper: a cross for each kernel."""

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktopcnn.ui.network.kernels import kernel_marks
from desktopcnn.ui.theme import Theme

Connections = tuple[tuple[int, ...], ...]
LARGEST = 72
"""Pixels of a cell, at most."""
SLIM = 2
"""How many times as high as wide a cell is, at most, or as wide as high."""
WALKS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class ConnectionTable(QWidget):
    """Rows are input maps, columns are output maps; a click on a cross chooses that kernel."""

    pointed = Signal(object)  # (output map, input map), with a cross or without, or None
    chosen = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._connections: Connections = ()
        self._channels = 0
        self._kernel: tuple[int, int] | None = None
        self._row: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def set_connections(self, connections: Connections, channels: int) -> None:
        """For each output map the input maps it sees, of `channels`."""
        self._connections, self._channels = connections, channels
        self.update()

    def set_marks(self, kernel: tuple[int, int] | None, row: int | None) -> None:
        """The chosen kernel, and the output map whose cell is looked at."""
        self._kernel, self._row = kernel, row
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 120)

    def cell(self, number: int, channel: int) -> QRectF:
        """Where the cell of that output map (column) and input map (row) lies."""
        corner, size = self._corner(), self._size()
        return QRectF(corner.x() + number * size.width(), corner.y() + channel * size.height(),
                      size.width(), size.height())  # fmt: skip

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._connections:
            return
        painter, colours = QPainter(self), self._theme.colours
        self._paint_frame(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.text), 1.4))
        reach = min(self._size().width(), self._size().height()) * 0.24
        for number, seen in enumerate(self._connections):
            for channel in seen:
                middle = self.cell(number, channel).center()
                for slope in (1, -1):
                    arm = QPointF(reach, slope * reach)
                    painter.drawLine(QLineF(middle - arm, middle + arm))
        if self._kernel:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(self.cell(*self._kernel).adjusted(1, 1, -1, -1))
        if self.hasFocus():
            kernel_marks.paint_focus(painter, self.rect(), colours)

    def _paint_frame(self, painter: QPainter) -> None:
        """Lines, numbers, and a shade on the column that is looked at."""
        colours, maps = self._theme.colours, len(self._connections)
        whole = self.cell(0, 0).united(self.cell(maps - 1, self._channels - 1))
        if self._row is not None and self._row < maps:
            looked_at = self.cell(self._row, 0).united(self.cell(self._row, self._channels - 1))
            painter.fillRect(looked_at, QColor(colours.track))
        painter.setPen(QColor(colours.border))
        for number in range(maps + 1):
            x = whole.x() + number * self._size().width()
            painter.drawLine(QLineF(x, whole.top(), x, whole.bottom()))
        for channel in range(self._channels + 1):
            y = whole.y() + channel * self._size().height()
            painter.drawLine(QLineF(whole.left(), y, whole.right(), y))
        painter.setPen(QColor(colours.muted))
        self._paint_titles(painter, whole)
        metrics = painter.fontMetrics()
        every = 1 if metrics.horizontalAdvance(str(maps)) + 2 <= self._size().width() else 5
        for number in range(0, maps, every):
            above = self.cell(number, 0).translated(0, -self._size().height())
            above.setTop(whole.top() - metrics.height())
            above.setBottom(whole.top())
            above.adjust(-8, 0, 8, 0)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, str(number))
        for channel in range(self._channels):
            beside = self.cell(0, channel)
            beside.setLeft(metrics.height())
            beside.setRight(whole.left() - 4)
            middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(beside, middle, str(channel))

    def _paint_titles(self, painter: QPainter, whole: QRectF) -> None:
        """What the columns are, above their numbers; what the rows are, upwards beside theirs."""
        high, middle = painter.fontMetrics().height(), Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(whole.left(), 0, whole.width(), high), middle, self.tr("output map"))
        painter.save()
        painter.translate(0, whole.bottom())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, whole.height(), high), middle, self.tr("input map"))
        painter.restore()

    def _corner(self) -> QPointF:
        metrics = self.fontMetrics()
        left = metrics.height() + metrics.horizontalAdvance(str(self._channels)) + 6
        return QPointF(left, 2 * metrics.height() + 1)

    def _size(self) -> QRectF:
        """Of a cell, as a rectangle at 0, 0."""
        corner = self._corner()
        wide = (self.width() - corner.x() - 1) / max(1, len(self._connections))
        high = (self.height() - corner.y() - 1) / max(1, self._channels)
        return QRectF(0, 0, min(wide, SLIM * high, LARGEST), min(high, SLIM * wide, LARGEST))

    def _at(self, position: QPointF) -> tuple[int, int] | None:
        """Output map and input map whose cell lies there."""
        place = position - self._corner()
        number, channel = int(place.x() // self._size().width()), int(place.y() // self._size().height())
        there = 0 <= number < len(self._connections) and 0 <= channel < self._channels
        return (number, channel) if there else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        exists = found and found[1] in self._connections[found[0]]
        if found and exists and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk to the next cross in that direction."""
        if (key := Qt.Key(event.key())) not in WALKS or not self._connections:
            super().keyPressEvent(event)
            return
        right, down = WALKS[key]
        number, channel = self._kernel or (-right, -down)
        for _ in range(max(len(self._connections), self._channels)):
            number, channel = number + right, channel + down
            if not (0 <= number < len(self._connections) and 0 <= channel < self._channels):
                return
            if channel in self._connections[number]:
                self.chosen.emit(number, channel)
                return

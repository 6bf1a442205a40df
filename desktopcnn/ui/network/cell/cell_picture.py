"""The widget that shows a cell's items: paints them, and tells what the pointer is on."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktopcnn.ui.figure import Figure
from desktopcnn.ui.network.cell.cell_items import Hit, Item, Place, Sight, hit
from desktopcnn.ui.network.cell.cell_layout import Layout
from desktopcnn.ui.network.cell.cell_painter import CellPainter
from desktopcnn.ui.theme import Theme

MARGIN = 3
"""Pixels around the items, for the frame that shows the focus."""
NOTHING = Hit("")


class CellPicture(QWidget):
    """Lays its items out when it is painted: what is not visible costs nothing."""

    pointed = Signal(object)  # Hit: what the pointer is on now
    chosen = Signal(int)  # the input map of a bar that was pressed

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._painter = CellPainter(theme)
        self._layout: Layout | None = None
        self._pixel: Place | None = None
        self._items: list[Item] | None = None
        self._pointed = NOTHING
        self.setObjectName("cellPicture")
        self.setAccessibleName(self.tr("The numbers of the chosen cell"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(220, 150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._recolour)

    def sizeHint(self) -> QSize:
        return QSize(400, 300)

    def set_layout(self, layout: Layout | None, pixel: Place | None) -> None:
        """Show what `layout` makes of the room there is. pixel: the place of the kernel that is lit."""
        self._layout, self._pixel, self._items = layout, pixel, None
        self.update()

    def items(self) -> list[Item]:
        """What is shown, as it lies inside of the margin."""
        if self._items is None:
            room = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
            line = self.fontMetrics().height() + 3.0
            self._items = self._layout(Sight(room.width(), room.height(), line)) if self._layout else []
        return self._items

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.colours.accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint(painter)

    def figure(self) -> Figure:
        """What is shown."""
        return Figure(self.size(), self._paint)

    def _paint(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        painter.translate(MARGIN, MARGIN)
        self._painter.paint(painter, self.items(), self._pixel)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._items = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._items = None

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def _recolour(self) -> None:
        self._painter = CellPainter(self._theme)
        self.update()

    # the pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(NOTHING)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found.chooses and found.channel is not None:
            self.chosen.emit(found.channel)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            tip = self._at(QPointF(event.pos())).tip
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def _at(self, position: QPointF) -> Hit:
        return hit(self.items(), position - QPointF(MARGIN, MARGIN)) or NOTHING

    def _point(self, found: Hit) -> None:
        if found != self._pointed:
            self._pointed = found
            chooses = found.chooses
            self.setCursor(Qt.CursorShape.PointingHandCursor if chooses else Qt.CursorShape.ArrowCursor)
            self.pointed.emit(found)

"""All maps of one layer in one picture that can be pointed at, walked over with the keys, and enlarged."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea

from desktopcnn.inspection import tiles
from desktopcnn.ui.mosaic_view import MosaicView
from desktopcnn.ui.network.cell.cell_numbers import number

LEAST_SIDE = 1.5
"""Pixels of a cell below which the maps are scrolled rather than shrunk."""
ROOM_FOR_VALUE = 38
"""Least side of a unit in pixels that its value is written into."""
ZOOM, MOST_ZOOM = 1.25, 32.0
WALKS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)
}  # fmt: skip
PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class MapPicture(MosaicView):
    """Says what the pointer and the keys want; what is chosen is drawn as a mark."""

    pointed = Signal(object)  # the cell under the pointer, or None
    picked = Signal(object)  # a cell
    walked = Signal(int, int)  # so many rows down and columns to the right
    map_walked = Signal(int)
    zoomed = Signal(float, QPointF)  # by that factor about that place
    fit_requested = Signal()
    focus_changed = Signal()

    def __init__(
        self,
        shape: tuple[int, ...],
        table: list[int],
        labels: Sequence[str],
        signed: list[int],
        columns: Sequence[int],
    ) -> None:
        super().__init__(shape, table, labels, signed, columns)
        self.shape = shape
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(
            self.tr(
                "Click a cell to see its numbers\nArrow keys: other cells; Page Up, Page Down: other maps\n"
                "Ctrl and wheel, or + and -: larger and smaller; 0: all maps"
            )
        )

    # pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        self.pointed.emit(cell)
        if cell is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.picked.emit(cell)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.picked.emit(cell)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.zoomed.emit(ZOOM if event.angleDelta().y() > 0 else 1 / ZOOM, event.position())
            self.pointed.emit(self.cell_at(self.mapFromGlobal(event.globalPosition())))
            event.accept()
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control = held == Qt.KeyboardModifier.ControlModifier
        maps = len(self.shape) == 3
        if key in WALKS and (not held or control):
            down, right = WALKS[key]
            if control and maps:
                self.map_walked.emit(down * self.columns + right)
            else:
                self.walked.emit(down if maps else down * self.columns, right)
        elif key in PAGES:
            self.map_walked.emit(PAGES[key])
        elif event.text() in ("+", "-"):
            self.zoomed.emit(ZOOM if event.text() == "+" else 1 / ZOOM, QPointF(self.rect().center()))
        elif event.text() == "0":
            self.fit_requested.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit()

    # painting

    def paint_label(self, painter: QPainter, box: QRectF, place: int) -> None:
        """A class and, where there is room, its value."""
        value = "" if self.values is None else number(float(self.values.flat[place]))
        if box.width() < ROOM_FOR_VALUE:
            super().paint_label(painter, box, place)
            return
        room = int(box.width()) - 4
        name = painter.fontMetrics().elidedText(self.labels[place], Qt.TextElideMode.ElideRight, room)
        half = QRectF(box.x(), box.y() + box.height() * 0.12, box.width(), box.height() * 0.4)
        painter.drawText(half, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, name)
        half.translate(0, half.height())
        painter.drawText(half, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, value)


class MapArea(QScrollArea):
    """Shows the picture as large as fits; where its cells would get too small, or after zooming, a part."""

    def __init__(self) -> None:
        super().__init__()
        self._zoom = 1.0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(80, 60)
        self.viewport().setAutoFillBackground(False)

    @property
    def picture(self) -> MapPicture | None:
        picture = self.widget()
        return picture if isinstance(picture, MapPicture) else None

    def set_picture(self, picture: MapPicture) -> None:
        """Show another one; the one before is deleted."""
        self._zoom = 1.0
        picture.zoomed.connect(self._zoom_by)
        picture.fit_requested.connect(self.fit)
        self.setWidget(picture)
        picture.setAutoFillBackground(False)  # the card's shows
        self._arrange()

    def fit(self) -> None:
        """Show all maps again."""
        self._zoom = 1.0
        self._arrange()

    def show_cell(self, area: tuple[int, int, int, int], number: int) -> None:
        """Scroll until those cells of the map can be seen."""
        if self.picture:
            box = self.picture.area_box(area, number)
            self.ensureVisible(int(box.center().x()), int(box.center().y()), 24, 24)

    def sizeHint(self) -> QSize:
        return QSize(200, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Without regard to scroll bars that come with the zoom, or the maps would be laid out anew."""
        if self.picture:
            room = self.maximumViewportSize()
            base = _base(self.picture.shape, room)
            if base.height() > room.height():
                room.setWidth(room.width() - self.verticalScrollBar().sizeHint().width())
                base = _base(self.picture.shape, room)
            self.picture.resize(base * self._zoom)

    def _zoom_by(self, factor: float, about: QPointF) -> None:
        picture = self.picture
        zoom = min(max(self._zoom * factor, 1.0), MOST_ZOOM)
        if picture is None or zoom == self._zoom:
            return
        inside, held = picture.in_cells(about), picture.mapTo(self.viewport(), about)
        self._zoom = zoom
        self._arrange()
        corner = picture.from_cells(inside) - held
        self.horizontalScrollBar().setValue(round(corner.x()))
        self.verticalScrollBar().setValue(round(corner.y()))


def _base(shape: tuple[int, ...], room: QSize) -> QSize:
    """The size at which all maps are in sight, or at which their cells are not too small."""
    down, across = tiles.fit(shape, room.width(), room.height()).size
    if len(shape) != 3 or min(room.width() / across, room.height() / down) >= LEAST_SIDE:
        return room
    maps, height, width = shape
    columns = min(max(1, int((room.width() / LEAST_SIDE + 1) // (width + 1))), maps)
    side = min(LEAST_SIDE, room.width() / (columns * (width + 1)))
    return QSize(room.width(), max(room.height(), round(-(-maps // columns) * (height + 1) * side)))

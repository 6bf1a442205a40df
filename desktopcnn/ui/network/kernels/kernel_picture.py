"""All weights of a layer as one picture that scrolls and zooms; a click chooses a kernel."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy

from desktopcnn.inspection import sheet
from desktopcnn.inspection.sheet import Sheet
from desktopcnn.ui.figure import Figure
from desktopcnn.ui.mosaic_view import indexed_image
from desktopcnn.ui.network.kernels import kernel_lens, kernel_marks
from desktopcnn.ui.network.kernels.kernel_lens import Lens
from desktopcnn.ui.network.kernels.kernel_marks import Marks
from desktopcnn.ui.network.kernels.kernel_texts import Weight
from desktopcnn.ui.theme import Theme

STEP = 1.25
"""From one zoom to the next."""
WALKS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class KernelPicture(QAbstractScrollArea):
    """One row of kernels for each output map, or as many rows side by side as have room.

    The picture is made when it is painted, and again only for other weights, order, scale or arrangement.
    """

    pointed = Signal(object)  # Weight, or None
    chosen = Signal(int, int)
    whole_changed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._marks = Marks()
        self._sheet: Sheet | None = None
        self._lens: Lens | None = None
        self._places: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._image: QImage | None = None
        self._small: QImage | None = None
        self._own_zoom = self._whole = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 60)
        self.setProperty("small", True)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        theme.changed.connect(self._forget_image)

    # what is shown

    def set_sheet(self, shown: Sheet) -> None:
        """Other weights, another order or scale."""
        before, self._sheet = self._sheet, shown
        self._places = np.argsort(shown.order)
        self._forget_image()
        if before is None or before.values.shape != shown.values.shape:
            self._own_zoom = False
            self._arrange()

    def set_marks(self, marks: Marks) -> None:
        """Draw these marks; a kernel that is newly chosen comes into sight."""
        if marks == self._marks:
            return
        news = marks.kernel if marks.kernel != self._marks.kernel else None
        self._marks = marks
        if (
            news
            and self._lens
            and news[0] < len(self._places)
            and self._places[news[0]] < self._lens.plan.rows
        ):
            self._look_through(self._lens.showing(int(self._places[news[0]]), news[1]))
        self.viewport().update()

    def set_whole(self, whole: bool) -> None:
        """Show all of it, however small; otherwise no weight is smaller than can be seen."""
        if whole != self._whole or self._own_zoom:
            self._whole, self._own_zoom = whole, False
            self._arrange()

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Enlarge (above 1) or reduce; what lies at `about` of the viewport stays there."""
        if self._lens is None:
            return
        self._own_zoom, self._small = True, None
        self._look_through(self._lens.zoomed(factor, about or QPointF(self.viewport().rect().center())))
        if self._whole:
            self._whole = False
            self.whole_changed.emit(False)

    def rect_of(self, number: int, channel: int) -> QRectF:
        """Of that kernel, in the viewport; empty where it is not in the picture."""
        return self._lens.rect(int(self._places[number]), channel) if self._lens else QRectF()

    def _arrange(self) -> None:
        """Choose plan and zoom for the room that there is."""
        if self._sheet is None:
            return
        room, metrics = self.maximumViewportSize(), self.fontMetrics()
        if self._own_zoom and self._lens:
            lens = replace(self._lens, room=room)
            self._look_through(lens.scrolled(lens.scroll))
            return
        rows, columns = self._sheet.values.shape[:2]
        numbers = (metrics.horizontalAdvance(str(rows)) + 6, metrics.height() if columns > 1 else 0)
        bar = self.verticalScrollBar().sizeHint().width()
        self._image = self._small = None
        self._look_through(
            kernel_lens.fitted(self._sheet.values.shape, room, numbers, bar, whole=self._whole)
        )

    def _look_through(self, lens: Lens) -> None:
        self._lens = None  # the bars are not the user's now
        for bar, hidden, seen, at in (
            (self.horizontalScrollBar(), lens.hidden.width(), lens.inside.width(), lens.scroll.x()),
            (self.verticalScrollBar(), lens.hidden.height(), lens.inside.height(), lens.scroll.y()),
        ):
            bar.setRange(0, hidden)
            bar.setPageStep(seen)
            bar.setSingleStep(16)
            bar.setValue(at)
        self._lens = lens
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if self._lens:
            to = QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
            self._lens = self._lens.scrolled(to)
            self.viewport().update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if self._sheet and self._lens:
            self._paint(painter, self._sheet, self._lens, event.rect())
        painter.setClipping(False)
        if self.hasFocus():
            kernel_marks.paint_focus(painter, self.viewport().rect(), self._theme.colours)

    def figure(self) -> Figure | None:
        """All of it, as large as it is seen, whatever is scrolled out of sight."""
        if not (self._sheet and self._lens):
            return None
        shown, lens = self._sheet, self._lens
        lens = replace(lens, room=lens.extent + QSize(*lens.numbers), scroll=QPoint(0, 0))
        whole = QRect(QPoint(), lens.room)
        return Figure(lens.room, lambda painter: self._paint(painter, shown, lens, whole))

    def _paint(self, painter: QPainter, shown: Sheet, lens: Lens, area: QRect) -> None:
        colours = self._theme.colours
        painter.setFont(self.font())
        painter.setClipRect(lens.inside)
        self._paint_picture(painter, shown, lens, area)
        kernel_marks.paint(painter, lens, shown, self._marks, colours)
        kernel_marks.paint_numbers(painter, lens, shown.order, colours)

    def _paint_picture(self, painter: QPainter, shown: Sheet, lens: Lens, area: QRect) -> None:
        """The part of it that lies in `area`."""
        if self._image is None:
            self._image = indexed_image(sheet.picture(shown, lens.plan), self._theme.diverging())
        if lens.zoom < 1:
            ratio = painter.deviceTransform().m11()
            painter.drawImage(lens.origin, self._reduced(self._image, lens.extent, ratio))
            return
        pixels = QRectF(lens.pixels_in(area.intersected(lens.inside)))
        if not pixels.isEmpty():
            painter.drawImage(lens.on_screen(pixels), self._image, pixels)

    def _reduced(self, image: QImage, size: QSize, ratio: float) -> QImage:
        """The whole picture, each of its points the mean of the weights there. ratio: points for a pixel."""
        if self._small is None or self._small.devicePixelRatio() != ratio:
            mean = Qt.TransformationMode.SmoothTransformation
            self._small = image.scaled(size * ratio, Qt.AspectRatioMode.IgnoreAspectRatio, mean)
            self._small.setDevicePixelRatio(ratio)
        return self._small

    def _forget_image(self) -> None:
        self._image = self._small = None
        self.viewport().update()

    # mouse and keys

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found:
            self.chosen.emit(*found[:2])

    def _at(self, position: QPointF) -> Weight | None:
        found = self._lens.weight_at(position) if self._lens else None
        return (self._map(found[0]), *found[1:]) if found else None

    def _map(self, place: int) -> int:
        """The output map at that place of the order."""
        assert self._sheet
        return int(self._sheet.order[place])

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(1 / STEP)
        elif self._lens is None:
            super().keyPressEvent(event)
        elif key in WALKS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._point(self._lens, *WALKS[key])
        elif key in WALKS:
            self._walk(self._lens, *WALKS[key])
        elif key == Qt.Key.Key_Home:
            self.chosen.emit(self._map(0), 0)
        elif key == Qt.Key.Key_End:
            self.chosen.emit(self._map(self._lens.plan.rows - 1), self._lens.plan.columns - 1)
        else:
            super().keyPressEvent(event)

    def _walk(self, lens: Lens, down: int, right: int) -> None:
        """Choose the neighbour of the chosen kernel, or the first."""
        place, channel = 0, 0
        if self._marks.kernel:
            number, channel = self._marks.kernel
            place, channel = lens.plan.neighbour(int(self._places[number]), channel, down, right)
        self.chosen.emit(self._map(place), channel)

    def _point(self, lens: Lens, down: int, right: int) -> None:
        """Move to another weight of the chosen kernel."""
        if self._marks.kernel:
            row, column = self._marks.pixel or (0, 0)
            row = min(max(row + down, 0), lens.plan.height - 1)
            column = min(max(column + right, 0), lens.plan.width - 1)
            self.pointed.emit((*self._marks.kernel, row, column))

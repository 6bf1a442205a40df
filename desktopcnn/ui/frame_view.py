"""A frame as the network sees it: white ink on black, enlarged in whole pixels."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktopcnn.data.digit import Frame
from desktopcnn.ui.mosaic_view import Mark, outline_box
from desktopcnn.ui.pictures import input_image


class FrameView(QWidget):
    """A small square picture; black without a frame."""

    def __init__(self, side: int, name: str) -> None:
        super().__init__()
        self._side = side
        self._image: QImage | None = None
        self._mark: Mark | None = None
        self.setFixedSize(side, side)
        self.setAccessibleName(name)

    def set_frame(self, frame: Frame | None) -> None:
        self._image = None if frame is None else input_image(frame)
        self.update()

    def set_mark(self, mark: Mark | None) -> None:
        """Draw a box around those pixels of the frame, or none."""
        if mark != self._mark:
            self._mark = mark
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#000000"))
        if self._image is None:
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(
            (self.width() - size.width()) // 2, (self.height() - size.height()) // 2,
            size.width(), size.height(),
        )  # fmt: skip
        painter.drawImage(target, self._image)
        if self._mark:
            top, left, bottom, right = self._mark.area
            side = target.width() / self._image.width()
            box = QRectF(target.x() + left * side, target.y() + top * side, (right - left) * side, 0)
            box.setHeight((bottom - top) * side)
            outline_box(painter, box, self._mark.colour, self._mark.under)

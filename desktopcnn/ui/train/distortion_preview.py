"""Eight digits of the data set, distorted as the network in training will see them."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktopcnn.data.dataset import Images, Part
from desktopcnn.data.distortion import Distortion
from desktopcnn.ui.mosaic_view import grey_image
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.previews import Previews

DIGITS = 8
GAP = 4
LARGEST = 56
"""Pixels of the side of a digit, at most."""


class DistortionPreview(QAbstractButton):
    """A strip of digits; pressed, it shows other digits and other random distortions."""

    def __init__(self, previews: Previews, theme: Theme) -> None:
        super().__init__()
        self._previews, self._theme = previews, theme
        self._digits: Part | None = None
        self._distortion = Distortion()
        self._round = 0
        self._images: list[QImage] = []
        self.setObjectName("distortionPreview")
        self.setAccessibleName(self.tr("Distorted digits"))
        self.setToolTip(self.tr("Digits as the network in training will see them. Press for other ones."))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._turn)
        previews.shown.connect(self._take)
        theme.changed.connect(self.update)

    @property
    def shown(self) -> int:
        """How many digits are to be seen."""
        return len(self._images)

    def set_digits(self, digits: Part) -> None:
        """Take these pictures from now on."""
        self._digits = digits
        self._ask()

    def set_distortion(self, distortion: Distortion) -> None:
        if distortion != self._distortion:
            self._distortion = distortion
            self._ask()

    def sizeHint(self) -> QSize:
        return QSize(DIGITS * (28 + GAP) - GAP, 28)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setFixedHeight(self._side())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = self._side()
        for place in range(DIGITS):
            tile = QRectF(place * (side + GAP), 0, side, side)
            if place < len(self._images):
                painter.drawImage(tile, self._images[place])
            else:
                painter.fillRect(tile, QColor(self._theme.colours.track))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.colours.accent), 2))
            painter.drawRect(QRectF(1, 1, DIGITS * (side + GAP) - GAP - 2, side - 2))

    def _side(self) -> int:
        return min(LARGEST, (self.width() - GAP * (DIGITS - 1)) // DIGITS)

    def _turn(self) -> None:
        self._round += 1
        self._ask()

    def _ask(self) -> None:
        if self._digits is not None and len(self._digits):
            self._previews.show(_eight(self._digits.images, self._round), self._distortion, self._round)

    def _take(self, frames: tuple[npt.NDArray[np.float32], ...]) -> None:
        self._images = [grey_image(frame) for frame in frames]
        self.update()


def _eight(images: Images, turn: int) -> Images:
    """The next eight pictures at each turn; after the last comes the first."""
    return images[(np.arange(DIGITS) + turn * DIGITS) % len(images)]

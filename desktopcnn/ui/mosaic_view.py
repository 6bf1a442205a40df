"""Values as pictures: one layer's maps in one mosaic, one frame in grey."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktopcnn.data.digit import Frame
from desktopcnn.inspection import tiles

GREYS = [0xFF000000 | grey << 16 | grey << 8 | grey for grey in range(256)]


def indexed_image(indices: npt.NDArray[np.uint8], table: list[int]) -> QImage:
    """A QImage of its own (QImage over a numpy buffer would alias it)."""
    height, width = indices.shape
    image = QImage(indices.data, width, height, width, QImage.Format.Format_Indexed8).copy()
    image.setColorTable(table)
    return image


def grey_image(frame: Frame) -> QImage:
    """Ink of 0 (black) to 1 (white): a frame, or a picture's ink."""
    return indexed_image(tiles.grey_levels(frame), GREYS)


class MosaicView(QWidget):
    """Paints all maps of one layer's output as one picture, as large as fits, on a scale of its own.

    The mosaic is made when it is painted: what is not visible costs nothing.
    """

    def __init__(self, shape: tuple[int, ...], table: list[int], labels: Sequence[str] = ()) -> None:
        """labels: a name for each cell of a vector, written into it."""
        super().__init__()
        self._shape, self._table, self._labels = shape, table, labels
        self._values: npt.NDArray[np.float32] | None = None
        self._grid: tiles.Grid | None = None
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(40, 40)

    def sizeHint(self) -> QSize:
        return QSize(100, 200)

    def set_table(self, table: list[int]) -> None:
        """Change the colours."""
        self._table = table
        self._image = None
        self.update()

    def set_values(self, values: npt.NDArray[np.float32] | None) -> None:
        """Show these values, of the shape given at the beginning; None shows nothing."""
        self._values, self._image = values, None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._values is None:
            return
        grid = self._fitted()
        if self._image is None:
            indices = tiles.mosaic(self._values, grid, *tiles.span(self._values))
            self._image = indexed_image(indices, self._table)
        target = self._target(grid)
        painter = QPainter(self)
        painter.drawImage(target, self._image)
        if self._labels:
            self._paint_labels(painter, grid, target)

    def _paint_labels(self, painter: QPainter, grid: tiles.Grid, target: QRect) -> None:
        side = target.width() / grid.columns
        for place, label in enumerate(self._labels):
            down, right = divmod(place, grid.columns)
            cell = QRectF(target.x() + right * side, target.y() + down * side, side, side)
            under = self._image.pixelColor(right, down) if self._image else QColor()
            painter.setPen(QColor("#000000" if under.lightness() > 120 else "#FFFFFF"))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, label)

    def _fitted(self) -> tiles.Grid:
        grid = tiles.fit(self._shape, self.width(), self.height())
        if grid != self._grid:
            self._grid, self._image = grid, None
        return grid

    def _target(self, grid: tiles.Grid) -> QRect:
        down, across = grid.size
        size = QSize(across, down).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        zoom = size.width() // across
        if zoom >= 3:  # whole pixels, so that all cells are alike; below that it would cost too much size
            size = QSize(across * zoom, down * zoom)
        return QRect((self.width() - size.width()) // 2, 0, size.width(), size.height())

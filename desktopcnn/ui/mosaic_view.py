"""Values as pictures: one layer's maps in one mosaic, one frame in grey."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktopcnn.data.digit import Frame
from desktopcnn.inspection import tiles
from desktopcnn.inspection.field import Rectangle

GREYS = [0xFF000000 | grey << 16 | grey << 8 | grey for grey in range(256)]
LEGIBLE = 12
"""Least side in pixels of a map into which a mark is drawn."""

SMALL = 24
"""Side in pixels of a box below which its lines are thinner."""
LOSS = 0.15
"""Share of the size that may be given away so that all cells have the same number of pixels."""


def indexed_image(indices: npt.NDArray[np.uint8], table: list[int]) -> QImage:
    """A QImage of its own (QImage over a numpy buffer would alias it)."""
    height, width = indices.shape
    image = QImage(indices.data, width, height, width, QImage.Format.Format_Indexed8).copy()
    image.setColorTable(table)
    return image


def grey_image(frame: Frame) -> QImage:
    """Ink of 0 (black) to 1 (white): a frame, or a picture's ink."""
    return indexed_image(tiles.grey_levels(frame), GREYS)


def outline_box(painter: QPainter, box: QRectF, colour: str, under: str) -> None:
    """A thin rectangle that is seen on any picture: in one colour, with a rim of another."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    small = min(box.width(), box.height()) < SMALL
    for pen in (QPen(QColor(under), 2 if small else 3), QPen(QColor(colour), 1 if small else 1.5)):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(box)


@dataclass(frozen=True)
class Mark:
    """A box around some cells of the maps. area: as of `field.seen_by`; maps: on which ones, None for all."""

    area: Rectangle
    maps: tuple[int, ...] | None = None
    colour: str = "#000000"
    under: str = "#FFFFFF"


class MosaicView(QWidget):
    """Paints all maps of one layer's output as one picture, as large as fits.

    The mosaic is made when it is painted, with no more cells than it has pixels: what is not visible costs
    nothing. Values below zero are there: zero is in the middle of the colours `signed`, where given.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        table: list[int],
        labels: Sequence[str] = (),
        signed: list[int] | None = None,
        columns: Sequence[int] = (),
    ) -> None:
        """labels: a name for each cell of a vector, written into it; columns: as of `tiles.fit`."""
        super().__init__()
        self._shape, self.labels, self._columns = shape, labels, columns
        self._table, self._signed = table, signed
        self.values: npt.NDArray[np.float32] | None = None
        self._scale: tiles.Scale | None = None
        self._fitted_to: QSize | None = None
        self._grid = tiles.Grid(1, 1, 1, 1, 0)
        self._image: QImage | None = None
        self._ratio = 1.0
        self._marks: Sequence[Mark] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(40, 40)

    def sizeHint(self) -> QSize:
        return QSize(100, 200)

    def set_table(self, table: list[int], signed: list[int] | None = None) -> None:
        """Change the colours."""
        self._table, self._signed = table, signed
        self._image = None
        self.update()

    def set_values(self, values: npt.NDArray[np.float32] | None, scale: tiles.Scale | None = None) -> None:
        """Show these values, of the shape given at the beginning; None shows nothing.

        Without a scale it goes from the smallest to the largest value.
        """
        self.values, self._scale, self._image = values, scale, None
        self.update()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Draw these boxes over the maps that are large enough for it."""
        if list(marks) != list(self._marks):
            self._marks = marks
            self.update()

    # where the cells are

    def cell_at(self, place: QPointF) -> tuple[int, ...] | None:
        """The cell at a place of the widget: (map, row, column) or (unit,); None beside the maps."""
        inside = self.in_cells(place)
        found = self._fitted().cell_at(math.floor(inside.x()), math.floor(inside.y()))
        if found is None:
            return None
        return found if len(self._shape) == 3 else found[:1]

    def in_cells(self, place: QPointF) -> QPointF:
        """A place of the widget in cells of the mosaic, gaps counted, from its corner."""
        return (place - QPointF(self._target().topLeft())) / self.cell_side

    def from_cells(self, inside: QPointF) -> QPointF:
        """What `in_cells` does, the other way."""
        return inside * self.cell_side + QPointF(self._target().topLeft())

    def area_box(self, area: Rectangle, number: int = 0) -> QRectF:
        """Where the cells of `area` of one map are painted; without what reaches into the padding."""
        grid, target = self._fitted(), self._target()
        side = target.width() / grid.size[1]
        top, left, bottom, right = area
        if len(self._shape) != 3:
            number, left, right = left, 0, 1
        down, across = divmod(number, grid.columns)
        top, bottom = max(top, 0), min(bottom, grid.height)
        left, right = max(left, 0), min(right, grid.width)
        x, y = across * (grid.width + grid.gap) + left, down * (grid.height + grid.gap) + top
        return QRectF(
            target.x() + x * side, target.y() + y * side, (right - left) * side, (bottom - top) * side
        )

    @property
    def columns(self) -> int:
        """How many maps (or units) lie in a row."""
        return self._fitted().columns

    @property
    def cell_side(self) -> float:
        """Pixels of the screen for each cell."""
        return self._target().width() / self._fitted().size[1]

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.values is None:
            return
        target = self._target()
        painter = QPainter(self)
        ratio = painter.deviceTransform().m11()
        if self._image is None or ratio != self._ratio:
            self._image, self._ratio = self._painted(ratio), ratio
        painter.drawImage(target, self._image)
        if self.labels:
            self._paint_labels(painter, target)
        for mark in self._marks:
            self._paint_mark(painter, mark)

    def _painted(self, ratio: float) -> QImage:
        """The mosaic. ratio: pixels of what is painted on for each of the widget's."""
        assert self.values is not None
        grid, values = self._fitted(), self.values
        scale = self._scale or (tiles.scale(values) if self._signed else None)
        low, high = (scale.low, scale.high) if scale else tiles.span(values)
        step = int(1 / (self.cell_side * ratio)) if self.cell_side else 1
        if step > 1 and grid.gap:
            values = tiles.thinned(values, step)
            grid = replace(grid, height=values.shape[1], width=values.shape[2])
        signed = self._signed if scale and scale.signed and self._signed else self._table
        return indexed_image(tiles.mosaic(values, grid, low, high), signed)

    def _paint_labels(self, painter: QPainter, target: QRect) -> None:
        grid = self._fitted()
        side = target.width() / grid.columns
        for place in range(len(self.labels)):
            down, right = divmod(place, grid.columns)
            box = QRectF(target.x() + right * side, target.y() + down * side, side, side)
            under = self._image.pixelColor(right, down) if self._image else QColor()
            painter.setPen(QColor("#000000" if under.lightness() > 120 else "#FFFFFF"))
            self.paint_label(painter, box, place)

    def paint_label(self, painter: QPainter, box: QRectF, place: int) -> None:
        """Write the name of a unit into its box, where it has room."""
        if painter.fontMetrics().horizontalAdvance(self.labels[place]) <= box.width():
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.labels[place])

    def _paint_mark(self, painter: QPainter, mark: Mark) -> None:
        grid, (top, left, bottom, right) = self._fitted(), mark.area
        whole = (bottom - top, right - left) == (grid.height, grid.width)
        if len(self._shape) != 3:
            whole = right - left > 1
        if mark.maps is None and whole:
            outline_box(painter, QRectF(self._target()).adjusted(1, 1, -1, -1), mark.colour, mark.under)
            return
        if self.cell_side * max(grid.height, grid.width) < LEGIBLE and mark.maps is None:
            return
        numbers = range(grid.maps) if mark.maps is None and len(self._shape) == 3 else mark.maps or (0,)
        for number in numbers:
            box = self.area_box(mark.area, number)
            room = max(0.0, 4 - min(box.width(), box.height())) / 2  # or a single cell would not be seen
            outline_box(painter, box.adjusted(-room, -room, room, room), mark.colour, mark.under)

    def _fitted(self) -> tiles.Grid:
        if self.size() != self._fitted_to:
            self._fitted_to, self._image = self.size(), None
            self._grid = tiles.fit(self._shape, self.width(), self.height(), self._columns)
        return self._grid

    def _target(self) -> QRect:
        down, across = self._fitted().size
        size = QSize(across, down).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        even = across * (size.width() // across)
        if even >= (1 - LOSS) * size.width():
            size = QSize(even, down * (even // across))
        return QRect(QPoint((self.width() - size.width()) // 2, 0), size)

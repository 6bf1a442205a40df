"""What a close look at a cell is painted of: a list of items with their places, made anew for each answer.

Laying out and painting are apart, so that a layout can be tested by its items, the pointer can be asked
what it is on, and a picture is one repaint of one widget.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

from desktopcnn.inspection import tiles

Array = npt.NDArray[np.floating[Any]]
Place = tuple[int, int]
"""Row and column of a matrix."""
Look = Literal["plain", "muted", "strong", "accent"]
Align = Literal["left", "centre", "right"]


@dataclass(frozen=True)
class Scale:
    """The values at the two ends of a colour map."""

    colours: Literal["sequential", "diverging"]
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Words:
    """One line of text; what does not fit is cut."""

    area: QRectF
    text: str
    look: Look = "plain"
    align: Align = "left"


@dataclass(frozen=True, eq=False)
class Matrix:
    """Values (rows, columns) as coloured cells, with numbers where there is room.

    inside: which of the cells lie inside the input, None for all; marked: a cell with a frame around it;
    slides: its cells are places of the kernel; channel: the input map it belongs to. tip: what a cell says.
    """

    area: QRectF
    values: Array
    scale: Scale
    tip: Callable[[int, int], str]
    inside: npt.NDArray[np.bool_] | None = None
    marked: Place | None = None
    slides: bool = False
    channel: int | None = None

    def place_at(self, point: QPointF) -> Place:
        """The cell at a point of the area."""
        rows, columns = self.values.shape
        row = int((point.y() - self.area.top()) * rows / self.area.height())
        column = int((point.x() - self.area.left()) * columns / self.area.width())
        return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)


@dataclass(frozen=True, eq=False)
class Maps:
    """Maps (number, height, width) as one mosaic, without numbers. tip: what a cell says."""

    area: QRectF
    values: Array
    scale: Scale
    tip: Callable[[int, int, int], str]

    @property
    def grid(self) -> tiles.Grid:
        return tiles.fit(self.values.shape, self.area.width(), self.area.height())

    def target(self) -> QRectF:
        """Where the mosaic lies: as large as fits, in the upper left corner."""
        down, across = self.grid.size
        zoom = min(self.area.width() / across, self.area.height() / down)
        zoom = float(int(zoom)) if zoom >= 2 else zoom  # whole pixels, so that all cells are alike
        return QRectF(self.area.topLeft(), self.area.topLeft() + QPointF(across * zoom, down * zoom))


@dataclass(frozen=True, eq=False)
class Bar:
    """One value as a bar to the left (negative) or right of a middle line; `largest` fills half the area."""

    area: QRectF
    value: float
    largest: float


@dataclass(frozen=True, eq=False)
class Share:
    """A part of 1 as a bar from the left."""

    area: QRectF
    value: float


@dataclass(frozen=True, eq=False)
class Column:
    """One value as a bar up or down; a press chooses its channel. label: below it."""

    area: QRectF
    value: float
    largest: float
    tip: str
    label: str = ""
    channel: int | None = None
    chosen: bool = False


@dataclass(frozen=True, eq=False)
class Curve:
    """A function through `x` and `y`, and the point that it has at this cell."""

    area: QRectF
    x: Array
    y: Array
    dot: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Panel:
    """The ground under a result."""

    area: QRectF


Item = Words | Matrix | Maps | Bar | Share | Column | Curve | Panel


@dataclass(frozen=True)
class Sight:
    """What a layout has to go by. width, height, line: of the room and of a line of text, in pixels.

    low, high: the ends of the colour map of the layer's input. channel: the chosen input map; pixel: the
    place of the kernel that the pointer is on; lit: the input map whose product is written out; strongest:
    channels stand in the order of their sums. classes: names of the outputs of the last layer, if it is that.
    """

    width: float
    height: float
    line: float = 18.0
    low: float = 0.0
    high: float = 1.0
    channel: int | None = None
    pixel: Place | None = None
    lit: int | None = None
    strongest: bool = False
    classes: tuple[str, ...] = ()

    @property
    def activations(self) -> Scale:
        """The colours of the layer's input; the signed ones where there are values below zero."""
        if self.low < 0:
            return symmetric(np.array([self.low, self.high]))
        return Scale("sequential", self.low, self.high)


@dataclass(frozen=True)
class Hit:
    """What the pointer is on. chooses: a press looks at that channel."""

    tip: str
    pixel: Place | None = None
    channel: int | None = None
    chooses: bool = False


def hit(items: Iterable[Item], point: QPointF) -> Hit | None:
    """What lies at that point, if it says something."""
    for item in items:
        if not item.area.contains(point):
            continue
        if isinstance(item, Matrix):
            place = item.place_at(point)
            return Hit(item.tip(*place), place if item.slides else None, item.channel)
        if isinstance(item, Column):
            return Hit(item.tip, None, item.channel, item.channel is not None)
        if isinstance(item, Maps) and (tip := _maps_tip(item, point)):
            return Hit(tip)
    return None


def _maps_tip(item: Maps, point: QPointF) -> str | None:
    target, (down, across) = item.target(), item.grid.size
    x = int((point.x() - target.left()) * across / target.width())
    y = int((point.y() - target.top()) * down / target.height())
    cell = item.grid.cell_at(x, y)
    return item.tip(*cell) if cell else None


def symmetric(values: Array) -> Scale:
    """The signed colours, zero in their middle, for values of any size."""
    finite = values[np.isfinite(values)]
    largest = float(np.abs(finite).max()) if finite.size else 1.0
    return Scale("diverging", -largest or -1.0, largest or 1.0)

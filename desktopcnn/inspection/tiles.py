"""Many feature maps as one picture: a mosaic of colour indices, painted in one go."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

GAP = 255
"""The colour index of the lines between the maps; values take 0 to 254."""
STEPS = 254
Per = Literal["map", "layer", "network"]
"""What has one scale together."""
Bounds = float | npt.NDArray[np.float32]
"""One for all maps, or (maps,)."""


@dataclass(frozen=True)
class Grid:
    """How the maps lie: `columns` x `rows` cells of height x width pixels with `gap` pixels between."""

    maps: int
    height: int
    width: int
    columns: int
    gap: int

    @property
    def rows(self) -> int:
        return math.ceil(self.maps / self.columns)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the whole mosaic in pixels."""
        return (
            self.rows * (self.height + self.gap) - self.gap,
            self.columns * (self.width + self.gap) - self.gap,
        )

    def cell_at(self, x: int, y: int) -> tuple[int, int, int] | None:
        """Map, row and column of the cell at pixel x, y of the mosaic; None on a gap or beyond."""
        if x < 0 or y < 0:
            return None
        right, column = divmod(x, self.width + self.gap)
        down, row = divmod(y, self.height + self.gap)
        number = down * self.columns + right
        if column >= self.width or row >= self.height or right >= self.columns or number >= self.maps:
            return None
        return number, row, column


def fit(shape: tuple[int, ...], width: float, height: float, columns: Sequence[int] = ()) -> Grid:
    """The grid in which an output of `shape` (maps or a vector) is largest in width x height.

    A vector is shown as cells without gaps. columns: the numbers of columns to choose from; all without.
    A grid that comes out squarer wins a tie.
    """
    maps, rows, across = shape if len(shape) == 3 else (math.prod(shape), 1, 1)
    gap = 0 if rows == across == 1 else 1
    numbers = np.asarray(columns if len(columns) else range(1, maps + 1))
    tall = -(-maps // numbers) * (rows + gap) - gap
    wide = numbers * (across + gap) - gap
    width, height = max(width, 1), max(height, 1)
    zoom = np.minimum(width / wide, height / tall)
    best = np.flatnonzero(zoom == zoom.max())
    squarest = np.abs(np.log(tall[best] * width / (wide[best] * height))).argmin()
    return Grid(maps, rows, across, int(numbers[best[squarest]]), gap)


def unflattened(shape: tuple[int, ...]) -> Sequence[int]:
    """The numbers of columns in which a vector that was maps of `shape` looks like them."""
    maps, _, width = shape
    return (width,) if maps == 1 else range(width, math.prod(shape) + 1, width)


def thinned(values: npt.NDArray[np.float32], step: int) -> npt.NDArray[np.float32]:
    """Every `step`-th row and column of the maps: enough for a picture with fewer pixels than cells."""
    return values[:, ::step, ::step] if values.ndim == 3 else values


def mosaic(values: npt.NDArray[np.float32], grid: Grid, low: Bounds, high: Bounds) -> npt.NDArray[np.uint8]:
    """Colour indices of all maps in one picture of `grid.size`: `low` is 0, `high` is 254.

    values: (maps, height, width) or a vector. What is not a number is shown as a gap.
    """
    values = values.reshape(grid.maps, grid.height, grid.width)
    low, high = (np.reshape(bound, (-1, 1, 1)).astype(np.float32) for bound in (low, high))
    scaled = np.clip((values - low) * (STEPS / np.where(high > low, high - low, 1)) + 0.5, 0, STEPS)
    cell = (grid.height + grid.gap, grid.width + grid.gap)
    indices = np.full((grid.rows * grid.columns, *cell), GAP, np.uint8)
    indices[: grid.maps, : grid.height, : grid.width] = np.where(np.isnan(scaled), GAP, scaled)
    rows = indices.reshape(grid.rows, grid.columns, *cell).swapaxes(1, 2)
    down, across = grid.size
    return np.ascontiguousarray(rows.reshape(grid.rows * cell[0], grid.columns * cell[1])[:down, :across])


def span(values: npt.NDArray[np.float32]) -> tuple[float, float]:
    """The smallest and largest value, for the ends of the colour map; 0 and 1 where none is a number."""
    if (
        values.size
        and math.isfinite(low := float(values.min()))
        and math.isfinite(high := float(values.max()))
    ):
        return low, high
    numbers = values[np.isfinite(values)]
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else (0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Scale:
    """Which values have the first and the last colour. low, high: (maps,), or (1,) for all of them.

    signed: there are values below zero; zero is in the middle then.
    """

    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]
    signed: bool

    def of(self, number: int) -> tuple[float, float]:
        """The ends for one map."""
        at = min(number, len(self.low) - 1)
        return float(self.low[at]), float(self.high[at])


def scale(values: npt.NDArray[np.float32], per: Per = "layer", largest: float = 0.0) -> Scale:
    """The scale for the output of a layer: from its smallest to its largest value, or about zero.

    per: "map" has one of its own for each of (maps, height, width); "network" ends at `largest`, the
    largest absolute value in the network (see `largest_in`).
    """
    low, high = span(values)
    signed = low < 0
    if per == "map" and values.ndim == 3:
        return _per_map(values, signed)
    ends = (0.0, largest) if per == "network" else (low, high)
    return _scale(np.array([ends], np.float32), signed)


def _per_map(values: npt.NDArray[np.float32], signed: bool) -> Scale:
    spans = np.stack([values.min((1, 2)), values.max((1, 2))], 1)
    for number in np.flatnonzero(~np.isfinite(spans).all(1)):
        spans[number] = span(values[number])
    return _scale(spans, signed)


def _scale(spans: npt.NDArray[np.float32], signed: bool) -> Scale:
    if not signed:
        return Scale(spans[:, 0], spans[:, 1], False)
    largest = np.abs(spans).max(1)
    return Scale(-largest, largest, True)


def largest_in(outputs: Sequence[npt.NDArray[np.float32]]) -> float:
    """The largest absolute value in all of them."""
    return max((abs(end) for output in outputs for end in span(output)), default=1.0)


def grey_levels(frame: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Values of 0 to 1 as 0 to 255."""
    return np.ascontiguousarray(np.clip(frame * 255 + 0.5, 0, 255).astype(np.uint8))

"""Many feature maps as one picture: a mosaic of colour indices, painted in one go."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

GAP = 255
"""The colour index of the lines between the maps; values take 0 to 254."""
STEPS = 254


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


def fit(shape: tuple[int, ...], width: float, height: float) -> Grid:
    """The grid in which an output of `shape` (maps or a vector) is largest in width x height.

    A vector is shown as cells without gaps. A grid that comes out squarer wins a tie.
    """
    maps, rows, columns = shape if len(shape) == 3 else (math.prod(shape), 1, 1)
    gap = 0 if rows == columns == 1 else 1
    grids = (Grid(maps, rows, columns, number, gap) for number in range(1, maps + 1))

    def zoom(grid: Grid) -> tuple[float, float]:
        down, across = grid.size
        return min(width / across, height / down), -abs(math.log(down * width / (across * height)))

    return max(grids, key=zoom)


def mosaic(values: npt.NDArray[np.float32], grid: Grid, low: float, high: float) -> npt.NDArray[np.uint8]:
    """Colour indices of all maps in one picture of `grid.size`: `low` is 0, `high` is 254.

    values: (maps, height, width) or a vector. What is not a number is shown as a gap.
    """
    values = values.reshape(grid.maps, grid.height, grid.width)
    scaled = np.clip((values - low) * (STEPS / ((high - low) or 1.0)) + 0.5, 0, STEPS)
    cell = (grid.height + grid.gap, grid.width + grid.gap)
    indices = np.full((grid.rows * grid.columns, *cell), GAP, np.uint8)
    indices[: grid.maps, : grid.height, : grid.width] = np.where(np.isnan(scaled), GAP, scaled)
    rows = indices.reshape(grid.rows, grid.columns, *cell).swapaxes(1, 2)
    down, across = grid.size
    return np.ascontiguousarray(rows.reshape(grid.rows * cell[0], grid.columns * cell[1])[:down, :across])


def span(values: npt.NDArray[np.float32]) -> tuple[float, float]:
    """The smallest and largest value, for the ends of the colour map; 0 and 1 where none is a number."""
    numbers = values[np.isfinite(values)]
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else (0.0, 1.0)


def grey_levels(frame: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Values of 0 to 1 as 0 to 255."""
    return np.ascontiguousarray(np.clip(frame * 255 + 0.5, 0, 255).astype(np.uint8))

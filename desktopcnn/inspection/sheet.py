"""All weights of a layer as one picture: a row of little pictures for each output map or unit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktopcnn.inspection import kernels, tiles
from desktopcnn.inspection.kernels import Order, Scale
from desktopcnn.inspection.part import Array, Kind, Part
from desktopcnn.networks import stylised
from desktopcnn.networks.shapes import Shape

KINDS: tuple[Kind, ...] = ("conv", "dense", "rbf")
"""The layers that have a sheet."""
MOST_PIXELS = 2**24
"""Of a picture, about; rows beyond that are left out."""
TINY = 0.05
"""Pixels of the screen for a weight, below which numbers get no more room."""


@dataclass(frozen=True)
class Plan:
    """Where each weight lies: `rows` strips of `columns` pictures of height x width, `across` side by side.

    Gaps of one pixel lie between the pictures, but none within a matrix, whose pictures are single weights.
    apart: pixels between strips side by side, besides the gap.
    """

    rows: int
    columns: int
    height: int
    width: int
    across: int = 1
    apart: int = 0

    @property
    def gap(self) -> int:
        return 0 if self.height == self.width == 1 else 1

    @property
    def grid(self) -> tiles.Grid:
        """The strips, each with what keeps it apart from the next."""
        strip = self.columns * (self.width + self.gap) - self.gap + self.apart
        return tiles.Grid(self.rows, self.height, strip, self.across, self.gap)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture in pixels."""
        down, across = self.grid.size
        return down, across - self.apart

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """x and y of the first pixel of a picture."""
        grid = self.grid
        down, right = divmod(row, self.across)
        return (
            right * (grid.width + self.gap) + column * (self.width + self.gap),
            down * (self.height + self.gap),
        )

    def weight_at(self, x: int, y: int) -> tuple[int, int, int, int] | None:
        """Strip, picture, row and column of the weight at pixel x, y; None on a gap or beyond."""
        if (found := self.grid.cell_at(x, y)) is None:
            return None
        column, right = divmod(found[2], self.width + self.gap)
        if right >= self.width or column >= self.columns:
            return None
        return found[0], column, found[1], right

    def neighbour(self, row: int, column: int, down: int, right: int) -> tuple[int, int]:
        """The picture that lies below (1) or above (-1), to the right (1) or to the left (-1) of one.

        The same one at the edge; at the end of a strip comes the strip at its side.
        """
        column += right
        if not 0 <= column < self.columns:
            beside = row + right
            if beside // self.across == row // self.across and 0 <= beside < self.rows:
                row, column = beside, (0 if right > 0 else self.columns - 1)
            column = min(max(column, 0), self.columns - 1)
        below = row + down * self.across
        return (below if 0 <= below < self.rows else row), column


@dataclass(frozen=True, eq=False)
class Sheet:
    """What is drawn of a layer.

    values: (maps, channels, rows, columns), NaN where there is no kernel; ends: of `scales`; order: the map
    that each strip shows; dead: for each map, see `kernels.dead`.
    """

    values: Array
    ends: Array
    order: npt.NDArray[np.intp]
    dead: npt.NDArray[np.bool_]


def weights(part: Part, maps: Shape | None = None) -> Array:
    """The weights to be drawn: (rows, columns, height, width), NaN where a kernel does not exist.

    A row for each output map or unit; a column for each input map: of a dense layer where its inputs are
    those `maps` laid out as a vector, else each input is a column of single weights. The centres of an RBF
    output that are stylised digits are pictures of such.
    """
    if part.kind == "conv":
        shape = part.weights["weight"].shape
        return kernels.grid(part).reshape(shape)
    if part.kind == "rbf":
        centres = part.weights["centres"]
        digit = (stylised.ROWS, stylised.COLUMNS)
        drawn = centres.shape[1] == math.prod(digit)
        return centres.reshape(-1, 1, *digit) if drawn else centres[..., None, None]
    table = part.weights["weight"]
    if maps is not None and len(maps) == 3 and math.prod(maps) == table.shape[1] and math.prod(maps[1:]) > 1:
        return table.reshape(-1, *maps)
    return table[..., None, None]


def sheet(
    part: Part,
    maps: Shape | None,
    order: npt.NDArray[np.intp],
    per: Scale = "layer",
    network_largest: float = 0.0,
    first: Part | None = None,
) -> Sheet:
    """The weights of a layer of `KINDS`, or what was added to those of `first`.

    maps: see `weights`; per, network_largest: see `scales`.
    """
    values = weights(part, maps)
    if first is not None:
        values = values - weights(first, maps)
    dead = np.zeros(len(values), np.bool_) if part.kind == "rbf" else kernels.dead(part)
    return Sheet(values, scales(values, per, network_largest), order, dead)


def order(part: Part, output: Array | None, by: Order) -> npt.NDArray[np.intp]:
    """As `kernels.order` has it; by index for centres, which are all alike long."""
    if part.kind == "rbf":
        return np.arange(len(part.weights["centres"]))
    return kernels.order(part, output, by)


def largest_of(parts: Mapping[str, Part], first: Mapping[str, Part] | None = None) -> float:
    """The largest size of any weight of the convolutions and dense layers; 0 without any.

    first: the same layers at the start, for the largest change instead.
    """
    sizes = [0.0]
    for name, part in parts.items():
        if part.kind in ("conv", "dense"):
            table = part.weights["weight"]
            sizes.append(kernels.largest(table - first[name].weights["weight"] if first else table))
    return max(sizes)


def scales(values: Array, per: Scale, network_largest: float = 0.0) -> Array:
    """What the ends of the colours stand for, of each picture: (rows, columns).

    Per kernel as `kernels.scales` has it; in a matrix, whose pictures are single weights, per row.
    """
    rows, columns, height, width = values.shape
    if height == width == 1:
        found = kernels.scales(values.reshape(rows, 1, columns), per, network_largest)
        return np.broadcast_to(found[:, None], (rows, columns))  # of millions of weights no copies
    return kernels.scales(values.reshape(-1, height, width), per, network_largest).reshape(rows, columns)


def plan(shape: Shape, width: float, height: float, least: float = 0.0, beside: float = 0.0) -> Plan:
    """The plan for values of `shape` in which a weight is largest in width x height.

    Where a weight would get less than `least` pixels, as many strips lie side by side as fit at that size:
    the picture is longer than `height` then. Rows beyond `MOST_PIXELS` are left out.
    beside: of the width, what is kept free at the left of each strip for its number.
    """
    rows, columns, down, right = shape
    strip = columns * (right + 1)
    rows = max(1, min(rows, MOST_PIXELS // (strip * (down + 1))))
    single = Plan(rows, columns, down, right)
    across = np.arange(1, rows + 1)
    apart = np.where(across > 1, 1 if columns > 1 or beside else 0, 0)
    wide = across * (single.grid.width + apart + single.gap) - single.gap - apart
    high = np.ceil(rows / across) * (down + single.gap) - single.gap
    zoom = np.minimum((width - across * beside) / wide, height / high)
    best = int(zoom.argmax())
    if zoom[best] < least:
        best = max(0, int((wide * least + across * beside <= width).sum()) - 1)
    free = max(1, math.ceil(beside / max(zoom[best], least, TINY))) if apart[best] else 0
    return Plan(rows, columns, down, right, int(across[best]), free)


def picture(sheet: Sheet, plan: Plan) -> npt.NDArray[np.uint8]:
    """Colour indices of all weights, as of `tiles.mosaic`: zero in the middle, gaps where nothing is."""
    shown = sheet.order[: plan.rows]
    grid = plan.grid
    share = sheet.values[shown] / sheet.ends[shown][..., None, None]
    cell = plan.width + plan.gap
    strips = np.full((plan.rows, plan.height, plan.columns, cell), np.nan, np.float32)
    strips[..., : plan.width] = share.swapaxes(1, 2)
    flat = strips.reshape(plan.rows, plan.height, plan.columns * cell)
    full = np.full((plan.rows, plan.height, grid.width), np.nan, np.float32)
    used = min(grid.width, flat.shape[2])
    full[..., :used] = flat[..., :used]
    return np.ascontiguousarray(tiles.mosaic(full, grid, -1.0, 1.0)[:, : plan.size[1]])

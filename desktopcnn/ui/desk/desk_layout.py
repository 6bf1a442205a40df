"""Where the grids of the convolution desk lie: in the arrangement in which their cells are largest."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from PySide6.QtCore import QPoint, QRect, QSize

Key = tuple[str, int, int]
"""Kind ("input", "kernel", "bias", "output", "pooled"), map and channel; 0 where there is none."""
Table = list[list[Key | None]]
Bands = list[list[Table]]
"""Tables side by side, in bands one under the other."""
LARGEST_SIDE, SMALLEST_SIDE = 52, 6
LEAST_KERNEL_SIDE = 24
"""A kernel's cells stay so large beside a picture, whose cells must be small."""
GAP, GROUP_GAP = 10, 28


@dataclass(frozen=True)
class Places:
    """Sides of a cell in pixels, and where each grid lies."""

    side: int
    kernel_side: int
    areas: Mapping[Key, QRect]

    def side_of(self, key: Key) -> int:
        return self.kernel_side if key[0] in ("kernel", "bias") else self.side


def arrange(
    channels: int, maps: int, pooled: bool, room: QSize, size_of: Callable[[Key, int], QSize]
) -> Places:
    """Where the cells are largest; where nothing fits, the smallest cells.

    size_of: the size of a grid in pixels for a side of its cells.
    """
    ways = list(_ways(channels, maps, pooled))
    for side in range(LARGEST_SIDE, SMALLEST_SIDE - 1, -1):
        for kernel_side in sorted({max(side, LEAST_KERNEL_SIDE), side}, reverse=True):
            for bands in ways:
                areas, size = _placed(bands, side, kernel_side, size_of)
                if size.width() <= room.width() and size.height() <= room.height():
                    return Places(side, kernel_side, areas)
    areas, _ = _placed(ways[0], SMALLEST_SIDE, SMALLEST_SIDE, size_of)
    return Places(SMALLEST_SIDE, SMALLEST_SIDE, areas)


def _ways(channels: int, maps: int, pooled: bool) -> Iterator[Bands]:
    """The arrangements, the better ones first.

    Each channel's kernels stand in line with it: to its right, or under it. Where that takes too much room,
    and for one channel, they are a block of their own.
    """
    inputs: Table = [[("input", 0, c) for c in range(channels)]]
    kernels: Table = [[*_kernel_row(m, channels), ("bias", m, 0)] for m in range(maps)]
    outputs: Table = [[("output", m, 0)] for m in range(maps)]
    if pooled:
        outputs = [[*row, ("pooled", m, 0)] for m, row in enumerate(outputs)]
    in_line: Table = [[*inputs[0], None], *kernels]
    for o in (outputs, _turned(outputs)):
        yield [[inputs, _turned(kernels), o]] if channels == 1 else [[_turned(in_line), o]]
        yield [[in_line, o]]
        yield [[inputs], [kernels, o]]
        yield [[inputs], [_turned(kernels), o]]


def _kernel_row(m: int, channels: int) -> list[Key | None]:
    return [("kernel", m, c) for c in range(channels)]


def _turned(table: Table) -> Table:
    return [list(row) for row in zip(*table, strict=True)]


def _placed(
    bands: Bands, side: int, kernel_side: int, size_of: Callable[[Key, int], QSize]
) -> tuple[dict[Key, QRect], QSize]:
    """Where the grids lie, and the size of it all."""
    sides = Places(side, kernel_side, {})
    areas: dict[Key, QRect] = {}
    width = top = 0
    for band in bands:
        left = height = 0
        for table in band:
            sizes = [
                [size_of(key, sides.side_of(key)) if key else QSize(0, 0) for key in row] for row in table
            ]
            widths = [max(size.width() for size in column) for column in zip(*sizes, strict=True)]
            heights = [max(size.height() for size in row) for row in sizes]
            for (down, row), along in product(enumerate(table), range(len(widths))):
                key = row[along]
                if key:
                    x = left + sum(widths[:along]) + GAP * along
                    y = top + sum(heights[:down]) + GAP * down
                    areas[key] = QRect(QPoint(x, y), sizes[down][along])
            left += sum(widths) + GAP * (len(widths) - 1) + GROUP_GAP
            height = max(height, sum(heights) + GAP * (len(heights) - 1))
        width, top = max(width, left - GROUP_GAP), top + height + GAP
    return areas, QSize(width, top - GAP)

"""What one cell sees: the rectangle of an earlier layer's output, or of the image, that it depends on."""

import math

import numpy as np
import numpy.typing as npt

from desktopcnn.inspection.outline import INPUT, Outline, Stop
from desktopcnn.inspection.part import FROM_ALL, ONE_BY_ONE, Sliding

Rectangle = tuple[int, int, int, int]
"""(top, left, bottom, right), the last two behind the last."""
_Indices = npt.NDArray[np.intp]
_Region = tuple[_Indices, _Indices]
"""The rows and the columns whose crossings are seen; of a vector the row 0 and the units."""


def seen_by(outline: Outline, index: int, cell: tuple[int, ...], at: int) -> Rectangle | None:
    """The rectangle of the output of stop `at` (of the image for -1) that a cell of stop `index` depends on.

    cell: (map, row, column) or (unit,). It is exact: dilation and strides leave gaps that are followed,
    and cells in the padding of a layer in between see nothing. The rectangle itself may reach into the
    padding around `at`. A vector is one row: (0, first unit, 1, behind the last). None where `at` is not
    before `index`, or something between modules, or a layer of kind "other", hides what is before it.
    """
    region = _cell(cell)
    while index != at:
        if index <= INPUT:
            return None
        stop = outline[index]
        before = _before(stop, region)
        if before is None or stop.source is None:
            return None
        region, index = before, stop.source
        if index != at:
            region = _clipped(region, _output_shape(outline, index))
    rows, columns = region
    if not len(rows) or not len(columns):
        return (0, 0, 0, 0)
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def maps_before(outline: Outline, index: int) -> tuple[int, int, int] | None:
    """(maps, height, width) that the input of stop `index` was before it was flattened, or None."""
    source = outline[index].source
    while source is not None and source != INPUT:
        stop = outline[source]
        if stop.kind == "flatten":
            return stop.input_shape if len(stop.input_shape) == 3 else None
        if stop.kind not in ONE_BY_ONE:
            return None
        source = stop.source
    return None


def _output_shape(outline: Outline, index: int) -> tuple[int, ...]:
    if index != INPUT:
        return outline[index].output_shape
    return next(stop.input_shape for stop in outline if stop.source == INPUT)


def _cell(cell: tuple[int, ...]) -> _Region:
    row, column = cell[1:] if len(cell) == 3 else (0, cell[0])
    return np.array([row]), np.array([column])


def _all(shape: tuple[int, ...]) -> _Region:
    rows, columns = shape[1:] if len(shape) == 3 else (1, math.prod(shape))
    return np.arange(rows), np.arange(columns)


def _before(stop: Stop, region: _Region) -> _Region | None:
    """What of the stop's input a region of its output is made of; None where that is unknown."""
    if stop.window is not None:
        return _slid(stop.window, region)
    if stop.kind in ONE_BY_ONE:
        return region
    if stop.kind in FROM_ALL and len(stop.input_shape) == 1:  # of more, some layers mix one axis only
        return _all(stop.input_shape)
    return _unflattened(stop.input_shape, region) if stop.kind == "flatten" else None


def _unflattened(shape: tuple[int, ...], region: _Region) -> _Region:
    units = region[1]
    if len(shape) == 1:
        return region
    if len(shape) == 3 and len(units) == 1:
        _, row, column = np.unravel_index(units, shape)
        return row, column
    return _all(shape)


def _slid(window: Sliding, region: _Region) -> _Region:
    rows, columns = (
        np.unique((places * stride - padding)[:, None] + dilation * np.arange(kernel))
        for places, stride, padding, dilation, kernel in zip(
            region, window.stride, window.padding, window.dilation, window.kernel, strict=True
        )
    )
    return rows, columns


def _clipped(region: _Region, shape: tuple[int, ...]) -> _Region:
    """Without what lies in the padding."""
    height, width = shape[1:] if len(shape) == 3 else (1, math.prod(shape))
    rows, columns = region
    return rows[(rows >= 0) & (rows < height)], columns[(columns >= 0) & (columns < width)]

"""On which maps of an earlier layer the field of a cell lies."""

from collections.abc import Mapping

import numpy as np

from desktopcnn.inspection.outline import Outline, Stop
from desktopcnn.inspection.part import ONE_BY_ONE, Kind, Part

MAP_BY_MAP: tuple[Kind, ...] = (*ONE_BY_ONE, "maxpool", "avgpool", "subsampling")
"""Each map of their output is made of the one map of the same number."""
Maps = tuple[int, ...] | None
"""None for all."""


def maps_seen(
    outline: Outline, parts: Mapping[str, Part], index: int, cell: tuple[int, ...], at: int
) -> Maps:
    """The maps of stop `at` (of the image for -1) that a cell of stop `index` depends on, in order.

    cell: (map, row, column) or (unit,). `at` must be `index` or before it.
    """
    maps: Maps = cell[:1]
    while index > at and maps is not None:
        stop = outline[index]
        maps = _before(stop, parts.get(stop.name), maps)
        if stop.source is None:
            return None
        index = stop.source
    return maps


def _before(stop: Stop, part: Part | None, maps: tuple[int, ...]) -> Maps:
    if stop.kind in MAP_BY_MAP:
        return maps
    if stop.kind == "conv" and part and part.connections:
        return tuple(sorted({taken for number in maps for taken in part.connections[number]}))
    if stop.kind == "flatten" and len(maps) == 1 and len(stop.input_shape) == 3:
        return (int(np.unravel_index(maps[0], stop.input_shape)[0]),)
    return None

"""The numbers behind a view as files: arrays as NPY, long tables as CSV (RFC 4180).

Numbers in a CSV have a dot whatever the locale, and so many figures that they read back as the same float32;
those that do not exist are empty. In an NPY they are NaN.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from desktopcnn.inspection.part import Array, Part

BLOCK = 20_000
"""Rows that are written at a time: some ten milliseconds of work."""
KERNELS = ("map", "channel", "row", "column")
AXES = {1: ("unit",), 3: ("map", "row", "column")}
"""Names of the axes of an output, by their number."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """An array with a name and a name for each of its axes."""

    name: str
    values: Array
    axes: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.axes) != self.values.ndim:
            raise ValueError(f"{self.axes} are not the axes of an array of {self.values.shape}")


def of_output(name: str, values: Array) -> Numbers:
    """The output of a layer: (maps, rows, columns), or (units,)."""
    return Numbers(name, values, AXES[values.ndim])


def of_weights(part: Part, values: Array) -> Numbers:
    """What `sheet.weights` has of a layer, in the shape that the layer itself has it.

    (maps, channels, rows, columns) of a convolution, NaN where there is no kernel; else (units, inputs).
    """
    if part.kind == "conv":
        return Numbers(part.name, values, KERNELS)
    return Numbers(part.name, values.reshape(len(values), -1), ("unit", "input"))


def to_npy(values: Array) -> bytes:
    """float32 in C order, as `numpy.load` reads it without pickle."""
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(values, np.float32), allow_pickle=False)
    return file.getvalue()


def to_csv(*numbers: Numbers) -> Iterator[str]:
    """A row for each number, its place first; header first, in blocks of some rows.

    Several arrays have the name of theirs in front and all axes that any of them has.
    """
    named = ("layer",) if len(numbers) > 1 else ()
    axes = tuple(dict.fromkeys(axis for array in numbers for axis in array.axes))
    yield text([(*named, *axes, "value")])
    for array in numbers:
        name = (array.name,) if named else ()
        flat = array.values.reshape(-1)
        for start in range(0, flat.size, BLOCK):
            values = flat[start : start + BLOCK]
            at = np.unravel_index(np.arange(start, start + len(values)), array.values.shape)
            found = dict(zip(array.axes, (along.tolist() for along in at), strict=True))
            columns = [found.get(axis, [""] * len(values)) for axis in axes]
            rows = zip(*columns, map(plain, values), strict=True)
            yield text((*name, *row) for row in rows)


def plain(value: float) -> str:
    """The shortest text that reads back as that number; nothing for NaN."""
    return "" if np.isnan(value) else str(value)


def text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as lines of a CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()

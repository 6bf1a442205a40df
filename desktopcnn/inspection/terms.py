"""The arithmetic of one cell as a table: a row for each number that takes part."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from desktopcnn.inspection.explanations import (
    Applied,
    Convolved,
    Distanced,
    Dropped,
    Explanation,
    Indices,
    Moved,
    Normalised,
    Pooled,
    Softmaxed,
    Weighted,
)
from desktopcnn.inspection.numbers import BLOCK, plain, text
from desktopcnn.networks.shapes import Shape

Term = tuple[str, object, object, object, float]
"""What it is, where it stands in the input, and its value."""
Floats = npt.NDArray[np.floating[Any]]
SINGLE: dict[type[Explanation], tuple[str, ...]] = {
    Normalised: ("value", "mean", "variance", "epsilon", "weight", "bias"),
    Applied: ("value",),
    Dropped: ("value", "probability", "kept"),
}
"""What those that take one number are made of."""


def to_csv(explanation: Explanation) -> Iterator[str]:
    """How a cell was worked out, as of `numbers`: quantity, map, row, column, value; the result last.

    map, row and column are a place in the layer's input, below 0 or beyond its end in the padding; a unit of
    a vector has a column only, and what has no place none of them.
    """
    yield text([("quantity", "map", "row", "column", "value")])
    rows = _rows(explanation)
    while block := list(islice(rows, BLOCK)):
        yield text((*row[:-1], plain(row[-1])) for row in block)


def _rows(e: Explanation) -> Iterator[Term]:
    if type(e) in SINGLE:
        yield from _named(**{name: getattr(e, name) for name in SINGLE[type(e)]})
    elif isinstance(e, Moved):
        yield "value", *_place(e.source), e.computed
    else:
        yield from _terms(e)
    yield from _named(result=e.result, computed=e.computed)
    if e.activation:
        yield from _named(activation=e.activation.value, activation_computed=e.activation.computed)


def _terms(e: Explanation) -> Iterator[Term]:
    match e:
        case Convolved():
            yield from _convolved(e)
        case Pooled():
            yield from _window("value", "", e.rows, e.columns, e.values)
            yield from _named(total=e.total, divisor=e.divisor, coefficient=e.coefficient, bias=e.bias)
        case Weighted():
            yield from _vectors(e.maps_shape, input=e.inputs, weight=e.weights, product=e.products)
            yield from _named(bias=e.bias)
        case Distanced():
            yield from _vectors(None, input=e.inputs, centre=e.centre, square=e.squares)
            yield from _named(total=e.total)
        case Softmaxed():
            yield from _named(temperature=e.temperature)
            yield from _vectors(None, logit=e.logits, shifted=e.shifted, exponential=e.exponentials)
            yield from _named(total=e.total)
            yield from _vectors(None, probability=e.probabilities)


def _convolved(e: Convolved) -> Iterator[Term]:
    for place, channel in enumerate(e.channels.tolist()):
        for name, values in (("input", e.patches), ("weight", e.kernels), ("product", e.products)):
            yield from _window(name, channel, e.rows, e.columns, values[place])
        yield "sum", channel, "", "", e.sums[place]
    yield from _named(bias=e.bias)


def _window(name: str, number: object, rows: Indices, columns: Indices, values: Floats) -> Iterator[Term]:
    for row, line in zip(rows, values, strict=True):
        for column, value in zip(columns, line, strict=True):
            yield name, number, row, column, value


def _vectors(shape: Shape | None, **vectors: Floats) -> Iterator[Term]:
    """Vectors of one length side by side. shape: of the maps that they were."""
    for unit in range(len(next(iter(vectors.values())))):
        at = _place(tuple(map(int, np.unravel_index(unit, shape))) if shape else (unit,))
        for name, values in vectors.items():
            yield name, *at, values[unit]


def _place(cell: tuple[int, ...]) -> tuple[object, object, object]:
    """Map, row and column; a unit of a vector is a column."""
    number, row, column = cell if len(cell) == 3 else ("", "", cell[0])
    return number, row, column


def _named(**values: float) -> Iterator[Term]:
    for name, value in values.items():
        yield name, "", "", "", value

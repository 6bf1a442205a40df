"""What a network costs, layer by layer, with the sums written out; and what dense layers would cost."""

import math
from dataclasses import dataclass

from desktopcnn.inspection.field import seen_by
from desktopcnn.inspection.outline import INPUT, Outline, Stop
from desktopcnn.inspection.part import ONE_BY_ONE

BYTES = 4
"""Of a float32."""


@dataclass(frozen=True)
class Counted:
    """One layer. share: of the network's parameters, 0 to 1; values, memory: numbers and bytes of the output.

    shared: the module ran before; its parameters are counted there, and 0 here. sees: rows and columns of
    the image that one cell depends on, the whole image from the first dense layer on; None where unknown.
    """

    stop: Stop
    parameters: int
    share: float
    values: int
    memory: int
    shared: bool
    sees: tuple[int, int] | None


@dataclass(frozen=True)
class Counts:
    """The layers and their sums. multiply_adds: None where that of some layer is unknown.

    memory: bytes of all outputs for one picture; parameter_memory: bytes of the parameters.
    """

    rows: tuple[Counted, ...]
    parameters: int
    multiply_adds: int | None
    values: int
    memory: int
    parameter_memory: int


@dataclass(frozen=True)
class Comparison:
    """A layer beside a dense one. factor: how many times the parameters the dense layer has."""

    formula: str
    parameters: int
    dense_formula: str
    dense_parameters: int
    factor: float


def count(outline: Outline) -> Counts:
    """All layers of the outline with their sums, in its order."""
    total = sum({stop.name: stop.parameters for stop in outline}.values())
    known = [stop.multiply_adds for stop in outline if stop.multiply_adds is not None]
    rows: list[Counted] = []
    names: set[str] = set()
    for index, stop in enumerate(outline):
        shared = stop.name in names and stop.parameters > 0
        names.add(stop.name)
        parameters, values = 0 if shared else stop.parameters, math.prod(stop.output_shape)
        share, sees = parameters / max(total, 1), _sees(outline, index)
        rows.append(Counted(stop, parameters, share, values, values * BYTES, shared, sees))
    values = sum(row.values for row in rows)
    return Counts(
        tuple(rows), total, sum(known) if len(known) == len(outline) else None,
        values, values * BYTES, total * BYTES,
    )  # fmt: skip


def _sees(outline: Outline, index: int) -> tuple[int, int] | None:
    stop = outline[index]
    if stop.field is not None:
        return stop.field, stop.field
    if stop.source is not None and stop.source != INPUT and stop.kind in ("flatten", *ONE_BY_ONE):
        return _sees(outline, stop.source)
    first = (0,) * len(stop.output_shape)
    if len(outline[0].input_shape) != 3 or not (found := seen_by(outline, index, first, INPUT)):
        return None
    top, left, bottom, right = found
    _, height, width = outline[0].input_shape
    return min(bottom, height) - max(top, 0), min(right, width) - max(left, 0)


def against_dense(stop: Stop, units: int = 30) -> Comparison | None:
    """A convolution beside a dense layer of `units` units on the same input; None for other kinds.

    The first layer of the book's network has 20 × (5×5 + 1) = 520 parameters, a dense one of 30 units
    784 × 30 + 30 = 23,550: 45 times as many (Nielsen 2015, chapter 6).
    """
    if stop.kind != "conv" or not stop.parameters:
        return None
    inputs = math.prod(stop.input_shape)
    dense = inputs * units + units
    formula = f"{inputs:,} × {units:,} + {units:,} = {dense:,}"
    return Comparison(stop.formula, stop.parameters, formula, dense, dense / stop.parameters)

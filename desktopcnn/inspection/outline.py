"""The layers of a network in order of execution, as far as they are known before it has answered."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktopcnn.inspection.part import Kind, Pair, Part, Sliding, times
from desktopcnn.networks.architecture import Architecture, Row
from desktopcnn.networks.layers import (
    Activation,
    AveragePool,
    Convolution,
    Dropout,
    MaxPool,
    Subsampling,
)
from desktopcnn.networks.shapes import Shape, Window

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from desktopcnn.inspection.part import Array
    from desktopcnn.inspection.trace import Trace

INPUT = -1
"""The place of the input image, before the first layer."""
SOFTMAX = Part("softmax", "softmax", "Softmax")
TITLES: dict[Kind, str] = {
    "conv": "Convolution", "maxpool": "Max pooling", "avgpool": "Average pooling",
    "subsampling": "Subsampling", "activation": "Activation", "batchnorm": "Batch norm",
    "dropout": "Dropout", "flatten": "Flatten", "dense": "Dense", "rbf": "RBF output", "softmax": "Softmax",
}  # fmt: skip
KINDS = {str(kind): kind for kind in TITLES}
FUNCTION_TITLES = {"relu": "ReLU", "sigmoid": "Sigmoid", "tanh": "Tanh", "scaled tanh": "Scaled tanh"}
Sees = tuple[Pair, Pair, Pair] | None
"""Receptive field, step and start in pixels of the image, (rows, columns) each."""


@dataclass(frozen=True)
class Stop:
    """One layer in place.

    name: the module's path, "softmax" for the step to probabilities; title: for people; parameters: learnt
    numbers; multiply_adds: for one picture, None where unknown. field, step, start: as in
    `architecture.Row`; None where rows and columns differ too. formula: how the parameters are counted, ""
    where there are none. source: place of the stop whose output it takes, `INPUT` for the image, None
    where something between modules made its input. window: how it looks at its input, None where it does
    not slide.
    """

    name: str
    kind: Kind
    title: str
    input_shape: Shape
    output_shape: Shape
    parameters: int
    multiply_adds: int | None
    field: int | None
    step: int | None
    start: int | None
    formula: str
    source: int | None
    window: Sliding | None


Outline = tuple[Stop, ...]


def of_architecture(architecture: Architecture) -> Outline:
    """A stop for each row, each taking the output of the one before, and the softmax."""
    shape = architecture.output_shape
    steps = [(_part(row), row.input_shape, row.output_shape) for row in architecture.rows]
    return _outline(
        [*((*step, i - 1) for i, step in enumerate(steps)), (SOFTMAX, shape, shape, len(steps) - 1)]
    )


def of_module(module: "nn.Module", image: "Array") -> Outline:
    """What `module` (in evaluation mode) runs through for an image of (channels, height, width).

    Raises `NetworkError` as `trace` does.
    """
    from desktopcnn.inspection.anatomy import anatomy
    from desktopcnn.inspection.trace import trace

    return of_trace(trace(module, image), anatomy(module))


def of_trace(trace: "Trace", parts: "Mapping[str, Part]") -> Outline:
    """A stop for each of `trace.steps`; where an input came from is told by the identity of the arrays."""
    made = {id(trace.image): INPUT}
    steps: list[_Step] = []
    for number, layer in enumerate(trace.steps):
        steps.append((parts[layer.name], layer.input.shape, layer.output.shape, made.get(id(layer.input))))
        made[id(layer.output)] = number
    return _outline(steps)


def activation_after(outline: Outline, index: int) -> int | None:
    """The place of the activation that takes the output of stop `index`; None where another does."""
    takers = [number for number, stop in enumerate(outline) if stop.source == index]
    return takers[0] if takers and outline[takers[0]].kind == "activation" else None


_Step = tuple[Part, Shape, Shape, int | None]
"""Part, input shape, output shape and source."""


def _outline(steps: list[_Step]) -> Outline:
    stops: list[Stop] = []
    seen: dict[int | None, Sees] = {INPUT: ((1, 1), (1, 1), (0, 0)), None: None}
    for number, (part, taken, given, source) in enumerate(steps):
        window = part.window_over(taken, given)
        sees = seen[number] = _grown(seen[source], window)
        # a field is one number where rows and columns do not differ
        field, step, start = sees if sees and all(a == b for a, b in sees) else ((None, None),) * 3
        stops.append(
            Stop(
                part.name, part.kind, part.title, taken, given, part.parameters,
                _multiply_adds(part, taken, given), field[0], step[0], start[0],
                formula(part, taken, given), source, window,
            )
        )  # fmt: skip
    return tuple(stops)


def _grown(sees: Sees, window: Sliding | None) -> Sees:
    """As `architecture` has it, with rows and columns apart."""
    if sees is None or window is None:
        return None
    field, step, start = sees
    reach = (window.extent[0] - 1) * step[0], (window.extent[1] - 1) * step[1]
    return (
        (field[0] + reach[0], field[1] + reach[1]),
        (step[0] * window.stride[0], step[1] * window.stride[1]),
        (start[0] - window.padding[0] * step[0], start[1] - window.padding[1] * step[1]),
    )


def _multiply_adds(part: Part, taken: Shape, given: Shape) -> int | None:
    if part.kind == "conv" and part.window:
        return kernels(part, taken, given) * math.prod(part.window.kernel) * math.prod(given[1:])
    if part.kind in ("dense", "rbf"):
        return given[-1] * math.prod(taken)
    if part.kind == "subsampling":
        return math.prod(given)
    return None if part.kind == "other" else 0


def kernels(part: Part, taken: Shape, given: Shape) -> int:
    """How many kernels a convolution has: one for each output map and input map that it sees."""
    return taken[0] * given[0] if part.connections is None else sum(map(len, part.connections))


def formula(part: Part, taken: Shape, given: Shape) -> str:
    """How the parameters are counted: "40 × (20 × 5×5 + 1) = 20,040"; "" where there are none.

    taken, given: shapes of input and output. Of kind "other" only the number is said.
    """
    total = f"{part.parameters:,}"
    if not part.parameters:
        return ""
    if part.kind == "conv" and part.window:
        cells = math.prod(part.window.kernel)
        number = kernels(part, taken, given)
        biased = part.parameters > number * cells
        if part.connections is not None:
            bias = f" + {given[0]:,}" if biased else ""
            return f"{number:,} kernels × {times(part.window.kernel)}{bias} = {total}"
        inputs = times(part.window.kernel) if taken[0] == 1 else f"{taken[0]:,} × {times(part.window.kernel)}"
        return f"{_each(given[0], inputs, biased)} = {total}"
    if part.kind == "dense":
        return f"{_each(given[-1], f'{taken[-1]:,}', part.parameters > given[-1] * taken[-1])} = {total}"
    if part.kind in ("batchnorm", "subsampling"):
        return f"2 × {given[0]:,} = {total}"
    return total


def _each(units: int, inputs: str, biased: bool) -> str:
    return f"{units:,} × ({inputs} + 1)" if biased else f"{units:,} × {inputs}"


def _part(row: Row) -> Part:
    """The layer without its weights."""
    layer, kind, parameters = row.layer, KINDS[row.layer.kind], row.parameters
    title = TITLES[kind]
    if isinstance(layer, Convolution | MaxPool | AveragePool | Subsampling):
        window = _sliding(layer.window)
        connections = layer.connections if isinstance(layer, Convolution) else None
        title = f"{title} {times(window.kernel)}"
        return Part(row.name, kind, title, parameters, window=window, connections=connections)
    if isinstance(layer, Activation):
        return Part(row.name, kind, FUNCTION_TITLES[layer.function], function=layer.function)
    if isinstance(layer, Dropout):
        return Part(row.name, kind, f"{title} {layer.probability:g}", probability=layer.probability)
    return Part(row.name, kind, title, parameters)


def _sliding(window: Window) -> Sliding:
    sizes = (window.kernel, window.stride, window.padding, window.dilation)
    return Sliding(*((size, size) for size in sizes))

"""One cell of one layer explained: the numbers that it was made of, back to the layer's input.

The result is computed anew in float64 from the float32 input and weights, and set beside the number that
the network computed. The two agree when they differ by at most `RELATIVE` of the computed number, or of
`NEAR_ZERO` times the sum of the sizes of all terms. The second counts where terms nearly cancel: torch
adds in float32, and what rounding leaves behind is in proportion to the terms, not to their sum
(measured by `benchmarks/cells.py` over all cells of the catalogue's networks: in convolutions and dense
layers at most 7e-7 of the terms, but up to 3e-3 of a sum that nearly cancels). A term that is left out
shows all the same, unless it is under 1e-5 of the sizes of all together.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from desktopcnn.inspection.explanations import (
    Activated,
    Applied,
    Convolved,
    Distanced,
    Dropped,
    Explanation,
    Moved,
    Normalised,
    Numbers,
    Pooled,
    Softmaxed,
    Weighted,
)
from desktopcnn.inspection.functions import evaluate
from desktopcnn.inspection.part import Pair, Part, Sliding

if TYPE_CHECKING:
    import numpy.typing as npt

    from desktopcnn.inspection.trace import LayerTrace

Cell = tuple[int, ...]
RELATIVE = 1e-4
NEAR_ZERO = 0.1
SMALLEST = 1e-30
"""Below it numbers agree whatever they are: float32 flushes them to zero."""


def reason(part: Part, layer: "LayerTrace") -> str:
    """Why `explain` cannot explain this layer, as a sentence; "" where it can."""
    if not part.explainable:
        return part.reason
    taken, given = layer.input.ndim, layer.output.ndim
    fits = {
        "conv": taken == 3, "subsampling": taken == 3, "maxpool": taken == 3, "avgpool": taken == 3,
        "dense": taken == 1, "rbf": taken == 1, "softmax": taken == 1, "flatten": taken > 0,
    }.get(part.kind, taken in (1, 3) and layer.input.shape == layer.output.shape)  # fmt: skip
    if part.kind == "batchnorm":  # of sequences it would be another axis
        fits = fits and len(part.weights["mean"]) == len(layer.input)
    if not fits or not layer.input.size:
        return f"{part.title} on an input of this shape is not explained cell by cell."
    if given == 3 and part.window_over(layer.input.shape, layer.output.shape) is None:
        return "Windows of different sizes are not explained cell by cell."
    return ""


def explain(
    part: Part,
    layer: "LayerTrace",
    cell: Cell,
    *,
    after: "tuple[Part, LayerTrace] | None" = None,
    temperature: float = 1.0,
    maps_shape: tuple[int, int, int] | None = None,
) -> Explanation | None:
    """How the number at `cell`, (map, row, column) or (unit,), of the layer's output came about.

    after: the activation that took this layer's output, to be applied as well. temperature: above 0, what
    a softmax divides the logits by; the network computed with 1, and that is what is compared.
    maps_shape: (maps, height, width) that a dense layer's input was before it was flattened. None where
    `reason` has one. Raises IndexError for a cell that does not exist.
    """
    if reason(part, layer):
        return None
    if any(not 0 <= at < size for at, size in zip(cell, layer.output.shape, strict=True)):
        raise IndexError(f"no cell {cell} in an output of {layer.output.shape}")
    compare = _Comparison(cell, float(layer.output[cell]), after)
    with np.errstate(all="ignore"):  # a network may hold numbers that are none, and shows them
        if part.kind == "softmax":
            return _softmaxed(part, layer, compare, temperature)
        if part.kind == "dense":
            return _weighted(part, layer, compare, maps_shape)
        return EXPLAINED[part.kind](part, layer, compare)


class _Comparison:
    """The cell, what the network computed there, and what came behind it."""

    def __init__(self, cell: Cell, computed: float, after: "tuple[Part, LayerTrace] | None") -> None:
        self.cell = cell
        self.computed = computed
        self._after = after

    def of(self, result: float, terms: float) -> dict[str, Any]:
        """What every explanation has. terms: the sum of the sizes of what was added up."""
        agrees = close(result, self.computed, terms)
        activation = None
        if self._after:
            part, layer = self._after
            value, there = evaluate(part.function, result, part.constants), float(layer.output[self.cell])
            activation = Activated(part.function, value, there)
            # from the network's own number, or what rounding did to that would be looked at twice
            again = evaluate(part.function, self.computed, part.constants)
            agrees = agrees and close(again, there, _curved(self.computed))
        return {
            "cell": self.cell, "result": result, "computed": self.computed, "agrees": agrees,
            "activation": activation,
        }  # fmt: skip


def close(result: float, computed: float, terms: float) -> bool:
    """Whether two numbers agree that are sums of terms whose sizes add up to `terms`."""
    if not (math.isfinite(result) and math.isfinite(computed)):
        return result == computed or (math.isnan(result) and math.isnan(computed))
    return abs(result - computed) <= RELATIVE * max(abs(computed), NEAR_ZERO * terms) + SMALLEST


def _curved(value: float) -> float:
    """The terms of a function of `value`: some (GELU) take nearly all of the value away from itself."""
    return min(abs(value), 1.0)


def _indices(window: Sliding, cell: Cell) -> "tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]":
    """Rows and columns of the input that the cell looks at, those in the padding too."""
    row, column = window.first(*cell[1:])
    (down, across), (tall, wide) = window.dilation, window.kernel
    return np.arange(row, row + down * tall, down), np.arange(column, column + across * wide, across)


def _within(indices: "npt.NDArray[np.intp]", size: int) -> "npt.NDArray[np.bool_]":
    return (indices >= 0) & (indices < size)


def _window(part: Part, layer: "LayerTrace") -> Sliding:
    return part.window_over(layer.input.shape, layer.output.shape) or Sliding()


def _convolved(part: Part, layer: "LayerTrace", compare: _Comparison) -> Convolved:
    window, number = _window(part, layer), compare.cell[0]
    rows, columns = _indices(window, compare.cell)
    _, height, width = layer.input.shape
    inside = _within(rows, height)[:, None] & _within(columns, width)
    kernels, taken = part.weights["weight"][number], layer.input
    if part.connections is None:
        channels = np.arange(len(taken))
    else:
        channels = np.array(part.connections[number], np.intp)
        kernels = kernels[channels]
    patches = taken[np.ix_(channels, rows.clip(0, height - 1), columns.clip(0, width - 1))].astype(np.float64)
    patches[:, ~inside] = 0
    products = patches * kernels
    sums = products.sum((1, 2))
    bias = float(part.weights["bias"][number]) if "bias" in part.weights else 0.0
    terms = float(np.abs(products).sum()) + abs(bias)
    return Convolved(
        **compare.of(float(sums.sum()) + bias, terms),
        channels=channels, patches=patches, kernels=kernels, products=products, sums=sums, bias=bias,
        rows=rows, columns=columns, inside=inside,
    )  # fmt: skip


def _pooled(part: Part, layer: "LayerTrace", compare: _Comparison) -> Pooled:
    window, (number, _, _) = _window(part, layer), compare.cell
    rows, columns = _indices(window, compare.cell)
    _, height, width = layer.input.shape
    inside = _within(rows, height)[:, None] & _within(columns, width)
    source = layer.input[number][rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)]
    values = np.where(inside, source.astype(np.float64), np.nan if part.kind == "maxpool" else 0.0)
    coefficient, bias, divisor, winner = 1.0, 0.0, 1, None
    if part.kind == "maxpool":
        largest = np.where(inside, source, -np.inf)
        down, across = divmod(int(largest.argmax()), len(columns))
        total = result = float(largest[down, across])
        winner = (int(rows[down]), int(columns[across])) if inside.any() else None
    else:
        total = float(values.sum())
        if part.kind == "subsampling":
            coefficient, bias = (float(part.weights[key][number]) for key in ("weight", "bias"))
        else:
            divisor = _divisor(part, inside, (rows, columns), (height, width))
        result = coefficient * total / divisor + bias
    terms = abs(coefficient) * float(np.abs(source[inside]).sum()) / divisor + abs(bias)
    return Pooled(
        **compare.of(result, terms),
        kind=part.kind, values=values, inside=inside, rows=rows, columns=columns, winner=winner, total=total,
        divisor=divisor, coefficient=coefficient, bias=bias,
    )  # fmt: skip


def _divisor(
    part: Part, inside: "npt.NDArray[np.bool_]", indices: "tuple[npt.NDArray[np.intp], ...]", size: Pair
) -> int:
    """A window that reaches beyond the padding (`ceil_mode`) is divided by the cells it has there."""
    if isinstance(part.divisor, int):
        return part.divisor
    if part.divisor == "inside":
        return int(inside.sum())
    padding = part.window.padding if part.window else (0, 0)
    there = [int((at < end + pad).sum()) for at, end, pad in zip(indices, size, padding, strict=True)]
    return there[0] * there[1]


def _weighted(
    part: Part, layer: "LayerTrace", compare: _Comparison, maps_shape: tuple[int, int, int] | None
) -> Weighted:
    (unit,) = compare.cell
    weights = part.weights["weight"][unit]
    inputs = layer.input.astype(np.float64)
    products = inputs * weights
    bias = float(part.weights["bias"][unit]) if "bias" in part.weights else 0.0
    terms = float(np.abs(products).sum()) + abs(bias)
    return Weighted(
        **compare.of(float(products.sum()) + bias, terms),
        inputs=layer.input, weights=weights, products=products, bias=bias, maps_shape=maps_shape,
    )  # fmt: skip


def _normalised(part: Part, layer: "LayerTrace", compare: _Comparison) -> Normalised:
    number, value = compare.cell[0], float(layer.input[compare.cell])
    mean, variance = (float(part.weights[key][number]) for key in ("mean", "variance"))
    learnt = "weight" in part.weights
    weight, bias = (float(part.weights[key][number]) for key in ("weight", "bias")) if learnt else (1.0, 0.0)
    scale = float(weight / np.sqrt(np.float64(variance + part.epsilon)))
    terms = abs(scale) * (abs(value) + abs(mean)) + abs(bias)
    return Normalised(
        **compare.of((value - mean) * scale + bias, terms),
        value=value, mean=mean, variance=variance, epsilon=part.epsilon, weight=weight, bias=bias,
    )  # fmt: skip


def _applied(part: Part, layer: "LayerTrace", compare: _Comparison) -> Applied:
    value = float(layer.input[compare.cell])
    result = evaluate(part.function, value, part.constants)
    return Applied(**compare.of(result, _curved(value)), function=part.function, value=value)


def _dropped(part: Part, layer: "LayerTrace", compare: _Comparison) -> Dropped:
    value = float(layer.input[compare.cell])
    kept = value / (1 - part.probability) if part.probability < 1 else 0.0
    return Dropped(**compare.of(value, abs(value)), value=value, probability=part.probability, kept=kept)


def _moved(part: Part, layer: "LayerTrace", compare: _Comparison) -> Moved:
    source = tuple(int(at) for at in np.unravel_index(compare.cell[0], layer.input.shape))
    value = float(layer.input[source])
    return Moved(**compare.of(value, abs(value)), source=source)


def _softmaxed(part: Part, layer: "LayerTrace", compare: _Comparison, temperature: float) -> Softmaxed:
    logits = layer.input.astype(np.float64)
    logarithm = part.function == "log softmax"

    def steps(heat: float) -> tuple[Numbers, Numbers, float]:
        scaled = logits / heat
        shifted = scaled - scaled.max()
        exponentials = np.exp(shifted)
        return shifted, exponentials, float(exponentials.sum())

    def value(shifted: Numbers, exponentials: Numbers, total: float) -> float:
        (unit,) = compare.cell
        return float(shifted[unit] - math.log(total) if logarithm else exponentials[unit] / total)

    plain = value(*steps(1.0))
    shifted, exponentials, total = steps(temperature)
    # what rounding does to a logit, exp makes a share of the result
    size = float(np.abs(logits).max())
    common = compare.of(plain, size if logarithm else size * plain)
    common["result"] = value(shifted, exponentials, total)
    return Softmaxed(
        **common,
        logits=layer.input, temperature=temperature, shifted=shifted, exponentials=exponentials, total=total,
        probabilities=exponentials / total, logarithm=logarithm,
    )  # fmt: skip


def _distanced(part: Part, layer: "LayerTrace", compare: _Comparison) -> Distanced:
    centre = part.weights["centres"][compare.cell[0]]
    squares = (layer.input.astype(np.float64) - centre) ** 2
    total = float(squares.sum())
    return Distanced(
        **compare.of(-total, total),
        inputs=layer.input, centre=centre, squares=squares, total=total,
        shape=(12, 7) if len(centre) == 84 else None,
    )  # fmt: skip


EXPLAINED: dict[str, Callable[[Part, "LayerTrace", _Comparison], Explanation]] = {
    "conv": _convolved, "maxpool": _pooled, "avgpool": _pooled, "subsampling": _pooled,
    "activation": _applied, "batchnorm": _normalised, "dropout": _dropped, "flatten": _moved,
    "rbf": _distanced,
}  # fmt: skip

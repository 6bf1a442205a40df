"""What one layer is: its kind, its weights, how its window slides. Plain data, no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Pair = tuple[int, int]
Kind = Literal[
    "conv", "maxpool", "avgpool", "subsampling", "activation", "batchnorm", "dropout", "flatten", "dense",
    "rbf", "softmax", "other",
]  # fmt: skip
NOTHING: Mapping[str, Array] = MappingProxyType({})
NO_NUMBERS: Mapping[str, float] = MappingProxyType({})
ONE_BY_ONE: tuple[Kind, ...] = ("activation", "batchnorm", "dropout")
"""Each cell of their output is made of the one cell at the same place."""
FROM_ALL: tuple[Kind, ...] = ("dense", "rbf", "softmax")
"""Each unit of their output is made of all inputs."""


@dataclass(frozen=True)
class Sliding:
    """The cells of its input that one cell of a layer's output looks at: (rows, columns) of each.

    padding: before the first row and column; what lies behind the last follows from the output's size.
    """

    kernel: Pair = (1, 1)
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @property
    def extent(self) -> Pair:
        """Rows and columns from the first to the last that are looked at."""
        return (
            self.dilation[0] * (self.kernel[0] - 1) + 1,
            self.dilation[1] * (self.kernel[1] - 1) + 1,
        )

    def first(self, row: int, column: int) -> Pair:
        """Row and column of the input at which the window of that output cell begins."""
        return row * self.stride[0] - self.padding[0], column * self.stride[1] - self.padding[1]


@dataclass(frozen=True, eq=False)
class Part:
    """One leaf module.

    name: its path, as in `LayerTrace.name`; title: for people, the class name of kind "other";
    parameters: learnt numbers. weights: read-only, "weight" (maps, channels, rows, columns) of a
    convolution (zero where a kernel does not exist), (units, inputs) of a dense layer, (maps,) of others,
    "bias", "mean" and "variance" of a batch norm, "centres" (units, inputs) of an RBF output.
    window: of convolutions and pools; None for an adaptive pool, see `window_over`. connections: for each
    output map the input maps it sees, None for all. function: of an activation ("relu", "scaled tanh",
    torch's class name in lower case), with its numbers in `constants`. probability: of a dropout.
    epsilon: of a batch norm. divisor: what an average pool divides by; the cells of its window (of those
    in the padding too) or those inside the input, or a number.
    explainable: whether `arithmetic.explain` can; if not, `reason` is a sentence that says why.
    """

    name: str
    kind: Kind
    title: str
    parameters: int = 0
    weights: Mapping[str, Array] = field(default_factory=lambda: NOTHING)
    window: Sliding | None = None
    connections: tuple[tuple[int, ...], ...] | None = None
    function: str = ""
    constants: Mapping[str, float] = field(default_factory=lambda: NO_NUMBERS)
    probability: float = 0.0
    epsilon: float = 0.0
    divisor: Literal["window", "inside"] | int = "window"
    explainable: bool = True
    reason: str = ""

    def window_over(self, input_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> Sliding | None:
        """The window over an input of that shape; None where the layer has none.

        An adaptive pool divides its input into equal windows; None where that leaves a rest.
        """
        if self.kind in ONE_BY_ONE and len(input_shape) == 3:
            return Sliding()
        if self.window or self.kind not in ("avgpool", "maxpool") or len(input_shape) != 3:
            return self.window
        (_, height, width), (_, rows, columns) = input_shape, output_shape
        if height % rows or width % columns:
            return None
        size = (height // rows, width // columns)
        return Sliding(size, size)


def times(pair: Pair) -> str:
    """5×5"""
    return f"{pair[0]}×{pair[1]}"

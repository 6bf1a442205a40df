"""The kinds of layer: what each does to a shape, what it costs, what it sees. No torch here.

A spec is a frozen dataclass; a new kind is a spec in this file and a builder in `modules.py`. Shapes are
(channels, height, width) for maps and (units,) for vectors, without the batch. Output sizes are rounded
as PyTorch rounds them: floor((n + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from desktopcnn.errors import NetworkError
from desktopcnn.networks.shapes import (
    MAX_VALUES,
    Shape,
    Window,
    check_positive,
    check_vector,
    check_window,
    sizes_of_maps,
)


@dataclass(frozen=True)
class Convolution:
    """Slides `maps` learnt kernels over all input maps, or over those that `connections` names.

    connections: for every output map the indices of the input maps it sees (LeNet-5's C3), or None for all.
    """

    kind: ClassVar[str] = "conv"
    maps: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    connections: tuple[tuple[int, ...], ...] | None = None

    def __post_init__(self) -> None:
        check_positive(self, "maps")
        check_window(self.window)
        if self.connections is not None and len(self.connections) != self.maps:
            raise NetworkError(f"the connection table has {len(self.connections)} rows for {self.maps} maps")

    @property
    def window(self) -> Window:
        return Window(self.kernel, self.stride, self.padding, self.dilation)

    def output_shape(self, shape: Shape) -> Shape:
        self._kernels(shape)
        return self.window.slide(shape, self.maps)

    def parameters(self, shape: Shape) -> int:
        """One weight per kernel cell and one bias per map: maps x (inputs x k x k + 1)."""
        return self._kernels(shape) * self.kernel**2 + self.maps

    def multiply_adds(self, shape: Shape) -> int:
        _, height, width = self.output_shape(shape)
        return self._kernels(shape) * self.kernel**2 * height * width

    def _kernels(self, shape: Shape) -> int:
        """How many k x k kernels there are."""
        channels = sizes_of_maps(shape)[0]
        if self.connections is None:
            return self.maps * channels
        # a kernel that is left out takes memory all the same
        if self.maps * channels * self.kernel**2 > MAX_VALUES:
            raise NetworkError(f"more than {MAX_VALUES:,} weights are too many")
        for row in self.connections:
            if not row or len(set(row)) < len(row) or min(row) < 0 or max(row) >= channels:
                raise NetworkError(
                    f"the connection table row {list(row)} must name different input maps "
                    f"from 0 to {channels - 1}"
                )
        return sum(map(len, self.connections))


@dataclass(frozen=True)
class _Pool:
    size: int
    stride: int | None = None
    padding: int = 0

    def __post_init__(self) -> None:
        check_positive(self, "size")
        check_window(self.window)
        if self.padding > self.size // 2:
            raise NetworkError(f"padding {self.padding} is more than half of the pooling size {self.size}")

    @property
    def window(self) -> Window:
        return Window(self.size, self.size if self.stride is None else self.stride, self.padding)

    def output_shape(self, shape: Shape) -> Shape:
        return self.window.slide(shape, sizes_of_maps(shape)[0])

    def parameters(self, shape: Shape) -> int:
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class MaxPool(_Pool):
    """Keeps the largest value of every window."""

    kind: ClassVar[str] = "maxpool"


@dataclass(frozen=True)
class AveragePool(_Pool):
    """Keeps the mean of every window (padding counts as zeros)."""

    kind: ClassVar[str] = "avgpool"


@dataclass(frozen=True)
class Subsampling:
    """Adds up every window of size x size, windows side by side, then coefficient * sum + bias.

    Each map learns one coefficient and one bias (S2 and S4 of LeNet-5, LeCun et al. 1998). The squashing
    function that the paper applies to the outcome is a layer of its own.
    """

    kind: ClassVar[str] = "subsampling"
    size: int

    def __post_init__(self) -> None:
        check_positive(self, "size")
        check_window(self.window)

    @property
    def window(self) -> Window:
        return Window(self.size, self.size)

    def output_shape(self, shape: Shape) -> Shape:
        return self.window.slide(shape, sizes_of_maps(shape)[0])

    def parameters(self, shape: Shape) -> int:
        return 2 * sizes_of_maps(shape)[0]

    def multiply_adds(self, shape: Shape) -> int:
        """One per cell: the sums are additions only."""
        return math.prod(self.output_shape(shape))


@dataclass(frozen=True)
class _SameShape:
    """A layer that changes values, not shapes."""

    @property
    def window(self) -> Window:
        return Window()

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        return 0


Function = Literal["relu", "sigmoid", "tanh", "scaled tanh"]
FUNCTIONS: tuple[Function, ...] = ("relu", "sigmoid", "tanh", "scaled tanh")


@dataclass(frozen=True)
class Activation(_SameShape):
    """Applies a function to every value.

    "scaled tanh" is 1.7159 tanh(2/3 x) (LeCun et al. 1998, appendix A).
    """

    kind: ClassVar[str] = "activation"
    function: Function

    def __post_init__(self) -> None:
        if self.function not in FUNCTIONS:
            raise NetworkError(
                f"the activation function {self.function!r} is unknown (known: {', '.join(FUNCTIONS)})"
            )


@dataclass(frozen=True)
class BatchNorm(_SameShape):
    """Shifts and scales every map (or unit) to mean 0 and variance 1, then by two learnt numbers."""

    kind: ClassVar[str] = "batchnorm"

    def parameters(self, shape: Shape) -> int:
        return 2 * shape[0]


@dataclass(frozen=True)
class Dropout(_SameShape):
    """Sets each value to zero with this probability, in training only."""

    kind: ClassVar[str] = "dropout"
    probability: float

    def __post_init__(self) -> None:
        if not 0 <= self.probability < 1:
            raise NetworkError(f"the dropout probability {self.probability} is not in 0 <= p < 1")


@dataclass(frozen=True)
class Flatten:
    """Lays all maps out as one vector: channel by channel, row by row."""

    kind: ClassVar[str] = "flatten"

    @property
    def window(self) -> None:
        return None

    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def parameters(self, shape: Shape) -> int:
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Dense:
    """Connects every unit to every input."""

    kind: ClassVar[str] = "dense"
    units: int

    def __post_init__(self) -> None:
        check_positive(self, "units")

    @property
    def window(self) -> None:
        return None

    def output_shape(self, shape: Shape) -> Shape:
        check_vector(shape)
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        return self.units * (math.prod(shape) + 1)

    def multiply_adds(self, shape: Shape) -> int:
        return self.units * math.prod(shape)


@dataclass(frozen=True)
class RBFOutput:
    """Compares a vector with one fixed centre per unit (Euclidean radial basis functions).

    A unit gives the *negative* squared distance, -sum((x - centre)^2): the paper's penalty (LeCun et al.
    1998, equation 7) with its sign turned, so that the largest output is the answer and a softmax makes
    probabilities of them, as with any other output layer. The centres are not learnt.
    """

    kind: ClassVar[str] = "rbf"
    units: int

    def __post_init__(self) -> None:
        check_positive(self, "units")

    @property
    def window(self) -> None:
        return None

    def output_shape(self, shape: Shape) -> Shape:
        check_vector(shape)
        if self.units * math.prod(shape) > MAX_VALUES:  # the centres are no parameters, but take memory
            raise NetworkError(f"centres of more than {MAX_VALUES:,} values are too many")
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        """One per value of each centre: a difference is multiplied by itself and added."""
        return self.units * math.prod(shape)


Layer = (
    Convolution | MaxPool | AveragePool | Subsampling | Activation | BatchNorm | Dropout | Flatten | Dense
    | RBFOutput
)  # fmt: skip
KINDS: dict[str, type[Layer]] = {
    spec.kind: spec
    for spec in (
        Convolution, MaxPool, AveragePool, Subsampling, Activation, BatchNorm, Dropout, Flatten, Dense,
        RBFOutput,
    )
}  # fmt: skip

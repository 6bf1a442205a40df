"""What `arithmetic.explain` finds out about one cell: one frozen record for each kind of layer."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from desktopcnn.inspection.part import Array, Kind, Pair

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


class Activated(NamedTuple):
    """The activation that follows. value: ours, of our result; computed: what the network has there."""

    function: str
    value: float
    computed: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Explanation:
    """cell: its place in the output; result: worked out here; computed: by the network.

    agrees: whether the two (and those behind the activation, if any) agree, as `arithmetic` defines it.
    """

    cell: tuple[int, ...]
    result: float
    computed: float
    agrees: bool
    activation: Activated | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Convolved(Explanation):
    """bias + the sum over channels of patch times kernel: equation (1) of the chapter.

    channels: (c,), the input maps that are seen; patches, kernels, products: (c, kr, kc); sums: (c,).
    rows, columns: (kr,) and (kc,), indices into the input, below 0 or beyond its end in the padding, where
    the patches are 0; inside: (kr, kc), which are not.
    """

    channels: Indices
    patches: Numbers
    kernels: Array
    products: Numbers
    sums: Numbers
    bias: float
    rows: Indices
    columns: Indices
    inside: Flags


@dataclass(frozen=True, eq=False, kw_only=True)
class Pooled(Explanation):
    """The largest of a window, or coefficient * total / divisor + bias.

    kind: "maxpool", "avgpool" or "subsampling"; values: (kr, kc), in the padding 0, of a max pool NaN.
    rows, columns, inside: as of `Convolved`. winner: row and column of the input, the first of equals;
    None of the others, and of a window that is all padding. divisor is 1 for all but an average pool,
    coefficient for all but subsampling.
    """

    kind: Kind
    values: Numbers
    inside: Flags
    rows: Indices
    columns: Indices
    winner: Pair | None
    total: float
    divisor: int
    coefficient: float
    bias: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Weighted(Explanation):
    """bias + the sum of inputs times weights, (n,) each; products: (n,).

    maps_shape: (maps, height, width) that the inputs were before they were flattened, where there were any.
    """

    inputs: Array
    weights: Array
    products: Numbers
    bias: float
    maps_shape: tuple[int, int, int] | None

    @cached_property
    def order(self) -> Indices:
        """The inputs by the size of their products, the strongest first."""
        return np.argsort(-np.abs(self.products), kind="stable")


@dataclass(frozen=True, eq=False, kw_only=True)
class Normalised(Explanation):
    """(value - mean) / sqrt(variance + epsilon) * weight + bias."""

    value: float
    mean: float
    variance: float
    epsilon: float
    weight: float
    bias: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Applied(Explanation):
    """function(value); the functions are those of `functions`."""

    function: str
    value: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Dropped(Explanation):
    """The value itself; in training 0 with this probability, else `kept` = value / (1 - probability)."""

    value: float
    probability: float
    kept: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Moved(Explanation):
    """The value of the input at `source`, (map, row, column) of maps."""

    source: tuple[int, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Softmaxed(Explanation):
    """exp(shifted) / total, of the chosen class; with `logarithm` the logarithm of it.

    All (classes,): logits; shifted: logits / temperature less the largest of them; exponentials of those,
    which add up to `total`; probabilities. `result` is at that temperature, `agrees` is about temperature 1.
    """

    logits: Array
    temperature: float
    shifted: Numbers
    exponentials: Numbers
    total: float
    probabilities: Numbers
    logarithm: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Distanced(Explanation):
    """Less the squared distance of the inputs to the centre of this unit; all (n,).

    squares: of the differences; they add up to `total`. shape: (rows, columns) of the digit that the
    centre draws, or None.
    """

    inputs: Array
    centre: Array
    squares: Numbers
    total: float
    shape: Pair | None

"""From an architecture to a `torch.nn.Sequential` with named children."""

import math
from collections import OrderedDict
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from desktopcnn.networks import stylised
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import (
    KINDS,
    Activation,
    AveragePool,
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    RBFOutput,
    Subsampling,
)  # fmt: skip
from desktopcnn.networks.shapes import Shape


class TableConvolution(nn.Conv2d):
    """A convolution in which some kernels do not exist: their weights are held at zero by a mask."""

    mask: Tensor

    def __init__(self, connections: tuple[tuple[int, ...], ...], *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        mask = torch.zeros(self.out_channels, self.in_channels, 1, 1)
        for row, seen in enumerate(connections):
            mask[row, list(seen)] = 1
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        output: Tensor = self._conv_forward(x, self.weight * self.mask, self.bias)
        return output


class ScaledTanh(nn.Module):
    """1.7159 tanh(2/3 x) (LeCun et al. 1998, appendix A): f(1) = 1, f(-1) = -1."""

    def forward(self, x: Tensor) -> Tensor:
        return 1.7159 * torch.tanh(x * (2 / 3))


class TrainableSubsampling(nn.Module):
    """coefficient * sum + bias for every window of size x size, windows side by side.

    weight, bias: (maps,), the coefficient and the bias of each map.
    """

    def __init__(self, maps: int, size: int) -> None:
        super().__init__()
        self.size = size
        self.weight = nn.Parameter(torch.full((maps,), 1 / size**2))
        self.bias = nn.Parameter(torch.zeros(maps))

    def forward(self, x: Tensor) -> Tensor:
        coefficient = self.weight * self.size**2  # of the mean, which torch has a fast loop for
        means = functional.avg_pool2d(x, self.size)
        return torch.addcmul(self.bias[:, None, None], means, coefficient[:, None, None])


class EuclideanRBF(nn.Module):
    """Negative squared Euclidean distances to fixed centres: (batch, inputs) to (batch, units).

    centres: (units, inputs), a buffer: kept with the weights, not learnt.
    """

    centres: Tensor

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.register_buffer("centres", torch.zeros(units, inputs))

    def forward(self, x: Tensor) -> Tensor:
        # from the differences: |x|^2 - 2 x.c + |c|^2 would lose the digits of a small distance
        distances = torch.cdist(
            x.to(self.centres.dtype), self.centres, compute_mode="donot_use_mm_for_euclid_dist"
        )
        return -distances.square()


NEVER_FALLING = (nn.ReLU, nn.Sigmoid, nn.Tanh, ScaledTanh)


class SeededDropout(nn.Dropout):
    """Dropout that draws from a generator of its own, so that a training can be repeated and resumed."""

    generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        keep = torch.empty_like(x).bernoulli_(1 - self.p, generator=self.generator)
        return x * keep.div_(1 - self.p)


class MapsToVector(nn.Flatten):
    """Flatten that hands the gradient back in the memory format of the maps.

    Max pooling over channels-last maps takes three times as long with a gradient of another format.
    """

    def forward(self, x: Tensor) -> Tensor:
        if x.requires_grad and x.ndim == 4 and x.is_contiguous(memory_format=torch.channels_last):
            x.register_hook(_channels_last)  # type: ignore[no-untyped-call]
        return super().forward(x)


def _channels_last(gradient: Tensor) -> Tensor:
    return gradient.contiguous(memory_format=torch.channels_last)


def _convolution(layer: Convolution, shape: Shape) -> nn.Module:
    sizes = (shape[0], layer.maps, layer.kernel, layer.stride, layer.padding, layer.dilation)
    if layer.connections is None:
        return nn.Conv2d(*sizes)
    return TableConvolution(layer.connections, *sizes)


def _activation(layer: Activation, shape: Shape) -> nn.Module:
    kinds: dict[str, Callable[[], nn.Module]] = {
        "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "scaled tanh": ScaledTanh
    }  # fmt: skip
    return kinds[layer.function]()


def _batch_norm(layer: BatchNorm, shape: Shape) -> nn.Module:
    return nn.BatchNorm2d(shape[0]) if len(shape) == 3 else nn.BatchNorm1d(shape[0])


BUILDERS: dict[type[Layer], Callable[[Any, Shape], nn.Module]] = {
    Convolution: _convolution,
    MaxPool: lambda layer, _: nn.MaxPool2d(layer.size, layer.stride, layer.padding),
    AveragePool: lambda layer, _: nn.AvgPool2d(layer.size, layer.stride, layer.padding),
    Subsampling: lambda layer, shape: TrainableSubsampling(shape[0], layer.size),
    Activation: _activation,
    BatchNorm: _batch_norm,
    Dropout: lambda layer, _: SeededDropout(layer.probability),
    Flatten: lambda layer, _: MapsToVector(),
    Dense: lambda layer, shape: nn.Linear(shape[0], layer.units),
    RBFOutput: lambda layer, shape: EuclideanRBF(shape[0], layer.units),
}
if missing := set(KINDS.values()) - set(BUILDERS):
    raise TypeError(f"no builder for {missing}")


def build(architecture: Architecture, generator: torch.Generator | None = None) -> nn.Sequential:
    """The network as a module in float32, its children named as `architecture.rows`.

    Weights are drawn from `generator` (a fresh one with seed 0 by default), never from torch's global
    one: see `initialise`.
    """
    # torch's own initialisation, which is overwritten at once, must not move the global generator
    with torch.random.fork_rng(devices=[]):
        module = _assembled(architecture)
    initialise(module, generator or torch.Generator().manual_seed(0))
    return module


def pooled_first(module: nn.Sequential) -> nn.Sequential:
    """The same layers, each max pool before the activation that it follows: the same values for less work.

    The largest of some values stays the largest under a function that never falls, as all of ours are.
    """
    layers = list(module.named_children())
    for place, ((_, layer), (_, following)) in enumerate(pairwise(layers)):
        if isinstance(layer, NEVER_FALLING) and isinstance(following, nn.MaxPool2d):
            layers[place : place + 2] = layers[place + 1], layers[place]
    return nn.Sequential(OrderedDict(layers))


def empty_tensors(architecture: Architecture) -> dict[str, Tensor]:
    """The tensors of such a module by name, with shapes and types but without memory."""
    with torch.device("meta"):
        return _assembled(architecture).state_dict()


def _assembled(architecture: Architecture) -> nn.Sequential:
    return nn.Sequential(
        OrderedDict(
            (row.name, BUILDERS[type(row.layer)](row.layer, row.input_shape)) for row in architecture.rows
        )
    )


def initialise(module: nn.Sequential, generator: torch.Generator) -> None:
    """Draw all weights anew; biases become zero.

    Normal with variance 2 / fan-in before a ReLU (He et al. 2015), else 2 / (fan-in + fan-out) (Glorot
    and Bengio 2010): each keeps the size of the signal through many layers of its kind. Subsampling starts
    as the mean. Ten RBF units with 84 inputs have the stylised digits as their centres; any others have
    centres of -1 and 1 drawn at random.
    """
    children = [c for c in module.children() if not isinstance(c, nn.BatchNorm1d | nn.BatchNorm2d)]
    for child, following in zip(children, [*children[1:], None], strict=True):
        if isinstance(child, nn.Conv2d | nn.Linear):
            fan_in, fan_out = _fans(child)
            variance = 2 / (fan_in if isinstance(following, nn.ReLU) else fan_in + fan_out)
            nn.init.normal_(child.weight, 0, math.sqrt(variance), generator=generator)
            if child.bias is not None:
                nn.init.zeros_(child.bias)
        elif isinstance(child, TrainableSubsampling):
            nn.init.constant_(child.weight, 1 / child.size**2)
            nn.init.zeros_(child.bias)
        elif isinstance(child, EuclideanRBF):
            digits = torch.from_numpy(stylised.codes())
            drawn = torch.randint(0, 2, child.centres.shape, generator=generator) * 2.0 - 1
            child.centres.copy_(digits if digits.shape == child.centres.shape else drawn)


def _fans(child: nn.Conv2d | nn.Linear) -> tuple[float, float]:
    """Inputs of one output unit and outputs of one input unit."""
    cells = child.weight[0, 0].numel()
    if isinstance(child, TableConvolution):
        kernels = float(child.mask.sum())
        return kernels / child.out_channels * cells, kernels / child.in_channels * cells
    return child.weight.shape[1] * cells, child.weight.shape[0] * cells

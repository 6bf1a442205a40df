"""From any `nn.Module` to its leaves as plain data."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from torch import Tensor, nn

from desktopcnn.inspection.part import NO_NUMBERS, Array, Pair, Part, Sliding, times
from desktopcnn.inspection.trace import SOFTMAX, leaves
from desktopcnn.networks.modules import (
    EuclideanRBF,
    MapsToVector,
    ScaledTanh,
    SeededDropout,
    TableConvolution,
    TrainableSubsampling,
)

__all__ = ["Part", "anatomy"]

Reader = Callable[[str, Any], Part]
"""From a leaf's name and the leaf to what it is; the parameters are counted afterwards."""


def anatomy(module: nn.Module) -> dict[str, Part]:
    """Every leaf by its name, and "softmax", the step from logits to probabilities.

    The weights are copies that nobody writes to. What a leaf does is taken from its class only if its
    `forward` is that class's own; a subclass that does something else is of kind "other".
    """
    parts = {name: _part(name, leaf) for name, leaf in leaves(module)}
    parts.setdefault(SOFTMAX, Part(SOFTMAX, "softmax", "Softmax"))
    return parts


def _part(name: str, leaf: nn.Module) -> Part:
    for cls in type(leaf).__mro__:
        if cls in READERS:
            if type(leaf).forward is cls.forward:
                return replace(READERS[cls](name, leaf), parameters=_parameters(leaf))
            break
    return replace(_other(name, leaf), parameters=_parameters(leaf))


def _parameters(leaf: nn.Module) -> int:
    """Learnt numbers; of a table convolution only those of the kernels that exist."""
    held = sum(parameter.numel() for parameter in leaf.parameters())
    if isinstance(leaf, TableConvolution):
        held -= int((leaf.mask == 0).sum()) * leaf.kernel_size[0] * leaf.kernel_size[1]
    return held


def _frozen(tensors: Mapping[str, Tensor | None]) -> Mapping[str, Array]:
    """Read-only float32 copies of the tensors that are there."""
    arrays = {}
    for name, tensor in tensors.items():
        if tensor is not None:
            arrays[name] = tensor.detach().float().numpy(force=True).copy()
            arrays[name].setflags(write=False)
    return MappingProxyType(arrays)


def _pair(value: int | tuple[int, ...]) -> Pair:
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def _other(name: str, leaf: nn.Module, reason: str = "") -> Part:
    title = type(leaf).__name__
    reason = reason or f"{title} is not explained cell by cell."
    return Part(name, "other", title, explainable=False, reason=reason)


def _convolution(name: str, conv: nn.Conv2d) -> Part:
    kernel, dilation = _pair(conv.kernel_size), _pair(conv.dilation)
    if isinstance(conv.padding, str):
        spare = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
        before = (spare[0] // 2, spare[1] // 2) if conv.padding == "same" else (0, 0)
    else:
        before = _pair(conv.padding)
    weights, connections = _frozen({"weight": conv.weight, "bias": conv.bias}), None
    if isinstance(conv, TableConvolution):
        table = conv.mask[:, :, 0, 0].numpy(force=True) != 0
        connections = tuple(tuple(int(seen) for seen in row.nonzero()[0]) for row in table)
    elif conv.groups > 1:
        weights, connections = _written_out(weights, conv.in_channels, conv.groups)
    zeros = conv.padding_mode == "zeros"
    reason = "" if zeros else f"Padding of the mode {conv.padding_mode} is not explained cell by cell."
    return Part(
        name, "conv", f"Convolution {times(kernel)}", weights=weights,
        window=Sliding(kernel, _pair(conv.stride), before, dilation),
        connections=connections, explainable=zeros, reason=reason,
    )  # fmt: skip


def _written_out(
    weights: Mapping[str, Array], channels: int, groups: int
) -> tuple[Mapping[str, Array], tuple[tuple[int, ...], ...]]:
    """The weights of a grouped convolution with a kernel for every channel, zero where there is none."""
    compact = weights["weight"]
    maps, size = compact.shape[:2]
    rows = tuple(
        tuple(range(group * size, (group + 1) * size))
        for group in range(groups)
        for _ in range(maps // groups)
    )
    full = np.zeros((maps, channels, *compact.shape[2:]), np.float32)
    for number, row in enumerate(rows):
        full[number, row[0] : row[0] + size] = compact[number]
    full.setflags(write=False)
    return MappingProxyType({**weights, "weight": full}), rows


def _pool(name: str, pool: nn.MaxPool2d | nn.AvgPool2d) -> Part:
    kernel = _pair(pool.kernel_size)
    dilation = _pair(pool.dilation) if isinstance(pool, nn.MaxPool2d) else (1, 1)
    stride = kernel if pool.stride is None else _pair(pool.stride)
    window = Sliding(kernel, stride, _pair(pool.padding), dilation)
    if isinstance(pool, nn.MaxPool2d):
        return Part(name, "maxpool", f"Max pooling {times(kernel)}", window=window)
    divisor: Literal["window", "inside"] | int = "window" if pool.count_include_pad else "inside"
    return Part(
        name, "avgpool", f"Average pooling {times(kernel)}", window=window,
        divisor=pool.divisor_override or divisor,
    )  # fmt: skip


def _adaptive(name: str, pool: nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d) -> Part:
    if isinstance(pool, nn.AdaptiveMaxPool2d):
        return Part(name, "maxpool", "Adaptive max pooling")
    return Part(name, "avgpool", "Adaptive average pooling")


def _subsampling(name: str, layer: TrainableSubsampling) -> Part:
    size = (layer.size, layer.size)
    weights = _frozen({"weight": layer.weight, "bias": layer.bias})
    return Part(
        name, "subsampling", f"Subsampling {times(size)}", weights=weights, window=Sliding(size, size)
    )


CONSTANTS = ("negative_slope", "alpha", "beta", "min_val", "max_val")


def _activation(name: str, leaf: nn.Module) -> Part:
    title = type(leaf).__name__
    function = "scaled tanh" if isinstance(leaf, ScaledTanh) else title.lower()
    constants = {key: float(getattr(leaf, key)) for key in CONSTANTS if hasattr(leaf, key)}
    if isinstance(leaf, nn.GELU):
        constants["by_tanh"] = float(leaf.approximate == "tanh")
    return Part(
        name, "activation", "Scaled tanh" if function == "scaled tanh" else title, function=function,
        constants=MappingProxyType(constants) if constants else NO_NUMBERS,
    )  # fmt: skip


def _batch_norm(name: str, norm: nn.BatchNorm1d | nn.BatchNorm2d) -> Part:
    kept = norm.running_mean is not None
    return Part(
        name, "batchnorm", "Batch norm", epsilon=norm.eps, explainable=kept,
        weights=_frozen({
            "weight": norm.weight, "bias": norm.bias, "mean": norm.running_mean, "variance": norm.running_var
        }),
        reason="" if kept else "This batch norm keeps no mean and variance.",
    )  # fmt: skip


def _dropout(name: str, drop: nn.Dropout) -> Part:
    return Part(name, "dropout", f"Dropout {drop.p:g}", probability=drop.p)


def _flatten(name: str, flatten: nn.Flatten) -> Part:
    if (flatten.start_dim, flatten.end_dim) != (1, -1):
        return _other(name, flatten, "Only a flattening of everything is explained cell by cell.")
    return Part(name, "flatten", "Flatten")


def _dense(name: str, dense: nn.Linear) -> Part:
    return Part(name, "dense", "Dense", weights=_frozen({"weight": dense.weight, "bias": dense.bias}))


def _rbf(name: str, rbf: EuclideanRBF) -> Part:
    return Part(name, "rbf", "RBF output", weights=_frozen({"centres": rbf.centres}))


def _softmax(name: str, softmax: nn.Softmax | nn.LogSoftmax) -> Part:
    if softmax.dim not in (1, -1):
        return _other(name, softmax, "Only a softmax over the classes is explained cell by cell.")
    if isinstance(softmax, nn.LogSoftmax):
        return Part(name, "softmax", "Log softmax", function="log softmax")
    return Part(name, "softmax", "Softmax")


READERS: dict[type[nn.Module], Reader] = {
    nn.Conv2d: _convolution, TableConvolution: _convolution,
    nn.MaxPool2d: _pool, nn.AvgPool2d: _pool,
    nn.AdaptiveAvgPool2d: _adaptive, nn.AdaptiveMaxPool2d: _adaptive,
    TrainableSubsampling: _subsampling,
    nn.BatchNorm1d: _batch_norm, nn.BatchNorm2d: _batch_norm,
    nn.Flatten: _flatten, MapsToVector: _flatten,
    nn.Linear: _dense, EuclideanRBF: _rbf,
    nn.Softmax: _softmax, nn.LogSoftmax: _softmax,
}  # fmt: skip
READERS |= dict.fromkeys((nn.Dropout, nn.Dropout1d, nn.Dropout2d, SeededDropout), _dropout)
READERS |= dict.fromkeys(
    (
        nn.Identity, nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.Hardtanh, nn.Hardsigmoid, nn.Hardswish, nn.Sigmoid,
        nn.LogSigmoid, nn.Softplus, nn.Softsign, nn.Tanh, ScaledTanh, nn.ELU, nn.SELU, nn.GELU, nn.SiLU,
        nn.Mish,
    ),
    _activation,
)  # fmt: skip

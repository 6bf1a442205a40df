"""The kernels of a convolution as a grid of pictures: their order, their scales, which are dead."""

import math
from collections.abc import Iterable
from typing import Literal

import numpy as np
import numpy.typing as npt

from desktopcnn.inspection.part import Array, Part

Order = Literal["index", "norm", "response"]
Scale = Literal["kernel", "layer", "network"]
DEAD = 1e-3
"""Norm of a dead kernel, at most, as a share of the layer's median."""


def grid(part: Part) -> Array:
    """All kernels of a convolution: (maps * channels, kr, kc), those of output map 0 first.

    A kernel that the connection table leaves out is NaN.
    """
    weights = part.weights["weight"]
    kernels: Array = weights.reshape(-1, *weights.shape[2:])
    if part.connections is None:
        return kernels
    there = np.zeros(weights.shape[:2], bool)
    for number, seen in enumerate(part.connections):
        there[number, list(seen)] = True
    return np.where(there.reshape(-1, 1, 1), kernels, np.float32(np.nan))


def norms(part: Part) -> Array:
    """Euclidean length of all weights of each output map: (maps,)."""
    weights = part.weights["weight"].reshape(len(part.weights["weight"]), -1)
    lengths: Array = np.sqrt(np.vecdot(weights, weights))  # of many weights a tenth of linalg.norm's time
    return lengths


def responses(output: Array) -> Array:
    """How strongly each map of (maps, rows, columns) answers: the mean size of its values, (maps,).

    Of the convolution's own output, before an activation, so that what a ReLU throws away counts too.
    """
    sizes: Array = np.abs(output).reshape(len(output), -1).mean(axis=1).astype(np.float32)
    return sizes


def order(part: Part, output: Array | None, by: Order = "index") -> npt.NDArray[np.intp]:
    """The output maps in the order asked for, the largest first; equals, and all by index, as they are.

    output: of this layer for the current input. Without one the order by response is that by index.
    """
    if by == "norm":
        return np.argsort(-norms(part), kind="stable")
    if by == "response" and output is not None:
        return np.argsort(-responses(output), kind="stable")
    return np.arange(len(part.weights["weight"]))


def dead(part: Part) -> npt.NDArray[np.bool_]:
    """Output maps whose weights are all close to zero: (maps,).

    Their norm is at most `DEAD` of the layer's median (of its largest, where half or more are zero).
    """
    lengths = norms(part)
    usual = float(np.median(lengths)) or float(lengths.max())
    return lengths <= DEAD * usual


def silent(outputs: Iterable[Array]) -> npt.NDArray[np.bool_]:
    """Maps that are nowhere above zero in any of these outputs (after the ReLU): (maps,).

    Raises ValueError when there are no outputs.
    """
    loudest = [output.reshape(len(output), -1).max(axis=1) for output in outputs]
    if not loudest:
        raise ValueError("no outputs to look at")
    quiet: npt.NDArray[np.bool_] = np.stack(loudest).max(axis=0) <= 0
    return quiet


def change(part: Part, first: Part) -> Array:
    """What was added to each kernel since `first`, the same layer earlier: as `grid`."""
    return grid(part) - grid(first)


def largest(kernels: Array) -> float:
    """The largest size of any weight of a grid; 0 where there is none."""
    ends = np.fmax.reduce(kernels, axis=None, initial=0.0), np.fmin.reduce(kernels, axis=None, initial=0.0)
    return float(max(ends[0], -ends[1]))


def scales(kernels: Array, per: Scale = "kernel", network_largest: float = 0.0) -> Array:
    """What the ends of the colours stand for, of each kernel of a grid: (n,); the middle is 0.

    The largest size in the kernel, in the layer, or `network_largest`. It is 1 where that is 0, so that
    one can divide by it.
    """
    if per == "kernel":
        found = np.fmax.reduce(np.abs(kernels), axis=(1, 2), initial=0.0)
    else:
        found = np.full(len(kernels), largest(kernels) if per == "layer" else network_largest, np.float32)
    return np.where(found > 0, found, np.float32(1)).astype(np.float32)


def pixel_at(kernels: Array, index: int, row: int, column: int) -> float | None:
    """The weight there, None where the kernel does not exist."""
    value = float(kernels[index, row, column])
    return None if math.isnan(value) else value

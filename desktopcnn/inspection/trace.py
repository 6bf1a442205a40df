"""One forward pass, every layer: what a network computed for one input."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from desktopcnn.errors import NetworkError
from desktopcnn.inspection.part import Array

SOFTMAX = "softmax"
"""Name of the step from logits to probabilities that belongs to no module."""
NOTHING = np.zeros(0, np.float32)


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One execution of one leaf module.

    name: the module's path; input, output: (maps, height, width) or (units,), of this one picture; a
    sequence (tokens, features) is one map. `input` is the same array as an earlier `output` (or
    `Trace.image`) where the module was given that very tensor, unchanged; an empty array where it was given
    none.
    """

    name: str
    input: Array
    output: Array


@dataclass(frozen=True, eq=False)
class Trace:
    """All layers in order of execution (a module that runs twice is there twice), and the answer.

    image: (channels, height, width); logits: (classes,), the output of the whole module; probabilities:
    their softmax. Where the module ends in a softmax of its own, its output are the probabilities and its
    input the logits.
    """

    image: Array
    layers: tuple[LayerTrace, ...]
    logits: Array
    probabilities: Array

    @property
    def answer(self) -> int:
        """Index of the most probable class."""
        return int(self.probabilities.argmax())

    @property
    def steps(self) -> tuple[LayerTrace, ...]:
        """The layers, and behind them the softmax where it is not one of them."""
        if self.layers and self.layers[-1].output is self.probabilities:
            return self.layers
        return (*self.layers, LayerTrace(SOFTMAX, self.logits, self.probabilities))


def leaves(module: nn.Module) -> list[tuple[str, nn.Module]]:
    """The modules without children, by path; a parametrised one (weight norm) counts as such.

    Attention does too: it takes the weights of its child and never calls it. A module that is a leaf itself
    has its class for a name.
    """
    found: list[tuple[str, nn.Module]] = []
    wholes: list[str] = []
    for name, child in module.named_modules():
        if any(name.startswith(whole) for whole in wholes):
            continue
        inner = {key for key, _ in child.named_children()} - {"parametrizations"}
        if isinstance(child, nn.MultiheadAttention):
            wholes.append(f"{name}." if name else "")
        elif inner or "parametrizations" in name.split("."):
            continue
        found.append((name or type(child).__name__.lower(), child))
    return found


class _Arrays:
    """Copies of tensors, one for each state of each tensor.

    The tensors are kept, so that an identity is not given to another one in the same pass; their version
    tells what they were from what something in place made of them since.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], tuple[Tensor, Array]] = {}

    def of(self, tensor: Tensor, array: Array | None = None) -> Array:
        """The array of the first in the batch; the same one for the same tensor in the same state."""
        if tensor.is_inference():  # has no version
            return _copied(tensor)
        key = (id(tensor), tensor._version)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = (tensor, _copied(tensor) if array is None else array)
        return found[1]


def _copied(tensor: Tensor) -> Array:
    if tensor.dtype == torch.float32 and tensor.is_cpu and not tensor.requires_grad:
        array: Array = tensor.numpy()  # less than half the time of the general way
    else:
        array = tensor.float().numpy(force=True)
    if len(array) == 1:  # some put other things than the pictures first: all of it is of this one
        array = array[0]
    if array.ndim not in (1, 3):
        array = array.reshape(math.prod(array.shape[:-2]), *array.shape[-2:])
    return array.copy()


def _first(output: object) -> object:
    """Some modules give more than one thing, the one that counts first."""
    return output[0] if isinstance(output, tuple) and output else output


def trace(module: nn.Module, image: Array) -> Trace:
    """Run `module` on one image of (channels, height, width) and keep every leaf's input and output.

    The module is left in the mode it was in; it should be in evaluation mode. Of a leaf that gives a tuple
    the first is kept; one that gives no batch (one number, no tensor) is left out. The arrays are copies: a
    module that works in place changes neither `image` nor what an earlier one is shown to have given.
    Raises `NetworkError` when the module gives anything but one row of numbers for the picture.
    """
    arrays = _Arrays()
    seen: list[LayerTrace] = []
    given: list[Array] = []
    ends: list[nn.Module] = []

    def before(_: nn.Module, inputs: tuple[object, ...]) -> None:
        first = inputs[0] if inputs else None
        given.append(arrays.of(first) if isinstance(first, Tensor) and first.ndim > 1 else NOTHING)

    def after(name: str, leaf: nn.Module, output: object) -> None:
        taken, output = given.pop(), _first(output)
        if isinstance(output, Tensor) and output.ndim > 1:
            seen.append(LayerTrace(name, taken, arrays.of(output)))
            ends.append(leaf)

    handles = []
    for name, leaf in leaves(module):
        handles.append(leaf.register_forward_pre_hook(before))
        handles.append(
            leaf.register_forward_hook(lambda leaf, _, output, name=name: after(name, leaf, output))
        )
    try:
        with torch.no_grad():  # not inference mode: its tensors have no versions
            kept = np.array(image, np.float32, order="C")
            picture = torch.from_numpy(kept.copy())[None]
            arrays.of(picture, kept)
            output = module(picture)
            if not isinstance(output, Tensor) or output.ndim != 2 or len(output) != 1:
                raise NetworkError("The module must give one row of numbers for each picture.")
            logits = arrays.of(output)
            probabilities = output[0].float().softmax(0).numpy(force=True)
    finally:
        for handle in handles:
            handle.remove()
    if ends and isinstance(ends[-1], nn.Softmax) and seen[-1].output is logits:
        logits, probabilities = seen[-1].input, logits
    return Trace(kept, tuple(seen), logits, probabilities)

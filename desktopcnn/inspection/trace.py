"""One forward pass, every layer: what a network computed for one input."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """The output of one leaf module.

    name: the module's path; output: (maps, height, width) or (units,), of this one input.
    """

    name: str
    output: Array


@dataclass(frozen=True, eq=False)
class Trace:
    """All layers in order of execution (a module that runs twice is there twice), and the answer.

    logits: (classes,), the output of the whole module; probabilities: their softmax.
    """

    layers: tuple[LayerTrace, ...]
    logits: Array
    probabilities: Array

    @property
    def answer(self) -> int:
        """Index of the most probable class."""
        return int(self.probabilities.argmax())


def trace(module: nn.Module, image: Array) -> Trace:
    """Run `module` on one image of (channels, height, width) and keep every leaf module's output.

    The module is left in the mode it was in; it should be in evaluation mode. The outputs are copies:
    a module that works in place changes neither `image` nor what an earlier one is shown to have given.
    """
    seen: list[LayerTrace] = []

    def keep(name: str, output: object) -> None:
        if isinstance(output, Tensor) and output.ndim > 1:
            seen.append(LayerTrace(name, output[0].float().numpy(force=True).copy()))

    leaves = [(name, child) for name, child in module.named_modules() if not any(child.children())]
    handles = [
        leaf.register_forward_hook(lambda _, __, output, name=name: keep(name, output))
        for name, leaf in leaves
    ]
    try:
        with torch.inference_mode():
            logits = module(torch.from_numpy(image.copy())[None])[0].float()
            probabilities = logits.softmax(0)
    finally:
        for handle in handles:
            handle.remove()
    return Trace(tuple(seen), logits.numpy(force=True), probabilities.numpy(force=True))

"""A network and pictures that come from outside, from Python: checked, and made ready to be looked at."""

import copy
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from desktopcnn.errors import NetworkError, UsageError
from desktopcnn.inspection import outline
from desktopcnn.inspection.outline import Outline
from desktopcnn.inspection.part import Array, Part
from desktopcnn.networks.notes import one_line

if TYPE_CHECKING:
    import torch
    from torch import nn

LARGEST = 1024
"""Rows or columns of a picture beyond which it is refused as a mistake."""
LONGEST = 80, 300
"""Letters of a title or a name, and of what a module of somebody else says went wrong."""
_numbers = count(1)


@dataclass(frozen=True, eq=False)
class Given:
    """A module with the pictures it shall answer.

    name, path: keys that no other network has, and no file; title: what it is shown as. module: a copy in
    evaluation mode, in float32 on the processor; outline, anatomy: its layers, as they were for the first
    picture. images: (number, channels, height, width); labels: the right class of each picture, or "".
    accuracy: never known.
    """

    name: str
    path: Path
    title: str
    classes: tuple[str, ...]
    module: "nn.Module"
    images: Array
    labels: tuple[str, ...]
    outline: Outline
    anatomy: Mapping[str, Part]
    accuracy: float | None = None

    @property
    def input_shape(self) -> tuple[int, ...]:
        """(channels, height, width)."""
        return self.images.shape[1:]


def given(
    module: "nn.Module",
    images: "npt.ArrayLike | torch.Tensor",
    classes: Sequence[str] | None = None,
    labels: Sequence[int] | None = None,
    title: str | None = None,
) -> Given:
    """Check all that and put it together; `module` itself is left alone.

    images: (number, channels, height, width), (channels, height, width), or for one grey picture (height,
    width); taken as the module is to get them, except that whole numbers of 8 bits are divided by 255.
    classes: a name for each output, by default its number. labels: for each picture the place of its class.
    Raises `UsageError` for pictures, names or labels that do not fit, `NetworkError` where the module cannot
    answer the first picture with one row of numbers.
    """
    from torch import nn

    if not isinstance(module, nn.Module):
        kind = module.__name__ if isinstance(module, type) else type(module).__name__
        raise UsageError(f"The network must be an object of a torch.nn.Module, not {kind}.")
    pictures = _pictures(images)
    ours = _copied(module)
    found, parts = _looked_into(ours, pictures[0])
    names = _names(classes, found[-1].output_shape[-1])
    key = f"given {next(_numbers)}"
    return Given(
        name=key,
        path=Path(key),
        title=one_line(title or type(module).__name__)[: LONGEST[0]],
        classes=names,
        module=ours,
        images=pictures,
        labels=_labels(labels, names, len(pictures)),
        outline=found,
        anatomy=parts,
    )


def _pictures(images: "npt.ArrayLike | torch.Tensor") -> Array:
    """In float32, a copy."""
    import torch

    if isinstance(images, torch.Tensor):
        images = (images.float() if images.dtype == torch.bfloat16 else images).numpy(force=True)
    try:
        read = np.asarray(images)
    except (TypeError, ValueError, RuntimeError) as error:
        raise UsageError(f"The pictures are no array of numbers: {brief(error)}.") from error
    if read.dtype.kind not in "buif":
        raise UsageError(f"The pictures are no array of numbers, but one of {read.dtype}.")
    shape = (*(1,) * (4 - read.ndim), *read.shape) if read.ndim in (2, 3) else read.shape
    if len(shape) != 4 or 0 in shape:
        raise UsageError(
            f"The pictures have the shape {read.shape}; it must be (number, channels, height, width)."
        )
    if max(shape[2:]) > LARGEST:
        raise UsageError(f"The pictures have {shape[2]}×{shape[3]} pixels; {LARGEST} is the most.")
    with np.errstate(over="ignore"):  # what is too large is said below
        pictures: Array = np.array(read, np.float32).reshape(shape)
    if read.dtype == np.uint8:
        pictures /= 255
    if not np.isfinite(pictures).all():
        raise UsageError("The pictures hold values that are not finite numbers.")
    return pictures


def _copied(module: "nn.Module") -> "nn.Module":
    """A copy, so that neither a training that goes on nor the window disturbs the other."""
    import torch

    module = getattr(module, "_orig_mod", module)  # what torch.compile was given: it has the layers
    if isinstance(module, torch.jit.ScriptModule):
        raise NetworkError("A scripted module cannot be looked into. Give the module that it was made of.")
    # a tensor that autograd made cannot be copied, but many modules keep one of their last pass
    memo = {
        id(held): held.detach().clone()
        for part in module.modules()
        for held in vars(part).values()
        if isinstance(held, torch.Tensor) and not held.is_leaf
    }
    try:
        return copy.deepcopy(module, memo).cpu().float().eval()
    except Exception as error:
        raise NetworkError(f"The network cannot be copied to the processor: {brief(error)}.") from error


def _looked_into(module: "nn.Module", picture: Array) -> tuple[Outline, Mapping[str, Part]]:
    """The layers that it runs through for that picture."""
    from desktopcnn.inspection.anatomy import anatomy
    from desktopcnn.inspection.trace import trace

    try:
        traced = trace(module, picture)
    except NetworkError:
        raise
    except Exception as error:  # whatever a module of somebody else raises
        shape = "×".join(map(str, picture.shape))
        raise NetworkError(
            f"The network cannot answer a picture of {shape} (channels, height, width): {brief(error)}."
        ) from error
    parts = anatomy(module)
    return outline.of_trace(traced, parts), parts


def _names(classes: Sequence[str] | None, outputs: int) -> tuple[str, ...]:
    if classes is None:
        return tuple(map(str, range(outputs)))
    try:
        names = tuple(one_line(str(name))[: LONGEST[0]] for name in classes)
    except TypeError as error:
        raise UsageError(f"The classes must be a list of names, not {classes!r}.") from error
    if len(names) != outputs:
        raise UsageError(f"The network has {outputs} outputs, but {len(names)} names of classes were given.")
    return names


def _labels(labels: Sequence[int] | None, classes: tuple[str, ...], number: int) -> tuple[str, ...]:
    if labels is None:
        return ("",) * number
    try:
        places = [operator.index(label) for label in labels]
    except TypeError as error:
        raise UsageError(
            f"The labels must be whole numbers, the places of the classes: {brief(error)}."
        ) from error
    if len(places) != number:
        raise UsageError(f"There are {number} pictures, but {len(places)} labels.")
    if odd := [place for place in places if not 0 <= place < len(classes)]:
        raise UsageError(f"The label {odd[0]} is none of 0 to {len(classes) - 1}.")
    return tuple(classes[place] for place in places)


def brief(error: Exception) -> str:
    """What went wrong in one line; that of a `KeyError` would be the key alone."""
    first = next(iter(str(error).strip().splitlines()), "")
    return f"{type(error).__name__}: {first}".rstrip(".:! ")[: LONGEST[1]]

"""What a network can be shown: a drawing, a digit of the data set, or a picture."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from desktopcnn.data import digit
from desktopcnn.data.digit import Drawing, Frame, Placement, Stage, Steps

if TYPE_CHECKING:
    from desktopcnn.data.picture import Picture


@dataclass(frozen=True, eq=False)
class Drawn:
    """The strokes on the canvas, in canvas units."""

    drawing: Drawing = ()


@dataclass(frozen=True, eq=False)
class Sample:
    """A digit of the data set as it is stored, or a picture that came with a module of the user's own.

    index: its place there; label: its true class, or "". frame: (28, 28); of one's own (channels, height,
    width).
    """

    index: int
    label: str
    frame: Frame
    own: bool = False


@dataclass(frozen=True, eq=False)
class Pictured:
    """A picture from a file or the clipboard. title: what the user knows it by."""

    title: str
    picture: "Picture"


Input = Drawn | Sample | Pictured


def shape(shown: Input) -> tuple[int, ...]:
    """(channels, height, width) of what a network is given of it."""
    if isinstance(shown, Sample) and shown.own:
        return shown.frame.shape
    return 1, digit.SIZE, digit.SIZE


def is_empty(shown: Input) -> bool:
    """Whether there is nothing to answer."""
    return isinstance(shown, Drawn) and not shown.drawing


def stages(shown: Input, steps: Steps) -> tuple[Stage, ...]:
    """The way from the input to the frame, step by step; the last frame is what the network gets."""
    if isinstance(shown, Drawn):
        return digit.stages(shown.drawing, steps)
    if isinstance(shown, Sample):
        return (Stage("drawing", np.asarray(shown.frame), Placement(1.0, np.zeros(2))),)
    from desktopcnn.data import picture  # brings scipy, which only pictures need

    return picture.stages(shown.picture, steps)

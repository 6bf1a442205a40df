"""What a network can be shown: a drawing, a digit of the data set, or a picture."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from desktopcnn.data import digit
from desktopcnn.data.digit import Drawing, Frame, Stage, Steps

if TYPE_CHECKING:
    from desktopcnn.data.picture import Picture


@dataclass(frozen=True, eq=False)
class Drawn:
    """The strokes on the canvas, in canvas units."""

    drawing: Drawing = ()


@dataclass(frozen=True, eq=False)
class Sample:
    """A digit of the data set as it is stored. index: its place there; label: its true class."""

    index: int
    label: str
    frame: Frame


@dataclass(frozen=True, eq=False)
class Pictured:
    """A picture from a file or the clipboard. title: what the user knows it by."""

    title: str
    picture: "Picture"


Input = Drawn | Sample | Pictured


def is_empty(shown: Input) -> bool:
    """Whether there is nothing to answer."""
    return isinstance(shown, Drawn) and not shown.drawing


def stages(shown: Input, steps: Steps) -> tuple[Stage, ...]:
    """The way from the input to the frame, step by step; the last frame is what the network gets."""
    if isinstance(shown, Drawn):
        return digit.stages(shown.drawing, steps)
    if isinstance(shown, Sample):
        return (Stage("drawing", np.asarray(shown.frame)),)
    from desktopcnn.data import picture  # brings scipy, which only pictures need

    return picture.stages(shown.picture, steps)

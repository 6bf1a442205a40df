"""The sizes of the convolution desk: how its windows slide, and which settings go together."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from desktopcnn.networks.shapes import Window

Mask = npt.NDArray[np.bool_]
Pooling = Literal["none", "max", "average"]
PICTURE = 28
"""Side of the one input that is larger than what can be typed: a picture of a digit, to look at only."""
LIMITS: dict[str, tuple[int, int]] = {
    "channels": (1, 3),
    "rows": (1, 9),
    "columns": (1, 9),
    "kernels": (1, 2),
    "kernel": (1, 9),
    "stride": (1, 9),
    "padding": (0, 4),
    "dilation": (1, 4),
    "pool_size": (1, 9),
    "pool_stride": (1, 9),
}
"""The least and the largest value of each setting that is a number."""
WORDS = {
    "channels": "number of channels",
    "rows": "number of rows",
    "columns": "number of columns",
    "kernels": "number of kernels",
    "kernel": "kernel size",
    "pool_size": "pooling size",
    "pool_stride": "pooling stride",
}


@dataclass(frozen=True)
class Slide:
    """A window that slides along one side of `size` pixels, its padding not counted."""

    window: Window
    size: int

    @property
    def count(self) -> int:
        """Places where the window fits."""
        return self.window.output_size(self.size)

    @cached_property
    def taps(self) -> npt.NDArray[np.intp]:
        """The pixels that are looked at from every place: (places, kernel); below 0 and from `size` on is
        padding."""
        first = np.arange(self.count) * self.window.stride - self.window.padding
        return first[:, None] + np.arange(self.window.kernel) * self.window.dilation

    @cached_property
    def reached(self) -> Mask:
        """Which pixels any window looks at: (size,)."""
        return np.isin(np.arange(self.size), self.taps)

    @property
    def cut_off(self) -> int:
        """Pixels behind the last window: the division left a rest, and it was rounded down."""
        return min(self.size, max(0, self.size - 1 - int(self.taps[-1, -1])))

    @property
    def skipped(self) -> int:
        """Pixels that lie between the pixels that are looked at."""
        return int((~self.reached).sum()) - self.cut_off

    @property
    def formula(self) -> str:
        """floor((n + 2p − d(k − 1) − 1) / s) + 1 with its numbers, worked out in two steps."""
        w = self.window
        inner = f"{self.size} + 2·{w.padding} − {w.dilation}·({w.kernel} − 1) − 1"
        worked = self.size + 2 * w.padding - w.extent
        return f"floor(({inner}) / {w.stride}) + 1 = floor({worked} / {w.stride}) + 1 = {self.count}"


def lost(slides: tuple[Slide, Slide]) -> Mask:
    """Which pixels no window looks at when it slides so down and along: (rows, columns)."""
    down, along = slides
    mask: Mask = ~np.logical_and.outer(down.reached, along.reached)
    return mask


def faults(settings: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with these settings of a desk: a sentence for each that must be changed."""
    found = {}
    picture = settings["rows"] == settings["columns"] == PICTURE
    for name, (low, high) in LIMITS.items():
        value = settings[name]
        if picture and name in ("rows", "columns"):
            continue
        if not isinstance(value, int) or not low <= value <= high:
            word = WORDS.get(name, name)
            found[name] = f"The {word} is {value}; it must be a whole number from {low} to {high}."
    if picture and settings["channels"] != 1:
        found["channels"] = "The picture has one channel; make the input smaller first."
    if settings["pooling"] not in get_args(Pooling):
        known = ", ".join(get_args(Pooling))
        found["pooling"] = f"The pooling {settings['pooling']!r} is unknown (known: {known})."
    return found or _misfits(settings)


def _misfits(settings: Mapping[str, Any]) -> dict[str, str]:
    """What does not fit together, in settings that are right by themselves."""
    window = Window(*(settings[name] for name in ("kernel", "stride", "padding", "dilation")))
    rows, columns = settings["rows"], settings["columns"]
    cells = window.output_size(rows), window.output_size(columns)
    if min(cells) < 1:
        room = " × ".join(str(size + 2 * window.padding) for size in (rows, columns))
        return {
            "kernel": f"The kernel spans {window.extent} × {window.extent} pixels; there are only {room}."
        }
    size = settings["pool_size"]
    if settings["pooling"] != "none" and size > min(cells):
        there = " × ".join(map(str, cells))
        return {"pool_size": f"A pooling window of {size} × {size} does not fit into an output of {there}."}
    return {}

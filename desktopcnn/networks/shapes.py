"""Shapes of maps and vectors, windows that slide over maps, and what every layer checks of them."""

import math
from dataclasses import dataclass

from desktopcnn.errors import NetworkError

Shape = tuple[int, ...]
MAX_VALUES = 2**27
"""Values in one layer's output or parameters beyond which it is refused as a mistake."""
MAX_WINDOW = 1024
"""Kernel, stride, padding or dilation beyond which a layer is refused as a mistake."""


@dataclass(frozen=True)
class Window:
    """The square of its input that one cell of a layer's output looks at."""

    kernel: int = 1
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def extent(self) -> int:
        """Pixels from the first to the last that are looked at."""
        return self.dilation * (self.kernel - 1) + 1

    def output_size(self, size: int) -> int:
        """Cells that fit into `size` pixels; zero or less where the window does not fit."""
        return (size + 2 * self.padding - self.extent) // self.stride + 1

    def slide(self, shape: Shape, maps: int) -> Shape:
        """The shape of `maps` maps made by sliding this window over maps of `shape`."""
        _, height, width = sizes_of_maps(shape)
        size = (self.output_size(height), self.output_size(width))
        if min(size) < 1:
            raise NetworkError(
                f"a {self.extent}x{self.extent} window with padding {self.padding} does not fit into "
                f"{height}x{width} pixels"
            )
        return (maps, *size)


def sizes_of_maps(shape: Shape) -> tuple[int, int, int]:
    """Channels, height and width. Raises `NetworkError` for the shape of a vector."""
    if len(shape) != 3:
        raise NetworkError(f"it takes maps and gets a vector of {math.prod(shape)} values")
    return shape[0], shape[1], shape[2]


def check_vector(shape: Shape) -> None:
    """Raises `NetworkError` for the shape of maps."""
    if len(shape) != 1:
        raise NetworkError(f"it takes a vector and gets maps of shape {shape}; flatten them first")


def check_positive(layer: object, *names: str) -> None:
    """Raises `NetworkError` where one of these attributes is less than 1."""
    for name in names:
        if getattr(layer, name) < 1:
            raise NetworkError(f"{name} must be at least 1, not {getattr(layer, name)}")


def check_window(window: Window) -> None:
    """Raises `NetworkError` for sizes that are too small or absurdly large."""
    check_positive(window, "kernel", "stride", "dilation")
    if window.padding < 0:
        raise NetworkError(f"padding must not be negative, but it is {window.padding}")
    if max(window.kernel, window.stride, window.padding, window.dilation) > MAX_WINDOW:
        raise NetworkError(f"a kernel, stride, padding or dilation above {MAX_WINDOW} is too large")

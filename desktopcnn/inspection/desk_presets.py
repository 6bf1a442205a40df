"""What the convolution desk can be laid with: examples whose numbers are our own."""

import numpy as np

from desktopcnn.data.digit import Stroke, frame
from desktopcnn.inspection.desk import Desk, Numbers

THREE = (
    (92, 78), (110, 64), (135, 58), (160, 62), (178, 80), (174, 104), (156, 122), (132, 132),
    (158, 138), (180, 156), (186, 182), (172, 208), (146, 222), (116, 220), (92, 206),
)  # fmt: skip
"""A digit in canvas units, in the order of the pen."""
CROSS = ((1, 0, 1), (0, 1, 0), (1, 0, 1))
UPRIGHT = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))
"""Finds upright edges: right minus left, the middle row counting double (the Sobel operator)."""
LYING = ((-1, -2, -1), (0, 0, 0), (1, 2, 1))


def _numbers(seed: int, low: int, high: int, *shape: int) -> Numbers:
    """Whole numbers from `low` to `high`, always the same for a seed."""
    return np.random.default_rng(seed).integers(low, high + 1, shape).astype(np.float64)


def _kernels(*kernels: object) -> Numbers:
    """Kernels for one channel: (kernels, 1, k, k)."""
    return np.array(kernels, np.float64)[:, None]


def _nine_positions() -> Desk:
    image = ((0, 2, 1, 0, 0), (0, 3, 1, 0, 1), (1, 0, 2, 0, 1), (0, 0, 3, 1, 0), (2, 0, 1, 3, 0))
    return Desk(np.array([image]), _kernels(CROSS), np.zeros(1))


def _picture() -> Desk:
    """The chapter's sizes on a real digit, in tenths, so that its sums can still be read."""
    digit = frame((Stroke(np.array(THREE, np.float64), 20.0),)).astype(np.float64)
    slope = np.tile([-1.0, -1.0, 0.0, 1.0, 1.0], (5, 1))
    return Desk(np.round(digit, 1)[None], slope[None, None], np.zeros(1))


def _three_channels() -> Desk:
    return Desk(_numbers(3, 0, 4, 3, 5, 5), _numbers(4, -1, 1, 1, 3, 3, 3), np.array([1.0]))


def _two_kernels() -> Desk:
    return Desk(
        _numbers(7, 0, 2, 3, 5, 5), _numbers(8, -1, 1, 2, 3, 3, 3), np.array([1.0, 0.0]), stride=2, padding=1
    )


def _edges() -> Desk:
    image = np.zeros((1, 8, 8))
    image[:, 2:6, 2:6] = 9
    return Desk(image, _kernels(UPRIGHT, LYING), np.zeros(2))


def _lost_pixels() -> Desk:
    return Desk(_numbers(11, 0, 9, 1, 8, 8), _kernels(CROSS), np.zeros(1), stride=2)


def _dilation() -> Desk:
    return Desk(_numbers(13, 0, 9, 1, 7, 7), _kernels(CROSS), np.zeros(1), dilation=2)


def _pooling() -> Desk:
    return Desk(_numbers(17, 0, 9, 1, 6, 6), _kernels(UPRIGHT), np.zeros(1), pooling="max")


PRESETS = {
    "nine-positions": _nine_positions(),
    "picture": _picture(),
    "three-channels": _three_channels(),
    "two-kernels": _two_kernels(),
    "edges": _edges(),
    "lost-pixels": _lost_pixels(),
    "dilation": _dilation(),
    "pooling": _pooling(),
}

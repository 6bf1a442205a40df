"""Distortions of a whole batch as tensors: what makes fifty thousand digits look like millions.

All act on float batches (number, channels, height, width) with 0 as background and draw from a given
generator. The settings stand in `distortion.py`; each has a line in `distort`.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from desktopcnn.data.distortion import LIMITS, Distortion

__all__ = ["CROSS", "LIMITS", "Distortion", "distort"]

CROSS = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
"""The five positions of the book's expanded data: where it is, and one pixel up, down, left, right."""


def distort(batch: Tensor, distortion: Distortion, generator: torch.Generator) -> Tensor:
    """A batch of the same shape in which every picture is distorted in its own way."""
    if distortion.thickness:
        batch = _thickened(batch, distortion.thickness, generator)
    if distortion.cross:
        batch = _shifted_in_cross(batch, distortion.cross, generator)
    if any(
        (
            distortion.shift,
            distortion.rotation,
            distortion.scale,
            distortion.shear,
            distortion.elastic,
        )
    ):
        batch = _warped(batch, distortion, generator)
    return batch


def _thickened(batch: Tensor, pixels: float, generator: torch.Generator) -> Tensor:
    """Strokes wider or narrower by up to `pixels`: each picture on its way to its dilation or erosion.

    The brightest (or darkest) value of every 3x3 neighbourhood moves the edges of a stroke by one pixel,
    its width by two; a mixture with the picture itself moves them by less, in greys, as ink drawn with a
    pen of that width. Narrowing is widening the background: one pass serves both.
    """
    amount = torch.empty(len(batch), 1, 1, 1).uniform_(-pixels / 2, pixels / 2, generator=generator)
    sign = torch.where(amount < 0, -1.0, 1.0)
    padded = functional.pad(batch * sign, (1, 1, 1, 1))
    # neighbours by slices: a seventh of the time of a max pool here
    rows = torch.maximum(torch.maximum(padded[:, :, :-2], padded[:, :, 1:-1]), padded[:, :, 2:])
    extreme = torch.maximum(torch.maximum(rows[..., :-2], rows[..., 1:-1]), rows[..., 2:])
    return torch.lerp(padded[:, :, 1:-1, 1:-1], extreme, amount.abs()) * sign


def _shifted_in_cross(batch: Tensor, pixels: int, generator: torch.Generator) -> Tensor:
    choice = torch.randint(len(CROSS), (len(batch),), generator=generator)
    padded = functional.pad(batch, (pixels,) * 4)
    height, width = batch.shape[-2:]
    shifted = torch.empty_like(batch)
    for place, (down, right) in enumerate(CROSS):
        chosen = choice == place
        top, left = pixels - down * pixels, pixels - right * pixels
        shifted[chosen] = padded[chosen, :, top : top + height, left : left + width]
    return shifted


def _warped(batch: Tensor, distortion: Distortion, generator: torch.Generator) -> Tensor:
    """One bilinear sampling for the affine part and the elastic part together."""
    number, _, height, width = batch.shape

    def uniform(limit: float) -> Tensor:
        return torch.empty(number).uniform_(-limit, limit, generator=generator)

    angle = uniform(math.radians(distortion.rotation))
    stretch_x, stretch_y = 1 + uniform(distortion.scale), 1 + uniform(distortion.scale)
    shear = uniform(distortion.shear)
    cos, sin = angle.cos(), angle.sin()
    matrix = torch.stack(
        [
            torch.stack(
                [
                    cos / stretch_x,
                    (shear * cos - sin) / stretch_x,
                    uniform(distortion.shift) * 2 / width,
                ],
                1,
            ),
            torch.stack(
                [
                    sin / stretch_y,
                    (shear * sin + cos) / stretch_y,
                    uniform(distortion.shift) * 2 / height,
                ],
                1,
            ),
        ],
        1,
    )
    grid = functional.affine_grid(matrix, list(batch.shape), align_corners=False)
    if distortion.elastic:
        grid = grid + _elastic_field(number, height, width, distortion.elastic, generator)
    return functional.grid_sample(batch, grid, align_corners=False)


def _elastic_field(number: int, height: int, width: int, pixels: float, generator: torch.Generator) -> Tensor:
    """A smooth random displacement of mean length `pixels`, in the units of `grid_sample` (2 a side).

    Random arrows on a coarse lattice (one every four pixels), interpolated bicubically: as smooth as
    noise filtered by a Gaussian of four pixels, at a fraction of the cost.
    """
    coarse = torch.randn(number, 2, height // 4 + 1, width // 4 + 1, generator=generator)
    fine = functional.interpolate(coarse, (height, width), mode="bicubic", align_corners=True)
    fine = fine * (pixels / fine.square().sum(1).sqrt().mean((1, 2)).clamp_min(1e-6))[:, None, None, None]
    return fine.permute(0, 2, 3, 1) * torch.tensor([2 / width, 2 / height])

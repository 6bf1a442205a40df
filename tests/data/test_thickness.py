"""Strokes made thinner and thicker."""

import pytest
import torch
from torch import Tensor

from desktopcnn.data.augment import distort
from desktopcnn.data.distortion import LIMITS, Distortion
from desktopcnn.errors import UsageError

WIDTH = 6


def bars(number: int) -> Tensor:
    """Pictures of an upright bar, six pixels wide, from edge to edge."""
    batch = torch.zeros(number, 1, 28, 28)
    batch[..., 11 : 11 + WIDTH] = 1
    return batch


def thickened(batch: Tensor, pixels: float, seed: int = 0) -> Tensor:
    return distort(batch, Distortion(thickness=pixels), torch.Generator().manual_seed(seed))


def widths(batch: Tensor) -> Tensor:
    """Pixels of ink in a line across the middle of each picture."""
    return batch[:, 0, 14].sum(1)


@pytest.mark.parametrize("pixels", [0.3, 1.0, LIMITS["thickness"]])
def test_a_stroke_becomes_thinner_or_thicker_by_up_to_so_many_pixels(pixels: float) -> None:
    change = widths(thickened(bars(400), pixels)) - WIDTH
    assert change.abs().max() <= pixels + 1e-5
    assert change.max() > 0.9 * pixels
    assert change.min() < -0.9 * pixels


def test_all_amounts_are_as_likely_as_each_other() -> None:
    change = widths(thickened(bars(2000), 2.0)) - WIDTH
    counts = torch.histc(change, bins=4, min=-2, max=2)
    assert counts.min() > 400  # 500 each; one standard error is 19


def test_a_stroke_stays_where_it_is() -> None:
    batch = thickened(bars(50), 2.0)
    assert torch.allclose(batch[..., :14], batch[..., 14:].flip(3))


def test_edges_become_greys_and_the_middle_stays() -> None:
    batch = thickened(bars(50), 1.0)
    assert (batch[..., 1:-1, 12:16] == 1).all()
    edges = batch[:, 0, 14, 10:12]
    assert ((edges > 0) & (edges < 1)).any(1).all()


def test_values_stay_between_background_and_ink() -> None:
    noise = torch.rand(64, 3, 28, 28, generator=torch.Generator().manual_seed(1))
    batch = thickened(noise, 2.0)
    assert batch.shape == noise.shape
    assert batch.min() >= 0
    assert batch.max() <= 1


def test_thicker_never_takes_ink_away_and_thinner_never_adds_any() -> None:
    noise = torch.rand(64, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    more = thickened(noise, 2.0) - noise
    grown = (more >= -1e-6).flatten(1).all(1)
    shrunk = (more <= 1e-6).flatten(1).all(1)
    assert (grown | shrunk).all()
    assert 16 < grown.sum() < 48


def test_an_empty_picture_stays_empty() -> None:
    assert (thickened(torch.zeros(8, 1, 28, 28), 2.0) == 0).all()


def test_the_generator_decides() -> None:
    assert torch.equal(thickened(bars(8), 1.0, seed=3), thickened(bars(8), 1.0, seed=3))
    assert not torch.equal(thickened(bars(8), 1.0, seed=3), thickened(bars(8), 1.0, seed=4))


def test_the_pictures_given_are_not_touched() -> None:
    batch = bars(8)
    thickened(batch, 2.0)
    assert torch.equal(batch, bars(8))


@pytest.mark.parametrize("pixels", [-0.1, LIMITS["thickness"] + 0.1, float("nan")])
def test_more_than_the_limit_is_refused(pixels: float) -> None:
    with pytest.raises(UsageError, match="thickness"):
        Distortion(thickness=pixels)

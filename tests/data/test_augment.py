"""Distortions: what each setting does to a picture, by how much, and that the seed decides."""

import math
from dataclasses import fields
from typing import Any

import pytest
import torch
from torch import Tensor

from desktopcnn.data.augment import CROSS, distort
from desktopcnn.data.distortion import LIMITS, Distortion
from desktopcnn.errors import UsageError

SIZE = 28


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def blobs(number: int, x: float = 13.5, y: float = 13.5, width: float = 2.0) -> Tensor:
    """Soft round spots at pixel x, y."""
    places = torch.arange(SIZE)
    across, down = (torch.exp(-((places - middle) ** 2) / (2 * width**2)) for middle in (x, y))
    return (down[:, None] * across).expand(number, 1, SIZE, SIZE).clone()


def centres(batch: Tensor) -> Tensor:
    """(number, 2): x, y of the centre of mass of each picture."""
    mass, places = batch.sum((1, 2, 3)), torch.arange(SIZE).float()
    return torch.stack([(batch.sum((1, 2)) @ places) / mass, (batch.sum((1, 3)) @ places) / mass], 1)


def test_no_distortion_is_the_batch_itself_and_draws_nothing() -> None:
    batch, random = blobs(3), generator()
    before = random.get_state()
    assert distort(batch, Distortion(), random) is batch
    assert torch.equal(random.get_state(), before)


@pytest.mark.parametrize("name", [field.name for field in fields(Distortion)])
def test_each_changes_pictures_alone_keeps_the_shape_and_repeats_itself(name: str) -> None:
    batch = blobs(6, x=10)
    kept = batch.clone()
    settings: dict[str, Any] = {name: min(LIMITS[name], 2)}
    before = torch.random.get_rng_state()
    first = distort(batch, Distortion(**settings), generator(1))
    assert torch.equal(distort(batch, Distortion(**settings), generator(1)), first)
    assert not torch.equal(distort(batch, Distortion(**settings), generator(2)), first)
    assert torch.equal(torch.random.get_rng_state(), before), "the global generator is left alone"
    assert torch.equal(batch, kept), "the batch is not written to"
    assert first.shape == batch.shape
    assert first.isfinite().all()
    assert not torch.equal(first[0], first[1]) or not torch.equal(first[0], first[2]), "each in its own way"


@pytest.mark.parametrize("pixels", [1, 3])
def test_cross_moves_to_the_five_places_of_the_book(pixels: int) -> None:
    batch = torch.zeros(400, 1, 9, 9)
    batch[:, :, 4, 4] = 1
    moved = distort(batch, Distortion(cross=pixels), generator())
    places = [tuple(place) for place in moved[:, 0].nonzero()[:, 1:].tolist()]
    wanted = {(4 + pixels * down, 4 + pixels * right) for down, right in CROSS}
    assert set(places) == wanted
    assert all(places.count(place) > 50 for place in wanted), "one in five each"


def test_what_moves_out_is_gone_and_what_comes_in_is_background() -> None:
    moved = distort(torch.ones(60, 1, 5, 5), Distortion(cross=1), generator())
    assert set(moved.sum((1, 2, 3)).tolist()) == {25, 20}


def test_shift_stays_within_its_pixels_and_fills_them() -> None:
    moved = centres(distort(blobs(500), Distortion(shift=3), generator())) - 13.5
    assert moved.abs().max() <= 3.01
    assert (moved.amax(0) > 2.8).all()
    assert (moved.amin(0) < -2.8).all()
    assert moved.mean(0).abs().max() < 0.3


def test_rotation_keeps_the_distance_from_the_middle_and_its_degrees() -> None:
    moved = centres(distort(blobs(300, x=20.5, width=1.5), Distortion(rotation=30), generator())) - 13.5
    distance, angle = moved.norm(dim=1), torch.atan2(moved[:, 1], moved[:, 0]) * 180 / math.pi
    torch.testing.assert_close(distance, torch.full((300,), 7.0), atol=0.1, rtol=0)
    assert angle.abs().max() <= 30.5
    assert angle.max() > 28
    assert angle.min() < -28


def test_scale_stretches_both_ways_by_its_share() -> None:
    batch = blobs(400, x=20.5, y=20.5, width=1)
    moved = centres(distort(batch, Distortion(scale=0.2), generator())) - 13.5
    assert moved.min() == pytest.approx(7 * 0.8, abs=0.15)
    assert moved.max() == pytest.approx(7 * 1.2, abs=0.15)
    assert (moved[:, 0] - moved[:, 1]).abs().max() > 1, "each side by itself"


def test_shear_moves_sideways_in_proportion_to_the_height() -> None:
    moved = centres(distort(blobs(300, y=20.5, width=1), Distortion(shear=0.3), generator())) - 13.5
    assert moved[:, 0].abs().max() == pytest.approx(7 * 0.3, abs=0.15)
    torch.testing.assert_close(moved[:, 1], torch.full((300,), 7.0), atol=0.1, rtol=0)


@pytest.mark.parametrize("pixels", [0.5, 2.0])
def test_elastic_moves_by_its_pixels_on_average_and_smoothly(pixels: float) -> None:
    # a ramp in x: what each pixel becomes says how far away it was read
    ramp = torch.arange(SIZE).float().expand(60, 1, SIZE, SIZE).clone()
    moved = distort(ramp, Distortion(elastic=pixels), generator()) - ramp
    middle = moved[..., 6:-6, 6:-6]
    # one of two components: 2 / pi of the mean length for arrows in all directions
    assert middle.abs().mean().item() == pytest.approx(pixels * 2 / math.pi, rel=0.15)
    neighbours = (middle[..., 1:] - middle[..., :-1]).abs().mean()
    assert neighbours < 0.5 * middle.abs().mean(), "arrows side by side point the same way"


def test_all_together_stay_within_ink_and_paper() -> None:
    everything = Distortion(cross=1, shift=2, rotation=15, scale=0.15, shear=0.1, elastic=1, thickness=1)
    batch = distort(blobs(50), everything, generator())
    assert batch.min() >= -1e-6
    assert batch.max() <= 1 + 1e-5
    assert batch.sum() > 0.7 * blobs(50).sum(), "the digit is still there"


@pytest.mark.parametrize("name", LIMITS)
def test_values_out_of_range_are_refused(name: str) -> None:
    for value in (-0.1, LIMITS[name] * 1.01, math.nan, math.inf):
        settings: dict[str, Any] = {name: value}
        with pytest.raises(UsageError, match=f"The distortion {name} is .*; it must lie between 0 and"):
            Distortion(**settings)
    assert Distortion(**{name: LIMITS[name]})  # type: ignore[arg-type]

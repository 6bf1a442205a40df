"""The desk's arithmetic, against torch; its sizes, its lost pixels and what it refuses."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional

from desktopcnn.errors import UsageError
from desktopcnn.inspection.desk import LARGEST, ConvolutionStep, Desk, PoolingStep
from desktopcnn.inspection.desk_presets import PRESETS
from desktopcnn.inspection.desk_sizes import PICTURE, Slide, faults
from desktopcnn.networks.shapes import Window

SMALL = Desk(np.arange(16.0).reshape(1, 4, 4), np.ones((1, 1, 2, 2)), np.zeros(1))


@st.composite
def desks(draw: Any) -> Desk:
    rows, columns, kernel = (draw(st.integers(1, high)) for high in (9, 9, 4))
    channels, maps = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    wanted = SMALL.settings | {
        "rows": rows, "columns": columns, "kernel": kernel, "channels": channels, "kernels": maps,
        "stride": draw(st.integers(1, 4)), "padding": draw(st.integers(0, 4)),
        "dilation": draw(st.integers(1, 3)), "pooling": draw(st.sampled_from(["none", "max", "average"])),
        "pool_size": draw(st.integers(1, 3)), "pool_stride": draw(st.integers(1, 3)),
    }  # fmt: skip
    assume(not faults(wanted))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    rest = {k: wanted[k] for k in ("stride", "padding", "dilation", "pooling", "pool_size", "pool_stride")}
    return Desk(
        random.normal(size=(channels, rows, columns)),
        random.normal(size=(maps, channels, kernel, kernel)),
        random.normal(size=maps),
        **rest,
    )


def by_torch(desk: Desk) -> torch.Tensor:
    image, kernels, biases = (torch.tensor(np.array(x)) for x in (desk.image, desk.kernels, desk.biases))
    return functional.conv2d(
        image[None], kernels, biases, stride=desk.stride, padding=desk.padding, dilation=desk.dilation
    )


@given(desks())
@settings(deadline=None, max_examples=150)
def test_output_and_pooling_are_those_of_torch(desk: Desk) -> None:
    expected = by_torch(desk)
    assert desk.output.shape == expected.shape[1:]
    np.testing.assert_allclose(desk.output, expected[0].numpy(), atol=1e-12)
    if desk.pooled is None:
        assert desk.steps == desk.output.size
        return
    pool = functional.max_pool2d if desk.pooling == "max" else functional.avg_pool2d
    pooled = pool(expected, desk.pool_size, desk.pool_stride)[0].numpy()
    np.testing.assert_allclose(desk.pooled, pooled, atol=1e-12)
    assert desk.steps == desk.output.size + pooled.size


@given(desks())
@settings(deadline=None, max_examples=60)
def test_every_step_adds_up_to_its_cell_and_is_found_by_it(desk: Desk) -> None:
    for number in range(desk.steps):
        step = desk.step(number)
        cell = step.map, step.row, step.column
        assert desk.number_of(cell, pooled=isinstance(step, PoolingStep)) == number
        if isinstance(step, ConvolutionStep):
            assert step.total == desk.output[cell] == pytest.approx(step.sums.sum() + step.bias)
            assert np.array_equal(step.products, step.patches * step.kernels)
            for place, pixel in np.ndenumerate(step.patches):
                row, column = step.rows[place[1]], step.columns[place[2]]
                inside = 0 <= row < desk.image.shape[1] and 0 <= column < desk.image.shape[2]
                assert pixel == (desk.image[place[0], row, column] if inside else 0)
        else:
            assert desk.pooled is not None
            assert step.total == desk.pooled[cell]
            assert np.array_equal(step.values, desk.output[step.map][np.ix_(step.rows, step.columns)])
            if step.winner:
                assert desk.output[(step.map, *step.winner)] == step.total


@given(desks())
@settings(deadline=None, max_examples=80)
def test_a_pixel_is_lost_if_and_only_if_the_output_does_not_depend_on_it(desk: Desk) -> None:
    image = torch.tensor(np.array(desk.image), requires_grad=True)
    kernels = torch.ones(desk.kernels.shape, dtype=torch.float64)
    functional.conv2d(
        image[None], kernels, stride=desk.stride, padding=desk.padding, dilation=desk.dilation
    ).sum().backward()
    assert image.grad is not None
    assert np.array_equal(desk.lost, image.grad[0].numpy() == 0)
    for slide in desk.slides:
        missing = np.flatnonzero(~slide.reached)
        assert slide.cut_off + slide.skipped == len(missing)
        assert set(range(slide.size - slide.cut_off, slide.size)) <= set(missing)
        assert slide.cut_off in (0, slide.size) or slide.reached[slide.size - slide.cut_off - 1]


def test_lost_pixels_are_cut_off_or_skipped() -> None:
    slide = Slide(Window(3, stride=2), 8)
    assert (slide.cut_off, slide.skipped) == (1, 0)
    assert slide.reached.tolist() == [True] * 7 + [False]
    slide = Slide(Window(2, stride=3), 9)
    assert (slide.cut_off, slide.skipped) == (1, 2)
    slide = Slide(Window(3, stride=2, padding=1), 8)  # what is cut off is padding: nothing is lost
    assert (slide.cut_off, slide.skipped) == (0, 0)


def test_the_formula_is_worked_out() -> None:
    assert Slide(Window(3, 2, 1, 1), 6).formula == (
        "floor((6 + 2·1 − 1·(3 − 1) − 1) / 2) + 1 = floor(5 / 2) + 1 = 3"
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("stride", 0, "The stride is 0; it must be a whole number from 1 to 9."),
        ("rows", 10, "The number of rows is 10; it must be a whole number from 1 to 9."),
        ("columns", PICTURE, "The number of columns is 28; it must be a whole number from 1 to 9."),
        ("padding", None, "The padding is None; it must be a whole number from 0 to 4."),
        ("kernel", 5, "The kernel spans 5 × 5 pixels; there are only 4 × 4."),
        ("pooling", "median", "The pooling 'median' is unknown (known: none, max, average)."),
    ],
)
def test_what_is_out_of_range_is_refused_at_its_field(name: str, value: Any, sentence: str) -> None:
    assert faults(SMALL.settings | {name: value}) == {name: sentence}
    with pytest.raises(UsageError) as refused:
        SMALL.changed(**{name: value})
    assert str(refused.value) == sentence


def test_a_window_of_pooling_must_fit_too_but_only_if_there_is_one() -> None:
    assert not faults(SMALL.settings | {"pool_size": 4})
    found = faults(SMALL.settings | {"pool_size": 4, "pooling": "max"})
    assert found == {"pool_size": "A pooling window of 4 × 4 does not fit into an output of 3 × 3."}


@pytest.mark.parametrize(
    "parts",
    [
        (np.zeros((4, 4)), SMALL.kernels, SMALL.biases),
        (np.full((1, 4, 4), np.nan), SMALL.kernels, SMALL.biases),
        (SMALL.image, np.zeros((1, 2, 2, 2)), SMALL.biases),
        (SMALL.image, np.zeros((1, 1, 2, 3)), SMALL.biases),
        (SMALL.image, SMALL.kernels, np.zeros(2)),
        (SMALL.image, SMALL.kernels, np.full(1, LARGEST + 1)),
    ],
)
def test_arrays_that_do_not_go_together_are_refused(parts: tuple[Any, Any, Any]) -> None:
    with pytest.raises(UsageError):
        Desk(*parts)


def test_numbers_stay_where_there_is_room() -> None:
    larger = SMALL.changed(rows=5, channels=2, kernel=3, kernels=2)
    assert np.array_equal(larger.image[0, :4], SMALL.image[0])
    assert not larger.image[0, 4].any()
    assert not larger.image[1].any()
    assert larger.kernels.sum() == SMALL.kernels.sum()
    back = larger.changed(rows=4, channels=1, kernel=2, kernels=1)
    assert np.array_equal(back.output, SMALL.output)


def test_a_typed_number_leaves_the_desk_before_alone() -> None:
    typed = SMALL.with_number("kernels", (0, 0, 1, 1), -2.5)
    assert typed.kernels[0, 0].tolist() == [[1, 1], [1, -2.5]]
    assert SMALL.kernels.min() == 1
    with pytest.raises(ValueError, match="read-only"):
        typed.kernels[0] = 1
    for number in (1000.0, float("nan"), float("-inf")):
        with pytest.raises(UsageError, match="must lie between −999 and 999"):
            SMALL.with_number("image", (0, 0, 0), number)


def test_clear_and_random_leave_the_sizes_and_the_picture() -> None:
    for desk in (PRESETS["two-kernels"], PRESETS["picture"]):
        cleared, random = desk.cleared(), desk.randomised(np.random.default_rng(1))
        assert cleared.settings == random.settings == desk.settings
        assert not cleared.kernels.any()
        assert np.array_equal(random.kernels, random.kernels.round())
        assert not np.array_equal(random.kernels, desk.kernels)
        assert cleared.image.any() == desk.is_picture == np.array_equal(random.image, desk.image)


def test_of_the_picture_the_middle_stays() -> None:
    picture = PRESETS["picture"]
    assert picture.wanted(rows=8)["columns"] == 8
    assert np.array_equal(picture.changed(rows=8).image, picture.image[:, 10:18, 10:18])
    with pytest.raises(UsageError, match="one channel"):
        picture.changed(channels=2)


@pytest.mark.parametrize(
    ("name", "image", "output"),
    [
        ("nine-positions", (1, 5, 5), (1, 3, 3)),
        ("picture", (1, 28, 28), (1, 24, 24)),
        ("three-channels", (3, 5, 5), (1, 3, 3)),
        ("two-kernels", (3, 5, 5), (2, 3, 3)),
        ("dilation", (1, 7, 7), (1, 3, 3)),
    ],
)
def test_presets_have_the_sizes_that_they_are_known_for(
    name: str, image: tuple[int, ...], output: tuple[int, ...]
) -> None:
    assert (PRESETS[name].image.shape, PRESETS[name].output.shape) == (image, output)


def test_presets_show_what_they_are_for() -> None:
    assert PRESETS["lost-pixels"].lost.sum() == 15
    assert not any(desk.lost.any() for name, desk in PRESETS.items() if name != "lost-pixels")
    edges = PRESETS["edges"].output
    assert (edges[0, :, 2:4] == 0).all(), "no upright edge in the middle"
    assert edges[0].min() == -edges[0].max() == -36
    assert PRESETS["pooling"].pooled is not None
    assert 0.1 < (PRESETS["picture"].image > 0.5).mean() < 0.25, "ink as in MNIST"

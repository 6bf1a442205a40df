"""Pen strokes as a network gets them: what the canvas shows, bent in many ways, the same for one seed."""

import numpy as np
import pytest

from desktopcnn.data import digit, pens
from desktopcnn.data.digit import Stroke
from desktopcnn.data.pens import Jitter
from desktopcnn.data.strokes import Record

SEVEN = (
    np.array([[100.0, 100], [200, 90], [130, 300]]),
    np.array([[110.0, 200], [190, 190]]),
)
RECORDS = (Record(7, 3, SEVEN), Record(1, 5, (np.array([[50.0, 0], [60, 80], [55, 200]]),)))
STILL = Jitter(rotation=0, shear=0, aspect=0, tremor=0, apart=0, thinned=0, pens=(digit.PEN, digit.PEN))


@pytest.mark.parametrize("scale", [0.01, 0.5, 30])
def test_it_is_drawn_as_the_canvas_draws_it(scale: float) -> None:
    on_canvas = tuple(Stroke(line * 0.5 + 20, 20.0) for line in SEVEN)
    np.testing.assert_allclose(
        pens.drawn(tuple(line * scale for line in SEVEN)), digit.frame(on_canvas), atol=1e-6
    )


def test_a_wider_pen_has_more_ink_in_the_same_box() -> None:
    thin, thick = pens.drawn(SEVEN, 1.6), pens.drawn(SEVEN, 3.2)
    assert 1.6 < thick.sum() / thin.sum() < 2.2
    for frame in (thin, thick):
        rows = np.flatnonzero(frame.max(1) > 0.5)
        assert 18 <= rows[-1] - rows[0] + 1 <= 21


def test_a_dot_is_drawn() -> None:
    dot = (np.array([[5.0, 5]]),)
    assert 2 < pens.drawn(dot).sum() < 10
    assert pens.drawn(pens.jittered(dot, np.random.default_rng(0))).any()


def test_no_jitter_changes_nothing() -> None:
    still = pens.jittered(SEVEN, np.random.default_rng(0), STILL)
    np.testing.assert_allclose(pens.drawn(still), pens.drawn(SEVEN), atol=1e-6)
    part = pens.varied(RECORDS, 1, 0, STILL)
    np.testing.assert_array_equal(part.images, pens.real(RECORDS).images)
    assert part.labels.tolist() == [7, 1]


@pytest.mark.parametrize(
    ("name", "value"), [("rotation", 30), ("shear", 0.3), ("aspect", 0.3), ("tremor", 0.1), ("apart", 0.1)]
)
def test_each_jitter_bends_the_drawing(name: str, value: float) -> None:
    bent = pens.jittered(SEVEN, np.random.default_rng(1), Jitter(**{**vars(STILL), name: value}))
    straight = pens.jittered(SEVEN, np.random.default_rng(1), STILL)
    assert [line.shape for line in bent] == [line.shape for line in SEVEN]
    assert max(np.abs(a - b).max() for a, b in zip(bent, straight, strict=True)) > 0.002


def test_slant_moves_the_top_and_the_bottom_apart() -> None:
    upright = (np.array([[0.0, 0], [0, 1]]),)
    (line,) = pens.jittered(upright, np.random.default_rng(2), Jitter(**{**vars(STILL), "shear": 0.5}))
    assert line[1, 1] - line[0, 1] == pytest.approx(1)
    assert 0.01 < abs(line[1, 0] - line[0, 0]) <= 0.5


def test_a_thinned_line_keeps_its_ends() -> None:
    line = np.stack([np.arange(50.0), np.zeros(50)], axis=1)
    (found,) = pens.jittered((line,), np.random.default_rng(0), Jitter(**{**vars(STILL), "thinned": 1}))
    assert 12 < len(found) < 30
    np.testing.assert_allclose(found[[0, -1], 0], [-0.5, 0.5])


def test_a_seed_decides_and_digits_do_not_depend_on_each_other() -> None:
    one, same, other = (pens.varied(RECORDS, 3, seed) for seed in (1, 1, 2))
    assert one.images.shape == (6, 1, 28, 28)
    assert one.images.dtype == np.uint8
    assert one.labels.tolist() == [7, 7, 7, 1, 1, 1]
    np.testing.assert_array_equal(one.images, same.images)
    assert (one.images != other.images).any((1, 2, 3)).all()
    np.testing.assert_array_equal(pens.varied(RECORDS[:1], 3, 1).images, one.images[:3])
    assert len(np.unique(one.images, axis=0)) == 6


def test_nothing_is_an_empty_set() -> None:
    assert pens.real([]).images.shape == (0, 1, 28, 28)

"""The part of a line that lies on the canvas."""

import itertools

import numpy as np
import pytest

from desktopcnn.data.clip import clip


def stretches(*places: tuple[float, float]) -> list[list[list[float]]]:
    return [stretch.tolist() for stretch in clip(np.array(places, np.float64))]


def test_a_line_that_never_leaves_is_itself() -> None:
    path = np.array([(0.0, 0.0), (280.0, 280.0), (140.0, 20.0)])
    (same,) = clip(path)
    assert same is path


@pytest.mark.parametrize(
    ("places", "seen"),
    [
        ([(270, 50), (290, 50)], [[[270, 50], [280, 50]]]),
        ([(-10, 50), (10, 70), (20, 70)], [[[0, 60], [10, 70], [20, 70]]]),
        ([(-10, 140), (290, 140)], [[[0, 140], [280, 140]]]),
        (
            [(100, 270), (100, 290), (120, 290), (120, 270)],
            [[[100, 270], [100, 280]], [[120, 280], [120, 270]]],
        ),
        (
            [(270, 50), (280, 50), (290, 50), (280, 60), (270, 60)],
            [[[270, 50], [280, 50]], [[280, 60], [270, 60]]],
        ),
        ([(-10, 50), (-10, 90), (-20, 300)], []),
        ([(-10, 10), (10, -10)], []),  # touches the corner only
        ([(-10, 5), (5, -10)], []),
        ([(300, 300)], []),
    ],
)  # fmt: skip
def test_only_what_lies_on_the_canvas_is_left(places: list[tuple[float, float]], seen: object) -> None:
    assert stretches(*places) == seen


def test_every_stretch_lies_on_the_canvas_and_on_the_line() -> None:
    path = np.random.default_rng(3).uniform(-200, 480, (400, 2))
    found = clip(path)
    assert len(found) > 50
    for stretch in found:
        assert len(stretch) >= 2
        assert stretch.min() > -1e-9
        assert stretch.max() < 280 + 1e-9
    whole = np.hypot(*np.diff(path, axis=0).T)
    fine = [np.linspace(a, b, 200) for a, b in itertools.pairwise(path)]
    share = [((places >= 0) & (places <= 280)).all(1).mean() for places in fine]
    length = sum(float(np.hypot(*np.diff(stretch, axis=0).T).sum()) for stretch in found)
    assert length == pytest.approx(float((whole * share).sum()), rel=0.01)

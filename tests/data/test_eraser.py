"""Taking ink away: what goes, what stays, and that a line stays a line."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktopcnn.data.digit import Drawing, Stroke
from desktopcnn.data.eraser import FINENESS, erase

LINE = Stroke(np.array([[50.0, 100.0], [150.0, 100.0]]), 10.0)


def at(*points: tuple[float, float]) -> np.ndarray:
    return np.array(points, float)


def length(drawing: Drawing) -> float:
    return float(sum(np.hypot(*np.diff(stroke.points, axis=0).T).sum() for stroke in drawing))


def test_what_is_not_touched_is_the_same_object() -> None:
    far = Stroke(at((10, 10), (20, 20)), 4.0)
    assert erase((LINE, far), at((100, 200)), 15) == (LINE, far)
    kept = erase((LINE, far), at((100, 100)), 5)
    assert kept[-1] is far


def test_boxes_that_overlap_without_touching_leave_the_stroke_alone() -> None:
    corner = Stroke(at((0, 0), (100, 0), (100, 100)), 2.0)
    (kept,) = erase((corner,), at((40, 60)), 10)
    assert kept is corner


def test_a_line_cut_in_the_middle_becomes_two() -> None:
    left, right = erase((LINE,), at((100, 90), (100, 110)), 15)
    assert left.width == right.width == LINE.width
    assert left.points[0].tolist() == [50, 100]
    assert right.points[-1].tolist() == [150, 100]
    # the ink goes within radius + half the width of the line
    assert left.points[-1][0] == pytest.approx(80, abs=FINENESS)
    assert right.points[0][0] == pytest.approx(120, abs=FINENESS)


def test_an_end_gets_shorter_and_a_whole_stroke_goes() -> None:
    (kept,) = erase((LINE,), at((150, 100)), 15)
    assert length((kept,)) == pytest.approx(80, abs=2 * FINENESS)
    assert erase((LINE,), at((50, 100), (150, 100)), 1) == ()
    assert erase((Stroke(at((5, 5)), 3.0),), at((6, 5)), 1) == ()
    assert erase((), at((6, 5)), 1) == ()


def test_the_path_is_a_line_not_only_its_points() -> None:
    pieces = erase((LINE,), at((100, 0), (100, 200)), 3)
    assert len(pieces) == 2


def test_a_dot_far_away_stays() -> None:
    dot = Stroke(at((5, 5)), 3.0)
    assert erase((dot,), at((50, 50), (50, 5)), 10) == (dot,)


points = st.tuples(st.floats(0, 280), st.floats(0, 280))
strokes = st.builds(
    lambda line, width: Stroke(np.array(line), width),
    st.lists(points, min_size=1, max_size=5),
    st.floats(1, 40),
)


@given(st.lists(strokes, max_size=3).map(tuple), st.lists(points, min_size=1, max_size=4), st.floats(1, 30))
@settings(deadline=None, max_examples=80)
def test_nothing_within_reach_stays_and_nothing_is_added(
    drawing: Drawing, path: list[tuple[float, float]], radius: float
) -> None:
    kept = erase(drawing, np.array(path), radius)
    assert length(kept) <= length(drawing) + 1e-6
    for stroke in kept:
        assert len(stroke.points) >= 1
        assert distances(stroke.points, np.array(path)).min() >= radius + stroke.width / 2 - 1e-6
    again = erase(kept, np.array(path), radius)
    assert length(again) == pytest.approx(length(kept), abs=FINENESS * 4 * max(1, len(kept)))


def distances(points: np.ndarray, path: np.ndarray) -> np.ndarray:
    """From each point to the path, by trying many places on it."""
    parts = [np.linspace(a, b, 200) for a, b in itertools.pairwise(path)] or [path]
    places = np.concatenate(parts)
    # the tried places lie up to a 200th of a part apart
    slack = max((np.hypot(*(b - a)) for a, b in itertools.pairwise(path)), default=0) / 199
    return np.linalg.norm(points[:, None] - places, axis=-1).min(1) + slack

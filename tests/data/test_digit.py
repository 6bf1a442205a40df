"""A drawing becomes the frame that MNIST would have made of it."""

import itertools
import subprocess
import sys
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from desktopcnn.data.digit import (
    ALL_STEPS,
    BOX,
    CANVAS,
    PEN,
    Drawing,
    Frame,
    Steps,
    Stroke,
    centre_of_mass,
    drop_specks,
    fit_box,
    frame,
    ink,
    redraw,
    stages,
    to_frame,
)

NO_STEPS = Steps(False, False, False, False)
# in 0..1 of the digit's height
SEVEN = ([(0.0, 0.05), (0.6, 0.0), (0.25, 1.0)],)
FOUR = ([(0.1, 0.0), (0.0, 0.6), (0.7, 0.6)], [(0.5, 0.2), (0.45, 1.0)])
EIGHT = (
    [
        (0.3 + 0.25 * np.sin(2 * t), 0.5 - 0.5 * np.cos(t))
        for t in np.linspace(0, 2 * np.pi, 40)
    ],
)  # fmt: skip
DIGITS = st.sampled_from([SEVEN, FOUR, EIGHT])


def drawn(lines, size=140.0, x=60.0, y=60.0, pen=14.0) -> Drawing:  # type: ignore[no-untyped-def]
    return tuple(Stroke(np.array(line, float) * size + (x, y), pen) for line in lines)


def box(frame: Frame, level: float = 0.05) -> tuple[int, int]:
    """Width and height of what is darker than `level`."""
    dark = frame > level
    columns, rows = np.flatnonzero(dark.any(0)), np.flatnonzero(dark.any(1))
    return columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1


def test_the_frame_is_what_networks_read() -> None:
    seen = frame(drawn(SEVEN))
    assert seen.shape == (28, 28)
    assert seen.dtype == np.float32
    assert seen.min() == 0
    assert seen.max() == pytest.approx(1)


@given(digit=DIGITS, x=st.floats(-20, 200), y=st.floats(-20, 200))
def test_the_place_on_the_canvas_does_not_matter(digit: tuple[object, ...], x: float, y: float) -> None:
    np.testing.assert_allclose(frame(drawn(digit, x=x, y=y)), frame(drawn(digit)), atol=1e-3)


@given(digit=DIGITS, scale=st.floats(0.3, 1.0))
def test_the_size_does_not_matter(digit: tuple[object, ...], scale: float) -> None:
    small, large = frame(drawn(digit, size=200 * scale)), frame(drawn(digit, size=200))
    assert np.abs(small - large).max() < 0.05


@given(digit=DIGITS, pen=st.floats(2, 40))
def test_the_pen_does_not_matter(digit: tuple[object, ...], pen: float) -> None:
    np.testing.assert_allclose(frame(drawn(digit, pen=pen)), frame(drawn(digit)), atol=1e-3)


@given(digit=DIGITS, size=st.floats(40, 240))
def test_the_ink_lies_as_in_mnist(digit: tuple[object, ...], size: float) -> None:
    seen = frame(drawn(digit, size=size))
    np.testing.assert_allclose(centre_of_mass(seen), (14.5, 14.5), atol=0.05)
    assert BOX <= max(box(seen)) <= BOX + 1  # twenty pixels, begun anywhere


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.floats(-500, 800), st.floats(-500, 800)), min_size=1, max_size=8),
            st.floats(0.1, 60),
        ),
        max_size=4,
    ),
    st.tuples(*[st.booleans()] * 4),
)
@settings(max_examples=150, deadline=None)
def test_ink_lies_between_nothing_and_all(
    strokes: list[tuple[list[tuple[float, float]], float]], taken: tuple[bool, bool, bool, bool]
) -> None:
    seen = frame(tuple(Stroke(np.array(points), width) for points, width in strokes), Steps(*taken))
    assert seen.shape == (28, 28)
    assert np.isfinite(seen).all()
    assert 0 <= seen.min() <= seen.max() <= 1


@given(x=st.floats(0, 280), y=st.floats(0, 280))
def test_a_stray_dot_is_dropped(x: float, y: float) -> None:
    dot = Stroke(np.array([[x, y], [x + 1, y + 1]]), 14.0)
    digit = drawn(SEVEN)
    clear = min(np.linalg.norm(ink_point - (x, y)) for s in digit for ink_point in along(s))
    assume(clear > 30)
    np.testing.assert_array_equal(frame((*digit, dot)), frame(digit))


def along(stroke: Stroke) -> np.ndarray:
    parts = [np.linspace(a, b, 50) for a, b in zip(stroke.points[:-1], stroke.points[1:], strict=True)]
    return np.vstack(parts)


def test_a_dot_that_touches_the_digit_belongs_to_it() -> None:
    digit = drawn(SEVEN)
    dot = Stroke(digit[0].points[-1:] + 5, 14.0)
    assert len(drop_specks((*digit, dot))) == 2


def test_parts_of_a_digit_are_kept_however_many_strokes_it_has() -> None:
    assert len(drop_specks(drawn(FOUR))) == 2
    apart = (*drawn(SEVEN), Stroke(np.array([[200.0, 60], [200, 100]]), 14.0))
    assert len(drop_specks(apart)) == 2


def test_hairlines_that_cross_make_one_part() -> None:
    # far lines of a pen next to nothing once cost gigabytes to compare
    across = Stroke(np.array([[-500.0, 100.0], [800.0, 120.0]]), 0.1)
    down = Stroke(np.array([[100.0, -500.0], [120.0, 130.0]]), 0.1)
    dot = Stroke(np.array([[200.0, 118.0]]), 0.1)
    assert len(drop_specks(to_frame((across, down, dot)))) == 3


def test_nothing_drawn_is_nothing_seen() -> None:
    assert not frame(()).any()
    assert [stage.frame.any() for stage in stages(())] == [False] * 5


def test_a_point_stays_a_point() -> None:
    seen = frame((Stroke(np.array([[140.0, 140.0]]), 14.0),))
    assert max(box(seen)) <= 4
    assert seen.sum() == pytest.approx(np.pi * PEN**2 / 4, rel=0.25)
    np.testing.assert_allclose(centre_of_mass(seen), (14.5, 14.5), atol=0.05)


def test_a_tiny_stroke_is_not_blown_up_to_the_size_of_a_digit() -> None:
    seen = frame((Stroke(np.array([[140.0, 140.0], [145.0, 140.0]]), 14.0),))
    assert max(box(seen)) <= 9


def test_without_steps_the_canvas_is_merely_scaled() -> None:
    line = Stroke(np.array([[50.0, 100.0], [150.0, 100.0]]), 20.0)
    seen = frame((line,), NO_STEPS)
    assert np.all(seen[9:11, 5:15] == 1)
    assert not seen[:8].any()
    assert not seen[12:].any()
    assert not seen[:, 17:].any()


SPECKLED = (*drawn(SEVEN, size=100, x=20, y=30, pen=30), Stroke(np.array([[250.0, 250.0]]), 14.0))


def test_drop_specks_does_what_it_says() -> None:
    with_dot, without = frame(SPECKLED, NO_STEPS), frame(SPECKLED, replace(NO_STEPS, drop_specks=True))
    assert with_dot[24:26, 24:26].min() > 0.4
    assert not without[20:, 20:].any()
    np.testing.assert_array_equal(with_dot[:20, :20], without[:20, :20])


def test_fit_box_does_what_it_says() -> None:
    seen = frame(SPECKLED, Steps(True, True, False, False))
    assert max(box(seen)) == 20
    np.testing.assert_allclose(np.flatnonzero(seen.any(1))[[0, -1]], (4, 23))
    low, high = to_frame(SPECKLED)[0].points.min(0), to_frame(SPECKLED)[0].points.max(0)
    fitted = fit_box(to_frame(SPECKLED[:1]))[0].points
    ratio = np.divide(*np.ptp(fitted, axis=0))
    assert ratio == pytest.approx(np.divide(*(high - low)))


def test_redraw_does_what_it_says() -> None:
    assert [stroke.width for stroke in redraw(to_frame(SPECKLED))] == [PEN, PEN]
    thick, thin = frame(SPECKLED[:1], NO_STEPS), frame(SPECKLED[:1], replace(NO_STEPS, redraw=True))
    assert thin.sum() < 0.85 * thick.sum()


def test_centre_does_what_it_says() -> None:
    seen = frame(SPECKLED[:1], replace(NO_STEPS, centre=True))
    lying = frame(SPECKLED[:1], NO_STEPS)
    np.testing.assert_allclose(centre_of_mass(seen), (14.5, 14.5), atol=0.05)
    assert np.abs(np.array(centre_of_mass(lying)) - 14.5).max() > 3
    assert seen.sum() == pytest.approx(lying.sum(), rel=0.02)


@pytest.mark.parametrize("steps", [ALL_STEPS, NO_STEPS, Steps(redraw=False), Steps(fit_box=False)])
def test_the_stages_lead_to_the_frame(steps: Steps) -> None:
    way = stages(SPECKLED, steps)
    assert [stage.step for stage in way] == ["drawing", *(field.name for field in fields(Steps))]
    np.testing.assert_array_equal(way[0].frame, frame(SPECKLED, NO_STEPS))
    np.testing.assert_array_equal(way[-1].frame, frame(SPECKLED, steps))
    for before, after in pairwise(way):
        changed = not np.array_equal(before.frame, after.frame)
        assert changed == getattr(steps, after.step)


def test_ink_is_the_covered_area() -> None:
    line = Stroke(np.array([[5.0, 10.3], [20.0, 10.3]]), 3.0)
    area = 15 * 3 + np.pi * 1.5**2
    assert ink((line,)).sum() == pytest.approx(area, rel=0.02)
    outside = Stroke(np.array([[-50.0, -50.0], [90.0, -40.0]]), 3.0)
    assert not ink((outside,)).any()


def test_drawing_needs_neither_scipy_nor_torch() -> None:
    code = (
        "import sys, desktopcnn.data.digit; "
        "print([m for m in ('scipy', 'torch', 'PIL', 'PySide6') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_canvas_is_ten_times_the_frame() -> None:
    corner = to_frame((Stroke(np.array([[CANVAS, CANVAS]]), 10.0),))[0]
    np.testing.assert_allclose(corner.points, [[28, 28]])
    assert corner.width == pytest.approx(1)


# where the drawing lies


ALL_CHOICES = [Steps(*taken) for taken in itertools.product((True, False), repeat=4)]


@pytest.mark.parametrize(
    "steps", ALL_CHOICES, ids=lambda steps: "".join("01"[t] for t in vars(steps).values())
)
@pytest.mark.parametrize("places", [[(60, 60), (90, 120), (100, 61)], [(120, 130)]], ids=["line", "dot"])
def test_a_stage_says_where_the_drawing_lies(steps: Steps, places: list[tuple[float, float]]) -> None:
    speck = Stroke(np.array([(10.0, 250.0)]), 2.0)
    drawing = (Stroke(np.array(places, np.float64), 12.0), *([speck] if len(places) > 1 else []))
    last = stages(drawing, steps)[-1]
    place = last.place
    assert place
    lies = tuple(
        Stroke(
            stroke.points * place.scale + place.offset, PEN if steps.redraw else stroke.width * place.scale
        )
        for stroke in (drawing[:1] if steps.drop_specks else drawing)
    )
    np.testing.assert_allclose(ink(lies), last.frame, atol=1e-6)
    left, top, right, bottom = place.back(10, 11, 12, 15)
    np.testing.assert_allclose(
        np.array([left, top, right, bottom]).reshape(2, 2) * place.scale + place.offset, [[10, 11], [12, 15]]
    )


def test_without_ink_it_lies_nowhere() -> None:
    assert all(stage.place is None for stage in stages(()))

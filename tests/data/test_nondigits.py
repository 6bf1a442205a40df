"""Drawings of no digit: every kind can be drawn, and what judges is nothing that was learnt."""

import numpy as np
import pytest

from desktopcnn.data import glyphs, nondigits
from desktopcnn.data.strokes import Record

RECORDS = [Record(label, 1, (np.array([[0.0, 0], [label + 1.0, 20], [3, 40]]),)) for label in range(10)]


def test_no_kind_is_learnt_and_judges_as_well() -> None:
    assert len(set(nondigits.KINDS)) == len(nondigits.KINDS)
    every = {*glyphs.GLYPHS, *nondigits.SCRIBBLES, *nondigits.SEVERAL}
    assert set(nondigits.KINDS) == every
    groups = [{nondigits.group(kind) for kind in kinds} for kinds in (nondigits.TRAINING, nondigits.JUDGING)]
    assert groups[0] == groups[1] == {"letter", "sign or shape", "scribble", "several digits"}
    assert {nondigits.group(kind) for kind in nondigits.LOOK_ALIKES} == {"look-alike"}
    for letter in "kpuwx":  # of one shape in both cases
        assert not (
            {letter, letter.upper()} & {*nondigits.TRAINING}
            and {letter, letter.upper()} & {*nondigits.JUDGING}
        )


@pytest.mark.parametrize("kind", nondigits.KINDS)
def test_every_kind_has_ink_and_varies(kind: str) -> None:
    images = nondigits.images([kind], 3, 0, RECORDS)
    assert images.shape == (3, 1, 28, 28)
    assert images.dtype == np.uint8
    assert (images.max((1, 2, 3)) > 100).all()
    assert len(np.unique(images, axis=0)) == 3


def test_a_seed_decides_whatever_else_is_drawn() -> None:
    both = nondigits.images(["E", "spiral"], 2, 5, RECORDS)
    np.testing.assert_array_equal(both[2:], nondigits.images(["spiral"], 2, 5, RECORDS))
    assert (both[2:] != nondigits.images(["spiral"], 2, 6, RECORDS)).any()


def test_two_digits_stand_side_by_side_and_on_each_other() -> None:
    generator = np.random.default_rng(0)
    for _ in range(20):
        left, right = nondigits.draw("two digits", generator, RECORDS)
        assert left[:, 0].max() < right[:, 0].min() + 0.5
        assert len(nondigits.draw("three digits", generator, RECORDS)) == 3
        one, other = nondigits.draw("digit on digit", generator, RECORDS)
        assert np.abs(one.mean(0) - other.mean(0)).max() < 0.8


def test_a_glyph_is_lines_and_pieces_of_ellipses() -> None:
    line, arc = glyphs.lines("0,0 1,0.5 | @0,0,2,1,0,90")
    np.testing.assert_array_equal(line, [[0, 0], [1, 0.5]])
    np.testing.assert_allclose(arc[[0, -1]], [[2, 0], [0, 1]], atol=1e-12)
    assert np.allclose((arc / [2, 1]) ** 2 @ [1, 1], 1)
    for wrong in ("0", "a,b", "@1,2,3", "0,0 |"):
        with pytest.raises(ValueError):  # noqa: PT011
            glyphs.lines(wrong)


@pytest.mark.parametrize("name", glyphs.GLYPHS)
def test_a_glyph_fills_its_box(name: str) -> None:
    points = np.concatenate(glyphs.GLYPHS[name])
    assert points.min() >= -0.15
    assert points.max() <= 1.15
    assert np.ptp(points, axis=0).max() >= 0.6 or name == "dot"

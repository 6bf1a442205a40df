"""The colour bar."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor

from desktopcnn.ui.colour_bar import STRIP, ColourBar, short
from desktopcnn.ui.theme import Theme


@pytest.fixture
def bar(theme: Theme, show: Any) -> ColourBar:
    bar = ColourBar(theme, theme.sequential())
    show(bar, 100, 30)
    return bar


def test_shows_nothing_before_it_has_a_range(bar: ColourBar, pixels: Any) -> None:
    assert len(np.unique(pixels(bar).reshape(-1, 3), axis=0)) == 1


def test_runs_from_the_colour_of_the_smallest_value_to_that_of_the_largest(
    bar: ColourBar, theme: Theme, pixels: Any
) -> None:
    bar.set_range((-1.5, 12.25))
    strip = pixels(bar)[STRIP // 2].astype(int)
    for place, colour in ((0, theme.sequential()[0]), (-1, theme.sequential()[-2])):
        wanted = QColor(colour)
        assert np.abs(strip[place] - (wanted.red(), wanted.green(), wanted.blue())).max() <= 6
    assert bar.accessibleDescription() == "−1.50 … 12.2"


def test_takes_the_colours_of_another_map(bar: ColourBar, theme: Theme, pixels: Any) -> None:
    bar.set_range((0.0, 1.0))
    before = pixels(bar)[STRIP // 2]
    bar.set_table(theme.diverging())
    assert not np.array_equal(pixels(bar)[STRIP // 2], before)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.5, "0.50"), (-3.857, "−3.86"), (18.13, "18.1"), (-123.4, "−123"), (0.0012, "1e−03")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert short(value) == text


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (7e-6, 0.98, "0 … 0.98"),
        (-0.98, 9e-4, "−0.98 … 0"),
        (-0.0012, 0.98, "−1e−03 … 0.98"),
        (2e-6, 7e-6, "2e−06 … 7e−06"),
        (0.0, 0.0, "0 … 0"),
    ],
)
def test_what_is_nothing_beside_the_other_end_is_0(
    bar: ColourBar, low: float, high: float, words: str
) -> None:
    bar.set_range((low, high))
    assert bar.accessibleDescription() == words


@pytest.mark.parametrize(("width", "together"), [(200, False), (48, True)])
def test_alike_ends_without_room_for_both_are_one_number_in_the_middle(
    bar: ColourBar, pixels: Any, width: int, together: bool
) -> None:
    bar.resize(width, bar.height())
    bar.set_range((-1.72, 1.72))
    text = pixels(bar)[STRIP + 2 :].astype(int)
    inked = np.flatnonzero((np.abs(text - text[0, 0]).sum(-1) > 60).any(0))
    assert bool(inked[0] > 2 and inked[-1] < width - 3) == together
    assert abs(inked[0] + inked[-1] - width) < 10
    assert bar.accessibleDescription() == "−1.72 … 1.72"

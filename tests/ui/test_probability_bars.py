"""The bars, by what is painted."""

from typing import Any

import numpy as np
import pytest

from desktopcnn.ui.palette import DARK, LIGHT
from desktopcnn.ui.probability_bars import ProbabilityBars
from desktopcnn.ui.theme import Theme

DIGITS = "0123456789"


@pytest.fixture
def bars(theme: Theme, show: Any) -> ProbabilityBars:
    bars = ProbabilityBars(theme)
    bars.set_classes(DIGITS)
    show(bars, 300, 200)
    return bars


def lengths(bars: ProbabilityBars, pixels: Any, colour: str) -> list[int]:
    """How long the bar of that colour is in each row, in pixels."""
    painted = (pixels(bars) == tuple(bytes.fromhex(colour[1:]))).all(-1)
    return [int(row.sum(1).max()) for row in np.split(painted, len(DIGITS))]


def test_without_an_answer_there_are_only_tracks(bars: ProbabilityBars, pixels: Any) -> None:
    assert lengths(bars, pixels, LIGHT.accent) == [0] * 10
    assert min(lengths(bars, pixels, LIGHT.track)) > 150


def test_bars_are_as_long_as_the_shares(bars: ProbabilityBars, pixels: Any) -> None:
    track = lengths(bars, pixels, LIGHT.track)[0]
    shares = np.array([0.5, 0.25, 0.1, 0.05, 0.05, 0.03, 0.0199, 0, 0, 0.0001], np.float32)
    bars.set_shares(shares)
    assert lengths(bars, pixels, LIGHT.accent) == pytest.approx(shares * track, abs=3)
    assert lengths(bars, pixels, LIGHT.accent)[7:] == [0, 0, 0]
    bars.set_shares(None)
    assert lengths(bars, pixels, LIGHT.accent) == [0] * 10


def test_the_best_row_stands_out(bars: ProbabilityBars, pixels: Any) -> None:
    shares = np.full(10, 0.05, np.float32)
    shares[4] = 0.55
    bars.set_shares(shares)
    strong = lengths(bars, pixels, LIGHT.text)
    assert strong[4] > 0
    assert not any(strong[:4] + strong[5:])


def test_an_answer_for_other_classes_is_refused(bars: ProbabilityBars) -> None:
    with pytest.raises(ValueError, match="3 shares for 10 classes"):
        bars.set_shares(np.full(3, 1 / 3, np.float32))


def test_new_classes_take_the_old_answer_away(bars: ProbabilityBars, pixels: Any) -> None:
    bars.set_shares(np.full(10, 0.1, np.float32))
    assert bars.accessibleDescription().startswith("0 10.0 %, 1 10.0 %")
    height = bars.sizeHint().height()
    bars.set_classes(("cat", "dog"))
    assert lengths(bars, pixels, LIGHT.accent) == [0] * 10
    assert bars.accessibleDescription() == ""
    assert bars.sizeHint().height() < height


def test_follows_the_theme(bars: ProbabilityBars, theme: Theme, pixels: Any) -> None:
    bars.set_shares(np.full(10, 0.1, np.float32))
    theme.choose("dark")
    assert lengths(bars, pixels, LIGHT.accent) == [0] * 10
    assert min(lengths(bars, pixels, DARK.accent)) > 5


def test_names_and_figures_fit_at_the_least_size(theme: Theme, show: Any, pixels: Any) -> None:
    bars = ProbabilityBars(theme)
    bars.set_classes(DIGITS)
    bars.set_shares(np.full(10, 0.1, np.float32))
    show(bars, bars.minimumSizeHint().width(), bars.minimumSizeHint().height())
    assert min(lengths(bars, pixels, LIGHT.track)) > 10


def test_of_many_classes_the_most_probable_are_shown_in_order(bars: ProbabilityBars) -> None:
    bars.set_classes([f"class {number}" for number in range(100)])
    assert bars.sizeHint().height() == 150
    assert "The 10 classes" in bars.toolTip()
    shares = np.full(100, 0.001, np.float32)
    shares[[7, 40, 99]] = 0.2, 0.5, 0.21
    bars.set_shares(shares)
    rows = bars.accessibleDescription().split(", ")
    assert len(rows) == 10
    assert rows[:4] == ["class 40 50.0 %", "class 99 21.0 %", "class 7 20.0 %", "class 0 0.1 %"]


def test_long_names_leave_room_for_the_bars(bars: ProbabilityBars, pixels: Any) -> None:
    bars.set_classes(["a name that is much longer than the whole row of bars is wide"] * 10)
    bars.set_shares(np.full(10, 0.1, np.float32))
    assert min(lengths(bars, pixels, LIGHT.track)) > 90

"""One plot and what it is made of: lines with very many points, ticks, colours."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktopcnn.training.curves import BUCKET, Array, Table
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.plot import Plot
from desktopcnn.ui.train.plot_axis import linear_ticks, log_ticks, power
from desktopcnn.ui.train.plot_style import MANY, Line, mixed

LONG = 3 * MANY + 17


def line(y: Array, version: object = 0) -> Line:
    peaks = Table("low", "high")
    full = len(y) // BUCKET * BUCKET
    buckets = y[:full].reshape(-1, BUCKET)
    peaks.append([buckets.min(1), buckets.max(1)])
    return Line("run", "loss", "loss", np.arange(len(y), dtype=float), y, "#2667AE", "faint", version, peaks)


@pytest.fixture
def noise() -> Array:
    return np.random.default_rng(1).random(LONG)


def test_few_points_are_drawn_as_they_are() -> None:
    few = line(np.linspace(1, 2, MANY))
    x, y = few.within(10, 20)
    assert x is few.x
    assert y is few.y


def test_of_very_many_points_the_peaks_are_drawn(noise: Array) -> None:
    noise[70_000] = 9.0
    x, y = line(noise).within(-1.0, LONG)
    assert len(x) == len(y) < LONG / 20
    assert (np.diff(x) >= 0).all()
    assert y.max() == 9.0
    assert y.min() == noise.min()
    assert x[y.argmax()] == pytest.approx(70_000, abs=BUCKET)
    assert (x[-1], y[-1]) == (LONG - 1, noise[-1])


def test_a_close_view_of_very_many_points_has_each_of_them(noise: Array) -> None:
    x, y = line(noise).within(50_000, 60_000)
    np.testing.assert_array_equal(x, np.arange(49_999, 60_001 + 1))
    np.testing.assert_array_equal(y, noise[49_999 : 60_001 + 1])


@pytest.mark.parametrize(("low", "high"), [(-1e9, -1e8), (1e8, 1e9), (-1e9, 1e9), (0, 0)])
def test_a_view_of_anything_can_be_drawn(noise: Array, low: float, high: float) -> None:
    x, y = line(noise).within(low, high)
    assert len(x) == len(y)


def test_a_plot_gives_very_many_points_as_the_view_needs_them(
    qtbot: QtBot, theme: Theme, noise: Array
) -> None:
    plot = Plot(theme)
    qtbot.addWidget(plot)
    plot.set_x_range(0, LONG)
    plot.draw([line(noise)])
    (item,) = plot.listDataItems()
    assert len(item.getOriginalDataset()[0]) < LONG / 20
    plot.set_x_range(1000, 2000)
    np.testing.assert_array_equal(item.getOriginalDataset()[0], np.arange(999, 2002))
    plot.set_x_range(0, LONG)
    assert len(item.getOriginalDataset()[0]) < LONG / 20


def test_lines_are_made_once_and_used_again(qtbot: QtBot, theme: Theme) -> None:
    plot = Plot(theme)
    qtbot.addWidget(plot)
    plot.draw([line(np.ones(5), version=1)])
    (item,) = plot.listDataItems()
    plot.draw([line(np.zeros(7), version=1)])  # of the same version: not looked at
    assert len(item.getOriginalDataset()[0]) == 5
    plot.draw([line(np.zeros(7), version=2)])
    assert plot.listDataItems() == [item]
    assert len(item.getOriginalDataset()[0]) == 7
    plot.draw([])
    assert plot.listDataItems() == []


def test_what_has_no_logarithm_is_left_out(qtbot: QtBot, theme: Theme) -> None:
    plot = Plot(theme)
    qtbot.addWidget(plot)
    plot.set_log(True)
    plot.draw([line(np.array([0.0, 0.1, 10.0, 1.0]))])
    plot.grab()
    low, high = plot.getViewBox().viewRange()[1]
    assert -1.5 < low < -1
    assert 1 < high < 1.5


@pytest.mark.parametrize("low", [-3.7, 0.0, 1e-9, 98.5])
@pytest.mark.parametrize("span", [1e-6, 0.02, 1.0, 7.0, 2345.0, 3e6])
def test_linear_ticks_are_round_and_as_many_as_there_is_room_for(low: float, span: float) -> None:
    spacing, ticks = linear_ticks(low, low + span, 5)
    assert 2 <= len(ticks) <= 6
    assert f"{spacing:e}"[0] in "125"
    np.testing.assert_allclose(np.diff(ticks), spacing, rtol=1e-6)
    assert min(ticks) >= low - 1e-5 * span
    assert max(ticks) <= low + span * 1.00001


def test_an_axis_without_extent_has_no_ticks() -> None:
    assert linear_ticks(1.0, 1.0, 5) == (1.0, [])


@pytest.mark.parametrize("span", [0.001, 0.1, 0.5, 1.0, 2.0, 5.0, 30.0])
def test_a_logarithmic_axis_has_a_few_ticks_within(span: float) -> None:
    ticks = log_ticks(-2.3, -2.3 + span)
    assert 2 <= len(ticks) <= 9
    assert all(-2.3 <= tick <= -2.3 + span for tick in ticks)


@pytest.mark.parametrize(
    ("exponent", "text"),
    [(0, "1"), (-1, "0.1"), (2, "100"), (-5, "10⁻⁵"), (np.log10(2e-7), "2·10⁻⁷"), (4, "10,000"), (6, "10⁶")],
)
def test_powers_are_written_in_few_letters(exponent: float, text: str) -> None:
    assert power(exponent) == text


def test_a_mixed_colour_lies_between() -> None:
    assert mixed("#FF0000", "#FFFFFF", 1.0) == "#ff0000"
    assert mixed("#FF0000", "#FFFFFF", 0.0) == "#ffffff"
    assert mixed("#000000", "#FFFFFF", 0.5) == "#808080"

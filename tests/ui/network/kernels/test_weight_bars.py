"""Numbers of each map as bars."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktopcnn.ui.network.kernels.weight_bars import WeightBars
from desktopcnn.ui.theme import Theme


@pytest.fixture
def bars(theme: Theme, show: Any) -> WeightBars:
    bars = WeightBars(theme)
    scale = np.array([1, 2, 0, -2], np.float32)
    bars.set_rows({"scale": scale, "shift": np.array([3, 3, 3, 3], np.float32)})
    bars.chosen.connect(bars.set_chosen)
    show(bars, 240, 200)
    bars.clearFocus()
    return bars


def height(bars: WeightBars, pixels: Any, theme: Theme, row: int, number: int) -> int:
    """Of a bar that is not chosen."""
    room = bars.bar(row, number).toRect()
    column = pixels(bars)[room.top() : room.bottom() + 1, room.center().x()]
    hint = tuple(int(theme.colours.hint[at : at + 2], 16) for at in (1, 3, 5))
    return int((column == hint).all(-1).sum())


def test_bars_are_as_high_as_their_numbers_are_large(bars: WeightBars, pixels: Any, theme: Theme) -> None:
    one, two, none, minus = (height(bars, pixels, theme, 0, number) for number in range(4))
    assert none == 0
    assert two == pytest.approx(2 * one, abs=2)
    assert minus == pytest.approx(two, abs=2)
    assert height(bars, pixels, theme, 1, 0) == pytest.approx(bars.bar(1, 0).height(), abs=2)


def test_a_click_or_a_key_chooses_a_map(bars: WeightBars) -> None:
    chosen: list[int] = []
    bars.chosen.connect(chosen.append)
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=bars.bar(1, 2).center().toPoint())
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(bars, key)
    assert chosen == [2, 3, 3, 2, 0, 3]


def test_the_chosen_map_stands_out(bars: WeightBars, count: Any, theme: Theme) -> None:
    assert count(bars, theme.colours.accent) == 0
    bars.set_chosen(1)
    assert count(bars, theme.colours.accent) > 100


def test_tells_which_map_the_pointer_is_on(bars: WeightBars, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bars.pointed) as heard:
        QTest.mouseMove(bars, bars.bar(0, 3).center().toPoint())
    assert heard.args == [3]


def test_without_numbers_nothing_is_painted(theme: Theme, show: Any, pixels: Any) -> None:
    bars = WeightBars(theme)
    show(bars)
    bars.clearFocus()
    assert len(np.unique(pixels(bars).reshape(-1, 3), axis=0)) == 1

"""LeNet-5's connection table, to be looked at and clicked."""

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktopcnn.networks.catalog import C3_TABLE
from desktopcnn.ui.network.kernels.connection_table import ConnectionTable
from desktopcnn.ui.theme import Theme


@pytest.fixture
def table(theme: Theme, show: Any) -> ConnectionTable:
    table = ConnectionTable(theme)
    table.set_connections(C3_TABLE, 6)
    table.chosen.connect(lambda number, channel: table.set_marks((number, channel), number))
    show(table, 260, 180)
    table.clearFocus()
    return table


def middle(table: ConnectionTable, number: int, channel: int) -> QPoint:
    return table.cell(number, channel).center().toPoint()


def test_there_is_a_cross_for_each_kernel_and_for_no_other(table: ConnectionTable, pixels: Any) -> None:
    painted = pixels(table).astype(int)
    for number, seen in enumerate(C3_TABLE):
        for channel in range(6):
            at = middle(table, number, channel)
            is_dark = painted[at.y() - 1 : at.y() + 2, at.x() - 1 : at.x() + 2].min() < 128
            assert is_dark == (channel in seen), (number, channel)


def test_a_click_chooses_a_kernel_that_exists(table: ConnectionTable, qtbot: QtBot) -> None:
    chosen: list[tuple[int, int]] = []
    table.chosen.connect(lambda *kernel: chosen.append(kernel))
    assert 5 not in C3_TABLE[0]
    for kernel in ((0, 5), (0, 1), (15, 5)):
        QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=middle(table, *kernel))
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert chosen == [(0, 1), (15, 5)]


def test_the_chosen_kernel_is_framed(table: ConnectionTable, count: Any, theme: Theme) -> None:
    assert count(table, theme.colours.accent) == 0
    table.set_marks((3, 4), 3)
    assert count(table, theme.colours.accent) > 20


def test_tells_which_kernel_the_pointer_is_on(table: ConnectionTable, qtbot: QtBot) -> None:
    for at, told in ((middle(table, 0, 1), (0, 1)), (middle(table, 0, 5), (0, 5)), (QPoint(1, 1), None)):
        with qtbot.waitSignal(table.pointed) as heard:
            QTest.mouseMove(table, at)
        assert heard.args == [told]


def test_uses_the_room_and_its_axes_have_titles(table: ConnectionTable, count: Any, theme: Theme) -> None:
    small = table.cell(15, 5)
    assert small.height() <= 2 * small.width()
    table.resize(1000, 520)
    large = table.cell(15, 5)
    assert large.right() > 900
    assert large.bottom() > 400
    assert table.cell(0, 0).left() > 2 * table.fontMetrics().height() - 6
    painted = table.grab().toImage()
    beside = [painted.pixelColor(x, y).lightness() for x in range(12) for y in range(520)]
    above = [painted.pixelColor(x, y).lightness() for y in range(12) for x in range(1000)]
    assert min(beside) < 200
    assert min(above) < 200


def test_keys_walk_from_cross_to_cross(table: ConnectionTable) -> None:
    chosen: list[tuple[int, int]] = []
    table.chosen.connect(lambda *kernel: chosen.append(kernel))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left):
        QTest.keyClick(table, key)
    for before, after in pairwise(chosen):
        assert before != after
    assert chosen[0] == (0, 0)
    assert all(channel in C3_TABLE[number] for number, channel in chosen)
    table.set_marks((15, 5), 15)
    chosen.clear()
    QTest.keyClick(table, Qt.Key.Key_Right)
    assert chosen == []

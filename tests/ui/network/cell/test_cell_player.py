"""The player slides the chosen cell over its map."""

from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from desktopcnn.ui.network.cell.cell_player import CellPlayer
from desktopcnn.ui.selection import Selection
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme


@pytest.fixture
def selection(session: Session) -> Selection:
    session.choose_network("02-two-conv")
    return session.selection


@pytest.fixture
def player(selection: Selection, theme: Theme, show: Any) -> CellPlayer:
    player = CellPlayer(selection, theme)
    show(player, 200, 40)
    return player


def press(player: CellPlayer, name: str) -> None:
    button = player.findChild(QToolButton, name)
    assert button
    button.click()


def test_steps_go_row_by_row_and_begin_anew_at_the_end(player: CellPlayer, selection: Selection) -> None:
    selection.choose_cell((4, 0, 23))
    press(player, "cellForward")
    assert selection.cell == (4, 1, 0)
    press(player, "cellBack")
    assert selection.cell == (4, 0, 23)
    selection.choose_cell((4, 23, 23))
    press(player, "cellForward")
    assert selection.cell == (4, 0, 0)
    press(player, "cellBack")
    assert selection.cell == (4, 23, 23)


def test_a_vector_is_stepped_through_too(player: CellPlayer, selection: Selection) -> None:
    selection.choose_layer(len(selection.outline) - 1)
    selection.choose_cell((9,))
    press(player, "cellForward")
    assert selection.cell == (0,)


def test_plays_until_it_is_paused(player: CellPlayer, selection: Selection, qtbot: QtBot) -> None:
    button = player.findChild(QToolButton, "cellPlay")
    assert button
    assert button.accessibleName() == "Play"
    selection.choose_cell((0, 0, 0))
    player.findChild(QComboBox, "cellSpeed").setCurrentIndex(4)
    press(player, "cellPlay")
    assert button.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: selection.cell == (0, 0, 3))
    press(player, "cellPlay")
    assert not player.is_playing
    assert button.accessibleName() == "Play"


def test_the_speed_can_be_changed_while_it_plays(player: CellPlayer) -> None:
    speed = player.findChild(QComboBox, "cellSpeed")
    press(player, "cellPlay")
    before = player.findChild(QTimer).interval()
    speed.setCurrentIndex(speed.count() - 1)
    assert player.findChild(QTimer).interval() < before
    assert player.is_playing
    player.stop()


def test_stops_when_another_layer_is_chosen(player: CellPlayer, selection: Selection) -> None:
    press(player, "cellPlay")
    selection.choose_cell((0, 3, 3))
    assert player.is_playing
    selection.step_layer(1)
    assert not player.is_playing


def test_stops_when_it_is_hidden_or_of_no_use(player: CellPlayer) -> None:
    press(player, "cellPlay")
    player.hide()
    assert not player.is_playing
    player.show()
    press(player, "cellPlay")
    player.setEnabled(False)
    assert not player.is_playing

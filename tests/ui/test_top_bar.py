"""The bar on top: network, input, test digits, light and dark."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QDate, QDateTime, QLocale, Qt, QTime
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from desktopcnn import paths
from desktopcnn.data.dataset import Dataset
from desktopcnn.networks import library
from desktopcnn.ui.inputs import Drawn, Pictured, Sample
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.top_bar import DIGIT, DRAWING, PICTURE, TopBar


@pytest.fixture
def bar(live: Session, theme: Theme, show: Any) -> TopBar:
    bar = TopBar(live, theme)
    show(bar, 900, 44)
    live.test_loaded.emit()  # it was loaded before the bar was there
    return bar


def selector(bar: TopBar, name: str) -> QComboBox:
    return bar.findChild(QComboBox, f"{name}Selector")


def pick(box: QComboBox, place: int) -> None:
    """Choose an entry by the keyboard; the arrow keys pass over what is disabled."""
    for _ in range(box.count()):
        if box.currentIndex() != place:
            QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < place else Qt.Key.Key_Up)
    assert box.currentIndex() == place


def click(bar: TopBar, name: str) -> None:
    QTest.mouseClick(bar.findChild(QToolButton, f"{name}Button"), Qt.MouseButton.LeftButton)


def is_enabled(box: QComboBox, place: int) -> bool:
    return bool(box.model().flags(box.model().index(place, 0)) & Qt.ItemFlag.ItemIsEnabled)


def test_lists_the_networks_with_their_accuracy(bar: TopBar, live: Session) -> None:
    box = selector(bar, "network")
    assert [box.itemData(place) for place in range(box.count())] == [entry.name for entry in live.entries]
    for place, entry in enumerate(live.entries):
        assert box.itemText(place).startswith(entry.title)
        if entry.accuracy is not None:
            assert box.itemText(place).endswith(f"· {100 * entry.accuracy:.2f} %")
    assert live.entry
    assert box.currentData() == live.entry.name


def test_a_network_that_is_picked_answers(bar: TopBar, live: Session) -> None:
    box = selector(bar, "network")
    for place in (*range(box.count()), *reversed(range(box.count()))):
        pick(box, place)
        assert live.entry == live.entries[place]


def test_follows_the_network_of_the_session(bar: TopBar, live: Session) -> None:
    for entry in live.entries:
        live.choose_network(entry.name)
        assert selector(bar, "network").currentData() == entry.name


def test_lists_a_network_that_was_just_made(bar: TopBar, live: Session, damaged: str) -> None:
    before = selector(bar, "network").currentData()
    live.refresh_networks()
    assert selector(bar, "network").findData(damaged) == selector(bar, "network").count() - 1
    assert selector(bar, "network").currentData() == before


@pytest.mark.usefixtures("no_networks")
def test_without_networks_nothing_is_chosen(bar: TopBar) -> None:
    assert selector(bar, "network").count() == 0
    assert selector(bar, "network").currentIndex() == -1


def test_test_digits_cannot_be_asked_for_before_they_are_there(
    session: Session, theme: Theme, show: Any, few: Dataset
) -> None:
    bar = TopBar(session, theme)
    show(bar, 900, 44)
    buttons = [bar.findChild(QToolButton, f"{name}Button") for name in ("previous", "next", "random")]
    assert not any(button.isEnabled() for button in buttons)
    assert [is_enabled(selector(bar, "input"), place) for place in range(3)] == [True, False, False]
    session.test = few.test
    session.test_loaded.emit()
    assert all(button.isEnabled() for button in buttons)
    assert [is_enabled(selector(bar, "input"), place) for place in range(3)] == [True, True, False]


def test_buttons_step_through_the_test_digits(
    bar: TopBar, live: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.randrange", lambda end: 4321)
    seen = []
    for name in ("next", "next", "previous", "random", "next"):
        click(bar, name)
        assert isinstance(live.shown, Sample)
        seen.append(live.shown.index)
    assert seen == [0, 1, 0, 4321, 4322]
    assert selector(bar, "input").currentIndex() == DIGIT


def test_the_input_that_is_picked_is_shown(bar: TopBar, live: Session, qtbot: QtBot, tmp_path: Path) -> None:
    array = np.full((60, 60), 255, np.uint8)
    array[10:50, 28:33] = 0
    Image.fromarray(array).save(tmp_path / "one.png")
    assert not is_enabled(selector(bar, "input"), PICTURE)
    with qtbot.waitSignal(live.shown_changed):
        live.open_picture(tmp_path / "one.png", "one.png")
    assert selector(bar, "input").currentIndex() == PICTURE
    for place, kind in ((DIGIT, Sample), (PICTURE, Pictured), (DIGIT, Sample), (DRAWING, Drawn)):
        pick(selector(bar, "input"), place)
        assert isinstance(live.shown, kind)
        assert selector(bar, "input").currentIndex() == place


def test_switches_between_light_and_dark(bar: TopBar, theme: Theme) -> None:
    click(bar, "theme")
    assert theme.is_dark
    click(bar, "theme")
    assert not theme.is_dark


def run_of(name: str) -> str:
    """A run of the dense network in that folder; its name."""
    file = paths.runs() / name / "best.safetensors"
    file.parent.mkdir(parents=True)
    shutil.copy(library.shipped()[0].path, file)
    return name


def test_two_runs_of_one_network_are_told_apart(bar: TopBar, live: Session) -> None:
    names = [run_of(name) for name in ("2026-11-24 165017 00-dense", "2026-11-25 091500 00-dense", "mine")]
    live.refresh_networks()
    box = selector(bar, "network")
    lines = [box.itemText(box.findData(name)) for name in names]
    assert len(set(lines)) == 3
    moment = QDateTime(QDate(2026, 11, 24), QTime(16, 50, 17))
    assert QLocale().toString(moment, QLocale.FormatType.ShortFormat) in lines[0]
    assert "mine" in lines[2]


def test_the_list_is_up_to_date_when_it_opens(bar: TopBar) -> None:
    box = selector(bar, "network")
    name = run_of("2026-11-24 165017 00-dense")
    assert box.findData(name) == -1
    box.showPopup()
    assert box.findData(name) >= 0
    box.hidePopup()


def test_a_list_that_is_still_true_is_left_alone(bar: TopBar, live: Session, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(live.networks_changed):
        live.refresh_networks()

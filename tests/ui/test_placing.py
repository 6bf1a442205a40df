"""A window lies on its screen."""

import pytest
from PySide6.QtCore import QByteArray, QRect
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktopcnn.ui.placing import FRAME, fit


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


def screen(monkeypatch: pytest.MonkeyPatch, width: int, height: int) -> None:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _: QRect(0, 0, width, height))


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(1280, 720, (1264, 672)), (960, 540, (944, 492)), (1920, 1080, (1280, 720)), (1000, 2000, (984, 720))],
)
def test_a_window_leaves_room_for_its_frame(
    window: QMainWindow, monkeypatch: pytest.MonkeyPatch, width: int, height: int, size: tuple[int, int]
) -> None:
    screen(monkeypatch, width, height)
    window.resize(1280, 720)
    fit(window)
    assert window.size().toTuple() == size


def test_a_place_on_a_screen_that_is_gone_is_given_up(window: QMainWindow) -> None:
    far = QMainWindow()
    far.setGeometry(5000, 4000, 2400, 1800)
    saved = QByteArray(far.saveGeometry())
    window.restoreGeometry(saved)
    fit(window)
    room = window.screen().availableGeometry()
    assert room.contains(window.geometry())
    assert window.width() <= room.width() - FRAME.width()
    assert window.height() <= room.height() - FRAME.height()

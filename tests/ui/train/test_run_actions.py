"""The actions on runs: buttons, what they do, and when they can be pressed."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.run_actions import RunActions

NAMES = ("show", "continue", "more", "save", "compare", "rename", "note", "folder", "delete")


@pytest.fixture
def view(qtbot: QtBot) -> QWidget:
    view = QWidget()
    qtbot.addWidget(view)
    return view


def test_a_button_does_what_its_action_does_while_it_can(view: QWidget, theme: Theme, qtbot: QtBot) -> None:
    done: list[str] = []

    def slot(name: str) -> Callable[[], None]:
        return lambda: done.append(name)

    actions = RunActions(view, theme, {name: slot(name) for name in NAMES})
    buttons: dict[str, QToolButton] = {button.objectName(): button for button in actions.buttons()}
    for button in buttons.values():
        qtbot.addWidget(button)
        assert button.accessibleName() == button.toolTip() != ""
    actions.enable({"delete", "note"})
    for name in ("note", "save", "delete"):
        QTest.mouseClick(buttons[f"{name}RunButton"], Qt.MouseButton.LeftButton)
    assert done == ["note", "delete"]
    assert len(view.actions()) == len(NAMES), "all are in the menu of the view"

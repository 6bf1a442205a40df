"""Light and dark."""

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktopcnn.ui import theme as theming
from desktopcnn.ui.palette import DARK, LIGHT
from desktopcnn.ui.theme import Theme


class System(QObject):
    """Stands in for Qt's style hints: the offscreen platform has no colour scheme to change."""

    colorSchemeChanged = Signal(Qt.ColorScheme)  # noqa: N815

    def __init__(self) -> None:
        super().__init__()
        self.scheme = Qt.ColorScheme.Unknown

    def styleHints(self) -> "System":
        return self

    def colorScheme(self) -> Qt.ColorScheme:
        return self.scheme

    def change(self, scheme: Qt.ColorScheme) -> None:
        self.scheme = scheme
        self.colorSchemeChanged.emit(scheme)


@pytest.mark.parametrize(("choice", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_a_choice_recolours_the_program(theme: Theme, qtbot: QtBot, choice: str, colours: object) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.choose(choice)
    assert theme.colours is colours
    assert theme.is_dark == (choice == "dark")
    assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor(theme.colours.window)
    assert QApplication.palette().color(QPalette.ColorRole.WindowText) == QColor(theme.colours.text)
    assert theme.colours.card in QApplication.instance().styleSheet()


@pytest.mark.parametrize("choice", ["", "purple", "system"])
def test_anything_else_is_the_systems_choice(theme: Theme, choice: str) -> None:
    theme.choose("dark")
    theme.choose(choice)
    assert theme.choice == "system"


@pytest.mark.usefixtures("qapp")
def test_follows_the_system_until_the_user_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    system = System()
    monkeypatch.setattr(theming, "QGuiApplication", system)
    theme = Theme()
    assert not theme.is_dark
    for scheme, dark in ((Qt.ColorScheme.Dark, True), (Qt.ColorScheme.Light, False)):
        system.change(scheme)
        assert theme.is_dark == dark
    theme.choose("light")
    system.change(Qt.ColorScheme.Dark)
    assert not theme.is_dark
    theme.choose("system")
    assert theme.is_dark


def test_the_gap_between_maps_has_the_colour_of_the_card(theme: Theme) -> None:
    for choice in ("light", "dark"):
        theme.choose(choice)
        for table in (theme.sequential(), theme.diverging()):
            assert QColor.fromRgb(table[255]) == QColor(theme.colours.card)

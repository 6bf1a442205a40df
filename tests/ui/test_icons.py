"""Icons are there, and have the colour of the words around them."""

import numpy as np
import pytest
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from desktopcnn import paths
from desktopcnn.ui.icons import SIDE, set_icon
from desktopcnn.ui.palette import DARK, LIGHT, Colours
from desktopcnn.ui.theme import Theme

NAMES = sorted(path.stem for path in (paths.shipped("resources") / "icons").glob("*.svg"))


def colour(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> str:
    """The commonest colour of what is opaque."""
    image = icon.pixmap(SIDE * 4, mode).toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.array(image.constBits(), np.uint8).reshape(-1, 4)
    found, numbers = np.unique(pixels[pixels[:, 3] == 255][:, :3], axis=0, return_counts=True)
    return "#" + bytes(found[numbers.argmax()]).hex().upper()


@pytest.fixture
def button(qtbot: QtBot) -> QToolButton:
    button = QToolButton()
    qtbot.addWidget(button)
    return button


CHECKS = ("check-light", "check-dark")  # one for each theme, on a box of the accent


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("desktopcnn", *CHECKS)])
def test_every_icon_has_the_colour_of_the_theme(theme: Theme, button: QToolButton, name: str) -> None:
    set_icon(button, name, theme)
    for choice, colours in (("light", LIGHT), ("dark", DARK)):
        theme.choose(choice)
        assert colour(button.icon()) == colours.text
        assert colour(button.icon(), QIcon.Mode.Disabled) == colours.muted


def test_an_icon_that_is_missing_is_a_fault_of_the_program(theme: Theme, button: QToolButton) -> None:
    with pytest.raises(FileNotFoundError):
        set_icon(button, "no such icon", theme)


@pytest.mark.usefixtures("qapp")
def test_the_program_has_an_icon() -> None:
    icon = QIcon(str(paths.shipped("resources") / "icons" / "desktopcnn.svg"))
    assert not icon.pixmap(64).isNull()


def test_every_state_of_a_run_has_a_picture_of_its_own(theme: Theme, button: QToolButton) -> None:
    pictures = set()
    for state in ("running", "finished", "stopped", "crashed", "failed", "damaged"):
        set_icon(button, f"state-{state}", theme)
        image = button.icon().pixmap(SIDE * 4).toImage().convertToFormat(QImage.Format.Format_RGBA8888)
        pictures.add(bytes(image.constBits()))
    assert len(pictures) == 6


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("name", "colours"), [(CHECKS[0], LIGHT), (CHECKS[1], DARK)])
def test_the_tick_of_a_box_stands_on_the_accent(name: str, colours: Colours) -> None:
    icon = QIcon(str(paths.shipped("resources") / "icons" / f"{name}.svg"))
    assert colour(icon) == colours.on_accent

"""One journey through the window, as a user goes it: with the mouse."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktopcnn.ui.mosaic_view import MosaicView
from desktopcnn.ui.sample import SEVEN

if TYPE_CHECKING:
    from desktopcnn.ui.main_window import MainWindow


class Journey:
    """What a user sees of the window, and does with it."""

    def __init__(self, window: "MainWindow", qtbot: QtBot) -> None:
        self._window, self._qtbot = window, qtbot
        self.canvas = self._window.findChild(QWidget, "canvas")

    def click(self, name: str) -> None:
        QTest.mouseClick(self._window.findChild(QWidget, name), Qt.MouseButton.LeftButton)

    def words(self, name: str) -> str:
        return self._window.findChild(QLabel, name).text()

    def sees(self, digit: str) -> None:
        self._qtbot.waitUntil(lambda: self.words("prediction") == digit)

    def colours(self, widget: QWidget) -> int:
        image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return len(np.unique(np.array(image.constBits(), np.uint8).view(np.uint32)))

    def painted(self) -> list[bool]:
        """Of each column, whether its maps show anything."""
        columns = self._window.findChild(QWidget, "layerColumns")
        return [self.colours(view) > 1 for view in columns.findChildren(MosaicView)]

    def input(self) -> str:
        return self._window.findChild(QComboBox, "inputSelector").currentText()


def test_draw_a_seven_and_be_answered(window: "MainWindow", qtbot: QtBot, draw: Any) -> None:
    user = Journey(window, qtbot)

    # an empty canvas says what to do, and has no answer
    assert user.colours(user.canvas) > 2
    assert user.words("prediction") == user.words("confidence") == ""
    assert not any(user.painted())

    # a seven, in two lines
    draw(user.canvas, SEVEN[:9])
    draw(user.canvas, SEVEN[8:])
    user.sees("7")
    assert float(user.words("confidence").removesuffix(" %")) > 80
    assert len(user.painted()) > 3
    assert all(user.painted())

    # back to nothing, line by line
    user.click("undoButton")
    assert user.input() == "Drawing"
    user.click("undoButton")
    user.sees("")
    assert user.words("confidence") == ""
    assert not any(user.painted())
    assert not window.findChild(QWidget, "undoButton").isEnabled()
    user.click("redoButton")
    user.click("redoButton")
    user.sees("7")

    # digits of the test set: the first two are a 7 and a 2
    user.click("nextButton")
    assert user.input() == "Test digit"
    user.sees("7")
    user.click("nextButton")
    user.sees("2")
    assert all(user.painted())
    with qtbot.waitSignal(window.session.answered):
        user.click("randomButton")
    assert user.words("prediction") != ""

    # and back to the drawing, which is as it was
    QTest.keyClick(window.findChild(QWidget, "inputSelector"), Qt.Key.Key_Up)
    assert user.input() == "Drawing"
    user.sees("7")
    user.click("clearButton")
    user.sees("")

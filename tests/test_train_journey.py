"""A network is trained in the window, as a user does it: with the mouse and the keyboard."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QMessageBox,
    QProgressBar,
    QSlider,
    QTabWidget,
    QTreeView,
    QWidget,
)  # fmt: skip
from pytestqt.qtbot import QtBot

from desktopcnn.networks.architecture import Architecture
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.mosaic_view import MosaicView
from desktopcnn.ui.sample import SEVEN
from desktopcnn.ui.train.run_model import Column

if TYPE_CHECKING:
    from desktopcnn.ui.main_window import MainWindow
    from desktopcnn.ui.train.train_panel import TrainPanel

QUICK = Recipe("quick", epochs=3, batch_size=50, learning_rate=0.01, schedule="constant")
WITHIN = 30_000
Draw = Callable[..., None]
pytestmark = pytest.mark.usefixtures("few_digits")


class Journey:
    """What a user sees of the window, and does with it."""

    def __init__(self, window: "MainWindow", qtbot: QtBot, draw: Draw) -> None:
        self.window, self._qtbot, self._draw = window, qtbot, draw
        self.canvas = window.findChild(QWidget, "canvas")

    def until(self, there: Callable[[], Any]) -> None:
        self._qtbot.waitUntil(lambda: bool(there()), timeout=WITHIN)

    def open_tab(self, title: str) -> None:
        tabs = self.window.findChild(QTabWidget, "tabs")
        bar = tabs.tabBar()
        place = next(n for n in range(tabs.count()) if tabs.tabText(n) == title)
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())
        assert tabs.currentIndex() == place

    def opens_the_training(self) -> "TrainPanel":
        from desktopcnn.ui.train.train_panel import TrainPanel

        self.open_tab("Train")
        self.until(lambda: self.window.findChild(TrainPanel))
        panel: TrainPanel = self.window.findChild(TrainPanel)
        self.until(panel.isVisible)
        return panel

    def button(self, name: str) -> QAbstractButton:
        return self.window.findChild(QAbstractButton, name)

    def click(self, name: str) -> None:
        self.until(self.button(name).isEnabled)
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def words(self, name: str) -> str:
        return self.window.findChild(QLabel, name).text()

    def draws_a_seven(self) -> None:
        self._draw(self.canvas, SEVEN[:9])
        self._draw(self.canvas, SEVEN[8:])
        self.is_answered()

    def is_answered(self) -> None:
        """All that was drawn, not only its first line."""
        session = self.window.session
        self.until(lambda: session.answer and session.answer.shown == session.shown)

    def networks(self) -> list[str]:
        selector = self.window.findChild(QComboBox, "networkSelector")
        return [selector.itemText(place) for place in range(selector.count())]

    def chooses_network(self, begins: str) -> None:
        selector = self.window.findChild(QComboBox, "networkSelector")
        place = next(n for n, title in enumerate(self.networks()) if title.startswith(begins))
        selector.showPopup()
        view = selector.view()
        spot = view.visualRect(selector.model().index(place, 0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        self.until(lambda: selector.currentIndex() == place and not view.isVisible())

    def enters(self, name: str, text: str) -> None:
        box = self.window.findChild(QAbstractSpinBox, name)
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, text)
        QTest.keyClick(box, Qt.Key.Key_Return)

    def loss(self) -> int:
        """How many steps the curve of the loss has."""
        from desktopcnn.ui.train.plot import Plot

        lines = self.window.findChild(Plot, "lossPlot").lines()
        return max((len(line.x) for line in lines if line.name == "smoothed"), default=0)

    def progress(self) -> int:
        return self.window.findChild(QProgressBar, "trainProgress").value()

    def maps(self) -> list[bytes]:
        columns = self.window.findChild(QWidget, "layerColumns")
        return [bytes(view.grab().toImage().constBits()) for view in columns.findChildren(MosaicView)]

    def row(self, column: int, number: int = 0) -> str:
        model = self.window.findChild(QTreeView, "runTable").model()
        role = Qt.ItemDataRole.AccessibleTextRole if column == Column.STATE else Qt.ItemDataRole.DisplayRole
        return str(model.index(number, column).data(role)) if number < model.rowCount() else ""

    def clicks_row(self, number: int = 0) -> None:
        table = self.window.findChild(QTreeView, "runTable")
        spot = table.visualRect(table.model().index(number, Column.NAME)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    def closes(self, answer: str) -> None:
        """Close the window, and answer its question."""
        asked: list[str] = []

        def reply() -> None:
            question = QApplication.activeModalWidget()
            if not isinstance(question, QMessageBox):
                QTimer.singleShot(10, question or self.window, reply)
                return
            asked.append(question.text())
            button = next(button for button in question.buttons() if button.text() == answer)
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

        QTimer.singleShot(0, self.window, reply)
        self.window.close()
        assert len(asked) == 1
        assert "saved and continued" in asked[0]


@pytest.fixture
def user(window: "MainWindow", qtbot: QtBot, draw: Draw) -> Iterator[Journey]:
    yield Journey(window, qtbot, draw)
    window.session.training.close()  # a window that trains asks before it closes


def test_train_a_network_and_watch_it_learn(user: Journey, small: Architecture) -> None:
    panel = user.opens_the_training()
    panel.form.set_architecture(small)
    panel.form.set_recipe(replace(QUICK, epochs=5000))
    user.click("trainButton")

    # the curves grow
    user.until(lambda: user.loss() > 5)
    seen = user.loss()
    user.until(lambda: user.loss() > seen and "validation" in user.words("trainStatus"))
    assert user.progress() > 0

    # and the network can be asked while it learns
    user.open_tab("Network")
    user.chooses_network("In training · small")
    user.draws_a_seven()
    before = user.maps()  # the confidence may stand at 100 % already
    user.until(lambda: user.maps() != before)
    user.click("clearButton")
    user.until(lambda: not user.words("prediction"))
    user.draws_a_seven()

    # held, it stands still, and answers
    user.open_tab("Train")
    user.click("pauseButton")
    user.until(lambda: "paused" in user.words("trainStatus"))
    user.until(lambda: not panel.curves.is_waiting)
    held = user.loss()
    user.click("undoButton")
    user.is_answered()
    assert user.loss() == held
    user.click("pauseButton")
    user.until(lambda: user.loss() > held)

    # changed, lengthened, stopped
    user.enters("learningRate", "0.001")
    training = user.window.session.training
    user.until(lambda: training.recipe.learning_rate == 0.001)
    user.click("oneMoreButton")
    user.until(lambda: " of 5001" in user.words("trainStatus"))
    user.click("stopButton")
    user.until(lambda: user.row(Column.STATE) == "stopped")
    assert user.row(Column.NAME) == "small"
    assert float(user.row(Column.VALIDATION)) > 30
    assert float(user.row(Column.TEST)) > 30
    assert any(title.startswith("Run · small · ") for title in user.networks())
    assert not any(title.startswith("In training") for title in user.networks())

    # and gone on with
    done = user.progress()
    user.clicks_row()
    user.click("continueRunButton")
    user.until(lambda: user.progress() > done)
    assert user.row(Column.STATE) == "in training"
    user.click("stopButton")
    user.until(lambda: user.row(Column.STATE) == "stopped")


def test_walk_back_through_a_training_and_branch(user: Journey, small: Architecture) -> None:
    panel = user.opens_the_training()
    panel.form.set_architecture(small)
    panel.form.set_recipe(QUICK)
    user.draws_a_seven()
    answered = user.words("confidence")
    user.click("trainButton")
    user.until(lambda: user.row(Column.STATE) == "done")

    # the first snapshot knows nothing
    slider = user.window.findChild(QSlider, "timeMachine")
    user.until(slider.isEnabled)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Home)
    user.until(lambda: "reads" in user.words("timeMachineText"))
    first = user.words("confidence")
    assert float(first.removesuffix(" %")) < 50
    user.click("playButton")
    user.until(lambda: not user.button("playButton").isChecked())
    assert slider.value() == slider.maximum()
    user.until(lambda: float(user.words("confidence").removesuffix(" %")) > float(first.removesuffix(" %")))

    # from the middle another way is taken
    QTest.keyClick(slider, Qt.Key.Key_Home)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    user.until(lambda: "reads" in user.words("timeMachineText"))
    user.enters("epochs", "1")
    user.click("branchButton")
    user.until(lambda: (user.row(Column.STATE, 0), user.row(Column.STATE, 1)) == ("done", "done"))
    user.until(lambda: user.words("confidence") == answered)

    # and back to now
    QTest.keyClick(slider, Qt.Key.Key_Home)
    user.until(lambda: user.button("backToNowButton").isEnabled())
    user.click("backToNowButton")
    user.until(lambda: user.words("confidence") == answered)


def test_close_the_window_while_it_trains_and_come_back(
    user: Journey, small: Architecture, qtbot: QtBot, draw: Draw
) -> None:
    from desktopcnn.ui.main_window import MainWindow

    panel = user.opens_the_training()
    panel.form.set_architecture(small)
    panel.form.set_recipe(replace(QUICK, epochs=5000))
    user.click("trainButton")
    user.until(lambda: "validation" in user.words("trainStatus"))

    user.closes("Keep training")
    assert user.window.isVisible()
    at = user.progress()
    user.until(lambda: user.progress() > at)

    user.closes("Save and close")
    assert not user.window.isVisible()
    assert not user.window.session.training.is_busy

    again = MainWindow()
    try:
        with qtbot.waitSignal(again.session.test_loaded, timeout=WITHIN):
            again.show()
        back = Journey(again, qtbot, draw)
        back.opens_the_training()
        back.until(lambda: back.row(Column.STATE) == "stopped")
        back.clicks_row()
        back.click("continueRunButton")
        back.until(lambda: back.progress() > at)
        back.click("stopButton")
        back.until(lambda: back.row(Column.STATE) == "stopped")
    finally:
        again.session.training.close()
        again.close()
        again.deleteLater()

"""The buttons of a training, and what is said of how far it is."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from desktopcnn.networks.architecture import Architecture
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.train.run_controls import RunControls, clock
from desktopcnn.ui.training import TrainingSession
from desktopcnn.ui.training_protocol import Order

RECIPE = Recipe("test", epochs=2, batch_size=50, learning_rate=0.01, schedule="constant")
LONG = replace(RECIPE, epochs=9_000)
WITHIN = 60_000
BUTTONS = ("trainButton", "pauseButton", "oneMoreButton", "stopButton")
pytestmark = pytest.mark.usefixtures("few_digits")


class Panel:
    """The controls as a user meets them."""

    def __init__(self, controls: RunControls, training: TrainingSession, qtbot: QtBot) -> None:
        self.controls, self.training, self.qtbot = controls, training, qtbot

    def button(self, name: str) -> QAbstractButton:
        return self.controls.findChild(QAbstractButton, name)

    def press(self, name: str) -> None:
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def enabled(self) -> set[str]:
        return {name for name in BUTTONS if self.button(name).isEnabled()}

    @property
    def text(self) -> str:
        return self.controls.findChild(QLabel, "trainStatus").text()

    @property
    def progress(self) -> QProgressBar:
        return self.controls.findChild(QProgressBar, "trainProgress")

    def until(self, there: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(there, timeout=WITHIN)

    def run(self, order: Order) -> None:
        self.training.start(order)
        self.until(lambda: self.training.step > 0)


@pytest.fixture
def panel(qtbot: QtBot, show: Callable[..., None]) -> Iterator[Panel]:
    training = TrainingSession()
    controls = RunControls(training)
    show(controls, 320, 110)
    yield Panel(controls, training, qtbot)
    training.close()


def test_before_the_first_training_one_can_only_train(panel: Panel) -> None:
    assert panel.enabled() == {"trainButton"}
    assert panel.text == ""
    assert panel.progress.value() == 0


def test_settings_that_make_no_sense_cannot_be_trained(panel: Panel) -> None:
    panel.controls.set_obstacle("The learning rate is 0.")
    assert panel.enabled() == set()
    assert panel.controls.train_button.toolTip() == "The learning rate is 0."
    panel.controls.set_obstacle("")
    assert panel.enabled() == {"trainButton"}
    assert "Ctrl+Enter" in panel.controls.train_button.toolTip()


def test_while_it_gets_ready_it_can_be_stopped(panel: Panel, small: Architecture) -> None:
    panel.training.start(Order(small, LONG))
    assert panel.enabled() == {"stopButton"}
    assert panel.text == "getting ready…"
    assert not panel.button("pairButton").isVisible()


def test_while_it_runs_it_says_how_far_it_is_and_how_long_it_will_take(
    panel: Panel, small: Architecture
) -> None:
    panel.run(Order(small, LONG))
    assert panel.enabled() == {"pauseButton", "oneMoreButton", "stopButton"}
    panel.until(lambda: "left" in panel.text and "validation" in panel.text)
    assert " of 9000" in panel.text
    assert "images/s" in panel.text
    assert panel.progress.maximum() == 90_000
    assert panel.progress.value() == panel.training.step


def test_pause_and_resume_are_one_button(panel: Panel, small: Architecture) -> None:
    panel.run(Order(small, LONG))
    button = panel.button("pauseButton")
    assert button.text() == button.accessibleName() == "Pause"
    panel.press("pauseButton")
    assert panel.training.state == "paused"
    assert "paused" in panel.text
    assert button.text() == button.accessibleName() == "Resume"
    panel.press("pauseButton")
    assert panel.training.state == "running"
    assert button.text() == "Pause"


def test_the_pause_has_a_key(panel: Panel, small: Architecture) -> None:
    panel.run(Order(small, LONG))
    panel.controls.activateWindow()
    panel.qtbot.waitUntil(panel.controls.isActiveWindow)
    QTest.keyClick(panel.controls, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    panel.until(lambda: panel.training.state == "paused")


def test_one_more_epoch_lengthens_it_also_while_it_is_held(panel: Panel, small: Architecture) -> None:
    panel.run(Order(small, LONG))
    panel.press("pauseButton")
    panel.press("oneMoreButton")
    panel.until(lambda: " of 9001" in panel.text)
    assert panel.progress.maximum() == 90_010


def test_stop_ends_it(panel: Panel, small: Architecture) -> None:
    panel.run(Order(small, LONG))
    panel.press("stopButton")
    assert panel.text == "saving…"
    assert panel.enabled() == set()
    panel.until(lambda: panel.enabled() == {"trainButton"})
    assert " of 9000" in panel.text
    assert panel.button("pairButton").isVisible()


def test_at_the_end_the_bar_is_full(panel: Panel, small: Architecture) -> None:
    with panel.qtbot.waitSignal(panel.training.ended, timeout=WITHIN):
        panel.training.start(Order(small, RECIPE))
    assert panel.progress.value() == panel.progress.maximum() == 20
    assert "epoch 2 of 2" in panel.text
    assert "validation" in panel.text
    assert "left" not in panel.text


def test_everything_has_a_name_and_a_tip(panel: Panel) -> None:
    for name in (*BUTTONS, "pairButton"):
        assert panel.button(name).accessibleName()
        assert panel.button(name).toolTip()
    assert panel.progress.accessibleName()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (0.6, "0:01"), (59.6, "1:00"), (75, "1:15"), (3599.6, "1:00:00"), (3723, "1:02:03")],
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text

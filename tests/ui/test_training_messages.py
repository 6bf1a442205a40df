"""What the window says of trainings."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktopcnn.networks.architecture import Architecture
from desktopcnn.training import book, lock
from desktopcnn.training import run as runs
from desktopcnn.training.history import Change
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.message_bar import MessageBar
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.training import Reached
from desktopcnn.ui.training_messages import TrainingMessages
from desktopcnn.ui.training_protocol import Order

WITHIN = 60_000


pytestmark = pytest.mark.usefixtures("few_digits")


@pytest.fixture
def tiny_order(small: Architecture) -> Order:
    """A training that takes a moment."""
    return Order(small, Recipe("test", epochs=2, batch_size=50, schedule="constant"))


@pytest.fixture
def bar(qtbot: QtBot, theme: Theme) -> MessageBar:
    bar = MessageBar(theme)
    qtbot.addWidget(bar)
    return bar


@pytest.fixture
def messages(session: Session, bar: MessageBar) -> Iterator[TrainingMessages]:
    messages = TrainingMessages(session, bar)
    yield messages
    messages.close()


def text(bar: MessageBar) -> str:
    label = bar.findChild(QLabel, "message")
    assert isinstance(label, QLabel)
    return label.text()


def action(bar: MessageBar) -> QPushButton:
    button = bar.findChild(QPushButton, "messageActionButton")
    assert isinstance(button, QPushButton)
    return button


def begun_run(order: Order) -> Path:
    """A run whose process died: begun, marked as being trained, held by nobody."""
    from desktopcnn.data import catalog

    assert order.architecture is not None
    assert order.recipe is not None
    run = runs.create(order.architecture, order.recipe, catalog.load("mnist"), 0)
    (run.folder / lock.FILE).write_bytes(lock.MARK)
    return run.folder


def test_how_soon_each_of_a_pair_reached_the_goal(
    session: Session, bar: MessageBar, messages: TrainingMessages
) -> None:
    session.training.compared.emit([Reached("slow", None, 31.0), Reached("fast", 4.0, 30.0)])
    assert bar.isVisible()
    assert "97 %" in text(bar)
    assert "slow not in 31 s" in text(bar)
    assert "fast after 4 s" in text(bar)
    assert not action(bar).isVisible()


def test_a_training_that_exploded_is_tried_again_by_one_click(
    qtbot: QtBot, session: Session, bar: MessageBar, messages: TrainingMessages, tiny_order: Order
) -> None:
    assert tiny_order.recipe is not None
    wild = replace(tiny_order.recipe, optimizer="sgd", learning_rate=900.0, weight_decay=10.0)
    with qtbot.waitSignal(session.training.ended, timeout=WITHIN):
        session.training.start(replace(tiny_order, recipe=wild))
    assert "step" in text(bar)
    assert "learning rate 0.1" in action(bar).text()
    with qtbot.waitSignal(session.training.begun, timeout=WITHIN) as begun:
        QTest.mouseClick(action(bar), Qt.MouseButton.LeftButton)
    assert not bar.isVisible() or action(bar).isVisible()
    with qtbot.waitSignal(session.training.ended, timeout=WITHIN):
        session.training.stop()
    assert begun.args
    changes = [event for event in runs.read_history(begun.args[0]) if isinstance(event, Change)]
    assert all(change.settings.get("learning_rate") == 0.1 for change in changes)
    assert session.training.recipe is not None
    assert session.training.recipe.learning_rate == 0.1


def test_a_batch_that_is_too_large_begins_a_new_run(
    qtbot: QtBot, session: Session, bar: MessageBar, messages: TrainingMessages, tiny_order: Order
) -> None:
    with qtbot.waitSignal(session.training.ended, timeout=WITHIN):
        session.training.start(tiny_order)
    first = session.training.run
    session.training.remedy_offered.emit("It does not fit.", {"batch_size": 10})
    assert text(bar) == "It does not fit."
    with qtbot.waitSignal(session.training.ended, timeout=WITHIN):
        QTest.mouseClick(action(bar), Qt.MouseButton.LeftButton)
    second = session.training.run
    assert first is not None
    assert second is not None
    assert second.folder != first.folder
    assert second.recipe.batch_size == 10


def test_a_run_that_a_crash_cut_short_is_offered_once(
    qtbot: QtBot, session: Session, bar: MessageBar, messages: TrainingMessages, tiny_order: Order
) -> None:
    folder = begun_run(tiny_order)
    if not book.interrupted():  # the lock's word is written by the one who holds it
        pytest.fail("the run made for this test does not look as a crash leaves it")
    session.test_loaded.emit()
    qtbot.waitUntil(bar.isVisible, timeout=WITHIN)
    assert "cut short" in text(bar)
    tabs: list[bool] = []
    messages.train_tab_wanted.connect(lambda: tabs.append(session.training.is_busy))
    with qtbot.waitSignal(session.training.ended, timeout=WITHIN) as ended:
        QTest.mouseClick(action(bar), Qt.MouseButton.LeftButton)
    assert tabs == [False], "to the Train tab, before it begins"
    assert ended.args
    assert ended.args[0].run.folder == folder
    assert ended.args[0].how == "done"
    assert book.interrupted() == []

"""The message bar."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from desktopcnn.ui.message_bar import MessageBar
from desktopcnn.ui.palette import DARK, LIGHT
from desktopcnn.ui.theme import Theme


@pytest.fixture
def page(qapp: object) -> QWidget:
    return QWidget()


@pytest.fixture
def bar(theme: Theme, show: Any, page: QWidget) -> MessageBar:
    bar = MessageBar(theme)
    QVBoxLayout(page).addWidget(bar)
    show(page, 500, 120)
    return bar


def test_is_hidden_until_something_is_said_and_after_it_was_closed(bar: MessageBar) -> None:
    assert not bar.isVisible()
    bar.say("The file is gone.")
    assert bar.isVisible()
    assert bar.findChild(QLabel, "message").text() == "The file is gone."
    assert bar.findChild(QLabel, "message").accessibleName() == "The file is gone."
    QTest.mouseClick(bar.findChild(QToolButton, "closeMessageButton"), Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_the_last_word_counts(bar: MessageBar) -> None:
    bar.say("One.")
    bar.say("Two.")
    assert bar.findChild(QLabel, "message").text() == "Two."


def test_a_long_sentence_is_broken_into_lines(bar: MessageBar) -> None:
    bar.say("Short.")
    short = bar.sizeHint().height()
    bar.say("It is said at length. " * 20)
    assert bar.heightForWidth(500) > 2 * short


def test_stands_out_in_both_themes(bar: MessageBar, theme: Theme, count: Any) -> None:
    bar.say("The file is gone.")
    for choice, colours in (("light", LIGHT), ("dark", DARK)):
        theme.choose(choice)
        assert count(bar, colours.warning) > 1000

"""The weights behind the views: of a vote those of the member that is looked into."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktopcnn.data.digit import Drawing
from desktopcnn.networks import library
from desktopcnn.ui.inputs import Drawn
from desktopcnn.ui.network.part_source import PartSource
from desktopcnn.ui.session import Session


@pytest.fixture
def source(live: Session, poll: Callable[..., Path]) -> Iterator[PartSource]:
    """Of a vote whose members answer 7, 1 and 4."""
    poll(library.folder() / "poll.json", (7, 1, 4), "mean")
    live.refresh_networks()
    live.choose_network("poll")
    parent = QObject()
    source = PartSource(live, parent)
    yield source
    source.close()


def answers(source: PartSource) -> int | None:
    """The class that the weights in sight lead to."""
    return int(source.parts["dense1"].weights["bias"].argmax()) if source.parts else None


def test_the_weights_are_the_chosen_members_before_anything_is_drawn(
    source: PartSource, live: Session, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: answers(source) == 7)
    live.choose_member(2)
    qtbot.waitUntil(lambda: answers(source) == 4)


def test_the_weights_are_those_of_the_answer(
    source: PartSource, live: Session, qtbot: QtBot, line: Callable[..., Drawing]
) -> None:
    live.show_drawing(Drawn(line((80.0, 70.0), (200.0, 70.0))))
    qtbot.waitUntil(lambda: live.answer is not None)
    assert live.answer
    assert source.parts is live.answer.anatomy
    live.choose_member(1)
    assert answers(source) == 7, "until the other's answer comes nothing flickers"
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.member == 1)
    assert answers(source) == 1

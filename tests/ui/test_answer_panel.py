"""The answer in words: digit, confidence, and whether a known digit was read rightly."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from desktopcnn.networks import library
from desktopcnn.ui.answer_panel import AnswerPanel
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.frame_view import FrameView
from desktopcnn.ui.inputs import Sample
from desktopcnn.ui.probability_bars import ProbabilityBars
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

MakeAnswer = Callable[..., Answer]


@pytest.fixture
def panel(session: Session, theme: Theme, show: Any) -> AnswerPanel:
    panel = AnswerPanel(session, theme)
    show(panel, 280, 240)
    return panel


def text(panel: AnswerPanel, name: str) -> str:
    return panel.findChild(QLabel, name).text()


def texts(panel: AnswerPanel) -> set[str]:
    return {label.text() for label in panel.findChildren(QLabel)}


def test_says_nothing_before_there_is_an_answer(panel: AnswerPanel) -> None:
    assert texts(panel) == {""}


@pytest.mark.parametrize(("best", "share", "words"), [(7, 0.914, "91.4 %"), (0, 1.0, "100.0 %")])
def test_says_digit_and_confidence(
    panel: AnswerPanel, session: Session, answer: MakeAnswer, best: int, share: float, words: str
) -> None:
    session.answered.emit(answer(best, share))
    assert text(panel, "prediction") == str(best)
    assert text(panel, "confidence") == words
    assert "sure" in texts(panel)


def test_falls_silent_when_the_answer_is_taken_back(
    panel: AnswerPanel, session: Session, answer: MakeAnswer
) -> None:
    session.answered.emit(answer())
    session.answered.emit(None)
    assert texts(panel) == {""}
    assert panel.findChild(ProbabilityBars).accessibleDescription() == ""


@pytest.mark.parametrize(("label", "words"), [("7", "right"), ("2", "<b>wrong</b>: it is a 2")])
def test_says_whether_a_known_digit_was_read_rightly(
    panel: AnswerPanel, session: Session, answer: MakeAnswer, label: str, words: str
) -> None:
    session.answered.emit(answer(7, shown=Sample(0, label, np.zeros((28, 28), np.float32))))
    assert words in texts(panel)


def test_shows_what_the_network_sees(
    panel: AnswerPanel, session: Session, answer: MakeAnswer, pixels: Any
) -> None:
    view = panel.findChild(FrameView, "frameView")
    assert pixels(view).max() == 0
    session.answered.emit(answer())
    assert pixels(view).max() > 200
    session.answered.emit(None)
    assert pixels(view).max() == 0


def test_bars_have_the_names_of_the_classes_and_their_shares(
    panel: AnswerPanel, session: Session, answer: MakeAnswer
) -> None:
    session.answered.emit(answer(7, 0.91))
    words = panel.findChild(ProbabilityBars).accessibleDescription().split(", ")
    assert [word.split()[0] for word in words] == list(library.shipped()[0].card.classes)
    assert words[7] == "7 91.0 %"
    assert words[3] == "3 1.0 %"


@pytest.mark.usefixtures("no_networks")
def test_stands_without_a_network(session: Session, theme: Theme, show: Any, pixels: Any) -> None:
    panel = AnswerPanel(session, theme)
    show(panel)
    assert pixels(panel).size


def test_while_a_picture_is_read_no_old_answer_stands_beside_it(
    panel: AnswerPanel, session: Session, answer: MakeAnswer
) -> None:
    old = answer(shown=session.shown)
    session.answer = old
    session.answered.emit(old)
    session.open_picture(Path("seven.png"), "seven.png")
    assert texts(panel) == {"", "reading…"}
    assert panel.findChild(ProbabilityBars).accessibleDescription() == ""
    session.reading.emit(False)  # it could not be read
    assert text(panel, "prediction") == "7"
    session.open_picture(Path("one.png"), "one.png")
    session.shown = answer().shown
    session.reading.emit(False)
    assert texts(panel) == {"", "reading…"}, "until it is answered"
    session.answered.emit(answer(1))
    assert text(panel, "prediction") == "1"
    assert "reading…" not in texts(panel)


def test_nothing_moves_when_an_answer_comes(panel: AnswerPanel, session: Session, answer: MakeAnswer) -> None:
    bars = panel.findChild(ProbabilityBars)
    before = bars.geometry()
    for given in (answer(7, 1.0), answer(0, shown=Sample(0, "4", np.zeros((28, 28), np.float32))), None):
        session.answered.emit(given)
        panel.layout().activate()
        assert bars.geometry() == before

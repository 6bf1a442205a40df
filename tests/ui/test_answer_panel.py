"""The answer in words: digit, confidence, and whether a known digit was read rightly."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton

from desktopcnn.inspection.ballot import Ballot
from desktopcnn.networks import library
from desktopcnn.networks.ensemble import Rule
from desktopcnn.ui.answer_panel import AnswerPanel
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.frame_view import FrameView
from desktopcnn.ui.inputs import Sample
from desktopcnn.ui.probability_bars import ProbabilityBars
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.vote_row import VoteRow

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


# votes


@pytest.fixture
def voting(session: Session, answer: MakeAnswer, poll: Callable[..., Path]) -> Callable[..., Answer]:
    """Lets a vote of those classes be the session's network; its answer, of members so sure."""

    def voting(
        classes: Sequence[int], rule: Rule = "majority", sure: Sequence[float] = (0.91,) * 5
    ) -> Answer:
        poll(library.folder() / "poll.json", classes, rule)
        session.refresh_networks()
        session.choose_network("poll")
        vote = session.entry
        assert isinstance(vote, library.Vote)
        probabilities = np.stack([np.full(10, (1 - share) / 9, np.float32) for share in sure[: len(classes)]])
        probabilities[range(len(classes)), classes] = sure[: len(classes)]
        traced = answer(classes[0], sure[0], entry=vote.members[0])
        return replace(traced, entry=vote, ballot=Ballot(rule, probabilities))

    return voting


def test_a_vote_says_its_answer_and_each_vote(
    panel: AnswerPanel, session: Session, voting: Callable[..., Answer]
) -> None:
    given = voting((1, 7, 7, 7, 7))
    assert panel.findChild(VoteRow).isVisible()
    session.answered.emit(given)
    assert text(panel, "prediction") == "7"
    assert text(panel, "confidence") == "73.0 %", "the mean"
    assert "not sure" in texts(panel)
    assert text(panel, "agreeing") == "4 of 5"
    assert [button.text() for button in panel.findChildren(QToolButton)] == ["1", "7", "7", "7", "7"]
    words = panel.findChild(ProbabilityBars).accessibleDescription().split(", ")
    assert (words[7], words[1]) == ("7 73.0 %", "1 19.0 %")
    session.answered.emit(None)
    assert text(panel, "agreeing") == ""


def test_the_majority_stands_there_even_where_another_class_is_more_probable(
    panel: AnswerPanel, session: Session, voting: Callable[..., Answer]
) -> None:
    session.answered.emit(voting((4, 4, 9), sure=(0.4, 0.4, 1.0)))
    assert text(panel, "prediction") == "4"
    shares = dict(
        word.split()[:2] for word in panel.findChild(ProbabilityBars).accessibleDescription().split(", ")
    )
    assert float(shares["9"]) > float(shares["4"])
    assert text(panel, "confidence") == f"{shares['4']} %"
    assert "most of the 3 networks" in panel.findChild(QLabel, "prediction").toolTip()
    session.answered.emit(voting((4, 4, 9), "mean", sure=(0.4, 0.4, 1.0)))
    assert text(panel, "prediction") == "9"
    assert "highest mean" in panel.findChild(QLabel, "prediction").toolTip()


def test_a_network_alone_has_no_votes(
    panel: AnswerPanel, session: Session, answer: MakeAnswer, voting: Callable[..., Answer]
) -> None:
    assert not panel.findChild(VoteRow).isVisible()
    session.answered.emit(voting((1, 7, 7)))
    session.choose_network(library.DEFAULT)
    session.answered.emit(answer())
    assert not panel.findChild(VoteRow).isVisible()
    assert panel.findChild(QLabel, "prediction").toolTip() == (
        "The class that the network holds to be the most probable"
    )


def test_a_member_is_chosen_in_both_directions(
    panel: AnswerPanel, session: Session, voting: Callable[..., Answer]
) -> None:
    session.answered.emit(voting((1, 7, 7)))
    buttons = panel.findChildren(QToolButton)
    assert [button.isChecked() for button in buttons] == [True, False, False]
    QTest.mouseClick(buttons[2], Qt.MouseButton.LeftButton)
    assert session.member == 2
    session.choose_member(1)
    assert [button.isChecked() for button in buttons] == [False, True, False]


def test_nothing_moves_when_an_answer_comes(panel: AnswerPanel, session: Session, answer: MakeAnswer) -> None:
    bars = panel.findChild(ProbabilityBars)
    before = bars.geometry()
    for given in (answer(7, 1.0), answer(0, shown=Sample(0, "4", np.zeros((28, 28), np.float32))), None):
        session.answered.emit(given)
        panel.layout().activate()
        assert bars.geometry() == before


def test_a_long_name_is_written_smaller_and_then_shortened(
    panel: AnswerPanel, session: Session, answer: MakeAnswer
) -> None:
    label = panel.findChild(QLabel, "prediction")
    sizes = []
    for name in ("7", "horse", "a very long name of a class"):
        made = answer()
        entry = replace(made.entry, card=replace(made.entry.card, classes=tuple([name] * 10)))
        session.answered.emit(replace(made, entry=entry))
        assert label.accessibleDescription() == name
        assert label.fontMetrics().horizontalAdvance(label.text()) <= 115
        sizes.append(label.font().pointSizeF())
    assert sizes[0] > sizes[1] > sizes[2]
    assert "…" in label.text()


def test_outputs_that_are_no_numbers_are_not_called_sure(
    panel: AnswerPanel, session: Session, answer: MakeAnswer
) -> None:
    made = answer()
    trace = replace(made.trace, probabilities=made.trace.probabilities * np.float32(np.nan))
    session.answered.emit(replace(made, trace=trace))
    assert "Its outputs are no numbers." in texts(panel)

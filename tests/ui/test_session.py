"""The session: what is shown, who answers, and that only answers to what is shown arrive."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pytestqt.qtbot import QtBot

from desktopcnn.data.digit import Drawing
from desktopcnn.networks import ensemble, library
from desktopcnn.networks.card import read_header
from desktopcnn.ui.inputs import Drawn, Pictured, Sample
from desktopcnn.ui.sample import SEVEN
from desktopcnn.ui.session import Session

Line = Callable[..., Drawing]


@pytest.fixture
def answers(session: Session) -> list[Any]:
    """Every answer of the session, in order."""
    answers: list[Any] = []
    session.answered.connect(answers.append)
    return answers


@pytest.fixture
def failures(session: Session) -> list[str]:
    failures: list[str] = []
    session.failed.connect(failures.append)
    return failures


# the networks


def test_begins_with_the_default_network(session: Session) -> None:
    names = [entry.name for entry in library.shipped()]
    assert session.entry
    assert session.entry.name == (library.DEFAULT if library.DEFAULT in names else names[0])
    assert [entry.name for entry in session.entries] == names


def test_an_unknown_name_changes_nothing(session: Session, qtbot: QtBot) -> None:
    before = session.entry
    with qtbot.assertNotEmitted(session.network_changed):
        session.choose_network("no such network")
    assert session.entry is before


def test_a_network_of_the_user_is_found_when_looked_for(session: Session, qtbot: QtBot, damaged: str) -> None:
    before = session.entry
    with qtbot.waitSignal(session.networks_changed):
        session.refresh_networks()
    assert session.entries[-1].name == damaged
    assert session.entry == before


def test_a_network_that_vanished_gives_way_to_another(session: Session, damaged: str) -> None:
    session.refresh_networks()
    session.choose_network(damaged)
    assert session.entry
    session.entry.path.unlink()
    session.refresh_networks()
    assert session.entry in library.shipped()


@pytest.mark.usefixtures("no_networks")
def test_without_networks_nobody_answers(live: Session, answers: list[Any], line: Line) -> None:
    assert live.entry is None
    live.show_drawing(Drawn(line((20, 20), (90, 90))))
    live.refresh_networks()
    live.choose_network(library.DEFAULT)
    assert live.entry is None
    assert set(answers) <= {None}


# answers


def test_a_drawing_is_answered(live: Session, qtbot: QtBot, line: Line) -> None:
    shown = Drawn(line(*SEVEN))
    with qtbot.waitSignal(live.answered) as waited:
        live.show_drawing(shown)
    (answer,) = waited.args or ()
    assert live.answer is answer
    assert answer.shown is shown
    assert answer.entry is live.entry
    assert answer.entry.card.classes[answer.trace.answer] == "7"
    assert answer.frame is answer.stages[-1].frame
    assert [layer.name for layer in answer.trace.layers] == [
        row.name for row in answer.entry.card.architecture.rows
    ]


def test_what_was_drawn_before_the_core_was_there_is_answered_then(
    session: Session, qtbot: QtBot, line: Line
) -> None:
    session.show_drawing(Drawn(line((20, 20), (90, 90))))
    shown = Drawn(line(*SEVEN))
    session.show_drawing(shown)
    with qtbot.waitSignal(session.answered, timeout=120_000) as waited:
        session.start()
    assert waited.args
    assert waited.args[0].shown is shown


def test_an_empty_canvas_has_no_answer(live: Session, qtbot: QtBot, answers: list[Any], line: Line) -> None:
    with qtbot.waitSignal(live.answered):
        live.show_drawing(Drawn(line((20, 20), (90, 90))))
    live.show_drawing(Drawn())
    assert answers[-1] is None
    assert live.answer is None


def test_an_answer_to_a_drawing_that_was_cleared_is_dropped(
    live: Session, qtbot: QtBot, answers: list[Any], gate: Any, line: Line
) -> None:
    live.show_drawing(Drawn(line((20, 20), (90, 90))))
    qtbot.waitUntil(gate.reached.is_set)
    live.show_drawing(Drawn())
    gate.opened.set()
    last = Drawn(line(*SEVEN))
    live.show_drawing(last)
    qtbot.waitUntil(lambda: live.answer is not None)
    assert gate.passed == 2
    assert [answer and answer.shown for answer in answers] == [None, last]


def test_an_answer_of_the_former_network_is_dropped(
    live: Session, qtbot: QtBot, answers: list[Any], gate: Any, line: Line
) -> None:
    live.show_drawing(Drawn(line(*SEVEN)))
    qtbot.waitUntil(gate.reached.is_set)
    other = next(entry for entry in live.entries if entry != live.entry)
    live.choose_network(other.name)
    gate.opened.set()
    qtbot.waitUntil(lambda: live.answer is not None)
    assert gate.passed == 2
    assert [answer.entry for answer in answers] == [other]


def test_an_answer_to_the_digit_before_is_dropped(
    live: Session, qtbot: QtBot, answers: list[Any], gate: Any
) -> None:
    live.show_sample(0)
    qtbot.waitUntil(gate.reached.is_set)
    live.show_sample(1)
    gate.opened.set()
    qtbot.waitUntil(lambda: live.answer is not None)
    assert gate.passed == 2
    assert [answer.shown.index for answer in answers] == [1]


def test_a_network_slower_than_the_pen_answers_what_is_newest(
    live: Session, qtbot: QtBot, answers: list[Any], gate: Any, line: Line
) -> None:
    drawings = [Drawn(line((20, 20), (90 + step, 90))) for step in range(20)]
    live.show_drawing(drawings[0])
    qtbot.waitUntil(gate.reached.is_set)
    for drawing in drawings[1:]:
        live.show_drawing(drawing)
    gate.opened.set()
    qtbot.waitUntil(lambda: bool(answers) and answers[-1].shown is drawings[-1])
    assert [answer.shown for answer in answers] == [drawings[0], drawings[-1]]


def test_changing_the_network_answers_anew(live: Session, qtbot: QtBot, line: Line) -> None:
    with qtbot.waitSignal(live.answered):
        live.show_drawing(Drawn(line(*SEVEN)))
    for entry in live.entries:
        live.choose_network(entry.name)
        qtbot.waitUntil(lambda entry=entry: live.answer is not None and live.answer.entry == entry)


def test_a_vote_is_answered_and_any_member_looked_into(
    live: Session, qtbot: QtBot, line: Line, poll: Callable[..., Path]
) -> None:
    poll(library.folder() / "poll.json", (7, 1, 7), "majority")
    live.refresh_networks()
    live.choose_network("poll")
    live.show_drawing(Drawn(line((80.0, 70.0), (200.0, 70.0))))
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.entry == live.entry)
    first = live.answer
    assert first
    assert first.ballot
    assert (first.best, first.ballot.votes, first.trace.answer) == (7, (7, 1, 7), 7)
    assert first.traced == live.traced == live.entry.members[0]  # type: ignore[union-attr]
    with qtbot.waitSignal(live.member_changed), qtbot.assertNotEmitted(live.network_changed):
        live.choose_member(1)
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.member == 1)
    second = live.answer
    assert second
    assert second.ballot
    assert (second.best, second.ballot.votes, second.trace.answer) == (7, (7, 1, 7), 1)
    assert second.anatomy["dense1"].weights["bias"].argmax() == 1
    assert second.shares.tolist() == first.shares.tolist()
    live.choose_network(library.DEFAULT)
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.entry == live.entry)
    assert (live.member, live.answer.ballot) == (0, None)  # type: ignore[union-attr]


def test_members_of_different_architectures_have_outlines_of_their_own(
    session: Session, qtbot: QtBot, poll: Callable[..., Path]
) -> None:
    path = poll(library.folder() / "poll.json", (7, 1), "mean")
    network = next(entry for entry in library.shipped() if entry.name == library.DEFAULT)
    (path.parent / "members" / "other.safetensors").write_bytes(network.path.read_bytes())
    digest = read_header(network.path).metadata["sha256"]
    vote = ensemble.read(path)[0]
    other = ensemble.Member("members/other.safetensors", digest)
    ensemble.write(path, replace(vote, members=(vote.members[0], other)))
    session.refresh_networks()
    session.choose_network("poll")
    before = session.outline
    with qtbot.waitSignals([session.network_changed, session.member_changed]):
        session.choose_member(1)
    assert session.outline != before
    assert session.selection.outline == session.outline
    with qtbot.assertNotEmitted(session.member_changed):
        session.choose_member(2)
    assert session.traced == session.entry.members[1]  # type: ignore[union-attr]


def test_a_damaged_member_is_named(
    live: Session, qtbot: QtBot, line: Line, failures: list[str], poll: Callable[..., Path]
) -> None:
    path = poll(library.folder() / "poll.json", (7, 1, 7), "majority")
    member = path.parent / "members" / "poll-2.safetensors"
    content = bytearray(member.read_bytes())
    content[-1] ^= 1
    member.write_bytes(content)
    live.refresh_networks()
    live.choose_network("poll")
    live.show_drawing(Drawn(line((80.0, 70.0), (200.0, 70.0))))
    qtbot.waitUntil(lambda: bool(failures))
    assert "poll-2.safetensors is damaged" in failures[0]
    assert live.answer is None


def test_a_step_that_is_switched_off_changes_the_frame(live: Session, qtbot: QtBot, line: Line) -> None:
    with qtbot.waitSignal(live.answered) as centred:
        live.show_drawing(Drawn(line((20, 20), (20, 90))))
    with qtbot.waitSignals([live.steps_changed, live.answered]):
        live.set_step("centre", False)
    assert not live.steps.centre
    assert live.steps.redraw
    assert centred.args
    assert live.answer
    assert not np.array_equal(centred.args[0].frame, live.answer.frame)


def test_a_damaged_network_says_so_and_another_one_answers(
    live: Session, qtbot: QtBot, damaged: str, failures: list[str], line: Line
) -> None:
    good = live.entry
    assert good
    with qtbot.waitSignal(live.answered):
        live.show_drawing(Drawn(line(*SEVEN)))
    live.refresh_networks()
    with qtbot.waitSignal(live.failed):
        live.choose_network(damaged)
    assert live.answer is None, "what the former network said must not stand under this one's name"
    assert len(failures) == 1
    assert "damaged" in failures[0]
    assert failures[0].endswith(".")
    with qtbot.waitSignal(live.answered, check_params_cb=lambda answer: answer is not None):
        live.choose_network(good.name)
    assert len(failures) == 1


# test digits


def test_before_the_test_digits_are_there_nothing_happens(session: Session, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(session.shown_changed):
        session.show_sample(3)
        session.step_sample(1)
        session.show_random_sample()


def test_a_test_digit_is_shown_with_its_class(live: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(live.answered) as waited:
        live.show_sample(0)
    assert isinstance(live.shown, Sample)
    assert live.test
    assert (live.shown.index, live.shown.label) == (0, "7")
    np.testing.assert_allclose(live.shown.frame * 255, live.test.images[0, 0])
    assert waited.args
    assert waited.args[0].frame is live.shown.frame


def test_one_steps_through_the_test_digits(live: Session) -> None:
    def index() -> int:
        assert isinstance(live.shown, Sample)
        return live.shown.index

    seen = []
    for step in (1, 1, 1, -1, -1, -1, 1):
        live.step_sample(step)
        seen.append(index())
    assert seen == [0, 1, 2, 1, 0, 9999, 0]
    live.show_sample(41)
    live.show_drawing()
    live.step_sample(1)
    assert index() == 41, "from elsewhere, the one that was looked at last"


def test_a_random_digit_is_one_of_the_test_set(live: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("random.randrange", lambda end: asked.append(end) or 1234)
    live.show_random_sample()
    assert asked == [10_000]
    assert isinstance(live.shown, Sample)
    assert live.shown.index == 1234


def test_the_drawing_is_still_there_after_a_digit(live: Session, line: Line) -> None:
    drawn = Drawn(line(*SEVEN))
    live.show_drawing(drawn)
    live.show_sample(5)
    live.show_drawing()
    assert live.shown is drawn


# pictures


def test_a_picture_is_read_and_shown(live: Session, qtbot: QtBot, tmp_path: Path) -> None:
    image = Image.new("L", (100, 100), 255)
    ImageDraw.Draw(image).line((50, 20, 50, 80), fill=0, width=6)
    image.save(tmp_path / "one.png")
    assert not live.has_picture
    with qtbot.waitSignal(live.answered):
        live.open_picture(tmp_path / "one.png", "one.png")
    assert isinstance(live.shown, Pictured)
    assert live.shown.title == "one.png"
    live.show_drawing()
    assert live.has_picture
    live.show_picture()
    assert isinstance(live.shown, Pictured)


def test_pixels_are_read_as_a_picture(live: Session, qtbot: QtBot) -> None:
    array = np.full((60, 60, 4), 255, np.uint8)
    array[10:50, 28:33, :3] = 0
    with qtbot.waitSignal(live.answered):
        live.open_picture(array, "Pasted picture")
    assert isinstance(live.shown, Pictured)


def test_a_broken_picture_gives_a_sentence_and_takes_nothing_away(
    live: Session, qtbot: QtBot, tmp_path: Path, line: Line
) -> None:
    drawn = Drawn(line(*SEVEN))
    with qtbot.waitSignal(live.answered):
        live.show_drawing(drawn)
    before = live.answer
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n then nothing")
    with qtbot.waitSignal(live.failed) as waited:
        live.open_picture(tmp_path / "broken.png", "broken.png")
    assert waited.args
    assert "broken.png" in waited.args[0]
    assert live.shown is drawn
    assert live.answer is before
    assert not live.has_picture
    live.show_picture()
    assert live.shown is drawn

"""The answering thread: its numbers, its faults, its end."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktopcnn.data import catalog
from desktopcnn.data.digit import ALL_STEPS, Drawing
from desktopcnn.errors import DataError
from desktopcnn.networks import library, weights
from desktopcnn.networks.library import Entry
from desktopcnn.ui.answering import Answerer
from desktopcnn.ui.inputs import Drawn
from desktopcnn.ui.loaded import CACHED_NETWORKS

Line = Callable[..., Drawing]


@pytest.fixture
def answerer(qapp: object) -> Iterator[Answerer]:
    answerer = Answerer()
    yield answerer
    answerer.close()


@pytest.fixture
def started(answerer: Answerer, qtbot: QtBot) -> Answerer:
    with qtbot.waitSignal(answerer.test_loaded, timeout=120_000):
        answerer.start()
    return answerer


@pytest.fixture
def entry() -> Entry:
    return library.shipped()[0]


def test_answers_carry_the_number_of_their_request(
    started: Answerer, qtbot: QtBot, entry: Entry, line: Line
) -> None:
    numbers = []
    for end in (90, 95):
        with qtbot.waitSignal(started.answered) as waited:
            started.ask(entry, Drawn(line((20, 20), (end, 90))), ALL_STEPS)
        assert waited.args
        numbers.append(waited.args[0].number)
    assert numbers[0] < numbers[1]


def test_a_file_that_was_written_anew_is_read_anew(
    started: Answerer, qtbot: QtBot, line: Line, tmp_path: Path
) -> None:
    """As the best network of a run that is gone on with."""
    first, second = library.shipped()[1:3]
    path = tmp_path / "best.safetensors"
    answers = []
    for source in (first, second, None):
        if source:
            path.write_bytes(source.path.read_bytes())
            os.utime(path, (len(answers), len(answers)))
        else:
            path.unlink()  # what was read last answers still
        with qtbot.waitSignal(started.answered) as waited:
            started.ask(Entry("best", path, second.card), Drawn(line((20, 20), (90, 90))), ALL_STEPS)
        assert waited.args
        answers.append([layer.name for layer in waited.args[0].trace.layers])
    assert answers[0] != answers[1] == answers[2]


def test_what_was_withdrawn_is_not_answered(
    started: Answerer, qtbot: QtBot, gate: Any, entry: Entry, line: Line
) -> None:
    answers: list[Any] = []
    started.answered.connect(answers.append)
    started.ask(entry, Drawn(line((20, 20), (90, 90))), ALL_STEPS)
    qtbot.waitUntil(gate.reached.is_set)
    started.withdraw()
    gate.opened.set()
    shown = Drawn(line((20, 20), (95, 90)))
    with qtbot.waitSignal(started.answered):
        started.ask(entry, shown, ALL_STEPS)
    assert [answer.shown for answer in answers] == [shown]


def test_a_failure_of_what_was_withdrawn_is_not_told(
    started: Answerer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, entry: Entry, damaged: str, line: Line
) -> None:
    failures: list[str] = []
    started.failed.connect(failures.append)
    bad = library.saved()[0]
    assert bad.name == damaged
    started.ask(bad, Drawn(line((20, 20), (90, 90))), ALL_STEPS)
    started.withdraw()
    with qtbot.waitSignal(started.answered):
        started.ask(entry, Drawn(line((20, 20), (90, 90))), ALL_STEPS)
    assert failures == []


def test_a_failure_is_told_and_takes_the_answer_away(
    started: Answerer, qtbot: QtBot, damaged: str, line: Line
) -> None:
    with qtbot.waitSignal(started.answered) as answered, qtbot.waitSignal(started.failed) as failed:
        started.ask(library.saved()[0], Drawn(line((20, 20), (90, 90))), ALL_STEPS)
    assert answered.args == [None]
    assert failed.args
    assert damaged in failed.args[0]


def test_a_network_is_loaded_once(
    started: Answerer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: Line
) -> None:
    loaded: list[Path] = []
    load = weights.load
    monkeypatch.setattr(weights, "load", lambda path: loaded.append(path) or load(path))
    content, card = library.shipped()[0].path.read_bytes(), library.shipped()[0].card
    entries = [Entry(f"n{n}", tmp_path / f"n{n}.safetensors", card) for n in range(CACHED_NETWORKS + 1)]
    for entry in entries:
        entry.path.write_bytes(content)

    def ask(entry: Entry) -> None:
        with qtbot.waitSignal(started.answered):
            started.ask(entry, Drawn(line((20, 20), (90, 90))), ALL_STEPS)

    for entry in (*entries[:CACHED_NETWORKS], *entries[:CACHED_NETWORKS]):
        ask(entry)
    assert loaded == [entry.path for entry in entries[:CACHED_NETWORKS]]
    ask(entries[-1])  # the one that was asked longest ago makes room
    ask(entries[1])
    assert len(loaded) == CACHED_NETWORKS + 1
    ask(entries[0])
    assert len(loaded) == CACHED_NETWORKS + 2


def test_all_members_of_a_vote_stay_in_memory(
    started: Answerer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: Line, poll: Any
) -> None:
    loaded: list[Path] = []
    load = weights.load
    monkeypatch.setattr(weights, "load", lambda path: loaded.append(path) or load(path))
    vote = library.find(str(poll(tmp_path / "poll.json", range(CACHED_NETWORKS + 2), "mean")))
    assert isinstance(vote, library.Vote)
    for member in (0, 5, 0):
        with qtbot.waitSignal(started.answered) as waited:
            started.ask(vote, Drawn(line((20, 20), (90, 90))), ALL_STEPS, member)
        assert waited.args
        assert waited.args[0].trace.answer == member
    assert loaded == [member.path for member in vote.members]


def test_without_torch_there_is_a_sentence_and_no_answer(
    answerer: Answerer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, entry: Entry, line: Line
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with qtbot.waitSignal(answerer.failed) as waited:
        answerer.start()
    assert waited.args
    assert "PyTorch cannot be loaded" in waited.args[0]
    assert "pip install" in waited.args[0]
    with qtbot.assertNotEmitted(answerer.answered):
        answerer.ask(entry, Drawn(line((20, 20), (90, 90))), ALL_STEPS)
        answerer.close()


def test_test_digits_that_cannot_be_read_give_a_sentence(
    answerer: Answerer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, entry: Entry, line: Line
) -> None:
    def fail() -> None:
        raise DataError("The file is gone.")

    monkeypatch.setattr(catalog, "load_mnist_test", fail)
    with qtbot.waitSignal(answerer.failed, timeout=120_000) as waited:
        answerer.start()
    assert waited.args == ["The file is gone."]
    with qtbot.waitSignal(answerer.answered):
        answerer.ask(entry, Drawn(line((20, 20), (90, 90))), ALL_STEPS)


def test_closing_while_the_core_is_loaded_ends_the_thread(answerer: Answerer) -> None:
    answerer.start()
    answerer.close()


def test_closing_while_a_network_works_waits_for_it(
    started: Answerer, qtbot: QtBot, gate: Any, entry: Entry, line: Line
) -> None:
    started.ask(entry, Drawn(line((20, 20), (90, 90))), ALL_STEPS)
    qtbot.waitUntil(gate.reached.is_set)
    gate.opened.set()
    with qtbot.assertNotEmitted(started.answered):
        started.close()
    started.close()


def test_what_was_closed_does_not_start(answerer: Answerer, qtbot: QtBot) -> None:
    answerer.close()
    answerer.start()  # conftest fails a test that leaves a thread

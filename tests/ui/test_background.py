"""One thing done in a thread, its end heard in the window's thread."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from desktopcnn.errors import DataError
from desktopcnn.ui.background import Background


@pytest.fixture
def background(qapp: object) -> Iterator[Background]:
    owner = QObject()
    background = Background(owner)
    yield background
    background.close()


def test_it_is_done_in_a_thread_and_heard_of_in_this_one(background: Background, qtbot: QtBot) -> None:
    heard: list[tuple[Any, ...]] = []
    background.do(threading.current_thread, lambda thread: heard.append((thread, threading.current_thread())))
    qtbot.waitUntil(lambda: heard != [])
    worked_in, heard_in = heard[0]
    assert worked_in is not threading.main_thread()
    assert heard_in is threading.main_thread()


def test_an_error_of_ours_becomes_a_sentence(background: Background, qtbot: QtBot) -> None:
    def fail() -> None:
        raise DataError("The folder is gone.")

    with qtbot.waitSignal(background.failed) as failed:
        background.do(fail, lambda _: None)
    assert failed.args == ["The folder is gone."]


def test_closing_waits_for_it_and_nothing_is_heard(background: Background) -> None:
    begun, may_end = threading.Event(), threading.Event()
    done: list[str] = []
    heard: list[Any] = []

    def work() -> None:
        begun.set()
        assert may_end.wait(30)
        done.append("work")

    background.do(work, heard.append)
    assert begun.wait(30)
    threading.Timer(0.02, may_end.set).start()
    background.close()
    assert done == ["work"]
    QCoreApplication.processEvents()
    assert heard == []


def test_after_closing_nothing_is_done(background: Background) -> None:
    background.close()
    done: list[str] = []
    background.do(lambda: done.append("work"), lambda _: None)
    background.close()
    assert done == []

"""The status line."""

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from desktopcnn.networks import catalog
from desktopcnn.ui.session import Session
from desktopcnn.ui.status import Status
from desktopcnn.ui.trainer import Trainer
from desktopcnn.ui.training_protocol import Order


def words(status: Status) -> list[str]:
    return [label.text() for label in status.findChildren(QLabel)]


def test_says_what_is_loaded(live: Session, show: Any) -> None:
    status = Status(live)
    show(status, 900, 24)
    assert "Loading…" in words(status)
    live.test_loaded.emit()
    assert "MNIST · 10,000 test digits" in words(status)
    assert "CPU, 1 thread" in words(status)


def test_says_how_long_an_answer_took(session: Session, show: Any, answer: Any) -> None:
    status = Status(session)
    show(status, 900, 24)
    time = status.findChild(QLabel, "answerTime")
    assert time.text() == ""
    session.answered.emit(answer())
    assert time.text() == "answer in 0.4 ms"
    session.answered.emit(None)
    assert time.text() == ""


def test_says_how_many_threads_are_in_force(
    session: Session, show: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = Status(session)
    show(status, 900, 24)
    device = status.findChild(QLabel, "device")
    assert device.text() == "CPU, 1 thread"
    monkeypatch.setattr(Trainer, "train", lambda *_: None)
    session.training.start(Order(threads=3))
    assert device.text() == "CPU, 1 thread; training: 3"
    monkeypatch.setattr(session.training, "state", "idle")
    session.training.start(Order(catalog.find("00-dense"), threads=2))
    assert device.text() == "CPU, 1 thread; training 00 dense: 2"

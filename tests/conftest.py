"""What every test stands on: the user's files are not touched, no warning is passed over, nothing is left."""

import gc
import logging
import os
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desktopcnn.data import catalog
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import Activation, Convolution, Dense, Flatten, MaxPool

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from desktopcnn.data.dataset import Dataset
    from desktopcnn.ui.main_window import MainWindow

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

CORE_WITHIN = 120_000
"""Milliseconds for the import of torch, on a cold disk beside other work."""
GONE_WITHIN = 1000
"""Milliseconds for a window to go whose last user is a thread that is just ending."""
MONITORS = {"TMonitor"}
"""Threads of libraries that live as long as the process (tqdm's)."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "logs: the test expects warnings or errors in the log")
    # said by the offscreen platform only, whatever one does
    config.addinivalue_line("qt_log_ignore", r"This plugin does not support [a-zA-Z ]+(\(\))?$")


@pytest.fixture(autouse=True)
def _own_folders(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Runs, networks and settings of a test and its child processes lie in a folder of its own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DESKTOPCNN_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "settings"))
    if "qapp" in request.fixturenames:
        from PySide6.QtCore import QSettings

        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(home / "settings"))


@pytest.fixture(autouse=True)
def _no_warnings_logged(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log fails the test that has no `@pytest.mark.logs`."""
    yield
    records = [
        f"{record.name}: {record.getMessage()}"
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.WARNING
    ]
    if records and not request.node.get_closest_marker("logs"):
        pytest.fail("The test left warnings in the log:\n" + "\n".join(records), pytrace=False)


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    """A thread that outlives its test fails it."""
    before = set(threading.enumerate())
    yield
    left = [
        thread
        for thread in set(threading.enumerate()) - before
        # a dummy stands for a thread of Qt that once ran Python; those are looked at below
        if not isinstance(thread, threading._DummyThread) and type(thread).__name__ not in MONITORS
    ]
    if left:
        pytest.fail(f"The test left threads running: {left}", pytrace=False)


@pytest.fixture(autouse=True)
def _nothing_of_qt_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A QThread, an active QTimer or a window that outlives its test fails it."""
    if "qapp" not in request.fixturenames:
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
    from PySide6.QtWidgets import QApplication

    with pytest.MonkeyPatch.context() as patch:
        threads, timers = _note_starts(patch, QThread), _note_starts(patch, QTimer)
        windows = set(QApplication.topLevelWidgets())
        yield
        left = [f"a running thread: {thread}" for thread in _valid(threads) if thread.isRunning()]
        for thread in _valid(threads):  # a running QThread that is destroyed ends the process
            thread.quit()
            thread.wait()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        left += [f"an active timer: {timer}" for timer in _valid(timers) if timer.isActive()]
        left += [f"a window: {widget}" for widget in _lasting_windows(windows)]
    if left:
        pytest.fail("The test left behind:\n" + "\n".join(left), pytrace=False)


def _lasting_windows(before: "set[QWidget]") -> "list[QWidget]":
    """The windows that were not there before and do not go by themselves within `GONE_WITHIN`.

    One whose last reference fell in another thread, at the end of its job, is deleted here a moment later.
    """
    from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QThread
    from PySide6.QtWidgets import QApplication

    deadline = QDeadlineTimer(GONE_WITHIN)
    while left := [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None and widget not in before and type(widget).__name__ != "QTipLabel"
    ]:
        if deadline.hasExpired():
            break
        QThread.msleep(1)
        QCoreApplication.processEvents()
    return left


def _note_starts(patch: pytest.MonkeyPatch, kind: type) -> "weakref.WeakSet[Any]":
    """A set that takes in every object of that kind when it is started."""
    started: weakref.WeakSet[Any] = weakref.WeakSet()
    start = kind.start  # type: ignore[attr-defined]

    def noted(self: object, *arguments: object) -> None:
        started.add(self)
        start(self, *arguments)

    patch.setattr(kind, "start", noted)
    return started


def _valid(objects: "weakref.WeakSet[Any]") -> list[Any]:
    """Those whose C++ half still exists."""
    import shiboken6

    return [thing for thing in list(objects) if shiboken6.isValid(thing)]


@pytest.fixture
def window(qtbot: "QtBot") -> Iterator["MainWindow"]:
    """The window as a user has it a moment after the start: torch and the test digits are there."""
    from desktopcnn.ui.main_window import MainWindow

    window = MainWindow()
    with qtbot.waitSignal(window.session.test_loaded, timeout=CORE_WITHIN):
        window.show()
    yield window
    window.session.training.stop()  # else closing asks, and nobody answers
    qtbot.waitUntil(lambda: not window.session.training.is_busy, timeout=CORE_WITHIN)
    window.close()
    window.deleteLater()


@pytest.fixture(scope="session")
def few() -> "Dataset":
    """A few digits of MNIST."""
    whole = catalog.load_mnist()
    return replace(whole, train=whole.train[:500], validation=whole.validation[:200], test=whole.test[:200])


@pytest.fixture
def few_digits(monkeypatch: pytest.MonkeyPatch, few: "Dataset") -> None:
    """MNIST is small, so that a training takes no time."""
    monkeypatch.setitem(catalog.CATALOG, "mnist", lambda: few)


@pytest.fixture
def small() -> Architecture:
    """A network that learns in no time."""
    layers = (Convolution(4, 5, stride=2), Activation("relu"), MaxPool(2), Flatten(), Dense(10))
    return Architecture("small", "small", (1, 28, 28), layers)


Draw = Callable[["QWidget", Iterable[tuple[float, float]]], None]


@pytest.fixture
def draw() -> Draw:
    """Draws a line on a canvas by mouse events; its places are in canvas units."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtTest import QTest

    from desktopcnn.data.digit import CANVAS

    def draw(canvas: "QWidget", places: Iterable[tuple[float, float]]) -> None:
        side = min(canvas.width(), canvas.height())
        corner = QPointF((canvas.width() - side) / 2, (canvas.height() - side) / 2)
        points = [(corner + QPointF(x, y) * (side / CANVAS)).toPoint() for x, y in places]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
        for point in points[1:]:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[-1])

    return draw


@pytest.fixture
def poll() -> Callable[..., Path]:
    """Writes a vote whose members answer every picture with a class of their own; returns its file.

    classes: that of each member, of the ten digits; certainty: the logit of it, the others' are 0.
    """
    import torch

    from desktopcnn.networks import ensemble, weights
    from desktopcnn.networks.card import Card, read_header
    from desktopcnn.networks.modules import build

    digits = tuple("0123456789")
    constant = Architecture("constant", "Constant", (1, 28, 28), (Flatten(), Dense(10)))

    def poll(path: Path, classes: Sequence[int], rule: ensemble.Rule, certainty: float = 4.0) -> Path:
        members = []
        for number, chosen in enumerate(classes, 1):
            module = build(constant)
            for parameter in module.parameters():
                torch.nn.init.zeros_(parameter)
            torch.nn.init.constant_(module.dense1.bias[chosen : chosen + 1], certainty)
            file = f"members/{path.stem}-{number}.safetensors"
            card = Card(f"Number {number}", constant, digits, metrics={"test_accuracy": 0.1})
            weights.save(path.parent / file, module, card)
            members.append(ensemble.Member(file, read_header(path.parent / file).metadata["sha256"]))
        figures = {"test_accuracy": 0.125, "test_errors": 8750}
        ensemble.write(path, ensemble.Ensemble("A poll", digits, rule, tuple(members), figures))
        return path

    return poll


@pytest.fixture(scope="session", autouse=True)
def _orderly_end() -> Iterator[None]:
    """Qt's objects go before Python does: what is collected while it shuts down can end in an abort."""
    yield
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    for widget in QApplication.topLevelWidgets():
        widget.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()

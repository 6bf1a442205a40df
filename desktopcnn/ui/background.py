"""Doing one thing in a thread and hearing of its end in the window's thread."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, SignalInstance, Slot

from desktopcnn.errors import DesktopCNNError


class Background(QObject):
    """Jobs of one owner; those that end after the owner is gone are heard by nobody."""

    failed = Signal(str)
    _ended = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._closed = False
        self._ended.connect(self._hear)

    def do(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Run `job` in a thread and call `then` with its result in this one.

        A `DesktopCNNError` of the job becomes a sentence of `failed`. After `close` nothing is done.
        """
        if not self._closed:
            self._pool.start(_Job(self, job, then))

    def close(self) -> None:
        """Wait for what is under way; nothing is heard of it."""
        self._closed = True
        self._pool.clear()
        self._pool.waitForDone()

    @Slot(object, object)
    def _hear(self, then: Callable[[Any], None], result: object) -> None:
        if not self._closed:
            then(result)


class _Job(QRunnable):
    def __init__(self, owner: Background, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        super().__init__()
        self._owner, self._job, self._then = owner, job, then

    def run(self) -> None:
        try:
            self._speak(self._owner._ended, self._then, self._job())
        except DesktopCNNError as error:
            self._speak(self._owner.failed, str(error))

    def _speak(self, signal: SignalInstance, *words: object) -> None:
        with suppress(RuntimeError):  # the owner is gone: the window was closed meanwhile
            signal.emit(*words)

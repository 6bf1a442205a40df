"""The window's side of the thread that trains: begins one training at a time, and passes on what it says."""

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from desktopcnn.ui.training_protocol import Control, Ended, Order
from desktopcnn.ui.training_worker import TrainingWorker

RETRY = 5000
"""Milliseconds between two attempts to write what could not be written."""


class Trainer(QObject):
    """The window's side: one training at a time."""

    begun = Signal(object)  # Begun
    progressed = Signal(object)  # tuple[Event, ...]
    looked = Signal(object)  # Weights
    changed = Signal(object)  # Recipe
    refused = Signal(str)
    ended = Signal(object)  # Ended
    unsaved = Signal(str)  # why what could not be saved still cannot
    saved = Signal(str)  # title of a network that could not be saved before
    _ordered = Signal(object, object)
    _save_wanted = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.control = Control()
        self._closed = False
        self._thread = QThread(self)
        self._thread.setObjectName("training")
        self._worker = TrainingWorker()
        self._worker.moveToThread(self._thread)
        self._ordered.connect(self._worker.train)
        self._save_wanted.connect(self._worker.save)
        for name in ("begun", "progressed", "looked", "changed", "refused", "ended", "unsaved", "saved"):
            getattr(self._worker, name).connect(getattr(self, name))
        self._retry = QTimer(self)
        self._retry.timeout.connect(lambda: self._save_wanted.emit(False))
        self._worker.ended.connect(self._follow_end)
        self._worker.saved.connect(self._retry.stop)

    def train(self, order: Order) -> None:
        """Begin; to be called only after the last training has `ended`. After `close` nothing begins."""
        if self._closed:
            return
        watched = self.control.watched.is_set()
        self.control = Control()
        self.watch(watched)
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.LowPriority)
        self._ordered.emit(order, self.control)

    def save_again(self) -> None:
        """Try now what is tried now and then: to write what could not be written."""
        self._save_wanted.emit(True)

    @Slot(object)
    def _follow_end(self, ended: Ended) -> None:
        if ended.is_unsaved:
            self._retry.start(RETRY)

    def watch(self, wanted: bool) -> None:
        """Whether copies of the weights shall be sent several times a second."""
        (self.control.watched.set if wanted else self.control.watched.clear)()

    def close(self) -> None:
        """Stop what is trained (it is saved) and end the thread."""
        self._closed = True
        self.control.stop()
        self._retry.stop()
        self._thread.quit()
        self._thread.wait()
        self._worker.save(False)  # the last chance; its thread is no more

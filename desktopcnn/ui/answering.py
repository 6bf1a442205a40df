"""The thread that answers: the one door through which the window reaches torch.

Requests are numbered. Only the newest is worked on (the others are passed over when their turn comes),
so that a network slower than the pen answers as often as it can and never falls behind.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from desktopcnn.data.digit import Frame, Stage, Steps
from desktopcnn.errors import DesktopCNNError
from desktopcnn.networks.library import Entry
from desktopcnn.ui import inputs
from desktopcnn.ui.inputs import Input, Pictured

if TYPE_CHECKING:
    from desktopcnn.inspection.trace import Trace
    from desktopcnn.networks.weights import Network

CACHED_NETWORKS = 4


@dataclass(frozen=True, eq=False)
class Request:
    """Which network shall answer which input, prepared by which steps."""

    number: int
    entry: Entry
    shown: Input
    steps: Steps


@dataclass(frozen=True, eq=False)
class Answer:
    """All that a network computed for one input. seconds: of the forward pass."""

    number: int
    entry: Entry
    shown: Input
    stages: tuple[Stage, ...]
    trace: "Trace"
    seconds: float

    @property
    def frame(self) -> Frame:
        """What the network was given."""
        return self.stages[-1].frame


class _Worker(QObject):
    """Lives in the answering thread; its slots run there, one after the other."""

    answered = Signal(object)
    pictured = Signal(object)
    test_loaded = Signal(object)
    failed = Signal(str)
    _core_there = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._core_there.connect(self.load_test, Qt.ConnectionType.QueuedConnection)
        self.newest = 0  # set by the window's thread: what is older need not be answered
        self._networks: OrderedDict[Path, Network] = OrderedDict()

    @Slot()
    def start(self) -> None:
        """Import torch, which takes a second or two: the window stands already."""
        import torch

        torch.set_num_threads(1)  # one picture is too little work to share
        self._core_there.emit()

    @Slot()
    def load_test(self) -> None:
        """Read the test digits; behind the first answers in the queue."""
        from desktopcnn.data import catalog

        try:
            self.test_loaded.emit(catalog.load_mnist_test())
        except DesktopCNNError as error:
            self.failed.emit(str(error))

    @Slot(object)
    def answer(self, request: Request) -> None:
        if request.number < self.newest:
            return
        try:
            self.answered.emit(self._answer(request))
        except DesktopCNNError as error:
            self.failed.emit(str(error))

    def _answer(self, request: Request) -> Answer:
        from desktopcnn.inspection.trace import trace

        stages = inputs.stages(request.shown, request.steps)
        network = self._network(request.entry)
        began = time.perf_counter()
        traced = trace(network.module, stages[-1].frame[None])
        seconds = time.perf_counter() - began
        return Answer(request.number, request.entry, request.shown, stages, traced, seconds)

    def _network(self, entry: Entry) -> "Network":
        from desktopcnn.networks import weights

        if entry.path not in self._networks:
            self._networks[entry.path] = weights.load(entry.path)
        self._networks.move_to_end(entry.path)
        if len(self._networks) > CACHED_NETWORKS:
            self._networks.popitem(last=False)
        return self._networks[entry.path]

    @Slot(object, str)
    def open_picture(self, source: Path | bytes, title: str) -> None:
        from desktopcnn.data import picture

        try:
            read = picture.load if isinstance(source, Path) else picture.from_bytes
            self.pictured.emit(Pictured(title, read(source)))
        except DesktopCNNError as error:
            self.failed.emit(str(error))


class Answerer(QObject):
    """The window's side: ask here, and listen to `answered`, `pictured`, `test_loaded`, `failed`."""

    answered = Signal(object)  # Answer
    pictured = Signal(object)  # Pictured
    test_loaded = Signal(object)  # data.dataset.Part
    failed = Signal(str)
    _requested = Signal(object)
    _opened = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = self._withdrawn = 0
        self._thread = QThread(self)
        self._thread.setObjectName("answering")
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        self._requested.connect(self._worker.answer)
        self._opened.connect(self._worker.open_picture)
        self._thread.started.connect(self._worker.start)
        self._worker.answered.connect(self._pass_on)
        self._worker.pictured.connect(self.pictured)
        self._worker.test_loaded.connect(self.test_loaded)
        self._worker.failed.connect(self.failed)

    def start(self) -> None:
        """Begin to work; what was asked before is answered then."""
        self._thread.start()

    def ask(self, entry: Entry, shown: Input, steps: Steps) -> None:
        """Have `shown` answered; older requests that still wait are given up."""
        self._number += 1
        self._worker.newest = self._number
        self._requested.emit(Request(self._number, entry, shown, steps))

    def withdraw(self) -> None:
        """Let no answer come to what was asked so far."""
        self._number += 1
        self._worker.newest = self._withdrawn = self._number

    def open_picture(self, source: Path | bytes, title: str) -> None:
        """Read a picture file, or the bytes of one, into a `Pictured`."""
        self._opened.emit(source, title)

    def close(self) -> None:
        """End the thread; waits for the slot it is in."""
        self.withdraw()
        self._thread.quit()
        self._thread.wait()

    @Slot(object)
    def _pass_on(self, answer: Answer) -> None:
        if answer.number > self._withdrawn:
            self.answered.emit(answer)

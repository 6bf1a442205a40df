"""The thread that answers: the one door through which the window reaches torch.

Requests are numbered. Only the newest is worked on (the others are passed over when their turn comes),
so that a network slower than the pen answers as often as it can and never falls behind.
"""

import gc
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from desktopcnn.data.digit import Frame, Stage, Steps
from desktopcnn.errors import DesktopCNNError, NetworkError
from desktopcnn.inspection.given import Given, brief
from desktopcnn.networks.library import Entry, Vote
from desktopcnn.ui import inputs, preload
from desktopcnn.ui.inputs import Input, Pictured
from desktopcnn.ui.loaded import LoadedNetworks

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from torch import nn

    from desktopcnn.inspection.ballot import Ballot
    from desktopcnn.inspection.part import Array, Part
    from desktopcnn.inspection.trace import Trace

AnyEntry = Entry | Vote | Given
"""Whoever can answer."""
Pixels = npt.NDArray[np.uint8]
"""(height, width, 4): red, green, blue and opacity, 0 to 255."""
THREADS = 1
"""One picture is too little work to share."""


@dataclass(frozen=True, eq=False)
class Request:
    """Which network shall answer which input, prepared by which steps.

    member: of a vote, the one whose layers are kept.
    """

    number: int
    entry: AnyEntry
    shown: Input
    steps: Steps
    member: int = 0


@dataclass(frozen=True, eq=False)
class Answer:
    """All that a network computed for one input. seconds: of the forward pass.

    anatomy: its layers by name, with their weights; the same object as long as the weights are the same.
    Where the network is a vote, ballot has what its members say; trace and anatomy are those of `member`.
    """

    number: int
    entry: AnyEntry
    shown: Input
    stages: tuple[Stage, ...]
    trace: "Trace"
    anatomy: "Mapping[str, Part]"
    seconds: float
    ballot: "Ballot | None" = None
    member: int = 0

    @property
    def traced(self) -> Entry | Given:
        """The network whose layers `trace` holds."""
        return self.entry.members[self.member] if isinstance(self.entry, Vote) else self.entry

    @property
    def best(self) -> int:
        """Place of the class that is the answer."""
        return self.ballot.answer if self.ballot else self.trace.answer

    @property
    def shares(self) -> "Array":
        """(classes,): their probabilities, 0 to 1; of a vote the mean of its members'."""
        return self.ballot.shares if self.ballot else self.trace.probabilities

    @property
    def frame(self) -> Frame:
        """What the network was given."""
        return self.stages[-1].frame


def _check_layers(given: Given, trace: "Trace") -> None:
    """Raise `NetworkError` where a module chose another way through its layers than for the first picture."""
    there = [(step.name, step.output.shape) for step in trace.steps]
    if there != [(stop.name, stop.output_shape) for stop in given.outline]:
        raise NetworkError(
            f"{given.title} runs through other layers for this picture than for the first one, "
            "whose columns are shown."
        )


class _Worker(QObject):
    """Lives in the answering thread; its slots run there, one after the other."""

    answered = Signal(object)
    unanswered = Signal(int, str)
    pictured = Signal(object)
    unread = Signal()
    test_loaded = Signal(object)
    failed = Signal(str)
    _core_there = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._core_there.connect(self.load_test, Qt.ConnectionType.QueuedConnection)
        self.newest = 0  # set by the window's thread: what is older need not be answered
        self._has_core = False
        self._networks = LoadedNetworks()

    @Slot()
    def start(self) -> None:
        """Import torch, which takes a second or two: the window stands already."""
        preload.torch_libraries()
        try:
            import torch
        except (ImportError, OSError) as error:  # OSError: a library that torch needs
            text = self.tr("PyTorch cannot be loaded ({0}). Install DesktopCNN again: pip install .")
            self.failed.emit(text.format(error))
            return
        self._has_core = True
        if not gc.get_freeze_count():
            gc.freeze()  # or each full collection would look at all of torch, and stop the window for 0.14 s
        torch.set_num_threads(THREADS)
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
        if request.number < self.newest or not self._has_core:
            return
        try:
            self.answered.emit(self._answer(request))
        except DesktopCNNError as error:
            self.unanswered.emit(request.number, str(error))
        except Exception as error:
            # torch has no memory, above all; the user's own module may raise anything
            if not isinstance(error, RuntimeError | MemoryError) and not isinstance(request.entry, Given):
                raise
            text = self.tr("{0} cannot answer: {1}.").format(request.entry.title, brief(error))
            self.unanswered.emit(request.number, text)

    def _answer(self, request: Request) -> Answer:
        from desktopcnn.inspection.ballot import vote
        from desktopcnn.inspection.trace import trace

        entry, ballot = request.entry, None
        stages = inputs.stages(request.shown, request.steps)
        frame = stages[-1].frame
        image = frame if frame.ndim == 3 else frame[None]
        modules, anatomy = self._loaded(entry, request.member)
        began = time.perf_counter()
        if isinstance(entry, Vote):
            traced, ballot = vote(entry.ensemble.rule, modules, image, request.member)
        else:
            traced = trace(modules[0], image)
        seconds = time.perf_counter() - began
        if isinstance(entry, Given):
            _check_layers(entry, traced)
        return Answer(
            request.number, entry, request.shown, stages, traced, anatomy, seconds, ballot, request.member
        )

    def _loaded(self, entry: AnyEntry, member: int) -> "tuple[list[nn.Module], Mapping[str, Part]]":
        """The modules that answer, and the layers of the one that is looked into."""
        if isinstance(entry, Given):
            return [entry.module], entry.anatomy
        members = entry.members if isinstance(entry, Vote) else (entry,)
        loaded = [self._networks.of(network, len(members)) for network in members]
        return [network.module for network in loaded], loaded[member].anatomy

    @Slot(object, object)
    def take_weights(self, entry: Entry, tensors: "Mapping[str, torch.Tensor]") -> None:
        """Let the network in training answer with these weights."""
        self._networks.take_weights(entry, tensors)

    @Slot(object, str)
    def open_picture(self, source: Path | Pixels, title: str) -> None:
        from desktopcnn.data import picture

        try:
            read = picture.load(source) if isinstance(source, Path) else picture.from_array(source, title)
            self.pictured.emit(Pictured(title, read))
        except DesktopCNNError as error:
            self.unread.emit()
            self.failed.emit(str(error))


class Answerer(QObject):
    """The window's side: ask here, and listen to its signals."""

    answered = Signal(object)  # Answer, or None when the newest request could not be answered
    pictured = Signal(object)  # Pictured
    unread = Signal()  # what was opened is no picture
    test_loaded = Signal(object)  # data.dataset.Part
    failed = Signal(str)
    _requested = Signal(object)
    _opened = Signal(object, str)
    _given = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = self._withdrawn = 0
        self._closed = False
        self._thread = QThread(self)
        self._thread.setObjectName("answering")
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        self._requested.connect(self._worker.answer)
        self._opened.connect(self._worker.open_picture)
        self._given.connect(self._worker.take_weights)
        self._thread.started.connect(self._worker.start)
        self._worker.answered.connect(self._pass_on)
        self._worker.unanswered.connect(self._give_up)
        self._worker.pictured.connect(self.pictured)
        self._worker.unread.connect(self.unread)
        self._worker.test_loaded.connect(self.test_loaded)
        self._worker.failed.connect(self.failed)

    def start(self) -> None:
        """Begin to work; what was asked before is answered then. After `close` nothing begins."""
        if not self._closed:
            self._thread.start()

    def ask(self, entry: AnyEntry, shown: Input, steps: Steps, member: int = 0) -> None:
        """Have `shown` answered; older requests that still wait are given up."""
        self._number += 1
        self._worker.newest = self._number
        self._requested.emit(Request(self._number, entry, shown, steps, member))

    def withdraw(self) -> None:
        """Let no answer come to what was asked so far."""
        self._number += 1
        self._worker.newest = self._withdrawn = self._number

    def give_weights(self, entry: Entry, tensors: "Mapping[str, torch.Tensor]") -> None:
        """New weights of the network in training: what is asked from now on is answered with them."""
        self._given.emit(entry, tensors)

    def open_picture(self, source: Path | Pixels, title: str) -> None:
        """Make a `Pictured` of a picture file or of pixels."""
        self._opened.emit(source, title)

    def close(self) -> None:
        """End the thread; waits for the slot it is in."""
        self._closed = True
        self.withdraw()
        self._thread.quit()
        self._thread.wait()

    @Slot(object)
    def _pass_on(self, answer: Answer) -> None:
        if answer.number > self._withdrawn:
            self.answered.emit(answer)

    @Slot(int, str)
    def _give_up(self, number: int, reason: str) -> None:
        if number > self._withdrawn:
            self.answered.emit(None)  # the answer that is shown is another network's or input's
            self.failed.emit(reason)

"""The thread that answers: the one door through which the window reaches torch.

Requests are numbered. Only the newest is worked on (the others are passed over when their turn comes),
so that a network slower than the pen answers as often as it can and never falls behind.
"""

import gc
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from desktopcnn.data.digit import Frame, Stage, Steps
from desktopcnn.errors import DesktopCNNError, NetworkError
from desktopcnn.inspection.given import Given
from desktopcnn.networks.library import Entry
from desktopcnn.ui import inputs, preload
from desktopcnn.ui.inputs import Input, Pictured

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from torch import nn

    from desktopcnn.inspection.part import Part
    from desktopcnn.inspection.trace import Trace

Pixels = npt.NDArray[np.uint8]
"""(height, width, 4): red, green, blue and opacity, 0 to 255."""
CACHED_NETWORKS = 4
THREADS = 1
"""One picture is too little work to share."""


@dataclass(frozen=True, eq=False)
class Request:
    """Which network shall answer which input, prepared by which steps."""

    number: int
    entry: Entry | Given
    shown: Input
    steps: Steps


@dataclass(frozen=True, eq=False)
class Answer:
    """All that a network computed for one input. seconds: of the forward pass.

    anatomy: its layers by name, with their weights; the same object as long as the weights are the same.
    """

    number: int
    entry: Entry | Given
    shown: Input
    stages: tuple[Stage, ...]
    trace: "Trace"
    anatomy: "Mapping[str, Part]"
    seconds: float

    @property
    def frame(self) -> Frame:
        """What the network was given."""
        return self.stages[-1].frame


@dataclass(frozen=True, eq=False)
class _Loaded:
    module: "nn.Module"
    anatomy: "Mapping[str, Part]"


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
        self._networks: OrderedDict[Path, _Loaded] = OrderedDict()
        self._broken: dict[Path, str] = {}
        self._written: dict[Path, int] = {}
        self._live: tuple[Path, _Loaded] | None = None

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
            text = self.tr("{0} cannot answer: {1}.").format(request.entry.title, error)
            self.unanswered.emit(request.number, text)

    def _answer(self, request: Request) -> Answer:
        from desktopcnn.inspection.trace import trace

        stages = inputs.stages(request.shown, request.steps)
        loaded = self._loaded(request.entry)
        began = time.perf_counter()
        frame = stages[-1].frame
        traced = trace(loaded.module, frame if frame.ndim == 3 else frame[None])
        seconds = time.perf_counter() - began
        if isinstance(request.entry, Given):
            _check_layers(request.entry, traced)
        return Answer(request.number, request.entry, request.shown, stages, traced, loaded.anatomy, seconds)

    def _loaded(self, entry: Entry | Given) -> _Loaded:
        from desktopcnn.inspection.anatomy import anatomy
        from desktopcnn.networks import weights

        if isinstance(entry, Given):
            return _Loaded(entry.module, entry.anatomy)
        if self._live and entry.path == self._live[0]:
            return self._live[1]
        self._forget_if_rewritten(entry.path)
        if entry.path in self._broken:  # not read again with every move of the pen
            raise NetworkError(self._broken[entry.path])
        if entry.path not in self._networks:
            try:
                module = weights.load(entry.path).module
            except NetworkError as error:
                self._broken[entry.path] = str(error)
                raise
            self._networks[entry.path] = _Loaded(module, anatomy(module))
        self._networks.move_to_end(entry.path)
        if len(self._networks) > CACHED_NETWORKS:
            self._networks.popitem(last=False)
        return self._networks[entry.path]

    def _forget_if_rewritten(self, path: Path) -> None:
        """A run that is gone on with writes its best network anew, in the same file."""
        try:
            written = path.stat().st_mtime_ns
        except OSError:
            return  # a snapshot that was thinned out since: what was read of it answers still
        if self._written.setdefault(path, written) != written:
            self._written[path] = written
            self._networks.pop(path, None)
            self._broken.pop(path, None)

    @Slot(object, object)
    def take_weights(self, entry: Entry, tensors: "Mapping[str, torch.Tensor]") -> None:
        """Let the network in training answer with these weights."""
        from desktopcnn.inspection.anatomy import anatomy
        from desktopcnn.networks import modules

        if self._live and self._live[0] == entry.path:
            module = self._live[1].module
        else:
            module = modules.build(entry.card.architecture).eval()
        module.load_state_dict(tensors)
        self._live = (entry.path, _Loaded(module, anatomy(module)))

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

    def ask(self, entry: Entry | Given, shown: Input, steps: Steps) -> None:
        """Have `shown` answered; older requests that still wait are given up."""
        self._number += 1
        self._worker.newest = self._number
        self._requested.emit(Request(self._number, entry, shown, steps))

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

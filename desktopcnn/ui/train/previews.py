"""The thread behind the training form: distorted digits, what a data set holds, seconds for an epoch.

Requests are numbered; only the newest of each kind is worked on, and a probe that nobody waits for any
more ends after a few steps. Everything that needs torch is imported here, in the thread.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import shiboken6
from PySide6.QtCore import QObject, QThread, Signal, Slot

from desktopcnn.data.dataset import Images, Part
from desktopcnn.data.distortion import Distortion
from desktopcnn.errors import DesktopCNNError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui import preload

KEPT_DIGITS = 64
FAILURES = (DesktopCNNError, ImportError, OSError, RuntimeError, ValueError)
"""What a probe may end in besides our own errors: torch missing, or an error of torch."""
NEVER = 2**62


@dataclass(frozen=True, eq=False)
class Showing:
    """Which pictures shall be distorted, how, and by which draw of the dice."""

    number: int
    images: Images
    distortion: Distortion
    seed: int


@dataclass(frozen=True)
class Load:
    """What shall be timed: an epoch of that training, with that many threads."""

    architecture: Architecture
    recipe: Recipe
    dataset: str
    threads: int

    @property
    def key(self) -> Hashable:
        """Equal for loads that take the same time."""
        architecture = self.architecture
        return (
            architecture.input_shape,
            architecture.layers,
            self.recipe.workload(),
            self.dataset,
            self.threads,
        )


@dataclass(frozen=True, eq=False)
class Facts:
    """What the form wants to know of a data set; digits: a few of its training images."""

    dataset: str
    images: int
    validation: int
    classes: int
    shape: tuple[int, int, int]
    digits: Part


class _Worker(QObject):
    """Lives in the thread; its slots run there, one after the other."""

    shown = Signal(int, object)
    learnt = Signal(object)
    unreadable = Signal(str, str)
    timed = Signal(int, object, float)
    failed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        # set by the window's thread: what is older need not be done
        self.newest_showing = self.newest_load = 0
        self._facts: dict[str, Facts] = {}

    @Slot(object)
    def show(self, showing: Showing) -> None:
        if showing.number < self.newest_showing:
            return
        try:
            self.shown.emit(showing.number, _distorted(showing))
        except FAILURES as error:
            self.failed.emit(0, str(error))

    @Slot(str)
    def learn(self, dataset: str) -> None:
        """Read a data set once, for its facts."""
        if self.newest_load == NEVER:
            return
        try:
            if dataset not in self._facts:
                self._facts[dataset] = _facts(dataset)
            self.learnt.emit(self._facts[dataset])
        except DesktopCNNError as error:
            self.unreadable.emit(dataset, str(error))

    @Slot(int, object)
    def time(self, number: int, load: Load) -> None:
        facts = self._facts.get(load.dataset)
        if number < self.newest_load or facts is None:
            return
        try:
            seconds = _seconds(load, facts, stop=lambda: number < self.newest_load)
        except FAILURES as error:
            self.failed.emit(number, str(error))
        else:
            self.timed.emit(number, load.key, seconds)


def _distorted(showing: Showing) -> tuple[npt.NDArray[np.float32], ...]:
    """The pictures as frames of 0 to 1, each distorted in its own way."""
    preload.torch_libraries()
    import torch

    from desktopcnn.data.augment import distort
    from desktopcnn.evaluation.report import to_input

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(showing.seed)
    frames = distort(to_input(showing.images), showing.distortion, generator)
    return tuple(frame[0] for frame in frames.numpy())


def _facts(name: str) -> Facts:
    from desktopcnn.data import catalog

    dataset = catalog.load(name)
    some = dataset.train[:KEPT_DIGITS]
    digits = Part(some.images.copy(), some.labels.copy())
    return Facts(
        name, len(dataset.train), len(dataset.validation), len(dataset.classes), dataset.shape, digits
    )


def _seconds(load: Load, facts: Facts, stop: Callable[[], bool]) -> float:
    preload.torch_libraries()
    from desktopcnn.training.probe import seconds_per_epoch

    return seconds_per_epoch(
        load.architecture, load.recipe, facts.images, load.threads, validation=facts.validation, stop=stop
    )


class Previews(QObject):
    """The window's side. Figures that were measured once are kept."""

    shown = Signal(object)  # tuple of frames
    learnt = Signal(object)  # Facts
    unreadable = Signal(str, str)  # data set, reason
    timed = Signal()
    unmeasured = Signal(str)  # reason
    _show = Signal(object)
    _learn = Signal(str)
    _time = Signal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._showing = self._load = 0
        self._closed = False
        self._measured: dict[Hashable, float] = {}
        # no child of anything: destroyed while it runs, a thread ends the process
        self._thread = QThread()
        self._thread.setObjectName("previews")
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        self._show.connect(self._worker.show)
        self._learn.connect(self._worker.learn)
        self._time.connect(self._worker.time)
        self._worker.shown.connect(self._take_shown)
        self._worker.learnt.connect(self.learnt)
        self._worker.unreadable.connect(self.unreadable)
        self._worker.timed.connect(self._take_time)
        self._worker.failed.connect(self._take_failure)
        parent.destroyed.connect(partial(_end, self._thread, self._worker))

    def start(self) -> None:
        """Begin to work; what was asked before is done then. After `close` nothing begins."""
        if not self._closed:
            self._thread.start()

    def close(self) -> None:
        """End the thread; waits for the step that it is in."""
        self._closed = True
        _end(self._thread, self._worker)

    def show(self, images: Images, distortion: Distortion, seed: int) -> None:
        """Have these pictures distorted; `shown` tells."""
        if not self._closed:
            self._showing += 1
            self._worker.newest_showing = self._showing
            self._show.emit(Showing(self._showing, images, distortion, seed))

    def learn(self, dataset: str) -> None:
        """Have the facts of that data set read; `learnt` or `unreadable` tells."""
        if not self._closed:
            self._learn.emit(dataset)

    def seconds(self, load: Load) -> float | None:
        """Seconds for an epoch, where they were measured already."""
        return self._measured.get(load.key)

    def time(self, load: Load) -> None:
        """Have an epoch timed, its data set's facts known already; `timed` or `unmeasured` tells."""
        if not self._closed:
            self.leave_off()
            self._time.emit(self._load, load)

    def leave_off(self) -> None:
        """Let nothing be timed that was asked so far."""
        if not self._closed:
            self._load += 1
            self._worker.newest_load = self._load

    @Slot(int, object)
    def _take_shown(self, number: int, frames: tuple[npt.NDArray[np.float32], ...]) -> None:
        if number == self._showing and not self._closed:
            self.shown.emit(frames)

    @Slot(int, object, float)
    def _take_time(self, number: int, key: Hashable, seconds: float) -> None:
        if number == self._load and not self._closed:  # an older one was broken off
            self._measured[key] = seconds
            self.timed.emit()

    @Slot(int, str)
    def _take_failure(self, number: int, reason: str) -> None:
        if number == self._load and not self._closed:
            self.unmeasured.emit(reason)


def _end(thread: QThread, worker: _Worker, *_: object) -> None:
    worker.newest_showing = worker.newest_load = NEVER
    if shiboken6.isValid(thread):  # at the interpreter's end it may be gone before the form
        thread.quit()
        thread.wait()

"""What works in the thread that trains: iterates the generator, looks at its control between steps.

The module belongs to this thread alone. What leaves it are events, and now and then a copy of the weights.
"""

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from desktopcnn.errors import DataError, DesktopCNNError, TrainingError, UnsavedError
from desktopcnn.networks.card import Card
from desktopcnn.ui.training_protocol import Begun, Control, Ended, How, Order, Weights

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from desktopcnn.training.history import Event
    from desktopcnn.training.loop import Training
    from desktopcnn.training.run import Run

SEND_EVERY, SHOW_EVERY, LISTEN_EVERY = 0.2, 0.2, 0.1
"""Seconds between two deliveries of events, of weights to look at, and while it is held between two looks.

Each has something drawn, which takes the interpreter from this thread: with 20 deliveries a second a training
lost 6 % more (benchmarks/window.py train).
"""


class TrainingWorker(QObject):
    """Lives in the training thread."""

    begun = Signal(object)
    progressed = Signal(object)
    looked = Signal(object)
    changed = Signal(object)
    refused = Signal(str)
    ended = Signal(object)
    unsaved = Signal(str)
    saved = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._unsaved: dict[Path, Callable[[], str]] = {}

    @Slot(object, object)
    def train(self, order: Order, control: Control) -> None:
        """Carry one order out; whatever happens, `ended` is emitted once."""
        run = None
        try:
            run, dataset, training = self._prepare(order)
            unsaved = None
            try:
                done = self._follow(run, training, dataset, control)
            except UnsavedError as error:
                done, unsaved = not control.stopped.is_set(), error
            ended = self._judge("done" if done else "stopped", run, dataset, training, unsaved)
        except TrainingError as error:
            ended = Ended("failed", run, str(error), remedy=error.remedy)
        except DesktopCNNError as error:
            ended = Ended("failed", run, str(error))
        except Exception as error:
            # an error of ours or of torch must not leave a thread without a voice
            ended = Ended("failed", run, f"The training stopped: {type(error).__name__}: {error}")
        self.ended.emit(ended)

    def _prepare(self, order: Order) -> "tuple[Run, Any, Training]":
        import torch

        from desktopcnn.data import catalog
        from desktopcnn.training import loop, run, runner

        torch.set_num_threads(order.threads)
        if order.folder:
            if write := self._unsaved.get(order.folder):  # its last checkpoint is not what it has learnt
                write()
            found = run.read(order.folder)
            dataset = catalog.load(found.dataset)
        else:
            assert order.architecture
            assert order.recipe
            dataset = catalog.load(order.dataset)
            found = run.create(order.architecture, order.recipe, dataset, order.seed, origin=order.origin)
            if order.weights:
                runner.start_from(found, order.weights)
            if order.like:
                runner.start_like(found, order.like)
        training = runner.resume(found)
        if order.changes:
            loop.change(training, **order.changes)
        images = len(dataset.train)
        past = tuple(event for event in run.read_history(found) if event.step <= training.step)
        card = Card(found.architecture.title, found.architecture, dataset.classes)
        total = loop.total_steps(training.recipe, images)
        self.begun.emit(Begun(found, training.recipe, past, total, images, card))
        return found, dataset, training

    def _follow(self, run: "Run", training: "Training", dataset: Any, control: Control) -> bool:
        """Train until the end (True) or until told to stop (False)."""
        from contextlib import closing

        from desktopcnn.training import runner

        batch: list[Event] = []
        sent = shown = 0.0
        try:
            with closing(runner.proceed(run, training, dataset)) as events:
                for event in events:
                    batch.append(event)
                    now = time.monotonic()
                    if now - sent > SEND_EVERY:
                        self.progressed.emit(tuple(batch))
                        batch, sent = [], now
                    if control.watched.is_set() and now - shown > SHOW_EVERY:
                        self._show(training)
                        shown = now
                    self._apply(training, control)
                    if not control.running.is_set():
                        self.progressed.emit(tuple(batch))
                        batch = []
                        self._hold(training, control)
                    if control.stopped.is_set():
                        return False
            self._show(training)
            return True
        finally:
            self.progressed.emit(tuple(batch))

    def _hold(self, training: "Training", control: Control) -> None:
        """Wait until it goes on, and do meanwhile what needs no step."""
        self._show(training)
        watched = control.watched.is_set()
        while not control.running.wait(LISTEN_EVERY):
            self._apply(training, control)
            if control.watched.is_set() and not watched:  # whoever begins to look has no weights yet
                self._show(training)
            watched = control.watched.is_set()

    def _apply(self, training: "Training", control: Control) -> None:
        from desktopcnn.training import loop

        while not control.changes.empty():
            try:
                loop.change(training, **control.changes.get())
                self.changed.emit(training.recipe)
            except DesktopCNNError as error:
                self.refused.emit(str(error))

    def _show(self, training: "Training") -> None:
        state = training.average.state_dict()
        self.looked.emit(Weights(training.step, {k: v.detach().clone() for k, v in state.items()}))

    def _judge(
        self, how: How, run: "Run", dataset: Any, training: "Training", unsaved: UnsavedError | None
    ) -> Ended:
        """The end of a training, its best network judged: from memory where the disk does not take it."""
        from desktopcnn.training import runner

        text, network = str(unsaved or ""), None
        if training.best is not None or run.best.exists():
            network = runner.judge(run, dataset, training)

        def write() -> str:
            if unsaved and unsaved.again:
                unsaved.again()
            if network:
                runner.keep(run, network)
            self._unsaved.pop(run.folder, None)
            return run.architecture.title

        try:
            if not unsaved:
                write()
        except DataError as error:
            text = str(error)
        if text:
            self._unsaved[run.folder] = write
        card = network.card if network else None
        return Ended(how, run, text, card, network if text else None, is_unsaved=bool(text))

    @Slot(bool)
    def save(self, aloud: bool) -> None:
        """Try to write what could not be written; aloud: say as well where that fails again."""
        for write in list(self._unsaved.values()):
            try:
                self.saved.emit(write())
            except DesktopCNNError as error:
                if aloud:
                    self.unsaved.emit(str(error))

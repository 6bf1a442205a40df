"""The state of the training in the window, once: what runs, how far it is, what it told."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal, Slot

from desktopcnn.networks.library import Entry
from desktopcnn.training.curves import Curves
from desktopcnn.training.history import Epoch, Event, Notice, Step
from desktopcnn.training.recipe import CHANGEABLE
from desktopcnn.ui.trainer import Trainer
from desktopcnn.ui.training_protocol import Begun, Ended, Order

if TYPE_CHECKING:
    from desktopcnn.networks.card import Card
    from desktopcnn.training.recipe import Recipe
    from desktopcnn.training.run import Run

State = Literal["idle", "preparing", "running", "paused", "stopping"]
RECENT = 3.0
"""Seconds over which the speed is taken for the time left."""

GOAL = 0.97
"""Validation accuracy by which trainings in a row are compared."""


@dataclass(frozen=True)
class Reached:
    """How soon a training reached the goal. seconds: of training and validation, None for never."""

    title: str
    seconds: float | None
    trained: float


class TrainingSession(QObject):
    """Panels call its methods and listen to its signals."""

    state_changed = Signal()
    begun = Signal(object)  # Run
    progressed = Signal()
    recipe_changed = Signal(object)  # Recipe
    looked = Signal(object)  # Weights
    ended = Signal(object)  # Ended
    compared = Signal(object)  # list[Reached], after several trainings in a row
    failed = Signal(str)
    remedy_offered = Signal(str, object)  # after `failed`, with settings of the recipe that usually help
    unsaved = Signal(str)  # after `failed`: what was trained is in memory alone, see `save_again`
    saved = Signal(str)  # what was not: the title of its network

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: State = "idle"
        self.run: Run | None = None
        self.card: Card | None = None
        self.recipe: Recipe | None = None
        self.curves = Curves()
        self.step = self.total = self.images = 0
        self.epoch: Epoch | None = None
        self._pace: list[tuple[float, int]] = []
        self._order: Order | None = None
        self._waiting: list[Order] = []
        self._reached: list[Reached] = []
        self._trainer = Trainer(self)
        self._trainer.begun.connect(self._begin)
        self._trainer.progressed.connect(self._take)
        self._trainer.looked.connect(self.looked)
        self._trainer.changed.connect(self._change)
        self._trainer.refused.connect(self.failed)
        self._trainer.ended.connect(self._end)
        self._trainer.unsaved.connect(self._keep_unsaved)
        self._trainer.saved.connect(self.saved)

    @property
    def is_busy(self) -> bool:
        return self.state != "idle"

    @property
    def threads(self) -> int:
        """How many threads the training under way takes, or the last one took; 0 before the first."""
        return self._order.threads if self._order else 0

    @property
    def title(self) -> str:
        """Of what is in training; empty before that is known."""
        if self._order and self._order.architecture:
            return self._order.architecture.title
        known = self.run if self._order and self.run and self.run.folder == self._order.folder else None
        return known.architecture.title if known else ""

    @property
    def entry(self) -> Entry | None:
        """The network in training, as an entry of the selector; its path is never on the disk."""
        if self.run is None or self.card is None or not self.is_busy:
            return None
        return Entry(self.run.folder.name, self.run.folder / "live", self.card)

    @property
    def steps_per_second(self) -> float:
        """Over the last seconds; 0 before anything is known."""
        if len(self._pace) < 2 or self._pace[-1][0] == self._pace[0][0]:
            return 0.0
        (first, begin), (last, end) = self._pace[0], self._pace[-1]
        return (end - begin) / (last - first)

    @property
    def images_per_second(self) -> float:
        return self.steps_per_second * (self.recipe.batch_size if self.recipe else 0)

    @property
    def seconds_left(self) -> float | None:
        """None while the speed is not known."""
        speed = self.steps_per_second
        return (self.total - self.step) / speed if speed else None

    def start(self, *orders: Order) -> None:
        """Begin a training, and others after it; nothing happens while another one goes on."""
        if not self.is_busy:
            self._order = orders[0]
            self._set("preparing")
            self._waiting = list(orders[1:])
            self._reached = []
            self._trainer.train(orders[0])

    def proceed(self, folder: Path, threads: int, **changes: Any) -> None:
        """Go on with the run in that folder, with some settings of its recipe changed."""
        self.start(Order(folder=folder, threads=threads, changes=changes))

    def try_again(self, remedy: Mapping[str, Any]) -> None:
        """After a training that failed: go on from its last checkpoint with these settings.

        Where a setting can only be chosen at the beginning (the batch size), a new run begins with it.
        """
        if self.run is None or self._order is None:
            return
        if set(remedy) <= set(CHANGEABLE):
            self.proceed(self.run.folder, self._order.threads, **remedy)
            return
        recipe = replace(self.run.recipe, **remedy)
        order = replace(
            self._order, architecture=self.run.architecture, recipe=recipe, folder=None, changes={}
        )
        self.start(order)

    def pause(self) -> None:
        if self.state == "running":
            self._trainer.control.running.clear()
            self._set("paused")

    def resume(self) -> None:
        if self.state == "paused":
            self._pace.clear()
            self._trainer.control.running.set()
            self._set("running")

    def stop(self) -> None:
        """End the training at the next step; the best and the last network are kept."""
        if self.is_busy and self.state != "stopping":
            self._trainer.control.stop()
            self._set("stopping")

    def change(self, **settings: Any) -> None:
        """Let settings of the recipe hold from the next step on."""
        if self.is_busy:
            self._trainer.control.changes.put(settings)

    def one_more_epoch(self) -> None:
        """Add an epoch to the training under way."""
        if self.recipe:
            self.change(epochs=self.recipe.epochs + 1)

    def save_again(self) -> None:
        """Try to write what could not be written; `saved` or `unsaved` tells."""
        self._trainer.save_again()

    def watch(self, wanted: bool) -> None:
        """Whether `looked` shall bring the weights several times a second."""
        self._trainer.watch(wanted)

    def close(self) -> None:
        """Stop and save what goes on, and end the thread."""
        self._waiting.clear()
        self._trainer.close()
        self._set("idle")

    def _set(self, state: State) -> None:
        self.state = state
        self.state_changed.emit()

    @Slot(object)
    def _begin(self, begun: Begun) -> None:
        self.run, self.card, self.recipe = begun.run, begun.card, begun.recipe
        self.total, self.images = begun.total, begun.images
        per_epoch = begun.total // begun.recipe.epochs
        self.curves = Curves(steps_per_epoch=per_epoch, last_step=begun.total)
        self.curves.extend(begun.past)
        self.step = begun.past[-1].step if begun.past else 0
        self.epoch = next((e for e in reversed(begun.past) if isinstance(e, Epoch)), None)
        self._pace.clear()
        if self.state == "preparing":
            self._set("running")
        self.begun.emit(begun.run)

    @Slot(object)
    def _take(self, events: tuple[Event, ...]) -> None:
        now = time.monotonic()
        for event in events:
            if isinstance(event, Step):
                self.step = event.step
            elif isinstance(event, Epoch):
                self.epoch = event
            elif isinstance(event, Notice):
                self.failed.emit(event.text)
        self.curves.extend(events)
        self._pace.append((now, self.step))
        self._pace = [pace for pace in self._pace if now - pace[0] < RECENT]
        self.progressed.emit()

    @Slot(object)
    def _change(self, recipe: "Recipe") -> None:
        if self.recipe:
            self.total = self.total // self.recipe.epochs * recipe.epochs
            self.curves.last_step = self.total
        self.recipe = recipe
        self.recipe_changed.emit(recipe)

    @Slot(object)
    def _end(self, ended: Ended) -> None:
        self._set("idle")
        self.ended.emit(ended)  # first: another network answers then, which takes away older messages
        if ended.text:
            self.failed.emit(ended.text)
        if ended.is_unsaved:
            self.unsaved.emit(ended.text)
        if ended.remedy:
            self.remedy_offered.emit(ended.text, ended.remedy)
        if ended.how == "done" and not self.is_busy:
            self._go_on_in_row()

    @Slot(str)
    def _keep_unsaved(self, text: str) -> None:
        self.failed.emit(text)
        self.unsaved.emit(text)

    def _go_on_in_row(self) -> None:
        """The next of several trainings, or after the last of them what came out."""
        if self.run is None:
            return
        seconds, goal_at = 0.0, None
        for duration, accuracy in zip(
            self.curves.epochs["seconds"], self.curves.epochs["validation_accuracy"], strict=True
        ):
            seconds += float(duration)
            if goal_at is None and accuracy >= GOAL:
                goal_at = seconds
        self._reached.append(Reached(self.run.architecture.title, goal_at, seconds))
        if self._waiting:
            self._set("preparing")
            self._order = self._waiting.pop(0)
            self._trainer.train(self._order)
        else:
            if len(self._reached) > 1:
                self.compared.emit(self._reached)
            self._reached = []

"""The state of the window, once: what is shown, which network answers, and its answer."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from desktopcnn.data.dataset import Part
from desktopcnn.data.digit import ALL_STEPS
from desktopcnn.inspection import outline
from desktopcnn.inspection.given import Given
from desktopcnn.inspection.outline import Outline
from desktopcnn.networks import library
from desktopcnn.networks.library import Entry, Vote
from desktopcnn.ui import inputs
from desktopcnn.ui.answering import Answer, Answerer, AnyEntry, Pixels
from desktopcnn.ui.inputs import Drawn, Input, Pictured, Sample, is_empty
from desktopcnn.ui.pen import Pen
from desktopcnn.ui.selection import Selection
from desktopcnn.ui.training import TrainingSession
from desktopcnn.ui.training_protocol import Weights


class Session(QObject):
    """Panels call its methods and listen to its signals; they do not know each other."""

    shown_changed = Signal(object)  # Input
    answered = Signal(object)  # Answer, or None when there is nothing to answer
    network_changed = Signal(object)  # Entry, or None
    member_changed = Signal()  # of a vote, the one that is looked into
    networks_changed = Signal()
    steps_changed = Signal(object)  # Steps
    test_loaded = Signal()
    reading = Signal(bool)  # whether a picture is on its way
    failed = Signal(str)
    mended = Signal(str)  # what `failed` said is no longer so
    told = Signal(str, str, object)  # what was done, what a button beside it is called, and what that does

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.pen = Pen(self)
        self.selection = Selection(self)
        self.drawn = Drawn()
        self.shown: Input = self.drawn
        self.answer: Answer | None = None
        self.entry: AnyEntry | None = None
        self.entries: list[AnyEntry] = []
        self.member = 0
        self.steps = ALL_STEPS
        self.test: Part | None = None
        self._before: AnyEntry | None = None
        self._given: list[Given] = []
        self._has_live = False
        self._refused: tuple[AnyEntry, type[Input], str] | None = None
        self._pictured: Pictured | None = None
        self._sample = 0
        self.training = TrainingSession(self)
        self.training.begun.connect(self.refresh_networks)
        self.training.looked.connect(self._take_weights)
        self.training.ended.connect(self.refresh_networks)
        self.training.failed.connect(self.failed)
        self._answerer = Answerer(self)
        self._answerer.answered.connect(self._take_answer)
        self._answerer.pictured.connect(self._take_picture)
        self._answerer.test_loaded.connect(self._take_test)
        self._answerer.failed.connect(self.failed)
        self._answerer.unread.connect(lambda: self.reading.emit(False))
        self.refresh_networks()

    def start(self) -> None:
        """Let the core be loaded and the answers begin; to be called when the window stands."""
        self._answerer.start()

    def close(self) -> None:
        """End all threads; what is being trained is saved."""
        self.training.close()
        self._answerer.close()

    # what is shown

    def show_drawing(self, drawn: Drawn | None = None) -> None:
        """Show that drawing, or the one that was there before a digit or a picture was shown."""
        self.drawn = drawn or self.drawn
        self._show(self.drawn)

    def show_sample(self, index: int) -> None:
        """Show a digit of the test set, or a picture that came with the network; after the last the first."""
        if not self.samples:
            return
        place = self._sample = index % self.samples
        if isinstance(self.entry, Given):
            self._show(Sample(place, self.entry.labels[place], self.entry.images[place], own=True))
        elif self.test:
            frame = self.test.images[place, 0].astype(np.float32) / 255
            self._show(Sample(place, str(self.test.labels[place]), frame))

    def step_sample(self, step: int) -> None:
        """Show the next (1) or the previous (-1) digit; from elsewhere, the last one looked at."""
        on_sample = isinstance(self.shown, Sample)
        self.show_sample(self._sample + step if on_sample else self._sample)

    def show_random_sample(self) -> None:
        if self.samples:
            self.show_sample(random.randrange(self.samples))

    @property
    def samples(self) -> int:
        """How many pictures `show_sample` has."""
        return len(self.entry.images) if isinstance(self.entry, Given) else len(self.test or ())

    def open_picture(self, source: Path | Pixels, title: str) -> None:
        """Read a picture (a file, or pixels from the clipboard) and show it."""
        self.reading.emit(True)
        self._answerer.open_picture(source, title)

    def show_picture(self) -> None:
        """Show the picture that was opened last."""
        if self._pictured:
            self._show(self._pictured)

    @property
    def has_picture(self) -> bool:
        return self._pictured is not None

    # who answers, and how

    def refresh_networks(self) -> None:
        """Look again which networks there are; keeps the chosen one where it still exists."""
        looks_back = self._looks_back
        live = [self.training.entry] if self.training.entry else []
        self._has_live = self._has_live and bool(live)
        # the run in training stands there once: not its best network so far as well, under the same name
        saved = [entry for entry in library.saved() if not live or entry.name != live[0].name]
        entries: list[AnyEntry] = [*live, *self._given, *library.shipped(), *saved]
        if entries != self.entries:
            self.entries = entries
            self.networks_changed.emit()
        if not looks_back:
            self._choose(self._named(self.entry.name if self.entry else library.DEFAULT))

    def look_at(self, given: Given) -> None:
        """Take in a network that came from outside, and show its first picture."""
        self._given.append(given)
        self.refresh_networks()
        self.choose_network(given.name)
        self.show_sample(0)

    def choose_network(self, name: str) -> None:
        """Let the network of that name answer; an unknown name changes nothing."""
        self._choose(next((e for e in self.entries if e.name == name), self.entry))

    def look_back(self, entry: Entry) -> None:
        """Let a network answer that is in no list, until another is chosen or `look_forward` is called."""
        if not self._looks_back:
            self._before = self.entry
        self._choose(entry)

    def look_forward(self) -> None:
        """Let that network answer again that did before `look_back`."""
        if self._looks_back:
            self._choose(self._named(self._before.name if self._before else library.DEFAULT))

    @property
    def _looks_back(self) -> bool:
        return self.entry is not None and self.entry not in self.entries

    def _named(self, name: str) -> AnyEntry | None:
        """The network of that name; where it is gone the default one, or else the first."""
        names = {entry.name: entry for entry in self.entries}
        return names.get(name) or names.get(library.DEFAULT) or next(iter(self.entries), None)

    def choose_member(self, place: int) -> None:
        """Look into that member of a vote; who answers stays the same. Out of range changes nothing."""
        if isinstance(self.entry, Vote) and place != self.member and 0 <= place < len(self.entry.members):
            before = self.outline
            self.member = place
            if self.outline != before:
                self.network_changed.emit(self.entry)
                self.selection.set_outline(self.outline)
            self.member_changed.emit()
            self._start_over()

    @property
    def traced(self) -> Entry | Given | None:
        """The network whose layers are looked at: the one that answers, or a member of the vote."""
        return self.entry.members[self.member] if isinstance(self.entry, Vote) else self.entry

    @property
    def outline(self) -> Outline:
        """The layers of the network that is looked at, in the order of execution; none without a network."""
        if isinstance(self.traced, Given):
            return self.traced.outline
        return outline.of_architecture(self.traced.card.architecture) if self.traced else ()

    def set_step(self, step: str, taken: bool) -> None:
        """Switch one step of the preparation (a field of `Steps`) on or off."""
        self.steps = replace(self.steps, **{step: taken})
        self.steps_changed.emit(self.steps)
        self._ask()

    def _choose(self, entry: AnyEntry | None) -> None:
        self.training.watch(entry is not None and entry == self.training.entry)
        if entry != self.entry:
            self.entry, self.member = entry, 0
            self.network_changed.emit(entry)
            self.selection.set_outline(self.outline)
            if not self.fits:
                self._show_what_fits()
            self._start_over()

    def _show(self, shown: Input) -> None:
        another = type(shown) is not type(self.shown) or not isinstance(shown, Drawn)
        self.shown = shown
        self.shown_changed.emit(shown)
        if another or is_empty(shown):
            self._start_over()
        else:
            self._ask()

    def _show_what_fits(self) -> None:
        """The network takes pictures of another shape than the one that is shown."""
        if isinstance(self.entry, Given):
            self.show_sample(0)
        else:
            self.show_drawing()

    def _start_over(self) -> None:
        """What is being worked on no longer matters: it is about another network or input."""
        self._answerer.withdraw()
        if is_empty(self.shown):
            self.answer = None
            self.answered.emit(None)
        self._ask()

    def _ask(self) -> None:
        waits = self.entry == self.training.entry and not self._has_live  # its weights are on their way
        if self.entry is None or waits or is_empty(self.shown):
            return
        if self.fits:
            self._take_back()
            self._answerer.ask(self.entry, self.shown, self.steps, self.member)
        else:
            self._refuse(self.entry)

    @property
    def fits(self) -> bool:
        """Whether what is shown has the shape that the network takes."""
        return self.entry is None or self.entry.input_shape == inputs.shape(self.shown)

    def _refuse(self, entry: AnyEntry) -> None:
        """Say why there is no answer; once, and not with every move of the pen."""
        if self.answer:
            self._take_answer(None)
        if self._refused is None or self._refused[:2] != (entry, type(self.shown)):
            sizes = ("×".join(map(str, shape)) for shape in (entry.input_shape, inputs.shape(self.shown)))
            text = self.tr(
                "{0} takes pictures of {1} only; a drawing or an opened picture becomes one of {2}."
            )
            text = text.format(entry.title, *sizes)
            self._refused = (entry, type(self.shown), text)
            self.failed.emit(text)

    def _take_back(self) -> None:
        """What was refused no longer is."""
        if self._refused:
            text, self._refused = self._refused[2], None
            self.mended.emit(text)

    @Slot(object)
    def _take_answer(self, answer: Answer | None) -> None:
        self.answer = answer
        self.answered.emit(answer)

    @Slot(object)
    def _take_weights(self, weights: Weights) -> None:
        """The network in training has learnt a little more."""
        live = self.training.entry
        if live and live == self.entry:
            self._has_live = True
            self._answerer.give_weights(live, weights.tensors)
            self._ask()

    @Slot(object)
    def _take_picture(self, pictured: Pictured) -> None:
        self._pictured = pictured
        self._show(pictured)
        self.reading.emit(False)

    @Slot(object)
    def _take_test(self, test: Part) -> None:
        self.test = test
        self.test_loaded.emit()

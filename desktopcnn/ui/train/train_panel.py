"""The Train tab: form, buttons and runs at the left, curves and time machine at the right."""

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from desktopcnn.data import catalog
from desktopcnn.errors import DesktopCNNError, UsageError
from desktopcnn.networks.catalog import find as find_architecture
from desktopcnn.networks.library import Entry
from desktopcnn.training import book
from desktopcnn.training import run as runs
from desktopcnn.training.curves import Curves
from desktopcnn.training.recipe import find as find_recipe
from desktopcnn.training.run import Origin, Run
from desktopcnn.ui.background import Background
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.curves_panel import CurvesPanel
from desktopcnn.ui.train.recipe_form import RecipeForm
from desktopcnn.ui.train.run_controls import RunControls
from desktopcnn.ui.train.run_table import RunTable
from desktopcnn.ui.train.scrolling import scrolling
from desktopcnn.ui.train.time_machine import TimeMachine
from desktopcnn.ui.training_protocol import Ended, Order

if TYPE_CHECKING:
    from desktopcnn.training.history import Epoch

LIVE = ("learning_rate", "weight_decay", "distortion")
"""The settings of the form that a running training follows."""
REFRESH = 1000
"""Milliseconds from the end of an epoch until its figures stand in the table, at most once in that time."""


class TrainPanel(QWidget):
    """Wires its parts to the session's training; `in_steps` makes it."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        form: RecipeForm,
        table: RunTable,
        curves: CurvesPanel,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self._session, self._training = session, session.training
        self.form, self.table, self.curves = form, table, curves
        self.controls = RunControls(session.training)
        self.time_machine = TimeMachine(session, theme)
        self._background = Background(self)
        self._epoch: Epoch | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.table.refresh)
        self._shown: dict[str, Curves] = {}
        self._lay_out()
        self._connect(theme)
        self._give_digits()
        self._follow_form()
        self._follow_state()
        self.table.refresh()
        if self._training.run and self._training.state in ("running", "paused"):
            self._begin(self._training.run)  # it began before its tab was ever shown

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what works in the background."""
        self._soon.stop()
        self.time_machine.stop_playing()
        self.form.close()
        self._background.close()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        # from the outside in: a part that has a place in the window is given its style once
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        layout.addWidget(splitter)
        for parts in (
            ((self.form, 3), (self.controls, 0), (self.table, 2)),
            ((self.curves, 1), (self.time_machine, 0)),
        ):
            column = QWidget()
            # the form scrolls by itself
            splitter.addWidget(column if self.form in dict(parts) else scrolling(column))
            rows = QVBoxLayout(column)
            rows.setContentsMargins(0, 0, 0, 0)
            rows.setSpacing(8)
            for part, stretch in parts:
                rows.addWidget(part, stretch)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([300, 660])

    def _connect(self, theme: Theme) -> None:
        training = self._training
        self.form.changed.connect(self._follow_form)
        self.form.live_changed.connect(self._change_live)
        self.controls.train_button.clicked.connect(self._train)
        self.controls.pair_button.clicked.connect(self._train_pair)
        training.state_changed.connect(self._follow_state)
        training.begun.connect(self._begin)
        training.progressed.connect(self._progress)
        training.ended.connect(self._end)
        self._session.test_loaded.connect(self._give_digits)
        self.table.shown_changed.connect(self._show_run)
        self.table.continue_requested.connect(lambda folder: self._proceed(folder, 0))
        self.table.one_more_requested.connect(lambda folder: self._proceed(folder, 1))
        self.table.networks_changed.connect(self._session.refresh_networks)
        self.table.refreshed.connect(self._rename_curves)
        self.table.refreshed.connect(self._show_latest)
        theme.changed.connect(self._rename_curves)
        for part in (self.table, self.curves, self._background):
            part.failed.connect(self._session.failed)
        self.time_machine.moved.connect(self._move_cursor)
        self.curves.cursor_moved.connect(self.time_machine.go_to)
        self.time_machine.branch_requested.connect(self._branch)
        self.table.told.connect(self._session.told)
        training.saved.connect(self.table.refresh)

    def _give_digits(self) -> None:
        if self._session.test is not None:
            self.form.set_digits(self._session.test)

    def _train(self) -> None:
        if self.form.is_valid():
            self._training.start(self._order())

    def _branch(self, snapshot: Entry, step: int) -> None:
        """Begin a new run with the weights of a snapshot and the settings of the form."""
        if not self.form.is_valid():
            self._session.failed.emit(self.tr("The settings of the form cannot be trained with: mend them."))
            return
        architecture = snapshot.card.architecture
        assert self.time_machine.folder
        origin = Origin(self.time_machine.folder.name, step)
        order = replace(self._order(), architecture=architecture, weights=snapshot.path, origin=origin)
        of, recipe = self.table.name_of(str(self.time_machine.folder)), self.form.recipe().name
        self._training.start(order)
        text = self.tr("Branch of {0} at step {1:,}, with the settings of the form ({2}).")
        self._session.told.emit(text.format(of, step, recipe), "", None)

    def _train_pair(self) -> None:
        """The chapter's question of vanishing gradients: one deep network with sigmoid and with ReLU."""
        recipe = find_recipe("deep")
        sigmoid, relu = find_architecture("deep-sigmoid"), find_architecture("deep-relu")
        order = replace(self._order(), architecture=sigmoid, recipe=recipe)
        self.table.show_only(())  # the two stand beside each other, without others between
        self._training.start(order, replace(order, architecture=relu, like=sigmoid))

    def _order(self) -> Order:
        return Order(
            architecture=self.form.architecture(),
            recipe=self.form.recipe(),
            dataset=self.form.dataset(),
            seed=self.form.seed(),
            threads=self.form.threads(),
        )

    def _proceed(self, folder: str, more: int) -> None:
        """Go on with a run, for so many epochs more than it was meant to have."""
        path = Path(folder)
        if more and self._training.is_busy:
            self._training.one_more_epoch()
            return
        changes = {"epochs": book.row(path).planned + more} if more else {}
        try:
            self._training.proceed(path, self.form.threads(), **changes)
        except UsageError as error:
            self._session.failed.emit(str(error))

    def _change_live(self) -> None:
        """Pass on what differs from the recipe in force; it is marked on the curves."""
        before = self._training.recipe
        wanted = {name: getattr(self.form.recipe(), name) for name in LIVE}
        changes = {name: value for name, value in wanted.items() if value != getattr(before, name, None)}
        if changes:
            self._training.change(**changes)

    def _move_cursor(self, step: int | None) -> None:
        self.curves.set_cursor(step, str(self.time_machine.folder))

    def _follow_form(self) -> None:
        self.controls.set_obstacle(self.form.obstacle())

    def _follow_state(self) -> None:
        focus = QApplication.focusWidget()
        if self._training.state == "preparing" and focus and self.isAncestorOf(focus):
            self.controls.setFocus()  # whose button it was may be switched off now
        self.form.set_running(self._training.is_busy)

    def _begin(self, run: Run) -> None:
        key = str(run.folder)
        self.table.set_running(key)
        self.table.refresh()
        self._show_in_form(run)
        self._show_curves(key, self._training.curves)
        self.time_machine.show_run(run.folder)

    def _show_in_form(self, run: Run) -> None:
        """A run that is gone on with may have other settings than the form, which changes them live."""
        recipe = self._training.recipe
        if recipe and (not self.form.is_valid() or recipe != self.form.recipe()):
            self.form.set_architecture(run.architecture)
            self.form.set_recipe(recipe)

    def _progress(self) -> None:
        self.curves.refresh()
        self.time_machine.refresh_soon()
        if self._training.epoch != self._epoch:
            self._epoch = self._training.epoch
            if not self._soon.isActive():
                self._soon.start(REFRESH)

    def _end(self, ended: Ended) -> None:
        self.table.set_running(None)
        self.table.refresh()
        self.curves.refresh()
        if ended.how == "stopped" and not ended.text:
            text = self.tr("Stopped after {0:,} steps; the best and the last network are kept.")
            self._session.told.emit(text.format(self._training.step), "", None)
        self.time_machine.refresh()

    def _show_run(self, folder: str, shown: bool) -> None:
        if not shown:
            self.curves.hide_run(folder)
            self._shown.pop(folder, None)
        elif self._training.run and folder == str(self._training.run.folder):
            self._show_curves(folder, self._training.curves)
        else:  # a long history takes a second to read
            self._background.do(
                lambda: read_curves(Path(folder)), lambda curves: self._show_curves(folder, curves)
            )
        if not self._training.is_busy:
            if shown:
                self.time_machine.show_run(Path(folder))
            elif folder == str(self.time_machine.folder):
                self.time_machine.show_run(None)

    def _show_curves(self, folder: str, curves: Curves) -> None:
        self._shown[folder] = curves
        self.curves.show_run(folder, self.table.name_of(folder), curves, self.table.colour_of(folder))

    def _show_latest(self) -> None:
        """At the beginning the run that was trained last is shown."""
        self.table.refreshed.disconnect(self._show_latest)
        latest = self.table.latest()
        if latest and not self._training.is_busy:
            self.table.set_shown(latest, True)

    def _rename_curves(self) -> None:
        """Names may have changed in the table, and colours with the theme."""
        for folder, curves in self._shown.items():
            self.curves.show_run(folder, self.table.name_of(folder), curves, self.table.colour_of(folder))


def in_steps(session: Session, theme: Theme, parent: QWidget | None = None) -> Iterator[QWidget | None]:
    """Make the panel: what takes long in steps of its own (10 to 60 ms each), the panel last.

    What is made belongs to `parent` at once: nothing of it is left where the window is closed in between.
    """
    form = RecipeForm(theme)
    form.setParent(parent)
    yield None
    table = RunTable(theme, session.undo_stack)
    table.setParent(parent)
    yield None
    curves = CurvesPanel(theme)
    curves.setParent(parent)
    yield None
    yield TrainPanel(session, theme, form, table, curves, parent)


def read_curves(folder: Path) -> Curves:
    """The curves of a run from its folder."""
    run = runs.read(folder)
    curves = Curves()
    curves.extend(runs.read_history(run))
    if curves.steps_per_epoch is None:  # no epoch was ended
        with suppress(DesktopCNNError):
            images = len(catalog.load(run.dataset).train)
            curves.steps_per_epoch = math.ceil(images / run.recipe.batch_size)
    return curves

"""The Train tab: the form, the buttons, the table, the curves and the time machine work together."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QLabel, QSlider, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from desktopcnn.networks import catalog as architectures
from desktopcnn.networks.architecture import Architecture
from desktopcnn.training import run as runs
from desktopcnn.training.history import Change, Epoch, Step
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.plot import Plot
from desktopcnn.ui.train.run_model import Column
from desktopcnn.ui.train.train_panel import TrainPanel, in_steps
from desktopcnn.ui.training_protocol import Order

RECIPE = Recipe("quick", epochs=2, batch_size=50, learning_rate=0.01, schedule="constant")
LONG = replace(RECIPE, epochs=9_000)
WITHIN = 60_000
pytestmark = pytest.mark.usefixtures("few_digits")


class Tab:
    """The tab as a user meets it."""

    def __init__(self, panel: TrainPanel, session: Session, qtbot: QtBot) -> None:
        self.panel, self.session, self.qtbot = panel, session, qtbot
        self.training = session.training
        self.failures: list[str] = []
        session.failed.connect(self.failures.append)

    def until(self, there: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(there()), timeout=WITHIN)

    def button(self, name: str) -> QAbstractButton:
        return self.panel.findChild(QAbstractButton, name)

    def press(self, name: str) -> None:
        assert self.button(name).isEnabled()
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def enter(self, name: str, text: str) -> None:
        box = self.panel.findChild(QAbstractSpinBox, name)
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, text)
        QTest.keyClick(box, Qt.Key.Key_Return)

    def field(self, name: str) -> str:
        return self.panel.findChild(QAbstractSpinBox, name).text()

    def fill(self, architecture: Architecture, recipe: Recipe) -> None:
        self.panel.form.set_architecture(architecture)
        self.panel.form.set_recipe(recipe)

    def trains(self, architecture: Architecture, recipe: Recipe) -> None:
        """Fill the form and press Train; the first step is done when it comes back."""
        self.fill(architecture, recipe)
        self.press("trainButton")
        self.until(lambda: self.training.state == "running" and self.training.step > 0)

    def trains_to_its_end(self, architecture: Architecture, recipe: Recipe) -> runs.Run:
        self.fill(architecture, recipe)
        with self.qtbot.waitSignal(self.training.ended, timeout=WITHIN):
            self.press("trainButton")
        assert self.training.run
        self.until(lambda: self.state() == "done")
        return self.training.run

    def stop(self) -> None:
        self.press("stopButton")
        self.until(lambda: not self.training.is_busy)

    # the table

    @property
    def table(self) -> QTreeView:
        return self.panel.findChild(QTreeView, "runTable")

    def rows(self) -> int:
        return self.table.model().rowCount()

    def click(self, row: int = 0, column: int = Column.NAME) -> None:
        place = self.table.visualRect(self.table.model().index(row, column)).center()
        QTest.mouseClick(self.table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def state(self, row: int = 0) -> str:
        if row >= self.rows():
            return ""
        return str(self.table.model().index(row, Column.STATE).data(Qt.ItemDataRole.AccessibleTextRole))

    # the curves

    def lines(self, name: str = "lossPlot") -> dict[str, int]:
        """Of each run the points that are drawn of its validation."""
        lines = self.panel.curves.findChild(Plot, name).lines()
        return {line.run: len(line.x) for line in lines if line.name == "validation"}

    def marks(self) -> list[str]:
        return [text for _, text in self.panel.curves.findChild(Plot, "lossPlot").marks()]

    @property
    def slider(self) -> QSlider:
        return self.panel.findChild(QSlider, "timeMachine")


@pytest.fixture
def open_tab(
    session: Session, theme: Theme, show: Callable[..., None], qtbot: QtBot
) -> Iterator[Callable[[], Tab]]:
    def open_tab() -> Tab:
        *_, panel = in_steps(session, theme)
        assert isinstance(panel, TrainPanel)
        show(panel, 960, 680)
        return Tab(panel, session, qtbot)

    yield open_tab
    session.training.close()


@pytest.fixture
def tab(open_tab: Callable[[], Tab]) -> Tab:
    return open_tab()


def history(run: runs.Run, kind: type) -> list[Any]:
    return [event for event in runs.read_history(run) if isinstance(event, kind)]


def test_it_is_made_in_steps_the_panel_last(session: Session, theme: Theme, qtbot: QtBot) -> None:
    *steps, panel = in_steps(session, theme)
    assert len(steps) >= 3
    assert steps == [None] * len(steps)
    assert isinstance(panel, QWidget)
    qtbot.addWidget(panel)


def test_before_the_first_run_every_part_says_what_to_do(tab: Tab) -> None:
    words = {label.text() for label in tab.panel.findChildren(QLabel) if label.isVisible()}
    assert "No run yet. Press Train." in words
    assert any("No runs yet" in text for text in words)
    assert "Train, then walk back through it here" in words


def test_train_trains_what_the_form_says(tab: Tab, small: Architecture) -> None:
    run = tab.trains_to_its_end(small, RECIPE)
    assert run.architecture == small
    assert (run.recipe.epochs, run.recipe.batch_size, run.recipe.learning_rate) == (2, 50, 0.01)
    assert len(history(run, Step)) == 20
    assert tab.button("trainButton").isEnabled()
    assert tab.failures == []


def test_settings_that_make_no_sense_cannot_be_trained(tab: Tab) -> None:
    tab.enter("learningRate", "much")
    assert not tab.button("trainButton").isEnabled()
    tab.enter("learningRate", "0.01")
    assert tab.button("trainButton").isEnabled()


def test_a_run_is_a_row_and_a_curve_from_its_beginning(tab: Tab, small: Architecture) -> None:
    tab.trains(small, LONG)
    tab.until(lambda: tab.state() == "in training")
    assert tab.training.run
    key = str(tab.training.run.folder)
    tab.until(lambda: tab.lines().get(key, 0) > 1)
    before = tab.lines()[key]
    tab.until(lambda: tab.lines()[key] > before)
    tab.stop()
    tab.until(lambda: tab.state() == "stopped")


def test_while_it_trains_only_what_it_follows_can_be_changed(tab: Tab, small: Architecture) -> None:
    tab.trains(small, LONG)
    for name in ("architectureSelector", "recipeSelector", "epochs", "batchSize", "seed", "threads"):
        assert not tab.panel.findChild(QWidget, name).isEnabled()
    for name in ("learningRate", "weightDecay"):
        assert tab.panel.findChild(QWidget, name).isEnabled()
    tab.stop()
    assert tab.panel.findChild(QWidget, "architectureSelector").isEnabled()


def test_a_live_change_is_followed_and_marked_and_nothing_else_is(tab: Tab, small: Architecture) -> None:
    tab.trains(small, LONG)
    with tab.qtbot.waitSignal(tab.training.recipe_changed, timeout=WITHIN):
        tab.enter("learningRate", "0.002")
    assert tab.training.recipe
    assert tab.training.recipe.learning_rate == 0.002
    tab.until(lambda: tab.marks() == ["learning rate 0.01 → 0.002"])
    tab.stop()
    assert tab.training.run
    assert [change.settings for change in history(tab.training.run, Change)] == [{"learning_rate": 0.002}]


def test_a_run_that_was_stopped_goes_on_from_the_table_with_its_own_settings(
    tab: Tab, small: Architecture
) -> None:
    tab.trains(small, replace(LONG, learning_rate=0.02))
    tab.until(lambda: tab.training.epoch is not None)
    tab.stop()
    tab.until(lambda: tab.state() == "stopped")
    stopped_at = tab.training.step
    tab.fill(architectures.find("00-dense"), RECIPE)
    tab.click()
    steps: list[int] = []
    tab.training.begun.connect(lambda _: steps.append(tab.training.step))
    tab.press("continueRunButton")
    tab.until(lambda: steps == [stopped_at])
    assert tab.panel.form.architecture() == small
    assert tab.field("learningRate") == "0.02"
    # so that what is changed live is changed from there
    with tab.qtbot.waitSignal(tab.training.recipe_changed, timeout=WITHIN):
        tab.enter("weightDecay", "0.5")
    assert tab.training.recipe
    assert (tab.training.recipe.learning_rate, tab.training.recipe.weight_decay) == (0.02, 0.5)
    tab.stop()


def test_a_finished_run_gets_one_more_epoch_and_another_one(tab: Tab, small: Architecture) -> None:
    run = tab.trains_to_its_end(small, RECIPE)
    for epochs in ([1, 2, 3], [1, 2, 3, 4]):
        tab.click()
        with tab.qtbot.waitSignal(tab.training.ended, timeout=WITHIN):
            tab.press("moreRunButton")
        assert [epoch.epoch for epoch in history(run, Epoch)] == epochs
        tab.until(lambda: tab.state() == "done")


def test_one_more_epoch_for_the_row_that_is_in_training(tab: Tab, small: Architecture) -> None:
    tab.trains(small, LONG)
    tab.until(lambda: tab.state() == "in training")
    tab.click()
    with tab.qtbot.waitSignal(tab.training.recipe_changed, timeout=WITHIN):
        tab.press("moreRunButton")
    assert tab.training.total == 90_010


def test_a_row_without_a_tick_has_no_curve(tab: Tab, small: Architecture) -> None:
    run = tab.trains_to_its_end(small, RECIPE)
    key = str(run.folder)
    tab.until(lambda: tab.lines() == {key: 2})
    tab.click(column=Column.SHOWN)
    tab.until(lambda: tab.lines() == {})
    assert not tab.slider.isEnabled()
    tab.click(column=Column.SHOWN)
    tab.until(lambda: tab.lines() == {key: 2})
    assert tab.slider.isEnabled()


def test_a_run_of_another_time_is_read_when_it_is_ticked(
    tab: Tab, open_tab: Callable[[], Tab], small: Architecture
) -> None:
    key = str(tab.trains_to_its_end(small, RECIPE).folder)
    tab.panel.close()
    tab.training.run = None
    later = open_tab()
    later.until(lambda: later.lines() == {key: 2})  # the latest is shown by itself
    later.click(column=Column.SHOWN)
    later.until(lambda: later.lines() == {})
    later.click(column=Column.SHOWN)
    later.until(lambda: later.lines() == {key: 2})
    assert later.slider.isEnabled()


def test_a_history_that_is_damaged_is_told_in_a_sentence(
    tab: Tab, open_tab: Callable[[], Tab], small: Architecture
) -> None:
    run = tab.trains_to_its_end(small, RECIPE)
    tab.panel.close()
    tab.training.run = None
    later = open_tab()
    later.until(later.lines)
    later.click(column=Column.SHOWN)
    lines = run.history.read_text().splitlines()
    run.history.write_text("\n".join([lines[0], "nonsense", *lines[1:]]))
    later.click(column=Column.SHOWN)
    later.until(lambda: later.failures)
    assert "damaged" in later.failures[0]


def test_a_branch_is_a_new_run_of_the_snapshots_architecture(tab: Tab, small: Architecture) -> None:
    first = tab.trains_to_its_end(small, RECIPE)
    tab.fill(architectures.find("00-dense"), replace(RECIPE, epochs=1))
    tab.slider.setValue(1)
    with tab.qtbot.waitSignal(tab.training.ended, timeout=WITHIN) as ended:
        tab.press("branchButton")
    assert ended.args
    assert ended.args[0].how == "done"
    branch = ended.args[0].run
    assert branch.folder != first.folder
    assert branch.architecture == small
    assert branch.recipe.epochs == 1
    assert branch.origin == runs.Origin(first.folder.name, 2)
    tab.until(lambda: tab.rows() == 2)


def test_a_branch_with_settings_that_make_no_sense_is_refused(tab: Tab, small: Architecture) -> None:
    tab.trains_to_its_end(small, RECIPE)
    tab.slider.setValue(1)
    tab.enter("learningRate", "much")
    tab.press("branchButton")
    assert not tab.training.is_busy
    assert len(tab.failures) == 1


def test_a_number_of_threads_that_makes_no_sense_is_refused_when_a_run_goes_on(
    tab: Tab, small: Architecture
) -> None:
    tab.trains_to_its_end(small, RECIPE)
    tab.enter("threads", "none")
    tab.click()
    tab.press("moreRunButton")
    assert not tab.training.is_busy
    assert len(tab.failures) == 1


def test_looking_back_moves_a_cursor_along_the_curves(tab: Tab, small: Architecture) -> None:
    tab.trains_to_its_end(small, RECIPE)
    steps = []
    tab.panel.time_machine.moved.connect(steps.append)
    tab.slider.setValue(1)
    plot = tab.panel.curves.findChild(Plot, "lossPlot")
    cursor = next(line for line in plot.getPlotItem().items if getattr(line, "movable", False))
    assert cursor.isVisible()
    assert cursor.value() * 10 == steps[0]  # ten steps are an epoch
    tab.press("backToNowButton")
    assert not cursor.isVisible()


def test_looking_back_ends_when_a_training_begins(tab: Tab, small: Architecture) -> None:
    tab.trains_to_its_end(small, RECIPE)
    before = tab.session.entry
    tab.slider.setValue(1)
    assert tab.session.entry != before
    tab.trains(small, LONG)
    assert tab.session.entry == before


def test_made_while_a_training_runs_it_shows_it(
    session: Session, open_tab: Callable[[], Tab], small: Architecture, qtbot: QtBot
) -> None:
    """It can begin before the tab was ever shown: after a crash the window offers to go on."""
    session.training.start(Order(small, LONG))
    qtbot.waitUntil(lambda: session.training.step > 0, timeout=WITHIN)
    assert session.training.run
    key = str(session.training.run.folder)
    tab = open_tab()
    assert tab.field("epochs") == "9000"
    assert not tab.panel.findChild(QWidget, "epochs").isEnabled()
    assert tab.button("pauseButton").isEnabled()
    tab.until(lambda: tab.lines().get(key, 0) > 0)
    tab.until(lambda: tab.state() == "in training")


def test_the_pair_trains_sigmoid_and_relu_from_the_same_weights(tab: Tab) -> None:
    with tab.qtbot.waitSignal(tab.training.compared, timeout=WITHIN) as compared:
        tab.press("pairButton")
    assert compared.args
    assert [reached.title for reached in compared.args[0]] == ["deep, sigmoid", "deep, ReLU"]
    tab.until(lambda: len(tab.lines()) == 2)
    first, second = (runs.read(Path(key)) for key in tab.lines())
    assert (first.architecture.name, second.architecture.name) == ("deep-sigmoid", "deep-relu")
    tab.until(lambda: tab.state(0) == tab.state(1) == "done")


def test_a_run_is_called_in_the_curves_as_in_the_table(tab: Tab, small: Architecture) -> None:
    run = tab.trains_to_its_end(small, RECIPE)
    key = str(run.folder)
    tab.until(lambda: tab.panel.table.name_of(key) == "small")
    tab.until(lambda: any("small" in label.text() for label in tab.panel.curves.findChildren(QLabel)))


def test_the_focus_goes_to_pause_and_back(tab: Tab, small: Architecture) -> None:
    tab.fill(small, LONG)
    tab.button("trainButton").setFocus()
    tab.press("trainButton")
    tab.until(lambda: tab.button("pauseButton").hasFocus())
    tab.stop()
    tab.until(lambda: tab.state() == "stopped")
    tab.click()
    tab.button("continueRunButton").setFocus()
    tab.press("continueRunButton")
    tab.until(lambda: tab.button("pauseButton").hasFocus())
    tab.button("stopButton").setFocus()
    tab.stop()
    assert tab.button("trainButton").hasFocus()


def test_many_runs_do_not_make_it_wider(tab: Tab, small: Architecture) -> None:
    tab.trains_to_its_end(small, RECIPE)
    before = tab.panel.minimumSizeHint().width()
    curves = tab.training.curves
    for number in range(8):
        tab.panel.curves.show_run(str(number), f"a run with a very long name, number {number}", curves)
    tab.until(lambda: not tab.panel.curves.is_waiting)
    assert tab.panel.minimumSizeHint().width() == before
    assert before <= 640
    assert tab.panel.minimumSizeHint().height() <= 420
    assert tab.panel.curves.findChild(QLabel, "moreRuns").text() == "and 6 more runs"


def test_closed_it_leaves_nothing_running(tab: Tab, small: Architecture) -> None:
    tab.trains_to_its_end(small, RECIPE)
    tab.press("playButton")
    tab.panel.close()
    assert not tab.button("playButton").isChecked()


def test_the_pair_unticks_older_runs(tab: Tab, small: Architecture) -> None:
    older = str(tab.trains_to_its_end(small, RECIPE).folder)
    tab.until(lambda: older in tab.lines())
    tab.press("pairButton")
    tab.until(lambda: tab.training.state == "running" and older not in tab.lines())
    tab.until(lambda: tab.rows() == 2)
    ticks = [
        tab.table.model().index(row, Column.SHOWN).data(Qt.ItemDataRole.CheckStateRole) for row in (0, 1)
    ]
    assert sorted(Qt.CheckState(tick).value for tick in ticks) == [0, 2]
    tab.stop()

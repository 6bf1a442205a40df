"""Looking back: the snapshots of a run answer what is on the canvas now."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QSlider
from pytestqt.qtbot import QtBot

from desktopcnn.data.dataset import Dataset
from desktopcnn.data.digit import Drawing
from desktopcnn.networks.architecture import Architecture
from desktopcnn.training import run as runs
from desktopcnn.training import snapshots
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.inputs import Drawn
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.time_machine import TimeMachine

if TYPE_CHECKING:
    from desktopcnn.networks.library import Entry

RECIPE = Recipe("test", epochs=3, batch_size=50, learning_rate=0.01, schedule="constant")
Train = Callable[[], Path]


@pytest.fixture
def train(small: Architecture, few: Dataset) -> Train:
    """Train a run to its end; gives its folder."""

    def train() -> Path:
        from desktopcnn.training import runner

        run = runs.create(small, RECIPE, few, 0)
        for _ in runner.proceed(run, runner.resume(run), few):
            pass
        return run.folder

    return train


class Machine:
    """The time machine as a user meets it."""

    def __init__(self, machine: TimeMachine, session: Session, qtbot: QtBot) -> None:
        self.machine, self.session, self.qtbot = machine, session, qtbot
        self.moved: list[int | None] = []
        machine.moved.connect(self.moved.append)

    @property
    def slider(self) -> QSlider:
        return self.machine.findChild(QSlider, "timeMachine")

    @property
    def text(self) -> str:
        return self.machine.findChild(QLabel, "timeMachineText").text()

    def button(self, name: str) -> QAbstractButton:
        return self.machine.findChild(QAbstractButton, name)

    def press(self, name: str) -> None:
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def enabled(self) -> set[str]:
        names = ("playButton", "branchButton", "backToNowButton")
        return {name for name in names if self.button(name).isEnabled()}

    def until(self, there: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(there, timeout=30_000)


@pytest.fixture
def machine(session: Session, theme: Theme, show: Callable[..., None], qtbot: QtBot) -> Machine:
    machine = TimeMachine(session, theme)
    show(machine, 600, 80)
    return Machine(machine, session, qtbot)


@pytest.fixture
def kept(machine: Machine, train: Train) -> list[snapshots.Snapshot]:
    """The snapshots of a run that the machine shows."""
    folder = train()
    machine.machine.show_run(folder)
    found = snapshots.find(folder / "snapshots")
    assert len(found) > 4
    return found


def test_without_a_run_it_says_what_to_do(machine: Machine) -> None:
    assert machine.text == "Train, then walk back through it here"
    assert not machine.slider.isEnabled()
    assert machine.enabled() == set()


def test_a_run_is_offered_at_its_end(machine: Machine, kept: list[snapshots.Snapshot]) -> None:
    assert machine.text == f"{len(kept)} snapshots"
    assert machine.slider.value() == machine.slider.maximum() == len(kept) - 1
    assert machine.enabled() == {"playButton"}
    assert machine.session.entry in machine.session.entries


def test_the_slider_lets_an_older_network_answer(machine: Machine, kept: list[snapshots.Snapshot]) -> None:
    machine.slider.setValue(1)
    assert machine.session.entry is not None
    assert machine.session.entry.path == kept[1].path
    assert machine.moved == [kept[1].step]
    assert f"step {kept[1].step}" in machine.text
    assert machine.enabled() == {"playButton", "branchButton", "backToNowButton"}


def test_back_to_now_lets_the_one_answer_that_did_before(
    machine: Machine, kept: list[snapshots.Snapshot]
) -> None:
    before = machine.session.entry
    machine.slider.setValue(2)
    machine.slider.setValue(1)
    machine.press("backToNowButton")
    assert machine.session.entry == before
    assert machine.moved[-1] is None
    assert machine.slider.value() == len(kept) - 1
    assert machine.enabled() == {"playButton"}


def test_it_goes_to_the_snapshot_nearest_to_a_step(machine: Machine, kept: list[snapshots.Snapshot]) -> None:
    machine.machine.go_to(kept[2].step)
    assert machine.moved == [kept[2].step]
    machine.machine.go_to(10**6)
    assert machine.moved[-1] == kept[-1].step
    machine.machine.go_to(0)
    assert machine.moved[-1] == kept[0].step


def test_choosing_another_network_ends_it(machine: Machine, kept: list[snapshots.Snapshot]) -> None:
    machine.slider.setValue(0)
    other = machine.session.entries[-1]
    machine.session.choose_network(other.name)
    assert machine.moved[-1] is None
    assert machine.enabled() == {"playButton"}
    assert machine.session.entry == other


def test_another_run_ends_it(machine: Machine, kept: list[snapshots.Snapshot], train: Train) -> None:
    before = machine.session.entry
    machine.slider.setValue(0)
    machine.machine.show_run(train())
    assert machine.session.entry == before
    assert machine.slider.value() == machine.slider.maximum()


def test_the_same_run_again_changes_nothing(machine: Machine, kept: list[snapshots.Snapshot]) -> None:
    machine.slider.setValue(1)
    machine.machine.show_run(machine.machine.folder)
    assert machine.slider.value() == 1
    assert f"step {kept[1].step}" in machine.text


def test_when_others_are_thinned_out_it_stays_at_its_own(
    machine: Machine, kept: list[snapshots.Snapshot]
) -> None:
    machine.slider.setValue(3)
    kept[1].path.unlink()
    machine.machine.refresh()
    assert machine.slider.value() == 2
    assert f"step {kept[3].step} " in machine.text
    assert machine.session.entry is not None
    assert machine.session.entry.path == kept[3].path


def test_one_that_was_thinned_out_meanwhile_is_passed_over(
    machine: Machine, kept: list[snapshots.Snapshot]
) -> None:
    before = machine.session.entry
    kept[1].path.unlink()
    machine.slider.setValue(1)
    assert machine.session.entry == before
    assert machine.slider.maximum() == len(kept) - 2


def test_play_runs_from_the_first_to_the_last(machine: Machine, kept: list[snapshots.Snapshot]) -> None:
    machine.press("playButton")
    assert machine.moved == [kept[0].step]
    assert machine.button("playButton").isChecked()
    machine.until(lambda: not machine.button("playButton").isChecked())
    assert machine.moved == [snapshot.step for snapshot in kept]


def test_play_goes_on_from_where_it_stands_and_can_be_held(
    machine: Machine, kept: list[snapshots.Snapshot]
) -> None:
    machine.slider.setValue(2)
    machine.press("playButton")
    machine.until(lambda: machine.slider.value() == 3)
    machine.press("playButton")
    assert not machine.button("playButton").isChecked()
    assert machine.moved == [snapshot.step for snapshot in kept[2:4]]


def test_a_branch_is_asked_for_with_the_snapshot(machine: Machine, kept: list[snapshots.Snapshot]) -> None:
    asked: list[tuple[Entry, int]] = []
    machine.machine.branch_requested.connect(lambda entry, step: asked.append((entry, step)))
    machine.slider.setValue(1)
    machine.press("branchButton")
    assert [(entry.path, step) for entry, step in asked] == [(kept[1].path, kept[1].step)]


def test_a_click_in_the_groove_goes_there(machine: Machine, kept: list[snapshots.Snapshot]) -> None:
    slider = machine.slider
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(2, slider.height() // 2))
    assert slider.value() == 0
    end = QPoint(slider.width() - 2, slider.height() // 2)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=end)
    assert slider.value() == len(kept) - 1


def test_networks_that_come_do_not_end_it(machine: Machine, kept: list[snapshots.Snapshot]) -> None:
    """As at the end of a training."""
    machine.slider.setValue(1)
    machine.session.refresh_networks()
    assert machine.session.entry is not None
    assert machine.session.entry.path == kept[1].path
    assert None not in machine.moved


def test_where_the_network_before_is_gone_the_default_answers_again(
    machine: Machine, kept: list[snapshots.Snapshot], damaged: str
) -> None:
    machine.session.refresh_networks()
    machine.session.choose_network(damaged)
    machine.slider.setValue(1)
    next(entry for entry in machine.session.entries if entry.name == damaged).path.unlink()
    machine.session.refresh_networks()
    machine.press("backToNowButton")
    assert machine.session.entry in machine.session.entries
    assert machine.enabled() == {"playButton"}


@pytest.mark.usefixtures("no_networks")
def test_where_there_was_no_network_before_one_comes_back_too(
    machine: Machine, kept: list[snapshots.Snapshot]
) -> None:
    assert machine.session.entry is None
    machine.slider.setValue(1)
    machine.press("backToNowButton")
    assert machine.enabled() == {"playButton"}


def test_the_drawing_is_answered_as_it_was_then(
    machine: Machine, kept: list[snapshots.Snapshot], live: Session, line: Callable[..., Drawing]
) -> None:
    live.show_drawing(Drawn(line((140.0, 60.0), (140.0, 220.0))))
    shares = []
    for place in (0, len(kept) - 2):
        machine.slider.setValue(place)
        machine.until(lambda: "reads" in machine.text)
        assert live.answer is not None
        assert live.answer.entry.path == kept[place].path
        shares.append(live.answer.trace.probabilities.max())
    assert f"{100 * shares[1]:.1f} %" in machine.text
    assert shares[1] > shares[0]  # the first knew nothing yet


def test_a_single_snapshot_is_said_in_the_singular(machine: Machine, train: Train) -> None:
    folder = train()
    first, *others = snapshots.find(folder / "snapshots")
    assert others
    for other in others:
        other.path.unlink()
    machine.machine.show_run(folder)
    assert machine.text == "1 snapshot"
    assert first.path.exists()

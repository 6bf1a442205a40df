"""The thread that trains: what it is told, what it tells, and that it ends."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktopcnn import paths
from desktopcnn.networks import weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.training import run as runs
from desktopcnn.training.history import Change, Step
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.trainer import Trainer
from desktopcnn.ui.training_protocol import Order

RECIPE = Recipe("test", epochs=2, batch_size=50, learning_rate=0.01, schedule="constant")
LONG = replace(RECIPE, epochs=9_000)
WITHIN = 60_000
SIGNALS = ("begun", "progressed", "looked", "changed", "refused", "ended")
pytestmark = pytest.mark.usefixtures("few_digits")


class Listener:
    """A trainer, and all that it said, in order."""

    def __init__(self, qtbot: QtBot) -> None:
        self.trainer = Trainer()
        self._qtbot = qtbot
        self.said: list[tuple[str, Any]] = []
        self.threads: set[threading.Thread] = set()
        for name in SIGNALS:
            getattr(self.trainer, name).connect(lambda value, name=name: self._take(name, value))

    def all(self, name: str) -> list[Any]:
        return [value for said, value in self.said if said == name]

    def steps(self) -> list[int]:
        events = [event for batch in self.all("progressed") for event in batch]
        return [event.step for event in events if isinstance(event, Step)]

    def until(self, there: Callable[[], Any]) -> None:
        self._qtbot.waitUntil(lambda: bool(there()), timeout=WITHIN)

    def hears(self, name: str, number: int = 1) -> Any:
        """The so many-th thing that is said of that kind."""
        self.until(lambda: len(self.all(name)) >= number)
        return self.all(name)[number - 1]

    def _take(self, name: str, value: Any) -> None:
        self.said.append((name, value))
        self.threads.add(threading.current_thread())


@pytest.fixture
def listener(qapp: object, qtbot: QtBot) -> Iterator[Listener]:
    listener = Listener(qtbot)
    yield listener
    listener.trainer.close()


def test_it_says_when_it_begins_how_it_goes_and_how_it_ended(listener: Listener, small: Architecture) -> None:
    listener.trainer.train(Order(small, RECIPE))
    ended = listener.hears("ended")
    begun = listener.hears("begun")
    assert (begun.total, begun.images, begun.past) == (20, 500, ())
    assert begun.recipe == RECIPE
    assert begun.card.architecture == small
    assert listener.steps() == list(range(1, 21))
    assert (ended.how, ended.run) == ("done", begun.run)
    assert (listener.said[0][0], listener.said[-1][0]) == ("begun", "ended")
    assert listener.threads == {threading.main_thread()}


def test_weights_come_while_they_are_watched_and_nobody_writes_to_them_again(
    listener: Listener, small: Architecture
) -> None:
    listener.trainer.watch(True)
    listener.trainer.train(Order(small, LONG))
    first = listener.hears("looked")
    kept = {name: tensor.clone() for name, tensor in first.tensors.items()}
    second = listener.hears("looked", 2)
    assert second.step > first.step
    assert any(not np.array_equal(second.tensors[name], kept[name]) for name in kept)
    assert all(np.array_equal(first.tensors[name], kept[name]) for name in kept)


def test_no_weights_come_while_nobody_looks(listener: Listener, small: Architecture) -> None:
    listener.trainer.train(Order(small, LONG))
    listener.hears("progressed", 5)
    assert listener.all("looked") == []


def test_one_who_begins_to_look_while_it_is_held_gets_the_weights(
    listener: Listener, small: Architecture
) -> None:
    listener.trainer.train(Order(small, LONG))
    listener.hears("progressed")
    listener.trainer.control.running.clear()
    held = listener.hears("looked")
    listener.trainer.watch(True)
    assert listener.hears("looked", 2).step == held.step


def test_a_change_while_it_is_held_is_taken_at_once(listener: Listener, small: Architecture) -> None:
    listener.trainer.train(Order(small, LONG))
    listener.hears("progressed")
    listener.trainer.control.running.clear()
    held = listener.hears("looked").step
    listener.trainer.control.changes.put({"epochs": 9_001})
    assert listener.hears("changed").epochs == 9_001
    listener.trainer.control.changes.put({"learning_rate": -1.0})
    assert "learning rate" in listener.hears("refused")
    assert listener.steps()[-1] == held
    listener.trainer.control.running.set()
    listener.until(lambda: listener.steps()[-1] > held)


def test_several_changes_hold_in_their_order(listener: Listener, small: Architecture) -> None:
    listener.trainer.train(Order(small, LONG))
    run = listener.hears("begun").run
    for rate in (0.02, 0.03, 0.04):
        listener.trainer.control.changes.put({"learning_rate": rate})
    assert listener.hears("changed", 3).learning_rate == 0.04
    listener.until(listener.steps)
    listener.trainer.control.stop()
    listener.hears("ended")
    changes = [event for event in runs.read_history(run) if isinstance(event, Change)]
    assert [change.settings["learning_rate"] for change in changes] == [0.02, 0.03, 0.04]


def test_stopped_before_its_first_step_it_ends_and_can_be_gone_on_with(
    listener: Listener, small: Architecture
) -> None:
    listener.trainer.train(Order(small, LONG))
    listener.trainer.control.stop()
    ended = listener.hears("ended")
    assert (ended.how, ended.card) == ("stopped", None)
    listener.trainer.train(Order(folder=ended.run.folder))
    assert listener.hears("begun", 2).run == ended.run
    listener.until(lambda: listener.steps()[-1] > 3)


def test_one_run_after_the_other(listener: Listener, small: Architecture) -> None:
    listener.trainer.train(Order(small, RECIPE))
    first = listener.hears("ended").run
    listener.trainer.train(Order(small, RECIPE, seed=1))
    second = listener.hears("ended", 2).run
    assert first.folder != second.folder
    assert first.seed != second.seed


def test_like_another_network_it_begins_with_the_same_weights(
    listener: Listener, small: Architecture
) -> None:
    from desktopcnn.networks.layers import Activation

    layers = tuple(Activation("sigmoid") if isinstance(x, Activation) else x for x in small.layers)
    other = replace(small, name="other", layers=layers)
    still = replace(RECIPE, optimizer="sgd", learning_rate=1e-9, epochs=1)
    listener.trainer.train(Order(small, still))
    first = listener.hears("ended").run
    listener.trainer.train(Order(other, still, like=small))
    second = listener.hears("ended", 2).run
    mine, its = (weights.load(run.best).module.state_dict().values() for run in (first, second))
    for own, like in zip(mine, its, strict=True):
        np.testing.assert_allclose(own.numpy(), like.numpy(), atol=1e-6)


def test_what_goes_wrong_is_told_and_the_next_training_runs(
    listener: Listener, small: Architecture, tmp_path: Path
) -> None:
    listener.trainer.train(Order(folder=tmp_path))
    failed = listener.hears("ended")
    assert failed.how == "failed"
    assert str(tmp_path) in failed.text
    listener.trainer.train(Order(small, RECIPE))
    assert listener.hears("ended", 2).how == "done"


def test_closed_while_it_trains_it_leaves_a_checkpoint(listener: Listener, small: Architecture) -> None:
    listener.trainer.train(Order(small, LONG))
    run = listener.hears("begun").run
    listener.until(listener.steps)
    listener.trainer.close()
    assert run.last.exists()
    assert runs.read_history(run)


def test_closed_while_it_is_held_it_ends(listener: Listener, small: Architecture) -> None:
    listener.trainer.train(Order(small, LONG))
    listener.hears("progressed")
    listener.trainer.control.running.clear()
    listener.hears("looked")
    listener.trainer.close()
    assert listener.hears("begun").run.last.exists()


def test_after_closing_nothing_begins(listener: Listener, small: Architecture, qtbot: QtBot) -> None:
    listener.trainer.close()
    listener.trainer.train(Order(small, RECIPE))
    qtbot.wait(1)
    assert listener.said == []
    assert not paths.runs().exists()

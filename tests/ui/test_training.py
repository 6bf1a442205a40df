"""The training in the window's session: started, followed, held, changed, stopped, and gone on with."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktopcnn import paths
from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset
from desktopcnn.networks.architecture import Architecture
from desktopcnn.training import run as runs
from desktopcnn.training.history import Change, Epoch, Step
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.inputs import Drawn
from desktopcnn.ui.session import Session
from desktopcnn.ui.training import TrainingSession
from desktopcnn.ui.training_protocol import Order

RECIPE = Recipe("test", epochs=2, batch_size=50, learning_rate=0.01, schedule="constant")
LONG = replace(RECIPE, epochs=9_000)
WITHIN = 60_000
pytestmark = pytest.mark.usefixtures("few_digits")


@pytest.fixture
def training(qapp: object) -> Iterator[TrainingSession]:
    training = TrainingSession()
    yield training
    training.close()


def until_end(qtbot: QtBot, training: TrainingSession, order: Order) -> object:
    with qtbot.waitSignal(training.ended, timeout=WITHIN) as ended:
        training.start(order)
    assert ended.args
    return ended.args[0]


def test_a_training_runs_to_its_end_and_leaves_a_judged_network(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    ended = until_end(qtbot, training, Order(small, RECIPE))
    assert ended.how == "done"
    assert training.state == "idle"
    assert training.step == training.total == 20
    assert training.epoch is not None
    assert training.epoch.epoch == 2
    assert ended.card.metrics["test_accuracy"] > 0.3  # ten classes: chance is 0.1
    assert runs.finished(ended.run)


def test_every_step_reaches_the_curves(qtbot: QtBot, training: TrainingSession, small: Architecture) -> None:
    ended = until_end(qtbot, training, Order(small, RECIPE))
    steps = [event for event in runs.read_history(ended.run) if isinstance(event, Step)]
    assert [step.step for step in steps] == list(range(1, 21))
    np.testing.assert_allclose(training.curves.loss, [step.loss for step in steps], rtol=1e-6)


def test_pause_holds_the_training_and_resume_goes_on(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    training.start(Order(small, LONG))
    qtbot.waitUntil(lambda: training.step > 0, timeout=WITHIN)
    with qtbot.waitSignal(training.looked, timeout=WITHIN):
        training.pause()
    assert training.state == "paused"
    held = training.step
    with qtbot.waitSignal(training.progressed, timeout=WITHIN):
        training.resume()
    qtbot.waitUntil(lambda: training.step > held, timeout=WITHIN)
    training.stop()
    qtbot.waitUntil(lambda: not training.is_busy, timeout=WITHIN)


def test_stop_keeps_what_was_learnt_and_the_run_goes_on_from_there(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    training.start(Order(small, LONG))
    qtbot.waitUntil(lambda: training.epoch is not None, timeout=WITHIN)
    with qtbot.waitSignal(training.ended, timeout=WITHIN) as ended:
        training.stop()
    assert ended.args
    run = ended.args[0].run
    assert ended.args[0].how == "stopped"
    assert run.best.exists()
    stopped_at = training.step
    steps: list[int] = []
    training.begun.connect(lambda _: steps.append(training.step))
    training.proceed(run.folder, threads=1)
    qtbot.waitUntil(lambda: steps == [stopped_at], timeout=WITHIN)
    qtbot.waitUntil(lambda: training.step > stopped_at, timeout=WITHIN)
    training.stop()
    qtbot.waitUntil(lambda: not training.is_busy, timeout=WITHIN)


def test_stop_ends_a_training_that_is_held(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    training.start(Order(small, LONG))
    qtbot.waitUntil(lambda: training.step > 0, timeout=WITHIN)
    training.pause()
    with qtbot.waitSignal(training.ended, timeout=WITHIN):
        training.stop()
    assert training.state == "idle"


def test_settings_change_while_it_runs_and_the_change_is_written_down(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    training.start(Order(small, LONG))
    qtbot.waitUntil(lambda: training.step > 0, timeout=WITHIN)
    with qtbot.waitSignal(training.recipe_changed, timeout=WITHIN):
        training.change(learning_rate=0.001)
    assert training.recipe is not None
    assert training.recipe.learning_rate == 0.001
    changed_at = training.step
    qtbot.waitUntil(lambda: training.step > changed_at + 5, timeout=WITHIN)
    with qtbot.waitSignal(training.ended, timeout=WITHIN) as ended:
        training.stop()
    assert ended.args
    history = runs.read_history(ended.args[0].run)
    changes = [event for event in history if isinstance(event, Change)]
    assert [dict(change.settings) for change in changes] == [{"learning_rate": 0.001}]
    after = [e.learning_rate for e in history if isinstance(e, Step) and e.step > changes[0].step]
    assert after
    assert set(after) == {0.001}


def test_a_change_that_makes_no_sense_is_refused_and_the_training_goes_on(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    training.start(Order(small, LONG))
    qtbot.waitUntil(lambda: training.step > 0, timeout=WITHIN)
    with qtbot.waitSignal(training.failed, timeout=WITHIN) as refused:
        training.change(learning_rate=-1)
    assert refused.args
    assert "learning rate" in refused.args[0]
    at = training.step
    qtbot.waitUntil(lambda: training.step > at, timeout=WITHIN)
    training.stop()
    qtbot.waitUntil(lambda: not training.is_busy, timeout=WITHIN)


def test_one_more_epoch_lengthens_the_training(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    training.start(Order(small, LONG))
    qtbot.waitUntil(lambda: training.step > 0, timeout=WITHIN)
    total = training.total
    with qtbot.waitSignal(training.recipe_changed, timeout=WITHIN):
        training.one_more_epoch()
    assert training.total == total + 10
    training.stop()
    qtbot.waitUntil(lambda: not training.is_busy, timeout=WITHIN)


def test_a_finished_run_gets_one_more_epoch(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    ended = until_end(qtbot, training, Order(small, RECIPE))
    with qtbot.waitSignal(training.ended, timeout=WITHIN):
        training.proceed(ended.run.folder, 1, epochs=3)
    epochs = [e.epoch for e in runs.read_history(ended.run) if isinstance(e, Epoch)]
    assert epochs == [1, 2, 3]


def test_an_exploding_loss_ends_it_with_a_sentence_and_the_last_good_checkpoint(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    wild = replace(LONG, optimizer="sgd", learning_rate=1000.0, weight_decay=10.0)
    with qtbot.waitSignal(training.failed, timeout=WITHIN) as failed:
        ended = until_end(qtbot, training, Order(small, wild))
    assert failed.args
    assert "no longer" in failed.args[0]
    assert ended.how == "failed"
    assert training.state == "idle"


def test_an_unexpected_error_leaves_no_dead_buttons(
    qtbot: QtBot, training: TrainingSession, monkeypatch: pytest.MonkeyPatch, small: Architecture
) -> None:
    def break_down() -> Dataset:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setitem(catalog.CATALOG, "mnist", break_down)
    ended = until_end(qtbot, training, Order(small, RECIPE))
    assert ended.how == "failed"
    assert "a fault of ours" in ended.text
    assert training.state == "idle"


def test_closing_while_it_trains_saves_it(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    with qtbot.waitSignal(training.begun, timeout=WITHIN) as begun:
        training.start(Order(small, LONG))
    qtbot.waitUntil(lambda: training.step > 0, timeout=WITHIN)
    training.close()
    assert begun.args
    assert begun.args[0].last.exists()


def test_a_branch_begins_with_the_weights_of_a_snapshot(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    from desktopcnn.networks import weights

    ended = until_end(qtbot, training, Order(small, RECIPE))
    still = replace(RECIPE, optimizer="sgd", learning_rate=1e-9, epochs=1)
    branch = until_end(qtbot, training, Order(small, still, weights=ended.run.best))
    before, after = (weights.load(run.best).module.state_dict() for run in (ended.run, branch.run))
    for name, tensor in before.items():
        np.testing.assert_allclose(after[name].numpy(), tensor.numpy(), atol=1e-5)
    assert branch.run.folder != ended.run.folder


def test_a_branch_of_another_architecture_is_refused(
    qtbot: QtBot, training: TrainingSession, small: Architecture
) -> None:
    shipped = paths.shipped("trained") / "00-dense.safetensors"
    ended = until_end(qtbot, training, Order(small, RECIPE, weights=shipped))
    assert ended.how == "failed"
    assert "same architecture" in ended.text


def test_the_network_in_training_answers_the_drawing(
    qtbot: QtBot, live: Session, small: Architecture
) -> None:
    import numpy as np

    from desktopcnn.data.digit import Stroke

    with qtbot.waitSignal(live.training.begun, timeout=WITHIN):
        live.training.start(Order(small, LONG))
    entry = live.training.entry
    assert entry is not None
    assert live.entries[0] == entry
    live.show_drawing(Drawn((Stroke(np.array([[80.0, 60.0], [200.0, 200.0]]), 20.0),)))
    live.choose_network(entry.name)
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.entry == entry, timeout=WITHIN)
    assert live.answer is not None
    first = live.answer.trace.logits
    qtbot.waitUntil(
        lambda: live.answer is not None and not np.array_equal(live.answer.trace.logits, first),
        timeout=WITHIN,
    )
    with qtbot.waitSignal(live.training.ended, timeout=WITHIN):
        live.training.stop()
    assert live.training.entry is None
    assert live.entry in live.entries


def test_a_folder_that_is_no_run_is_refused(qtbot: QtBot, training: TrainingSession, tmp_path: Path) -> None:
    with qtbot.waitSignal(training.ended, timeout=WITHIN) as ended:
        training.proceed(tmp_path, threads=1)
    assert ended.args
    assert ended.args[0].how == "failed"
    assert str(tmp_path) in ended.args[0].text

"""A training in the window that goes wrong: what is said, what helps, and what is not lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktopcnn import paths
from desktopcnn.data import catalog
from desktopcnn.data.distortion import Distortion
from desktopcnn.errors import DataError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import Dense, Flatten
from desktopcnn.training import book, footprint, runner
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui import trainer
from desktopcnn.ui.training import TrainingSession
from desktopcnn.ui.training_protocol import Ended, Order

SMALL = Architecture("small", "small", (1, 28, 28), (Flatten(), Dense(10)))
RECIPE = Recipe("test", epochs=2, batch_size=50, learning_rate=0.01, schedule="constant")
WITHIN = 60_000


@pytest.fixture(autouse=True)
def _few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = catalog.load_mnist()
    few = replace(whole, train=whole.train[:500], validation=whole.validation[:200], test=whole.test[:200])
    monkeypatch.setitem(catalog.CATALOG, "mnist", lambda: few)


@pytest.fixture
def training(qapp: object) -> Iterator[TrainingSession]:
    training = TrainingSession()
    yield training
    training.close()


@pytest.fixture
def said(training: TrainingSession) -> list[str]:
    """All that the session complains of."""
    said: list[str] = []
    training.failed.connect(said.append)
    return said


def carry_out(qtbot: QtBot, training: TrainingSession, order: Order) -> Ended:
    with qtbot.waitSignal(training.ended, timeout=WITHIN) as ended:
        training.start(order)
    assert ended.args
    found: Ended = ended.args[0]
    return found


def full(path: Path, *_: object, **__: object) -> None:
    raise DataError(f"{path} cannot be written: No space left on device.")


def test_what_usually_helps_against_an_exploding_loss_is_offered(
    qtbot: QtBot, training: TrainingSession, said: list[str]
) -> None:
    offers: list[tuple[str, Any]] = []
    training.remedy_offered.connect(lambda text, remedy: offers.append((text, remedy)))
    wild = replace(RECIPE, optimizer="sgd", learning_rate=1000.0, weight_decay=10.0)
    ended = carry_out(qtbot, training, Order(SMALL, wild))
    assert ended.how == "failed"
    assert ended.remedy == {"learning_rate": 0.1}
    assert offers == [(ended.text, ended.remedy)]
    assert said == [ended.text]
    tamed = replace(wild, **ended.remedy)
    assert tamed.learning_rate == 0.1


def test_the_batch_that_would_fit_is_offered(
    qtbot: QtBot, training: TrainingSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = replace(RECIPE, batch_size=500, distortion=Distortion(rotation=5))
    needed = footprint.step_bytes(SMALL, recipe, 500, bfloat16=False)
    monkeypatch.setattr(footprint, "available", lambda: needed - 1)
    monkeypatch.setattr(footprint, "SPARE", 1.0)
    with qtbot.waitSignal(training.remedy_offered, timeout=WITHIN) as offered:
        training.start(Order(SMALL, recipe))
    assert offered.args
    text, remedy = offered.args
    assert "A batch of 500 images needs about" in text
    assert remedy == {"batch_size": 256}


def test_a_training_that_could_not_be_saved_is_judged_and_kept_in_memory(
    qtbot: QtBot, training: TrainingSession, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as disk:  # undone alone: the folder of the test stays
        disk.setattr(paths, "append_at", full)
        ended = carry_out(qtbot, training, Order(SMALL, RECIPE))
        assert ended.how == "done"
        assert ended.text.endswith("What was learnt after step 0 is not saved.")
        assert ended.card is not None
        assert ended.card.metrics["test_accuracy"] > 0.3  # ten classes: chance is 0.1
        assert ended.network is not None
        assert ended.network.card == ended.card
        assert "goes on in memory" in said[0]
        assert said[-1] == ended.text
        assert training.step == training.total == 20, "every event was delivered"
        assert training.state == "idle"
        with qtbot.waitSignal(training.unsaved, timeout=WITHIN):
            training.save_again()
    with qtbot.waitSignal(training.saved, timeout=WITHIN) as saved:
        training.save_again()
    assert saved.args == ["small"]
    assert ended.run
    row = book.row(ended.run.folder)
    assert (row.state, row.epochs, row.test) == ("finished", 2, ended.card.metrics["test_accuracy"])
    book.save_network(ended.run.folder, "Late")


def test_what_could_not_be_saved_is_tried_again_by_itself(
    qtbot: QtBot, training: TrainingSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "RETRY", 1)
    with monkeypatch.context() as disk:
        disk.setattr(paths, "append_at", full)
        carry_out(qtbot, training, Order(SMALL, RECIPE))
    with qtbot.waitSignal(training.saved, timeout=WITHIN):
        pass


def test_a_network_whose_card_cannot_be_written_is_not_lost(
    qtbot: QtBot, training: TrainingSession, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "keep", lambda run, _: full(run.best))
    ended = carry_out(qtbot, training, Order(SMALL, RECIPE))
    assert ended.how == "done"
    assert said == [ended.text] == [f"{ended.run.best} cannot be written: No space left on device."]
    assert ended.network is not None


def test_a_training_without_trouble_says_nothing(
    qtbot: QtBot, training: TrainingSession, said: list[str]
) -> None:
    ended = carry_out(qtbot, training, Order(SMALL, RECIPE))
    assert (ended.text, ended.network, dict(ended.remedy), said) == ("", None, {}, [])

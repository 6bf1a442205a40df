"""The thread behind the training form."""

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.data.distortion import Distortion
from desktopcnn.errors import DataError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import Dense, Flatten
from desktopcnn.training import probe
from desktopcnn.training.recipe import RECIPES, Recipe
from desktopcnn.ui.train.previews import Facts, Load, Previews

WITHIN = 60_000
TINY = Architecture("tiny", "Tiny", (1, 28, 28), (Flatten(), Dense(10)))
BAR = np.zeros((8, 1, 28, 28), np.uint8)
BAR[..., 10:18] = 255


@pytest.fixture
def previews(qapp: object) -> Iterator[Previews]:
    owner = QObject()
    previews = Previews(owner)
    yield previews
    previews.close()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """A data set of a hundred bars in place of MNIST."""
    part = Part(np.tile(BAR, (13, 1, 1, 1))[:100], np.arange(100, dtype=np.uint8) % 10)
    dataset = Dataset("mnist", "Bars", catalog.DIGITS, part, part[:20], part[:10])
    monkeypatch.setitem(catalog.CATALOG, "mnist", lambda: dataset)
    return dataset


class Probe:
    """Stands in for the real one: gives 5 s, and can be held up until it is opened or told to stop."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int, int, int]] = []
        self.reached, self.opened = threading.Event(), threading.Event()
        self.opened.set()
        self.stopped: list[bool] = []

    def __call__(
        self,
        architecture: Architecture,
        recipe: Recipe,
        images: int,
        threads: int,
        *,
        validation: int,
        stop: Any,
    ) -> float:
        self.calls.append((recipe.name, images, validation, threads))
        self.reached.set()
        while not (self.opened.wait(0.005) or stop()):
            pass
        self.stopped.append(stop())
        return 5.0


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Probe]:
    stub = Probe()
    monkeypatch.setattr(probe, "seconds_per_epoch", stub)
    yield stub
    stub.opened.set()


def learnt(previews: Previews, qtbot: QtBot) -> Facts:
    with qtbot.waitSignal(previews.learnt, timeout=WITHIN) as told:
        previews.learn("mnist")
        previews.start()
    assert told.args
    facts = told.args[0]
    assert isinstance(facts, Facts)
    return facts


def test_pictures_come_back_distorted(previews: Previews, qtbot: QtBot) -> None:
    with qtbot.waitSignal(previews.shown, timeout=WITHIN) as told:
        previews.start()
        previews.show(BAR, Distortion(rotation=90), 0)
    assert told.args
    frames = told.args[0]
    assert [frame.shape for frame in frames] == [(28, 28)] * 8
    assert all(frame.min() >= 0 and frame.max() <= 1 for frame in frames)
    assert not np.allclose(frames[0], frames[1], atol=0.1)


def test_only_the_newest_is_shown(previews: Previews, qtbot: QtBot) -> None:
    shown: list[Any] = []
    previews.shown.connect(shown.append)
    for angle in range(20):
        previews.show(BAR, Distortion(rotation=angle), 0)
    with qtbot.waitSignal(previews.shown, timeout=WITHIN):
        previews.show(BAR, Distortion(), 0)
        previews.start()
    assert len(shown) == 1
    assert np.allclose(shown[0][0], BAR[0, 0] / 255)


def test_the_same_draw_gives_the_same_pictures(previews: Previews, qtbot: QtBot) -> None:
    shown: list[Any] = []
    previews.shown.connect(shown.append)
    previews.start()
    for seed in (3, 3, 4):
        with qtbot.waitSignal(previews.shown, timeout=WITHIN):
            previews.show(BAR, Distortion(shift=4), seed)
    assert np.array_equal(shown[0], shown[1])
    assert not np.array_equal(shown[0], shown[2])


def test_a_data_set_is_looked_at(previews: Previews, qtbot: QtBot, small: Dataset) -> None:
    facts = learnt(previews, qtbot)
    assert (facts.dataset, facts.images, facts.validation, facts.classes) == ("mnist", 100, 20, 10)
    assert facts.shape == (1, 28, 28)
    assert 8 <= len(facts.digits) < 100


def test_a_data_set_that_cannot_be_read_is_told(
    previews: Previews, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Dataset:
        raise DataError("It is gone.")

    monkeypatch.setitem(catalog.CATALOG, "mnist", fail)
    with qtbot.waitSignal(previews.unreadable, timeout=WITHIN) as told:
        previews.learn("mnist")
        previews.start()
    assert told.args == ["mnist", "It is gone."]


def test_an_epoch_is_timed_once(previews: Previews, qtbot: QtBot, small: Dataset, stub: Probe) -> None:
    load = Load(TINY, RECIPES["quick"], "mnist", 1)
    learnt(previews, qtbot)
    assert previews.seconds(load) is None
    with qtbot.waitSignal(previews.timed, timeout=WITHIN):
        previews.time(load)
    assert previews.seconds(load) == 5
    assert stub.calls == [("quick", 100, 20, 1)]
    longer = Load(TINY, Recipe("other", epochs=99, weight_decay=0.5, learning_rate=1), "mnist", 1)
    assert previews.seconds(longer) == 5  # takes as long
    assert previews.seconds(Load(TINY, RECIPES["quick"], "mnist", 2)) is None


def test_a_probe_that_nobody_waits_for_is_stopped(
    previews: Previews, qtbot: QtBot, small: Dataset, stub: Probe
) -> None:
    learnt(previews, qtbot)
    stub.opened.clear()
    first, second = (Load(TINY, RECIPES["quick"], "mnist", threads) for threads in (1, 2))
    previews.time(first)
    assert stub.reached.wait(60)
    with qtbot.waitSignal(previews.timed, timeout=WITHIN):
        previews.time(second)
        qtbot.waitUntil(lambda: stub.stopped == [True], timeout=WITHIN)
        stub.opened.set()
    assert stub.stopped == [True, False]
    assert previews.seconds(first) is None
    assert previews.seconds(second) == 5


def test_an_error_in_the_probe_is_told_and_the_thread_lives(
    previews: Previews, qtbot: QtBot, small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> float:
        raise RuntimeError("no memory")

    monkeypatch.setattr(probe, "seconds_per_epoch", fail)
    learnt(previews, qtbot)
    with qtbot.waitSignal(previews.unmeasured, timeout=WITHIN) as told:
        previews.time(Load(TINY, RECIPES["quick"], "mnist", 1))
    assert told.args == ["no memory"]
    with qtbot.waitSignal(previews.shown, timeout=WITHIN):
        previews.show(BAR, Distortion(), 0)


def test_close_stops_a_probe_and_tells_nothing_more(
    previews: Previews, qtbot: QtBot, small: Dataset, stub: Probe
) -> None:
    learnt(previews, qtbot)
    stub.opened.clear()
    previews.time(Load(TINY, RECIPES["quick"], "mnist", 1))
    assert stub.reached.wait(60)
    with qtbot.assertNotEmitted(previews.timed):
        previews.close()
        QApplication.processEvents()
    assert stub.stopped == [True]


def test_after_close_nothing_begins(previews: Previews, qtbot: QtBot) -> None:
    previews.close()
    with qtbot.assertNotEmitted(previews.shown):
        previews.start()
        previews.show(BAR, Distortion(), 0)
        previews.learn("mnist")
        QApplication.processEvents()


def test_the_end_of_the_owner_ends_the_thread(qtbot: QtBot) -> None:
    owner = QObject()
    previews = Previews(owner)
    with qtbot.waitSignal(previews.shown, timeout=WITHIN):
        previews.start()
        previews.show(BAR, Distortion(), 0)
    owner.deleteLater()  # the checks of conftest see that no thread is left
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

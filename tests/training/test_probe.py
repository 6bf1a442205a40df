"""The estimate of an epoch's time: what it measures and what it leaves alone. No test looks at a clock."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch

from desktopcnn.data.dataset import Dataset
from desktopcnn.data.distortion import Distortion
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.networks.layers import BatchNorm, Convolution, Dense, Dropout, Flatten
from desktopcnn.training import loop, probe
from desktopcnn.training.history import Event, Step
from desktopcnn.training.loop import Training
from desktopcnn.training.probe import LARGE, LEAST_STEPS, SMALL, seconds_per_epoch
from desktopcnn.training.recipe import RECIPES, Recipe

TINY = Architecture("tiny", "Tiny", (1, 6, 6), (Flatten(), Dense(3)))
RECIPE = Recipe("test", batch_size=16)


class Clock:
    """Goes on by that many seconds whenever it is looked at."""

    def __init__(self, seconds: float) -> None:
        self.now, self.seconds = 0.0, seconds

    def perf_counter(self) -> float:
        self.now += self.seconds
        return self.now


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let every event of the loop seem to take that long."""

    def tick(seconds: float) -> None:
        monkeypatch.setattr(probe, "time", Clock(seconds))

    return tick


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Batch size and number of steps of every training that the probe begins."""
    seen: list[tuple[int, int]] = []

    def train(training: Training, dataset: Dataset) -> Iterator[Event]:
        place = len(seen)
        seen.append((training.recipe.batch_size, 0))
        for event in loop.train(training, dataset):
            if isinstance(event, Step):
                seen[place] = (training.recipe.batch_size, event.step)
            yield event

    monkeypatch.setattr(probe, "train", train)
    return seen


@pytest.mark.parametrize("name", CATALOG)
def test_every_architecture_has_a_time(name: str) -> None:
    seconds = seconds_per_epoch(CATALOG[name], RECIPES["quick"], 1000, 1, validation=100)
    assert seconds > 0
    assert math.isfinite(seconds)


def test_the_time_is_that_of_its_steps_and_of_validation(tick: Callable[[float], None]) -> None:
    tick(0.01)  # for a step of 16 images, and for a look at 16 of them
    assert seconds_per_epoch(TINY, RECIPE, 1600, 1) == pytest.approx(1)
    assert seconds_per_epoch(TINY, RECIPE, 1600, 1, validation=320) == pytest.approx(1.2)


def test_at_least_three_steps_are_measured_however_long_they_take(
    tick: Callable[[float], None], trained: list[tuple[int, int]]
) -> None:
    tick(10.0)
    assert seconds_per_epoch(TINY, RECIPE, 1000, 1) == pytest.approx(1000 * 10 / SMALL)
    assert trained[-1] == (SMALL, LEAST_STEPS)  # large steps would take a minute


def test_a_quick_network_is_measured_in_steps_of_its_own_size(
    tick: Callable[[float], None], trained: list[tuple[int, int]]
) -> None:
    tick(0.001)
    seconds_per_epoch(TINY, RECIPE, 1000, 1)
    size, steps = trained[-1]
    assert size == RECIPE.batch_size
    assert steps > LEAST_STEPS


def test_half_a_second_is_enough(tick: Callable[[float], None], trained: list[tuple[int, int]]) -> None:
    tick(0.05)
    seconds_per_epoch(TINY, RECIPE, 1000, 1)
    assert sum(steps for _, steps in trained) <= 0.5 / 0.05 + 2 * LEAST_STEPS


@pytest.mark.parametrize(("batch", "images", "size"), [(4, 1000, 4), (64, 30, 30), (60_000, 50_000, LARGE)])
def test_no_step_is_larger_than_it_need_be(
    tick: Callable[[float], None], trained: list[tuple[int, int]], batch: int, images: int, size: int
) -> None:
    tick(0.0001)
    seconds_per_epoch(TINY, Recipe("test", batch_size=batch), images, 1)
    assert max(done for done, _ in trained) == size


def test_it_ends_early_when_nobody_waits(
    tick: Callable[[float], None], trained: list[tuple[int, int]]
) -> None:
    tick(0.0001)
    assert seconds_per_epoch(TINY, RECIPE, 1000, 1, stop=lambda: True) > 0
    assert [steps for _, steps in trained] == [LEAST_STEPS] * 2


def test_settings_that_would_break_a_training_do_not_break_the_probe() -> None:
    recipe = Recipe(
        "test", batch_size=8, learning_rate=1000, weight_decay=100, average=0.99, label_smoothing=0.5,
        distortion=Distortion(1, 1, 1, 0.1, 0.1, 1, 1),
    )  # fmt: skip
    architecture = Architecture(
        "deep", "Deep", (3, 9, 7),
        (Convolution(4, 3), BatchNorm(), Flatten(), Dropout(0.5), Dense(5)),
    )  # fmt: skip
    assert seconds_per_epoch(architecture, recipe, 100, 1, stop=lambda: True) > 0


def test_threads_and_random_states_are_left_as_they_were() -> None:
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    numbers = np.random.get_state()[1].copy()  # type: ignore[index, union-attr]
    seconds_per_epoch(TINY, RECIPE, 100, threads + 1, stop=lambda: True)
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.random.get_rng_state(), state)
    assert (np.random.get_state()[1] == numbers).all()  # type: ignore[index]


def test_it_trains_with_the_threads_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    set_threads = torch.set_num_threads
    monkeypatch.setattr(torch, "set_num_threads", lambda n: (asked.append(n), set_threads(n)))
    before = torch.get_num_threads()
    seconds_per_epoch(TINY, RECIPE, 100, 2, stop=lambda: True)
    assert asked == [2, before]

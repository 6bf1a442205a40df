"""How long an epoch will take on this machine: the training loop itself, for half a second, on noise."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch

from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.networks.architecture import Architecture
from desktopcnn.training.history import Epoch, Step
from desktopcnn.training.loop import begin, train
from desktopcnn.training.recipe import Recipe

BUDGET = 0.5
"""Seconds that a probe may take, where the least number of steps allows it."""
LEAST_STEPS = 3
SMALL, LARGE = 8, 512
"""Images in the steps that size up an unknown network, and at most: beyond, images are not done faster."""
WITHOUT_END = 10_000


@dataclass(frozen=True)
class Pace:
    """Seconds for each image: learnt from, and looked at in validation."""

    learning: float
    checking: float


def seconds_per_epoch(
    architecture: Architecture,
    recipe: Recipe,
    images: int,
    threads: int,
    *,
    validation: int = 0,
    stop: Callable[[], bool] = lambda: False,
) -> float:
    """Seconds that a pass over `images` training images and `validation` others will take here.

    Takes about `BUDGET` seconds with that many threads of torch, after a warm-up; a network so large that
    `LEAST_STEPS` small steps take longer gets these. The sooner `stop` is true the rougher the figure.
    Neither the global random state nor the number of threads is changed.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        size = min(recipe.batch_size, images, LARGE)
        pace = _pace(architecture, recipe, min(size, SMALL), 0, stop)
        fitting = int(BUDGET / (LEAST_STEPS + 1) / pace.learning)
        if size > SMALL:
            pace = _pace(architecture, recipe, max(SMALL, min(size, fitting)), BUDGET, stop)
    finally:
        torch.set_num_threads(before)
    return images * pace.learning + validation * pace.checking


def _pace(
    architecture: Architecture, recipe: Recipe, size: int, budget: float, stop: Callable[[], bool]
) -> Pace:
    """Measured in steps of `size` images, one for warming up and then for `budget` seconds."""
    recipe = replace(recipe.workload(), batch_size=size, epochs=WITHOUT_END)
    training = begin(architecture, recipe, seed=0)
    dataset = _noise(architecture, size * LEAST_STEPS, size)
    steps: list[float] = []
    checks: list[float] = []
    spent = 0.0
    began = time.perf_counter()
    for event in train(training, dataset):
        took = time.perf_counter() - began
        spent += took
        if isinstance(event, Step):
            steps.append(took)
        elif isinstance(event, Epoch):
            checks.append(took)
            if spent > budget or stop():
                break
        began = time.perf_counter()
    # the first of each was the warm-up, where there are others; the median forgives an interruption
    return Pace(_median(steps) / size, _median(checks) / size)


def _median(seconds: list[float]) -> float:
    return statistics.median(seconds[1:] or seconds)


def _noise(architecture: Architecture, images: int, validation: int) -> Dataset:
    """Pictures without meaning, of the shape that the architecture takes."""
    generator = np.random.default_rng(0)
    classes = architecture.output_shape[0]

    def part(number: int) -> Part:
        pictures = generator.integers(0, 256, (number, *architecture.input_shape), np.uint8)
        return Part(pictures, generator.integers(0, min(classes, 256), number).astype(np.uint8))

    names = tuple(map(str, range(classes)))
    return Dataset("noise", "Noise", names, part(images), part(validation), part(1))

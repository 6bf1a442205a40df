"""A data set that is small and not trivial, and the networks and recipes that go through everything."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from desktopcnn.data.dataset import Dataset, Part


def _bars(number: int, seed: int) -> Part:
    """Pictures of 8x8: a bar that lies, stands or slopes, anywhere, under noise."""
    random = np.random.default_rng(seed)
    images = random.integers(0, 90, (number, 1, 8, 8))
    labels = random.integers(0, 3, number)
    for image, label in zip(images, labels, strict=True):
        place = random.integers(0, 8)
        if label == 0:
            image[0, place] += 150
        elif label == 1:
            image[0, :, place] += 150
        else:
            image[0, np.arange(8), (np.arange(8) + place) % 8] += 150
    return Part(images.astype(np.uint8), labels.astype(np.uint8))


@pytest.fixture(scope="session")
def bars() -> Dataset:
    parts = [_bars(number, seed) for seed, number in enumerate((203, 60, 60))]
    return Dataset("bars", "Bars", ("lies", "stands", "slopes"), *parts)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Sums come out in the same order only with the same number of threads: that of the child processes."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)

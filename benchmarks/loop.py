"""How fast the training loop is beside an ordinary one, and whether bfloat16 pays.

The ordinary loop is that of pytorch/examples (mnist): a `Dataset` whose `__getitem__` turns one picture
into a normalised tensor, a `DataLoader` that collates them, a plain `nn.Sequential` in float32. Network,
batch size, optimiser, threads and images are the same. Each side has a process of its own (our loop
changes how the process keeps memory, which must not help the other); they take turns in short slices, so
that whatever else the machine does hits all; the figure that counts is the ratio.

    python benchmarks/loop.py [--threads N] [--seconds S] [--network N ...] [--pil]
"""

import argparse
import itertools
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection

import numpy as np
import torch
from PIL import Image
from torch.nn import functional
from torch.utils import data

from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.networks import catalog as architectures
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.modules import build
from desktopcnn.training import loop, recipe
from desktopcnn.training.recipe import Recipe

MEAN, DEVIATION = 0.1307, 0.3081
MIN_SLICES = 8
SIDES = ("DataLoader", "float32", "bfloat16")
SLICE = 0.5
"""Seconds for which one side runs before the other has its turn."""


class Pictures(data.Dataset):
    """MNIST as most programs hold it: one picture at a time, transformed when it is asked for."""

    def __init__(self, part: Part, *, pil: bool) -> None:
        self.part, self.pil = part, pil

    def __len__(self) -> int:
        return len(self.part)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        picture = self.part.images[index, 0]
        if self.pil:  # the data sets of torchvision hand out PIL images, which ToTensor turns back
            picture = np.array(Image.fromarray(picture), copy=True)
        return normalize(to_tensor(picture)), int(self.part.labels[index])


def to_tensor(picture: np.ndarray) -> torch.Tensor:
    """What ToTensor of torchvision does to an array of (height, width)."""
    tensor = torch.from_numpy(picture[:, :, None].transpose((2, 0, 1))).contiguous()
    return tensor.to(torch.get_default_dtype()).div(255)


def normalize(picture: torch.Tensor) -> torch.Tensor:
    """What Normalize of torchvision does."""
    picture = picture.clone()
    mean, deviation = torch.as_tensor([MEAN]), torch.as_tensor([DEVIATION])
    if (deviation == 0).any():
        raise ValueError
    return picture.sub_(mean.view(-1, 1, 1)).div_(deviation.view(-1, 1, 1))


def ordinary(architecture: Architecture, settings: Recipe, pictures: Pictures) -> Iterator[int]:
    """An ordinary training; yields how many images each step took."""
    module = build(architecture).train()
    parameters = list(module.parameters())
    if settings.optimizer == "sgd":
        optimizer: torch.optim.Optimizer = torch.optim.SGD(
            parameters, settings.learning_rate, settings.momentum, weight_decay=settings.weight_decay
        )
    else:
        optimizer = torch.optim.AdamW(parameters, settings.learning_rate, weight_decay=settings.weight_decay)
    loader = data.DataLoader(pictures, settings.batch_size, shuffle=True, num_workers=0)
    while True:
        for pictures, labels in loader:
            optimizer.zero_grad()
            loss = functional.cross_entropy(module(pictures), labels)
            loss.backward()
            optimizer.step()
            yield len(labels)


def ours(architecture: Architecture, settings: Recipe, dataset: Dataset, *, bfloat16: bool) -> Iterator[int]:
    """Our training, without its validation; yields how many images each step took."""
    settings = replace(settings, epochs=1000)
    dataset = replace(dataset, validation=dataset.validation[:1])
    training = loop.begin(architecture, settings, 0, bfloat16=bfloat16)
    for event in loop.train(training, dataset):
        if isinstance(event, loop.Step):
            yield settings.batch_size


def side(kind: str, network: str, threads: int, pil: bool, turns: Connection) -> None:
    """One process: trains for a slice each time it is told to, and answers with images per second.

    First of the clock, then of the processor's time: the second is steadier beside other work, but says
    little with more than one thread.
    """
    torch.set_num_threads(threads)
    dataset = catalog.load("mnist")
    architecture, settings = architectures.find(network), recipe.proposed(network)
    if kind == "DataLoader":
        steps = ordinary(architecture, settings, Pictures(dataset.train, pil=pil))
    else:
        steps = ours(architecture, settings, dataset, bfloat16=kind == "bfloat16")
    for _ in itertools.islice(steps, 10):  # warm up
        pass
    turns.send("ready")
    while turns.recv():
        began, worked, images = time.perf_counter(), time.process_time(), 0
        while (spent := time.perf_counter() - began) < SLICE:
            images += next(steps)
        turns.send((images / spent, images / (time.process_time() - worked)))


def speeds(network: str, options: argparse.Namespace) -> np.ndarray:
    """(slices, sides, 2): what each of `SIDES` answered in each slice; the order turns each time."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for kind in SIDES:
        mine, theirs = context.Pipe()
        processes.append(
            context.Process(target=side, args=(kind, network, options.threads, options.pil, theirs))
        )
        processes[-1].start()
        pipes.append(mine)
    for pipe in pipes:
        pipe.recv()
    rounds: list[list[tuple[float, float]]] = []
    deadline = time.monotonic() + options.seconds
    while time.monotonic() < deadline or len(rounds) < MIN_SLICES:
        row = [(0.0, 0.0)] * len(SIDES)
        for place in range(len(SIDES)):
            number = (place + len(rounds)) % len(SIDES)
            pipes[number].send(True)
            row[number] = pipes[number].recv()
        rounds.append(row)
    for pipe, process in zip(pipes, processes, strict=True):
        pipe.send(False)
        process.join()
    return np.array(rounds)


def ratio(rounds: np.ndarray, upper: int, lower: int) -> str:
    """Median over the slices of upper / lower, and the quartiles."""
    low, middle, high = np.quantile(rounds[:, upper] / rounds[:, lower], (0.25, 0.5, 0.75))
    return f"{middle:.2f} ({low:.2f}-{high:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20, help="for each network")
    parser.add_argument("--network", nargs="+", default=["00-dense", "01-conv", "02-two-conv"])
    parser.add_argument("--pil", action="store_true", help="let each picture be a PIL image first")
    options = parser.parse_args()
    print(f"images/s, {options.threads} threads, medians; ratios with quartiles over slices of {SLICE} s")
    form = "{:<12} {:>5} {:>10} {:>8} {:>8}  {:<8}  {:<17} {:<17} {:<17}"
    print(
        form.format("network", "batch", *SIDES, "chosen", "/ DataLoader", "by CPU time", "bfloat16/float32")
    )
    for name in options.network:
        rounds = speeds(name, options)
        bfloat16 = loop.bfloat16_pays(architectures.find(name))
        chosen = SIDES.index("bfloat16" if bfloat16 else "float32")
        clock, cpu = rounds[..., 0], rounds[..., 1]
        print(
            form.format(
                name,
                recipe.proposed(name).batch_size,
                *(f"{value:,.0f}" for value in np.median(clock, axis=0)),
                SIDES[chosen],
                ratio(clock, chosen, 0),
                ratio(cpu, chosen, 0),
                ratio(clock, 2, 1),
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()

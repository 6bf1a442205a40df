"""A run: the folder of one training, from which it continues exactly where it was.

    run.json            what is trained: architecture, recipe, data set with checksum, seed, versions
    history.jsonl       one line for every step and every epoch
    last.safetensors    the training at its last checkpoint: weights, optimiser, generator, order
    best.safetensors    the network of the best validation epoch so far, ready to use

Every file is written whole or not at all, and `last` after the history that leads to it, so that a crash
at any moment loses the steps since the last checkpoint and nothing else.
"""

import json
import platform
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import torch

import desktopcnn
from desktopcnn import paths
from desktopcnn.data.dataset import Dataset
from desktopcnn.errors import DataError, NetworkError, UsageError
from desktopcnn.evaluation.report import evaluate
from desktopcnn.networks import weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.card import Card
from desktopcnn.training import checkpoint, loop
from desktopcnn.training.history import Epoch, Event, from_line, to_line
from desktopcnn.training.recipe import Recipe

FORMAT = "desktopcnn-run/1"
CHECKPOINT_SECONDS = 30.0


@dataclass(frozen=True)
class Run:
    """What is trained, and where. dataset, checksum: name of the data set and `Dataset.checksum()`."""

    folder: Path
    architecture: Architecture
    recipe: Recipe
    dataset: str
    checksum: str
    seed: int
    bfloat16: bool

    @property
    def last(self) -> Path:
        return self.folder / "last.safetensors"

    @property
    def best(self) -> Path:
        return self.folder / "best.safetensors"

    @property
    def history(self) -> Path:
        return self.folder / "history.jsonl"


def create(
    architecture: Architecture,
    recipe: Recipe,
    dataset: Dataset,
    seed: int,
    folder: Path | None = None,
) -> Run:
    """A new run in a folder of its own, by default one named after the moment, under `paths.runs()`."""
    folder = folder or _new_folder(architecture.name)
    run = Run(
        folder, architecture, recipe, dataset.name, dataset.checksum(), seed,
        loop.bfloat16_pays(architecture),
    )  # fmt: skip
    description = {
        "format": FORMAT,
        "created": datetime.now().astimezone().isoformat(timespec="seconds"),
        "architecture": json.loads(architecture.to_json()),
        "recipe": recipe.to_json(),
        "dataset": run.dataset,
        "checksum": run.checksum,
        "seed": seed,
        "bfloat16": run.bfloat16,
        "versions": versions(),
    }
    paths.write_atomically(folder / "run.json", json.dumps(description, indent=1).encode())
    return run


def read(folder: Path) -> Run:
    """The run in that folder. Raises `DataError` that says what is missing or damaged."""
    path = folder / "run.json"
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(f"its format is {data['format']!r}, not {FORMAT!r}")
        return Run(
            folder,
            Architecture.from_json(json.dumps(data["architecture"])),
            Recipe.from_json(data["recipe"]),
            str(data["dataset"]),
            str(data["checksum"]),
            int(data["seed"]),
            bool(data["bfloat16"]),
        )
    except OSError as error:
        raise DataError(f"{folder} is not the folder of a run: {path.name} cannot be read.") from error
    except (ValueError, KeyError, TypeError, NetworkError, UsageError) as error:
        raise DataError(f"{path} is damaged: {str(error).rstrip('.')}.") from error


def proceed(run: Run, dataset: Dataset) -> Generator[Event]:
    """Train from the last checkpoint (or the beginning) to the end, and write it all down.

    Yields what `loop.train` yields. Closing the generator between two events writes a checkpoint.
    Raises `DataError` when the data are not those the run began with or the folder cannot be written,
    `TrainingError` when the loss is no longer a number; the last good checkpoint stands then.
    """
    if dataset.checksum() != run.checksum:
        raise DataError(f"The data set {dataset.name} is not the one that {run.folder} was begun with.")
    training = loop.begin(run.architecture, run.recipe, run.seed, bfloat16=run.bfloat16)
    if run.last.exists():
        checkpoint.restore(run.last, training)
    events = [event for event in read_history(run) if event.step <= training.step]
    best = max((e.validation_accuracy for e in events if isinstance(e, Epoch)), default=-1.0)
    _write_history(run, events)
    pending: list[Event] = []
    saved = time.monotonic()

    def write() -> None:
        nonlocal saved
        with run.history.open("a", encoding="utf-8") as file:
            file.writelines(to_line(event) + "\n" for event in pending)
        pending.clear()
        checkpoint.save(run.last, training)
        saved = time.monotonic()

    with closing(loop.train(training, dataset, run.recipe)) as stream:
        try:
            for event in stream:
                pending.append(event)
                if isinstance(event, Epoch):
                    if event.validation_accuracy > best:
                        best = event.validation_accuracy
                        weights.save(run.best, training.average, _card(run, dataset, event))
                    write()
                elif time.monotonic() - saved > CHECKPOINT_SECONDS:
                    write()
                yield event
        except GeneratorExit:
            write()
            raise


def read_history(run: Run) -> list[Event]:
    """Every step and epoch written so far; a line that a crash cut off is left out."""
    try:
        lines = run.history.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DataError(f"{run.history} cannot be read: {error.strerror or error}.") from error
    events = []
    for number, line in enumerate(lines, 1):
        try:
            events.append(from_line(line))
        except ValueError as error:
            if number < len(lines):
                raise DataError(f"{run.history} is damaged in line {number}.") from error
    return events


def finish(run: Run, dataset: Dataset) -> Card:
    """Judge the best network of a finished run on the test images, once, and write that on its card."""
    network = weights.load(run.best)
    seconds = sum(event.seconds for event in read_history(run) if isinstance(event, Epoch))
    report = evaluate(network.module, dataset.test)
    metrics = {
        **network.card.metrics,
        "test_accuracy": report.accuracy,
        "test_errors": report.errors,
        "seconds": round(seconds, 1),
        "machine": f"{platform.machine()}, {torch.get_num_threads()} threads",
    }
    card = replace(network.card, metrics=metrics)
    weights.save(run.best, network.module, card)
    return card


def finished(run: Run) -> bool:
    """Whether all epochs are done."""
    epochs = [event for event in read_history(run) if isinstance(event, Epoch)]
    return bool(epochs) and epochs[-1].epoch >= run.recipe.epochs


def versions() -> dict[str, str]:
    """The versions that a result depends on."""
    return {
        "desktopcnn": desktopcnn.__version__,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _new_folder(name: str) -> Path:
    moment = datetime.now().astimezone().strftime("%Y-%m-%d %H%M%S")
    place = paths.runs() / f"{moment} {name}"
    number = 2
    while place.exists():
        place = paths.runs() / f"{moment} {name} ({number})"
        number += 1
    return place


def _card(run: Run, dataset: Dataset, epoch: Epoch) -> Card:
    """The card of the best network so far; its test accuracy comes when the run is done."""
    return Card(
        title=run.architecture.title,
        architecture=run.architecture,
        classes=dataset.classes,
        recipe={**run.recipe.to_json(), "dataset": run.dataset, "seed": run.seed},
        metrics={
            "validation_accuracy": epoch.validation_accuracy,
            "chosen": f"best validation epoch, {epoch.epoch} of {run.recipe.epochs}",
            "images_seen": epoch.epoch * len(dataset.train),
        },
    )


def _write_history(run: Run, events: list[Event]) -> None:
    text = "".join(to_line(event) + "\n" for event in events)
    paths.write_atomically(run.history, text.encode())

"""Carrying a run out: resume, proceed, finish."""

import platform
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import torch

from desktopcnn import paths
from desktopcnn.data.dataset import Dataset
from desktopcnn.errors import DataError, NetworkError, TrainingError, UnsavedError
from desktopcnn.evaluation.report import evaluate
from desktopcnn.networks import weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.card import Card
from desktopcnn.networks.modules import build
from desktopcnn.networks.weights import Network
from desktopcnn.training import checkpoint, footprint, loop
from desktopcnn.training.history import Epoch, Event
from desktopcnn.training.journal import Journal
from desktopcnn.training.lock import hold
from desktopcnn.training.loop import Training
from desktopcnn.training.run import Run, read_history


def resume(run: Run) -> Training:
    """The training at its last checkpoint, or at its beginning."""
    training = loop.begin(run.architecture, run.recipe, run.seed, bfloat16=run.bfloat16)
    if run.last.exists():
        checkpoint.restore(run.last, training)
    return training


def start_from(run: Run, path: Path) -> None:
    """Let a new run begin with the weights of that file, at step 0.

    Raises `NetworkError` where they do not fit the run's architecture.
    """
    network = weights.load(path)
    if network.architecture.layers != run.architecture.layers:
        raise NetworkError(
            f"{path} holds the weights of {network.architecture.title}; the run is one of "
            f"{run.architecture.title}. Choose the same architecture."
        )
    _begin_with(run, network.module)


def start_like(run: Run, architecture: Architecture) -> None:
    """Let a new run begin with the weights that `architecture` begins with under the same seed.

    For two networks of the same shapes that differ in what is between: only that shall make a difference.
    """
    _begin_with(run, build(architecture, torch.Generator().manual_seed(run.seed)))


def _begin_with(run: Run, module: torch.nn.Sequential) -> None:
    training = resume(run)
    weights_by_layer = list(module.state_dict().values())  # by order: layers between have other names
    for target in (training.module, training.average):
        state = dict(zip(target.state_dict(), weights_by_layer, strict=True))
        target.load_state_dict(state)
    checkpoint.save(run.last, training)


def proceed(run: Run, training: Training, dataset: Dataset) -> Generator[Event]:
    """Train from where `training` (of `resume`) stands to the end, and write it all down.

    Yields what `loop.train` yields, and each `Change` that the caller makes between two events. Closing
    the generator writes a checkpoint. Where the folder cannot be written the training goes on, a `Notice`
    says so, and everything is written as soon as it can be; `UnsavedError`, at the end or out of closing,
    where it cannot be by then: `training` holds all of it still.
    Raises `DataError` when the data are not those the run began with or somebody else trains in its folder,
    `TrainingError` when the loss is no longer a number or a batch does not fit into memory; the last good
    checkpoint stands then.
    """
    if dataset.checksum() != run.checksum:
        raise DataError(f"The data set {dataset.name} is not the one that {run.folder} was begun with.")
    free = footprint.available()
    kind = training.bfloat16
    footprint.check(run.architecture, training.recipe, len(dataset.train), free, bfloat16=kind)
    with hold(run.folder), closing(loop.train(training, dataset)) as stream:
        journal = Journal(run, training, dataset)
        run.failure.unlink(missing_ok=True)
        try:
            for event in stream:
                yield from journal.take(event)
                yield event
        except GeneratorExit:
            _end(run, journal)
            raise
        except TrainingError as error:
            with suppress(DataError):
                paths.write_atomically(run.failure, str(error).encode())
            raise
        except (MemoryError, RuntimeError) as error:
            if not footprint.exhausted(error):
                raise
            raise footprint.shortage(
                run.architecture, training.recipe, training.step, free, bfloat16=kind
            ) from error
        _end(run, journal)


def _end(run: Run, journal: Journal) -> None:
    """Write the rest; where that fails the error brings what tries it once more."""

    def again() -> None:
        with hold(run.folder):
            journal.end()

    try:
        journal.end()
    except UnsavedError as error:
        error.again = again
        raise


def judge(run: Run, dataset: Dataset, training: Training | None = None) -> Network:
    """The best network of a run, judged on the test images, once, with that on its card.

    It comes from `training` where that has it, which works without the folder. Raises `NetworkError`
    where there is none. Nothing is written.
    """
    network = training.best if training and training.best else weights.load(run.best)
    seconds = network.card.metrics.get("seconds", 0)
    with suppress(DataError):
        seconds = sum(event.seconds for event in read_history(run) if isinstance(event, Epoch))
    report = evaluate(network.module, dataset.test)
    metrics = {
        **network.card.metrics,
        "test_accuracy": report.accuracy,
        "test_errors": report.errors,
        "seconds": round(seconds, 1),
        "machine": f"{platform.machine()}, {torch.get_num_threads()} threads",
    }
    return replace(network, card=replace(network.card, metrics=metrics))


def finish(run: Run, dataset: Dataset, training: Training | None = None) -> Card:
    """`judge`, and write it to the run. Raises `DataError` where that cannot be done."""
    network = judge(run, dataset, training)
    keep(run, network)
    return network.card


def keep(run: Run, network: Network) -> None:
    """Let that be the best network of the run. Raises `DataError` where it cannot be written."""
    weights.save(run.best, network.module, network.card)

"""`desktopcnn train`: a run from the command line."""

import argparse
import json
import shlex
import signal
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktopcnn import paths
from desktopcnn.cli_shared import INTERRUPTED, check_fit, percent, print_json, progress
from desktopcnn.errors import DataError, UnsavedError, UsageError

if TYPE_CHECKING:
    from desktopcnn.data.dataset import Dataset
    from desktopcnn.networks.weights import Network
    from desktopcnn.training.history import Epoch
    from desktopcnn.training.loop import Training
    from desktopcnn.training.run import Run
    from desktopcnn.training.tensorboard_log import TensorBoardLog

SUFFIX = ".safetensors"
FOR_NEW_RUNS = ("architecture", "recipe", "dataset", "epochs", "seed")


def train(options: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    import torch

    from desktopcnn.training import runner, tensorboard_log

    _check(options)
    run, dataset = _run_and_dataset(options)
    print(f"threads: {torch.get_num_threads()}\nrun: {run.folder}", file=sys.stderr)
    training = runner.resume(run)
    log = tensorboard_log.TensorBoardLog(options.tensorboard, training.step) if options.tensorboard else None
    events = runner.proceed(run, training, dataset)
    unsaved = ""
    with log or nullcontext():
        try:
            finished = _follow(training, events, len(dataset.train), options.json, log)
        except UnsavedError as error:
            if not _is_over(training, dataset):
                raise
            finished, unsaved = True, str(error)
    if not finished:
        hint = f"desktopcnn train --resume {shlex.quote(str(run.folder))}"
        print(f"stopped; go on with: {hint}", file=sys.stderr)
        return INTERRUPTED
    _finish(options, run, dataset, training, unsaved)
    return 0


def _check(options: argparse.Namespace) -> None:
    """Raises where the training could not be carried out or its network not be put where it shall go."""
    from desktopcnn.training import tensorboard_log

    if options.threads is not None and options.threads < 1:
        raise UsageError(f"--threads is {options.threads}; it must be at least 1.")
    if options.tensorboard:
        tensorboard_log.check()
    if options.output:
        if options.output.suffix != SUFFIX:
            raise UsageError(f"--output is {options.output}; the name of a weights file ends in {SUFFIX}.")
        paths.check_writable(options.output)


def _set_threads(asked: int | None, begun_with: int = 0) -> None:
    """As many as were asked for, or the run began with, or find idle cores."""
    import torch

    from desktopcnn.training import threads

    torch.set_num_threads(asked or begun_with or threads.idle(most=torch.get_num_threads()))


def _run_and_dataset(options: argparse.Namespace) -> "tuple[Run, Dataset]":
    """A new run, or the one to go on with, with its number of threads set."""
    from desktopcnn.data import catalog
    from desktopcnn.training import run as runs

    if options.resume:
        if given := [name for name in FOR_NEW_RUNS if getattr(options, name) is not None]:
            raise UsageError(
                f"--resume goes on with the settings of its run: leave out --{', --'.join(given)}."
            )
        run = runs.read(options.resume)
        _set_threads(options.threads, run.threads)
        return run, catalog.load(run.dataset, options.strokes)
    _set_threads(options.threads)
    architecture, recipe = _architecture_and_recipe(options)
    dataset = catalog.load(options.dataset or "mnist", options.strokes)
    check_fit(architecture.name, architecture.input_shape, architecture.output_shape[0], dataset)
    return runs.create(architecture, recipe, dataset, options.seed or 0), dataset


def _architecture_and_recipe(options: argparse.Namespace) -> tuple[Any, Any]:
    from desktopcnn.networks import catalog, library
    from desktopcnn.training import recipe

    architecture = catalog.find(options.architecture or library.DEFAULT)
    name = options.recipe or (architecture.name if architecture.name in recipe.RECIPES else "quick")
    return architecture, recipe.find(name, epochs=options.epochs)


def _is_over(training: "Training", dataset: "Dataset") -> bool:
    from desktopcnn.training.loop import total_steps

    return training.step >= total_steps(training.recipe, len(dataset.train)) and not training.images


def _finish(
    options: argparse.Namespace, run: "Run", dataset: "Dataset", training: "Training", unsaved: str
) -> None:
    """Judge the best network, say how good it is, and put it where it belongs."""
    from desktopcnn.training import runner

    network = runner.judge(run, dataset, training)
    metrics = network.card.metrics
    if options.json:
        print_json(run=str(run.folder), test_accuracy=metrics["test_accuracy"], chosen=metrics["chosen"])
    else:
        accuracy = percent(metrics["test_accuracy"])
        print(f"test accuracy {accuracy} ({metrics['chosen']}), {metrics['seconds']:.0f} s")
    _put(options.output, run, network, unsaved)


def _put(output: Path | None, run: "Run", network: "Network", unsaved: str) -> None:
    """Write a finished network into its run, and to `output`.

    Raises `UnsavedError` at the end where the run could not be written (with the sentence `unsaved` where
    that is known already), `DataError` where only `output` could not.
    """
    from desktopcnn.networks import weights
    from desktopcnn.training import runner

    try:
        if not unsaved:
            runner.keep(run, network)
    except DataError as error:
        unsaved = str(error)
    if output:
        try:
            weights.save(output, network.module, network.card)
        except DataError as error:
            rest = unsaved or f"The network is safe in its run: copy {run.best}."
            raise DataError(f"{error} {rest}") from error
        print(f"network: {output}", file=sys.stderr)
    if unsaved:
        raise UnsavedError(unsaved)


def _follow(
    training: "Training", events: Generator[Any], images: int, as_json: bool, log: "TensorBoardLog | None"
) -> bool:
    """Show a training until it ends (True) or is interrupted by Ctrl-C (False).

    The interrupt only sets a flag that is looked at between two steps: the checkpoint is of a whole step.
    """
    from desktopcnn.training.history import Epoch, Notice, Step
    from desktopcnn.training.loop import total_steps

    recipe = training.recipe
    total = total_steps(recipe, images)
    with (
        _interrupt_flag() as interrupted,
        closing(events) as stream,
        progress(total, "steps", training.step) as bar,
    ):
        for event in stream:
            if isinstance(event, Step):
                bar.update(event.step - bar.n)
                bar.set_postfix(loss=f"{event.loss:.4f}", refresh=False)
            elif isinstance(event, Epoch):
                bar.write(_epoch_line(event, recipe.epochs, as_json), file=sys.stdout)
                sys.stdout.flush()
            elif isinstance(event, Notice):
                bar.write(f"desktopcnn: {event.text}", file=sys.stderr)
            if log:
                log = _noted(log, event, bar)
            if interrupted.is_set():
                return False
    return True


def _noted(log: "TensorBoardLog", event: Any, bar: Any) -> "TensorBoardLog | None":
    """The log with that event in it; None, and a word of it, where it cannot be written."""
    try:
        log.take(event)
    except DataError as error:
        bar.write(f"desktopcnn: {error} The training goes on without TensorBoard.", file=sys.stderr)
        return None
    return log


def _epoch_line(epoch: "Epoch", epochs: int, as_json: bool) -> str:
    if as_json:
        return json.dumps(asdict(epoch))
    return (
        f"epoch {epoch.epoch}/{epochs}: loss {epoch.training_loss:.4f}, "
        f"validation {percent(epoch.validation_accuracy)}, {epoch.images_per_second:,.0f} images/s"
    )


@contextmanager
def _interrupt_flag() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets; a second Ctrl-C interrupts at once."""
    interrupted = threading.Event()

    def note(*_: object) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)

"""The command line: `desktopcnn` opens the window, its commands do without one."""

import argparse
import json
import os
import shlex
import signal
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import desktopcnn
from desktopcnn.errors import DataError, DesktopCNNError, UsageError

if TYPE_CHECKING:
    from desktopcnn.data.dataset import Dataset
    from desktopcnn.networks.architecture import Architecture
    from desktopcnn.training.history import Epoch
    from desktopcnn.training.loop import Training

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
FOR_NEW_RUNS = ("architecture", "recipe", "dataset", "epochs", "seed")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    options = _parser().parse_args(arguments)
    try:
        code = int(options.command(options) or 0)
        sys.stdout.flush()
    except DesktopCNNError as error:
        print(f"desktopcnn: {error}", file=sys.stderr)
        return WRONG_USAGE if isinstance(error, UsageError) else FAILED
    except ModuleNotFoundError as error:
        print(f"desktopcnn: {error.name} is missing. Install again: pip install .", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough; Python must not try again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="desktopcnn", description=desktopcnn.__doc__)
    parser.add_argument("--version", action="version", version=f"DesktopCNN {desktopcnn.__version__}")
    parser.add_argument(
        "--screenshot", metavar="FILE", type=Path,
        help="draw the sample digit, save a picture of the window, print the answer, exit",
    )  # fmt: skip
    parser.set_defaults(command=_window)
    commands = parser.add_subparsers(title="commands", metavar="")

    predict = _command(commands, "predict", _predict, "say which digit each picture shows")
    predict.add_argument("files", metavar="FILE", type=Path, nargs="+")
    _network_option(predict)

    train = _command(commands, "train", _train, "train a network")
    train.add_argument("--architecture", metavar="N", help="default: 02-two-conv")
    train.add_argument("--recipe", metavar="N", help="default: that of the architecture's name")
    train.add_argument("--dataset", metavar="N", help="default: mnist")
    train.add_argument("--epochs", metavar="N", type=int, help="passes over the training images")
    train.add_argument("--seed", metavar="N", type=_seed, help="decides all randomness; default: 0")
    train.add_argument("--threads", metavar="N", type=int, help="default: all cores")
    train.add_argument("--output", metavar="FILE", type=Path, help="where to put the finished network")
    train.add_argument("--resume", metavar="RUN", type=Path, help="go on with the run in this folder")

    evaluate = _command(commands, "evaluate", _evaluate, "measure a network's accuracy on test images")
    _network_option(evaluate)
    evaluate.add_argument("--dataset", metavar="N", default="mnist", help="default: mnist")

    _command(commands, "networks", _networks, "list the networks that are shipped and those you trained")
    return parser


def _command(commands: Any, name: str, function: Any, description: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=description, description=description)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=function)
    return parser


def _seed(text: str) -> int:
    if not 0 <= int(text) < 2**63:
        raise argparse.ArgumentTypeError(f"{text} does not lie between 0 and {2**63 - 1}")
    return int(text)


def _network_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--network", metavar="N|FILE", help="name or weights file; default: 02-two-conv")


def _window(options: argparse.Namespace) -> int:
    from desktopcnn.ui import app

    return app.screenshot(options.screenshot) if options.screenshot else app.run()


def _predict(options: argparse.Namespace) -> int:
    from desktopcnn.data import picture
    from desktopcnn.inspection.trace import trace

    entry, network = _load(options.network)
    if (shape := entry.card.architecture.input_shape) != (1, 28, 28):
        raise DataError(f"{entry.name} takes pictures of {shape}; predict makes those of (1, 28, 28).")
    failed = False
    for file in options.files:
        try:
            frame = picture.frame(picture.load(file))
        except DataError as error:
            failed = True
            print(f"desktopcnn: {error}", file=sys.stderr)
            continue
        probabilities = trace(network.module, frame[None]).probabilities
        digit = entry.card.classes[int(probabilities.argmax())]
        if options.json:
            shares = dict(zip(entry.card.classes, map(float, probabilities), strict=True))
            _print_json(file=str(file), digit=digit, probabilities=shares)
        else:
            print(f"{file}: {digit} ({probabilities.max():.1%})")
    return FAILED if failed else 0


def _evaluate(options: argparse.Namespace) -> None:
    from desktopcnn.data import catalog
    from desktopcnn.evaluation.report import evaluate

    entry, network = _load(options.network)
    dataset = catalog.load(options.dataset)
    _check_fit(entry.name, entry.card.architecture, dataset)
    with _progress(len(dataset.test), "images") as bar:
        report = evaluate(network.module, dataset.test, bar.update)
    if options.json:
        _print_json(
            network=entry.name, dataset=dataset.name, images=len(report.labels),
            accuracy=report.accuracy, errors=report.errors,
        )  # fmt: skip
    else:
        print(
            f"{entry.name} on {dataset.title}: {report.accuracy:.2%} right, "
            f"{report.errors} of {len(report.labels):,} test images wrong"
        )


def _networks(options: argparse.Namespace) -> None:
    from desktopcnn.networks import library

    entries = [("shipped", e) for e in library.shipped()] + [("trained", e) for e in library.saved()]
    rows: list[dict[str, Any]] = [
        {
            "name": entry.name, "title": entry.card.title, "origin": origin,
            "parameters": entry.card.architecture.parameters, "accuracy": entry.accuracy,
            "file": str(entry.path),
        }
        for origin, entry in entries
    ]  # fmt: skip
    if options.json:
        _print_json(networks=rows)
        return
    width = max((len(row["name"]) for row in rows), default=4)
    print(f"{'name':{width}}  parameters  test accuracy  title")
    for row in rows:
        accuracy = "-" if row["accuracy"] is None else f"{row['accuracy']:.2%}"
        print(f"{row['name']:{width}}  {row['parameters']:>10,}  {accuracy:>13}  {row['title']}")


def _train(options: argparse.Namespace) -> int:
    import torch

    from desktopcnn.data import catalog
    from desktopcnn.networks import weights
    from desktopcnn.training import run as runs
    from desktopcnn.training import runner

    if options.threads is not None and options.threads < 1:
        raise UsageError(f"--threads is {options.threads}; it must be at least 1.")
    if options.threads:
        torch.set_num_threads(options.threads)
    if options.resume:
        if given := [name for name in FOR_NEW_RUNS if getattr(options, name) is not None]:
            raise UsageError(
                f"--resume goes on with the settings of its run: leave out --{', --'.join(given)}."
            )
        run = runs.read(options.resume)
        dataset = catalog.load(run.dataset)
    else:
        architecture, recipe = _architecture_and_recipe(options)
        dataset = catalog.load(options.dataset or "mnist")
        _check_fit(architecture.name, architecture, dataset)
        run = runs.create(architecture, recipe, dataset, options.seed or 0)
    print(f"run: {run.folder}", file=sys.stderr)
    training = runner.resume(run)
    if not _follow(training, runner.proceed(run, training, dataset), len(dataset.train), options.json):
        print(
            f"stopped; go on with: desktopcnn train --resume {shlex.quote(str(run.folder))}", file=sys.stderr
        )
        return INTERRUPTED
    card = runner.finish(run, dataset)
    if options.output:
        weights.save(options.output, weights.load(run.best).module, card)
    accuracy = card.metrics["test_accuracy"]
    if options.json:
        _print_json(run=str(run.folder), test_accuracy=accuracy, chosen=card.metrics["chosen"])
    else:
        seconds = card.metrics["seconds"]
        print(f"test accuracy {accuracy:.2%} ({card.metrics['chosen']}), {seconds:.0f} s")
    return 0


def _architecture_and_recipe(options: argparse.Namespace) -> tuple[Any, Any]:
    from desktopcnn.networks import catalog, library
    from desktopcnn.training import recipe

    architecture = catalog.find(options.architecture or library.DEFAULT)
    name = options.recipe or (architecture.name if architecture.name in recipe.RECIPES else "quick")
    return architecture, recipe.find(name, epochs=options.epochs)


def _follow(training: "Training", events: Generator[Any], images: int, as_json: bool) -> bool:
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
        _progress(total, "steps") as bar,
    ):
        for event in stream:
            if isinstance(event, Step):
                bar.update(event.step - bar.n)  # a resumed run starts in the middle
                bar.set_postfix(loss=f"{event.loss:.4f}", refresh=False)
            elif isinstance(event, Epoch):
                bar.write(_epoch_line(event, recipe.epochs, as_json), file=sys.stdout)
                sys.stdout.flush()
            elif isinstance(event, Notice):
                bar.write(f"desktopcnn: {event.text}", file=sys.stderr)
            if interrupted.is_set():
                return False
    return True


def _epoch_line(epoch: "Epoch", epochs: int, as_json: bool) -> str:
    if as_json:
        return json.dumps(asdict(epoch))
    return (
        f"epoch {epoch.epoch}/{epochs}: loss {epoch.training_loss:.4f}, "
        f"validation {epoch.validation_accuracy:.2%}, {epoch.images_per_second:,.0f} images/s"
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


def _check_fit(name: str, architecture: "Architecture", dataset: "Dataset") -> None:
    taken = architecture.input_shape, architecture.output_shape[0]
    if taken != (given := (dataset.shape, len(dataset.classes))):
        kind = "pictures of {} (channels, height, width) in {} classes"
        raise DataError(f"{name} takes {kind.format(*taken)}; {dataset.title} has {kind.format(*given)}.")


def _load(name: str | None) -> tuple[Any, Any]:
    from desktopcnn.networks import library, weights

    entry = library.find(name or library.DEFAULT)
    return entry, weights.load(entry.path)


def _progress(total: int, unit: str) -> Any:
    """A bar with the time left on a terminal; nothing in a pipe."""
    from tqdm import tqdm

    return tqdm(total=total, unit=" " + unit, disable=None, leave=False)


def _print_json(**values: object) -> None:
    print(json.dumps(values), flush=True)

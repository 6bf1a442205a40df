"""The command line: `desktopcnn` opens the window, its commands do without one."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from desktopcnn.cli_shared import FAILED, INTERRUPTED, WRONG_USAGE, check_fit, percent, print_json, progress
from desktopcnn.cli_train import train
from desktopcnn.errors import DataError, DesktopCNNError, UsageError
from desktopcnn.version import __version__


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


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the words of a command."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USAGE, f"desktopcnn: {' '.join(message.split())}. Try {self.prog} --help.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="desktopcnn",
        description="Draw a digit and watch a convolutional network read it.",
        epilog="desktopcnn COMMAND --help says more.",
    )
    parser.add_argument("--version", action="version", version=f"DesktopCNN {__version__}")
    parser.add_argument(
        "--screenshot", metavar="FILE", type=Path,
        help="draw the sample digit, save a picture of the window, print the answer, exit",
    )  # fmt: skip
    parser.set_defaults(command=_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", help="without one the window opens")

    predict = _command(commands, "predict", _predict, "say which digit each picture shows")
    predict.add_argument(
        "files", metavar="FILE", type=Path, nargs="+", help="picture of one digit: PNG, JPEG, BMP, GIF, WebP"
    )
    _network_option(predict)

    _add_train(commands)

    evaluate = _command(commands, "evaluate", _evaluate, "measure a network's accuracy on test images")
    _network_option(evaluate)
    evaluate.add_argument(
        "--dataset", metavar="N", default="mnist", help="whose test images to take; default: mnist"
    )

    _command(commands, "networks", _networks, "list the networks that are shipped and those you trained")
    return parser


def _add_train(commands: Any) -> None:
    parser = _command(commands, "train", train, "train a network")
    parser.add_argument("--architecture", metavar="N", help="what to train; default: 02-two-conv")
    parser.add_argument("--recipe", metavar="N", help="how; default: that of the architecture's name")
    parser.add_argument("--dataset", metavar="N", help="what to learn from; default: mnist")
    parser.add_argument(
        "--strokes", metavar="FILE", type=Path,
        help="pen strokes for mnist+pen: JSON lines or pendigits-orig.tra; default: the user's",
    )  # fmt: skip
    parser.add_argument("--epochs", metavar="N", type=int, help="passes over the training images")
    parser.add_argument("--seed", metavar="N", type=_seed, help="decides all randomness; default: 0")
    parser.add_argument(
        "--threads", metavar="N", type=int,
        help="default: as many as there are idle cores; with --resume as many as the run began with",
    )  # fmt: skip
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help="where to put the finished network: a .safetensors file"
    )
    parser.add_argument("--resume", metavar="RUN", type=Path, help="go on with the run in this folder")
    parser.add_argument("--tensorboard", metavar="DIR", type=Path, help="write event files for TensorBoard")


def _command(commands: Any, name: str, function: Any, description: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=description, description=description)
    parser.add_argument("--json", action="store_true", help="print JSON instead of words")
    parser.set_defaults(command=function)
    return parser


def _seed(text: str) -> int:
    if not 0 <= int(text) < 2**63:
        raise argparse.ArgumentTypeError(f"{text} does not lie between 0 and {2**63 - 1}")
    return int(text)


def _network_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--network", metavar="N|FILE", help="name or file of the network or vote; default: 02-two-conv"
    )


def _window(options: argparse.Namespace) -> int:
    from desktopcnn.ui import app

    return app.screenshot(options.screenshot) if options.screenshot else app.run()


def _predict(options: argparse.Namespace) -> int:
    from desktopcnn.data import picture

    entry, modules = _load(options.network)
    if (shape := entry.input_shape) != (1, 28, 28):
        raise DataError(f"{entry.name} takes pictures of {shape}; predict makes those of (1, 28, 28).")
    failed = False
    for file in options.files:
        try:
            frame = picture.frame(picture.load(file))
        except DataError as error:
            failed = True
            print(f"desktopcnn: {error}", file=sys.stderr)
            continue
        answer, probabilities, votes = _answer(entry, modules, frame[None])
        digit = entry.classes[answer]
        if options.json:
            shares = dict(zip(entry.classes, map(float, probabilities), strict=True))
            members = {"members": [entry.classes[vote] for vote in votes]} if votes else {}
            print_json(file=str(file), digit=digit, probabilities=shares, **members)
        else:
            agreeing = f", {votes.count(answer)} of {len(votes)} votes" if votes else ""
            print(f"{file}: {digit} ({percent(float(probabilities[answer]), 1)}{agreeing})")
    return FAILED if failed else 0


def _answer(entry: Any, modules: Any, image: Any) -> tuple[int, Any, tuple[int, ...]]:
    """Place of the class, the probabilities, and the class that each member of a vote is for."""
    from desktopcnn.inspection.ballot import vote
    from desktopcnn.inspection.trace import trace
    from desktopcnn.networks.library import Vote

    if isinstance(entry, Vote):
        _, ballot = vote(entry.ensemble.rule, modules, image)
        return ballot.answer, ballot.shares, ballot.votes
    traced = trace(modules[0], image)
    return traced.answer, traced.probabilities, ()


def _evaluate(options: argparse.Namespace) -> None:
    from desktopcnn.data import catalog
    from desktopcnn.evaluation.report import combine, evaluate
    from desktopcnn.networks.library import Vote

    entry, modules = _load(options.network)
    dataset = catalog.load(options.dataset)
    check_fit(entry.name, entry.input_shape, len(entry.classes), dataset)
    with progress(len(dataset.test) * len(modules), "images") as bar:
        reports = [evaluate(module, dataset.test, bar.update) for module in modules]
    report, members = reports[0], {}
    if isinstance(entry, Vote):
        report = combine(entry.ensemble.rule, reports)
        members = {
            "members": [
                {"network": member.name, "accuracy": alone.accuracy, "errors": alone.errors}
                for member, alone in zip(entry.members, reports, strict=True)
            ]
        }
    if options.json:
        print_json(
            network=entry.name, dataset=dataset.name, images=len(report.labels),
            accuracy=report.accuracy, errors=report.errors, **members,
        )  # fmt: skip
    else:
        print(
            f"{entry.name} on {dataset.title}: {percent(report.accuracy)} right, "
            f"{report.errors} of {len(report.labels):,} test images wrong"
        )


def _networks(options: argparse.Namespace) -> None:
    from desktopcnn.networks import library

    entries = [("shipped", e) for e in library.shipped()] + [("trained", e) for e in library.saved()]
    rows: list[dict[str, Any]] = [
        {
            "name": entry.name, "title": entry.title, "origin": origin,
            "parameters": entry.parameters, "accuracy": entry.accuracy, "file": str(entry.path),
            **({"members": len(entry.members)} if isinstance(entry, library.Vote) else {}),
        }
        for origin, entry in entries
    ]  # fmt: skip
    if options.json:
        print_json(networks=rows)
        return
    width = max((len(row["name"]) for row in rows), default=4)
    print(f"{'name':{width}}  parameters  test accuracy  title")
    for row in rows:
        accuracy = "-" if row["accuracy"] is None else percent(row["accuracy"])
        print(f"{row['name']:{width}}  {row['parameters']:>10,}  {accuracy:>13}  {row['title']}")


def _load(name: str | None) -> tuple[Any, Any]:
    """The network or vote of that name, and the modules of all its members."""
    from desktopcnn.networks import library, weights

    entry = library.find(name or library.DEFAULT)
    networks = entry.members if isinstance(entry, library.Vote) else (entry,)
    return entry, [weights.load(network.path).module for network in networks]

"""Run by test_kill.py: trains in child processes and kills them, again and again, and compares the outcome.

    python killed.py FOLDER SEED KILLS

Prints one JSON object. A process of its own, with one thread, so that children can be forked from it.
"""

import json
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NoReturn

import torch

from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset
from desktopcnn.data.distortion import Distortion
from desktopcnn.networks import weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import Activation, Convolution, Dense, Dropout, Flatten, MaxPool
from desktopcnn.training import book, journal, runner, snapshots
from desktopcnn.training import run as runs
from desktopcnn.training.history import Epoch, Step
from desktopcnn.training.recipe import Recipe
from desktopcnn.training.run import Run

LAYERS = (
    Convolution(4, 5, stride=2), Activation("relu"), MaxPool(2), Flatten(), Dropout(0.3), Dense(10)
)  # fmt: skip
RECIPE = Recipe(
    "test", epochs=6, batch_size=16, learning_rate=0.01, weight_decay=0.1, average=0.9,
    distortion=Distortion(cross=1, shift=1, rotation=5, elastic=0.5),
)  # fmt: skip
TOUCHES = {"open", "os.rename", "os.chmod", "os.remove", "os.mkdir", "os.truncate"}
"""Audit events of what is done to files; each comes just before it is done."""
MOST, SLACK = 60, 15
"""Moments that a child lives through before it is killed, and at most meanwhile."""


def few() -> Dataset:
    whole = catalog.load_mnist()
    return replace(whole, train=whole.train[:200], validation=whole.validation[:50], test=whole.test[:10])


def train(run: Run, dataset: Dataset, tell: Callable[[], object]) -> None:
    """Go on with the run to its end; `tell` hears of every event."""
    journal.CHECKPOINT_SECONDS = 0.0  # at every step
    for _ in runner.proceed(run, runner.resume(run), dataset):
        tell()


def listen(run: Run, tell: Callable[[], object]) -> None:
    """Let `tell` hear of everything done to the files of the run; as long as this process lives."""

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in TOUCHES and str(arguments[0]).startswith(str(run.folder)):
            tell()

    sys.addaudithook(audit)


def forked(work: Callable[[], object]) -> int:
    """The number of a child that does that work and ends."""
    if child := os.fork():
        return child
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def kill_after(run: Run, dataset: Dataset, moments: int, held: bool) -> bool:
    """Kill a child at that moment of its life; False where it ended before.

    held: it stands still then, so that the moment is exact; otherwise it goes on a while, and the blow
    falls wherever it happens to be.
    """
    reader, writer = os.pipe()

    def work() -> None:
        told = 0

        def tell() -> None:
            nonlocal told
            told += 1
            os.write(writer, b".")
            while told >= moments + (0 if held else SLACK):
                signal.pause()

        os.close(reader)
        listen(run, tell)
        train(run, dataset, tell)

    child = forked(work)
    os.close(writer)
    heard = 0
    while heard < moments and (text := os.read(reader, moments - heard)):
        heard += len(text)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(reader)
    return os.WIFSIGNALED(status) and heard == moments


def check(run: Run) -> int:
    """Read every file of the run; how many were left half written. Raises where one cannot be read."""
    assert runs.read(run.folder) == run
    steps = [event.step for event in runs.read_history(run) if isinstance(event, Step)]
    assert steps == list(range(1, len(steps) + 1)), steps
    training = runner.resume(run)
    assert training.step <= len(steps), "the history leads to the checkpoint"
    if run.best.exists():
        weights.load(run.best)
    for snapshot in snapshots.find(run.snapshots):
        assert weights.load(snapshot.path).card.metrics["step"] == snapshot.step
    row = book.row(run.folder)
    assert not row.fault, row.fault
    assert row.state == "crashed", row.state
    return len([*run.folder.rglob("*.part")])


def outcome(run: Run) -> tuple[list[torch.Tensor], list[dict[str, Any]]]:
    """All tensors of the last checkpoint, the best network and the snapshots; the history without clocks."""
    files = [run.last, run.best, *(snapshot.path for snapshot in snapshots.find(run.snapshots))]
    tensors = [tensor for file in files for _, tensor in sorted(weights.read_tensors(file)[0].items())]
    history = [
        asdict(replace(event, seconds=0, images_per_second=0) if isinstance(event, Epoch) else event)
        for event in runs.read_history(run)
    ]
    return tensors, history


def main(folder: Path, seed: int, kills: int) -> NoReturn:
    dataset = few()
    architecture = Architecture("small", "Small", dataset.shape, LAYERS)
    whole, part = (runs.create(architecture, RECIPE, dataset, 7, folder / name) for name in ("whole", "part"))
    torch.set_num_threads(1)
    os.fsync = lambda _: None  # type: ignore[assignment]  # what was written outlives a process without
    train(whole, dataset, lambda: None)
    chance = random.Random(seed)
    killed = stray = 0
    while killed < kills:
        assert kill_after(part, dataset, chance.randint(1, MOST), held=bool(killed % 2))
        stray += check(part)
        killed += 1
    done = runner.resume(part).step
    _, status = os.waitpid(forked(lambda: train(part, dataset, lambda: None)), 0)
    assert status == 0
    tensors, history = outcome(whole)
    others, lines = outcome(part)
    report = {
        "kills": killed, "stray": stray, "steps": done, "bfloat16": part.bfloat16,
        "left": [path.name for path in part.folder.rglob("*.part")],
        "same_tensors": len(tensors) == len(others) and all(map(torch.equal, tensors, others)),
        "tensors": len(tensors), "same_history": history == lines, "events": len(history),
        "state": book.row(part.folder).state,
    }  # fmt: skip
    print(json.dumps(report))  # noqa: T201
    sys.exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))

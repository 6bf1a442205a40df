"""Run by test_trouble.py: trainings whose disk or memory runs out for real, each in a forked process.

    python troubled.py FOLDER

Prints one line of JSON for each case. A process of its own, because limits and rights cannot be taken back.
"""

import json
import math
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from killed import LAYERS, RECIPE, few, forked, outcome

from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.errors import TrainingError, UnsavedError
from desktopcnn.networks import weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import Activation, Convolution, Dense, Flatten, MaxPool
from desktopcnn.training import book, footprint, journal, loop, runner
from desktopcnn.training import run as runs
from desktopcnn.training.history import Epoch, Event, Notice, Step
from desktopcnn.training.loop import Training
from desktopcnn.training.run import Run

SMALL = Architecture("small", "Small", (1, 28, 28), LAYERS)
WIDE = Architecture(
    "wide", "Wide", (1, 28, 28), (Convolution(16, 5), Activation("relu"), MaxPool(2), Flatten(), Dense(10))
)
SHORT = replace(RECIPE, epochs=2)
FILE_LIMIT, SPACE = 1_000, 400 * 2**20
"""Bytes: of a file on the full disk; of memory that is left where it is short."""
NOBODY = 65_534
CASES: dict[str, Callable[["Case"], dict[str, Any]]] = {}


def case(function: Callable[["Case"], dict[str, Any]]) -> Callable[["Case"], dict[str, Any]]:
    CASES[function.__name__] = function
    return function


class Case:
    """A folder, the data, and the same run as it goes when nothing goes wrong."""

    def __init__(self, folder: Path, dataset: Dataset, whole: Run) -> None:
        self.folder, self.dataset, self.whole = folder, dataset, whole

    def begin(self) -> Run:
        return runs.create(SMALL, SHORT, self.dataset, 7, self.folder / "runs" / "part")

    def follow(self, run: Run, act: dict[int, Callable[[], object]], stop: int = 0) -> dict[str, Any]:
        """Train and do something after some steps; what was said, and what came of it."""
        training = runner.resume(run)
        heard: list[Event] = []
        error = ""
        try:
            with closing(runner.proceed(run, training, self.dataset)) as events:
                for event in events:
                    heard.append(event)
                    if isinstance(event, Step) and event.step in act:
                        act[event.step]()
                    if stop and event.step == stop:
                        break
        except UnsavedError as caught:
            error = str(caught)
        notices = [event.text for event in heard if isinstance(event, Notice)]
        self.training = training
        return {"notices": notices, "error": error, "step": training.step}

    def compare(self, run: Run) -> dict[str, Any]:
        """Whether the run ended as the one that nothing befell."""
        tensors, history = outcome(run)
        others, lines = outcome(self.whole)
        last = len(weights.read_tensors(run.last)[0]) + len(weights.read_tensors(run.best)[0])
        return {
            "same_tensors": all(map(torch.equal, tensors[:last], others[:last])),
            "same_history": history == lines,
            "epochs": [event.epoch for event in runs.read_history(run) if isinstance(event, Epoch)],
            "state": book.row(run.folder).state, "fault": book.row(run.folder).fault,
            "left": [path.name for path in run.folder.rglob("*.part")],
        }  # fmt: skip


def fill() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, resource.RLIM_INFINITY))


def empty() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@case
def full_for_a_while(case: Case) -> dict[str, Any]:
    run = case.begin()
    return {**case.follow(run, {5: fill, 20: empty}), **case.compare(run)}


@case
def full_while_the_best_comes(case: Case) -> dict[str, Any]:
    """The disk is full at the end of the epochs; the best network is not forgotten."""
    run = case.begin()
    return {**case.follow(run, {5: fill, 26: lambda: None}), **judged(case, run)}


@case
def full_at_the_stop(case: Case) -> dict[str, Any]:
    run = case.begin()
    stopped = case.follow(run, {5: fill}, stop=8)
    empty()
    begins = runner.resume(run).step
    return {"stopped": stopped, "begins": begins, **case.follow(run, {}), **case.compare(run)}


def judged(case: Case, run: Run) -> dict[str, Any]:
    """What is left in memory, and that it can be put on the disk later."""
    network = runner.judge(run, case.dataset, case.training)
    was_there = run.best.exists()
    empty()
    card = runner.finish(run, case.dataset, case.training)
    mine, other = (weights.read_tensors(r.best)[0] for r in (run, case.whole))
    return {
        "judged": network.card.metrics["test_accuracy"], "was_there": was_there,
        "finished": card.metrics["test_accuracy"],
        "same_best": all(torch.equal(mine[name], tensor) for name, tensor in other.items()),
    }  # fmt: skip


@case
def folder_removed(case: Case) -> dict[str, Any]:
    run = case.begin()
    return {**case.follow(run, {16: lambda: shutil.rmtree(run.folder)}), **case.compare(run)}


@case
def disk_away_for_a_while(case: Case) -> dict[str, Any]:
    run = case.begin()
    place, away = run.folder.parent, case.folder / "away"
    report = case.follow(run, {5: lambda: place.rename(away), 20: lambda: away.rename(place)})
    return {**report, **case.compare(run)}


@case
def disk_away_to_the_end(case: Case) -> dict[str, Any]:
    run = case.begin()
    place, away = run.folder.parent, case.folder / "away"
    report = case.follow(run, {5: lambda: place.rename(away)})
    made = place.exists()
    away.rename(place)
    return {**report, "made": made, **judged(case, run)}


@case
def read_only_for_a_while(case: Case) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        case.folder = Path(place)
        run = case.begin()
        case.whole = replace(case.whole, folder=shutil.copytree(case.whole.folder, case.folder / "whole"))
        if os.getuid() == 0:  # for whom nothing is read-only
            for path in (case.folder, *case.folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
            os.setuid(NOBODY)

        def allow(folders: int, files: int) -> None:
            for path in run.folder.rglob("*"):
                path.chmod(folders if path.is_dir() else files)
            run.folder.chmod(folders)

        report = case.follow(run, {5: lambda: allow(0o555, 0o444), 20: lambda: allow(0o755, 0o644)})
        report |= case.compare(run)
        shutil.rmtree(run.folder.parent)
    return report


def many(dataset: Dataset) -> Dataset:
    train = dataset.train
    times = 8192 // len(train) + 1
    images, labels = np.tile(train.images, (times, 1, 1, 1)), np.tile(train.labels, times)
    return replace(dataset, train=Part(images, labels))


@contextmanager
def short_of_memory() -> Iterator[None]:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + SPACE
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def one_step(case: Case, name: str, batch: int) -> Training:
    """Raises `TrainingError`. The data are many, so that the batch is as large as it says."""
    dataset = many(case.dataset)
    run = runs.create(WIDE, replace(SHORT, batch_size=batch), dataset, 7, case.folder / name)
    training = runner.resume(run)
    with short_of_memory(), closing(runner.proceed(run, training, dataset)) as events:
        next(events)
    return training


@case
def batch_too_large(case: Case) -> dict[str, Any]:
    with short_of_memory():
        free = footprint.available()
    try:
        one_step(case, "large", 8192)
    except TrainingError as error:
        text, remedy = str(error), error.remedy
    training = one_step(case, "fitting", remedy["batch_size"])
    return {"free": free, "text": text, "remedy": remedy, "step": training.step}


@case
def memory_runs_out(case: Case) -> dict[str, Any]:
    """Where nothing is known beforehand torch's own error is translated."""
    footprint.available = lambda: None
    try:
        one_step(case, "large", 8192)
    except TrainingError as error:
        return {"text": str(error), "remedy": error.remedy, "cause": type(error.__cause__).__name__}
    return {}


@case
def footprint_is_about_right(case: Case) -> dict[str, Any]:
    """The highest use of memory in one step, beside the estimate."""

    def status(name: str) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))

    dataset = many(case.dataset)
    recipe = replace(SHORT, batch_size=4096)
    training = loop.begin(WIDE, recipe, 0, bfloat16=False)
    Path("/proc/self/clear_refs").write_text("5")  # the highest use is counted from here
    before = status("VmRSS")
    next(loop.train(training, dataset))
    used = status("VmHWM") - before
    return {"ratio": footprint.step_bytes(WIDE, recipe, 4096, bfloat16=False) / used}


def main(folder: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    torch.set_num_threads(1)
    os.fsync = lambda _: None  # type: ignore[assignment]
    journal.CHECKPOINT_SECONDS = 0.0  # at every step
    dataset = few()
    whole = runs.create(SMALL, SHORT, dataset, 7, folder / "whole")
    for _ in runner.proceed(whole, runner.resume(whole), dataset):
        pass
    for name, work in CASES.items():
        (folder / name).mkdir()

        def carry_out(name: str = name, work: Callable[[Case], dict[str, Any]] = work) -> None:
            report = work(Case(folder / name, dataset, whole))
            assert all(math.isfinite(v) for v in report.values() if isinstance(v, float))
            print(json.dumps({"case": name, **report}), flush=True)  # noqa: T201

        os.waitpid(forked(carry_out), 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

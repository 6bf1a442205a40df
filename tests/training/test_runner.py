"""A run carried out: that an interruption at any moment changes nothing, and what survives a crash."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from desktopcnn import paths
from desktopcnn.data.dataset import Dataset
from desktopcnn.data.distortion import Distortion
from desktopcnn.errors import DataError, TrainingError
from desktopcnn.evaluation.report import evaluate
from desktopcnn.networks import weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import (
    Activation,
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    RBFOutput,
    Subsampling,
)
from desktopcnn.training import checkpoint, loop, runner
from desktopcnn.training import run as runs
from desktopcnn.training.history import Epoch, Event, Notice, Step, to_line
from desktopcnn.training.recipe import Recipe
from desktopcnn.training.run import Run

RELU = Activation("relu")
CONV: tuple[Layer, ...] = (Convolution(6, 3), RELU, MaxPool(2), Flatten(), Dense(8), RELU, Dense(3))
DEEP: tuple[Layer, ...] = (
    Convolution(4, 3), BatchNorm(), RELU, Convolution(6, 3), RELU, MaxPool(2), Flatten(),
    Dropout(0.3), Dense(3),
)  # fmt: skip
RBF: tuple[Layer, ...] = (
    Convolution(4, 3), RELU, Subsampling(2), Flatten(), Dense(6), Activation("scaled tanh"), RBFOutput(3)
)  # fmt: skip
BENT = Distortion(cross=1, shift=1, rotation=5, elastic=0.5)
RECIPE = Recipe("test", epochs=2, batch_size=64, learning_rate=0.01)


@dataclass(frozen=True)
class Case:
    """What is trained."""

    recipe: Recipe
    layers: tuple[Layer, ...] = CONV
    bfloat16: bool = False


CASES = {
    "adamw": Case(replace(RECIPE, weight_decay=0.1)),
    "adamw bfloat16": Case(RECIPE, DEEP, bfloat16=True),
    "sgd momentum": Case(replace(RECIPE, optimizer="sgd", momentum=0.9, nesterov=True)),
    "sgd momentum bfloat16": Case(replace(RECIPE, optimizer="sgd", momentum=0.9), DEEP, bfloat16=True),
    "muon": Case(replace(RECIPE, optimizer="muon", weight_decay=0.1), DEEP),
    "muon bfloat16": Case(replace(RECIPE, optimizer="muon", average=0.9), DEEP, bfloat16=True),
    "plain sgd": Case(replace(RECIPE, optimizer="sgd")),
    "all of it": Case(replace(RECIPE, average=0.9, distortion=BENT, label_smoothing=0.1), DEEP),
    "all of it bfloat16": Case(replace(RECIPE, average=0.9, distortion=BENT), DEEP, bfloat16=True),
    "rbf": Case(replace(RECIPE, average=0.9), RBF),
}


def begun(folder: Path, dataset: Dataset, case: Case, seed: int = 5) -> Run:
    architecture = Architecture("small", "Small", dataset.shape, case.layers)
    run = runs.create(architecture, case.recipe, dataset, seed, folder)
    description = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**description, "bfloat16": case.bfloat16}))
    assert runs.read(folder) == replace(run, bfloat16=case.bfloat16)
    return runs.read(folder)


def go_on(run: Run, dataset: Dataset, stop: int | None = None) -> tuple[loop.Training, list[Event]]:
    """Resume the run and follow it, or close it after so many events."""
    training = runner.resume(run)
    events: list[Event] = []
    with closing(runner.proceed(run, training, dataset)) as stream:
        for event in stream:
            events.append(event)
            if len(events) == stop:
                break
    return training, events


def state(training: loop.Training) -> list[torch.Tensor]:
    """Everything that decides how it goes on."""
    states = sorted(training.optimizer.state_dict()["state"].items())
    optimizer = [t for _, values in states for _, t in sorted(values.items()) if t is not None]
    return [
        *training.module.state_dict().values(), *training.average.state_dict().values(), *optimizer,
        training.generator.get_state(),
    ]  # fmt: skip


def lasting(events: list[Event]) -> list[Event]:
    """Steps and epochs without what a clock said."""
    return [
        replace(event, seconds=0, images_per_second=0) if isinstance(event, Epoch) else event
        for event in events
        if isinstance(event, Step | Epoch)
    ]


def same(first: list[torch.Tensor], second: list[torch.Tensor]) -> bool:
    return len(first) == len(second) and all(map(torch.equal, first, second))


@pytest.mark.parametrize("name", CASES)
def test_stopped_after_any_event_it_ends_in_the_same_bits(tmp_path: Path, bars: Dataset, name: str) -> None:
    whole = begun(tmp_path / "whole", bars, CASES[name])
    training, events = go_on(whole, bars)
    assert sum(isinstance(event, Step) for event in events) == 8
    assert sum(isinstance(event, Epoch) for event in events) == 2
    for stop in range(1, len(events) + 1):
        part = begun(tmp_path / f"stopped after {stop}", bars, CASES[name])
        go_on(part, bars, stop)
        resumed, _ = go_on(part, bars)
        assert same(state(resumed), state(training)), f"stopped after {stop} events"
        assert lasting(runs.read_history(part)) == lasting(events), f"stopped after {stop} events"
        assert same(
            [*weights.load(part.best).module.parameters()], [*weights.load(whole.best).module.parameters()]
        )
        assert runs.finished(part)


def test_stopped_after_every_single_event_it_ends_in_the_same_bits(tmp_path: Path, bars: Dataset) -> None:
    case = CASES["all of it"]
    training, events = go_on(begun(tmp_path / "whole", bars, case), bars)
    part = begun(tmp_path / "part", bars, case)
    resumed, rest = go_on(part, bars, stop=1)
    for _ in range(len(events)):
        if rest:
            resumed, rest = go_on(part, bars, stop=1)
    assert not rest
    assert same(state(resumed), state(training))
    assert lasting(runs.read_history(part)) == lasting(events)


def test_another_seed_ends_elsewhere(tmp_path: Path, bars: Dataset) -> None:
    """The comparison above can tell trainings apart."""
    first, _ = go_on(begun(tmp_path / "a", bars, CASES["adamw"]), bars)
    second, _ = go_on(begun(tmp_path / "b", bars, CASES["adamw"], seed=6), bars)
    assert not same(state(first), state(second))


CHILD = """
import os, sys
from pathlib import Path
import numpy as np
from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.training import journal, run, runner
folder, data = map(Path, sys.argv[1:])
arrays = np.load(data)
parts = [Part(arrays[f"images{n}"], arrays[f"labels{n}"]) for n in range(3)]
dataset = Dataset("bars", "Bars", ("lies", "stands", "slopes"), *parts)
this = run.read(folder)
journal.CHECKPOINT_SECONDS = 0.0  # a checkpoint at every step
for event in runner.proceed(this, runner.resume(this), dataset):
    if event.step == 6:
        print("now", flush=True)
        sys.stdin.read()  # until it is killed
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_killed_it_goes_on_from_its_checkpoint(tmp_path: Path, bars: Dataset) -> None:
    case = CASES["all of it"]
    training, events = go_on(begun(tmp_path / "whole", bars, case), bars)
    part = begun(tmp_path / "part", bars, case)
    arrays = {
        f"{what}{number}": getattr(data, what)
        for number, data in enumerate((bars.train, bars.validation, bars.test))
        for what in ("images", "labels")
    }
    np.savez(tmp_path / "bars.npz", **arrays)
    command = [sys.executable, "-c", CHILD, str(part.folder), str(tmp_path / "bars.npz")]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, env={**os.environ, "OMP_NUM_THREADS": "1"}
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"now\n"
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    resumed = runner.resume(part)
    assert resumed.step == 5 or resumed.step == 6
    resumed, rest = go_on(part, bars)
    assert len(rest) < len(events), "it did not begin anew"
    assert same(state(resumed), state(training))
    assert lasting(runs.read_history(part)) == lasting(events)


def test_what_came_after_the_checkpoint_is_dropped_from_the_history(tmp_path: Path, bars: Dataset) -> None:
    part = begun(tmp_path, bars, CASES["adamw"])
    go_on(part, bars, stop=4)
    training = runner.resume(part)
    written = runs.read_history(part)
    later: list[Event] = [Step(training.step + 1, 99.0, 0.1), Epoch(1, 4, 9, 0, 9, 1.0, 1, 1)]
    with part.history.open("a") as file:
        file.write("".join(to_line(event) + "\n" for event in later) + to_line(Step(9, 9, 9))[:20])
    _, rest = go_on(part, bars)
    history = runs.read_history(part)
    assert lasting(history) == lasting([*written, *rest])
    assert 99.0 not in {event.loss for event in history if isinstance(event, Step)}


def test_a_report_that_will_come_again_is_not_there_twice(tmp_path: Path, bars: Dataset) -> None:
    """Killed between history and checkpoint, where the checkpoint before stands at the epoch's last step."""
    part = begun(tmp_path, bars, CASES["adamw"])
    training = runner.resume(part)
    with closing(runner.proceed(part, training, bars)) as stream:
        for event in stream:
            if isinstance(event, Step) and event.step == 4:
                break
    with part.history.open("a") as file:
        file.write(to_line(Epoch(1, 4, 1.0, 0.5, 1.0, 0.5, 1.0, 1.0)) + "\n")
    go_on(part, bars)
    epochs = [event for event in runs.read_history(part) if isinstance(event, Epoch)]
    assert [epoch.epoch for epoch in epochs] == [1, 2]


def test_other_data_are_refused(tmp_path: Path, bars: Dataset) -> None:
    part = begun(tmp_path, bars, CASES["adamw"])
    images = bars.test.images.copy()
    images[0, 0, 0, 0] ^= 1
    other = replace(bars, test=replace(bars.test, images=images))
    with pytest.raises(DataError, match=r"The data set bars is not the one that .* was begun with"):
        next(runner.proceed(part, runner.resume(part), other))
    assert not part.history.exists()


def test_a_damaged_checkpoint_is_one_sentence(tmp_path: Path, bars: Dataset) -> None:
    part = begun(tmp_path, bars, CASES["adamw"])
    go_on(part, bars, stop=3)
    content = bytearray(part.last.read_bytes())
    content[-9] ^= 255
    part.last.write_bytes(content)
    with pytest.raises(DataError, match=r"^.*last\.safetensors does not fit its training: .*checksum"):
        runner.resume(part)


@pytest.mark.parametrize("spoil", ["loss", "weights"])
def test_the_last_good_checkpoint_outlives_a_training_that_goes_wrong(
    tmp_path: Path, bars: Dataset, spoil: str
) -> None:
    """spoil: found by the next loss, or at the attempt to save."""
    part = begun(tmp_path, bars, CASES["adamw"])
    go_on(part, bars, stop=4)
    good = part.last.read_bytes()
    training = runner.resume(part)
    stream = runner.proceed(part, training, bars)
    next(stream)
    next(training.module.parameters()).data[0] = torch.nan
    with pytest.raises(TrainingError, match="no longer"):
        next(stream) if spoil == "loss" else stream.close()
    assert part.last.read_bytes() == good
    resumed, _ = go_on(part, bars)
    assert checkpoint.is_finite(resumed)
    assert runs.finished(part)


def test_a_full_disk_stops_no_training_and_loses_nothing(
    tmp_path: Path, bars: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    training, events = go_on(begun(tmp_path / "whole", bars, CASES["adamw"]), bars)
    part = begun(tmp_path / "part", bars, CASES["adamw"])
    real = paths.write_atomically
    full = False

    def write(path: Path, content: bytes, **settings: Any) -> None:
        if full:
            raise DataError(f"{path} cannot be written: No space left on device.")
        real(path, content, **settings)

    monkeypatch.setattr(paths, "write_atomically", write)
    resumed = runner.resume(part)
    heard = []
    for event in runner.proceed(part, resumed, bars):
        heard.append(event)
        full = (isinstance(event, Step) and event.step in (3, 4)) or (full and not isinstance(event, Epoch))
    notices = [event.text for event in heard if isinstance(event, Notice)]
    assert "No space left" in notices[0]
    assert notices[-1] == "The training is saved again."
    assert same(state(resumed), state(training))
    assert lasting(runs.read_history(part)) == lasting(events)
    assert same(state(runner.resume(part)), state(training))


def test_finish_judges_the_best_network_once_and_writes_it_down(tmp_path: Path, bars: Dataset) -> None:
    part = begun(tmp_path, bars, Case(replace(RECIPE, epochs=4, average=0.8)))
    _, events = go_on(part, bars)
    epochs = [event for event in events if isinstance(event, Epoch)]
    best = max(epochs, key=lambda epoch: epoch.validation_accuracy)
    card = runner.finish(part, bars)
    network = weights.load(part.best)
    assert network.card == card
    report = evaluate(network.module, bars.test)
    assert card.metrics["test_accuracy"] == report.accuracy
    assert card.metrics["test_errors"] == report.errors
    assert card.metrics["validation_accuracy"] == best.validation_accuracy
    assert evaluate(network.module, bars.validation).accuracy == best.validation_accuracy
    assert card.metrics["chosen"] == f"best validation epoch, {best.epoch} of 4"
    assert card.recipe["dataset"] == "bars"
    assert card.recipe["seed"] == 5
    assert card.classes == bars.classes


def test_a_finished_run_has_nothing_left_to_do(tmp_path: Path, bars: Dataset) -> None:
    part = begun(tmp_path, bars, CASES["adamw"])
    assert not runs.finished(part)
    _, events = go_on(part, bars)
    before = runs.read_history(part)
    assert runs.finished(part)
    assert go_on(part, bars)[1] == []
    assert runs.read_history(part) == before == [event for event in events if not isinstance(event, Notice)]


def test_nothing_is_left_lying_about(tmp_path: Path, bars: Dataset) -> None:
    part = begun(tmp_path, bars, CASES["adamw"])
    go_on(part, bars)
    assert {path.name for path in tmp_path.iterdir()} == {
        "run.json", "history.jsonl", "last.safetensors", "best.safetensors", "snapshots", "lock"
    }  # fmt: skip
    assert not list(tmp_path.rglob("*.part"))

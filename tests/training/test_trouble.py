"""When it goes wrong: disk, folder, memory and numbers, and that nothing that was learnt is lost."""

import json
import os
import re
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import desktopcnn
from desktopcnn.data.dataset import Dataset
from desktopcnn.errors import TrainingError
from desktopcnn.networks import weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.networks.layers import Activation, Convolution, Dense, Flatten
from desktopcnn.training import footprint, journal, loop, runner, snapshots
from desktopcnn.training import run as runs
from desktopcnn.training.history import Change, Epoch, Measure, Step, to_line
from desktopcnn.training.recipe import Recipe
from desktopcnn.training.run import Run

ROOT = Path(desktopcnn.__file__).parent.parent
SCRIPT = Path(__file__).parent / "troubled.py"
SMALL = Architecture(
    "small", "Small", (1, 8, 8), (Convolution(4, 3), Activation("relu"), Flatten(), Dense(3))
)
RECIPE = Recipe("test", epochs=2, batch_size=64, learning_rate=0.01, average=0.9)
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of processes as Linux has them")

Reports = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """What happened in each case of the script."""
    command = [sys.executable, "-W", "error", str(SCRIPT), str(tmp_path_factory.mktemp("trouble"))]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {report.pop("case"): report for report in found}


@ON_LINUX
@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("full_for_a_while", "last.safetensors cannot be written: File too large."),
        ("disk_away_for_a_while", "part cannot be written: No such file or directory."),
        ("read_only_for_a_while", "history.jsonl cannot be written: Permission denied."),
    ],
)
def test_while_it_cannot_be_written_the_training_goes_on_and_nothing_is_lost(
    reports: Reports, case: str, reason: str
) -> None:
    report = reports[case]
    trouble, end = report["notices"]
    assert trouble.endswith(f"{reason} The training goes on in memory and is saved when it can be.")
    assert end == "The training is saved again."
    assert report["error"] == ""
    assert report["same_tensors"]
    assert report["same_history"]
    assert (report["state"], report["fault"], report["left"]) == ("finished", "", [])


@ON_LINUX
@pytest.mark.parametrize(
    ("case", "file"), [("full_while_the_best_comes", "best.safetensors"), ("disk_away_to_the_end", "part")]
)
def test_what_cannot_be_written_to_the_end_is_in_memory(reports: Reports, case: str, file: str) -> None:
    report = reports[case]
    assert len(report["notices"]) == 1
    assert f"{file} cannot be written:" in report["error"]
    assert report["error"].endswith("What was learnt after step 5 is not saved.")
    assert report["step"] == 26, "it went on to the end"
    assert not report["was_there"]
    assert report["judged"] == report["finished"] > 0.1
    assert report["same_best"], "the best network, and not the last"
    assert not report.get("made"), "no folder where the disk was"


@ON_LINUX
def test_stopped_while_the_disk_is_full_it_goes_on_from_its_last_checkpoint(reports: Reports) -> None:
    report = reports["full_at_the_stop"]
    assert "cannot be written: File too large." in report["stopped"]["error"]
    assert report["stopped"]["error"].endswith("What was learnt after step 5 is not saved.")
    assert report["begins"] == 5
    assert report["same_tensors"]
    assert report["same_history"]


@ON_LINUX
def test_a_folder_that_somebody_removed_is_made_again(reports: Reports) -> None:
    report = reports["folder_removed"]
    (notice,) = report["notices"]
    assert notice.endswith("part was gone. It was made again, without its curves up to here.")
    assert report["same_tensors"]
    assert report["epochs"] == [1, 2]
    assert (report["state"], report["fault"], report["left"]) == ("finished", "", [])


@ON_LINUX
def test_a_batch_larger_than_memory_is_refused_and_the_one_that_is_named_fits(reports: Reports) -> None:
    report = reports["batch_too_large"]
    assert report["free"] <= 400 * 2**20
    needs = r"A batch of 8,192 images needs about \d\.\d GiB of memory, and 0\.4 GiB are free\. "
    assert re.match(needs, report["text"])
    size = report["remedy"]["batch_size"]
    assert f"A batch of {size:,} would fit" in report["text"]
    assert report["step"] == 1, "it was tried"


@ON_LINUX
def test_torch_without_memory_is_one_sentence(reports: Reports) -> None:
    report = reports["memory_runs_out"]
    assert report["text"].startswith("The memory ran out at step 1, with 8,192 images in a batch.")
    assert report["remedy"] == {"batch_size": 4096}
    assert report["cause"] == "RuntimeError"


@ON_LINUX
def test_the_estimate_is_near_what_a_step_takes(reports: Reports) -> None:
    assert 0.6 < reports["footprint_is_about_right"]["ratio"] < 1.6


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (RuntimeError("[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't"), True),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."), True),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."), True),
        (RuntimeError("could not execute a primitive"), True),
        (RuntimeError("could not create a primitive descriptor for a convolution forward"), False),
        (MemoryError(), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_errors_of_memory_are_told_from_others(error: Exception, is_one: bool) -> None:
    assert footprint.exhausted(error) is is_one


def test_a_larger_memory_takes_a_larger_batch() -> None:
    network = CATALOG["02-two-conv"]
    recipe = replace(RECIPE, batch_size=60_000)
    sizes = [
        footprint.largest_batch(network, recipe, free, bfloat16=False)
        for free in (2**26, 2**29, 2**31, 2**40)
    ]
    assert sizes[0] == 0
    assert 0 < sizes[1] < sizes[2] < sizes[3] == 32_768
    for size, free in zip(sizes[1:3], (2**29, 2**31), strict=True):
        needed = [footprint.step_bytes(network, recipe, n, bfloat16=False) for n in (size, 2 * size)]
        assert needed[0] <= footprint.SPARE * free < needed[1]
    footprint.check(network, recipe, 100, 2**30, bfloat16=False)  # no batch has more than there are
    with pytest.raises(TrainingError, match="choose a smaller network") as none_fits:
        footprint.check(network, recipe, 60_000, 2**26, bfloat16=False)
    assert none_fits.value.remedy == {}


def test_the_memory_of_a_container_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footprint, "_control_groups", lambda: [tmp_path])
    assert (footprint.available() or 2**40) > 2**20, "without such files"
    (tmp_path / "memory.current").write_text("900000\n")
    (tmp_path / "memory.stat").write_text("anon 5\ninactive_file 1000\nactive_file 20\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert (footprint.available() or 2**40) > 2**20
    (tmp_path / "memory.max").write_text("1000000\n")
    assert footprint.available() == 101_020
    (tmp_path / "memory.max").write_text("1000\n")
    assert footprint.available() == 0


@pytest.fixture
def run(tmp_path: Path, bars: Dataset) -> Run:
    return runs.create(SMALL, RECIPE, bars, 7, tmp_path / "run")


def test_a_loss_that_is_no_number_names_step_and_remedy(run: Run, bars: Dataset) -> None:
    training = runner.resume(run)
    stream = runner.proceed(run, training, bars)
    next(stream)
    next(training.module.parameters()).data[0] = torch.nan
    with pytest.raises(
        TrainingError, match=r"at step 2\. A lower learning rate than 0\.01 usually helps"
    ) as error:
        list(stream)
    assert error.value.remedy == {"learning_rate": 0.003}


def test_a_loss_that_explodes_ends_the_training_before_it_is_no_number(run: Run, bars: Dataset) -> None:
    training = runner.resume(run)
    stream = runner.proceed(run, training, bars)
    next(stream)
    list(training.module.parameters())[-2].data *= 1e7
    with pytest.raises(TrainingError, match=r"explodes \(\d\.\de\+0\d\) at step 2\.") as error:
        list(stream)
    assert error.value.remedy == {"learning_rate": 0.003}
    assert run.failure.read_text() == str(error.value)
    list(runner.proceed(run, runner.resume(run), bars))
    assert not run.failure.exists(), "it went on"


@pytest.mark.parametrize(
    ("optimizer", "rate", "name", "lower"),
    [("sgd", 1000.0, "deep, changed", 0.1), ("sgd", 0.03, "deep", 0.01), ("adamw", 50.0, "deep", 0.003),
     ("muon", 9.0, "my own", 3e-3)],
)  # fmt: skip
def test_the_rate_that_is_proposed_is_one_that_works(
    optimizer: Any, rate: float, name: str, lower: float
) -> None:
    recipe = Recipe(name, optimizer=optimizer, learning_rate=rate)
    assert loop.diverged("It explodes", 3, recipe).remedy == {"learning_rate": lower}


@pytest.mark.parametrize("at", [1, 4], ids=["a snapshot is due", "an epoch is over"])
def test_weights_that_are_no_numbers_are_not_kept_anywhere(
    run: Run, bars: Dataset, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """The step itself spoils them: no loss of theirs has been seen yet."""
    training = runner.resume(run)
    step = training.optimizer.step

    def spoil() -> None:
        step()
        if training.step + 1 == at:
            next(training.module.parameters()).data[0] = torch.inf

    monkeypatch.setattr(training.optimizer, "step", spoil)
    with pytest.raises(TrainingError, match=f"no longer numbers at step {at}") as error:
        list(runner.proceed(run, training, bars))
    assert error.value.remedy
    assert training.best is None
    assert not run.best.exists()
    for snapshot in snapshots.find(run.snapshots):
        weights.load(snapshot.path)
    list(runner.proceed(run, runner.resume(run), bars))
    assert runs.finished(run)


def test_a_change_after_the_checkpoint_has_not_happened(run: Run, bars: Dataset) -> None:
    """Killed between history and checkpoint: the history knows of a change that the training does not."""
    with closing(runner.proceed(run, runner.resume(run), bars)) as stream:
        next(stream)
    step = runner.resume(run).step
    before = runs.read_history(run)
    with run.history.open("a") as file:
        file.write(to_line(Change(step, {"epochs": 9})) + "\n")
    with closing(runner.proceed(run, runner.resume(run), bars)) as stream:
        next(stream)
    assert [event for event in runs.read_history(run) if event.step <= step][: len(before)] == before
    assert not [event for event in runs.read_history(run) if isinstance(event, Change)]


def test_a_change_just_before_the_end_is_written_down(run: Run, bars: Dataset) -> None:
    training = runner.resume(run)
    with closing(runner.proceed(run, training, bars)) as stream:
        next(stream)
        loop.change(training, epochs=3)
    changes = [event for event in runs.read_history(run) if isinstance(event, Change)]
    assert changes == [Change(1, {"epochs": 3}, {"epochs": 2})]
    list(runner.proceed(run, runner.resume(run), bars))
    epochs = [event.epoch for event in runs.read_history(run) if isinstance(event, Epoch)]
    assert epochs == [1, 2, 3]
    assert [event for event in runs.read_history(run) if isinstance(event, Change)] == changes


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_look_into_the_network_is_told_once(run: Run, bars: Dataset, stop: int) -> None:
    with closing(runner.proceed(run, runner.resume(run), bars)) as stream:
        for _ in range(stop):
            next(stream)
    list(runner.proceed(run, runner.resume(run), bars))
    assert [event.step for event in runs.read_history(run) if isinstance(event, Measure)] == [1]


def test_what_a_killed_process_left_half_written_goes(run: Run, bars: Dataset) -> None:
    run.snapshots.mkdir()
    strays = [
        run.folder / ".last.safetensors.x.part", run.folder / ".history.jsonl.x.part",
        run.snapshots / ".000000001.safetensors.x.part",
    ]  # fmt: skip
    notes = run.folder / ".notes.json.x.part"  # the window may be at it
    for path in (*strays, notes):
        path.write_text("half")
    list(runner.proceed(run, runner.resume(run), bars))
    assert list(run.folder.rglob("*.part")) == [notes]


def test_snapshots_from_after_the_checkpoint_go(
    run: Run, bars: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The training may take another way from there."""
    monkeypatch.setattr(journal, "CHECKPOINT_SECONDS", 1e9)
    stream = runner.proceed(run, runner.resume(run), bars)
    for event in stream:
        if isinstance(event, Step) and event.step == 3:
            break
    assert [snapshot.step for snapshot in snapshots.find(run.snapshots)] == [1, 2, 3]
    with monkeypatch.context() as patch:  # as if it were killed
        patch.setattr(journal.Journal, "end", lambda _: None)
        stream.close()
    assert not run.last.exists()
    with closing(runner.proceed(run, runner.resume(run), bars)) as stream:
        next(stream)
        assert [snapshot.step for snapshot in snapshots.find(run.snapshots)] == [1]

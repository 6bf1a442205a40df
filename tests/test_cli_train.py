"""`desktopcnn train` when something stands in its way, at a terminal, and with TensorBoard."""

import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import desktopcnn
from desktopcnn import cli, paths
from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset
from desktopcnn.errors import DataError
from desktopcnn.networks import weights
from desktopcnn.training import footprint
from desktopcnn.training import run as runs
from desktopcnn.training import threads as counting
from desktopcnn.training.history import Epoch, Event
from desktopcnn.training.tensorboard_log import TensorBoardLog

ROOT = Path(desktopcnn.__file__).parent.parent
TRAIN = ("train", "--architecture", "00-dense", "--dataset", "tiny", "--epochs", 2)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command here, with a little of MNIST as "tiny"; exit code, standard output, standard error."""
    whole = catalog.load("mnist")
    parts = whole.train[:400], whole.validation[:100], whole.test[:100]
    monkeypatch.setitem(catalog.CATALOG, "tiny", lambda: Dataset("tiny", "Tiny", whole.classes, *parts))
    return lambda *arguments: (cli.main([str(argument) for argument in arguments]), *capsys.readouterr())


def test_what_the_disk_does_not_take_goes_to_the_output(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object) -> None:
        raise DataError(f"{path} cannot be written: No space left on device.")

    monkeypatch.setattr(paths, "append_at", full)
    output = tmp_path / "saved.safetensors"
    code, out, err = run(*TRAIN, "--output", output)
    assert code == 1
    accuracy = weights.load(output).card.metrics["test_accuracy"]
    assert out.splitlines()[-1].startswith(f"test accuracy {100 * accuracy:.2f} %")
    *_, trouble, place, end = err.splitlines()
    assert trouble.endswith(
        "No space left on device. The training goes on in memory and is saved when it can be."
    )
    assert place == f"network: {output}"
    assert end.endswith("No space left on device. What was learnt after step 0 is not saved.")


@pytest.mark.parametrize("kind", ["a folder", "below a file"])
def test_an_output_that_cannot_be_written_is_found_out_before_the_training(
    run: Run, tmp_path: Path, kind: str
) -> None:
    output = tmp_path / "net.safetensors"
    if kind == "a folder":
        output.mkdir()
    else:
        output.write_text("in the way")
        output = output / "deeper" / "net.safetensors"
    code, out, err = run(*TRAIN, "--output", output)
    assert (code, out) == (1, "")
    assert re.fullmatch(rf"desktopcnn: {re.escape(str(output))} (is a folder|cannot be written).*\.\n", err)
    assert not paths.runs().exists(), "nothing was begun"


def test_an_output_that_fails_at_the_end_leaves_the_network_in_its_run(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, save = tmp_path / "net.safetensors", weights.save

    def full(path: Path, *rest: Any, **how: Any) -> None:
        if path == output:
            raise DataError(f"{path} cannot be written: No space left on device.")
        save(path, *rest, **how)

    monkeypatch.setattr(weights, "save", full)
    code, out, err = run(*TRAIN, "--output", output)
    assert code == 1
    (folder,) = paths.runs().iterdir()
    best = folder / "best.safetensors"
    assert err.splitlines()[-1] == (
        f"desktopcnn: {output} cannot be written: No space left on device. "
        f"The network is safe in its run: copy {best}."
    )
    accuracy = weights.load(best).card.metrics["test_accuracy"]
    assert f"test accuracy {100 * accuracy:.2f} % " in out


@pytest.mark.parametrize(
    ("load", "arguments", "threads"),
    [(0.1, (), 4), (1.6, (), 2), (9.0, (), 1), (9.0, ("--threads", 3), 3)],
    ids=["idle", "busy", "overloaded", "asked for"],
)
def test_threads_are_as_many_as_there_are_idle_cores(
    run: Run, monkeypatch: pytest.MonkeyPatch, load: float, arguments: tuple[object, ...], threads: int
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(counting, "cores", lambda: 4)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0), raising=False)
    monkeypatch.setattr(torch, "get_num_threads", lambda: asked[-1] if asked else 4)
    monkeypatch.setattr(torch, "set_num_threads", asked.append)
    code, _, err = run(*TRAIN, "--epochs", 1, *arguments)
    assert code == 0
    assert err.splitlines()[0] == f"threads: {threads}"
    (folder,) = paths.runs().iterdir()
    assert runs.read(folder).threads == threads
    code, _, err = run("train", "--resume", folder)
    assert err.splitlines()[0] == f"threads: {threads}", "a run goes on as it began"
    code, _, err = run("train", "--resume", folder, "--threads", 1)
    assert err.splitlines()[0] == "threads: 1", "unless the user says otherwise"


def test_a_batch_that_does_not_fit_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footprint, "available", lambda: footprint.KERNELS)
    code, out, err = run(*TRAIN)
    assert (code, out) == (1, "")
    assert re.fullmatch(
        r"desktopcnn: A batch of 32 images needs about 0\.1 GiB of memory, and 0\.1 GiB are free\. .*\.",
        err.splitlines()[-1],
    )


def test_without_tensorboard_nothing_is_begun(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    code, out, err = run(*TRAIN, "--tensorboard", tmp_path)
    assert (code, out) == (1, "")
    assert err == (
        "desktopcnn: TensorBoard is not installed. Install it (pip install tensorboard), "
        "or leave out --tensorboard.\n"
    )
    assert not paths.runs().exists()


def test_tensorboard_gets_its_events(run: Run, tmp_path: Path) -> None:
    """What is in them: training/test_tensorboard_log.py."""
    pytest.importorskip("tensorboard")
    code, out, _ = run(*TRAIN, "--tensorboard", tmp_path / "log", "--json")
    assert code == 0
    (file,) = (tmp_path / "log").iterdir()
    assert file.name.startswith("events.out.tfevents.")
    assert file.stat().st_size > 2 * 400 / 32 * 50
    assert len(out.splitlines()) == 3


def test_events_that_cannot_be_written_do_not_end_the_training(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tensorboard")

    def full(self: TensorBoardLog, event: Event) -> None:
        if isinstance(event, Epoch):
            raise DataError("log cannot be written: No space left on device.")

    monkeypatch.setattr(TensorBoardLog, "take", full)
    code, out, err = run(*TRAIN, "--tensorboard", tmp_path)
    assert code == 0
    assert len(out.splitlines()) == 3
    assert err.count("No space left on device. The training goes on without TensorBoard.\n") == 1


CHILD = """
import sys, threading, types
from desktopcnn import cli, cli_train
from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset
whole = catalog.load("mnist")
parts = whole.train[:1000], whole.validation[:100], whole.test[:100]
catalog.CATALOG["tiny"] = lambda: Dataset("tiny", "Tiny", whole.classes, *parts)
if "--resume" not in sys.argv:  # it waits for Ctrl-C after the first epoch
    line, told = cli_train._epoch_line, []
    class Event(threading.Event):
        def is_set(self):
            return self.wait() if told else super().is_set()
    cli_train.threading = types.SimpleNamespace(Event=Event)
    cli_train._epoch_line = lambda *arguments: told.append(1) or line(*arguments)
sys.exit(cli.main(sys.argv[1:]))
"""


def at_a_terminal(*arguments: object, press_after: str = "\0") -> tuple[int, str]:
    """Exit code and all that a terminal of 100 columns is sent; Ctrl-C is pressed after those words."""
    import termios

    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (24, 100))
    name = os.ttyname(slave)
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", CHILD, *map(str, arguments)],
        {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        file_actions=[(os.POSIX_SPAWN_OPEN, number, name, os.O_RDWR, 0) for number in range(3)],
        setsid=True,  # the terminal is the one of the child, so that Ctrl-C reaches it
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            shown += os.read(master, 65_536)
        except OSError:  # the child has closed its end
            break
        if press_after.encode() in shown:
            os.write(master, b"\x03")
            press_after = "\0"
    os.close(master)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


def stays(shown: str) -> list[str]:
    """The lines as they look in the end: what comes after a return overwrites what stood there."""
    lines = []
    for line in shown.replace("^C", "").split("\r\n"):
        row = ""
        for part in line.split("\r"):
            row = part + row[len(part) :]
        lines.append(row.rstrip())
    return lines


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
def test_at_a_terminal_a_bar_with_the_time_left_and_a_line_for_each_epoch() -> None:
    begin = ("train", "--architecture", "01-conv", "--dataset", "tiny", "--epochs", 3)
    code, shown = at_a_terminal(*begin, press_after="epoch 1/3")
    assert code == 130
    bar = r"\r +\d+%\|.+\| \d+/48 \[\d\d:\d\d<\d\d:\d\d, .+, loss=\d\.\d{4}\]"
    assert re.search(bar, shown), "progress, and the time that is left"
    (folder,) = paths.runs().iterdir()
    hint = f"stopped; go on with: desktopcnn train --resume {shlex.quote(str(folder))}"
    threads, run, first, stopped, end = stays(shown)
    assert threads == "threads: 1"
    assert (run, stopped, end) == (f"run: {folder}", hint, "")
    epoch = r"epoch {}/3: loss \d\.\d{{4}}, validation \d+\.\d\d %, [\d,]+ images/s"
    assert re.fullmatch(epoch.format(1), first)

    code, shown = at_a_terminal(*shlex.split(hint)[-3:])
    assert code == 0
    _, run, second, third, last, end = stays(shown)
    assert (run, end) == (f"run: {folder}", "")
    assert re.fullmatch(epoch.format(2), second)
    assert re.fullmatch(epoch.format(3), third)
    assert re.fullmatch(r"test accuracy \d+\.\d\d % \(best validation epoch, \d of 3\), \d+ s", last)
    assert " 0/48" not in shown, "the bar begins where the training was"


@pytest.fixture
def tiny_pens(run: Run, monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """A "pens" that notes which file of strokes it was asked to be made of, besides what `run` has."""
    asked: list[Path | None] = []

    def load(strokes: Path | None) -> Dataset:
        asked.append(strokes)
        return catalog.CATALOG["tiny"]()

    monkeypatch.setitem(catalog.WITH_STROKES, "pens", load)
    monkeypatch.setitem(catalog.CATALOG, "pens", lambda: load(None))
    return asked


def test_the_file_of_pen_strokes_is_that_of_the_option_or_the_users(
    run: Run, tiny_pens: list[Path | None], tmp_path: Path
) -> None:
    command = ("train", "--architecture", "00-dense", "--epochs", 1, "--dataset", "pens")
    for options, file in (((), None), (("--strokes", tmp_path / "of mine"), tmp_path / "of mine")):
        assert run(*command, *options)[0] == 0
        assert tiny_pens.pop() == file


@pytest.mark.parametrize(
    ("dataset", "code", "sentence"),
    [
        ("mnist+pen", 1, "desktopcnn: {0} cannot be read: No such file or directory."),
        ("mnist", 2, "desktopcnn: The data set mnist is not made of pen strokes: leave out --strokes."),
    ],
)
def test_strokes_that_are_not_there_or_not_wanted_are_said_in_a_line(
    run: Run, tmp_path: Path, dataset: str, code: int, sentence: str
) -> None:
    file = tmp_path / "none.tra"
    found, out, err = run("train", "--architecture", "pen", "--dataset", dataset, "--strokes", file)
    assert (found, out, err) == (code, "", sentence.format(file) + "\n")
    assert not paths.runs().exists(), "nothing was begun"

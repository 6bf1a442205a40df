"""The command line as a user has it: exit codes, one line for an error, JSON, Ctrl-C."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import desktopcnn
from desktopcnn import cli, cli_train, paths
from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.networks import library, weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.card import Card
from desktopcnn.networks.layers import Dense, Flatten
from desktopcnn.networks.modules import build

ROOT = Path(desktopcnn.__file__).parent.parent
NOT_ON_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run one command here; exit code, standard output and standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse
            code = int(end.code or 0)
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="session")
def tiny() -> Dataset:
    """MNIST, most of it left out: enough to begin a training with."""
    whole = catalog.load("mnist")
    return Dataset("tiny", "Tiny", whole.classes, whole.train[:400], whole.validation[:100], whole.test[:100])


@pytest.fixture
def _tiny_in_catalog(tiny: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalog.CATALOG, "tiny", lambda: tiny)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """An upright line, drawn dark on light."""
    canvas = np.full((280, 280), 255, np.uint8)
    canvas[50:230, 130:150] = 0
    path = tmp_path / "a one.png"
    Image.fromarray(canvas).save(path)
    return path


def foreign(path: Path, shape: tuple[int, int, int] = (1, 9, 9), classes: int = 3) -> Path:
    """A network that takes other pictures than MNIST's."""
    architecture = Architecture("foreign", "Foreign", shape, (Flatten(), Dense(classes)))
    names = tuple(f"class {number}" for number in range(classes))
    weights.save(path, build(architecture), Card("Foreign", architecture, names))
    return path


def one_line(text: str) -> str:
    assert text.startswith("desktopcnn: ")
    assert text.endswith(".\n")
    assert text.count("\n") == 1
    return text.removeprefix("desktopcnn: ").rstrip()


Run = Callable[..., tuple[int, str, str]]


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"DesktopCNN {desktopcnn.__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("paint",), ("train", "--epochs", "many"), ("train", "--seed", "-1"), ("train", "--seed", 2**64),
        ("train", "--seed", "x"), ("predict",), ("evaluate", "--colour"),
    ],
)  # fmt: skip
def test_wrong_usage_is_2(run: Run, arguments: tuple[object, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert " Try desktopcnn" in one_line(err)
    assert one_line(err).endswith("--help.")


@pytest.mark.parametrize("command", [(), ("predict",), ("train",), ("evaluate",), ("networks",)])
def test_help_has_a_word_on_everything(run: Run, command: tuple[str, ...]) -> None:
    code, out, _ = run(*command, "--help")
    assert code == 0
    _, *sections = re.split(r"\n(?=\S[^\n]*:\n)", out)
    rows = [row for section in sections for row in re.split(r"\n(?= {2,4}\S)", section)[1:]]
    assert len(rows) >= 2
    bare = [row for row in rows if not re.match(r" +\S.*(  |\n {10,})\S", row)]
    assert bare == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("evaluate", "--network", "99"), "There is no network called '99'. Known: 00-dense"),
        (("evaluate", "--network", "x" * 300), "There is no network called 'xxx"),
        (("evaluate", "--dataset", "emnist"), "There is no data set called 'emnist'. Known: mnist"),
        (("predict", "a.png", "--network", "99"), "There is no network called '99'"),
        (("train", "--architecture", "99"), "There is no architecture called '99'. Known: 00-dense"),
        (("train", "--recipe", "99"), "There is no recipe called '99'. Known: quick"),
        (("train", "--dataset", "emnist"), "There is no data set called 'emnist'"),
        (("train", "--epochs", "0"), "The number of epochs is 0; it must lie between"),
        (("train", "--threads", "0"), "--threads is 0; it must be at least 1"),
        (
            ("train", "--output", "net.pt"),
            "--output is net.pt; the name of a weights file ends in .safetensors",
        ),
        (
            ("train", "--resume", "x", "--epochs", "3", "--seed", "0"),
            "--resume goes on with the settings of its run: leave out --epochs, --seed",
        ),
    ],
)
def test_what_is_unknown_or_contradicts_itself_is_2(run: Run, arguments: tuple[str, ...], says: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert one_line(err).startswith(says)
    assert not paths.runs().exists(), "nothing was begun"


def test_files_that_fail_are_1(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"nothing")
    for arguments, says in (
        (("evaluate", "--network", broken), f"{broken} is not a safetensors file"),
        (("evaluate", "--network", tmp_path / "none.safetensors"), "cannot be read: No such file"),
        (("train", "--resume", tmp_path), f"{tmp_path} is not the folder of a run"),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (1, "")
        assert says in one_line(err)


def test_pictures_of_another_kind_are_1(run: Run, tmp_path: Path, picture: Path) -> None:
    path = foreign(tmp_path / "foreign.safetensors")
    code, _, err = run("evaluate", "--network", path)
    assert code == 1
    assert "takes pictures of (1, 9, 9)" in one_line(err)
    code, _, err = run("predict", picture, "--network", path)
    assert code == 1
    assert "takes pictures of (1, 9, 9)" in one_line(err)
    path = foreign(tmp_path / "few.safetensors", (1, 28, 28))
    code, _, err = run("evaluate", "--network", path)
    assert code == 1
    assert "in 3 classes; MNIST has pictures of (1, 28, 28)" in one_line(err)


def test_a_missing_package_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    code, out, err = run("train")
    assert (code, out) == (1, "")
    assert one_line(err) == "torch is missing. Install again: pip install ."


def test_networks(run: Run) -> None:
    code, out, err = run("networks")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["name", "parameters", "test", "accuracy", "title"]
    assert [line.split()[0] for line in lines[1:]] == [entry.name for entry in library.shipped()]
    code, out, err = run("networks", "--json")
    (rows,) = json.loads(out).values()
    entries = {entry.name: entry for entry in library.shipped()}
    for row in rows:
        entry = entries[row["name"]]
        assert row == {
            "name": entry.name, "title": entry.title, "origin": "shipped", "file": str(entry.path),
            "parameters": entry.parameters, "accuracy": entry.accuracy,
            **({"members": len(entry.members)} if isinstance(entry, library.Vote) else {}),
        }  # fmt: skip


def test_predict(run: Run, picture: Path, tmp_path: Path) -> None:
    code, out, err = run("predict", picture)
    assert (code, err) == (0, "")
    assert re.fullmatch(re.escape(str(picture)) + r": 1 \(\d+\.\d %\)\n", out)
    code, out, err = run("predict", picture, tmp_path / "none.png", picture, "--json")
    assert code == 1, "one of the three failed"
    assert "none.png" in one_line(err)
    first, second = map(json.loads, out.splitlines())
    assert first == second
    assert (first["file"], first["digit"]) == (str(picture), "1")
    assert list(first["probabilities"]) == list("0123456789")
    assert sum(first["probabilities"].values()) == pytest.approx(1, abs=1e-5)


def test_a_vote_is_listed_with_all_its_parameters(run: Run, poll: Callable[..., Path]) -> None:
    path = poll(library.folder() / "poll.json", (1, 1, 4), "majority")
    _, out, _ = run("networks")
    assert out.splitlines()[-1].split() == ["poll", "23,550", "12.50", "%", "poll"]
    _, out, _ = run("networks", "--json")
    assert json.loads(out)["networks"][-1] == {
        "name": "poll", "title": "poll", "origin": "trained", "file": str(path), "parameters": 23_550,
        "accuracy": 0.125, "members": 3,
    }  # fmt: skip


def test_a_vote_predicts(run: Run, picture: Path, tmp_path: Path, poll: Callable[..., Path]) -> None:
    path = poll(tmp_path / "poll.json", (4, 1, 1), "majority")
    code, out, err = run("predict", picture, "--network", path)
    assert (code, err) == (0, "")
    assert out == f"{picture}: 1 (57.8 %, 2 of 3 votes)\n"
    _, out, _ = run("predict", picture, "--network", path, "--json")
    found = json.loads(out)
    assert (found["digit"], found["members"]) == ("1", ["4", "1", "1"])
    assert found["probabilities"]["1"] == pytest.approx(0.5776, abs=0.0001)
    assert sum(found["probabilities"].values()) == pytest.approx(1, abs=1e-5)


@pytest.mark.usefixtures("_tiny_in_catalog")
def test_a_vote_is_evaluated(run: Run, tiny: Dataset, tmp_path: Path, poll: Callable[..., Path]) -> None:
    path = poll(tmp_path / "poll.json", (4, 1, 1), "majority")
    code, out, _ = run("evaluate", "--network", path, "--dataset", "tiny", "--json")
    ones, fours = (int((tiny.test.labels != label).sum()) for label in (1, 4))
    assert code == 0
    assert json.loads(out) == {
        "network": str(path), "dataset": "tiny", "images": 100, "accuracy": 1 - ones / 100, "errors": ones,
        "members": [
            {"network": f"poll-{number}", "accuracy": 1 - wrong / 100, "errors": wrong}
            for number, wrong in ((1, fours), (2, ones), (3, ones))
        ],
    }  # fmt: skip
    _, out, _ = run("evaluate", "--network", path, "--dataset", "tiny")
    assert out.endswith(f"{ones} of 100 test images wrong\n")


def test_a_damaged_vote_is_1(run: Run, picture: Path, tmp_path: Path, poll: Callable[..., Path]) -> None:
    path = poll(tmp_path / "poll.json", (4, 1), "mean")
    member = tmp_path / "members" / "poll-2.safetensors"
    member.write_bytes(member.read_bytes()[:-1])
    code, out, err = run("predict", picture, "--network", path)
    assert (code, out) == (1, "")
    assert str(path) in one_line(err)


def test_evaluate_gives_the_cards_accuracy_exactly(run: Run) -> None:
    code, out, err = run("evaluate", "--network", "02-two-conv", "--json")
    assert (code, err) == (0, "")
    card = library.find("02-two-conv").card
    accuracy = card.metrics["test_accuracy"]
    assert json.loads(out) == {
        "network": "02-two-conv", "dataset": "mnist", "images": 10_000, "accuracy": accuracy,
        "errors": card.metrics["test_errors"],
    }  # fmt: skip


@pytest.mark.usefixtures("_tiny_in_catalog")
def test_evaluate_in_words(run: Run) -> None:
    code, out, err = run("evaluate", "--network", "00-dense", "--dataset", "tiny")
    assert (code, err) == (0, "")
    assert re.fullmatch(r"00-dense on Tiny: \d+\.\d\d % right, \d of 100 test images wrong\n", out)


TRAIN = ("train", "--architecture", "00-dense", "--dataset", "tiny", "--seed", 3)


@pytest.mark.usefixtures("_tiny_in_catalog")
def test_train_from_beginning_to_end(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "out" / "一.safetensors"
    code, out, err = run(*TRAIN, "--epochs", 5, "--output", output)
    assert code == 0
    *epochs, last = out.splitlines()
    assert [line.split(":")[0] for line in epochs] == [f"epoch {number}/5" for number in range(1, 6)]
    (folder,) = paths.runs().iterdir()
    assert re.fullmatch(
        rf"threads: \d+\nrun: {re.escape(str(folder))}\nnetwork: {re.escape(str(output))}\n", err
    ), "no progress bar in a pipe"
    network = weights.load(output)
    accuracy = network.card.metrics["test_accuracy"]
    assert accuracy > 0.6, "it has learnt something"
    assert last.startswith(f"test accuracy {100 * accuracy:.2f} % (best validation epoch,")
    assert weights.load(folder / "best.safetensors").card == network.card
    assert network.card.recipe["seed"] == 3
    code, out, _ = run("evaluate", "--network", folder.name, "--dataset", "tiny", "--json")
    assert json.loads(out)["accuracy"] == accuracy
    assert run("networks")[1].splitlines()[-1].startswith(folder.name)


@pytest.mark.usefixtures("_tiny_in_catalog")
def test_train_json_is_one_line_for_each_epoch(run: Run) -> None:
    code, out, _ = run(*TRAIN, "--epochs", 2, "--json", "--recipe", "quick")
    assert code == 0
    *epochs, last = map(json.loads, out.splitlines())
    assert [epoch["epoch"] for epoch in epochs] == [1, 2]
    assert set(epochs[0]) >= {"training_loss", "validation_accuracy", "seconds", "images_per_second"}
    assert set(last) == {"run", "test_accuracy", "chosen"}


@pytest.mark.usefixtures("_tiny_in_catalog")
def test_the_seed_decides(run: Run, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run(*TRAIN[:-1], seed, "--epochs", 1, "--output", tmp_path / f"{name}.safetensors")
    a, b, c = (weights.load(tmp_path / f"{name}.safetensors").module.dense1.weight for name in "abc")
    assert (a == b).all()
    assert (a != c).any()


@pytest.mark.usefixtures("_tiny_in_catalog")
def test_an_interrupted_training_goes_on_where_it_was(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(*TRAIN, "--epochs", 2, "--output", tmp_path / "whole.safetensors")
    steps = 0

    class Pressed:
        """Ctrl-C during the seventh step, asked for after each."""

        def is_set(self) -> bool:
            nonlocal steps
            steps += 1
            return steps == 7

    with monkeypatch.context() as patch:
        patch.setattr(cli_train.threading, "Event", Pressed)
        code, out, err = run(*TRAIN, "--epochs", 2, "--json")
    assert (code, out) == (130, "")
    hint = shlex.split(err.splitlines()[-1].split("desktopcnn", 1)[1])
    assert hint[:2] == ["train", "--resume"]
    code, out, _ = run(*hint, "--output", tmp_path / "resumed.safetensors")
    assert code == 0
    whole, resumed = (weights.load(tmp_path / f"{name}.safetensors") for name in ("whole", "resumed"))
    assert (whole.module.dense1.weight == resumed.module.dense1.weight).all()
    assert whole.card.metrics["test_accuracy"] == resumed.card.metrics["test_accuracy"]
    assert run(*hint)[0] == 0, "a finished run is judged again"


@pytest.mark.usefixtures("_tiny_in_catalog")
def test_a_run_of_other_data_is_refused(run: Run, tiny: Dataset) -> None:
    run(*TRAIN, "--epochs", 1)
    (folder,) = paths.runs().iterdir()
    changed = Dataset("tiny", "Tiny", tiny.classes, tiny.train[:-1], tiny.validation, tiny.test)
    catalog.CATALOG["tiny"] = lambda: changed  # put back by the fixture
    code, out, err = run("train", "--resume", folder)
    assert (code, out) == (1, "")
    assert "is not the one that" in one_line(err.split("\n", 2)[2])


def test_data_that_do_not_fit_begin_no_run(run: Run, tiny: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Part(tiny.train.images[:, :, :9], tiny.train.labels)
    monkeypatch.setitem(
        catalog.CATALOG, "flat", lambda: Dataset("flat", "Flat", tiny.classes, small, small, small)
    )
    code, _, err = run("train", "--dataset", "flat")
    assert code == 1
    assert "Flat has pictures of (1, 9, 28)" in one_line(err)
    assert not paths.runs().exists()


CHILD = """
import sys
from desktopcnn import cli
from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset
whole = catalog.load("mnist")
parts = whole.train[:2000], whole.validation[:100], whole.test[:100]
catalog.CATALOG["tiny"] = lambda: Dataset("tiny", "Tiny", whole.classes, *parts)
sys.exit(cli.main(sys.argv[1:]))
"""


def child(*arguments: object, code: str = CHILD) -> "subprocess.Popen[str]":
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )  # fmt: skip


@NOT_ON_WINDOWS
def test_ctrl_c_saves_and_says_how_to_go_on() -> None:
    with child(
        "train", "--architecture", "00-dense", "--dataset", "tiny", "--epochs", 10_000, "--json"
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["epoch"] == 1
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in err
    (folder,) = paths.runs().iterdir()
    assert (
        err.splitlines()[-1] == f"stopped; go on with: desktopcnn train --resume {shlex.quote(str(folder))}"
    )
    assert (folder / "last.safetensors").is_file()
    assert not list(folder.rglob("*.part"))


@NOT_ON_WINDOWS
@pytest.mark.parametrize("arguments", [("networks",), ("networks", "--json")])
def test_a_reader_that_has_seen_enough_is_no_error(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "desktopcnn", *arguments]
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, env=environment)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_an_interrupt_elsewhere_is_130(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """An interrupt outside a training is 130, without a word."""

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(library, "shipped", interrupted)
    assert run("networks") == (130, "", "")

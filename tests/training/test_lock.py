"""One process trains in a folder; when it dies, that can be seen."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.errors import DataError
from desktopcnn.training import lock

HOLDER = """
import sys
from pathlib import Path
from desktopcnn.training import lock
with lock.hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the folder until its standard input ends, or until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        if process.stdin and not process.stdin.closed:
            process.stdin.close()


def test_a_folder_that_nobody_trains_in_is_free(tmp_path: Path) -> None:
    assert not lock.held(tmp_path)
    assert not lock.left_behind(tmp_path)
    assert not (tmp_path / lock.FILE).exists()  # looking leaves nothing


def test_one_holds_and_no_second(tmp_path: Path) -> None:
    with lock.hold(tmp_path):
        assert lock.held(tmp_path)
        assert not lock.left_behind(tmp_path)
        with pytest.raises(DataError, match="another window or command"), lock.hold(tmp_path):
            pass
        assert lock.held(tmp_path)  # the refused one took nothing away
    assert not lock.held(tmp_path)
    assert not lock.left_behind(tmp_path)
    with lock.hold(tmp_path):
        assert lock.held(tmp_path)


def test_an_error_inside_ends_it_in_order(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="loss"), lock.hold(tmp_path):
        raise RuntimeError("loss")
    assert not lock.held(tmp_path)
    assert not lock.left_behind(tmp_path)


def test_another_process_holds(holder: "subprocess.Popen[str]", tmp_path: Path) -> None:
    assert lock.held(tmp_path)
    assert not lock.left_behind(tmp_path)
    lock.clear(tmp_path)  # has no say
    with pytest.raises(DataError, match=f"{tmp_path.name}.*Wait"), lock.hold(tmp_path):
        pass
    holder.communicate()
    assert not lock.held(tmp_path)
    assert not lock.left_behind(tmp_path)


def test_a_process_that_is_killed_leaves_a_mark(holder: "subprocess.Popen[str]", tmp_path: Path) -> None:
    holder.kill()
    holder.wait()
    assert not lock.held(tmp_path)
    assert lock.left_behind(tmp_path)
    lock.clear(tmp_path)
    assert not lock.left_behind(tmp_path)


def test_the_mark_goes_when_the_training_is_carried_on(tmp_path: Path) -> None:
    (tmp_path / lock.FILE).write_bytes(lock.MARK)
    assert lock.left_behind(tmp_path)
    with lock.hold(tmp_path):
        assert not lock.left_behind(tmp_path)
    assert not lock.left_behind(tmp_path)


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be written"), lock.hold(tmp_path / "gone"):
        pass
    assert not lock.held(tmp_path / "gone")
    assert not lock.left_behind(tmp_path / "gone")


def test_it_can_vanish_while_it_is_held(tmp_path: Path) -> None:
    with lock.hold(tmp_path):
        (tmp_path / lock.FILE).unlink()
    assert not lock.left_behind(tmp_path)


def test_where_there_are_no_locks_training_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(_: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(lock, "_lock", no_locks)
    with lock.hold(tmp_path):
        assert not lock.held(tmp_path)


@pytest.fixture
def dataset() -> Dataset:
    """Twelve pictures in each part."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (12, 1, 28, 28), np.uint8)
    part = Part(images, (np.arange(12) % 10).astype(np.uint8))
    return Dataset("tiny", "Tiny", tuple("0123456789"), part, part, part)


def test_a_training_holds_its_folder_until_it_ends(dataset: Dataset, tmp_path: Path) -> None:
    from desktopcnn.networks import catalog
    from desktopcnn.training import recipe, run, runner

    one = run.create(
        catalog.find("00-dense"), recipe.find("quick", epochs=2, batch_size=4), dataset, 0, tmp_path / "run"
    )
    with lock.hold(one.folder), pytest.raises(DataError, match="another window"):
        next(runner.proceed(one, runner.resume(one), dataset))

    events = runner.proceed(one, runner.resume(one), dataset)
    next(events)
    assert lock.held(one.folder)
    with pytest.raises(DataError, match="another window"):
        next(runner.proceed(one, runner.resume(one), dataset))
    events.close()
    assert not lock.held(one.folder)
    assert not lock.left_behind(one.folder)
    assert not run.finished(one)

    *_, last = runner.proceed(one, runner.resume(one), dataset)
    assert last.step == 6
    assert not lock.held(one.folder)
    assert not lock.left_behind(one.folder)
    assert run.finished(one)

"""Event files for TensorBoard: what is in them, read by TensorBoard itself where it is installed."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from desktopcnn.errors import DataError, TrainingError
from desktopcnn.training import tensorboard_log
from desktopcnn.training.history import Change, Epoch, Event, Measure, Notice, Step
from desktopcnn.training.tensorboard_log import TensorBoardLog

STEPS: list[Event] = [Step(number, 2.0 / number, 0.01 * number) for number in range(1, 6)]
EVENTS: list[Event] = [
    *STEPS[:3], Measure(3, {"conv1": 0.5, "dense1": 0.25}, {"relu1": 0.1}), *STEPS[3:],
    Epoch(1, 5, 1.5, 0.5, 1.25, 0.75, 2.0, 1000.0), Change(5, {"epochs": 2}), Notice(5, "The disk is full."),
]  # fmt: skip


def read(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """All scalars in there by their tags, read by TensorBoard."""
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(str(folder), purge_orphaned_data=True)
    events.Reload()
    return {
        tag: [(scalar.step, scalar.value) for scalar in events.Scalars(tag)]
        for tag in events.Tags()["scalars"]
    }


@pytest.mark.logs  # TensorBoard reports how much it has read as a warning
def test_tensorboard_reads_what_was_noted(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    with TensorBoardLog(tmp_path / "一 log") as log:
        for event in EVENTS:
            log.take(event)
    found = read(tmp_path / "一 log")
    assert set(found) == {
        "loss/training", "loss/validation", "learning rate", "accuracy/training", "accuracy/validation",
        "gradient norm/conv1", "gradient norm/dense1", "images per second",
    }  # fmt: skip
    assert found["loss/training"] == [(n, pytest.approx(2 / n)) for n in range(1, 6)]
    assert found["learning rate"][-1] == (5, pytest.approx(0.05))
    assert found["gradient norm/dense1"] == [(3, 0.25)]
    assert found["loss/validation"] == [(5, 1.25)]
    assert found["accuracy/validation"] == [(5, 0.75)]


@pytest.mark.logs
def test_a_training_that_went_on_from_its_checkpoint_hides_what_came_after_it(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    with TensorBoardLog(tmp_path) as log:
        for event in STEPS:
            log.take(event)
    with TensorBoardLog(tmp_path, begin=3) as log:
        log.take(Step(4, 9.0, 0.1))
    assert [step for step, _ in read(tmp_path)["loss/training"]] == [1, 2, 3, 4]
    assert read(tmp_path)["loss/training"][-1] == (4, 9.0)


@pytest.fixture
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough of TensorBoard for writing, whether it is installed or not."""

    class Message:
        def __init__(self, **fields: Any) -> None:
            self.fields = fields

        def SerializeToString(self) -> bytes:
            return f"{self.fields}\n".encode()

        def __repr__(self) -> str:
            return str(self.fields)

    class Summary(Message):
        Value = Message

    modules = {
        "event_pb2": {"Event": Message, "SessionLog": type("SessionLog", (Message,), {"START": 1})},
        "summary_pb2": {"Summary": Summary},
        "record_writer": {"RecordWriter": lambda file: SimpleNamespace(write=file.write)},
    }
    packages = ("tensorboard", "tensorboard.compat", "tensorboard.summary", "tensorboard.summary.writer")
    for name in packages:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    proto = ModuleType("tensorboard.compat.proto")
    monkeypatch.setitem(sys.modules, proto.__name__, proto)
    for name, content in modules.items():
        parent = "tensorboard.summary.writer" if name == "record_writer" else proto.__name__
        module = ModuleType(f"{parent}.{name}")
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        setattr(sys.modules[parent], name, module)


@pytest.mark.usefixtures("_stand_in")
def test_an_epoch_can_be_read_at_once(tmp_path: Path) -> None:
    with TensorBoardLog(tmp_path, begin=2) as log:
        for event in EVENTS:
            log.take(event)
        (file,) = tmp_path.iterdir()
        text = file.read_text()
    lines = text.splitlines()
    assert "brain.Event:2" in lines[0]
    assert "'step': 3" in lines[1]
    assert "accuracy/validation" in lines[-1]
    assert len(lines) == 2 + 5 + 1 + 1


@pytest.mark.usefixtures("_stand_in")
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match=r"file cannot be written: File exists\."):
        TensorBoardLog(tmp_path / "file")


@pytest.mark.usefixtures("_stand_in")
def test_a_full_disk_is_said_when_it_is_noticed_and_never_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = TensorBoardLog(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = log._file
    monkeypatch.setattr(log, "_file", SimpleNamespace(flush=full, close=full))
    with pytest.raises(DataError, match="No space left on device"):
        log.take(EVENTS[-3])
    log.close()
    file.close()


def test_without_tensorboard_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(TrainingError, match=r"not installed.*pip install tensorboard"):
        tensorboard_log.check()
    with pytest.raises(TrainingError, match="not installed"):
        TensorBoardLog(tmp_path / "log")
    assert not (tmp_path / "log").exists()

"""The folder of a training: what is written at its beginning, and what is read of a damaged one."""

import json
from pathlib import Path
from typing import Any

import pytest

from desktopcnn import paths
from desktopcnn.data.dataset import Dataset
from desktopcnn.data.distortion import Distortion
from desktopcnn.errors import DataError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import Dense, Flatten
from desktopcnn.training.history import Event, Step, to_line
from desktopcnn.training.recipe import Recipe
from desktopcnn.training.run import Run, create, read, read_history

SMALL = Architecture("small", "Small", (1, 8, 8), (Flatten(), Dense(3)))
RECIPE = Recipe("test", epochs=2, distortion=Distortion(cross=1))
STEPS: list[Event] = [Step(number, 2.0 / number, 0.01) for number in range(1, 4)]


@pytest.fixture
def run(tmp_path: Path, bars: Dataset) -> Run:
    return create(SMALL, RECIPE, bars, 7, tmp_path / "一 run")


def test_what_was_created_is_read(run: Run, bars: Dataset) -> None:
    assert read(run.folder) == run
    assert (run.dataset, run.checksum, run.seed) == ("bars", bars.checksum(), 7)
    data = json.loads((run.folder / "run.json").read_text("utf-8"))
    assert set(data["versions"]) >= {"desktopcnn", "torch", "python"}
    assert [*run.folder.iterdir()] == [run.folder / "run.json"]


def test_runs_of_the_same_second_get_folders_of_their_own(bars: Dataset) -> None:
    folders = {create(SMALL, RECIPE, bars, 0).folder for _ in range(3)}
    assert len(folders) == 3
    assert all(folder.parent == paths.runs() and "small" in folder.name for folder in folders)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "desktopcnn-run/9"}, {"architecture": None}, {"architecture": {"name": "x"}},
        {"recipe": 3}, {"recipe": {"name": "x", "epochs": -1}}, {"recipe": {"name": "x", "batch_size": 0.5}},
        {"seed": "seven"},
        {"seed": None}, {"seed": float("inf")}, {"dataset": ...}, {"checksum": ...}, {"bfloat16": ...},
        {"format": ...},
    ],
)  # fmt: skip
def test_a_damaged_description_is_one_sentence(run: Run, change: dict[str, Any]) -> None:
    path = run.folder / "run.json"
    data = {**json.loads(path.read_text("utf-8")), **change}
    path.write_text(json.dumps({key: value for key, value in data.items() if value is not ...}), "utf-8")
    with pytest.raises(DataError, match=f"^{path} is damaged: [^\n]+[^.]\\.$"):
        read(run.folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"null", b"\xff\xfe", b"[" * 100_000, bytes(50)])
def test_a_description_that_is_none_is_one_sentence(run: Run, content: bytes) -> None:
    (run.folder / "run.json").write_bytes(content)
    with pytest.raises(DataError, match=r"run\.json is damaged: [^\n]+\.$"):
        read(run.folder)


def test_a_folder_of_something_else_is_one_sentence(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "not there", tmp_path / ("x" * 300)):
        with pytest.raises(DataError, match="is not the folder of a run"):
            read(folder)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, bars: Dataset) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot be written: Not a directory"):
        create(SMALL, RECIPE, bars, 0, tmp_path / "file" / "run")


def test_history_is_read_back(run: Run) -> None:
    assert read_history(run) == []
    run.history.write_text("".join(to_line(event) + "\n" for event in STEPS))
    assert read_history(run) == STEPS


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_last_line_that_was_cut_off_is_left_out(run: Run, cut: int) -> None:
    run.history.write_text("".join(to_line(event) + "\n" for event in STEPS)[: -1 - cut])
    assert read_history(run) == STEPS[:-1]


def test_a_line_that_is_damaged_in_the_middle_is_named(run: Run) -> None:
    lines = [to_line(event) for event in STEPS]
    lines[1] = lines[1][:-3]
    run.history.write_text("\n".join(lines))
    with pytest.raises(DataError, match=f"^{run.history} is damaged in line 2\\.$"):
        read_history(run)


def test_a_history_that_is_no_file_is_one_sentence(run: Run) -> None:
    run.history.mkdir()
    with pytest.raises(DataError, match="cannot be read: Is a directory"):
        read_history(run)

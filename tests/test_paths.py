"""Where things lie, and files that are written whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from desktopcnn import paths
from desktopcnn.errors import DataError


def test_what_is_shipped_is_there() -> None:
    assert (paths.shipped("resources") / "mnist" / "LICENSE.md").is_file()
    assert list(paths.shipped("trained").glob("*.safetensors"))


def test_inside_an_installed_package_the_copy_inside_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "PACKAGE", tmp_path / "desktopcnn")
    assert paths.shipped("trained") == tmp_path / "trained"
    (tmp_path / "desktopcnn" / "trained").mkdir(parents=True)
    assert paths.shipped("trained") == tmp_path / "desktopcnn" / "trained"


def test_the_environment_says_where_the_users_files_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKTOPCNN_HOME", "~/some place")
    assert paths.user_data() == Path.home() / "some place"
    assert paths.runs() == Path.home() / "some place" / "runs"
    monkeypatch.setenv("DESKTOPCNN_HOME", "")
    assert paths.user_data().name == "desktopcnn"
    assert paths.user_data().is_absolute()


def test_a_file_is_written_with_its_folder_for_all_to_read(tmp_path: Path) -> None:
    path = tmp_path / "一 a" / "b"
    before = os.umask(0o077)
    try:
        paths.write_atomically(path, b"new")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    paths.write_atomically(path, b"newer", durable=False)
    assert path.read_bytes() == b"newer"
    assert [*path.parent.iterdir()] == [path]


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    paths.write_atomically(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("failing", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, error: BaseException
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(paths.os if failing == "fsync" else Path, failing, fail)
    with pytest.raises(DataError if isinstance(error, OSError) else KeyboardInterrupt) as caught:
        paths.write_atomically(path, b"new")
    if isinstance(error, OSError):
        assert str(caught.value) == f"{path} cannot be written: No space left on device."
    assert path.read_bytes() == b"old"
    assert [*tmp_path.iterdir()] == [path]


def test_places_that_cannot_be_written_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for path, says in (
        (tmp_path / "file" / "x" / "y", "Not a directory"),
        (tmp_path / "folder", "Is a directory"),
        (tmp_path / ("x" * 256), "File name too long"),
    ):
        with pytest.raises(DataError, match=f"cannot be written: {says}"):
            paths.write_atomically(path, b"new")
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}


def test_appending_begins_where_the_good_part_ends(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"good" + b"half of a li")
    paths.append_at(path, 4, b" and new")
    assert path.read_bytes() == b"good and new"
    with pytest.raises(DataError, match="other cannot be written: No such file"):
        paths.append_at(tmp_path / "other", 0, b"x")

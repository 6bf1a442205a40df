"""The run book: what it lists, and what is done to runs."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktopcnn import paths
from desktopcnn.errors import DataError, NetworkError, UsageError
from desktopcnn.networks import catalog, library, notes
from desktopcnn.training import book, lock, recipe, run, trash
from desktopcnn.training.compare import compare
from desktopcnn.training.digest import BLOCK, LONGEST, Digest, digest
from desktopcnn.training.history import Change, Epoch, Event, Measure, Step, to_line

SHIPPED = "02-two-conv"


def epoch(number: int, validation: float = 0.9, seconds: float = 2.0) -> Epoch:
    return Epoch(number, 10 * number, 0.1, 0.95, 0.2, validation, seconds, 5000.0)


def write(path: Path, *events: Event, rest: str = "") -> None:
    path.write_text("".join(to_line(event) + "\n" for event in events) + rest)


@pytest.fixture
def make() -> Callable[..., Path]:
    """A run by hand: its folder, so many epochs planned, with that history and perhaps a network."""

    def make(
        name: str = "one",
        *events: Event,
        epochs: int = 3,
        architecture: str = SHIPPED,
        seed: int = 0,
        network: bool = True,
    ) -> Path:
        folder = paths.runs() / name
        folder.mkdir(parents=True)
        description = {
            "format": run.FORMAT, "created": "2026-07-31T14:05:00+02:00", "seed": seed, "bfloat16": False,
            "architecture": json.loads(catalog.find(architecture).to_json()), "versions": {},
            "recipe": recipe.find("quick", epochs=epochs).to_json(),
            "dataset": "mnist", "checksum": "ab" * 32,
        }  # fmt: skip
        (folder / "run.json").write_text(json.dumps(description))
        if events:
            write(folder / "history.jsonl", *events)
        if network:
            shutil.copy(library.find(architecture).path, folder / "best.safetensors")
        return folder

    return make


Make = Callable[..., Path]


# listing


def test_needs_no_torch() -> None:
    check = (
        "import sys, desktopcnn.training.book, desktopcnn.training.compare; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", check], env={**os.environ}).returncode == 0


def test_no_runs() -> None:
    assert book.rows() == []
    assert book.interrupted() == []


def test_a_row_has_the_figures(make: Make) -> None:
    folder = make(
        "one", Step(1, 2.3, 0.1), epoch(1, 0.91), epoch(2, 0.97), Step(21, 0.1, 0.1), epoch(3, 0.95)
    )
    (row,) = book.rows()
    assert (row.folder, row.name, row.note, row.state) == (folder, "02 two conv layers", "", "finished")
    assert (row.architecture, row.recipe) == ("02 two conv layers", "quick")
    assert (row.validation, row.seconds, row.epochs, row.planned) == (0.97, 6.0, 3, 3)
    assert row.test == library.find(SHIPPED).accuracy
    assert row.created
    assert row.created.isoformat() == "2026-07-31T14:05:00+02:00"
    assert row.has_network
    assert row.run
    assert row.run.seed == 0
    assert row.fault == ""


def test_a_run_that_has_only_begun(make: Make) -> None:
    make(network=False)
    (row,) = book.rows()
    assert (row.state, row.validation, row.test, row.seconds, row.epochs) == ("stopped", None, None, 0, 0)
    assert not row.has_network


def test_oldest_first(make: Make) -> None:
    for name in ("2026-07-02 a", "2026-06-30 b", "2026-07-01 c"):
        make(name)
    assert [row.folder.name for row in book.rows()] == ["2026-06-30 b", "2026-07-01 c", "2026-07-02 a"]


def test_states(make: Make) -> None:
    make("done", epoch(1), epoch(2), epoch(3))
    make("stopped", epoch(1))
    (make("crashed", epoch(1)) / lock.FILE).write_bytes(lock.MARK)
    (make("crashed after the end", epoch(3)) / lock.FILE).write_bytes(lock.MARK)
    (make("resting", epoch(1)) / lock.FILE).write_bytes(b"")
    states = {row.folder.name: row.state for row in book.rows()}
    assert states == {
        "done": "finished", "stopped": "stopped", "crashed": "crashed", "crashed after the end": "finished",
        "resting": "stopped",
    }  # fmt: skip


def test_a_run_that_broke_off_says_why(make: Make) -> None:
    folder = make("one", epoch(1))
    run.read(folder).failure.write_text("The loss explodes.")
    row = book.row(folder)
    assert (row.state, row.failure, row.fault, row.has_network) == ("failed", "The loss explodes.", "", True)


def test_runs_of_one_name_are_numbered(make: Make) -> None:
    folders = [make(name) for name in ("a", "b", "c")]
    title = "02 two conv layers"
    assert [row.name for row in book.rows()] == [title, f"{title} (2)", f"{title} (3)"]
    book.rename(folders[0], "mine")
    book.rename(folders[2], "mine")
    assert [row.name for row in book.rows()] == ["mine", title, "mine"], "what the user says holds"


def test_a_branch_knows_where_it_began(make: Make) -> None:
    folder = make("one")
    data = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**data, "origin": {"run": "zero", "step": 300}}))
    row = book.row(folder)
    assert row.name == "02 two conv layers, from step 300"
    assert row.run
    assert row.run.origin == run.Origin("zero", 300)
    assert differences(folder, make("two"))["recipe", "origin"] == ("zero, step 300", None)


def test_epochs_that_were_added_count(make: Make) -> None:
    folder = make("one", epoch(1), epoch(2), Change(25, {"epochs": 4}), epoch(3))
    assert book.row(folder).state == "stopped"
    assert book.row(folder).planned == 4
    assert not run.finished(run.read(folder))
    write(
        folder / "history.jsonl",
        epoch(1),
        Change(15, {"epochs": 2}),
        Change(16, {"learning_rate": 1}),
        epoch(2),
    )
    assert book.row(folder).state == "finished"
    assert run.finished(run.read(folder))


def test_a_run_that_another_trains(make: Make) -> None:
    folder = make("one", epoch(1))
    with lock.hold(folder):
        assert book.row(folder).state == "training"
        assert book.interrupted() == []
    assert book.row(folder).state == "stopped"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b"[]", "damaged"),
        (b"\xff\xfe", "damaged"),
        (b'{"format": "other/1"}', "other/1"),
    ],
)
def test_what_cannot_be_read_hides_no_other(make: Make, content: bytes | None, said: str) -> None:
    make("b", epoch(1))
    damaged = make("a", epoch(1))
    (damaged / "run.json").unlink()
    if content is not None:
        (damaged / "run.json").write_bytes(content)
    bad, good = book.rows()
    assert (bad.state, bad.name, bad.run) == ("damaged", "a", None)
    assert said in bad.fault
    assert good.state == "stopped"


def test_a_damaged_history(make: Make) -> None:
    folder = make("one", epoch(1))
    line = to_line(epoch(2)).replace("0.9,", '"much",')
    write(folder / "history.jsonl", epoch(1), rest=line + "\n" + to_line(epoch(3)) + "\n")
    assert book.row(folder).state == "damaged"
    assert "history.jsonl is damaged" in book.row(folder).fault


def test_a_damaged_network_is_said(make: Make) -> None:
    folder = make("one", epoch(1))
    (folder / "best.safetensors").write_bytes(b"not one")
    row = book.row(folder)
    assert (row.state, row.test, row.has_network) == ("stopped", None, False)
    assert "safetensors" in row.fault


def test_files_and_hidden_folders_are_no_runs(make: Make) -> None:
    make("one")
    (paths.runs() / "file").write_text("")
    (paths.runs() / ".hidden").mkdir()
    assert [row.folder.name for row in book.rows()] == ["one"]


def test_a_place_that_cannot_be_listed() -> None:
    paths.runs().parent.mkdir(parents=True, exist_ok=True)
    paths.runs().write_text("a file")
    with pytest.raises(DataError, match="cannot be listed"):
        book.rows()


def test_interrupted(make: Make) -> None:
    make("stopped", epoch(1))
    for name in ("done", "late", "early"):
        folder = make(name, epoch(3 if name == "done" else 1))
        (folder / lock.FILE).write_bytes(lock.MARK)
    assert [row.folder.name for row in book.interrupted()] == ["early", "late"]
    book.dismiss(paths.runs() / "early")
    assert [row.folder.name for row in book.interrupted()] == ["late"]
    assert book.row(paths.runs() / "early").state == "stopped"


# the short of a history


def short(path: Path) -> Digest:
    *_, found = digest(path)
    assert found
    return found


def test_a_digest_is_of_epochs_and_changes_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    change = Change(15, {"learning_rate": 0.01, "distortion": {"shift": 1}})
    write(
        path,
        Step(1, 2.0, 0.1),
        Measure(1, {"epoch": 1.0}, {}),
        epoch(1, 0.5),
        change,
        epoch(2, 0.7),
        epoch(3, 0.7),
    )
    found = short(path)
    assert found == Digest((epoch(1, 0.5), epoch(2, 0.7), epoch(3, 0.7)), (change,))
    assert found.best == epoch(2, 0.7)
    assert found.seconds == 6.0


def test_no_history_is_an_empty_one(tmp_path: Path) -> None:
    assert short(tmp_path / "none") == Digest()
    assert Digest().best is None
    assert not Digest().finished(1)


def test_a_line_that_a_crash_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    line = to_line(epoch(2))
    for length in range(len(line)):
        write(path, epoch(1), rest=line[:length])
        assert short(path).epochs == (epoch(1),)
    write(path, epoch(1), rest=line)  # all of it but the end of the line
    assert short(path).epochs == (epoch(1), epoch(2))


def test_lines_across_blocks_and_pieces(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    step = to_line(Step(1, 0.123456789, 0.1)) + "\n"
    many = BLOCK // len(step) - 1
    for shift in range(0, 2 * len(to_line(epoch(1))), 7):
        filling = step * many + " " * shift + "\n"
        write(path, rest=filling + to_line(epoch(1)) + "\n" + step * many + to_line(epoch(2)) + "\n")
        assert short(path).epochs == (epoch(1), epoch(2))
    assert len(list(digest(path))) >= 3  # the caller can see to other things in between


@pytest.mark.parametrize("figure", ['"much"', "null", "true", "NaN", "1e999", "-0.1", "1.5"])
def test_figures_that_are_none(tmp_path: Path, figure: str) -> None:
    path = tmp_path / "history.jsonl"
    line = to_line(epoch(1)).replace('"validation_accuracy": 0.9', f'"validation_accuracy": {figure}')
    write(path, rest=line + "\n" + to_line(epoch(2)) + "\n")
    with pytest.raises(DataError, match="damaged"):
        short(path)


def test_a_line_without_end(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b"x" * (BLOCK + LONGEST + 1))
    with pytest.raises(DataError, match="line of more than"):
        short(path)


def test_a_history_is_read_again_only_when_it_changed(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make("one", epoch(1))
    assert book.row(folder).epochs == 1
    opened = []
    monkeypatch.setattr(book, "digest", lambda path: opened.append(path) or digest(path))
    assert book.row(folder).epochs == 1
    assert opened == []
    write(folder / "history.jsonl", epoch(1), epoch(2))
    assert book.row(folder).epochs == 2
    assert opened == [folder / "history.jsonl"]


# names and notes


def test_rename_and_note(make: Make) -> None:
    folder = make()
    book.rename(folder, "  Rüdiger's\nfirst ")
    book.annotate(folder, "line\n线\ttab\x00")
    row = book.row(folder)
    assert (row.name, row.note) == ("Rüdiger's first", "line\n线\ttab")
    book.rename(folder, "")
    assert book.row(folder).name == "02 two conv layers"
    assert book.row(folder).note == row.note


def test_names_and_notes_have_an_end(make: Make) -> None:
    folder = make()
    book.rename(folder, "x" * notes.LONGEST_NAME)
    with pytest.raises(UsageError, match="81 letters"):
        book.rename(folder, "x" * 81)
    with pytest.raises(UsageError, match="4,001 letters"):
        book.annotate(folder, "x" * 4001)
    assert book.row(folder).name == "x" * 80


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"name": 5}', b"\xff", b"[" * 60_000, b'{"name": "' + b"x" * notes.LARGEST + b'"}'],
)
def test_damaged_notes_hide_no_run(make: Make, content: bytes) -> None:
    folder = make()
    (folder / notes.FILE).write_bytes(content)
    row = book.row(folder)
    assert (row.name, row.note, row.state) == ("02 two conv layers", "", "stopped")
    book.rename(folder, "mended")
    assert book.row(folder).name == "mended"


def test_a_folder_that_is_gone_cannot_be_renamed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        book.rename(tmp_path / "file", "name")


# saving as a network


def test_a_saved_network_stands_in_the_list(make: Make) -> None:
    folder = make()
    path = book.save_network(folder, " My best ")
    assert path == paths.user_data() / "networks" / "My best.safetensors"
    assert path.read_bytes() == (folder / "best.safetensors").read_bytes()
    saved, of_run = library.saved()
    assert (saved.name, saved.card.title, saved.path) == ("My best", "My best", path)
    assert (of_run.name, of_run.card.title) == ("one", "02 two conv layers")
    assert library.find("My best").path == path


def test_a_run_is_listed_under_the_name_it_was_given(make: Make) -> None:
    folder = make()
    book.rename(folder, "Lena")
    (entry,) = library.saved()
    assert (entry.name, entry.card.title) == ("one", "Lena")
    assert library.find("Lena") == library.find("one") == entry


def test_nothing_is_overwritten_unasked(make: Make) -> None:
    first, second = make("a"), make("b", architecture="01-conv")
    path = book.save_network(first, "mine")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="already"):
        book.save_network(second, "mine")
    assert path.read_bytes() == before
    book.save_network(second, "mine", replace=True)
    assert path.read_bytes() == (second / "best.safetensors").read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "x" * 81,
        "a/b",
        "..",
        ".hidden",
        "a\\b",
        "a:b",
        "what?",
        "con",
        "LPT1.x",
        "dot.",
        SHIPPED,
        SHIPPED.upper(),
    ],
)
def test_names_that_no_network_can_have(make: Make, name: str) -> None:
    folder = make()
    with pytest.raises(UsageError):
        book.save_network(folder, name, replace=True)
    assert not (paths.user_data() / "networks").exists()


def test_there_must_be_a_network_to_save(make: Make) -> None:
    folder = make(network=False)
    with pytest.raises(DataError, match="first epoch"):
        book.save_network(folder, "mine")
    (folder / "best.safetensors").write_bytes(b"broken")
    with pytest.raises(NetworkError):
        book.save_network(folder, "mine")


# the trash


def test_discard_and_restore(make: Make) -> None:
    folder = make("one", epoch(1))
    content = sorted(path.name for path in folder.iterdir())
    place = trash.discard(folder)
    assert not folder.exists()
    assert book.rows() == []
    assert trash.folder() in place.parents
    trash.restore(place, folder)
    assert sorted(path.name for path in folder.iterdir()) == content
    assert not place.exists()


def test_two_of_one_name_in_the_trash(make: Make) -> None:
    first = trash.discard(make())
    second = trash.discard(make())
    assert first != second
    make()
    with pytest.raises(DataError, match="there already"):
        trash.restore(first, paths.runs() / "one")


def test_a_run_in_training_is_not_deleted(make: Make) -> None:
    folder = make()
    with lock.hold(folder), pytest.raises(DataError, match="in training"):
        trash.discard(folder)
    assert folder.exists()


def test_what_is_gone_cannot_be_deleted_or_restored(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be deleted"):
        trash.discard(tmp_path / "gone")
    with pytest.raises(DataError, match="cannot be restored"):
        trash.restore(tmp_path / "gone", tmp_path / "new")


def test_the_trash_is_emptied_of_what_is_old(make: Make) -> None:
    trash.empty()  # there is none yet
    folder = make("old")
    os.utime(folder, (0, 0))  # its age counts from the day it was deleted
    old, new = trash.discard(folder), trash.discard(make("new"))
    trash.empty()
    assert old.exists()
    os.utime(old, (0, 0))
    trash.empty()
    assert not old.exists()
    assert new.exists()


# comparing


def differences(*folders: Path) -> dict[tuple[str, str], tuple[object, ...]]:
    return {(d.part, d.key): d.values for d in compare([book.row(folder) for folder in folders])}


def test_runs_alike_differ_in_nothing_but_their_outcome(make: Make) -> None:
    found = differences(make("a", epoch(1, 0.8)), make("b", epoch(1, 0.9)))
    assert {part for part, _ in found} == {"result"}
    assert found["result", "validation"] == (0.8, 0.9)
    assert found["result", "state"] == ("stopped", "stopped")


def test_what_differs_is_told(make: Make) -> None:
    first = make("a", epoch(1), Change(11, {"learning_rate": 0.5}))
    second = make("b", epoch(1), epochs=9, architecture="01-conv", seed=7)
    data = json.loads((second / "run.json").read_text())
    data["recipe"]["distortion"]["shift"] = 2.0
    data["checksum"] = "cd" * 32
    (second / "run.json").write_text(json.dumps(data))
    found = differences(first, second)
    assert found["recipe", "epochs"] == (3, 9)
    assert found["recipe", "seed"] == (0, 7)
    assert found["recipe", "changes"] == ("11: learning rate 0.5", "")
    assert found["distortion", "shift"] == (0.0, 2.0)
    assert found["architecture", "title"] == ("02 two conv layers", "01 one conv layer")
    assert found["layer", "conv2"][1] is None
    assert str(found["layer", "conv2"][0]).startswith("conv, ")
    assert found["data", "checksum"] == ("ab" * 32, "cd" * 32)
    assert ("recipe", "batch_size") not in found
    assert ("data", "dataset") not in found


def test_a_damaged_run_can_stand_beside(make: Make) -> None:
    broken = paths.runs() / "broken"
    found = differences(make("a", epoch(1)), broken)
    assert found["result", "state"] == ("stopped", "damaged")
    assert found["data", "dataset"] == ("mnist", None)

"""Networks by name: shipped, trained, saved, and what is no network."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktopcnn import paths
from desktopcnn.errors import NetworkError, UsageError
from desktopcnn.networks import library, notes, weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.card import Card
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.networks.layers import Dense, Flatten
from desktopcnn.networks.modules import build

SMALL = Architecture("small", "Small", (1, 2, 2), (Flatten(), Dense(2)))


def save(path: Path, title: str = "Small", **metrics: object) -> Path:
    weights.save(path, build(SMALL), Card(title, SMALL, ("a", "b"), metrics=metrics))
    return path


def test_shipped_networks_are_in_order_and_above_the_book() -> None:
    entries = {entry.name: entry for entry in library.shipped()}
    assert list(entries) == sorted(entries)
    book = {"00-dense": 0.9780, "01-conv": 0.9878, "02-two-conv": 0.9923}
    for name, accuracy in book.items():
        assert (entries[name].accuracy or 0) >= accuracy
        entry = entries[name]
        assert isinstance(entry, library.Entry)
        assert entry.card.architecture == CATALOG[name]
    assert library.DEFAULT in entries


def test_runs_are_found_by_their_folder_oldest_first() -> None:
    assert library.saved() == []
    save(paths.runs() / "2026-02-01 b" / "best.safetensors", test_accuracy=0.5)
    save(paths.runs() / "2026-01-01 a" / "best.safetensors")
    (paths.runs() / "2026-03-01 c").mkdir()
    assert [(entry.name, entry.accuracy) for entry in library.saved()] == [
        ("2026-01-01 a", None), ("2026-02-01 b", 0.5)
    ]  # fmt: skip
    assert library.find("2026-02-01 b").card.metrics == {"test_accuracy": 0.5}


def test_a_run_is_shown_and_found_under_the_name_it_was_given() -> None:
    save(paths.runs() / "2026-01-01 a" / "best.safetensors")
    notes.write(paths.runs() / "2026-01-01 a", notes.Notes("My first", ""))
    (entry,) = library.saved()
    assert entry.card.title == "My first"
    assert library.find("My first").name == "2026-01-01 a"


def test_saved_networks_come_before_runs() -> None:
    save(paths.runs() / "2026-01-01 a" / "best.safetensors")
    save(library.place_for("三 mine"))
    assert [entry.name for entry in library.saved()] == ["三 mine", "2026-01-01 a"]
    with pytest.raises(UsageError, match="There is a network called 三 mine already"):
        library.place_for("三 mine")
    assert library.place_for("三 mine", replace=True).exists()


@pytest.mark.parametrize(
    "name", ["", "x" * 81, "a/b", "a\\b", "..", ".hidden", "ends.", "CON", "nul.txt", "02-TWO-conv"]
)
def test_names_that_cannot_be_one_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        library.place_for(name)


def test_a_damaged_file_does_not_hide_the_others() -> None:
    save(paths.runs() / "a" / "best.safetensors")
    broken = save(paths.runs() / "b" / "best.safetensors")
    broken.write_bytes(broken.read_bytes()[:-1])
    assert [entry.name for entry in library.saved()] == ["a"]
    with pytest.raises(NetworkError, match=r"b/best\.safetensors"):
        library.find(str(broken))


def test_a_file_is_found_by_its_path(tmp_path: Path) -> None:
    path = save(tmp_path / "some.safetensors")
    assert library.find(str(path)).path == path
    with pytest.raises(NetworkError, match="No such file"):
        library.find(str(tmp_path / "other.safetensors"))


def test_a_vote_stands_beside_the_networks(tmp_path: Path, poll: Callable[..., Path]) -> None:
    save(library.place_for("a"))
    path = poll(library.folder() / "b.json", (7, 7, 1), "majority")
    save(library.place_for("c"))
    assert [entry.name for entry in library.saved()] == ["a", "b", "c"]
    vote = library.find("b")
    assert isinstance(vote, library.Vote)
    assert library.find(str(path)).path == vote.path == path
    assert [member.name for member in vote.members] == ["b-1", "b-2", "b-3"]
    assert (vote.title, vote.ensemble.rule) == ("b", "majority"), "the user's is called as it is named"
    assert (vote.classes, vote.input_shape) == (tuple("0123456789"), (1, 28, 28))
    assert (vote.accuracy, vote.parameters) == (0.125, 3 * 7850)


def test_a_damaged_vote_does_not_hide_the_others(poll: Callable[..., Path]) -> None:
    save(library.place_for("a"))
    path = poll(library.folder() / "b.json", (7, 7, 1), "majority")
    (path.parent / "members" / "b-2.safetensors").unlink()
    assert [entry.name for entry in library.saved()] == ["a"]
    with pytest.raises(NetworkError, match=r"b-2\.safetensors cannot be read"):
        library.find(str(path))


@pytest.mark.parametrize("name", ["nothing", "", ".", "x" * 300, "a/b/c", "\0"])
def test_an_unknown_name_is_answered_with_the_known_ones(name: str) -> None:
    with pytest.raises(UsageError, match=r"There is no network called .*\. Known: 00-dense, 01-conv"):
        library.find(name)


def test_an_accuracy_that_is_no_number_is_none(tmp_path: Path) -> None:
    for value in ("high", None, [1], {}, 10**400, -1, float("nan")):
        save(tmp_path / "x.safetensors", test_accuracy=value)
        assert library.find(str(tmp_path / "x.safetensors")).accuracy is None

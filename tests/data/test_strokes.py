"""The readers of pen strokes take whole, well-formed files and nothing else, and say where they are not."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktopcnn import paths
from desktopcnn.data import strokes
from desktopcnn.errors import DataError

Write = Callable[[bytes], Path]
GOOD = {"label": 4, "writer": 12, "strokes": [[[1, 2], [3, 4.5]], [[5, 6]]]}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: bytes) -> Path:
        path = tmp_path / "strokes.jsonl"
        path.write_bytes(content)
        return path

    return write


def lines(*records: object) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def check_outcome(path: Path) -> None:
    """Digits, or a sentence that names the file; any other exception fails the test."""
    try:
        records = strokes.read(path)
    except DataError as error:
        message = str(error)
    else:
        assert records
        assert all(0 <= record.label <= 9 and record.strokes for record in records)
        return
    assert str(path) in message


coordinates = st.integers(-1000, 1000) | st.floats(-1e6, 1e6)
records = st.fixed_dictionaries(
    {
        "label": st.integers(0, 9),
        "writer": st.integers(0, 2**31 - 1),
        "strokes": st.lists(
            st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=6), min_size=1, max_size=4
        ),
    }
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(records, min_size=1, max_size=5), packed=st.booleans(), gap=st.booleans())
def test_what_was_written_is_read(
    write: Write, wanted: list[dict[str, Any]], packed: bool, gap: bool
) -> None:
    content = lines(*wanted).replace(b"\n", b"\n\n") if gap else lines(*wanted)
    found = strokes.read(write(gzip.compress(content) if packed else content))
    assert [(r.label, r.writer) for r in found] == [(r["label"], r["writer"]) for r in wanted]
    for record, original in zip(found, wanted, strict=True):
        for line, points in zip(record.strokes, original["strokes"], strict=True):
            assert line.shape == (len(points), 2)
            np.testing.assert_array_equal(line, points)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"label": 10}, "a label that is not a digit"),
        ({"label": True}, "a label that is not a digit"),
        ({"label": "4"}, "a label that is not a digit"),
        ({"writer": -1}, "a writer that is not a number"),
        ({"writer": 1.0}, "a writer that is not a number"),
        ({"strokes": []}, "has not 1 to 50 strokes"),
        ({"strokes": {}}, "has not 1 to 50 strokes"),
        ({"strokes": [[[0, 0]]] * 51}, "has not 1 to 50 strokes"),
        ({"strokes": [[]]}, "not a list of 1 to 5,000 points"),
        ({"strokes": [[[0, 0]] * 5001]}, "not a list of 1 to 5,000 points"),
        ({"strokes": ["ab"]}, "not a list of 1 to 5,000 points"),
        ({"strokes": [[[1, 2, 3]]]}, "a point that is not two numbers"),
        ({"strokes": [[[1, None]]]}, "a point that is not two numbers"),
        ({"strokes": [[[1, False]]]}, "a point that is not two numbers"),
        ({"strokes": [["12"]]}, "a point that is not two numbers"),
        ({"strokes": [[[1, 1e7]]]}, "farther than 1,000,000"),
        ({"strokes": [[[float("nan"), 1]]]}, "farther than 1,000,000"),
        ({"strokes": [[[float("inf"), 1]]]}, "farther than 1,000,000"),
        ({"strokes": [[[10**400, 1]]]}, "farther than 1,000,000"),
    ],
)
def test_a_wrong_digit_is_refused_with_its_line(write: Write, change: dict[str, Any], reason: str) -> None:
    path = write(lines(GOOD, {**GOOD, **change}))
    with pytest.raises(DataError, match=rf"strokes\.jsonl cannot be used: line 2 .*{reason}"):
        strokes.read(path)


@pytest.mark.parametrize("name", GOOD)
def test_what_is_missing_is_named(write: Write, name: str) -> None:
    with pytest.raises(DataError, match=f"line 1 has no {name}"):
        strokes.read(write(lines({key: value for key, value in GOOD.items() if key != name})))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lines(GOOD) + b"[1]\n", "line 2 has no label"),
        (lines(GOOD) + b'{"label"\n', "line 2 is not JSON"),
        (b'{"label":' + b"[" * 100_000, "line 1 is not JSON"),
        (b"", "holds no digit"),
        (b"\n\n", "holds no digit"),
        (b"PK\x03\x04\xff", "is not text"),
        (b"\x1f\x9d\x90abc", r"packed by compress.*gzip -d strokes\.jsonl"),
        (gzip.compress(lines(GOOD))[:-9], "damaged gzip file"),
    ],
    ids=["list", "cut", "deep", "empty", "blank", "binary", "compress", "cut gzip"],
)
def test_another_file_is_refused_with_a_sentence(write: Write, content: bytes, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        strokes.read(write(content))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from([b"", lines(GOOD), b"{", b".SEGMENT DIGIT 0 ", b"\x1f\x8b"]),
    rest=st.binary(max_size=200) | st.text(max_size=100).map(str.encode),
)
def test_any_bytes_end_in_digits_or_a_data_error(write: Write, head: bytes, rest: bytes) -> None:
    check_outcome(write(head + rest))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), value=st.integers(1, 255), packed=st.booleans())
def test_one_changed_byte_ends_in_digits_or_a_data_error(
    write: Write, place: int, value: int, packed: bool
) -> None:
    content = bytearray(gzip.compress(lines(GOOD, GOOD)) if packed else lines(GOOD, GOOD))
    content[place % len(content)] ^= value
    check_outcome(write(bytes(content)))


def test_a_gzip_bomb_is_not_unpacked(write: Write) -> None:
    bomb = write(gzip.compress(lines(GOOD) + b" " * 5_000_000))
    with pytest.raises(DataError, match="larger than the 10,000 bytes"):
        strokes.read(bomb, max_bytes=10_000)


def test_more_digits_than_are_read_are_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strokes, "MAX_RECORDS", 2)
    assert len(strokes.read(write(lines(GOOD, GOOD)))) == 2
    with pytest.raises(DataError, match="line 3 is past the 2 digits"):
        strokes.read(write(lines(GOOD, GOOD, GOOD)))


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"missing\.jsonl cannot be read: No such file"):
        strokes.read(tmp_path / "missing.jsonl")
    with pytest.raises(DataError, match="cannot be read"):
        strokes.read(tmp_path)


def test_the_users_file_is_found_or_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "user_data", lambda: tmp_path)
    folder = tmp_path / "pen-strokes"
    with pytest.raises(
        DataError, match=r"no pen strokes in .*pen-strokes.*--strokes FILE.*pendigits-orig\.tra"
    ):
        strokes.place()
    folder.mkdir()
    for name in reversed(strokes.NAMES):
        (folder / name).touch()
        assert strokes.place() == folder / name

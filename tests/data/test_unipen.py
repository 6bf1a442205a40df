"""UNIPEN text as UCI has it: labels, writers and strokes, and a line's number for what is wrong."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktopcnn.data import strokes, unipen
from desktopcnn.data.strokes import LineError
from desktopcnn.errors import DataError

HEAD = ' .INCLUDE dene.doc\n\n.LEXICON "0" "1"\n "2"\n.HIERARCHY DIGIT\n\n'
FOUR = """.SEGMENT DIGIT 0-1 ? "4"
.COMMENT 4 12 224
.PEN_DOWN
  10  490
  20  480
.PEN_UP
.DT 100
.PEN_DOWN
  30  500
.PEN_UP
.DT 100
"""
ONE = '.SEGMENT DIGIT 2 ? "1"\n.COMMENT 1 7 3\n.PEN_DOWN\n1.5 -2\n\n.PEN_UP\n'
TEXT = HEAD + FOUR + ONE


def test_digits_are_read_with_y_turned_down() -> None:
    four, one = unipen.parse(TEXT)
    assert (four.label, four.writer, one.label, one.writer) == (4, 12, 1, 7)
    np.testing.assert_array_equal(four.strokes[0], [[10, 10], [20, 20]])
    np.testing.assert_array_equal(four.strokes[1], [[30, 0]])
    np.testing.assert_array_equal(one.strokes[0], [[1.5, 502]])


def test_the_reader_knows_the_format_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "anything"
    path.write_text(TEXT.replace("\n", "\r\n"))
    assert [record.label for record in strokes.read(path)] == [4, 1]
    path.write_text(TEXT.replace("480", "abc"))
    with pytest.raises(DataError, match=r"anything cannot be used: line 11 is not a point"):
        strokes.read(path)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('0-1 ? "4"', '0-1 ? "44"', 7, "is not .SEGMENT DIGIT"),
        ("SEGMENT DIGIT 0-1", "SEGMENT WORD 0-1", 7, "is not .SEGMENT DIGIT"),
        ("DIGIT 0-1", "DIGIT 1-0", 7, "names not 1 to 50 strokes"),
        ("DIGIT 0-1", "DIGIT 0-50", 7, "names not 1 to 50 strokes"),
        ("DIGIT 0-1", "DIGIT 0-2", 7, "promises 3 strokes and 2 follow"),
        ("DIGIT 0-1", "DIGIT 0", 7, "promises 1 strokes and 2 follow"),
        (".COMMENT 4 12 224", ".COMMENT 5 12 224", 8, "does not repeat the digit's label"),
        (".COMMENT 4 12 224", ".COMMENT 4", 8, "does not repeat the digit's label"),
        (".COMMENT 4 12 224", ".REM", 7, "no .COMMENT says who wrote it"),
        ("  30  500\n.PEN_UP", "  30  500", 16, "before the stroke above it has ended"),
        ("480\n.PEN_UP\n.DT 100", "480", 12, "begins a stroke before the one above it has ended"),
        (".DT 100\n.PEN_DOWN\n", ".DT 100\n.PEN_UP\n.PEN_DOWN\n", 14, "ends a stroke that has no points"),
        ("  30  500\n", "", 15, "ends a stroke that has no points"),
        ("  10  490", "  10  490  3", 10, "is not a point"),
        ("  10  490", "  10  nan", 10, "is not a point"),
        ("  10  490", "  10  9999999", 10, "is not a point"),
        (HEAD, ".PEN_DOWN\n", 1, "belongs to no .SEGMENT"),
        (HEAD, "word\n" * 1001, 1001, "before any .SEGMENT DIGIT"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(old: str, new: str, line: int, reason: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(LineError, match=reason) as caught:
        unipen.parse(TEXT.replace(old, new))
    assert caught.value.line == line


def test_the_end_may_not_cut_a_stroke_off() -> None:
    for cut in (ONE[: ONE.index(".PEN_UP")], ONE[: ONE.index(".COMMENT")]):
        with pytest.raises(LineError):
            unipen.parse(HEAD + FOUR + cut)


def test_bounds_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unipen, "MAX_POINTS", 1)
    with pytest.raises(LineError, match="is past the 1 points"):
        unipen.parse(TEXT)
    monkeypatch.undo()
    monkeypatch.setattr(strokes, "MAX_RECORDS", 1)
    with pytest.raises(LineError, match="is past the 1 digits"):
        unipen.parse(TEXT + ONE)


@given(
    st.lists(
        st.sampled_from([*TEXT.split("\n"), ".PEN_DOWN", ".PEN_UP", "1 2", ".SEGMENT", "x"]), max_size=30
    )
)
def test_any_lines_end_in_digits_or_a_line(chosen: list[str]) -> None:
    records, line = [], 1
    try:
        records = unipen.parse("\n".join(chosen))
    except LineError as fault:
        line = fault.line
    assert 1 <= line <= max(len(chosen), 1)
    assert all(record.strokes and 0 <= record.label <= 9 for record in records)

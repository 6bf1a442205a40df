"""Digits in UNIPEN text (Guyon et al. 1994), as far as `pendigits-orig.tra` of UCI uses it.

    .SEGMENT DIGIT 0-1 ? "4"    a digit: which of the file's strokes (from 0 on), quality, label
    .COMMENT 4 12 224           its label again, the writer, the number among the writer's digits
    .PEN_DOWN                   a stroke begins; a point a line: x, y, y pointing up
     232 384
    .PEN_UP

Other keywords (.INCLUDE, .LEXICON, .HIERARCHY, .DT) say nothing about ink and are passed over, with the
lines that belong to them.
"""

import re
from dataclasses import dataclass, field

from desktopcnn.data import strokes
from desktopcnn.data.digit import Points
from desktopcnn.data.strokes import MAX_POINTS, MAX_STROKES, LineError, Record

TOP = 500.0
"""The tablet's upper edge: with it y points down from 0, as in the files of JSON lines."""
SEGMENT = re.compile(r'\.SEGMENT\s+DIGIT\s+(\d{1,9})(?:-(\d{1,9}))?\s+\S+\s+"([0-9])"')
WRITER = re.compile(r"\.COMMENT\s+([0-9])\s+(\d{1,9})\s+\d{1,9}")
POINT = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)\s+(-?\d{1,6}(?:\.\d{1,6})?)")


@dataclass
class _Reading:
    """A digit under way. first, last: the numbers of its strokes in the file; pen: the open stroke."""

    first: int
    last: int
    label: int
    line: int
    writer: int | None = None
    done: list[Points] = field(default_factory=list)
    pen: list[tuple[float, float]] | None = None

    def record(self, line: int) -> Record:
        """The digit, which ends before `line`."""
        if self.pen is not None:
            raise LineError(line, "comes before the stroke above it has ended with .PEN_UP")
        if self.writer is None:
            raise LineError(self.line, "begins a digit of which no .COMMENT says who wrote it")
        if len(self.done) != (promised := self.last - self.first + 1):
            raise LineError(self.line, f"promises {promised} strokes and {len(self.done)} follow")
        return Record(self.label, self.writer, tuple(self.done))


def parse(text: str) -> list[Record]:
    """The digits of a UNIPEN text. Raises `LineError` for a line that cannot be what it should be."""
    records: list[Record] = []
    reading: _Reading | None = None
    number = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if line.startswith(".SEGMENT"):
            if reading:
                records.append(reading.record(number))
                strokes.check_number(records, number)
            reading = _begun(line, number)
        elif reading:
            _take(reading, line, number)
        elif line.startswith((".PEN_DOWN", ".PEN_UP")):
            raise LineError(number, "is a stroke that belongs to no .SEGMENT")
        elif not records and number > 1000:
            raise LineError(number, "is reached before any .SEGMENT DIGIT")
    if reading:
        records.append(reading.record(number))
    return records


def _begun(line: str, number: int) -> _Reading:
    if not (found := SEGMENT.fullmatch(line)):
        raise LineError(number, 'is not .SEGMENT DIGIT n-m ? "digit"')
    first = int(found[1])
    last = first if found[2] is None else int(found[2])
    if not 0 <= last - first < MAX_STROKES:
        raise LineError(number, f"names not 1 to {MAX_STROKES} strokes")
    return _Reading(first, last, int(found[3]), number)


def _take(reading: _Reading, line: str, number: int) -> None:
    """One line of a digit."""
    if line == ".PEN_DOWN":
        if reading.pen is not None:
            raise LineError(number, "begins a stroke before the one above it has ended with .PEN_UP")
        reading.pen = []
    elif line == ".PEN_UP":
        if not reading.pen:
            raise LineError(number, "ends a stroke that has no points")
        reading.done.append(strokes.stroke([(x, TOP - y) for x, y in reading.pen]))
        reading.pen = None
    elif reading.pen is not None:
        if line:
            reading.pen.append(_point(reading.pen, line, number))
    elif line.startswith(".COMMENT") and reading.writer is None:
        if not (comment := WRITER.fullmatch(line)) or int(comment[1]) != reading.label:
            raise LineError(number, "does not repeat the digit's label with its writer and number")
        reading.writer = int(comment[2])


def _point(before: list[tuple[float, float]], line: str, number: int) -> tuple[float, float]:
    if line.startswith("."):
        raise LineError(number, "comes before the stroke above it has ended with .PEN_UP")
    if not (point := POINT.fullmatch(line)):
        raise LineError(number, "is not a point (x, then y) of the stroke it stands in")
    if len(before) == MAX_POINTS:
        raise LineError(number, f"is past the {MAX_POINTS:,} points that a stroke may have")
    return float(point[1]), float(point[2])

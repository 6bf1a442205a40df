"""Digits as the lines of a pen: the reader of JSON lines and of UNIPEN text, plain or gzipped.

A line of JSON holds one digit: `label` (0 to 9), `writer` (a number), `strokes` (a list of strokes, each a
list of [x, y], y pointing down). UNIPEN stands in `unipen.py`. Such files are the user's: where they are
looked for is `place`.
"""

import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from desktopcnn import paths
from desktopcnn.data.digit import Points
from desktopcnn.errors import DataError

MAX_BYTES = 2**28
"""More text than this is not read, unpacked."""
MAX_RECORDS = 200_000
MAX_STROKES = 50
MAX_POINTS = 5_000
"""Of one stroke."""
FARTHEST = 1e6
"""No coordinate lies beyond, in either direction."""
NAMES = (
    "pendigits-train.jsonl.gz", "pendigits-train.jsonl", "pendigits-orig.tra", "pendigits-orig.tra.gz"
)  # fmt: skip
"""The files that are looked for, the first that is there."""


@dataclass(frozen=True, eq=False)
class Record:
    """One digit by one writer. strokes: each (number >= 1, 2) of x, y in the tablet's unit, y down."""

    label: int
    writer: int
    strokes: tuple[Points, ...]


class LineError(ValueError):
    """What is wrong with a line of a file of strokes: the reason, without the file's name."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def place() -> Path:
    """The user's file of strokes: the first of `NAMES` in the folder `pen-strokes` of the user's data.

    Raises `DataError` that says what to fetch where there is none.
    """
    folder = paths.user_data() / "pen-strokes"
    for name in NAMES:
        if (folder / name).is_file():
            return folder / name
    raise DataError(
        f"There are no pen strokes in {folder}. Name their file (--strokes FILE), or put pendigits-orig.tra "
        "there, of the UCI data set Pen-Based Recognition of Handwritten Digits (doi 10.24432/C5MG6K)."
    )


def read(path: Path, max_bytes: int = MAX_BYTES) -> tuple[Record, ...]:
    """All digits of that file, in its order.

    Raises `DataError` that names file, line and reason for anything but a whole, well-formed file with at
    least one digit.
    """
    from desktopcnn.data import unipen

    text = _text(path, max_bytes)
    parse = json_lines if text.lstrip()[:1] == "{" else unipen.parse
    try:
        records = parse(text)
    except LineError as fault:
        raise DataError(f"{path} cannot be used: line {fault.line:,} {fault}.") from fault
    if not records:
        raise DataError(f"{path} holds no digit. Is it really a file of pen strokes?")
    return tuple(records)


def json_lines(text: str) -> list[Record]:
    """The digits of a file of JSON lines; empty lines do not count. Raises `LineError`."""
    records = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            records.append(_record(json.loads(line)))
        except (ValueError, RecursionError) as error:
            is_json = isinstance(error, json.JSONDecodeError | RecursionError)
            raise LineError(number, "is not JSON" if is_json else str(error)) from error
        check_number(records, number)
    return records


def check_number(records: list[Record], line: int) -> None:
    """Raises `LineError` where there are more digits than are read."""
    if len(records) > MAX_RECORDS:
        raise LineError(line, f"is past the {MAX_RECORDS:,} digits that are read of a file")


def stroke(points: Any) -> Points:
    """A line of the pen from pairs of numbers. Raises `ValueError` with a reason for anything else."""
    if not isinstance(points, list) or not 1 <= len(points) <= MAX_POINTS:
        raise ValueError(f"has a stroke that is not a list of 1 to {MAX_POINTS:,} points")
    for point in points:
        if not (isinstance(point, list | tuple) and len(point) == 2 and all(map(_is_number, point))):
            raise ValueError("has a point that is not two numbers")
        if not all(abs(value) <= FARTHEST for value in point):  # not a number fails here too
            raise ValueError(f"has a point farther than {FARTHEST:,.0f} from the origin")
    return np.array(points, np.float64)


def _record(data: Any) -> Record:
    missing = [n for n in ("label", "writer", "strokes") if not (isinstance(data, dict) and n in data)]
    if missing:
        raise ValueError(f"has no {missing[0]}")
    label, writer, strokes = data["label"], data["writer"], data["strokes"]
    if type(label) is not int or not 0 <= label <= 9:
        raise ValueError("has a label that is not a digit from 0 to 9")
    if type(writer) is not int or not 0 <= writer < 2**31:
        raise ValueError("has a writer that is not a number from 0 on")
    if not isinstance(strokes, list) or not 1 <= len(strokes) <= MAX_STROKES:
        raise ValueError(f"has not 1 to {MAX_STROKES} strokes")
    return Record(label, writer, tuple(map(stroke, strokes)))


def _is_number(value: object) -> bool:
    return type(value) in (int, float)


def _text(path: Path, max_bytes: int) -> str:
    """What is in the file, unpacked; a small file cannot fill the memory."""
    try:
        with path.open("rb") as file:
            head = file.read(2)
            file.seek(0)
            if head == b"\x1f\x9d":
                raise DataError(f"{path} is packed by compress. Unpack it first: gzip -d {path.name}.")
            stream = gzip.GzipFile(fileobj=file) if head == b"\x1f\x8b" else file
            content = cast("IO[bytes]", stream).read(max_bytes + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise DataError(f"{path} is a damaged gzip file ({error}). Fetch it again.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(content) > max_bytes:
        raise DataError(f"{path} is larger than the {max_bytes:,} bytes of strokes that are read.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not text. Is it really a file of pen strokes?") from error

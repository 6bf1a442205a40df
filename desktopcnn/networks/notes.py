"""What the user wrote about a run: the name it is shown under, and a note. Kept beside it as `notes.json`."""

import json
from dataclasses import dataclass
from pathlib import Path

from desktopcnn import paths
from desktopcnn.errors import UsageError

FILE = "notes.json"
LONGEST_NAME, LONGEST_NOTE = 80, 4000
"""Letters."""
LARGEST = 64 * 1024
"""Bytes of the file beyond which it is not ours."""


@dataclass(frozen=True)
class Notes:
    """name: empty where the user gave none, otherwise one line; note: any text."""

    name: str = ""
    note: str = ""


def read(folder: Path) -> Notes:
    """The notes of that folder; a file that is missing, damaged or foreign counts as none."""
    try:
        with (folder / FILE).open("rb") as file:
            content = file.read(LARGEST + 1)
        data = json.loads(content) if len(content) <= LARGEST else {}
        name, note = data.get("name", ""), data.get("note", "")
        return Notes(one_line(name)[:LONGEST_NAME], printable(note)[:LONGEST_NOTE])
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return Notes()


def write(folder: Path, notes: Notes) -> None:
    """Put them there. Raises `UsageError` where they are too long, `DataError` where that cannot be done."""
    name, note = one_line(notes.name), printable(notes.note)
    for what, text, longest in (("name", name, LONGEST_NAME), ("note", note, LONGEST_NOTE)):
        if len(text) > longest:
            raise UsageError(f"The {what} has {len(text):,} letters; {longest:,} are the most.")
    content = json.dumps({"name": name, "note": note}, ensure_ascii=False, indent=1)
    paths.write_atomically(folder / FILE, content.encode("utf-8", "replace"))


def one_line(text: str) -> str:
    """Without line breaks, control characters and spaces around it."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """Without control characters other than line breaks and tabs."""
    return "".join(letter for letter in text if letter in "\n\t" or letter.isprintable())

"""Curves as one CSV table (RFC 4180): a row for each step, a column for each curve, empty where not measured.

Rather than a long table of (step, curve, value): it is a third of the size for a million steps, and a
spreadsheet draws it as it is.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from desktopcnn.training.curves import Array, Curves
from desktopcnn.training.history import in_words

BLOCK = 2000
"""Rows that are written at a time: some ten milliseconds of work."""
EPOCH = ("training_loss", "training_accuracy", "validation_loss", "validation_accuracy", "seconds",
         "images_per_second")  # fmt: skip


@dataclass(frozen=True)
class _Run:
    """What is written of one run: its columns by name, each with the steps it was measured at."""

    title: str
    steps_per_epoch: float | None
    steps: Array
    columns: dict[str, tuple[Array, Array]]
    changes: dict[float, str]


def to_csv(runs: Mapping[str, Curves]) -> Iterator[str]:
    """The text of the table for runs by title, in blocks of some rows, header first.

    Columns: run, step, epoch (passes over the data), losses in nats, learning rate, accuracies from 0 to 1,
    seconds, images per second, `gradient_norm LAYER`, `silent_share LAYER`, and what was changed in
    words. What the curves take in after this call is not written.
    """
    return _blocks([_run(title, curves) for title, curves in runs.items()])


def _run(title: str, curves: Curves) -> _Run:
    columns = {
        "loss": (curves.step, curves.loss),
        "smoothed_loss": (curves.step, curves.smoothed),
        "learning_rate": (curves.step, curves.learning_rate),
    }
    columns |= {name: (curves.epochs["step"], curves.epochs[name]) for name in EPOCH}
    for kind, tables in (("gradient_norm", curves.gradients), ("silent_share", curves.silent)):
        columns |= {f"{kind} {name}": (table["step"], table["value"]) for name, table in tables.items()}
    said: dict[float, list[str]] = {}
    for change in curves.changes:
        said.setdefault(float(change.step), []).append(in_words(change))
    changes = {step: ", ".join(texts) for step, texts in said.items()}
    steps = np.unique(np.concatenate([*(steps for steps, _ in columns.values()), np.array([*changes])]))
    return _Run(title, curves.steps_per_epoch, steps, columns, changes)


def _blocks(runs: list[_Run]) -> Iterator[str]:
    names = list(dict.fromkeys(name for run in runs for name in run.columns))
    yield _text([["run", "step", "epoch", *names, "changed"]])
    for run in runs:
        for start in range(0, len(run.steps), BLOCK):
            yield _text(_rows(run, names, run.steps[start : start + BLOCK]))


def _rows(run: _Run, names: list[str], steps: Array) -> list[list[object]]:
    epochs = [""] * len(steps) if run.steps_per_epoch is None else (steps / run.steps_per_epoch).tolist()
    columns: list[list[object]] = [[run.title] * len(steps), steps.astype(int).tolist(), epochs]
    for name in names:
        column: list[object] = [""] * len(steps)
        if name in run.columns:
            at, values = run.columns[name]
            inside = slice(*np.searchsorted(at, (steps[0], steps[-1] + 1)))
            places = np.searchsorted(steps, at[inside])
            for place, value in zip(places.tolist(), values[inside].tolist(), strict=True):
                column[place] = value
        columns.append(column)
    columns.append([run.changes.get(step, "") for step in steps.tolist()])
    return [list(row) for row in zip(*columns, strict=True)]


def _text(rows: list[list[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()

"""A run: the folder of one training, from which it continues exactly where it was.

    run.json            what is trained: architecture, recipe, data set with checksum, seed, versions
    history.jsonl       one line for every step and every epoch
    last.safetensors    the training at its last checkpoint: weights, optimiser, generator, order
    best.safetensors    the network of the best validation epoch so far, ready to use
    snapshots/          the network as it was now and then, for looking back (`snapshots.py`)
    failure.txt         why the training broke off, until it goes on
    notes.json          what the user calls it, and a note (`networks/notes.py`)
    lock                held by the process that trains in the folder (`lock.py`)

Every file is written whole or not at all, and `last` after the history that leads to it, so that a crash
at any moment loses the steps since the last checkpoint and nothing else. Runs can be listed and read
without torch.
"""

import json
import platform
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from desktopcnn import paths
from desktopcnn.data.dataset import Dataset
from desktopcnn.errors import DataError, NetworkError, UsageError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.training.digest import digest
from desktopcnn.training.history import Event, from_line
from desktopcnn.training.recipe import Recipe
from desktopcnn.version import __version__

FORMAT = "desktopcnn-run/1"


@dataclass(frozen=True)
class Origin:
    """Where a branch began: the name of another run's folder, and the step of the snapshot taken from it."""

    run: str
    step: int


@dataclass(frozen=True)
class Run:
    """What is trained, and where.

    dataset, checksum: name of the data set and `Dataset.checksum()`; created: in ISO 8601 with its zone;
    threads: of torch at its beginning, 0 where that is not known. Other threads add the same numbers in
    another order: only with as many does a training go on bit for bit. origin: None for no branch.
    """

    folder: Path
    architecture: Architecture
    recipe: Recipe
    dataset: str
    checksum: str
    seed: int
    bfloat16: bool
    created: str = ""
    threads: int = 0
    origin: Origin | None = None

    @property
    def last(self) -> Path:
        return self.folder / "last.safetensors"

    @property
    def best(self) -> Path:
        return self.folder / "best.safetensors"

    @property
    def history(self) -> Path:
        return self.folder / "history.jsonl"

    @property
    def failure(self) -> Path:
        return self.folder / "failure.txt"

    @property
    def snapshots(self) -> Path:
        return self.folder / "snapshots"


def create(
    architecture: Architecture,
    recipe: Recipe,
    dataset: Dataset,
    seed: int,
    folder: Path | None = None,
    origin: Origin | None = None,
) -> Run:
    """A new run in a folder of its own, by default one named after the moment, under `paths.runs()`."""
    import torch  # which reading runs does without

    from desktopcnn.training.loop import bfloat16_pays

    folder = folder or _new_folder(architecture.name)
    run = Run(
        folder, architecture, recipe, dataset.name, dataset.checksum(), seed, bfloat16_pays(architecture),
        datetime.now().astimezone().isoformat(timespec="seconds"), torch.get_num_threads(), origin,
    )  # fmt: skip
    description = {
        "format": FORMAT,
        "created": run.created,
        "architecture": json.loads(architecture.to_json()),
        "recipe": recipe.to_json(),
        "dataset": run.dataset,
        "checksum": run.checksum,
        "seed": seed,
        "bfloat16": run.bfloat16,
        "threads": run.threads,
        "versions": versions(),
        **({"origin": asdict(origin)} if origin else {}),
    }
    paths.write_atomically(folder / "run.json", json.dumps(description, indent=1).encode())
    return run


def read(folder: Path) -> Run:
    """The run in that folder. Raises `DataError` that says what is missing or damaged."""
    path = folder / "run.json"
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(f"its format is {data['format']!r}, not {FORMAT!r}")
        return Run(
            folder,
            Architecture.from_json(json.dumps(data["architecture"])),
            Recipe.from_json(data["recipe"]),
            str(data["dataset"]),
            str(data["checksum"]),
            int(data["seed"]),
            bool(data["bfloat16"]),
            str(data.get("created", "")),
            max(int(data.get("threads", 0)), 0),
            _origin(data.get("origin")),
        )
    except OSError as error:
        raise DataError(f"{folder} is not the folder of a run: {path.name} cannot be read.") from error
    except (
        ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError,
        NetworkError, UsageError,
    ) as error:  # fmt: skip
        raise DataError(f"{path} is damaged: {str(error).rstrip('.')}.") from error


def _origin(data: Any) -> Origin | None:
    return Origin(str(data["run"]), int(data["step"])) if data else None


def read_history(run: Run) -> list[Event]:
    """Every step and epoch written so far; a line that a crash cut off is left out."""
    try:
        lines = run.history.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DataError(f"{run.history} cannot be read: {error.strerror or error}.") from error
    events = []
    for number, line in enumerate(lines, 1):
        try:
            events.append(from_line(line))
        except ValueError as error:
            if number < len(lines):
                raise DataError(f"{run.history} is damaged in line {number}.") from error
    return events


def finished(run: Run) -> bool:
    """Whether all epochs are done, those counted that were added on the way."""
    *_, found = digest(run.history)
    return bool(found and found.finished(run.recipe.epochs))


def versions() -> dict[str, str]:
    """The versions that a result depends on."""
    return {
        "desktopcnn": __version__,
        "torch": metadata.version("torch"),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _new_folder(name: str) -> Path:
    moment = datetime.now().astimezone().strftime("%Y-%m-%d %H%M%S")
    place = paths.runs() / f"{moment} {name}"
    number = 2
    while place.exists():
        place = paths.runs() / f"{moment} {name} ({number})"
        number += 1
    return place

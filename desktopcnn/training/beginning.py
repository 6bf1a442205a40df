"""The weights that a trained network began with, where they can be known."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktopcnn.errors import DataError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.library import Entry
from desktopcnn.training import run, snapshots

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch

    from desktopcnn.inspection.part import Part

FAR = 0.5
"""How far, as a share of their length, weights cannot come from where they began in one step."""


@dataclass(frozen=True)
class Beginning:
    """Weights of `architecture` drawn from `seed`; early: the file of the run's first snapshot, if any.

    A run may have begun with another network's weights, which only its first snapshot tells.
    """

    architecture: Architecture
    seed: int
    early: Path | None = None


def of(entry: Entry) -> Beginning | None:
    """How the training of that network began; None where that was not written down.

    A network of a run (its best, a snapshot, the one in training) is asked of the run, others of their card.
    """
    for folder in entry.path.parents[:2]:
        if (folder / "run.json").exists():
            try:
                found = run.read(folder)
            except DataError:
                return None
            kept = snapshots.find(found.snapshots)
            early = kept[0].path if kept and kept[0].step <= 1 else None
            return Beginning(found.architecture, found.seed, early)
    seed = entry.card.recipe.get("seed")
    return Beginning(entry.card.architecture, seed) if type(seed) is int else None


def parts(beginning: Beginning) -> "Mapping[str, Part]":
    """All layers as they were before the first step, as `anatomy` gives them.

    Those of the first snapshot, in half precision, where the seed's are far from it.
    Raises `NetworkError` for a snapshot that cannot be read.
    """
    import torch

    from desktopcnn.inspection.anatomy import anatomy
    from desktopcnn.networks import modules, weights

    module = modules.build(beginning.architecture, torch.Generator().manual_seed(beginning.seed)).eval()
    if beginning.early:
        early = weights.load(beginning.early).module
        if _distance(module, early) > FAR:
            module = early
    return anatomy(module)


def _distance(one: "torch.nn.Module", other: "torch.nn.Module") -> float:
    """Between all parameters of both, as a share of the length of the first."""
    pairs = list(zip(one.parameters(), other.parameters(), strict=True))
    apart = sum(float((a - b).detach().square().sum()) for a, b in pairs)
    length = sum(float(a.detach().square().sum()) for a, _ in pairs)
    return math.sqrt(apart / (length or 1.0))

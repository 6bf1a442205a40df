"""The network as it was now and then during a training: weights only, in half precision.

The early steps change most, so they are kept at powers of two; later ones at even distances. When there
are too many, those go first that lie closest together for their age.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktopcnn.networks.card import Card

if TYPE_CHECKING:
    from torch import nn

MOST = 64
MOST_BYTES = 200_000_000
SHARE = 0.02
"""Of all steps of the training lie between two snapshots, once powers of two lie farther apart."""


@dataclass(frozen=True)
class Snapshot:
    """step: of the optimiser, after which the network was like this; path: its weights file."""

    step: int
    path: Path


class Snapshots:
    """The snapshots in a folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.kept = find(folder)

    def due(self, step: int, total: int) -> bool:
        """Whether a training of `total` steps should be kept at this step."""
        if not self.kept:
            return True
        last = self.kept[-1].step
        return step >= last + max(1, min(last, round(SHARE * total)))

    def add(self, step: int, module: "nn.Module", card: Card) -> None:
        """Write one, and give up what is too many. Raises `DataError` where it cannot be written."""
        import torch  # here, so that a window can list snapshots before torch is there

        from desktopcnn.networks import weights

        path = self._folder / f"{step:09}.safetensors"
        weights.save(path, module, card, torch.float16, durable=False)
        self.kept = [kept for kept in self.kept if kept.step < step] + [Snapshot(step, path)]
        while len(self.kept) > min(MOST, max(4, MOST_BYTES // path.stat().st_size)):
            least_missed(self.kept).path.unlink(missing_ok=True)
            self.kept.remove(least_missed(self.kept))


def find(folder: Path) -> list[Snapshot]:
    """The snapshots in that folder, by step; none where there is no folder."""
    files = folder.glob("*.safetensors")
    return sorted((Snapshot(int(f.stem), f) for f in files if f.stem.isdecimal()), key=lambda s: s.step)


def least_missed(kept: list[Snapshot]) -> Snapshot:
    """The one whose neighbours lie closest together for its age; never the first, never the last."""
    last = kept[-1].step

    def gap(place: int) -> float:
        return (kept[place + 1].step - kept[place - 1].step) / (last - kept[place].step + 1)

    return kept[min(range(1, len(kept) - 1), key=gap)]

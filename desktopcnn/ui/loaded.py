"""The networks that the answering thread holds in memory: read once, and anew when their file changes."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from desktopcnn.errors import NetworkError
from desktopcnn.networks.library import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from torch import nn

    from desktopcnn.inspection.part import Part

CACHED_NETWORKS = 4


@dataclass(frozen=True, eq=False)
class Loaded:
    """A network in memory."""

    module: "nn.Module"

    @cached_property
    def anatomy(self) -> "Mapping[str, Part]":
        """A copy of all weights: of networks that vote only the one that is looked into needs it."""
        from desktopcnn.inspection.anatomy import anatomy

        return anatomy(self.module)


class LoadedNetworks:
    """For one thread. The network in training, which is in no file, is there as well."""

    def __init__(self) -> None:
        self._networks: OrderedDict[Path, Loaded] = OrderedDict()
        self._broken: dict[Path, str] = {}
        self._written: dict[Path, int] = {}
        self._live: tuple[Path, Loaded] | None = None

    def of(self, entry: Entry, room: int = 0) -> Loaded:
        """That network; room: how many shall be in memory together at least.

        Raises `NetworkError` for a file that cannot be used.
        """
        from desktopcnn.networks import weights

        if self._live and entry.path == self._live[0]:
            return self._live[1]
        self._forget_if_rewritten(entry.path)
        if entry.path in self._broken:  # not read again with every move of the pen
            raise NetworkError(self._broken[entry.path])
        if entry.path not in self._networks:
            try:
                module = weights.load(entry.path).module
            except NetworkError as error:
                self._broken[entry.path] = str(error)
                raise
            self._networks[entry.path] = Loaded(module)
        self._networks.move_to_end(entry.path)
        while len(self._networks) > max(CACHED_NETWORKS, room):
            self._networks.popitem(last=False)
        return self._networks[entry.path]

    def take_weights(self, entry: Entry, tensors: "Mapping[str, torch.Tensor]") -> None:
        """Let the network in training be the one with these weights."""
        from desktopcnn.networks import modules

        if self._live and self._live[0] == entry.path:
            module = self._live[1].module
        else:
            module = modules.build(entry.card.architecture).eval()
        module.load_state_dict(tensors)
        self._live = (entry.path, Loaded(module))

    def _forget_if_rewritten(self, path: Path) -> None:
        """A run that is gone on with writes its best network anew, in the same file."""
        try:
            written = path.stat().st_mtime_ns
        except OSError:
            return  # a snapshot that was thinned out since: what was read of it answers still
        if self._written.setdefault(path, written) != written:
            self._written[path] = written
            self._networks.pop(path, None)
            self._broken.pop(path, None)

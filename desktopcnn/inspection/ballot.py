"""How several networks vote about one picture, and a look into one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from desktopcnn.inspection.part import Array
from desktopcnn.networks import ensemble
from desktopcnn.networks.ensemble import Rule

if TYPE_CHECKING:
    from torch import nn

    from desktopcnn.inspection.trace import Trace


@dataclass(frozen=True, eq=False)
class Ballot:
    """probabilities: (members, classes), what each member answers."""

    rule: Rule
    probabilities: Array

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """For each member the place of the class that it holds to be the most probable."""
        return tuple(ensemble.votes(self.probabilities[:, None])[:, 0].tolist())

    @cached_property
    def answer(self) -> int:
        """Place of the class that wins by the rule."""
        return int(ensemble.winners(self.rule, self.probabilities[:, None])[0])

    @cached_property
    def shares(self) -> Array:
        """(classes,): the mean of the members' probabilities. Their largest need not be the answer's."""
        shares: Array = ensemble.shares(self.probabilities[:, None])[0]
        return shares

    @property
    def agreeing(self) -> int:
        """How many members vote for the answer."""
        return self.votes.count(self.answer)


def vote(
    rule: Rule, modules: Sequence["nn.Module"], image: Array, looked_into: int = 0
) -> "tuple[Trace, Ballot]":
    """Ask all modules about one image of (channels, height, width), and keep all layers of one of them.

    The modules should be in evaluation mode. Raises `NetworkError` as `trace` does.
    """
    import torch

    from desktopcnn.inspection.trace import trace

    traced = trace(modules[looked_into], image)
    picture = torch.from_numpy(np.array(image, np.float32, order="C"))[None]
    with torch.inference_mode():
        rows = [
            traced.probabilities if place == looked_into else module(picture)[0].float().softmax(0).numpy()
            for place, module in enumerate(modules)
        ]
    return traced, Ballot(rule, np.stack(rows))

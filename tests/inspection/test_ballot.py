"""One picture put to the vote: what is counted, and whose layers are kept."""

import numpy as np
import pytest
import torch
from torch import nn

from desktopcnn.errors import NetworkError
from desktopcnn.inspection.ballot import Ballot, vote
from desktopcnn.inspection.trace import trace


def network(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 3)).eval()


MODULES = [network(seed) for seed in range(4)]
IMAGE = np.linspace(0, 1, 6, dtype=np.float32).reshape(1, 2, 3)


def test_figures_by_hand() -> None:
    probabilities = np.array([[0.4, 0.3, 0.3], [0.5, 0.25, 0.25], [0.0, 1.0, 0.0]], np.float32)
    ballot = Ballot("majority", probabilities)
    assert (ballot.votes, ballot.answer, ballot.agreeing) == ((0, 0, 1), 0, 2)
    assert ballot.shares.tolist() == pytest.approx([0.3, 1.55 / 3, 0.55 / 3])
    ballot = Ballot("mean", probabilities)
    assert (ballot.votes, ballot.answer, ballot.agreeing) == ((0, 0, 1), 1, 1)


@pytest.mark.parametrize("looked_into", range(len(MODULES)))
def test_every_member_is_asked_and_one_is_traced(looked_into: int) -> None:
    traced, ballot = vote("mean", MODULES, IMAGE, looked_into)
    alone = [trace(module, IMAGE) for module in MODULES]
    for place, one in enumerate(alone):
        np.testing.assert_allclose(ballot.probabilities[place], one.probabilities, atol=1e-6)
    assert [layer.name for layer in traced.layers] == [layer.name for layer in alone[looked_into].layers]
    assert np.array_equal(traced.logits, alone[looked_into].logits)
    assert np.array_equal(ballot.probabilities[looked_into], traced.probabilities)


def test_the_look_does_not_change_the_vote() -> None:
    answers = {vote("majority", MODULES, IMAGE, place)[1].answer for place in range(len(MODULES))}
    assert len(answers) == 1


def test_only_the_one_that_is_looked_into_has_hooks() -> None:
    hooks: list[bool] = []

    class Spy(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            hooks.append(bool(self._forward_hooks))
            return x.flatten(1)

    vote("mean", [Spy(), Spy(), Spy()], IMAGE, 1)
    assert sorted(hooks) == [False, False, True]


def test_a_module_that_gives_no_row_is_refused() -> None:
    with pytest.raises(NetworkError, match="one row of numbers"):
        vote("mean", [nn.Identity(), nn.Identity()], IMAGE)

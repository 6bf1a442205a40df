"""What is made small: cross-entropy, and the criterion of the paper after RBF units."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from desktopcnn.networks import stylised
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import Dense, Flatten, RBFOutput
from desktopcnn.training.losses import RUBBISH, loss_of
from desktopcnn.training.recipe import Recipe

RBF = Architecture("rbf", "", (1, 2, 2), (Flatten(), RBFOutput(3)))
PLAIN = Architecture("plain", "", (1, 2, 2), (Flatten(), Dense(3)))
OUTPUTS = -torch.tensor([[1.0, 20.0, 30.0], [25.0, 24.0, 23.0], [500.0, 600.0, 700.0]])
LABELS = torch.tensor([0, 2, 1])


def test_after_rbf_units_it_is_equation_9() -> None:
    """E = mean(y_true + log(exp(-j) + sum_i exp(-y_i))), in floats of Python."""
    terms = []
    for row, label in zip((-OUTPUTS).tolist(), LABELS.tolist(), strict=True):
        terms.append(row[label] + math.log(math.exp(-RUBBISH) + sum(math.exp(-y) for y in row)))
    found = loss_of(RBF, Recipe("some"))(OUTPUTS, LABELS)
    assert found.item() == pytest.approx(np.mean(terms), rel=1e-6)


@pytest.mark.parametrize("smoothing", [0, 0.1])
def test_otherwise_it_is_cross_entropy_with_label_smoothing(smoothing: float) -> None:
    recipe = Recipe("some", label_smoothing=smoothing)
    wanted = functional.cross_entropy(OUTPUTS, LABELS, label_smoothing=smoothing)
    assert torch.equal(loss_of(PLAIN, recipe)(OUTPUTS, LABELS), wanted)
    assert loss_of(RBF, recipe)(OUTPUTS, LABELS) > wanted


def test_bfloat16_is_computed_in_float32() -> None:
    for architecture in (PLAIN, RBF):
        loss = loss_of(architecture, Recipe("some"))
        assert loss(OUTPUTS.bfloat16(), LABELS).dtype == torch.float32


def test_far_from_all_centres_only_the_right_one_pulls() -> None:
    outputs = -torch.tensor([[60.0, 61.0, 62.0]])
    outputs.requires_grad_()
    loss_of(RBF, Recipe("some"))(outputs, torch.tensor([0])).backward()
    assert outputs.grad is not None
    torch.testing.assert_close(outputs.grad, torch.tensor([[-1.0, 0, 0]]), atol=1e-6, rtol=0)


def test_rubbish_begins_half_way_between_the_closest_digits() -> None:
    codes = stylised.codes()
    middles = (codes[:, None] + codes[None]) / 2
    distances = np.square(middles - codes[:, None]).sum(2)
    assert distances[~np.eye(10, dtype=bool)].min() == RUBBISH

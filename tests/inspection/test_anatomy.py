"""What each leaf is said to be."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from desktopcnn.inspection.anatomy import anatomy
from desktopcnn.inspection.part import Part, Sliding
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.networks.modules import TableConvolution, build


def part(module: nn.Module) -> Part:
    return anatomy(nn.Sequential(module))["0"]


@pytest.mark.parametrize("name", CATALOG)
def test_every_leaf_of_the_catalogue_can_be_explained(name: str) -> None:
    parts = anatomy(build(CATALOG[name]))
    assert list(parts) == [*(row.name for row in CATALOG[name].rows), "softmax"]
    for row in CATALOG[name].rows:
        found = parts[row.name]
        assert (found.name, found.kind, found.parameters) == (row.name, row.layer.kind, row.parameters)
        assert found.explainable
        assert not found.reason


def test_weights_are_copies_that_cannot_be_written_to() -> None:
    dense = nn.Linear(3, 2).to(torch.float64)
    found = part(dense)
    kept = found.weights["weight"].copy()
    assert kept.dtype == np.float32
    nn.init.zeros_(dense.weight)
    np.testing.assert_array_equal(found.weights["weight"], kept)
    for array in (found.weights["weight"], part(nn.Conv2d(2, 2, 1, groups=2)).weights["weight"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_windows() -> None:
    found = part(nn.Conv2d(1, 1, (3, 5), stride=(1, 2), padding=(0, 2), dilation=(2, 1)))
    assert found.window == Sliding((3, 5), (1, 2), (0, 2), (2, 1))
    assert found.window.extent == (5, 5)
    assert found.window.first(4, 3) == (4, 4)
    assert found.title == "Convolution 3×5"
    even = part(nn.Conv2d(1, 1, (4, 3), padding="same")).window
    assert even
    assert even.padding == (1, 1), "torch puts the odd one behind"
    assert part(nn.MaxPool2d(3)).window == Sliding((3, 3), (3, 3))
    assert part(nn.AdaptiveAvgPool2d((2, 1))).window is None
    assert part(nn.AdaptiveAvgPool2d((2, 1))).window_over((3, 6, 4), (3, 2, 1)) == Sliding((3, 4), (3, 4))
    assert part(nn.AdaptiveAvgPool2d(4)).window_over((3, 6, 6), (3, 4, 4)) is None


def test_groups_and_tables_are_written_out() -> None:
    grouped = nn.Conv2d(4, 6, 3, groups=2)
    found = part(grouped)
    assert found.connections == ((0, 1),) * 3 + ((2, 3),) * 3
    assert found.weights["weight"].shape == (6, 4, 3, 3)
    np.testing.assert_array_equal(found.weights["weight"][4, 2:], grouped.weight[4].detach())
    assert not found.weights["weight"][4, :2].any()
    assert found.parameters == 6 * 2 * 9 + 6
    table = part(TableConvolution(((0,), (0, 2)), 3, 2, 5))
    assert table.connections == ((0,), (0, 2))
    assert table.parameters == 3 * 25 + 2


def test_averages_say_what_they_divide_by() -> None:
    assert part(nn.AvgPool2d(2)).divisor == "window"
    assert part(nn.AvgPool2d(2, count_include_pad=False)).divisor == "inside"
    assert part(nn.AvgPool2d(2, divisor_override=3)).divisor == 3


class Standardised(nn.Conv2d):
    """As in networks whose weights are standardised on the way."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._conv_forward(x, self.weight - self.weight.mean(), self.bias)


class Renamed(nn.ReLU):
    """Nothing but another name."""


def test_a_class_that_computes_something_else_is_not_taken_for_its_parent() -> None:
    found = part(Standardised(1, 1, 3))
    assert (found.kind, found.explainable, found.title) == ("other", False, "Standardised")
    assert found.reason == "Standardised is not explained cell by cell."
    assert found.parameters == 10
    assert part(Renamed()).kind == "activation"


@pytest.mark.parametrize(
    "module", [nn.Conv1d(1, 1, 1), nn.LayerNorm(3), nn.PReLU(), nn.Unflatten(1, (1, 1)), nn.AlphaDropout(0.5)]
)
def test_other_kinds(module: nn.Module) -> None:
    found = part(module)
    assert (found.kind, found.explainable) == ("other", False)
    assert found.reason.endswith(".")


def test_activations_carry_their_numbers() -> None:
    assert part(nn.LeakyReLU(0.2)).constants == {"negative_slope": 0.2}
    assert part(nn.GELU("tanh")).constants == {"by_tanh": 1}
    assert part(nn.ReLU()).title == "ReLU"


def test_weights_that_are_made_of_others_are_those_that_are_used() -> None:
    dense = parametrizations.weight_norm(nn.Linear(4, 3))
    found = part(dense)
    assert found.kind == "dense"
    np.testing.assert_allclose(found.weights["weight"], dense.weight.detach(), rtol=1e-6)


def test_a_softmax_of_its_own_keeps_its_name() -> None:
    class Named(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.softmax = nn.LogSoftmax(1)

    assert anatomy(Named())["softmax"].function == "log softmax"

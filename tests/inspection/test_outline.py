"""The columns to be: the same from an architecture as from its module, and right for anybody's."""

import numpy as np
import pytest
from torch import nn

from desktopcnn.inspection import outline
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.networks.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    MaxPool,
    RBFOutput,
    Subsampling,
)
from desktopcnn.networks.modules import build

EVERYTHING = Architecture(
    "all", "All", (2, 12, 12),
    (
        Convolution(4, 3, stride=2, padding=1, dilation=2), BatchNorm(), Activation("relu"),
        AveragePool(3, 1, 1),
        Convolution(3, 1, connections=((0, 1), (2,), (0, 3))), Activation("scaled tanh"), Subsampling(2),
        MaxPool(2, 1), Flatten(), Dropout(0.5), Dense(5), BatchNorm(), Activation("tanh"), RBFOutput(3),
    ),
)  # fmt: skip
SHARED = ("name", "input_shape", "output_shape", "parameters", "multiply_adds", "field", "step", "start")


@pytest.mark.parametrize("architecture", [*CATALOG.values(), EVERYTHING], ids=lambda one: one.name)
def test_architecture_and_module_agree(architecture: Architecture) -> None:
    stops = outline.of_architecture(architecture)
    module = build(architecture).eval()
    assert stops == outline.of_module(module, np.zeros(architecture.input_shape, np.float32))
    for row, stop in zip(architecture.rows, stops, strict=False):
        for key in (
            "name",
            "input_shape",
            "output_shape",
            "parameters",
            "multiply_adds",
            "field",
            "step",
            "start",
        ):
            assert getattr(stop, key) == getattr(row, key), (row.name, key)
        assert stop.kind == row.layer.kind
    assert [stop.source for stop in stops] == list(range(-1, len(stops) - 1))
    assert (stops[-1].name, stops[-1].kind, stops[-1].parameters) == ("softmax", "softmax", 0)


def formulas(architecture: Architecture) -> dict[str, str]:
    return {stop.name: stop.formula for stop in outline.of_architecture(architecture) if stop.formula}


def test_formulas() -> None:
    assert formulas(CATALOG["02-two-conv"]) == {
        "conv1": "20 × (5×5 + 1) = 520",
        "conv2": "40 × (20 × 5×5 + 1) = 20,040",
        "dense1": "100 × (640 + 1) = 64,100",
        "dense2": "10 × (100 + 1) = 1,010",
    }
    assert formulas(CATALOG["lenet5-1998"])["conv2"] == "60 kernels × 5×5 + 16 = 1,516"
    everything = formulas(EVERYTHING)
    assert everything["norm1"] == "2 × 4 = 8"
    assert everything["sub1"] == "2 × 3 = 6"


def test_every_formula_is_true() -> None:
    for architecture in [*CATALOG.values(), EVERYTHING]:
        for text in formulas(architecture).values():
            left, right = text.replace(",", "").replace("×", "*").replace("kernels", "").split("=")
            assert eval(left) == int(right), text


def test_formulas_without_bias_and_with_groups() -> None:
    module = nn.Sequential(
        nn.Conv2d(4, 6, (3, 1), bias=False), nn.Conv2d(6, 6, 3, groups=3, bias=False), nn.PReLU(6),
        nn.Flatten(), nn.Linear(6 * 2 * 4, 7, bias=False), nn.BatchNorm1d(7, affine=False),
    ).eval()  # fmt: skip
    stops = outline.of_module(module, np.zeros((4, 6, 6), np.float32))
    assert [stop.formula for stop in stops] == [
        "6 × 4 × 3×1 = 72", "12 kernels × 3×3 = 108", "6", "", "7 × 48 = 336", "", ""
    ]  # fmt: skip
    assert [stop.multiply_adds for stop in stops] == [72 * 4 * 6, 108 * 2 * 4, None, 0, 336, 0, 0]
    assert [stop.field for stop in stops[:3]] == [None, None, None], "3 rows and 1 column are not one number"
    assert stops[0].window


def test_a_residual_network(residual: nn.Module) -> None:
    stops = outline.of_module(residual, np.zeros((3, 32, 32), np.float32))
    sources = [stop.source for stop in stops]
    assert sources == [-1, 0, 1, 2, 3, 4, 0, None, 7, 8, 9, 10, 11, 7, None, 14, 15, 16, 17]
    assert (stops[0].field, stops[0].step, stops[0].start) == (7, 2, -3)
    assert (stops[4].field, stops[4].step) == (15, 2)
    assert stops[7].field is None
    assert stops[15].title == "Adaptive average pooling"
    assert stops[15].output_shape == (8, 1, 1)


def test_the_activation_behind_a_layer() -> None:
    stops = outline.of_architecture(CATALOG["02-two-conv"])
    names = [stop.name for stop in stops]
    assert outline.activation_after(stops, names.index("conv1")) == names.index("relu1")
    assert outline.activation_after(stops, names.index("pool1")) is None
    assert outline.activation_after(stops, len(stops) - 1) is None

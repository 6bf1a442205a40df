"""Every kind of layer against what torch makes of it, and what is refused."""

import json
from typing import Any

import pytest
import torch
from torch import nn

from desktopcnn.errors import NetworkError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    RBFOutput,
    Subsampling,
)
from desktopcnn.networks.modules import BUILDERS
from desktopcnn.networks.shapes import MAX_WINDOW

MAPS = (3, 13, 11)
TABLE = ((0, 2), (1,), (0, 1, 2), (2,))


@pytest.mark.parametrize(
    "layer",
    [
        Convolution(4, 3),
        Convolution(2, 5, stride=2, padding=3, dilation=2),
        Convolution(1, 1, stride=4),
        Convolution(4, 3, padding=1, connections=TABLE),
        MaxPool(2),
        MaxPool(3, stride=2, padding=1),
        MaxPool(1, stride=3),
        AveragePool(4, stride=3, padding=2),
        Subsampling(2),
        Subsampling(3),
        Activation("relu"),
        Activation("scaled tanh"),
        BatchNorm(),
        Dropout(0.5),
        Flatten(),
    ],
    ids=str,
)
def test_shape_and_parameters_are_torchs(layer: Layer) -> None:
    module = BUILDERS[type(layer)](layer, MAPS).eval()
    output = module(torch.rand(2, *MAPS))
    assert layer.output_shape(MAPS) == tuple(output.shape[1:])
    kernels = sum(len(row) for row in TABLE) * 9 + 4
    counted = sum(parameter.numel() for parameter in module.parameters())
    assert layer.parameters(MAPS) == (kernels if getattr(layer, "connections", None) else counted)


@pytest.mark.parametrize(
    "layer", [Dense(7), BatchNorm(), Activation("sigmoid"), Flatten(), RBFOutput(7)], ids=str
)
def test_shape_and_parameters_of_a_vector(layer: Layer) -> None:
    module = BUILDERS[type(layer)](layer, (12,)).eval()
    assert layer.output_shape((12,)) == tuple(module(torch.rand(2, 12)).shape[1:])
    assert layer.parameters((12,)) == sum(parameter.numel() for parameter in module.parameters())


def test_multiply_adds_are_counted_by_hand() -> None:
    assert Convolution(20, 5).multiply_adds((1, 28, 28)) == 20 * 25 * 24 * 24
    assert Convolution(4, 3, padding=1, connections=TABLE).multiply_adds(MAPS) == 7 * 9 * 13 * 11
    assert Dense(100).multiply_adds((2880,)) == 288_000
    assert Subsampling(2).multiply_adds(MAPS) == 3 * 6 * 5
    assert RBFOutput(10).multiply_adds((84,)) == 840
    assert MaxPool(2).multiply_adds(MAPS) == BatchNorm().multiply_adds(MAPS) == 0


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Convolution(0, 5), "maps must be at least 1"),
        (lambda: Convolution(1, -5), "kernel must be at least 1, not -5"),
        (lambda: Convolution(1, 5, stride=0), "stride must be at least 1"),
        (lambda: Convolution(1, 5, dilation=-1), "dilation must be at least 1"),
        (lambda: Convolution(1, 5, padding=-1), "padding must not be negative"),
        (lambda: Convolution(1, MAX_WINDOW + 1), "too large"),
        (lambda: Convolution(2, 5, connections=((0,),)), "1 rows for 2 maps"),
        (lambda: MaxPool(0), "size must be at least 1"),
        (lambda: MaxPool(2, stride=0), "stride must be at least 1"),
        (lambda: AveragePool(2, padding=2), "more than half"),
        (lambda: Subsampling(0), "size must be at least 1, not 0"),
        (lambda: Subsampling(MAX_WINDOW + 1), "too large"),
        (lambda: RBFOutput(0), "units must be at least 1"),
        (lambda: Activation("swish"), "'swish' is unknown"),  # type: ignore[arg-type]
        (lambda: Dropout(1.0), "dropout probability 1.0"),
        (lambda: Dropout(float("nan")), "dropout probability nan"),
        (lambda: Dense(0), "units must be at least 1"),
    ],
)
def test_settings_out_of_range_are_refused(make: Any, says: str) -> None:
    with pytest.raises(NetworkError, match=says):
        make()


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        ((Dense(10),), r"layer dense1: it takes a vector and gets maps of shape \(1, 28, 28\)"),
        ((Flatten(), Convolution(1, 5)), "layer conv1: it takes maps and gets a vector of 784 values"),
        ((Convolution(1, 5), MaxPool(30)), "layer pool1: a 30x30 window with padding 0 does not fit"),
        (
            (Convolution(1, 5), Convolution(2, 5, connections=((0,), (1,)))),
            r"layer conv2: the connection table row \[1\] must name different input maps from 0 to 0",
        ),
        (
            (Convolution(2, 5), Convolution(1, 5, connections=((0, 0),))),
            r"layer conv2: the connection table row \[0, 0\]",
        ),
        ((Convolution(1, 5, connections=((),)),), r"layer conv1: the connection table row \[\]"),
        ((Convolution(1, 5), Subsampling(25)), "layer sub1: a 25x25 window with padding 0 does not fit"),
        ((Flatten(), Subsampling(2)), "layer sub1: it takes maps and gets a vector of 784 values"),
        ((RBFOutput(10),), r"layer rbf1: it takes a vector and gets maps of shape \(1, 28, 28\)"),
        ((Flatten(), RBFOutput(2**18)), "layer rbf1: centres of more than 134,217,728 values"),
        ((Flatten(), Dense(2**27)), "layer dense1: more than 134,217,728 values"),
        ((Convolution(2**18, 1), Flatten()), "layer conv1: more than 134,217,728 values"),
        (
            (Convolution(2**14, 28), Convolution(2**14, 1, connections=((0,),) * 2**14)),
            "layer conv2: more than 134,217,728 weights",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_the_layers_name(layers: tuple[Layer, ...], says: str) -> None:
    with pytest.raises(NetworkError, match="^some, " + says):
        Architecture("some", "Some", (1, 28, 28), layers)


def test_every_kind_has_a_builder_that_gives_a_module() -> None:
    settings: dict[type, tuple[Any, ...]] = {
        Convolution: (1, 1), MaxPool: (1,), AveragePool: (1,), Activation: ("relu",), Dropout: (0.1,),
        Subsampling: (2,), Dense: (1,), RBFOutput: (1,),
    }  # fmt: skip
    for kind, builder in BUILDERS.items():
        shape = (4,) if kind in (Dense, RBFOutput) else (1, 4, 4)
        assert isinstance(builder(kind(*settings.get(kind, ())), shape), nn.Module)
    assert json.dumps([kind.kind for kind in BUILDERS])  # names that can be written

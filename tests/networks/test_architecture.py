"""What is computed from the list of layers against what torch does with the built network."""

import dataclasses
import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from desktopcnn.errors import NetworkError
from desktopcnn.networks.architecture import MAX_LAYERS, Architecture
from desktopcnn.networks.catalog import CATALOG
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
from desktopcnn.networks.modules import EuclideanRBF, TableConvolution, TrainableSubsampling, build
from desktopcnn.networks.shapes import MAX_VALUES

SMALL = Architecture("small", "Small", (1, 8, 8), (Convolution(2, 3), MaxPool(2), Flatten(), Dense(3)))


@st.composite
def architectures(draw: st.DrawFn) -> Architecture:
    """A few random layers over maps that fit, sometimes a head of dense layers."""
    shape: tuple[int, ...] = (draw(st.integers(1, 3)), draw(st.integers(6, 17)), draw(st.integers(6, 17)))
    first = shape
    layers: list[Layer] = []
    for _ in range(draw(st.integers(0, 5))):
        layer = draw(_on_maps(shape[0]))
        try:
            shape = layer.output_shape(shape)
        except NetworkError:  # it does not fit any more
            continue
        layers.append(layer)
    layers.append(Flatten())
    for units in draw(st.lists(st.integers(1, 6), max_size=2)):
        layers += [
            draw(st.sampled_from([Dense(units), RBFOutput(units)])),
            draw(st.sampled_from([Activation("tanh"), BatchNorm(), Dropout(0.3)])),
        ]
    return Architecture("random", "Random", first, tuple(layers))


def _on_maps(channels: int) -> st.SearchStrategy[Layer]:
    sizes = st.integers(1, 4)
    tables = st.lists(
        st.lists(st.integers(0, channels - 1), min_size=1, unique=True).map(tuple), min_size=1, max_size=3
    )
    pools = st.tuples(st.integers(1, 4), st.none() | st.integers(1, 3), st.integers(0, 2)).filter(
        lambda pool: pool[2] <= pool[0] // 2
    )
    return st.one_of(
        st.builds(Convolution, st.integers(1, 3), sizes, sizes, st.integers(0, 2), st.integers(1, 2)),
        st.builds(
            lambda table, kernel: Convolution(len(table), kernel, connections=tuple(table)), tables, sizes
        ),
        pools.map(lambda pool: MaxPool(*pool)),
        pools.map(lambda pool: AveragePool(*pool)),
        st.builds(Subsampling, sizes),
        st.sampled_from([Activation("relu"), Activation("scaled tanh"), BatchNorm(), Dropout(0.5)]),
    )


def check_against_torch(architecture: Architecture) -> None:
    """Names, shapes, parameters and multiply-adds, layer by layer."""
    module = build(architecture).eval()
    assert [name for name, _ in module.named_children()] == [row.name for row in architecture.rows]
    x = torch.rand(2, *architecture.input_shape)
    total = 0
    for row, child in zip(architecture.rows, module.children(), strict=True):
        assert tuple(x.shape[1:]) == row.input_shape
        x = child(x)
        assert tuple(x.shape[1:]) == row.output_shape
        parameters, work = counted(child, x)
        assert (row.parameters, row.multiply_adds) == (parameters, work), row.name
        total += parameters
    assert architecture.parameters == total
    assert architecture.output_shape == tuple(x.shape[1:])


def counted(child: nn.Module, output: torch.Tensor) -> tuple[int, int]:
    """Parameters and multiply-adds of one picture, from torch's own tensors."""
    parameters = sum(parameter.numel() for parameter in child.parameters())
    if isinstance(child, TableConvolution):
        weights = int(child.mask.expand_as(child.weight).sum())
        return weights + child.out_channels, weights * output[0, 0].numel()
    if isinstance(child, nn.Conv2d):
        return parameters, child.weight.numel() * output[0, 0].numel()
    if isinstance(child, TrainableSubsampling):
        return parameters, output[0].numel()
    if isinstance(child, EuclideanRBF):
        return parameters, child.centres.numel()
    return parameters, child.weight.numel() if isinstance(child, nn.Linear) else 0


def check_receptive_fields(architecture: Architecture) -> None:
    """The pixels from which the gradient of one cell is not zero are those that the rows announce.

    Weights are positive and the input is one everywhere, so nothing cancels out; average pools stand in
    for max pools, which look at all their inputs but pass the gradient to one.
    """
    softer = tuple(
        AveragePool(layer.size, layer.stride, layer.padding) if isinstance(layer, MaxPool) else layer
        for layer in architecture.layers
    )
    module = build(dataclasses.replace(architecture, layers=softer)).eval().double()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(0.01)
    image = torch.ones(1, *architecture.input_shape, dtype=torch.float64, requires_grad=True)
    x: torch.Tensor = image
    for row, child in zip(architecture.rows, module.children(), strict=True):
        x = child(x)
        if row.field is None or row.step is None or row.start is None:
            return
        for cell in ((0, 0), (x.shape[2] - 1, x.shape[3] - 1), (x.shape[2] // 2, x.shape[3] // 2)):
            (gradient,) = torch.autograd.grad(x[0, :, cell[0], cell[1]].sum(), image, retain_graph=True)
            touched = gradient[0].sum(0) != 0
            for axis, place in enumerate(cell):
                seen = touched.any(1 - axis).nonzero().flatten().tolist()
                first, last = row.start + place * row.step, row.start + place * row.step + row.field - 1
                inside = range(max(first, 0), min(last, architecture.input_shape[1 + axis] - 1) + 1)
                assert set(seen) <= set(inside), row.name
                if dense_window(architecture, row.name) and len(inside):
                    assert seen == list(inside), row.name


def dense_window(architecture: Architecture, last: str) -> bool:
    """Whether no layer up to that one leaves out pixels between those it looks at."""
    for row in architecture.rows:
        window = row.layer.window
        if window and (window.dilation > 1 or window.stride > window.kernel or window.padding):
            return False
        if row.name == last:
            return True
    raise AssertionError(last)


@pytest.mark.parametrize("name", CATALOG)
def test_catalogue_against_torch(name: str) -> None:
    check_against_torch(CATALOG[name])
    check_receptive_fields(CATALOG[name])


@given(architectures())
@settings(max_examples=80, deadline=None)
def test_random_architectures_against_torch(architecture: Architecture) -> None:
    check_against_torch(architecture)


@given(architectures())
@settings(max_examples=80, deadline=None)
def test_receptive_fields_of_random_architectures(architecture: Architecture) -> None:
    check_receptive_fields(architecture)


@given(architectures())
@settings(deadline=None)
def test_json_round_trip(architecture: Architecture) -> None:
    assert Architecture.from_json(architecture.to_json()) == architecture


def test_receptive_field_of_two_conv() -> None:
    """By hand: 5, then 6 with step 2, then 6 + 4 x 2 = 14, then 16 with step 4."""
    rows = {row.name: (row.field, row.step, row.start) for row in CATALOG["02-two-conv"].rows}
    assert rows["conv1"] == (5, 1, 0)
    assert rows["pool1"] == (6, 2, 0)
    assert rows["conv2"] == (14, 2, 0)
    assert rows["pool2"] == (16, 4, 0)
    assert rows["dense1"] == (None, None, None)


def test_padding_moves_the_start_outside() -> None:
    layers = (Convolution(1, 3, padding=1), MaxPool(2), Convolution(1, 3, padding=1), Flatten())
    rows = Architecture("padded", "", (1, 8, 8), layers).rows
    assert [row.start for row in rows] == [-1, -1, -3, None]


def test_names_count_each_kind() -> None:
    layers = (
        Convolution(1, 1), MaxPool(1), AveragePool(1), Activation("tanh"), Activation("scaled tanh"),
        BatchNorm(), Dropout(0.1), Flatten(), Flatten(), Dense(1),
    )  # fmt: skip
    names = [row.name for row in Architecture("names", "", (1, 2, 2), layers).rows]
    assert names == [
        "conv1", "pool1", "pool2", "tanh1", "tanh2", "norm1", "drop1", "flatten", "flatten2", "dense1"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "layers", "says"),
    [
        ((28, 28), (Flatten(),), "is not \\(channels, height, width\\)"),
        ((1, 0, 28), (Flatten(),), "is not \\(channels, height, width\\)"),
        ((1, 2**14, 2**14), (Flatten(),), "too large"),
        ((1, 28, 28), (), f"needs 1 to {MAX_LAYERS:d} layers, not 0"),
        ((1, 28, 28), (Flatten(),) * (MAX_LAYERS + 1), "layers, not 1001"),
        ((1, 28, 28), (Convolution(1, 1),), "the last layer, conv1, must give one value per class"),
    ],
)
def test_impossible_wholes_are_refused(shape: tuple[int, ...], layers: tuple[Layer, ...], says: str) -> None:
    with pytest.raises(NetworkError, match=says):
        Architecture("some", "Some", shape, layers)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": 3}, "name and title must be text"),
        ({"input": [1, 8.0, 8]}, "whole numbers"),
        ({"input": "abc"}, "whole numbers"),
        ({"input": None}, "not an architecture"),
        ({"layers": None}, "not an architecture"),
        ({"layers": [{"kind": "conv", "maps": 2, "kernel": -3}]}, "Layer 1: kernel must be at least 1"),
        ({"layers": [{"kind": "flatten"}, {"kind": "rnn"}]}, "Layer 2: the layer kind 'rnn' is unknown"),
        ({"layers": [{"kind": "dense", "units": 3}]}, "small, layer dense1: it takes a vector"),
        ({"input": [1, int("9" * 4000), int("9" * 4000)]}, "too large"),
    ],
)
def test_json_that_is_no_architecture_is_refused(change: dict[str, object], says: str) -> None:
    text = json.dumps({**json.loads(SMALL.to_json()), **change})
    with pytest.raises(NetworkError, match=says):
        Architecture.from_json(text)


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "7", "{}", "[" * 100_000, '{"name": ' + "9" * 5000])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(NetworkError, match="not an architecture"):
        Architecture.from_json(text)


def test_the_largest_values_are_still_allowed() -> None:
    assert Architecture("wide", "", (1, 1, 1), (Flatten(), Dense(MAX_VALUES // 2))).parameters == MAX_VALUES

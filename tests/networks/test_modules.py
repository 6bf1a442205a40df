"""From architecture to module: what is drawn from where, and the modules that are our own."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from desktopcnn.networks import stylised
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.networks.layers import (
    FUNCTIONS,
    Activation,
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Function,
    MaxPool,
    RBFOutput,
    Subsampling,
)
from desktopcnn.networks.modules import (
    EuclideanRBF,
    MapsToVector,
    ScaledTanh,
    SeededDropout,
    TableConvolution,
    TrainableSubsampling,
    build,
    empty_tensors,
    initialise,
    pooled_first,
)

TABLE = ((0,), (1, 2), (0, 1, 2))
TABLED = Architecture(
    "tabled", "", (3, 6, 6),
    (Convolution(3, 3, connections=TABLE), BatchNorm(), MaxPool(2), Flatten(), Dense(4)),
)  # fmt: skip


@pytest.mark.parametrize("architecture", [*CATALOG.values(), TABLED], ids=lambda a: a.name)
def test_same_generator_same_weights_and_the_global_one_stands_still(architecture: Architecture) -> None:
    before = torch.random.get_rng_state()
    first = build(architecture, torch.Generator().manual_seed(5)).state_dict()
    second = build(architecture, torch.Generator().manual_seed(5)).state_dict()
    other = build(architecture, torch.Generator().manual_seed(6)).state_dict()
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_without_a_generator_it_is_seed_0() -> None:
    first, second = build(TABLED), build(TABLED, torch.Generator().manual_seed(0))
    assert torch.equal(first.conv1.weight, second.conv1.weight)


def test_weights_are_as_large_as_the_layer_needs() -> None:
    layers = (Flatten(), Dense(400), Activation("relu"), Dense(300), Activation("tanh"), Dense(10))
    module = build(Architecture("wide", "", (1, 20, 20), layers))
    for name, variance in (("dense1", 2 / 400), ("dense2", 2 / 700), ("dense3", 2 / 310)):
        layer = module.get_submodule(name)
        assert layer.weight.std().item() == pytest.approx(math.sqrt(variance), rel=0.05)  # type: ignore[union-attr,operator]
        assert not layer.bias.any()  # type: ignore[union-attr,operator]


def test_he_looks_past_batch_norm() -> None:
    layers = (Convolution(64, 5), BatchNorm(), Activation("relu"), Flatten())
    module = build(Architecture("normed", "", (4, 6, 6), layers))
    weight: torch.Tensor = module.conv1.weight  # type: ignore[assignment]
    assert weight.std().item() == pytest.approx(math.sqrt(2 / 100), rel=0.05)


def test_empty_tensors_announce_what_build_makes() -> None:
    for architecture in (*CATALOG.values(), TABLED):
        made = build(architecture).state_dict()
        announced = empty_tensors(architecture)
        assert {n: (t.shape, t.dtype) for n, t in announced.items()} == {
            n: (t.shape, t.dtype) for n, t in made.items()
        }
        assert all(tensor.is_meta for tensor in announced.values())


def test_table_convolution_sees_only_the_maps_of_its_table() -> None:
    layer = build(TABLED).conv1
    assert isinstance(layer, TableConvolution)
    image = torch.rand(1, 3, 6, 6, requires_grad=True)
    output = layer(image)
    for number, row in enumerate(TABLE):
        (gradient,) = torch.autograd.grad(output[0, number].sum(), image, retain_graph=True)
        assert {place for place in range(3) if gradient[0, place].any()} == set(row)
        wanted = functional.conv2d(image[:, list(row)], layer.weight[number : number + 1, list(row)])
        torch.testing.assert_close(output[:, number : number + 1], wanted + layer.bias[number])
    output.sum().backward()
    assert layer.weight.grad is not None
    assert not layer.weight.grad[layer.mask.expand_as(layer.weight) == 0].any()


def test_a_full_table_is_an_ordinary_convolution() -> None:
    full = Convolution(3, 3, connections=((0, 1, 2),) * 3)
    tabled = build(Architecture("full", "", (3, 6, 6), (full, Flatten())))
    plain = build(Architecture("plain", "", (3, 6, 6), (Convolution(3, 3), Flatten())))
    plain.load_state_dict(tabled.state_dict())
    image = torch.rand(2, 3, 6, 6)
    torch.testing.assert_close(tabled(image), plain(image))


def test_subsampling_is_coefficient_times_sum_plus_bias() -> None:
    layer = TrainableSubsampling(2, 2)
    image = torch.arange(2.0 * 5 * 4).reshape(1, 2, 5, 4)  # the fifth row has no window
    torch.testing.assert_close(layer(image), functional.avg_pool2d(image, 2))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([0.5, -2.0]))
        layer.bias.copy_(torch.tensor([1.0, 3.0]))
    output = layer(image)
    assert output.shape == (1, 2, 2, 2)
    assert output[0, 0, 0, 0] == 0.5 * (0 + 1 + 4 + 5) + 1
    assert output[0, 0, 1, 1] == 0.5 * (10 + 11 + 14 + 15) + 1
    assert output[0, 1, 0, 0] == -2 * (20 + 21 + 24 + 25) + 3
    output.sum().backward()
    sums = image[:, :, :4].sum((0, 2, 3))
    assert torch.equal(layer.weight.grad, sums)  # type: ignore[arg-type]
    assert layer.bias.grad.tolist() == [4, 4]  # type: ignore[union-attr]


def test_drawing_anew_puts_subsampling_back_to_the_mean() -> None:
    module = build(Architecture("sub", "", (2, 6, 6), (Subsampling(3), Flatten())))
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(7)
    initialise(module, torch.Generator().manual_seed(0))
    assert module.sub1.weight.tolist() == pytest.approx([1 / 9, 1 / 9])  # type: ignore[union-attr,operator]
    assert not module.sub1.bias.any()  # type: ignore[union-attr,operator]


def test_rbf_gives_negative_squared_distances() -> None:
    layer = EuclideanRBF(3, 2)
    layer.centres.copy_(torch.tensor([[1.0, -1.0, 1.0], [0.0, 0.0, 2.0]]))
    x = torch.tensor([[1.0, -1.0, 1.0], [0.5, 1.0, 0.0]], requires_grad=True)
    output = layer(x)
    assert output.tolist() == [[0, -3], pytest.approx([-5.25, -5.25])]
    output.sum().backward()
    # -2 (x - c), summed over both centres; none of it is lost where the distance is 0
    torch.testing.assert_close(x.grad, -2 * (2 * x.detach() - layer.centres.sum(0)))
    assert layer(x.bfloat16()).dtype == torch.float32
    assert list(layer.parameters()) == []


def test_centres_are_the_stylised_digits_where_they_fit() -> None:
    def centres(inputs: int, units: int, seed: int = 0) -> torch.Tensor:
        architecture = Architecture("rbf", "", (1, 1, inputs), (Flatten(), RBFOutput(units)))
        state = build(architecture, torch.Generator().manual_seed(seed)).state_dict()
        assert list(state) == ["rbf1.centres"], "they are kept with the weights"
        return state["rbf1.centres"]

    assert torch.equal(centres(84, 10), torch.from_numpy(stylised.codes()))
    drawn = centres(84, 11)
    assert drawn.unique().tolist() == [-1, 1]
    assert torch.equal(drawn, centres(84, 11))
    assert not torch.equal(drawn, centres(84, 11, seed=1))


def test_scaled_tanh_goes_through_one() -> None:
    values = ScaledTanh()(torch.tensor([-1.0, 0.0, 1.0, 100.0]))
    torch.testing.assert_close(values, torch.tensor([-1.0, 0.0, 1.0, 1.7159]), atol=1e-4, rtol=0)


def test_dropout_draws_from_its_own_generator() -> None:
    layer = SeededDropout(0.25).train()
    x = torch.ones(100, 100)
    before = torch.random.get_rng_state()
    layer.generator = torch.Generator().manual_seed(3)
    first = layer(x)
    layer.generator = torch.Generator().manual_seed(3)
    assert torch.equal(layer(x), first)
    assert not torch.equal(layer(x), first), "the generator moves on"
    assert torch.equal(torch.random.get_rng_state(), before)
    assert (first == 0).float().mean().item() == pytest.approx(0.25, abs=0.02)
    assert first.unique().tolist() == pytest.approx([0, 1 / 0.75])
    assert layer.eval()(x) is x
    assert SeededDropout(0.0).train()(x) is x


def test_flatten_hands_back_gradients_in_the_format_of_the_maps() -> None:
    maps = torch.rand(2, 3, 4, 4).contiguous(memory_format=torch.channels_last).requires_grad_()
    formats = []
    inner = maps * 1
    vector = MapsToVector()(inner)
    inner.register_hook(
        lambda gradient: formats.append(gradient.is_contiguous(memory_format=torch.channels_last))
    )
    assert torch.equal(vector, inner.reshape(2, 48))
    weights = torch.rand(48)
    (vector * weights).sum().backward()
    assert torch.equal(maps.grad, weights.reshape(3, 4, 4).expand(2, 3, 4, 4))  # type: ignore[arg-type]
    assert formats == [True]
    with torch.inference_mode():
        assert torch.equal(MapsToVector()(maps), nn.Flatten()(maps))


def test_dropout_of_the_architecture_is_ours() -> None:
    module = build(Architecture("drop", "", (1, 2, 2), (Dropout(0.5), Flatten())))
    assert isinstance(module.drop1, SeededDropout)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_pooling_first_gives_the_same_for_less(function: Function) -> None:
    layers = (
        Convolution(3, 3), Activation(function), MaxPool(3, 2, 1), Convolution(2, 3), Activation(function),
        MaxPool(2), Flatten(), Dense(4), Activation(function),
    )  # fmt: skip
    module = build(Architecture("pools", "", (1, 16, 16), layers)).double()
    faster = pooled_first(module)
    order = [name for name, _ in faster.named_children()]
    assert [place for place, name in enumerate(order) if name.startswith("pool")] == [1, 4]
    assert sorted(order) == sorted(name for name, _ in module.named_children())
    assert all(faster.get_submodule(name) is module.get_submodule(name) for name in order)
    image = torch.rand(5, 1, 16, 16, dtype=torch.float64)
    gradients = []
    for one in (module, faster):
        one.zero_grad()
        output = one(image)
        output.square().sum().backward()
        gradients.append([output, *(parameter.grad.clone() for parameter in module.parameters())])  # type: ignore[union-attr]
    for slow, fast in zip(*gradients, strict=True):
        torch.testing.assert_close(slow, fast)


def test_only_max_pooling_goes_first() -> None:
    """A coefficient may be negative, and the mean of squashed values is not the squashed mean."""
    layers = (Convolution(2, 3), Activation("scaled tanh"), Subsampling(2), Flatten(), RBFOutput(3))
    module = build(Architecture("sub", "", (1, 8, 8), layers))
    assert [name for name, _ in pooled_first(module).named_children()] == [
        name for name, _ in module.named_children()
    ]

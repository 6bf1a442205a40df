"""Every cell worked out by hand is what torch computed; and a number that is wrong does not pass."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from desktopcnn.inspection import outline
from desktopcnn.inspection.anatomy import anatomy
from desktopcnn.inspection.arithmetic import close, explain, reason
from desktopcnn.inspection.explanations import (
    Applied,
    Convolved,
    Distanced,
    Dropped,
    Moved,
    Normalised,
    Pooled,
    Softmaxed,
    Weighted,
)
from desktopcnn.inspection.part import Part
from desktopcnn.inspection.trace import LayerTrace, trace
from desktopcnn.networks import library, weights
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.networks.modules import (
    EuclideanRBF,
    ScaledTanh,
    TableConvolution,
    TrainableSubsampling,
    build,
)

IMAGE = np.random.default_rng(0).random((1, 28, 28), np.float32)
FUNCTION_MODULES = (
    nn.Identity(), nn.ReLU(), nn.ReLU6(), nn.LeakyReLU(), nn.Hardtanh(), nn.Hardsigmoid(), nn.Hardswish(),
    nn.Sigmoid(), nn.LogSigmoid(), nn.Softplus(), nn.Softsign(), nn.Tanh(), ScaledTanh(), nn.ELU(), nn.SELU(),
    nn.GELU(), nn.GELU("tanh"), nn.SiLU(), nn.Mish(),
)  # fmt: skip


def image(shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def check_all(module: nn.Module, shown: npt.NDArray[np.float32]) -> int:
    """Explain every cell of every layer, the activation behind it too; the number of cells."""
    seen, parts = trace(module, shown), anatomy(module)
    stops, number = outline.of_trace(seen, parts), 0
    for place, layer in enumerate(seen.steps):
        part = parts[layer.name]
        assert not reason(part, layer)
        following = outline.activation_after(stops, place)
        after = None if following is None else (parts[stops[following].name], seen.steps[following])
        for cell in np.ndindex(*layer.output.shape):
            found = explain(part, layer, cell, after=after)
            assert found
            assert found.agrees, (part, cell, found)
            number += 1
    return number


@pytest.mark.parametrize("name", CATALOG)
def test_every_cell_of_every_network_of_the_catalogue(name: str) -> None:
    architecture = CATALOG[name]
    shipped = {entry.name: entry.path for entry in library.shipped()}
    module = weights.load(shipped[name]).module if name in shipped else build(architecture).eval()
    outputs = [math.prod(row.output_shape) for row in architecture.rows]
    assert check_all(module, IMAGE) == sum(outputs) + outputs[-1]


@pytest.mark.filterwarnings("ignore:Using padding='same'")  # torch's copy for an even kernel
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_every_cell_of_random_networks(
    data: st.DataObject, random_networks: st.SearchStrategy[tuple[nn.Sequential, npt.NDArray[np.float32]]]
) -> None:
    assert check_all(*data.draw(random_networks)) > 0


def test_every_cell_of_a_residual_network(residual: nn.Module) -> None:
    assert check_all(residual, image((3, 32, 32))) > 4000


def test_every_cell_of_the_layers_of_lenet_5() -> None:
    torch.manual_seed(0)
    module = nn.Sequential(
        TableConvolution(((0, 1), (2,), (0, 1, 2)), 3, 3, 3, padding=1),
        TrainableSubsampling(3, 2), ScaledTanh(), nn.Flatten(), EuclideanRBF(27, 4),
    ).eval()  # fmt: skip
    nn.init.normal_(module[1].weight)  # type: ignore[arg-type]
    nn.init.normal_(module[1].bias)  # type: ignore[arg-type]
    module[4].centres.normal_()  # type: ignore[union-attr, operator]
    check_all(module, image((3, 6, 6)))


def step(module: nn.Module, shape: tuple[int, ...]) -> tuple[Part, LayerTrace]:
    """A module alone in front of what makes classes of it."""
    whole = nn.Sequential(module, nn.Flatten()).eval()
    seen = trace(whole, np.arange(math.prod(shape), dtype=np.float32).reshape(shape))
    return anatomy(whole)["0"], seen.layers[0]


def test_a_convolution_by_hand() -> None:
    conv = nn.Conv2d(1, 1, 3, stride=2, padding=1)
    nn.init.ones_(conv.weight)
    nn.init.constant_(conv.bias, 0.5)  # type: ignore[arg-type]
    found = explain(*step(conv, (1, 5, 5)), (0, 0, 0))
    assert isinstance(found, Convolved)
    assert found.rows.tolist() == found.columns.tolist() == [-1, 0, 1]
    assert found.inside.tolist() == [[False, False, False], [False, True, True], [False, True, True]]
    assert found.patches[0].tolist() == [[0, 0, 0], [0, 0, 1], [0, 5, 6]]
    assert found.products.tolist() == found.patches.tolist()
    assert (found.sums.tolist(), found.bias, found.result, found.computed) == ([12], 0.5, 12.5, 12.5)
    last = explain(*step(conv, (1, 5, 5)), (0, 2, 2))
    assert isinstance(last, Convolved)
    assert last.rows.tolist() == [3, 4, 5]


def test_a_connection_table_leaves_channels_out() -> None:
    conv = TableConvolution(((0, 2),), 3, 1, 1)
    found = explain(*step(conv, (3, 2, 2)), (0, 1, 1))
    assert isinstance(found, Convolved)
    assert found.channels.tolist() == [0, 2]
    assert found.patches[:, 0, 0].tolist() == [3, 11]
    assert found.kernels.shape == (2, 1, 1)


def test_pools_by_hand() -> None:
    found = explain(*step(nn.MaxPool2d(2, padding=1), (1, 4, 4)), (0, 1, 0))
    assert isinstance(found, Pooled)
    assert (found.result, found.winner) == (8, (2, 0))
    np.testing.assert_array_equal(found.values, [[np.nan, 4], [np.nan, 8]])
    mean = explain(*step(nn.AvgPool2d(2), (1, 4, 4)), (0, 0, 1))
    assert isinstance(mean, Pooled)
    assert (mean.total, mean.divisor, mean.result, mean.winner) == (18, 4, 4.5, None)
    whole = explain(*step(nn.AdaptiveAvgPool2d(1), (1, 4, 4)), (0, 0, 0))
    assert isinstance(whole, Pooled)
    assert (whole.values.shape, whole.divisor, whole.result) == ((4, 4), 16, 7.5)
    pool = TrainableSubsampling(1, 2)
    nn.init.constant_(pool.weight, 2)
    nn.init.constant_(pool.bias, 1)
    sampled = explain(*step(pool, (1, 4, 4)), (0, 0, 0))
    assert isinstance(sampled, Pooled)
    assert (sampled.total, sampled.coefficient, sampled.bias, sampled.result) == (10, 2, 1, 21)


@pytest.mark.parametrize(
    ("padding", "counted", "divisors"), [(0, True, [9, 4]), (1, True, [9, 9]), (1, False, [4, 4])]
)
def test_windows_beyond_the_edge_are_divided_as_torch_does(
    padding: int, counted: bool, divisors: list[int]
) -> None:
    pool = nn.AvgPool2d(3, 2 + padding, padding, ceil_mode=True, count_include_pad=counted)
    part, layer = step(pool, (1, 4, 4))
    assert layer.output.shape == (1, 2, 2)
    for at, divisor in enumerate(divisors):
        found = explain(part, layer, (0, at, at))
        assert isinstance(found, Pooled)
        assert (found.divisor, found.agrees) == (divisor, True)


def test_the_largest_of_negative_numbers_is_not_the_padding() -> None:
    part, layer = step(nn.MaxPool2d(2, padding=1), (1, 2, 2))
    low = replace(layer, input=layer.input - 9, output=layer.output - 9)
    found = explain(part, low, (0, 0, 0))
    assert isinstance(found, Pooled)
    assert (found.result, found.winner, found.agrees) == (-9, (0, 0), True)


def test_a_dense_unit_names_its_strongest_inputs() -> None:
    dense = nn.Linear(3, 1)
    dense.weight.data = torch.tensor([[0.1, -5, 1]])
    seen = LayerTrace("0", np.array([1, 2, 3], np.float32), np.array([0], np.float32))
    part = anatomy(nn.Sequential(dense))["0"]
    found = explain(part, seen, (0,), maps_shape=(3, 1, 1))
    assert isinstance(found, Weighted)
    assert found.order.tolist() == [1, 2, 0]
    np.testing.assert_allclose(found.products, [0.1, -10, 3])
    assert found.maps_shape == (3, 1, 1)
    assert not found.agrees


def test_the_small_kinds(stirred: Callable[[nn.Module], nn.Module]) -> None:
    part, layer = step(stirred(nn.BatchNorm2d(2)), (2, 3, 3))
    found = explain(part, layer, (1, 2, 0))
    assert isinstance(found, Normalised)
    assert found.value == 15
    expected = (15 - found.mean) / math.sqrt(found.variance + found.epsilon) * found.weight + found.bias
    assert found.result == pytest.approx(expected, rel=1e-12)
    applied = explain(*step(nn.LeakyReLU(0.1), (1, 2, 2)), (0, 1, 1))
    assert isinstance(applied, Applied)
    assert (applied.function, applied.value, applied.result) == ("leakyrelu", 3, 3)
    dropped = explain(*step(nn.Dropout(0.25), (1, 2, 2)), (0, 1, 1))
    assert isinstance(dropped, Dropped)
    assert (dropped.result, dropped.kept, dropped.probability) == (3, 4, 0.25)
    moved = explain(*step(nn.Flatten(), (2, 2, 3)), (10,))
    assert isinstance(moved, Moved)
    assert (moved.source, moved.result) == ((1, 1, 1), 10)


def test_an_rbf_unit_is_its_distance() -> None:
    rbf = EuclideanRBF(84, 10)
    rbf.centres.fill_(1)
    part = anatomy(nn.Sequential(rbf))["0"]
    inputs = np.full(84, 0.5, np.float32)
    found = explain(part, LayerTrace("0", inputs, np.full(10, -21, np.float32)), (3,))
    assert isinstance(found, Distanced)
    assert (found.total, found.result, found.agrees, found.shape) == (21, -21, True, (12, 7))


def test_softmax_step_by_step_and_by_temperature() -> None:
    module = nn.Sequential(nn.Flatten()).eval()
    seen = trace(module, np.log(np.array([[[1, 2, 5]]], np.float32)))
    part, layer = anatomy(module)["softmax"], seen.steps[-1]
    found = explain(part, layer, (2,))
    assert isinstance(found, Softmaxed)
    np.testing.assert_allclose(found.shifted, np.log([0.2, 0.4, 1]), atol=1e-6)
    np.testing.assert_allclose(found.exponentials, [0.2, 0.4, 1], rtol=1e-6)
    assert (found.total, found.result) == (pytest.approx(1.6), pytest.approx(0.625))
    hot = explain(part, layer, (2,), temperature=1000)
    assert isinstance(hot, Softmaxed)
    assert hot.result == pytest.approx(1 / 3, abs=1e-3)
    assert hot.computed == pytest.approx(0.625)
    assert hot.agrees, "what is compared is the temperature that the network has"


def test_the_activation_behind_a_cell_is_applied_and_compared() -> None:
    module = build(CATALOG["01-conv"]).eval()
    seen, parts = trace(module, IMAGE), anatomy(module)
    conv, sigmoid = seen.layers[:2]
    found = explain(parts["conv1"], conv, (3, 4, 5), after=(parts["sigmoid1"], sigmoid))
    assert found
    assert found.activation
    assert found.activation.function == "sigmoid"
    assert found.activation.value == pytest.approx(1 / (1 + math.exp(-found.result)))
    assert found.activation.computed == sigmoid.output[3, 4, 5]
    assert found.agrees
    wrong = replace(sigmoid, output=sigmoid.output + 0.001)
    found = explain(parts["conv1"], conv, (3, 4, 5), after=(parts["sigmoid1"], wrong))
    assert found
    assert not found.agrees


@pytest.mark.parametrize("name", ["02-two-conv", "lenet5-1998"])
def test_a_number_that_is_wrong_does_not_agree(name: str) -> None:
    module = build(CATALOG[name]).eval()
    parts = anatomy(module)
    for layer in trace(module, IMAGE).steps:
        cell = tuple(size // 2 for size in layer.output.shape)
        spoilt = layer.output.copy()
        spoilt[cell] += max(1e-3 * abs(spoilt[cell]), 1e-3)
        found = explain(parts[layer.name], replace(layer, output=spoilt), cell)
        assert found
        assert not found.agrees, layer.name


def test_one_weight_less_does_not_agree() -> None:
    conv = nn.Conv2d(4, 1, 5)
    part, layer = step(conv, (4, 6, 6))
    cut = part.weights["weight"].copy()
    cut[0, 2, 3, 3] = 0
    found = explain(replace(part, weights={**part.weights, "weight": cut}), layer, (0, 1, 1))
    assert found
    assert not found.agrees


def test_numbers_that_nearly_cancel_are_measured_by_their_terms() -> None:
    assert close(1.0, 1.00009, 1)
    assert not close(1.0, 1.0002, 1)
    assert close(1e-9, 2e-9, 1)
    assert not close(0.0, 2e-5, 1)
    assert close(math.inf, math.inf, math.inf)
    assert close(math.nan, math.nan, 1)
    assert not close(math.nan, 1, 1)
    assert not close(math.inf, 1, math.inf)
    assert not close(1, math.nan, math.nan)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 3e38])
@pytest.mark.parametrize("name", ["lenet5-1998", "01-conv"])
def test_a_network_that_went_wrong_is_shown_as_it_is(name: str, number: float) -> None:
    module = build(CATALOG[name]).eval()
    for parameter in module.parameters():
        parameter.data[0] = number
    seen, parts = trace(module, IMAGE), anatomy(module)
    for layer in seen.steps:
        cell = tuple(0 for _ in layer.output.shape)
        found = explain(parts[layer.name], layer, cell)
        assert found
        assert found.computed == layer.output[cell] or math.isnan(found.computed)


def test_every_function_takes_every_number() -> None:
    numbers = np.array([[[0, -0.0, 1e-30, 1e30, -1e30, math.inf, -math.inf, math.nan, 88, -104, 5, -5]]])
    for function in FUNCTION_MODULES:
        whole = nn.Sequential(function, nn.Flatten()).eval()
        seen = trace(whole, numbers.astype(np.float32))
        for cell in np.ndindex(numbers.shape):
            found = explain(anatomy(whole)["0"], seen.layers[0], cell)
            assert found
            # of an infinity torch's vectorised functions make this or that
            assert found.agrees or math.isinf(numbers[cell]), (function, found)


def test_what_cannot_be_explained_says_why() -> None:
    for module, shape, words in (
        (nn.AdaptiveAvgPool2d(2), (1, 5, 5), "different sizes"),
        (nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect"), (1, 5, 5), "mode reflect"),
        (nn.LayerNorm(5), (1, 5, 5), "LayerNorm"),
        (nn.Linear(5, 2), (1, 5, 5), "shape"),
        (nn.PReLU(), (1, 5, 5), "PReLU"),
        (nn.Softmax(2), (1, 5, 5), "over the classes"),
        (nn.BatchNorm2d(1, track_running_stats=False), (1, 5, 5), "keeps no mean"),
    ):
        part, layer = step(module, shape)
        assert words in reason(part, layer)
        assert explain(part, layer, (0, 0, 0)) is None


def test_a_batch_norm_over_sequences_is_not_taken_for_one_over_maps() -> None:
    whole = nn.Sequential(nn.Flatten(2), nn.BatchNorm1d(3), nn.Flatten()).eval()
    layer = trace(whole, image((3, 2, 2))).layers[1]
    assert reason(anatomy(whole)["1"], layer)


def test_a_cell_that_is_not_there() -> None:
    with pytest.raises(IndexError, match="no cell"):
        explain(*step(nn.ReLU(), (1, 2, 2)), (0, 2, 0))

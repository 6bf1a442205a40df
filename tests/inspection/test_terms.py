"""The table of a cell holds the numbers that its result is made of."""

import csv
import io

import numpy as np
import pytest

from desktopcnn.inspection import outline, terms
from desktopcnn.inspection.anatomy import anatomy
from desktopcnn.inspection.arithmetic import explain
from desktopcnn.inspection.explanations import Explanation
from desktopcnn.inspection.outline import activation_after
from desktopcnn.inspection.trace import Trace, trace
from desktopcnn.networks import library, weights

Rows = list[dict[str, str]]


def rows(explanation: Explanation) -> Rows:
    return list(csv.DictReader(io.StringIO("".join(terms.to_csv(explanation)), newline="")))


def values(rows: Rows, quantity: str) -> list[float]:
    return [float(row["value"] or "nan") for row in rows if row["quantity"] == quantity]


def explained(name: str) -> tuple[dict[str, Explanation], Trace]:
    """The middle cell of every layer of that network, for a random picture."""
    (entry,) = [entry for entry in library.shipped() if entry.name == name]
    module = weights.load(entry.path).module
    shape = entry.card.architecture.input_shape
    traced = trace(module, np.random.default_rng(4).random(shape, np.float32))
    parts = anatomy(module)
    stops = outline.of_trace(traced, parts)
    found = {}
    for at, layer in enumerate(traced.steps):
        cell = tuple(size // 2 for size in layer.output.shape)
        behind = activation_after(stops, at)
        after = None if behind is None else (parts[traced.steps[behind].name], traced.steps[behind])
        explanation = explain(parts[layer.name], layer, cell, after=after)
        assert explanation is not None, layer.name
        found[layer.name] = explanation
    return found, traced


def test_a_convolution_adds_up() -> None:
    found, traced = explained("02-two-conv")
    table = rows(found["conv2"])
    assert len(values(table, "input")) == len(values(table, "weight")) == 20 * 25
    np.testing.assert_allclose(
        np.array(values(table, "input")) * values(table, "weight"), values(table, "product"), rtol=1e-6
    )
    (bias,), (result,), (computed,) = (values(table, word) for word in ("bias", "result", "computed"))
    assert sum(values(table, "product")) + bias == pytest.approx(result)
    assert sum(values(table, "sum")) + bias == pytest.approx(result)
    layer = next(step for step in traced.steps if step.name == "conv2")
    assert np.float32(computed) == layer.output[20, 4, 4]
    inputs = [row for row in table if row["quantity"] == "input"]
    for row in inputs[:30]:
        place = int(row["map"]), int(row["row"]), int(row["column"])
        assert np.float32(row["value"]) == layer.input[place]
    assert values(table, "activation") == [pytest.approx(max(result, 0))]


def test_a_dense_unit_says_where_its_inputs_came_from() -> None:
    found, _ = explained("02-two-conv")
    table = rows(found["dense1"])
    np.testing.assert_allclose(
        sum(values(table, "product")) + values(table, "bias")[0], values(table, "result")[0], rtol=1e-5
    )
    assert {row["map"] for row in table if row["quantity"] == "input"} == {""}


def test_a_softmax_divides() -> None:
    found, _ = explained("02-two-conv")
    table = rows(found["softmax"])
    (total,) = values(table, "total")
    np.testing.assert_allclose(np.array(values(table, "exponential")) / total, values(table, "probability"))
    assert values(table, "result")[0] == pytest.approx(values(table, "probability")[5])


@pytest.mark.parametrize("name", ["01-conv", "02-two-conv", "lenet5-1998"])
def test_every_layer_has_a_table_that_ends_in_what_the_network_computed(name: str) -> None:
    found, traced = explained(name)
    for layer in traced.steps:
        table = rows(found[layer.name])
        assert len(table) >= 3, layer.name
        cell = tuple(size // 2 for size in layer.output.shape)
        assert values(table, "computed") == [pytest.approx(float(layer.output[cell]))]
        assert values(table, "result")[0] == pytest.approx(float(layer.output[cell]), rel=1e-4, abs=1e-4)


def test_a_max_pool_is_the_largest_of_its_window() -> None:
    found, _ = explained("02-two-conv")
    table = rows(found["pool1"])
    assert max(values(table, "value")) == pytest.approx(values(table, "result")[0])

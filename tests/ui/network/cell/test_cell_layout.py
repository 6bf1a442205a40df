"""The layouts of all other kinds of cells, by their items."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from desktopcnn.inspection.explanations import (
    Activated,
    Applied,
    Distanced,
    Dropped,
    Explanation,
    Moved,
    Normalised,
    Pooled,
    Softmaxed,
    Weighted,
)
from desktopcnn.ui.network.cell import cell_layout, cell_single
from desktopcnn.ui.network.cell.cell_items import Bar, Curve, Item, Maps, Matrix, Share, Sight, Words, hit

SIGHT = Sight(396, 280)
COMMON: dict[str, Any] = {"cell": (3,), "result": 0.5, "computed": 0.5, "agrees": True}


def pooled(kind: Any, **fields: Any) -> Pooled:
    values = np.array([[0.1, 0.4], [0.3, -0.2]])
    settings: dict[str, Any] = {
        "cell": (1, 2, 3), "result": 0.4, "computed": 0.4, "agrees": True, "kind": kind, "values": values,
        "inside": np.ones((2, 2), bool), "rows": np.array([4, 5]), "columns": np.array([6, 7]),
        "winner": (4, 7) if kind == "maxpool" else None, "total": 0.6, "divisor": 1, "coefficient": 1.0,
        "bias": 0.0,
    } | fields  # fmt: skip
    return Pooled(**settings)


def weighted(inputs: int = 48, maps_shape: tuple[int, int, int] | None = None) -> Weighted:
    generator = np.random.default_rng(2)
    taken, weights = generator.random((2, inputs)).astype(np.float32) - 0.3
    return Weighted(
        **COMMON, inputs=taken, weights=weights, products=taken.astype(float) * weights, bias=-0.7,
        maps_shape=maps_shape,
    )  # fmt: skip


def softmaxed(classes: int = 10, temperature: float = 1.0) -> Softmaxed:
    logits = np.linspace(-4, 5, classes).astype(np.float32)
    shifted = logits / temperature - float((logits / temperature).max())
    grown = np.exp(shifted)
    total = float(grown.sum())
    return Softmaxed(
        **COMMON, logits=logits, temperature=temperature, shifted=shifted, exponentials=grown, total=total,
        probabilities=grown / total, logarithm=False,
    )  # fmt: skip


def distanced(inputs: int = 84) -> Distanced:
    generator = np.random.default_rng(3)
    taken, centre = generator.normal(size=(2, inputs)).astype(np.float32)
    squares = (taken.astype(float) - centre) ** 2
    return Distanced(
        **COMMON, inputs=taken, centre=centre, squares=squares, total=float(squares.sum()),
        shape=(12, 7) if inputs == 84 else None,
    )  # fmt: skip


ALL: dict[str, Explanation] = {
    "max": pooled("maxpool"),
    "average": pooled("avgpool", divisor=4),
    "subsampling": pooled("subsampling", coefficient=0.5, activation=Activated("tanh", 0.38, 0.38)),
    "dense": weighted(),
    "dense on maps": weighted(48, (3, 4, 4)),
    "wide dense": weighted(2000, (125, 4, 4)),
    "softmax": softmaxed(),
    "softmax of 1000": softmaxed(1000),
    "distance": distanced(),
    "distance of 10": distanced(10),
    "norm": Normalised(**COMMON, value=1.5, mean=1.0, variance=0.25, epsilon=1e-5, weight=2.0, bias=-1.5),
    "activation": Applied(**COMMON, function="sigmoid", value=0.0),
    "scaled tanh": Applied(**COMMON, function="scaled tanh", value=-9.0),
    "dropout": Dropped(**COMMON, value=0.5, probability=0.5, kept=1.0),
    "flatten": Moved(**COMMON, source=(1, 2, 3)),
}


def lay_out(e: Explanation, sight: Sight = SIGHT) -> list[Item]:
    return cell_layout.explained(e, sight, {})


def texts(items: list[Item]) -> list[str]:
    return [item.text for item in items if isinstance(item, Words)]


@pytest.mark.parametrize("size", [(396, 280), (950, 550)], ids=["compact", "large"])
@pytest.mark.parametrize("e", ALL.values(), ids=ALL)
def test_everything_lies_in_its_room(e: Explanation, size: tuple[float, float]) -> None:
    room = QRectF(-1, -1, size[0] + 2, size[1] + 2)
    for item in lay_out(e, Sight(*size)):
        assert room.contains(item.target() if isinstance(item, Maps) else item.area), item


@pytest.mark.parametrize("e", ALL.values(), ids=ALL)
def test_each_says_what_the_network_computed(e: Explanation) -> None:
    words = texts(lay_out(e))
    assert any(text.startswith("network: ") for text in words)
    assert any("agrees" in text for text in words)


def test_the_winner_of_a_max_pool_is_marked() -> None:
    items = lay_out(ALL["max"])
    (window,) = (item for item in items if isinstance(item, Matrix))
    assert window.marked == (0, 1)
    assert "max(0.100, 0.400, 0.300, −0.200) = 0.400" in texts(items)
    assert window.tip(0, 1) == "row 4, column 7: 0.400"


def test_an_average_has_its_sum_and_divisor() -> None:
    assert "Σ a ÷ 4 = 0.600 ÷ 4 = 0.400" in texts(lay_out(ALL["average"]))


def test_subsampling_has_its_coefficient_and_the_activation_behind_it() -> None:
    words = texts(lay_out(ALL["subsampling"]))
    assert "z = c · Σ a + b = 0.500 · 0.600 + 0 = 0.400" in words
    assert "a = tanh(z) = tanh(0.400) = 0.380" in words


def test_the_strongest_contributions_and_the_rest_add_up_to_the_sum() -> None:
    e = weighted()
    bars = [item for item in lay_out(e) if isinstance(item, Bar)]
    strongest = [bar.value for bar in bars[:-2]]
    assert np.abs(strongest) == pytest.approx(np.sort(np.abs(e.products))[::-1][: len(strongest)])
    assert sum(bar.value for bar in bars) == pytest.approx(float(e.products.sum()) + e.bias)


def test_inputs_that_were_maps_are_shown_as_maps() -> None:
    e = weighted(48, (3, 4, 4))
    inputs, weights, products = (item for item in lay_out(e) if isinstance(item, Maps))
    assert np.array_equal(inputs.values, e.inputs.reshape(3, 4, 4))
    assert np.array_equal(weights.values * inputs.values, products.values.astype(np.float32))
    assert products.tip(2, 3, 1).startswith("map 2, row 3, column 1\nw · a =")
    target = inputs.target()
    found = hit([inputs], target.topLeft() + QRectF(2, 2, 0, 0).topLeft())
    assert found
    assert found.tip.startswith("map 0, row 0, column 0")
    assert not [item for item in lay_out(weighted()) if isinstance(item, Maps)]


def test_a_softmax_is_a_table_of_all_classes() -> None:
    e = softmaxed()
    items = lay_out(e, Sight(396, 280, classes=tuple("ABCDEFGHIJ")))
    shares = [item.value for item in items if isinstance(item, Share)]
    assert shares == pytest.approx(list(e.probabilities))
    assert set("ABCDEFGHIJ") <= set(texts(items))


def test_of_many_classes_the_most_probable_are_shown_and_the_others_counted() -> None:
    e = softmaxed(1000)
    items = lay_out(e)
    shares = [item.value for item in items if isinstance(item, Share)]
    assert shares == pytest.approx(list(e.probabilities[-len(shares) :]))
    assert f"{1000 - len(shares)} more" in texts(items)


def test_another_temperature_is_told_from_the_networks() -> None:
    words = texts(lay_out(softmaxed(temperature=2.0)))
    assert "network, at temperature 1: 0.500" in words
    assert not any("agrees" in text for text in words)
    assert "z/T − max" in words


def test_a_digit_stands_beside_the_input_in_its_shape() -> None:
    e = distanced()
    taken, centre, squares = (item for item in lay_out(e) if isinstance(item, Matrix))
    assert taken.values.shape == centre.values.shape == squares.values.shape == (12, 7)
    assert taken.scale == centre.scale
    assert (squares.values.ravel() == e.squares).all()
    assert "(a − c)²" in squares.tip(1, 2)
    assert squares.tip(1, 2).startswith("input 9")


def test_a_batch_norm_has_its_four_numbers_and_steps() -> None:
    words = texts(lay_out(ALL["norm"]))
    assert {"1.000", "0.250", "2.000", "−1.500", "1·10⁻⁵"} <= set(words)
    assert "y = 2.000 · 0.500 ÷ 0.500 − 1.500 = 0.500" in words


def test_an_activation_is_a_point_on_its_curve() -> None:
    (curve,) = (item for item in lay_out(ALL["activation"]) if isinstance(item, Curve))
    assert curve.dot == (0.0, 0.5)
    assert curve.y[len(curve.y) // 2] == 0.5
    (far,) = (item for item in lay_out(ALL["scaled tanh"]) if isinstance(item, Curve))
    assert float(far.x.min()) <= -9


def test_dropout_says_what_it_would_do_in_training() -> None:
    words = texts(lay_out(ALL["dropout"]))
    assert "Does nothing now: it drops values in training only." in words
    assert "in training, kept (50%): value ÷ 0.5" in words
    assert "1.000" in words


def test_flatten_says_where_a_value_comes_from() -> None:
    assert "unit 3 is map 1, row 2, column 3: 0.500" in texts(lay_out(ALL["flatten"]))


def test_a_pixel_is_shown_among_its_neighbours() -> None:
    image = np.arange(784, dtype=np.float32).reshape(1, 28, 28)
    items = cell_single.pixel(image, (0, 0, 27), SIGHT)
    (around,) = (item for item in items if isinstance(item, Matrix))
    assert around.marked == (4, 4)
    assert around.values[4, 4] == 27
    assert around.inside is not None
    assert around.inside.sum() == 25
    assert around.tip(0, 0) == ""
    assert "channel 0, row 0, column 27: 27.00" in texts(items)


def test_a_note_is_broken_into_lines() -> None:
    items = cell_layout.saying("word " * 40, SIGHT)
    assert len(items) > 2
    assert " ".join(texts(items)).split() == ["word"] * 40

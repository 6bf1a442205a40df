"""All weights of a layer as one picture."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktopcnn.inspection import sheet
from desktopcnn.inspection.part import Array, Kind, Part
from desktopcnn.inspection.sheet import Plan
from desktopcnn.inspection.tiles import GAP, STEPS
from desktopcnn.networks import stylised

small = st.integers(1, 5)
plans = st.builds(Plan, st.integers(1, 12), small, small, small, st.integers(1, 12), st.integers(0, 3))


def part(kind: Kind, connections: tuple[tuple[int, ...], ...] | None = None, **weights: Array) -> Part:
    return Part("layer", kind, "Layer", weights=weights, connections=connections)


def counting(*shape: int) -> Array:
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape) - 7


@given(plans)
def test_every_weight_lies_where_the_picture_is_asked(plan: Plan) -> None:
    shape = (plan.rows, plan.columns, plan.height, plan.width)
    values = np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)
    order = np.random.default_rng(0).permutation(plan.rows)
    shown = sheet.Sheet(values, np.ones(shape[:2], np.float32), order, np.zeros(plan.rows, np.bool_))
    picture = sheet.picture(shown, plan)
    assert picture.shape == plan.size
    seen = set()
    for y, x in np.ndindex(picture.shape):
        found = plan.weight_at(x, y)
        if found is None:
            assert picture[y, x] == GAP
            continue
        place, channel, row, column = found
        seen.add(found)
        left, top = plan.corner(place, channel)
        assert (left + column, top + row) == (x, y)
        value = values[order[place], channel, row, column]
        assert picture[y, x] == pytest.approx((value + 1) / 2 * STEPS, abs=1)
    assert len(seen) == values.size


@given(plans, st.data())
def test_a_step_and_the_step_back_end_where_they_began_or_at_an_edge(plan: Plan, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, plan.rows - 1)), data.draw(st.integers(0, plan.columns - 1))
    for step in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        there = plan.neighbour(*place, *step)
        assert 0 <= there[0] < plan.rows
        assert 0 <= there[1] < plan.columns
        if there != place:
            assert plan.neighbour(*there, -step[0], -step[1]) == place
            (x, y), (left, top) = plan.corner(*there), plan.corner(*place)
            assert (np.sign(y - top), np.sign(x - left)) == step


def test_a_kernel_that_does_not_exist_is_empty_and_zero_is_the_middle() -> None:
    weights = np.zeros((2, 2, 3, 3), np.float32)
    weights[0, 0, 0, 0] = -4
    layer = part("conv", ((0,), (0, 1)), weight=weights)
    shown = sheet.sheet(layer, None, np.arange(2))
    assert np.isnan(shown.values[0, 1]).all()
    picture = sheet.picture(shown, Plan(2, 2, 3, 3))
    assert (picture[:3, 4:] == GAP).all()
    assert picture[0, 0] == 0
    assert (picture[4:, :3] == STEPS // 2).all()


@pytest.mark.parametrize(
    ("layer", "maps", "shape"),
    [
        (part("conv", weight=counting(6, 3, 1, 1)), None, (6, 3, 1, 1)),
        (part("conv", weight=counting(2, 3, 5, 7)), None, (2, 3, 5, 7)),
        (part("dense", weight=counting(4, 12)), (3, 2, 2), (4, 3, 2, 2)),
        (part("dense", weight=counting(4, 12)), (3, 2, 9), (4, 12, 1, 1)),
        (part("dense", weight=counting(4, 12)), (12, 1, 1), (4, 12, 1, 1)),
        (part("dense", weight=counting(4, 12)), None, (4, 12, 1, 1)),
        (part("rbf", centres=stylised.codes()), None, (10, 1, 12, 7)),
        (part("rbf", centres=counting(4, 6)), None, (4, 6, 1, 1)),
    ],
    ids=lambda value: value.kind if isinstance(value, Part) else str(value),
)
def test_weights_are_pictures_where_they_look_at_pictures(
    layer: Part, maps: tuple[int, ...] | None, shape: tuple[int, ...]
) -> None:
    found = sheet.weights(layer, maps)
    assert found.shape == shape
    assert np.array_equal(found.ravel(), next(iter(layer.weights.values())).ravel())


def test_colours_end_at_the_largest_of_a_kernel_a_layer_or_the_network() -> None:
    values = np.array([[[[1, -2]], [[0, 0]]], [[[5, 3]], [[np.nan, np.nan]]]], np.float32)
    assert sheet.scales(values, "kernel").tolist() == [[2, 1], [5, 1]]
    assert (sheet.scales(values, "layer") == 5).all()
    assert (sheet.scales(values, "network", 9) == 9).all()


def test_a_matrix_has_a_scale_for_each_unit() -> None:
    assert sheet.scales(counting(2, 10)[..., None, None], "kernel")[:, 0].tolist() == [7, 12]


def test_the_largest_weight_and_the_largest_change_of_a_network() -> None:
    def network(factor: float) -> Mapping[str, Part]:
        return {
            "conv": part("conv", weight=factor * counting(2, 1, 2, 2)),
            "dense": part("dense", weight=factor * np.array([[1, -9]], np.float32)),
            "norm": part("batchnorm", weight=np.full(2, 99, np.float32)),
        }

    assert sheet.largest_of(network(1)) == 9
    assert sheet.largest_of(network(1), network(0.5)) == 4.5
    assert sheet.largest_of({}) == 0


def test_what_training_added_is_the_difference() -> None:
    now, first = (part("conv", weight=factor * counting(3, 2, 2, 2)) for factor in (3, 1))
    added = sheet.sheet(now, None, np.arange(3), first=first)
    assert np.array_equal(added.values, 2 * counting(3, 2, 2, 2))
    assert np.array_equal(sheet.sheet(now, None, np.arange(3)).values, 3 * counting(3, 2, 2, 2))


def test_dead_maps_are_known_and_centres_are_never_dead() -> None:
    weights = counting(3, 2, 2, 2)
    weights[1] = 0
    assert sheet.sheet(part("conv", weight=weights), None, np.arange(3)).dead.tolist() == [False, True, False]
    assert not sheet.sheet(part("rbf", centres=stylised.codes()), None, np.arange(10)).dead.any()


def test_orders_are_those_of_the_kernels() -> None:
    layer = part("conv", weight=np.array([1, 3, 2], np.float32).reshape(3, 1, 1, 1))
    output = np.array([5, 0, -9], np.float32).reshape(3, 1, 1)
    assert sheet.order(layer, output, "index").tolist() == [0, 1, 2]
    assert sheet.order(layer, output, "norm").tolist() == [1, 2, 0]
    assert sheet.order(layer, output, "response").tolist() == [2, 0, 1]
    assert sheet.order(part("rbf", centres=stylised.codes()), None, "norm").tolist() == list(range(10))


@pytest.mark.parametrize(
    "shape", [(20, 1, 5, 5), (40, 20, 5, 5), (512, 64, 3, 3), (10, 100, 1, 1), (1, 1, 1, 1)]
)
def test_no_other_arrangement_shows_the_whole_larger(shape: tuple[int, int, int, int]) -> None:
    width, height = 250, 200

    def zoom(plan: Plan) -> float:
        down, across = plan.size
        return min(width / across, height / down)

    chosen = sheet.plan(shape, width, height)
    apart = 1 if shape[1] > 1 else 0
    assert zoom(chosen) == max(zoom(Plan(*shape, across, apart)) for across in range(1, shape[0] + 1))


def test_a_long_picture_is_as_wide_as_fits_at_the_least_size() -> None:
    chosen = sheet.plan((512, 3, 3, 3), 250, 200, least=2)
    assert chosen.size[1] * 2 <= 250 < chosen.size[1] * 2 * (chosen.across + 1) / chosen.across
    assert sheet.plan((40, 20, 5, 5), 50, 50, least=2).across == 1


def test_rows_beyond_the_largest_picture_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_PIXELS", 1000)
    chosen = sheet.plan((512, 3, 3, 3), 250, 200)
    assert chosen.rows == 1000 // (3 * 4 * 4)
    values = counting(512, 3, 3, 3)
    shown = sheet.Sheet(values, sheet.scales(values, "layer"), np.arange(512), np.zeros(512, np.bool_))
    assert sheet.picture(shown, chosen).size < 1200

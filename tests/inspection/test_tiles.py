"""The mosaic: that every value is in its place, and that a click finds it again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktopcnn.inspection.tiles import (
    GAP,
    STEPS,
    Grid,
    Per,
    fit,
    grey_levels,
    largest_in,
    mosaic,
    scale,
    span,
    thinned,
    unflattened,
)

grids = st.builds(
    Grid, st.integers(1, 9), st.integers(1, 4), st.integers(1, 4), st.integers(1, 9), st.integers(0, 2)
).filter(lambda grid: grid.columns <= grid.maps)


@given(grids)
@settings(deadline=None)
def test_every_cell_is_where_a_click_finds_it(grid: Grid) -> None:
    values = np.arange(grid.maps * grid.height * grid.width, dtype=np.float32) % STEPS
    values = values.reshape(grid.maps, grid.height, grid.width)
    picture = mosaic(values, grid, 0, STEPS)
    assert picture.shape == grid.size
    assert picture.flags.c_contiguous
    found = {}
    for y in range(-1, grid.size[0] + 2):
        for x in range(-1, grid.size[1] + 2):
            cell = grid.cell_at(x, y)
            inside = 0 <= y < grid.size[0] and 0 <= x < grid.size[1]
            if cell is None:
                assert not inside or picture[y, x] == GAP
            else:
                assert inside
                assert picture[y, x] == values[cell]
                found[cell] = (y, x)
    assert len(found) == values.size


def test_low_and_high_are_the_ends_of_the_map() -> None:
    grid = Grid(1, 1, 5, 1, 0)
    values = np.array([-1.0, 0.0, 1.0, 3.0, np.nan], np.float32).reshape(1, 1, 5)
    assert mosaic(values, grid, -1, 1)[0].tolist() == [0, 127, 254, 254, GAP]
    assert mosaic(np.zeros((1, 1, 5), np.float32), grid, 0, 0)[0].tolist() == [0] * 5


@given(st.integers(1, 200), st.integers(1, 30), st.integers(1, 30), st.floats(10, 2000), st.floats(10, 2000))
@settings(deadline=None, max_examples=60)
def test_no_other_grid_is_larger(maps: int, rows: int, columns: int, width: float, height: float) -> None:
    def zoom(grid: Grid) -> float:
        return min(width / grid.size[1], height / grid.size[0])

    chosen = fit((maps, rows, columns), width, height)
    assert (chosen.maps, chosen.height, chosen.width) == (maps, rows, columns)
    assert chosen.columns * chosen.rows >= maps
    for number in range(1, maps + 1):
        assert zoom(chosen) >= zoom(Grid(maps, rows, columns, number, chosen.gap)) - 1e-9


def test_a_vector_has_no_gaps_and_a_square_place_makes_a_square() -> None:
    grid = fit((100,), 300, 300)
    assert (grid.gap, grid.columns, grid.size) == (0, 10, (10, 10))
    assert fit((20, 24, 24), 500, 125).columns == 10
    assert fit((1, 28, 28), 10, 10).size == (28, 28)


def test_span_looks_at_numbers_only() -> None:
    assert span(np.array([3, -2, np.nan, np.inf, -np.inf], np.float32)) == (-2, 3)
    assert span(np.array([np.nan], np.float32)) == (0, 1)


def test_grey_levels() -> None:
    frame = np.array([[-1, 0, 0.5, 1, 2]], np.float32)
    assert grey_levels(frame).tolist() == [[0, 0, 128, 255, 255]]
    assert grey_levels(frame.T).flags.c_contiguous


@pytest.mark.parametrize(
    ("x", "y", "cell"),
    [(0, 0, (0, 0, 0)), (2, 0, None), (3, 1, (1, 1, 0)), (0, 3, (2, 0, 0)), (3, 3, None)],
)
def test_cells_by_hand(x: int, y: int, cell: tuple[int, int, int] | None) -> None:
    assert Grid(3, 2, 2, 2, 1).cell_at(x, y) == cell


def test_the_columns_can_be_given() -> None:
    assert fit((784,), 500, 100, unflattened((1, 28, 28))).columns == 28
    assert fit((2880,), 60, 150, unflattened((20, 12, 12))).columns % 12 == 0


def test_each_map_can_have_a_scale_of_its_own() -> None:
    values = np.array([[[0, 1], [2, 4]], [[10, 20], [30, 50]]], np.float32)
    scaled = scale(values, "map")
    assert [scaled.of(0), scaled.of(1)] == [(0, 4), (10, 50)]
    picture = mosaic(values, Grid(2, 2, 2, 2, 0), scaled.low, scaled.high)
    assert picture[1].tolist() == [127, 254, 127, 254]
    assert picture[0, [0, 2]].tolist() == [0, 0]


@pytest.mark.parametrize("per", ["layer", "map", "network"])
def test_zero_is_in_the_middle_where_there_are_values_below_it(per: Per) -> None:
    values = np.array([[[-1, 0]], [[0, 3]]], np.float32)
    scaled = scale(values, per, largest=8)
    assert scaled.signed
    assert (scaled.low == -scaled.high).all()
    assert scaled.of(1)[1] == {"layer": 3, "map": 3, "network": 8}[per]
    assert scaled.of(0)[1] == {"layer": 3, "map": 1, "network": 8}[per]
    positive = scale(values + 2, per, largest=8)
    assert not positive.signed
    assert positive.of(0) == {"layer": (1, 5), "map": (1, 2), "network": (0, 8)}[per]


def test_the_scale_of_a_map_leaves_out_what_is_no_number() -> None:
    values = np.array([[[np.nan, 2, 3]], [[np.inf, 4, 4]], [[np.nan, np.nan, np.nan]]], np.float32)
    scaled = scale(values, "map")
    assert [scaled.of(number) for number in range(3)] == [(2, 3), (4, 4), (0, 1)]
    assert largest_in([values, np.array([-7.0], np.float32)]) == 7


@pytest.mark.parametrize("step", [1, 2, 5])
def test_thinned_maps_keep_the_place_of_their_cells(step: int) -> None:
    values = np.arange(2 * 9 * 7, dtype=np.float32).reshape(2, 9, 7)
    assert thinned(values, step)[1, 1, 1] == values[1, step, step]
    assert thinned(values[0, 0], step).size == 7

"""The table of architectures: the rungs of the ladder as the book has them."""

import math

import pytest

from desktopcnn.errors import UsageError
from desktopcnn.networks.catalog import C3_TABLE, CATALOG, ROWS, SQUASH, find


def test_every_row_is_there_under_its_name() -> None:
    assert [row[0] for row in ROWS] == list(CATALOG)
    for name, architecture in CATALOG.items():
        assert find(name) is architecture
        assert architecture.name == name
        assert architecture.title


@pytest.mark.parametrize(
    ("name", "parameters", "multiply_adds"),
    [
        ("00-dense", 79_510, 79_400),
        ("01-conv", 520 + 288_100 + 1_010, 288_000 + 288_000 + 1_000),
        ("02-two-conv", 520 + 20_040 + 64_100 + 1_010, 288_000 + 1_280_000 + 64_000 + 1_000),
    ],
)
def test_the_rungs_cost_what_one_counts_by_hand(name: str, parameters: int, multiply_adds: int) -> None:
    assert CATALOG[name].parameters == parameters
    assert CATALOG[name].multiply_adds == multiply_adds
    assert (CATALOG[name].input_shape, CATALOG[name].output_shape) == ((1, 28, 28), (10,))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        (
            "lenet5-1998",
            {"conv1": 156, "sub1": 12, "conv2": 1_516, "sub2": 32, "conv3": 48_120, "dense1": 10_164},
        ),
        ("lenet5", {"conv1": 156, "conv2": 2_416, "conv3": 48_120, "dense1": 10_164, "dense2": 850}),
    ],
)
def test_lenet5_has_the_parameters_of_the_paper(name: str, parameters: dict[str, int]) -> None:
    assert {row.name: row.parameters for row in CATALOG[name].rows if row.parameters} == parameters


def test_lenet5_of_1998_is_that_of_the_paper() -> None:
    """LeCun et al. 1998, section II.B: sizes of the maps, and connections with the biases counted."""
    rows = {row.name: row for row in CATALOG["lenet5-1998"].rows}
    named = ("conv1", "sub1", "conv2", "sub2", "conv3", "dense1", "rbf1")
    assert [rows[name].output_shape for name in named] == [
        (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120, 1, 1), (84,), (10,)
    ]  # fmt: skip
    connections = {
        name: row.multiply_adds + math.prod(row.output_shape)
        for name, row in rows.items()
        if name.startswith("conv")
    }
    assert connections == {"conv1": 122_304, "conv2": 151_600, "conv3": 48_120}
    assert CATALOG["lenet5-1998"].parameters == 60_000
    weighted = [place for place, row in enumerate(rows.values()) if row.parameters]
    assert {row.layer for place, row in enumerate(rows.values()) if place - 1 in weighted} == {SQUASH}


def test_every_map_of_s2_goes_into_ten_maps_of_c3() -> None:
    seen = [place for row in C3_TABLE for place in row]
    assert [seen.count(place) for place in range(6)] == [10] * 6
    assert sorted(map(len, C3_TABLE)) == [3] * 6 + [4] * 9 + [6]
    assert len(set(C3_TABLE)) == 16


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no architecture called '99'\. Known: 00-dense, 01-conv"):
        find("99")

"""The table of architectures: the rungs of the ladder as the book has them."""

import pytest

from desktopcnn.errors import UsageError
from desktopcnn.networks.catalog import CATALOG, ROWS, find


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


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no architecture called '99'\. Known: 00-dense, 01-conv"):
        find("99")

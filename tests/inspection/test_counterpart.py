"""Which cell of one layer corresponds to a cell of another."""

import pytest

from desktopcnn.inspection.counterpart import counterpart
from desktopcnn.inspection.outline import INPUT, Outline, of_architecture
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import Activation, Convolution, Dense, Flatten, MaxPool

OUTLINE: Outline = of_architecture(
    Architecture(
        "tiny",
        "Tiny",
        (1, 28, 28),
        (Convolution(6, 5), Activation("relu"), MaxPool(3, 2), Convolution(3, 4), Flatten(), Dense(10)),
    )
)
CONV, RELU, POOL, SECOND, FLATTEN, DENSE, SOFTMAX = range(7)


@pytest.mark.parametrize(
    ("index", "cell", "at", "found"),
    [
        (CONV, (5, 1, 4), RELU, (5, 1, 4)),
        (RELU, (5, 1, 4), POOL, (5, 0, 2)),
        (POOL, (5, 0, 2), RELU, (5, 0, 4)),
        (RELU, (5, 23, 23), POOL, (5, 10, 10)),
        (CONV, (2, 12, 6), SECOND, (2, 4, 2)),
        (CONV, (5, 12, 6), SECOND, None),
        (INPUT, (0, 27, 14), CONV, (0, 23, 12)),
        (CONV, (3, 12, 6), INPUT, None),
        (SECOND, (1, 2, 3), FLATTEN, None),
        (DENSE, (7,), SOFTMAX, (7,)),
        (FLATTEN, (7,), DENSE, None),
    ],
)
def test_a_cell_has_its_counterpart(
    index: int, cell: tuple[int, ...], at: int, found: tuple[int, ...] | None
) -> None:
    assert counterpart(OUTLINE, index, cell, at) == found

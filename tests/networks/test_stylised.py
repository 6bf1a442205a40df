"""The stylised digits: that they are pictures of 12 by 7, and lie well apart."""

from itertools import combinations

import numpy as np

from desktopcnn.networks.stylised import COLUMNS, DIGITS, ROWS, codes

LEAST = 22
"""Cells in which the two most similar ones differ: `losses.RUBBISH` is chosen after it."""


def test_ten_pictures_of_ink_and_paper() -> None:
    assert len(DIGITS) == 10
    for digit in DIGITS:
        assert len(digit) == ROWS
        assert {len(row) for row in digit} == {COLUMNS}
        assert set("".join(digit)) == {"#", "."}


def test_codes_are_the_pictures_row_by_row() -> None:
    assert (codes().shape, codes().dtype) == ((10, 84), np.float32)
    for code, digit in zip(codes(), DIGITS, strict=True):
        assert "".join("#" if value == 1 else "." for value in code) == "".join(digit)
    assert np.unique(codes()).tolist() == [-1, 1]


def test_any_two_lie_well_apart() -> None:
    distances = {
        pair: int((codes()[pair[0]] != codes()[pair[1]]).sum()) for pair in combinations(range(10), 2)
    }
    assert min(distances.values()) == LEAST
    assert distances[1, 8] > distances[3, 8], "what looks alike is nearer"

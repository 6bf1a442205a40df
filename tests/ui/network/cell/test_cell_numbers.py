"""Numbers as they are written."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktopcnn.ui.network.cell.cell_numbers import (
    MINUS,
    digits,
    figures,
    number,
    power_of_ten,
    signed,
    summed,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.31, "−0.310"), (0.28349, "0.283"), (12.345, "12.35"), (123.45, "123.5"),
        (1234.5, "1,234"), (3.1e-5, "3.1·10⁻⁵"), (-2.5e7, "−2.5·10⁷"), (float("nan"), "nan"),
        (float("-inf"), "−inf"),
    ],
)  # fmt: skip
def test_a_number_has_few_figures_and_a_real_minus(value: float, text: str) -> None:
    assert number(value) == text


def test_a_summand_has_its_sign_apart() -> None:
    assert [signed(0.5), signed(-0.5)] == ["+ 0.500", "− 0.500"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.00312, "0.00312"), (-0.0369, "−0.0369"), (0.283, "0.283"), (12.345, "12.35"), (3.1e-5, "3.1·10⁻⁵")],
)
def test_what_stands_alone_has_three_figures_at_least(value: float, text: str) -> None:
    assert figures(value) == text


@pytest.mark.parametrize(
    ("summands", "text"),
    [
        ((0.5584, -0.0368), "0.5584 − 0.0368 = 0.5216"),
        ((0.5, -0.25), "0.500 − 0.250 = 0.250"),
        ((0.00312, -0.01411), "0.0031 − 0.0141 = −0.0110"),
        ((0.0, 0.014), "0 + 0.0140 = 0.0140"),
        ((1234.0, 12.0), "1,234 + 12 = 1,246"),
        ((2e-5, 3e-5), "2.0·10⁻⁵ + 3.0·10⁻⁵ ≈ 5.0·10⁻⁵"),
        ((math.nan, 1.0), "nan + 1.000 ≈ nan"),
    ],
)
def test_a_sum_adds_up_as_it_is_written(summands: tuple[float, float], text: str) -> None:
    assert summed(*summands, sum(summands)) == text


@given(*[st.floats(-100, 100)] * 2)
def test_every_written_equals_sign_is_true(first: float, second: float) -> None:
    left, sign, right = summed(first, second, first + second).rpartition(" = ")
    if sign:
        a, operator, b = left.replace(MINUS, "-").split()
        b = b if operator == "+" else f"-{b}"
        assert Decimal(a) + Decimal(b) == Decimal(right.replace(MINUS, "-"))


@pytest.mark.parametrize(
    ("values", "texts", "factor"),
    [
        ([0.31, -0.05, 0], ["0.31", "−0.05", "0"], ""),
        ([12.34, -0.01], ["12.3", "0.0"], ""),
        ([250.0, 3.0], ["250", "3"], ""),
        ([0.031, -0.002], ["3.10", "−0.20"], " ×10⁻²"),
        ([4321.0, 12.0], ["4.32", "0.01"], " ×10³"),
        ([0, 0], ["0", "0"], ""),
        ([1, -1], ["1", "−1"], ""),
        ([np.nan, 0.5], ["", "0.50"], ""),
    ],
)
def test_all_values_of_a_matrix_are_written_alike(values: list[float], texts: list[str], factor: str) -> None:
    written = digits(np.array(values))
    assert [written.text(value) for value in values] == texts
    assert written.factor == factor


def test_the_short_form_leaves_the_zero_out() -> None:
    written = digits(np.array([0.9]))
    assert [written.text(value, short=True) for value in (-0.31, 0.31, 0)] == ["−.31", ".31", "0"]


def test_powers_of_ten() -> None:
    assert power_of_ten(-12) == "10⁻¹²"

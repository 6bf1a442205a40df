"""Numbers as people read them: a real minus sign, fixed decimals, few figures."""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

MINUS = "−"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALLEST, LARGEST = 0.0005, 1e6
"""Numbers outside are written with a power of ten."""
SMALL, LARGE = 0.095, 1000.0
"""A matrix whose largest value lies outside is written with a power of ten in its caption."""


def number(value: float) -> str:
    """0.283, −12.35, 1,234 and 3.1·10⁻⁵: three decimals, fewer for large values."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value).replace("-", MINUS)
    size = abs(value)
    if not SMALLEST <= size < LARGEST:
        digits, power = f"{size:.1e}".split("e")
        text = f"{digits}·{power_of_ten(int(power))}"
    else:
        text = f"{size:,.{min(_decimals(size), 3)}f}"
    return MINUS + text if value < 0 else text


def figures(value: float) -> str:
    """As `number`, but with three figures at least: 0.00312. For what stands alone, not in a column."""
    size = abs(value)
    if not SMALLEST <= size < 1:
        return number(value)
    return f"{MINUS if value < 0 else ''}{size:.{_decimals(size)}f}"


def signed(value: float) -> str:
    """The value as a summand behind another one: "+ 0.310" or "− 0.310"."""
    return f"{MINUS if value < 0 else '+'} {figures(abs(value))}"


def summed(first: float, second: float, total: float) -> str:
    """0.5584 − 0.0368 = 0.5216: two summands and their sum, written so that it can be checked by hand."""
    largest = max(abs(first), abs(second), abs(total))
    if SMALLEST <= largest < LARGEST:
        # each rounded by itself, they may miss each other by one in the last place (0.558 − 0.037 = 0.522):
        # so all take the first number of decimals at which what is written adds up, rarely more than one more
        least = _decimals(largest)
        for decimals in range(least, least + 4):
            a, b, c = (Decimal(f"{value:.{decimals}f}") for value in (first, second, total))
            if a + b == c:
                sign = MINUS if b < 0 else "+"
                return f"{_plain(a)} {sign} {_plain(abs(b))} = {_plain(c)}"
    return f"{figures(first)} {signed(second)} ≈ {figures(total)}"


def _decimals(size: float) -> int:
    """So many that a value of that size has four figures, or three below 1."""
    power = math.floor(math.log10(size))
    return max((2 if power < 0 else 3) - power, 0)


def _plain(value: Decimal) -> str:
    """Its decimals as they are; 0 for zero, of either sign."""
    return f"{MINUS if value < 0 else ''}{abs(value):,f}" if value else "0"


def power_of_ten(exponent: int) -> str:
    """10⁻²"""
    return "10" + str(exponent).translate(SUPERSCRIPTS)


@dataclass(frozen=True)
class Digits:
    """How all values of one matrix are written: divided by 10 to the `exponent`, with so many decimals."""

    exponent: int
    decimals: int

    @property
    def unit(self) -> float:
        """What the values are divided by."""
        return float(10**self.exponent)

    @property
    def factor(self) -> str:
        """What stands in the caption: " ×10⁻²", or nothing."""
        return f" ×{power_of_ten(self.exponent)}" if self.exponent else ""

    def text(self, value: float, short: bool = False) -> str:
        """0.31, −0.31 and 0; short: without the zero before the point (−.31). "" for what is no number."""
        if not math.isfinite(value):
            return ""
        if value == 0:
            return "0"
        text = f"{abs(value) / self.unit:.{self.decimals}f}"
        if short and text.startswith("0."):
            text = text[1:]
        return MINUS + text if value < 0 and text.strip("0.") else text


def digits(values: npt.NDArray[np.floating[Any]]) -> Digits:
    """The writing that suits the largest of the values: three figures for it. Whole numbers stay whole."""
    finite = np.abs(values[np.isfinite(values)])
    largest = float(finite.max()) if finite.size else 0.0
    if largest < LARGE and (finite == np.round(finite)).all():
        return Digits(0, 0)
    if largest == 0 or SMALL <= largest < LARGE:
        return Digits(0, 2 if largest < 9.95 else 1 if largest < 99.5 else 0)
    exponent = math.floor(math.log10(largest))
    exponent -= exponent % (2 if largest < 1 else 3)
    return Digits(exponent, digits(np.array([largest / 10**exponent])).decimals)

"""An axis with few, readable ticks: one level, thousands grouped, powers of ten as such."""

import math

import pyqtgraph as pg

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
APART = {"left": 26, "bottom": 44}
"""Pixels between two ticks at least."""
Level = tuple[float | None, list[float]]


class Axis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Its names are those that pyqtgraph calls."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.suffix = ""
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, tickAlpha=255, autoExpandTextSpace=False, autoReduceTextSpace=False)
        self.setStyle(hideOverlappingLabels=False)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[Level]:  # noqa: N803
        low, high = min(minVal, maxVal), max(minVal, maxVal)
        if self.logMode:
            return [(None, log_ticks(low, high))]
        return [linear_ticks(low, high, size / APART[self.orientation])]

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        if self.logMode:
            return [power(value) + self.suffix for value in values]
        places = max(0, math.ceil(-math.log10((spacing or 1.0) * scale) - 1e-9))
        return [f"{value * scale:,.{places}f}{self.suffix}" for value in values]


def linear_ticks(low: float, high: float, most: float) -> tuple[float, list[float]]:
    """Distance (1, 2 or 5 times a power of ten) and places of about `most` ticks at the most."""
    least = (high - low) / max(most, 1.0)
    if not 0 < least < math.inf:
        return 1.0, []
    unit = 10.0 ** math.floor(math.log10(least))
    spacing = next(unit * digit for digit in (1, 2, 5, 10) if unit * digit >= least * (1 - 1e-9))
    first, last = math.ceil(low / spacing - 1e-6), math.floor(high / spacing + 1e-6)
    return spacing, [spacing * number for number in range(first, last + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Places of ticks, as powers of ten, between two powers of ten."""
    span = high - low
    digits = (1,) if span > 2.2 else (1, 2, 5) if span > 0.7 else tuple(range(1, 10))
    step = max(1, math.ceil(span / 7))
    decades = range(step * math.floor(low / step), math.ceil(high) + 1, step)
    ticks = [decade + math.log10(digit) for decade in decades for digit in digits]
    ticks = [tick for tick in ticks if low <= tick <= high]
    return ticks if len(ticks) >= 2 else [low + span * share for share in (0.1, 0.5, 0.9)]


def power(exponent: float) -> str:
    """Ten to that power, in a few letters."""
    value = 10**exponent
    if 1e-3 <= value < 1e5:
        return f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
    whole = math.floor(exponent + 1e-9)
    digit = f"{value / 10**whole:.2g}"
    return ("" if digit == "1" else f"{digit}·") + "10" + str(whole).translate(SUPERSCRIPTS)

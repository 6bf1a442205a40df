"""The arithmetic of a cell in words: equations for the eye, a sentence to be read out, lines to be copied."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication

from desktopcnn.inspection.explanations import (
    Applied,
    Convolved,
    Distanced,
    Dropped,
    Explanation,
    Moved,
    Normalised,
    Pooled,
    Softmaxed,
    Weighted,
)
from desktopcnn.ui.network.cell.cell_numbers import MINUS, figures, number, signed, summed

translate = QCoreApplication.translate
WRITTEN_OUT = 4
"""Values of a window that an equation names one by one."""
NEAR_ZERO = 1e-6
"""Size up to which a number is too small to be divided by: what was cancelled out is larger."""
FORMULAS = {
    "sigmoid": "σ({0})", "relu": "max(0, {0})", "tanh": "tanh({0})", "identity": "{0}",
    "scaled tanh": "1.7159 tanh(⅔ · {0})",
}  # fmt: skip


def equations(explanation: Explanation) -> list[str]:
    """The result with the numbers put in, a line for the layer and one for the activation behind it."""
    lines = [EQUATIONS[type(explanation)](explanation)]
    if explanation.activation:
        function, value, _ = explanation.activation
        name = f"{applied(function, 'z')} = " if function != "scaled tanh" else ""  # long enough without
        lines.append(f"a = {name}{applied(function, bracketed(explanation.result))} = {figures(value)}")
    return lines


def applied(function: str, argument: str) -> str:
    """σ(z), max(0, z), gelu(z)."""
    formula = FORMULAS.get(function, f"{function}({{0}})")
    if formula.endswith(("({0})", ", {0})")):
        argument = argument.strip("()")
    return formula.format(argument)


def agreement(explanation: Explanation) -> str:
    """✓ agrees to 3.1·10⁻⁸ (relative)"""
    if isinstance(explanation, Softmaxed) and explanation.temperature != 1:
        return ""
    difference, relative = difference_of(explanation)
    if explanation.agrees and difference == 0:
        return translate("Cell", "✓ agrees exactly")
    agrees = translate("Cell", "✓ agrees to {0} {1}")
    text = agrees if explanation.agrees else translate("Cell", "✗ differs by {0} {1}")
    kind = translate("Cell", "(relative)") if relative else translate("Cell", "(absolute, near 0)")
    return text.format(number(difference), kind)


def difference_of(explanation: Explanation) -> tuple[float, bool]:
    """The larger difference from what the network computed, of the layer and of the activation behind it.

    And whether it is relative to the network's number; so near to zero as `NEAR_ZERO` it is not.
    """
    pairs = [(explanation.result, explanation.computed)]
    if explanation.activation:
        pairs.append(explanation.activation[1:])
    return max(_difference(ours, theirs) for ours, theirs in pairs)


def _difference(ours: float, theirs: float) -> tuple[float, bool]:
    relative = abs(theirs) > NEAR_ZERO
    apart = 0.0 if ours == theirs else abs(ours - theirs)
    return apart / abs(theirs) if relative and apart else apart, relative


def computed(explanation: Explanation) -> str:
    """What the network has there."""
    if explanation.activation:
        text = translate("Cell", "network: z = {0}, a = {1}")
        return text.format(figures(explanation.computed), figures(explanation.activation.computed))
    if isinstance(explanation, Softmaxed) and explanation.temperature != 1:
        return translate("Cell", "network, at temperature 1: {0}").format(figures(explanation.computed))
    return translate("Cell", "network: {0}").format(figures(explanation.computed))


def sentence(explanation: Explanation) -> str:
    """The equations and what the network computed, as one sentence."""
    parts = [*equations(explanation), computed(explanation), agreement(explanation)]
    return "; ".join(part for part in parts if part) + "."


def lines(explanation: Explanation) -> list[str]:
    """All numbers of the cell, six figures each, columns divided by tabs, with their equations."""
    detail = DETAILS.get(type(explanation))
    return [
        *(detail(explanation) if detail else ()),
        *equations(explanation),
        computed(explanation),
        agreement(explanation),
    ]


def _convolved(e: Convolved) -> str:
    return f"z = Σ w·a + b = {summed(float(e.sums.sum()), e.bias, e.result)}"


def _pooled(e: Pooled) -> str:
    inside = e.values[e.inside]
    shown = ", ".join(figures(float(value)) for value in inside[:WRITTEN_OUT])
    shown += ", …" if inside.size > WRITTEN_OUT else ""
    if e.kind == "maxpool":
        return f"max({shown}) = {figures(e.result)}"
    if e.kind == "avgpool":
        return f"Σ a ÷ {e.divisor} = {figures(e.total)} ÷ {e.divisor} = {figures(e.result)}"
    written = f"{figures(e.coefficient)} · {bracketed(e.total)} {signed(e.bias)}"
    return f"z = c · Σ a + b = {written} = {figures(e.result)}"


def _weighted(e: Weighted) -> str:
    return f"z = Σ w·a + b = {summed(float(e.products.sum()), e.bias, e.result)}"


def _normalised(e: Normalised) -> str:
    deviation = figures(math.sqrt(e.variance + e.epsilon))
    normal = f"{bracketed(e.value - e.mean)} ÷ {deviation}"
    return f"y = {figures(e.weight)} · {normal} {signed(e.bias)} = {figures(e.result)}"


def _applied(e: Applied) -> str:
    return f"{applied(e.function, bracketed(e.value))} = {figures(e.result)}"


def _dropped(e: Dropped) -> str:
    return translate("Cell", "nothing is dropped outside training: {0} = {1}").format(
        figures(e.value), figures(e.result)
    )


def _moved(e: Moved) -> str:
    where = translate("Cell", "map {0}, row {1}, column {2}") if len(e.source) == 3 else "{0}"
    text = translate("Cell", "unit {0} is {1}: {2}")
    return text.format(e.cell[0], where.format(*e.source), figures(e.result))


def _softmaxed(e: Softmaxed) -> str:
    unit = e.cell[0]
    share = f"exp({figures(float(e.shifted[unit]))}) ÷ {figures(e.total)}"
    return f"p = {f'ln({share})' if e.logarithm else share} = {figures(e.result)}"


def _distanced(e: Distanced) -> str:
    return f"{MINUS}Σ (a {MINUS} c)² = {figures(e.result)}"


EQUATIONS: dict[type[Explanation], Callable[[Any], str]] = {
    Convolved: _convolved, Pooled: _pooled, Weighted: _weighted, Normalised: _normalised, Applied: _applied,
    Dropped: _dropped, Moved: _moved, Softmaxed: _softmaxed, Distanced: _distanced,
}  # fmt: skip


def bracketed(value: float) -> str:
    """(−0.310) behind a sign, 0.310 without one."""
    return f"({figures(value)})" if value < 0 else figures(value)


def _row(values: Iterable[float]) -> str:
    return "\t".join(f"{value:.6g}" for value in values)


def _matrix(title: str, values: npt.NDArray[Any]) -> list[str]:
    return [title, *(_row(row) for row in values.tolist())]


def _convolved_lines(e: Convolved) -> list[str]:
    found = []
    for place, channel in enumerate(e.channels.tolist()):
        name = translate("Cell", "input map {0}").format(channel)
        found += _matrix(f"{name}: {translate('Cell', 'patch a')}", e.patches[place])
        found += _matrix(f"{name}: {translate('Cell', 'kernel w')}", e.kernels[place])
        found += _matrix(f"{name}: {translate('Cell', 'products w·a')}", e.products[place])
        found.append(f"{name}: Σ\t{float(e.sums[place]):.6g}")
    return [*found, f"b\t{e.bias:.6g}"]


def _weighted_lines(e: Weighted) -> list[str]:
    rows = np.stack((np.arange(len(e.inputs)), e.inputs, e.weights, e.products), 1)[e.order]
    return [translate("Cell", "input\ta\tw\tw·a"), *(_row(row) for row in rows.tolist()), f"b\t{e.bias:.6g}"]


def _softmaxed_lines(e: Softmaxed) -> list[str]:
    rows = np.stack((np.arange(len(e.logits)), e.logits, e.shifted, e.exponentials, e.probabilities), 1)
    return [translate("Cell", "class\tz\tshifted\texp\tp"), *(_row(row) for row in rows.tolist())]


def _distanced_lines(e: Distanced) -> list[str]:
    rows = np.stack((np.arange(len(e.inputs)), e.inputs, e.centre, e.squares), 1)
    return [translate("Cell", "input\ta\tc\t(a − c)²"), *(_row(row) for row in rows.tolist())]


DETAILS: dict[type[Explanation], Callable[[Any], list[str]]] = {
    Convolved: _convolved_lines,
    Pooled: lambda e: _matrix(translate("Cell", "window"), e.values),
    Weighted: _weighted_lines,
    Softmaxed: _softmaxed_lines,
    Distanced: _distanced_lines,
}

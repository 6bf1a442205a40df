"""The arithmetic of a cell as lines to be copied and as a sentence to be read out."""

from dataclasses import replace

import numpy as np
import pytest

from desktopcnn.inspection.explanations import Activated, Convolved
from desktopcnn.inspection.functions import FUNCTIONS
from desktopcnn.ui.network.cell import cell_texts


@pytest.fixture
def convolved() -> Convolved:
    kernels = np.array([[[0.5, -1.25]]], np.float32)
    patches = np.array([[[2.0, 4.0]]])
    return Convolved(
        cell=(0, 1, 2), result=-3.75, computed=-3.7500002, agrees=True,
        activation=Activated("relu", 0.0, 0.0), channels=np.array([7]), patches=patches, kernels=kernels,
        products=patches * kernels, sums=np.array([-4.0]), bias=0.25, rows=np.array([1]),
        columns=np.array([2, 3]), inside=np.ones((1, 2), bool),
    )  # fmt: skip


def test_the_sentence_has_the_equations_and_the_difference(convolved: Convolved) -> None:
    assert cell_texts.sentence(convolved) == (
        "z = Σ w·a + b = −4.000 + 0.250 = −3.750; a = max(0, z) = max(0, −3.750) = 0; "
        "network: z = −3.750, a = 0; ✓ agrees to 5.3·10⁻⁸ (relative)."
    )


def test_a_difference_from_nearly_nothing_is_absolute(convolved: Convolved) -> None:
    near = replace(convolved, result=3e-9, computed=1e-9, activation=None)
    assert cell_texts.agreement(near) == "✓ agrees to 2.0·10⁻⁹ (absolute, near 0)"
    apart = replace(convolved, result=2.0, computed=8.0, agrees=False)
    assert cell_texts.agreement(apart) == "✗ differs by 0.750 (relative)"


def test_the_lines_can_be_read_back(convolved: Convolved) -> None:
    lines = cell_texts.lines(convolved)
    rows = [[float(cell) for cell in lines[place].split("\t")] for place in (1, 3, 5)]
    assert rows == [[2.0, 4.0], [0.5, -1.25], [1.0, -5.0]]
    assert lines[0] == "input map 7: patch a"
    assert "input map 7: Σ\t-4" in lines
    assert "b\t0.25" in lines


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_balanced_brackets(function: str) -> None:
    for argument in ("z", "(−0.310)", "0.310"):
        text = cell_texts.applied(function, argument)
        assert text.count("(") == text.count(")")
        assert "((" not in text or "⅔" in text

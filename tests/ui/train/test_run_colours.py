"""The colours of runs: kept, shared out evenly, and told apart by everybody."""

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QColor

from desktopcnn.ui.palette import DARK, LIGHT
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.run_colours import ON_DARK, ON_LIGHT, RunColours

Array = npt.NDArray[np.float64]

# What is left of linear RGB to people who lack a kind of cone (Machado, Oliveira and Fernandes 2009).
BLIND = {
    "none": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}
# From linear RGB to Oklab (Ottosson 2020).
CONES = np.array(
    [[0.4122215, 0.5363325, 0.0514460], [0.2119035, 0.6806995, 0.1073970], [0.0883025, 0.2817188, 0.6299787]]
)
LAB = np.array(
    [
        [0.2104543, 0.7936178, -0.0040720],
        [1.9779985, -2.4285922, 0.4505937],
        [0.0259040, 0.7827718, -0.8086758],
    ]
)


def linear(colour: str) -> Array:
    channels = np.array(QColor(colour).getRgbF()[:3])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: Array) -> Array:
    return LAB @ np.cbrt(CONES @ rgb.clip(0, 1))


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("blindness", BLIND)
@pytest.mark.parametrize("colours", [ON_LIGHT, ON_DARK])
def test_any_two_can_be_told_apart(colours: tuple[str, ...], blindness: str) -> None:
    seen = [lab(BLIND[blindness] @ linear(colour)) for colour in colours]
    for place, one in enumerate(seen):
        for other in seen[:place]:
            assert np.linalg.norm(one - other) > 0.1


@pytest.mark.parametrize(("colours", "ground"), [(ON_LIGHT, LIGHT.card), (ON_DARK, DARK.card)])
def test_each_stands_out_from_a_card(colours: tuple[str, ...], ground: str) -> None:
    for colour in colours:
        low, high = sorted((luminance(colour), luminance(ground)))
        assert (high + 0.05) / (low + 0.05) >= 3


def test_each_run_has_its_own_as_long_as_there_are_some(theme: Theme) -> None:
    colours = RunColours(theme)
    colours.keep("abcdefgh")
    assert [colours.of(folder) for folder in "abcdefgh"] == list(ON_LIGHT)
    theme.choose("dark")
    assert [colours.of(folder) for folder in "abcdefgh"] == list(ON_DARK)


def test_a_run_keeps_its_colour(theme: Theme) -> None:
    colours = RunColours(theme)
    colours.keep("abc")
    before = colours.of("c")
    colours.keep("c")  # the others were deleted
    assert colours.of("c") == before
    colours.keep("cd")
    assert colours.of("d") == ON_LIGHT[0]  # which is free now
    colours.keep("acd")
    assert colours.of("a") == ON_LIGHT[0]  # it is back, and had it first


def test_a_run_that_is_not_listed_yet_has_a_colour_too(theme: Theme) -> None:
    colours = RunColours(theme)
    colours.keep("ab")
    assert colours.of("new") == ON_LIGHT[2]
    colours.keep(["a", "b", "new"])
    assert colours.of("new") == ON_LIGHT[2]

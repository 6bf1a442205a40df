"""Colours that everybody can read: measured, not looked at."""

from dataclasses import fields

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QColor, QPalette

from desktopcnn.inspection.tiles import GAP
from desktopcnn.ui.palette import DARK, DIVERGING, LIGHT, SEQUENTIAL, Colours, colour_table, qt_palette

Array = npt.NDArray[np.float64]
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
PROTANOPIA = np.array(
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
)
"""Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB."""


def linear(colours: list[QColor]) -> Array:
    """(number, 3) linear RGB of 0 to 1."""
    srgb = np.array([[c.redF(), c.greenF(), c.blueF()] for c in colours])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def luminance(rgb: Array) -> Array:
    return rgb @ [0.2126, 0.7152, 0.0722]


def lightness(rgb: Array) -> Array:
    """CIE L*, 0 to 100."""
    y = luminance(rgb)
    return np.where(y > 0.008856, 116 * np.cbrt(y) - 16, 903.3 * y)


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it, 1 to 21."""
    low, high = np.sort(luminance(linear([QColor(one), QColor(other)])))
    return float((high + 0.05) / (low + 0.05))


def table(anchors: tuple[str, ...]) -> list[QColor]:
    """The colours for values, without the one of the gap."""
    return [QColor.fromRgb(packed) for packed in colour_table(anchors, "#FF00FF")[:GAP]]


def test_contrast_is_measured_rightly() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["window", "card"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent"])
def test_words_can_be_read(colours: Colours, ground: str, ink: str) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("text", "warning", 4.5),
        ("text", "track", 4.5),
        ("on_accent", "accent", 4.5),
        ("hint", "paper", 4.5),
        ("ink", "paper", 12),
        ("accent", "track", 3),
        ("text", "chosen", 4.5),
        ("accent", "chosen", 3),
        ("muted", "card", 3),
    ],
)
def test_what_lies_on_other_grounds_can_be_seen(
    colours: Colours, ink: str, ground: str, least: float
) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= least


def test_every_colour_is_one() -> None:
    for colours in (LIGHT, DARK):
        assert all(QColor(getattr(colours, field.name)).isValid() for field in fields(Colours))


def test_the_map_for_activations_rises_evenly_in_lightness() -> None:
    rise = np.diff(lightness(linear(table(SEQUENTIAL))))
    assert (rise > 0).all(), "the order of values survives in grey"
    whole = lightness(linear([QColor(anchor) for anchor in SEQUENTIAL]))
    steps = np.diff(whole)
    assert steps.min() > 0.7 * steps.mean()
    assert steps.max() < 1.3 * steps.mean()
    assert whole[0] < 12
    assert whole[-1] > 90


def test_the_map_for_weights_is_symmetric_around_a_white_zero() -> None:
    light = lightness(linear(table(DIVERGING)))
    middle = GAP // 2
    assert light.argmax() == middle
    assert (np.diff(light[: middle + 1]) > 0).all()
    assert (np.diff(light[middle:]) < 0).all()
    assert np.abs(light - light[::-1]).max() < 8, "a weight looks as strong as its negative"
    zero = table(DIVERGING)[middle]
    assert zero.saturation() == 0
    assert zero.lightness() > 240


@pytest.mark.parametrize("sight", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["all", "no green", "no red"])
def test_signs_of_weights_are_told_apart_by_everybody(sight: Array) -> None:
    seen = linear(table(DIVERGING)) @ sight.T
    blueness = seen[:, 2] - seen[:, :2].mean(1)
    middle = GAP // 2
    assert (blueness[: middle - 30] > 0.03).all()
    assert (blueness[middle + 31 :] < -0.03).all()


def test_the_last_colour_is_the_gaps() -> None:
    packed = colour_table(SEQUENTIAL, "#123456")
    assert len(packed) == 256
    assert QColor.fromRgb(packed[GAP]).name() == "#123456"
    assert QColor.fromRgb(packed[0]).name().upper() == SEQUENTIAL[0]
    assert QColor.fromRgb(packed[GAP - 1]).name().upper() == SEQUENTIAL[-1]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_disabled_words_are_muted(colours: Colours) -> None:
    palette = qt_palette(colours)
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        assert palette.color(QPalette.ColorGroup.Disabled, role) == QColor(colours.muted)
        assert palette.color(QPalette.ColorGroup.Active, role) == QColor(colours.text)

"""What a distortion is: its settings and their limits, without torch. What it does stands in `augment.py`.

To add one, add a field and its limit here, a line to `augment.distort`, and its texts to
`ui/train/distortion_form.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from desktopcnn.errors import UsageError

LIMITS: dict[str, float] = {
    "cross": 4, "shift": 8, "rotation": 90, "scale": 0.5, "shear": 0.5, "elastic": 4, "thickness": 2,
}  # fmt: skip
"""The largest value of each setting; the smallest is 0."""


@dataclass(frozen=True)
class Distortion:
    """How far each digit is moved and bent, at most, each time it is seen.

    cross: pixels of a shift in one of four directions or none (the book's expansion: 1); shift: pixels
    in any direction; rotation: degrees; scale, shear: fractions; elastic: mean pixels of a smooth
    random displacement (Simard, Steinkraus and Platt 2003); thickness: pixels by which strokes become
    thinner or thicker.
    Raises `UsageError` for a value out of range.
    """

    cross: int = 0
    shift: float = 0.0
    rotation: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    elastic: float = 0.0
    thickness: float = 0.0

    def __post_init__(self) -> None:
        for sentence in faults(vars(self)).values():
            raise UsageError(sentence)


def faults(settings: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with these settings of a distortion: a sentence for each field that is out of range."""
    return {
        name: f"The distortion {name} is {value}; it must lie between 0 and {LIMITS[name]:g}."
        for name, value in settings.items()
        if not 0 <= value <= LIMITS[name]  # not a number fails here too
    }


if LIMITS.keys() != {field.name for field in fields(Distortion)}:
    raise TypeError("every field of Distortion needs a limit, and every limit a field")

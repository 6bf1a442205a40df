"""Drawings by real pens as pictures for a network: jittered, and drawn as the canvas draws them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from desktopcnn.data import digit
from desktopcnn.data.dataset import Images, Part
from desktopcnn.data.digit import Frame, Points, Stroke
from desktopcnn.data.strokes import Record

Lines = tuple[Points, ...]

EXTENT = 200.0
"""Canvas units of a drawing's longest side: any would do, the frame's box is always filled."""
CANVAS_PEN = 20.0
"""Width of the canvas's pen in its units; it decides only which strokes touch."""
KNOT = 0.12
"""Way, as a share of the drawing's longest side, after which the hand errs in another direction."""


@dataclass(frozen=True)
class Jitter:
    """How far a drawing is bent, at most, before it is drawn.

    rotation: degrees; shear: sideways for each unit up, which is slant; aspect: of height to width, as a
    logarithm; tremor: shares of the longest side by which the line errs smoothly; apart: the same for whole
    strokes; thinned: the share of drawings that lose points, as a slower tablet gives; pens: least and
    largest width of the pen in pixels of the frame.
    """

    rotation: float = 8.0
    shear: float = 0.3
    aspect: float = 0.2
    tremor: float = 0.02
    apart: float = 0.02
    thinned: float = 0.3
    pens: tuple[float, float] = (1.6, 3.2)


MILD = Jitter()


def drawn(lines: Lines, pen: float = digit.PEN) -> Frame:
    """What the canvas makes of those lines (any unit, y down): (28, 28), 0 is paper and 1 is ink.

    pen: width of the lines in the frame; with the standard one it is `digit.frame` of the same drawing.
    """
    low = np.min([line.min(0) for line in lines], axis=0)
    side = max(np.max([line.max(0) for line in lines], axis=0) - low) or 1.0
    drawing = tuple(Stroke((line - low) * (EXTENT / side), CANVAS_PEN) for line in lines)
    drawing = digit.fit_box(digit.drop_specks(digit.to_frame(drawing)), pen)
    return digit.ink(digit.centre(tuple(replace(stroke, width=pen) for stroke in drawing)))


def jittered(lines: Lines, generator: np.random.Generator, jitter: Jitter = MILD) -> Lines:
    """The same drawing by a slightly different hand; longest side about 1, centred at 0."""
    low = np.min([line.min(0) for line in lines], axis=0)
    high = np.max([line.max(0) for line in lines], axis=0)
    side = max(high - low) or 1.0
    angle, shear, aspect = generator.uniform(-1, 1, 3) * (
        np.radians(jitter.rotation), jitter.shear, jitter.aspect
    )  # fmt: skip
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[np.exp(-aspect / 2), -shear], [0, np.exp(aspect / 2)]])
    every = int(generator.integers(2, 5)) if generator.random() < jitter.thinned else 1
    tremor = generator.uniform(0, jitter.tremor)
    bent = []
    for line in lines:
        points = (_thinned(line, every) - (low + high) / 2) / side
        points = points + _error(points, tremor, generator) + generator.normal(0, jitter.apart / 2, 2)
        bent.append(points @ matrix.T)
    return tuple(bent)


def real(records: Iterable[Record]) -> Part:
    """Each digit as its writer drew it and the canvas shows it to a network: images (number, 1, 28, 28)."""
    chosen = tuple(records)
    return Part(
        as_images([drawn(record.strokes) for record in chosen]),
        np.array([record.label for record in chosen], np.uint8),
    )


def varied(records: Iterable[Record], variants: int, seed: int, jitter: Jitter = MILD) -> Part:
    """Each digit `variants` times, every time by another hand and pen, decided by `seed`.

    A digit's variants do not depend on which other digits are there. Takes about 0.7 ms a picture.
    """
    frames, labels = [], []
    for number, record in enumerate(records):
        generator = np.random.default_rng((seed, record.writer, number))
        for _ in range(variants):
            lines = jittered(record.strokes, generator, jitter)
            frames.append(drawn(lines, generator.uniform(*jitter.pens)))
            labels.append(record.label)
    return Part(as_images(frames), np.array(labels, np.uint8))


def as_images(frames: list[Frame]) -> Images:
    """Frames of 0 to 1 as the bytes (number, 1, 28, 28) of a data set."""
    stack: npt.NDArray[np.float32] = np.array(frames, np.float32).reshape(-1, 1, digit.SIZE, digit.SIZE)
    return np.rint(stack * 255).astype(np.uint8)


def _thinned(line: Points, every: int) -> Points:
    """Only every so-manieth point; the ends stay."""
    return line if len(line) < 4 * every else np.concatenate([line[:-1:every], line[-1:]])


def _error(points: Points, size: float, generator: np.random.Generator) -> Points:
    """A displacement that changes smoothly along the line."""
    if len(points) == 1:
        return np.zeros((1, 2))
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    knots = generator.normal(0, size, (int(way[-1] / KNOT) + 2, 2))
    places = np.arange(len(knots)) * KNOT
    return np.stack([np.interp(way, places, knots[:, axis]) for axis in (0, 1)], axis=1)

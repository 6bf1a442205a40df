"""Drawings of what is no digit: letters, signs, shapes, scribbles, several digits at once.

`TRAINING` names the kinds that a network may learn from, `JUDGING` those that only judge it: no letter,
shape or way to scribble stands in both.
"""

from collections.abc import Callable, Sequence

import numpy as np

from desktopcnn.data.dataset import Images
from desktopcnn.data.digit import Points
from desktopcnn.data.glyphs import GLYPHS, LOOK_ALIKES, Lines
from desktopcnn.data.pens import Jitter, as_images, drawn, jittered
from desktopcnn.data.strokes import Record

LOOSE = Jitter(rotation=10, shear=0.3, aspect=0.3, tremor=0.035, apart=0.04, thinned=0)
STEP = 0.04
"""Length of the pieces into which the straight lines of a glyph are cut, so that a hand can err on them."""
Draw = Callable[[np.random.Generator], Lines]


def scribble(generator: np.random.Generator) -> Lines:
    """A smooth line through places at random."""
    return (_curve(generator.random((int(generator.integers(6, 16)), 2))),)


def wander(generator: np.random.Generator) -> Lines:
    """A line that turns as it likes and drifts away, as of a pen that is tried out."""
    turns = np.cumsum(generator.normal(generator.uniform(-0.15, 0.15), 0.5, int(generator.integers(40, 120))))
    return (np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1), axis=0),)


def angular(generator: np.random.Generator) -> Lines:
    """Straight lines between places at random."""
    return (generator.random((int(generator.integers(6, 12)), 2)),)


def bundle(generator: np.random.Generator) -> Lines:
    """Several separate lines, here and there."""
    return tuple(generator.random((2, 2)) for _ in range(int(generator.integers(3, 8))))


def shading(generator: np.random.Generator) -> Lines:
    """To and fro without lifting the pen, as one fills a surface."""
    number = int(generator.integers(8, 20))
    across = np.tile([0.0, 1.0], number)[:number] + generator.normal(0, 0.06, number)
    return (_turned(np.stack([across, np.linspace(0, generator.uniform(0.5, 1.2), number)], 1), generator),)


def coil(generator: np.random.Generator) -> Lines:
    """Loops side by side, as of a telephone's cord."""
    loops = generator.uniform(2.5, 6)
    angles = np.linspace(0, 2 * np.pi * loops, int(20 * loops))
    points = np.stack(
        [0.35 * np.cos(angles) + angles * generator.uniform(0.04, 0.12), 0.5 * np.sin(angles)], 1
    )
    return (_turned(points, generator),)


def spiral(generator: np.random.Generator) -> Lines:
    """Two turns and more, outwards."""
    turns = generator.uniform(2.2, 4)
    angles = np.linspace(0, 2 * np.pi * turns, int(24 * turns))
    way = generator.choice([-1, 1]) * angles + generator.uniform(0, 2 * np.pi)
    return (angles[:, None] * np.stack([np.cos(way), np.sin(way)], axis=1),)


def knot(generator: np.random.Generator) -> Lines:
    """A closed curve of several waves at once (Lissajous)."""
    angles = np.linspace(0, 2 * np.pi, 120)
    x, y = generator.choice([(2, 3), (3, 2), (3, 4), (1, 3), (3, 1), (4, 3), (2, 5)])
    phase = generator.uniform(0.3, 1.2)
    return (np.stack([np.sin(x * angles + phase), np.sin(y * angles)], axis=1),)


def wave(generator: np.random.Generator) -> Lines:
    """A wave or a zigzag that lies."""
    swings = generator.uniform(2, 5)
    along = np.linspace(0, 1, 100)
    up = np.sin(2 * np.pi * swings * along)
    if generator.random() < 0.5:
        up = 2 / np.pi * np.arcsin(up)
    return (np.stack([along, generator.uniform(0.08, 0.25) * up], axis=1),)


SCRIBBLES: dict[str, Draw] = {
    function.__name__: function
    for function in (scribble, wander, angular, bundle, shading, coil, spiral, knot, wave)
}
SEVERAL = {"two digits": 2, "three digits": 3, "digit on digit": -2}
"""How many; below 0: one on the other."""

TRAINING = (
    "A", "B", "C", "D", "E", "F", "G", "H", "K", "L", "M", "P", "Q", "T", "U", "V", "X",
    "d", "e", "h", "k", "m", "n", "p", "r", "u",
    "plus", "equals", "dash", "dot", "asterisk", "percent", "tick", "colon", "arrow", "less", "bracket", "pi",
    "omega", "zhe",
    "square", "triangle down", "star", "heart", "face", "flash", "cup", "moon", "fish", "grid",
    "scribble", "angular", "bundle", "coil", "spiral", "wave", "two digits", "digit on digit",
)  # fmt: skip
JUDGING = tuple(name for name in (*GLYPHS, *SCRIBBLES, *SEVERAL) if name not in (*TRAINING, *LOOK_ALIKES))
KINDS = (*TRAINING, *JUDGING, *LOOK_ALIKES)


def group(kind: str) -> str:
    """To what of "letter", "sign or shape", "scribble", "several digits", "look-alike" a kind belongs."""
    if kind in LOOK_ALIKES:
        return "look-alike"
    if kind in SCRIBBLES:
        return "scribble"
    if kind in SEVERAL:
        return "several digits"
    return "letter" if len(kind) == 1 else "sign or shape"


def draw(kind: str, generator: np.random.Generator, records: Sequence[Record]) -> Lines:
    """One drawing of that kind by a hand at random; several digits are some of `records`."""
    if kind in SEVERAL:
        return _several(SEVERAL[kind], generator, records)
    if kind in SCRIBBLES:
        return jittered(SCRIBBLES[kind](generator), generator, LOOSE)
    return jittered(tuple(_cut(line) for line in GLYPHS[kind]), generator, LOOSE)


def images(kinds: Sequence[str], each: int, seed: int, records: Sequence[Record]) -> Images:
    """`each` drawings of every kind, kind by kind, as a network sees them: (number, 1, 28, 28)."""
    frames = []
    for kind in kinds:
        generator = np.random.default_rng((seed, KINDS.index(kind)))
        for _ in range(each):
            lines = draw(kind, generator, records)
            frames.append(drawn(lines, generator.uniform(*LOOSE.pens)))
    return as_images(frames)


def _several(number: int, generator: np.random.Generator, records: Sequence[Record]) -> Lines:
    lines: list[Points] = []
    right = 0.0
    for chosen in generator.choice(len(records), abs(number), replace=False):
        parts = jittered(records[chosen].strokes, generator)
        low = np.min([line.min(0) for line in parts], axis=0)
        shift = generator.normal(0, 0.06, 2)
        if number > 0:
            shift[0] += right - low[0]
        lines += [line + shift for line in parts]
        right = max(line[:, 0].max() for line in lines) + generator.uniform(0.05, 0.35)
    return tuple(lines)


def _cut(line: Points) -> Points:
    """The same line with a point at least every `STEP`."""
    if len(line) == 1:
        return line
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    places = np.union1d(way, np.linspace(0, way[-1], int(way[-1] / STEP) + 2))
    return np.stack([np.interp(places, way, line[:, axis]) for axis in (0, 1)], axis=1)


def _curve(places: Points) -> Points:
    """A smooth line through `places` (Catmull and Rom 1974)."""
    padded = np.concatenate([places[:1], places, places[-1:]])
    t = np.linspace(0, 1, 12, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(
            b + t * (c - a) / 2 + t**2 * (a - 2.5 * b + 2 * c - d / 2) + t**3 * ((d - a) / 2 + 1.5 * (b - c))
        )
    return np.concatenate([*pieces, places[-1:]])


def _turned(points: Points, generator: np.random.Generator) -> Points:
    angle = generator.uniform(0, np.pi)
    turned: Points = points @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return turned

"""From pen strokes to the frame that a network reads, the way MNIST itself was made.

Strokes are kept as lines and redrawn: the network then gets the same digit whatever pen, size and place
the user chose. Each step is a function from a drawing to a drawing; `Steps` says which are taken. What
each is worth was measured on 3,300 real pen drawings (docs/adr/0003-strokes-are-redrawn.md).

Coordinates: x to the right, y down. A drawing on the canvas uses canvas units (`CANVAS` a side), from
`to_frame` on pixels of the frame (`SIZE` a side, 0 at the left edge of the first pixel).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Frame = npt.NDArray[np.float32]

CANVAS = 280.0
SIZE = 28
BOX = 20.0
"""The longest side of the ink in the frame, as in MNIST."""
PEN = 2.25
"""Width in pixels of the frame with which strokes are redrawn: the middle of the best range, 2.0 to 2.5."""
MASS_CENTRE = 14.0 + 0.5
"""MNIST puts the centre of mass at pixel index 14.0, which is half a pixel more from the frame's edge."""
SPECK = 0.15
"""A part smaller than this share of the largest part is taken for a stray dot."""
HAIR = 1.0
"""Strokes whose lines are nearer than this touch, however thin their pen was."""
MAX_SCALE = 1.0
"""Pixels of the frame per canvas unit: a dot is not blown up to the size of a digit."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """One line of the pen. points: (number >= 1, 2) of x, y; width: of the pen, in the same unit."""

    points: Points
    width: float


Drawing = tuple[Stroke, ...]


@dataclass(frozen=True)
class Steps:
    """Which steps of the preparation are taken; all of them is what the networks were trained for."""

    drop_specks: bool = True
    fit_box: bool = True
    redraw: bool = True
    centre: bool = True


ALL_STEPS = Steps()


@dataclass(frozen=True, eq=False)
class Placement:
    """Where the input lies in the frame: place in the frame = scale * its own place + offset (x, y).

    Its own places are canvas units for a drawing, pixels of the ink for a picture.
    """

    scale: float
    offset: Points

    def back(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        """A rectangle of the frame (pixels, from its edge) in the input's own unit, in the same order."""
        corners = (np.array([[left, top], [right, bottom]]) - self.offset) / self.scale
        (left, top), (right, bottom) = corners.tolist()
        return left, top, right, bottom


@dataclass(frozen=True, eq=False)
class Stage:
    """The digit after one step: the field of `Steps` (or "drawing", the start) and the frame so far.

    place: where it lies by then; None without ink, or where nobody asked.
    """

    step: str
    frame: Frame
    place: Placement | None = None


def frame(drawing: Drawing, steps: Steps = ALL_STEPS) -> Frame:
    """The drawing (canvas units) as a network sees it: (28, 28), 0 is paper and 1 is ink."""
    *_, (_, prepared) = _taken(to_frame(drawing), steps)
    return ink(prepared)


def stages(drawing: Drawing, steps: Steps = ALL_STEPS) -> tuple[Stage, ...]:
    """The drawing after each step, those that are switched off included (they change nothing).

    The last stage's frame is what `frame` returns.
    """
    start = to_frame(drawing)
    taken = list(_taken(start, steps))
    kept = taken[0][1]  # only specks are dropped: from then on the lines are the same, in other places
    return (
        Stage("drawing", ink(start), _placement(start, start, steps)),
        *(Stage(step, ink(after), _placement(kept, after, steps)) for step, after in taken),
    )


def _placement(before: Drawing, after: Drawing, steps: Steps) -> Placement | None:
    """How the lines `before`, still as they lie on the canvas, became those `after`: told from their box.

    The box of a single point has no size; its pen tells the scale, unless it is redrawn with another.
    """
    if not before:
        return None
    (low, high), (new_low, new_high) = (_bounds(drawing, with_width=False) for drawing in (before, after))
    if (side := max(high - low)) > 0:
        scale = max(new_high - new_low) / side
    else:
        scale = 1.0 if steps.redraw else after[0].width / before[0].width
    return Placement(scale * SIZE / CANVAS, new_low - scale * low)


def _taken(drawing: Drawing, steps: Steps) -> Iterator[tuple[str, Drawing]]:
    box = (lambda d: fit_box(d, PEN)) if steps.redraw else fit_box
    functions: dict[str, Callable[[Drawing], Drawing]] = {
        "drop_specks": drop_specks, "fit_box": box, "redraw": redraw, "centre": centre
    }  # fmt: skip
    for step, function in functions.items():
        if drawing and getattr(steps, step):
            drawing = function(drawing)
        yield step, drawing


def to_frame(drawing: Drawing) -> Drawing:
    """From canvas units to pixels of the frame, as it lies: the naive conversion."""
    return _moved(drawing, SIZE / CANVAS)


def drop_specks(drawing: Drawing) -> Drawing:
    """Without the parts whose longest side is under 15 % of the largest part's.

    Strokes belong to one part when their ink touches.
    """
    parts = _parts(drawing)
    sides = [_longest_side([drawing[i] for i in part]) for part in parts]
    kept = {i for part, side in zip(parts, sides, strict=True) if side >= SPECK * max(sides) for i in part}
    return tuple(stroke for i, stroke in enumerate(drawing) if i in kept)


def fit_box(drawing: Drawing, pen: float | None = None) -> Drawing:
    """Scaled, with its proportions, until the ink's longest side is 20 pixels; centred by its box.

    pen: the width the strokes will be redrawn with afterwards; without it their own widths grow along.
    """
    low, high = _bounds(drawing, with_width=pen is None)
    side = max(high - low)
    room = BOX - (pen or 0)
    scale = min(room / side, MAX_SCALE * CANVAS / SIZE) if side > 0 else 1.0
    return _moved(drawing, scale, SIZE / 2 - scale * (low + high) / 2)


def redraw(drawing: Drawing) -> Drawing:
    """The same lines with the standard pen."""
    return tuple(replace(stroke, width=PEN) for stroke in drawing)


def centre(drawing: Drawing) -> Drawing:
    """Moved, by fractions of a pixel, until the centre of mass lies where MNIST has it."""
    for _ in range(2):  # ink that is cut off at the frame's edge and anti-aliasing make one move inexact
        place = centre_of_mass(ink(drawing))
        if place is None:
            return drawing
        drawing = _moved(drawing, 1, MASS_CENTRE - place)
    return drawing


def centre_of_mass(frame: Frame) -> Points | None:
    """x and y of the ink's centre of mass, from the frame's edge; None without ink."""
    total = frame.sum(dtype=np.float64)
    if total == 0:
        return None
    along = np.arange(len(frame)) + 0.5
    place: Points = np.array([frame.sum(0) @ along, frame.sum(1) @ along]) / total
    return place


def ink(drawing: Drawing, size: int = SIZE) -> Frame:
    """The drawing (in pixels) as a picture of `size` x `size`: the share of each pixel that is covered.

    A pixel's coverage comes from the distance of its centre to the line: exact for a straight edge, and
    smooth under moves of a fraction of a pixel.
    """
    picture = np.zeros((size, size), np.float64)
    for stroke in drawing:
        np.maximum(picture, _coverage(stroke, size), out=picture)
    return picture.astype(np.float32)


def _coverage(stroke: Stroke, size: int) -> npt.NDArray[np.float64]:
    """Each short segment is compared only with the pixels of a small window around it."""
    reach = stroke.width / 2 + 0.5
    start, step = _segments(stroke.points, 1.0)
    window = min(int(np.ceil(1 + 2 * reach)) + 1, size + 1)
    # the margin takes what falls outside the frame, so that nothing need be sorted out
    corner = np.floor(np.minimum(start, start + step) - reach).astype(int).clip(-window, size)
    across = np.arange(window)
    x, y = corner[:, :1] + across, corner[:, 1:] + across  # (segments, window)
    to_x, to_y = x + 0.5 - start[:, :1], y + 0.5 - start[:, 1:]
    step_x, step_y = step[:, :1], step[:, 1:]
    length = np.maximum(step_x**2 + step_y**2, 1e-12)
    along = (to_x * step_x / length)[:, None, :] + (to_y * step_y / length)[:, :, None]
    np.clip(along, 0, 1, out=along)
    distance = (to_x[:, None, :] - along * step_x[:, None]) ** 2
    distance += (to_y[:, :, None] - along * step_y[:, None]) ** 2
    side = size + 2 * window
    nearest = np.full(side * side, np.inf)
    cell = ((y + window) * side)[:, :, None] + (x + window)[:, None, :]
    np.minimum.at(nearest, cell.ravel(), distance.ravel())
    nearest = nearest.reshape(side, side)[window:-window, window:-window]
    coverage: Points = np.clip(reach - np.sqrt(nearest), 0, min(1.0, stroke.width))
    return coverage


def _segments(points: Points, longest: float) -> tuple[Points, Points]:
    """Start and extent of the pieces, none longer than `longest`, that make up the line."""
    if len(points) == 1:
        return points, np.zeros_like(points)
    extent = np.diff(points, axis=0)
    pieces = np.maximum(np.ceil(np.hypot(extent[:, 0], extent[:, 1]) / longest), 1).astype(int)
    which = np.repeat(np.arange(len(pieces)), pieces)
    place = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    step = extent[which] / pieces[which, None]
    return points[which] + place[:, None] * step, step


def _parts(drawing: Drawing) -> list[list[int]]:
    """Indices of the strokes that hang together, part by part."""
    parts: list[list[int]] = []
    for i, stroke in enumerate(drawing):
        touching = [part for part in parts if any(_touch(stroke, drawing[j]) for j in part)]
        parts = [part for part in parts if part not in touching]
        parts.append([*(j for part in touching for j in part), i])
    return parts


def _touch(one: Stroke, other: Stroke) -> bool:
    reach = max((one.width + other.width) / 2, HAIR)
    a, b = one.points, other.points
    if np.any(a.min(0) - reach > b.max(0)) or np.any(b.min(0) - reach > a.max(0)):
        return False
    a, b = (_segments(points, reach / 4)[0] for points in (a, b))
    a, b = np.vstack([a, one.points[-1:]]), np.vstack([b, other.points[-1:]])
    return bool(np.any(((a[:, None] - b[None]) ** 2).sum(-1) <= reach**2))


def _longest_side(strokes: list[Stroke]) -> float:
    low, high = _bounds(tuple(strokes), with_width=False)
    return float(max(high - low))


def _bounds(drawing: Drawing, *, with_width: bool) -> tuple[Points, Points]:
    """Smallest and largest x, y of the lines, or of their ink."""
    pen = [stroke.width / 2 if with_width else 0.0 for stroke in drawing]
    low = np.min([stroke.points.min(0) - w for stroke, w in zip(drawing, pen, strict=True)], axis=0)
    high = np.max([stroke.points.max(0) + w for stroke, w in zip(drawing, pen, strict=True)], axis=0)
    return low, high


def _moved(drawing: Drawing, scale: float, offset: Points | float = 0.0) -> Drawing:
    return tuple(Stroke(stroke.points * scale + offset, stroke.width * scale) for stroke in drawing)

"""The part of a line that lies on the canvas."""

import numpy as np

from desktopcnn.data.digit import CANVAS, Points


def clip(path: Points) -> tuple[Points, ...]:
    """The stretches of a line that lie on the canvas, ends at its border included.

    path: (number >= 1, 2) in canvas units, no two neighbours the same; a path that never leaves the canvas
    is its only stretch.
    """
    inside = ((path >= 0) & (path <= CANVAS)).all(1)
    if inside.all():
        return (path,)
    starts, steps = path[:-1], np.diff(path, axis=0)
    enter, leave = _crossings(starts, steps)
    stretches: list[list[np.ndarray[tuple[int], np.dtype[np.float64]]]] = []
    seen = enter < leave
    for n in np.flatnonzero(seen):
        if not (n and seen[n - 1] and leave[n - 1] == 1):  # it does not go on from the step before
            stretches.append([starts[n] + enter[n] * steps[n]])
        stretches[-1].append(starts[n] + leave[n] * steps[n])
    return tuple(np.stack(stretch) for stretch in stretches)


def _crossings(starts: Points, steps: Points) -> tuple[Points, Points]:
    """Which part (0 to 1) of each step lies on the canvas: none where it enters after it leaves."""
    with np.errstate(divide="ignore", invalid="ignore"):
        borders = np.stack([-starts / steps, (CANVAS - starts) / steps])
    along = steps == 0  # between the borders for ever, or never
    between = (starts >= 0) & (starts <= CANVAS)
    enter = np.where(along, np.where(between, -np.inf, np.inf), borders.min(0))
    leave = np.where(along, np.inf, borders.max(0))
    return np.maximum(enter.max(1), 0.0), np.minimum(leave.min(1), 1.0)

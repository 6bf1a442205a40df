"""Taking ink away from a drawing without giving up its lines."""

import numpy as np

from desktopcnn.data.digit import Drawing, Points, Stroke

FINENESS = 1.0
"""Canvas units between the points at which a touched line can be cut."""


def erase(drawing: Drawing, path: Points, radius: float) -> Drawing:
    """The drawing without the ink within `radius` of `path`.

    path: (number >= 1, 2) places the eraser passed, in canvas units. A line that is cut in the middle
    becomes two strokes; strokes that are not touched are the same objects as before.
    """
    kept: list[Stroke] = []
    for stroke in drawing:
        reach = radius + stroke.width / 2
        if _apart(stroke.points, path, reach):
            kept.append(stroke)
            continue
        points = _refined(stroke.points)
        hit = _distance(points, path) < reach
        if hit.any():
            kept += [Stroke(part, stroke.width) for part in _runs(points, ~hit)]
        else:
            kept.append(stroke)
    return tuple(kept)


def _apart(points: Points, path: Points, reach: float) -> bool:
    """Whether the boxes around both are farther than `reach` from each other."""
    return bool(np.any(points.min(0) - reach > path.max(0)) or np.any(path.min(0) - reach > points.max(0)))


def _refined(points: Points) -> Points:
    """The same line with a point at least every `FINENESS` units."""
    if len(points) == 1:
        return points
    length = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(length)])
    fine = np.linspace(0, along[-1], int(along[-1] / FINENESS) + 1)
    places = np.union1d(along, fine)
    return np.stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)], axis=1)


def _distance(points: Points, path: Points) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """From each point to the nearest place of the path, taken as a line."""
    start = path[:-1] if len(path) > 1 else path
    step = np.diff(path, axis=0) if len(path) > 1 else np.zeros_like(path)
    offset = points[:, None] - start
    length = np.maximum((step**2).sum(-1), 1e-12)
    along = np.clip((offset * step).sum(-1) / length, 0, 1)
    distance: np.ndarray[tuple[int], np.dtype[np.float64]] = np.linalg.norm(
        offset - along[..., None] * step, axis=-1
    ).min(1)
    return distance


def _runs(points: Points, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[Points]:
    """The stretches of neighbouring points that are kept."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], keep, [False]])))
    return [points[first:last] for first, last in edges.reshape(-1, 2)]

"""From a picture of a digit to the frame that a network reads, the same way as a drawing goes.

A picture may be a photograph of a pen digit on paper, a scan, a drawing made by a program, or a digit of
MNIST. Its ink is found when it is opened; the steps that follow are those of `digit`, done on pixels
instead of lines, with the same switches.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from desktopcnn.data.digit import (
    ALL_STEPS,
    BOX,
    MASS_CENTRE,
    SIZE,
    SPECK,
    Frame,
    Placement,
    Points,
    Stage,
    Steps,
    centre_of_mass,
)
from desktopcnn.data.image_file import Brightness, read_brightness, to_brightness
from desktopcnn.data.paper import Ink, Mask, find_ink
from desktopcnn.errors import DataError

THINNEST, WIDEST = 2.05, 3.05
"""Stroke widths in pixels of the frame that are left alone; MNIST has 1.6 to 3.9 (5th, 95th percentile)."""
FINE = 6
"""Pixels per pixel of the frame at which stroke widths are measured and changed."""
EDGE = 0.5
"""Ink that counts as inside a stroke when widths are measured."""
FOOT = 0.15
"""Ink that counts when the box is measured."""


@dataclass(frozen=True, eq=False)
class Picture:
    """The ink of a picture and where it lies in the frame.

    ink: (height, width), 0 (paper) to 1; the pixel in column i covers scale * i + offset[0] to
    scale * (i + 1) + offset[0] in pixels of the frame, rows likewise with offset[1].
    """

    ink: Ink
    scale: float
    offset: Points


def load(path: Path) -> Picture:
    """The digit in a PNG, JPEG, BMP, GIF or WebP file of any size and mode, naively scaled to the frame.

    Raises `DataError`, a sentence with the path, for what is no picture or holds no ink.
    """
    return _found(read_brightness(path), str(path))


def from_image(image: Image.Image, name: str = "The picture") -> Picture:
    """The same for a picture in memory, pasted for instance; `name` begins the sentence of an error."""
    return _found(to_brightness(image, name), name)


def from_array(array: npt.NDArray[np.generic], name: str = "The picture") -> Picture:
    """The same for an array: (height, width) or (height, width, 3 or 4), uint8 0 to 255."""
    try:
        image = Image.fromarray(array)
    except (TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{name} cannot be read as a picture: {error}.") from error
    return from_image(image, name)


def _found(brightness: Brightness, name: str) -> Picture:
    ink = find_ink(brightness)
    if not (ink > EDGE).any() or min(ink.shape) < 2:
        raise DataError(f"{name} shows no digit: no ink was found that stands out from its background.")
    return as_it_lies(ink)


def frame(picture: Picture, steps: Steps = ALL_STEPS) -> Frame:
    """The picture as a network sees it: (28, 28), 0 is paper and 1 is ink."""
    *_, (_, last) = _taken(picture, steps)
    return in_frame(last)


def stages(picture: Picture, steps: Steps = ALL_STEPS) -> tuple[Stage, ...]:
    """The picture after each step, as `digit.stages` does for a drawing.

    The first stage is the picture's ink in the frame as it lies; the last one's frame is what `frame`
    returns.
    """
    place = Placement(picture.scale, picture.offset)
    found = [Stage("drawing", in_frame(picture), place)]
    before = picture
    for step, after in _taken(picture, steps):
        if after is not before:
            factor, shift = _change(step, before, after)
            place = Placement(place.scale * factor, place.offset * factor + shift)
        found.append(Stage(step, in_frame(after), place))
        before = after
    return tuple(found)


def _taken(picture: Picture, steps: Steps) -> Iterator[tuple[str, Picture]]:
    functions: dict[str, Callable[[Picture], Picture]] = {
        "drop_specks": drop_specks, "fit_box": fit_box, "redraw": redraw, "centre": centre
    }  # fmt: skip
    placed = is_frame(picture)
    for step, function in functions.items():
        if getattr(steps, step) and not (placed and step in ("fit_box", "centre")):
            picture = function(picture)
        yield step, picture


def _change(step: str, before: Picture, after: Picture) -> tuple[float, Points]:
    """Factor and shift (x, y) of a place in the frame."""
    if step == "centre":
        return 1.0, after.offset - before.offset
    low, high = _bounds(before.ink)
    if step == "fit_box":
        factor = after.scale / before.scale
        return factor, after.offset - factor * before.offset - after.scale * low
    if step == "redraw":
        factor = after.scale * FINE
        return factor, (1 - factor) * (before.offset + before.scale * (low + high) / 2)
    return 1.0, np.zeros(2)


def is_frame(picture: Picture) -> bool:
    """Whether the ink already lies as MNIST puts it: box and centre of mass, to half a pixel.

    MNIST moves its digits by whole pixels; moving them again by fractions would only blur them.
    """
    place = centre_of_mass(in_frame(picture))
    low, high = _bounds(picture.ink)
    off_box = abs(max(high - low) * picture.scale - BOX)
    return place is not None and off_box < 1 and bool(np.all(np.abs(place - MASS_CENTRE) <= 0.55))


def as_it_lies(ink: Ink) -> Picture:
    """The whole picture scaled to the frame, with its proportions, in the middle: the naive way."""
    height, width = ink.shape
    scale = SIZE / max(height, width)
    return Picture(ink, scale, (SIZE - scale * np.array([width, height], float)) / 2)


def drop_specks(picture: Picture) -> Picture:
    """Without the parts whose longest side is under 15 % of the largest part's."""
    labels, number = ndimage.label(picture.ink > FOOT, np.ones((3, 3)))
    if number < 2:
        return picture
    sides = np.array([max(s.stop - s.start for s in box) for box in ndimage.find_objects(labels)])
    specks = np.flatnonzero(sides < SPECK * sides.max()) + 1
    return replace(picture, ink=np.where(np.isin(labels, specks), 0, picture.ink))


def fit_box(picture: Picture) -> Picture:
    """Scaled, with its proportions, until the ink's longest side is 20 pixels; centred by its box."""
    low, high = _bounds(picture.ink)
    scale = BOX / max(high - low)
    rows, columns = slice(low[1], high[1]), slice(low[0], high[0])
    offset = SIZE / 2 - scale * (high - low) / 2
    return Picture(picture.ink[rows, columns], scale, offset)


def redraw(picture: Picture) -> Picture:
    """With strokes of a width that MNIST has, in the same box; such strokes are left alone."""
    fine = _resampled(picture, FINE)
    inside = fine.ink > EDGE * fine.ink.max()
    width = stroke_width(inside) / FINE
    wanted = min(max(width, THINNEST), WIDEST)
    if wanted == width:
        return picture
    ink = _grown(inside, (wanted - width) / 2 * FINE)
    (low, high), (new_low, new_high) = _bounds(picture.ink), _bounds(ink)
    scale = picture.scale * max(high - low) / max(new_high - new_low)
    middle = picture.offset + picture.scale * (low + high) / 2
    return Picture(ink, scale, middle - scale * (new_low + new_high) / 2)


def stroke_width(inside: Mask) -> float:
    """The mean width of the strokes in pixels: four times the mean distance to their edge.

    `inside` must not be empty.
    """
    distance = ndimage.distance_transform_edt(np.pad(inside, 1))
    return 4 * float(distance[1:-1, 1:-1][inside].mean() - 0.5)  # it was taken to the pixel beyond


def _grown(inside: Mask, by: float) -> Ink:
    """The shape with its edge moved outwards by so many pixels, anti-aliased."""
    room = int(np.ceil(max(by, 0))) + 2
    inside = np.pad(inside, room)
    out = ndimage.distance_transform_edt(~inside)
    within = ndimage.distance_transform_edt(inside)
    signed = np.where(inside, within - 0.5, 0.5 - out)
    return np.clip(signed + by + 0.5, 0, 1).astype(np.float32)


def centre(picture: Picture) -> Picture:
    """Moved, by fractions of a pixel, until the centre of mass lies where MNIST has it."""
    for _ in range(2):  # the mass within a pixel counts as if it were in its middle
        place = centre_of_mass(in_frame(picture))
        if place is None:
            return picture
        picture = replace(picture, offset=picture.offset + MASS_CENTRE - place)
    return picture


def in_frame(picture: Picture) -> Frame:
    """The mean ink over the area of each pixel of the frame."""
    height, width = picture.ink.shape
    down = _shares(height, picture.scale, picture.offset[1], SIZE)
    across = _shares(width, picture.scale, picture.offset[0], SIZE)
    return np.clip(down @ picture.ink @ across.T, 0, 1).astype(np.float32)


def _shares(number: int, scale: float, offset: float, size: int) -> npt.NDArray[np.float64]:
    """(size, number): how much of each of `size` unit pixels each of `number` scaled pixels covers."""
    edges = offset + scale * np.arange(number + 1)
    cell = np.arange(size)[:, None]
    reached = np.clip(edges[None] - cell, 0, 1)
    return np.diff(reached, axis=1)


def _resampled(picture: Picture, per_pixel: int) -> Picture:
    """The ink with so many pixels per pixel of the frame: averaged when that is less, else smooth."""
    factor = picture.scale * per_pixel
    height, width = (max(1, round(n * factor)) for n in picture.ink.shape)
    image = Image.fromarray(picture.ink)
    ink = np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))
    return Picture(ink, 1 / per_pixel, picture.offset)


def _bounds(ink: Ink) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """First and last + 1 column and row with ink."""
    dark = ink > FOOT
    columns, rows = np.flatnonzero(dark.any(0)), np.flatnonzero(dark.any(1))
    return np.array([columns[0], rows[0]]), np.array([columns[-1], rows[-1]]) + 1

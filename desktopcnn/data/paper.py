"""The ink in a picture: which pixels somebody wrote, whatever the paper, the light and the colours.

Works on brightness (0 is black, 1 is white) and gives ink: 0 is paper, 1 is the middle of a stroke.
A picture made by a program has one background colour, and its grey levels are kept. In a photograph the
light differs from place to place, the paper may be ruled, and the table may be seen beside it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from desktopcnn.data.image_file import Brightness

Ink = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.signedinteger]

FLAT = 0.02
"""Brightness by which the background of a picture made by a program may differ (JPEG does that)."""
MOST_INK = 0.5
"""A digit covers less than this share of its picture."""
FAINTEST = 0.06
"""Contrast below which nothing is taken for ink."""
SMOOTH = 0.8
"""Pixels by which a photograph is smoothed against noise (standard deviation of a Gaussian)."""
STROKE = 0.2
"""The widest stroke looked for in a photograph, as a share of its longer side."""
DARKEST = 0.2
"""Light below which contrast is no longer taken relative to it: it would be noise."""
STEEPEST = 0.12
"""The steepest ruled line that is looked for (7 degrees)."""
LINE_SHARE = 0.7
"""A ruled line goes through this share of the picture."""
LINE_MARGIN = 1.3
"""A line is taken away as if it were so much darker: it is uneven."""
LINE_WIDTH = 11
"""The widest line, with its blurred edges, across which strokes are mended."""
COLUMNS, MIN_COLUMNS = 16, 8
"""Pixels of a ruled line that are taken together, to save time, and the fewest lots worth a look."""
SLOPE_STEP = 4
"""Pixels by which the ends of neighbouring directions differ."""
NEAR = 0.35
"""A further part of the digit lies nearer than this share of the largest part's side."""
SHADE = 0.25
"""What is fainter than this share of the darkest ink is paper."""
AT_RIM = 0.03
"""How much less a part that touches the picture's rim counts."""
MOST_PARTS = 40
"""Parts that are looked at, the largest first."""
UPPER_QUARTILE = 0.6745
"""Standard deviations of normal noise above its median that a quarter of it reaches."""
NOISE, NOT_NOISE = 5, 0.2
"""Standard deviations of the noise that ink stands out by, and contrast that is never taken for noise."""
PALEST = 0.15
"""The darkest ink of a digit in a photograph has at least this contrast; stains and folds have less."""
SMALLEST = 0.02
"""The longest side of a digit in a photograph, as a share of the picture's, at least."""


def find_ink(brightness: Brightness) -> Ink:
    """The ink of the picture, of the same shape, 0..1; all 0 when there is none."""
    flat = _flat_ink(brightness)
    return _photographed_ink(brightness) if flat is None else flat


def _flat_ink(brightness: Brightness) -> Ink | None:
    """Ink on a background of one colour, that of the rim; None when there is no such thing."""
    rim = np.concatenate([brightness[0], brightness[-1], brightness[:, 0], brightness[:, -1]])
    paper = np.median(rim)
    if np.mean(np.abs(rim - paper) <= FLAT) < 0.9 and not _two_colours(brightness):
        return None
    away = brightness - paper
    if away.sum() < 0:
        away = -away
    most = float(away.max())
    if most < FAINTEST:
        return np.zeros_like(brightness)
    ink: Ink = np.clip(away / most, 0, 1).astype(np.float32)
    return ink if ink.mean() < MOST_INK else None  # else it is a sheet of paper on a table


def _two_colours(brightness: Brightness) -> bool:
    """Whether nearly everything is as dark as the darkest or as light as the lightest pixels."""
    low, high = brightness.min(), brightness.max()
    return bool(np.mean((brightness < low + 2 * FLAT) | (brightness > high - 2 * FLAT)) > 0.8)


def _photographed_ink(brightness: Brightness) -> Ink:
    smooth = ndimage.gaussian_filter(brightness, SMOOTH)
    window = max(3, round(STROKE * max(smooth.shape)))
    if _is_light_on_dark(smooth, window):
        contrast = without_light(1 - smooth, window, 1.0)  # chalk shines by itself, not by the board's light
    else:
        contrast = without_light(smooth, window, DARKEST)
    contrast = without_lines(contrast)
    contrast = without_lines(np.ascontiguousarray(contrast.T)).T
    return the_digit(contrast)


def _is_light_on_dark(smooth: Brightness, window: int) -> bool:
    """Strokes are few and strong, what lies between them is much and weak: the skewness tells."""
    detail = smooth - ndimage.uniform_filter(smooth, window)
    return float((detail**3).mean()) > 0


def without_light(smooth: Brightness, window: int, darkest: float) -> Ink:
    """How much darker than the paper around it each pixel is, as a share of the light there.

    Light under `darkest` counts as that much.
    The paper under a stroke is what a grey closing puts there: dark shapes that `window` does not fit
    into are filled, the edges of larger ones (shadows, the table) stay where they are.
    """
    paper: Brightness = ndimage.grey_closing(smooth, (window, window), mode="reflect")
    contrast = (paper - smooth) / np.maximum(paper, darkest)
    return np.maximum(contrast - np.median(contrast), 0, dtype=np.float32)


def without_lines(contrast: Ink) -> Ink:
    """Without ruled lines that run from left to right.

    A line is where most of the picture's width, along one of many slightly sloping directions, is
    darker than the paper; it is taken away by as much as it is dark there, and a little more.
    """
    height, width = contrast.shape
    columns = width // COLUMNS
    if columns < MIN_COLUMNS:
        return contrast
    thick = ndimage.maximum_filter1d(contrast, 3, axis=0)
    blocks = thick[:, : columns * COLUMNS].reshape(height, columns, COLUMNS).mean(2)
    line = np.repeat(_lines(blocks, width), COLUMNS, axis=1)
    if line.max() < FAINTEST / 2:
        return contrast
    line = np.pad(line, ((0, 0), (0, width - line.shape[1])), mode="edge")
    without = np.maximum(contrast - LINE_MARGIN * line, 0)
    # a line as dark as the ink has cut the strokes that cross it
    bridged: Ink = ndimage.grey_closing(without, (LINE_WIDTH, LINE_WIDTH))
    return np.maximum(without, np.minimum(bridged, contrast))


def _lines(blocks: Ink, width: int) -> Ink:
    """How dark a line is that goes through each block, at most; of the shape of `blocks`."""
    height, columns = blocks.shape
    rows, across = np.arange(height)[:, None], np.arange(columns)
    faintest = round((1 - LINE_SHARE) * (columns - 1))
    lines = np.zeros_like(blocks)
    for slope in np.arange(-STEEPEST, STEEPEST, SLOPE_STEP / width):
        drop = np.rint(slope * (across - columns / 2) * COLUMNS).astype(int)
        along = blocks[(rows + drop).clip(0, height - 1), across]
        along.partition(faintest, axis=1)
        back = (rows - drop).clip(0, height - 1)
        np.maximum(lines, along[back, faintest], out=lines)
    narrow: Ink = lines - ndimage.grey_opening(lines, (LINE_WIDTH, 1))  # a marker's stroke is wider
    return narrow


def the_digit(contrast: Ink) -> Ink:
    """Only the part of the picture that most looks like one written thing, and what lies near it."""
    noise = float(np.quantile(contrast, 0.75)) / UPPER_QUARTILE
    floor = min(max(FAINTEST, NOISE * noise), NOT_NOISE)
    main, parts, labels = _main_part(contrast, floor)
    if main is not None:  # now that the ink is known, leave out shadows that hang on to it
        main, parts, labels = _main_part(contrast, max(floor, SHADE * main.darkest))
    if main is None or main.side < SMALLEST * max(contrast.shape) or main.darkest < PALEST:
        return np.zeros_like(contrast)
    kept = [part.label for part in parts if part is main or part.belongs_to(main)]
    ink: Ink = (np.clip(contrast / main.level, 0, 1) * np.isin(labels, kept)).astype(np.float32)
    return ink


@dataclass(frozen=True)
class _Part:
    """Connected ink. level, darkest: the contrast of most of it, and of its darkest places."""

    label: int
    rows: slice
    columns: slice
    level: float
    darkest: float
    at_rim: bool

    @property
    def side(self) -> int:
        return max(int(s.stop) - int(s.start) for s in (self.rows, self.columns))

    @property
    def score(self) -> float:
        """Large and dark; the table, shadows and other writing come in from the rim."""
        return self.side * self.level * (AT_RIM if self.at_rim else 1.0)

    def belongs_to(self, main: "_Part") -> bool:
        """Whether this is a further part of the digit whose main part that is."""
        down = max(self.rows.start, main.rows.start) - min(self.rows.stop, main.rows.stop)
        across = max(self.columns.start, main.columns.start) - min(self.columns.stop, main.columns.stop)
        return max(down, across) < NEAR * main.side and self.level > 0.5 * main.level and not self.at_rim


def _main_part(contrast: Ink, floor: float) -> tuple[_Part | None, list[_Part], Labels]:
    """What is darker than `floor`: the part most like a digit, the largest parts, every pixel's label."""
    labels: Labels
    labels, _ = ndimage.label(contrast > floor, np.ones((3, 3)))
    height, width = contrast.shape
    boxes = ndimage.find_objects(labels)
    sides = [max(rows.stop - rows.start, columns.stop - columns.start) for rows, columns in boxes]
    parts = []
    for place in np.argsort(sides)[::-1][:MOST_PARTS]:
        rows, columns = boxes[place]
        inside = contrast[rows, columns][labels[rows, columns] == place + 1]
        level, darkest = np.percentile(inside, (80, 98))
        at_rim = not (rows.start and columns.start and rows.stop < height and columns.stop < width)
        parts.append(_Part(int(place) + 1, rows, columns, float(level), float(darkest), at_rim))
    return max(parts, key=lambda part: part.score, default=None), parts, labels

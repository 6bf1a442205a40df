"""The curves as SVG: the same layout as in the window, written as plain lines, rectangles and text.

Not by QSvgGenerator: it writes the clipping and the scaled pens of a plot in a way that other programs
draw wrongly.
"""

from collections.abc import Callable, Iterator, Sequence
from html import escape

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from desktopcnn.training.curves import Array
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.legend import Chip
from desktopcnn.ui.train.plot import CROWDED, Plot
from desktopcnn.ui.train.plot_style import LAYERS, Style, pen

SMALL = 11
"""Pixels of the letters at the axes."""
BASELINE = 0.35
"""How far the foot of a letter lies below its middle, in its sizes."""


def to_svg(widgets: Sequence[QWidget], places: Sequence[QPoint], size: QSize, theme: Theme) -> str:
    """A drawing of that size (pixels) with what is visible of the widgets, each at its place."""
    colours = theme.colours
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size.width()}" height="{size.height()}"'
        f' viewBox="0 0 {size.width()} {size.height()}" font-family="sans-serif">',
        f'<rect x="0" y="0" width="{size.width()}" height="{size.height()}" fill="{colours.window}"/>',
    ]
    for widget, place in zip(widgets, places, strict=True):
        shown = [child for child in widget.findChildren(QWidget) if child.isVisible()]
        for child in sorted(shown, key=lambda child: not _is_card(child)):  # which lie below the rest
            at = child.mapTo(widget, QPoint()) + place
            parts += _parts(child, QRectF(at, child.size()), theme)
    return "\n".join([*parts, "</svg>", ""])


def _parts(child: QWidget, area: QRectF, theme: Theme) -> Iterator[str]:
    colours = theme.colours
    if isinstance(child, Plot):
        yield from _plot(child, area.topLeft().toPoint(), theme)
    elif isinstance(child, Chip):
        yield from _chip(child, area, theme)
    elif isinstance(child, QComboBox):
        yield _text(child.currentText(), child, area.left(), area.center().y(), colours.text, bold=True)
    elif isinstance(child, QLabel) and not child.property("card"):
        centred = bool(child.alignment() & Qt.AlignmentFlag.AlignHCenter)
        x = area.center().x() if centred else area.left()
        colour = colours.muted if child.property("muted") else colours.text
        bold = bool(child.property("strong"))
        yield _text(child.text(), child, x, area.center().y(), colour, bold, "middle" if centred else "start")
    elif _is_card(child):
        yield (
            f'<rect x="{area.x():g}" y="{area.y():g}" width="{area.width():g}" height="{area.height():g}"'
            f' rx="6" fill="{colours.card}" stroke="{colours.border}"/>'
        )


def _is_card(child: QWidget) -> bool:
    return bool(child.property("card")) and not isinstance(child, QLabel)


def _text(
    text: str, of: QWidget, x: float, y: float, colour: str, bold: bool = False, anchor: str = "start"
) -> str:
    size = QFontInfo(of.font()).pixelSize()
    return (
        f'<text x="{x:g}" y="{y + BASELINE * size:.1f}" font-size="{size}" fill="{colour}"'
        f' text-anchor="{anchor}"{_bold(bold)}>{escape(text)}</text>'
    )


def _bold(bold: bool) -> str:
    return ' font-weight="600"' if bold else ""


def _chip(chip: Chip, area: QRectF, theme: Theme) -> Iterator[str]:
    if not chip.isChecked() or chip.entry is None:
        return
    entry, y = chip.entry, area.center().y()
    if entry.style is None:
        x, side = area.x() + 4, 10
        yield f'<rect x="{x:g}" y="{y - 5:g}" width="{side}" height="{side}" rx="2" fill="{entry.colour}"/>'
    else:
        ends = np.array([area.x() + 2, area.x() + 15])
        yield _line(ends, np.full(2, y), _stroke(entry.colour, entry.style))
    yield _text(entry.name, chip, area.x() + 19, y, theme.colours.text)


def _plot(plot: Plot, corner: QPoint, theme: Theme) -> Iterator[str]:
    box = plot.getViewBox()
    area = QRectF(plot.mapFromScene(box.sceneBoundingRect()).boundingRect()).translated(corner)
    (left, right), (low, high) = box.viewRange()

    def across(x: Array) -> Array:
        return np.asarray(area.left() + (x - left) / (right - left) * area.width())

    def up(y: Array) -> Array:
        return np.asarray(area.bottom() - (y - low) / (high - low) * area.height())

    shape = f'x="{area.x():.1f}" y="{area.y():.1f}" width="{area.width():.1f}" height="{area.height():.1f}"'
    for value, text in _ticks(plot, "left", low, high, area.height()) if plot.lines() else ():
        level = float(up(np.array(value)))
        ends = np.array([area.left(), area.right()])
        yield _line(ends, np.full(2, level), f'stroke="{theme.colours.track}"')
        yield _tick(text, area.left() - 4, level, "end", theme)
    for value, text in _ticks(plot, "bottom", left, right, area.width()):
        yield _tick(text, float(across(np.array(value))), area.bottom() + 9, "middle", theme)
    yield _tick(plot.x_name, area.center().x(), area.bottom() + 24, "middle", theme)
    yield f'<rect {shape} fill="none" stroke="{theme.colours.border}" stroke-width="0.5"/>'
    for line, x, y in sorted(plot.displayed(), key=lambda shown: LAYERS[shown[0].style]):
        finite = np.isfinite(y)
        xs, ys = across(x[finite]), up(y[finite])
        for piece_x, piece_y in _inside(xs, ys, area):
            yield _line(piece_x, piece_y, _stroke(line.colour, line.style))
        if line.style == "dotted" and len(xs) <= CROWDED:
            for a, b in zip(xs.tolist(), ys.tolist(), strict=True):
                if area.contains(a, b):
                    yield f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" fill="{line.colour}"/>'
    yield from _marks(plot, area, across, theme)


def _inside(x: Array, y: Array, area: QRectF) -> Iterator[tuple[Array, Array]]:
    """The pieces of a curve that lie in an area: not every program knows the clipping of SVG."""
    at = np.arange(len(x), dtype=float)  # along the curve: a point is a whole number, between two a fraction
    crossings = [at]
    for values, edge in ((x, area.left()), (x, area.right()), (y, area.top()), (y, area.bottom())):
        before, after = values[:-1] - edge, values[1:] - edge
        (place,) = np.nonzero(before * after < 0)
        crossings.append(place + before[place] / (before[place] - after[place]))
    along = np.sort(np.concatenate(crossings))
    x, y = np.interp(along, at, x), np.interp(along, at, y)
    middle_x, middle_y = (x[:-1] + x[1:]) / 2, (y[:-1] + y[1:]) / 2
    inside = (area.left() <= middle_x) & (middle_x <= area.right())
    inside &= (area.top() <= middle_y) & (middle_y <= area.bottom())
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]])))
    for first, last in edges.reshape(-1, 2):
        yield x[first : last + 1], y[first : last + 1]


def _ticks(plot: Plot, side: str, low: float, high: float, size: float) -> list[tuple[float, str]]:
    axis = plot.getAxis(side)
    ((spacing, places),) = axis.tickValues(low, high, size)
    return list(zip(places, axis.tickStrings(places, 1.0, spacing), strict=True))


def _marks(plot: Plot, area: QRectF, across: Callable[[Array], Array], theme: Theme) -> Iterator[str]:
    for at, _ in plot.marks():
        x = float(across(np.array(at)))
        stroke = f'stroke="{theme.colours.muted}" stroke-dasharray="1 2"'
        if area.left() <= x <= area.right():
            yield _line(np.array([x, x]), np.array([area.top(), area.bottom()]), stroke)
    for at, text in plot.labels():
        x = float(across(np.array(at)))
        if area.left() <= x <= area.right():
            yield (
                f'<text transform="translate({x + SMALL:.1f} {area.top() + 6:.1f}) rotate(-90)"'
                f' font-size="{SMALL}" fill="{theme.colours.muted}" text-anchor="end">{escape(text)}</text>'
            )


def _tick(text: str, x: float, y: float, anchor: str, theme: Theme) -> str:
    return (
        f'<text x="{x:.1f}" y="{y + BASELINE * SMALL:.1f}" font-size="{SMALL}" text-anchor="{anchor}"'
        f' fill="{theme.colours.muted}">{escape(text)}</text>'
    )


def _line(x: Array, y: Array, stroke: str) -> str:
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))
    return f'<polyline points="{points}" fill="none" {stroke}/>'


def _stroke(colour: str, style: Style) -> str:
    width = pen(colour, style).widthF()
    dashes = ' stroke-dasharray="5 3"' if style == "dotted" else ""
    return f'stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round"{dashes}'

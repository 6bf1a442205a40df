"""The input maps of a convolution's cell: their order, the chosen one, and a bar for the sum of each."""

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF

from desktopcnn.inspection.explanations import Convolved
from desktopcnn.ui.network.cell.cell_items import Column, Item, Sight, Words
from desktopcnn.ui.network.cell.cell_numbers import figures

translate = QCoreApplication.translate
NARROW, WIDE = 3.0, 24.0
"""Widths of a channel's bar in pixels, at least and at most."""
LABELLED = 34.0
"""Height in pixels of bars from which on their numbers stand below them."""


def order(e: Convolved, strongest: bool) -> list[int]:
    """Places of the channels, by index or by the size of their sums."""
    if not strongest:
        return list(range(len(e.channels)))
    return [int(place) for place in np.argsort(-np.abs(e.sums), kind="stable")]


def chosen(e: Convolved, sight: Sight) -> int:
    """The place of the chosen channel among those that are seen; the first where it is not one of them."""
    places = np.flatnonzero(e.channels == (-1 if sight.channel is None else sight.channel))
    return int(places[0]) if places.size else order(e, sight.strongest)[0]


def title(e: Convolved, sight: Sight) -> str:
    """What the bars are."""
    text = translate("Cell", "sums of the {0} input maps, and the bias b").format(len(e.channels))
    if rest := order(e, sight.strongest)[_fitting(sight.width) :]:
        more = figures(float(e.sums[rest].sum()))
        text += translate("Cell", "; {0} more add {1}").format(len(rest), more)
    return text


def strip(e: Convolved, sight: Sight, area: QRectF, *, titled: bool) -> list[Item]:
    """A bar for the sum of each channel, and one for the bias; as many as there is room for."""
    items: list[Item] = []
    if titled:
        line = QRectF(area.left(), area.top(), area.width(), sight.line)
        items.append(Words(line, title(e, sight), "muted"))
        area = area.adjusted(0, sight.line, 0, 0)
    shown = order(e, sight.strongest)[: _fitting(area.width())]
    width = min((area.width() - WIDE) / len(shown), WIDE)
    width = float(int(width)) if width > 6 else width
    largest = max(float(np.abs(e.sums).max()), abs(e.bias)) or 1.0
    numbered = area.height() >= LABELLED and width >= 4 + 7 * len(str(int(e.channels.max())))
    looked_at = chosen(e, sight)
    for position, place in enumerate(shown):
        channel, total = int(e.channels[place]), float(e.sums[place])
        tip = translate("Cell", "input map {0}: Σ w·a = {1}").format(channel, figures(total))
        bar = QRectF(area.left() + position * width, area.top(), width, area.height())
        label = str(channel) if numbered else ""
        items.append(Column(bar, total, largest, tip, label, channel, place == looked_at))
    bar = QRectF(area.left() + len(shown) * width + 6, area.top(), 16, area.height())
    items.append(Column(bar, e.bias, largest, f"b = {figures(e.bias)}", "b" if numbered else ""))
    return items


def _fitting(width: float) -> int:
    return max(int((width - WIDE) // NARROW), 1)

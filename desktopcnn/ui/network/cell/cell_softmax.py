"""The softmax step by step: for each class z, less the largest, exp, divided by the sum."""

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF

from desktopcnn.inspection.explanations import Softmaxed
from desktopcnn.ui.network.cell import cell_result
from desktopcnn.ui.network.cell.cell_items import Align, Item, Look, Share, Sight, Words
from desktopcnn.ui.network.cell.cell_numbers import number

translate = QCoreApplication.translate
COLUMNS = (0.0, 0.11, 0.27, 0.45, 0.64, 0.83)
"""Where class, z, shifted, exp, p and the bar begin, in parts of the width."""
LEAST_LINE = 13.0


def layout(e: Softmaxed, sight: Sight) -> list[Item]:
    """A table of all classes, the most probable where there are too many; the sum below; the result."""
    room = cell_result.room_above(e, sight)
    classes = len(e.logits)
    line = min(sight.line + 4, max(room / (classes + 2), LEAST_LINE))
    fitting = min(max(int(room / line + 0.01) - 2, 1), classes)
    shown = list(range(classes))
    if fitting < classes:
        fitting -= 1
        shown = sorted(np.argsort(-e.probabilities, kind="stable")[:fitting].tolist())
    hot = "" if e.temperature == 1 else "/T"
    items = _row(
        (translate("Cell", "class"), "z", f"z{hot} − max", "exp", translate("Cell", "÷ sum")),
        sight, 0, line, ("muted",) * 5,
    )  # fmt: skip
    for place, unit in enumerate(shown, 1):
        name = sight.classes[unit] if unit < len(sight.classes) else str(unit)
        words = (
            name,
            *(number(float(x[unit])) for x in (e.logits, e.shifted, e.exponentials, e.probabilities)),
        )
        chosen: Look = "accent" if unit == e.cell[0] else "plain"
        items += _row(words, sight, place * line, line, (chosen,) * 5)
        left = COLUMNS[5] * sight.width + 12
        bar = QRectF(left, place * line + line / 2 - 4, sight.width - left, 8)
        items.append(Share(bar, float(e.probabilities[unit])))
    y = (len(shown) + 1) * line
    if fitting < classes:
        items += _rest(e, sight, y, line, set(shown))
        y += line
    total = number(e.total)
    items += _row((translate("Cell", "sum"), "", "", total, "1"), sight, y, line, ("muted",) * 5)
    return items + cell_result.result(e, sight)


def _rest(e: Softmaxed, sight: Sight, y: float, line: float, shown: set[int]) -> list[Item]:
    rest = [unit for unit in range(len(e.logits)) if unit not in shown]
    name = translate("Cell", "{0:,} more").format(len(rest))
    sums = (number(float(values[rest].sum())) for values in (e.exponentials, e.probabilities))
    return _row((name, "", "", *sums), sight, y, line, ("muted",) * 5)


def _row(words: tuple[str, ...], sight: Sight, y: float, line: float, looks: tuple[Look, ...]) -> list[Item]:
    items: list[Item] = []
    for place, (text, look) in enumerate(zip(words, looks, strict=True)):
        left, right = COLUMNS[place] * sight.width, COLUMNS[place + 1] * sight.width
        align: Align = "right" if place else "left"
        items.append(Words(QRectF(left, y, right - left, line), text, look, align))
    return items

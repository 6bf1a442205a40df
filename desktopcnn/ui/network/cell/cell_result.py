"""What stands at the foot of every close look: the equations, and whether the network agrees."""

from PySide6.QtCore import QRectF

from desktopcnn.inspection.explanations import Explanation
from desktopcnn.ui.network.cell import cell_texts
from desktopcnn.ui.network.cell.cell_items import Item, Panel, Sight, Words

PADDING = 6.0
GAP = 8.0
"""Pixels between the result and what stands above it."""


def room_above(explanation: Explanation, sight: Sight) -> float:
    """Height in pixels that is left for the rest."""
    return sight.height - _height(explanation, sight) - GAP


def result(explanation: Explanation, sight: Sight) -> list[Item]:
    """The equations with the numbers put in; below, the network's number and the difference."""
    top = sight.height - _height(explanation, sight)
    items: list[Item] = [Panel(QRectF(0, top, sight.width, sight.height - top))]
    left, width = PADDING + 2, sight.width - 2 * PADDING - 4
    written = cell_texts.equations(explanation)
    for place, text in enumerate(written):
        area = QRectF(left, top + PADDING + place * sight.line, width, sight.line)
        items.append(Words(area, text, "strong" if place == len(written) - 1 else "plain"))
    area = QRectF(left, top + PADDING + len(written) * sight.line, width, sight.line)
    items.append(Words(area, cell_texts.computed(explanation), "muted"))
    items.append(
        Words(area, cell_texts.agreement(explanation), "accent" if explanation.agrees else "strong", "right")
    )
    return items


def _height(explanation: Explanation, sight: Sight) -> float:
    return 2 * PADDING + (2 + (explanation.activation is not None)) * sight.line


def table(
    rows: list[tuple[str, str]], sight: Sight, *, top: float = 0.0, left: float = 0.0, width: float = 0.0
) -> list[Item]:
    """Names at the left and their values, the points of which stand below each other."""
    width = width or sight.width - left
    items: list[Item] = []
    for place, (name, value) in enumerate(rows):
        area = QRectF(left, top + place * sight.line, width, sight.line)
        items.append(Words(area, name, "muted"))
        items.append(Words(area, value, "plain", "right"))
    return items

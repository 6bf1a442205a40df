"""A dense unit: its strongest contributions, and where its inputs came from maps, those as pictures."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF

from desktopcnn.inspection.explanations import Weighted
from desktopcnn.ui.network.cell import cell_result
from desktopcnn.ui.network.cell.cell_items import Array, Bar, Item, Maps, Scale, Sight, Words, symmetric
from desktopcnn.ui.network.cell.cell_numbers import figures, number
from desktopcnn.ui.network.cell.cell_texts import bracketed

translate = QCoreApplication.translate
SHARE = 0.44
"""Of the height above the result that maps take."""
COLUMNS = (0.0, 0.30, 0.45, 0.60, 0.76)
"""Where input, a, w, w·a and the bar begin, in parts of the width."""


def layout(e: Weighted, sight: Sight) -> list[Item]:
    """Maps above, if any; the strongest products as rows with bars; the rest, the bias and the result."""
    room = cell_result.room_above(e, sight)
    items: list[Item] = []
    top = 0.0
    if e.maps_shape:
        items += _maps(e, e.maps_shape, sight, float(int(room * SHARE)))
        top = max(item.target().bottom() for item in items if isinstance(item, Maps)) + 2 * cell_result.GAP
    return items + _rows(e, sight, top, room) + cell_result.result(e, sight)


def _maps(e: Weighted, shape: tuple[int, int, int], sight: Sight, height: float) -> list[Item]:
    """The inputs, their weights and their products, laid out as the maps that they were."""
    parts: tuple[tuple[str, Array, Scale], ...] = (
        (translate("Cell", "inputs a"), e.inputs, sight.activations),
        (translate("Cell", "weights w"), e.weights, symmetric(e.weights)),
        (translate("Cell", "products w·a"), e.products, symmetric(e.products)),
    )
    width = (sight.width - 2 * 12) / 3
    items: list[Item] = []
    for place, (caption, values, scale) in enumerate(parts):
        left = place * (width + 12)
        items.append(Words(QRectF(left, 0, width, sight.line), caption, "muted"))
        area = QRectF(left, sight.line, width, height - sight.line)
        items.append(Maps(area, values.reshape(shape), scale, _tip(e, shape)))
    return items


def _tip(e: Weighted, shape: tuple[int, int, int]) -> Callable[[int, int, int], str]:
    def tip(*cell: int) -> str:
        where = translate("Cell", "map {0}, row {1}, column {2}").format(*cell)
        return f"{where}\n{product(e, int(np.ravel_multi_index(cell, shape)))}"

    return tip


def product(e: Weighted, place: int) -> str:
    """w · a = −0.310 · 0.870 = −0.270"""
    weight, value = float(e.weights[place]), float(e.inputs[place])
    return f"w · a = {figures(weight)} · {bracketed(value)} = {figures(float(e.products[place]))}"


def name(e: Weighted, place: int) -> str:
    """23, or 3 (1, 2): map, row and column, where the inputs were maps."""
    if not e.maps_shape:
        return str(place)
    number_, row, column = np.unravel_index(place, e.maps_shape)
    return f"{number_} ({row}, {column})"


def _rows(e: Weighted, sight: Sight, top: float, bottom: float) -> list[Item]:
    heads = (translate("Cell", "map (row, column)") if e.maps_shape else translate("Cell", "input"),)
    items = _row((*heads, "a", "w", "w·a"), sight, top, "muted")
    fitting = max(int((bottom - top) // sight.line) - 3, 0)  # besides the heads, the rest and the bias
    shown, rest = e.order[:fitting], e.order[fitting:]
    remaining = float(e.products[rest].sum())
    largest = max(float(np.abs(e.products).max(initial=0)), abs(e.bias), abs(remaining)) or 1.0
    rows = [
        ((name(e, int(place)), *(number(float(x[place])) for x in (e.inputs, e.weights, e.products))),
         float(e.products[place]))
        for place in shown
    ]  # fmt: skip
    if len(rest):
        label = translate("Cell", "the other {0:,}").format(len(rest))
        rows.append(((label, "", "", number(remaining)), remaining))
    rows.append(((translate("Cell", "bias b"), "", "", number(e.bias)), e.bias))
    for number_, (words, value) in enumerate(rows, 1):
        y = top + number_ * sight.line
        items += _row(words, sight, y)
        left = COLUMNS[4] * sight.width + 12
        items.append(Bar(QRectF(left, y + 4, sight.width - left, sight.line - 8), value, largest))
    return items


def _row(words: tuple[str, ...], sight: Sight, y: float, look: str = "plain") -> list[Item]:
    items: list[Item] = []
    for place, text in enumerate(words):
        left, right = COLUMNS[place] * sight.width, COLUMNS[place + 1] * sight.width
        area = QRectF(left, y, right - left, sight.line)
        plain = look == "plain" and place != 0
        items.append(Words(area, text, "plain" if plain else "muted", "right" if place else "left"))
    return items

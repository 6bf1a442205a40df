"""An RBF unit: the stylised digit beside the input of the same shape, and the squares of the differences."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF

from desktopcnn.inspection.explanations import Distanced
from desktopcnn.ui.network.cell import cell_result
from desktopcnn.ui.network.cell.cell_items import Array, Item, Matrix, Scale, Sight, Words, symmetric
from desktopcnn.ui.network.cell.cell_numbers import digits, figures

translate = QCoreApplication.translate
GAP = 24.0
"""Pixels between the pictures."""
LARGEST = 40.0
"""Side of a cell in pixels, at most."""


def layout(e: Distanced, sight: Sight) -> list[Item]:
    """Three pictures with a sign between them; the sum of the squares is the distance."""
    rows, columns = e.shape or _squarish(len(e.inputs))
    room = cell_result.room_above(e, sight) - 2 * sight.line - 4
    width = (sight.width - 2 * GAP) / 3
    cell = max(float(int(min(room / rows, width / columns, LARGEST))), 2.0)
    both = symmetric(np.concatenate((e.inputs, e.centre)))
    parts: tuple[tuple[str, Array, Scale], ...] = (
        (translate("Cell", "input a"), e.inputs, both),
        (translate("Cell", "digit c of unit {0}").format(e.cell[0]), e.centre, both),
        ("(a − c)²", e.squares, Scale("sequential", 0, float(e.squares.max(initial=0)) or 1.0)),
    )
    items: list[Item] = []
    step = max(columns * cell, 104.0) + GAP
    for place, (caption, values, scale) in enumerate(parts):
        left = place * step
        text = caption + digits(values).factor
        items.append(Words(QRectF(left, 0, min(step - 8, sight.width - left), sight.line), text, "muted"))
        area = QRectF(left, sight.line, columns * cell, rows * cell)
        shaped = np.full(rows * columns, np.nan)
        shaped[: len(values)] = values
        items.append(Matrix(area, shaped.reshape(rows, columns), scale, _tip(e, columns)))
    total = QRectF(0, sight.line + rows * cell + 4, 2 * step + columns * cell, sight.line)
    text = translate("Cell", "squared distance Σ (a − c)² = {0}").format(figures(e.total))
    items.append(Words(total, text, "plain"))
    return items + cell_result.result(e, sight)


def _squarish(size: int) -> tuple[int, int]:
    columns = max(int(np.ceil(np.sqrt(size))), 1)
    return -(-size // columns), columns


def _tip(e: Distanced, columns: int) -> Callable[[int, int], str]:
    def tip(row: int, column: int) -> str:
        place = row * columns + column
        if place >= len(e.inputs):
            return ""
        value, centre = float(e.inputs[place]), float(e.centre[place])
        square = figures(float(e.squares[place]))
        return translate("Cell", "input {0}").format(place) + (
            f"\n(a − c)² = ({figures(value)} − {figures(centre)})² = {square}"
        )

    return tip

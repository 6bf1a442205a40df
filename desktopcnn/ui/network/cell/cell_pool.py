"""A cell of a pool: its window, and the largest of it or the sum."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QRectF

from desktopcnn.inspection.explanations import Pooled
from desktopcnn.ui.network.cell import cell_result
from desktopcnn.ui.network.cell.cell_items import Item, Matrix, Place, Sight, Words
from desktopcnn.ui.network.cell.cell_numbers import digits, number

translate = QCoreApplication.translate
LARGEST = 64.0
"""Side of a cell in pixels, at most."""


def layout(e: Pooled, sight: Sight) -> list[Item]:
    """The window at the left, what is made of it at the right, the result below."""
    rows, columns = e.values.shape
    room = cell_result.room_above(e, sight) - sight.line
    cell = max(float(int(min(room / rows, sight.width * 0.6 / columns, LARGEST))), 2.0)
    area = QRectF(0, sight.line, columns * cell, rows * cell)
    caption = translate("Cell", "window of map {0}").format(e.cell[0]) + digits(e.values).factor
    inside = None if e.inside.all() else e.inside
    items: list[Item] = [
        Words(QRectF(0, 0, sight.width, sight.line), caption, "muted"),
        Matrix(area, e.values, sight.activations, _tip(e), inside, _winner(e), slides=True),
    ]
    left = area.right() + 24
    lines = cell_result.table(_steps(e), sight, top=sight.line, left=left, width=min(sight.width - left, 220))
    return items + lines + cell_result.result(e, sight)


def _winner(e: Pooled) -> Place | None:
    """Its place in the window."""
    if e.winner is None:
        return None
    return e.rows.tolist().index(e.winner[0]), e.columns.tolist().index(e.winner[1])


def _steps(e: Pooled) -> list[tuple[str, str]]:
    if e.winner is not None:
        return [
            (translate("Cell", "largest"), number(e.total)),
            (translate("Cell", "at row, column"), "{}, {}".format(*e.winner)),
        ]
    steps = [(translate("Cell", "sum Σ a"), number(e.total))]
    if e.kind == "subsampling":
        steps += [(translate("Cell", "coefficient c"), number(e.coefficient))]
        steps += [("c · Σ a", number(e.coefficient * e.total)), (translate("Cell", "bias b"), number(e.bias))]
    else:
        steps += [(translate("Cell", "divided by"), str(e.divisor))]
    return steps


def _tip(e: Pooled) -> Callable[[int, int], str]:
    def tip(row: int, column: int) -> str:
        where = translate("Cell", "row {0}, column {1}").format(e.rows[row], e.columns[column])
        if not e.inside[row, column]:
            return translate("Cell", "{0}: padding").format(where)
        return f"{where}: {number(float(e.values[row, column]))}"

    return tip

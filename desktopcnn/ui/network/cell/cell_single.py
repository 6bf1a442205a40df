"""Cells that are made of one cell: activation, batch norm, dropout, flatten; and a pixel of the input."""

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF

from desktopcnn.inspection import functions
from desktopcnn.inspection.explanations import Applied, Dropped, Moved, Normalised
from desktopcnn.ui.network.cell import cell_result
from desktopcnn.ui.network.cell.cell_items import Array, Curve, Item, Matrix, Sight, Words
from desktopcnn.ui.network.cell.cell_numbers import MINUS, number, power_of_ten
from desktopcnn.ui.network.cell.cell_texts import applied

translate = QCoreApplication.translate
REACH = 4.0
"""A curve is drawn from less than this to more, or as far as the value is."""
AXIS = 52.0
"""Width in pixels of the numbers beside an axis."""
AROUND = 4
"""Pixels of the input that are shown to each side of the chosen one."""


def activation(e: Applied, sight: Sight, constants: Mapping[str, float]) -> list[Item]:
    """The curve of the function with the point of this cell."""
    reach = max(REACH, 1.15 * abs(e.value)) if math.isfinite(e.value) else REACH
    x = np.linspace(-reach, reach, 161)
    y = np.array([functions.evaluate(e.function, float(at), constants) for at in x])
    top = sight.line + 8
    height = max(cell_result.room_above(e, sight) - top - sight.line, 20)
    width = min(sight.width * 0.6, height * 1.8)
    plot = QRectF(AXIS, top, width - AXIS, height)
    items: list[Item] = [
        Words(QRectF(0, 0, sight.width, sight.line), f"f(z) = {applied(e.function, 'z')}", "muted"),
        Curve(plot, x, y, (e.value, e.result)),
        *_ends(plot, x, y, sight),
    ]
    rows = [("z", number(e.value)), ("f(z)", number(e.result))]
    left = width + 24
    items += cell_result.table(rows, sight, top=top, left=left, width=min(sight.width - left, 160))
    return items + cell_result.result(e, sight)


def _ends(plot: QRectF, x: Array, y: Array, sight: Sight) -> list[Item]:
    """The numbers at the ends of both axes."""
    below = QRectF(plot.left() - AXIS / 2, plot.bottom() + 2, AXIS, sight.line)
    beside = QRectF(0, plot.top() - sight.line / 2, AXIS - 6, sight.line)
    return [
        Words(below, _tick(float(x[0])), "muted", "centre"),
        Words(below.translated(plot.width(), 0), _tick(float(x[-1])), "muted", "centre"),
        Words(beside, _tick(float(y.max())), "muted", "right"),
        Words(beside.translated(0, plot.height()), _tick(float(y.min())), "muted", "right"),
    ]


def _tick(value: float) -> str:
    return f"{value:.2g}".replace("-", MINUS)


def batch_norm(e: Normalised, sight: Sight) -> list[Item]:
    """The four numbers of the map, and the formula in four steps."""
    deviation = math.sqrt(e.variance + e.epsilon)
    centred = e.value - e.mean
    epsilon = f"{e.epsilon:.0e}".split("e")
    rows = [
        (translate("Cell", "value x"), number(e.value)),
        (translate("Cell", "mean μ"), number(e.mean)),
        (translate("Cell", "variance σ²"), number(e.variance)),
        (translate("Cell", "scale γ"), number(e.weight)),
        (translate("Cell", "shift β"), number(e.bias)),
        ("ε", f"{epsilon[0]}·{power_of_ten(int(epsilon[1]))}"),
    ]
    steps = [
        ("x − μ", number(centred)),
        ("÷ √(σ² + ε)", number(centred / deviation)),
        ("× γ", number(centred / deviation * e.weight)),
        ("+ β", number(e.result)),
    ]
    head = QRectF(0, 0, sight.width, sight.line)
    half = min((sight.width - 32) / 2, 260)
    items: list[Item] = [Words(head, "y = γ · (x − μ) ÷ √(σ² + ε) + β", "muted")]
    items += cell_result.table(rows, sight, top=sight.line + 8, width=half)
    items += cell_result.table(steps, sight, top=sight.line + 8, left=half + 32, width=half)
    return items + cell_result.result(e, sight)


def dropout(e: Dropped, sight: Sight) -> list[Item]:
    """What it does now, which is nothing, and what it would do in training."""
    rows = [
        (translate("Cell", "now, outside training"), number(e.value)),
        (translate("Cell", "in training, dropped ({0:.0%})").format(e.probability), "0"),
        (
            translate("Cell", "in training, kept ({0:.0%}): value ÷ {1:g}").format(
                1 - e.probability, 1 - e.probability
            ),
            number(e.kept),
        ),
    ]
    head = translate("Cell", "Does nothing now: it drops values in training only.")
    items: list[Item] = [Words(QRectF(0, 0, sight.width, sight.line), head, "muted")]
    width = min(sight.width, 340)
    items += cell_result.table(rows, sight, top=sight.line + 8, width=width)
    return items + cell_result.result(e, sight)


def flatten(e: Moved, sight: Sight) -> list[Item]:
    """Where the value comes from."""
    rows = [(translate("Cell", "unit"), str(e.cell[0]))]
    if len(e.source) == 3:
        names = (translate("Cell", "map"), translate("Cell", "row"), translate("Cell", "column"))
        rows += [(name, str(at)) for name, at in zip(names, e.source, strict=True)]
    rows.append((translate("Cell", "value"), number(e.result)))
    head = translate("Cell", "The maps laid in one row; nothing is computed.")
    items: list[Item] = [Words(QRectF(0, 0, sight.width, sight.line), head, "muted")]
    items += cell_result.table(rows, sight, top=sight.line + 8, width=min(sight.width, 200))
    return items + cell_result.result(e, sight)


def pixel(image: Array, cell: tuple[int, ...], sight: Sight) -> list[Item]:
    """A pixel of the input, with its neighbours in the picture."""
    channel, row, column = cell
    side = 2 * AROUND + 1
    around = np.full((side, side), np.nan)
    rows, columns = np.arange(row - AROUND, row + AROUND + 1), np.arange(column - AROUND, column + AROUND + 1)
    inside = ((rows >= 0) & (rows < image.shape[1]))[:, None] & ((columns >= 0) & (columns < image.shape[2]))
    there = image[channel][np.ix_(rows.clip(0, image.shape[1] - 1), columns.clip(0, image.shape[2] - 1))]
    around[inside] = there[inside]
    size = max(float(int(min((sight.height - 2 * sight.line) / side, sight.width / side, 40))), 4.0)
    area = QRectF(0, sight.line, side * size, side * size)

    def tip(down: int, right: int) -> str:
        where = translate("Cell", "row {0}, column {1}").format(rows[down], columns[right])
        return f"{where}: {number(float(around[down, right]))}" if inside[down, right] else ""

    head = translate("Cell", "the pixel and its neighbours")
    value = number(float(image[cell]))
    text = translate("Cell", "channel {0}, row {1}, column {2}: {3}").format(channel, row, column, value)
    return [
        Words(QRectF(0, 0, sight.width, sight.line), head, "muted"),
        Matrix(area, around, sight.activations, tip, inside, (AROUND, AROUND)),
        Words(QRectF(0, area.bottom() + 2, sight.width, sight.line), text, "strong"),
    ]

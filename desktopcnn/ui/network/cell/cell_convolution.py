"""A cell of a convolution: for each input map its patch, the kernel, their products and their sum."""

import math
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPointF, QRectF

from desktopcnn.inspection.explanations import Convolved
from desktopcnn.ui.network.cell import cell_channels, cell_result
from desktopcnn.ui.network.cell.cell_items import Array, Item, Matrix, Scale, Sight, Words, symmetric
from desktopcnn.ui.network.cell.cell_numbers import digits, figures
from desktopcnn.ui.network.cell.cell_texts import bracketed

translate = QCoreApplication.translate
SIGN = 20.0
"""Width in pixels of the signs between the matrices."""
SMALLEST, LEGIBLE, LARGEST = 22.0, 24.0, 60.0
"""Sides of a cell in pixels: that numbers need; from which on several channels are shown at once; at most."""
LEAST_WIDTH = 92.0
"""Of a matrix with its caption, in pixels."""
LOW_STRIP, TITLED, STRIP = 22.0, 62.0, 84.0
"""Heights in pixels of the bars of all channels: at least, from which on they have a title, and at most."""
BELOW = 3.0
"""Pixels between a matrix and the line below it."""
TOTAL = 90.0
"""Width in pixels that is kept for a channel's sum."""
BESIDE = 32.0
"""Pixels between blocks that stand beside each other."""


def layout(e: Convolved, sight: Sight) -> list[Item]:
    """The chosen channel (in a large view several), the sums of all of them, and the result."""
    room = cell_result.room_above(e, sight)
    several = len(e.channels) > 1
    strip = _strip_height(e, sight, room) if several else 0.0
    titled = strip >= TITLED
    above = room - strip - cell_result.GAP if several else room
    columns, rows, cell = _arrangement(e, sight, above)
    chosen = cell_channels.chosen(e, sight)
    note = cell_channels.title(e, sight) if several and not titled else ""
    across, down = _block_size(e, sight, cell)
    items: list[Item] = []
    for position, place in enumerate(_shown(e, sight, chosen, columns * rows)):
        top, left = divmod(position, columns)
        corner = QPointF(left * (across + BESIDE), top * (down + cell_result.GAP))
        items += _block(e, place, sight, cell, corner)
        line = QRectF(corner.x(), corner.y() + down - sight.line, across, sight.line)
        items += _below(e, place, sight, line, note)
    if several:
        area = QRectF(0, room - strip, sight.width, strip)
        items += cell_channels.strip(e, sight, area, titled=titled)
    return items + cell_result.result(e, sight)


def _strip_height(e: Convolved, sight: Sight, room: float) -> float:
    """What a block with legible cells leaves, within limits."""
    rows, columns = e.inside.shape
    cell = min(SMALLEST, (sight.width - 2 * SIGN) / (3 * columns))
    free = room - cell_result.GAP - float(rows * cell) - 2 * sight.line - BELOW
    return min(max(free, LOW_STRIP), STRIP)


def _shown(e: Convolved, sight: Sight, chosen: int, many: int) -> list[int]:
    """So many channels in a row, the chosen one among them."""
    order = cell_channels.order(e, sight.strongest)
    start = (order.index(chosen) // many) * many
    start = max(0, min(start, len(order) - many))
    return order[start : start + many]


def _block_size(e: Convolved, sight: Sight, cell: float) -> tuple[float, float]:
    rows, columns = e.inside.shape
    return 3 * max(columns * cell, LEAST_WIDTH) + 2 * SIGN, rows * cell + 2 * sight.line + BELOW


def _arrangement(e: Convolved, sight: Sight, room: float) -> tuple[int, int, float]:
    """How many blocks beside and below each other, and the side of their cells in whole pixels."""
    width, height = _block_size(e, sight, LEGIBLE)
    columns = max(int((sight.width + BESIDE) // (width + BESIDE)), 1)
    rows = max(int((room + cell_result.GAP) // (height + cell_result.GAP)), 1)
    columns = min(columns, len(e.channels))
    rows = min(rows, math.ceil(len(e.channels) / columns))
    tall, wide = e.inside.shape
    across = ((sight.width + BESIDE) / columns - BESIDE - 2 * SIGN) / 3
    down = (room + cell_result.GAP) / rows - cell_result.GAP - 2 * sight.line - BELOW
    return columns, rows, max(float(int(min(across / wide, down / tall, LARGEST))), 2.0)


def _block(e: Convolved, place: int, sight: Sight, cell: float, corner: QPointF) -> list[Item]:
    """Patch times kernel = products."""
    rows, columns = e.inside.shape
    step = max(columns * cell, LEAST_WIDTH) + SIGN
    channel = int(e.channels[place])
    parts: tuple[tuple[str, Array, Scale], ...] = (
        (translate("Cell", "patch a, map {0}").format(channel), e.patches[place], sight.activations),
        (translate("Cell", "kernel w"), e.kernels[place], symmetric(e.kernels)),
        (translate("Cell", "products w·a"), e.products[place], symmetric(e.products[place])),
    )
    items: list[Item] = []
    top = corner.y() + sight.line
    for position, (caption, values, scale) in enumerate(parts):
        left = corner.x() + position * step
        text = caption + digits(values).factor
        items.append(Words(QRectF(left, corner.y(), step, sight.line), text, "muted"))
        area = QRectF(left, top, columns * cell, rows * cell)
        inside = None if position == 1 or e.inside.all() else e.inside
        items.append(Matrix(area, values, scale, _tip(e, place), inside, None, True, channel))
        if position:
            sign = QRectF(left - SIGN, top, SIGN, area.height())
            items.append(Words(sign, "×="[position - 1], "muted", "centre"))
    return items


def _below(e: Convolved, place: int, sight: Sight, area: QRectF, note: str) -> list[Item]:
    """The product that is pointed at, or else the note; and the sum of this channel."""
    chosen = int(e.channels[cell_channels.chosen(e, sight)])
    lit = chosen if sight.lit is None else sight.lit
    items: list[Item] = [Words(area, f"Σ = {figures(float(e.sums[place]))}", "strong", "right")]
    rows, columns = e.inside.shape
    left = area.adjusted(0, 0, -TOTAL, 0)
    if sight.pixel and lit == e.channels[place] and sight.pixel[0] < rows and sight.pixel[1] < columns:
        items.append(Words(left, product(e, place, *sight.pixel), "accent"))
    elif note:
        items.append(Words(left, note, "muted"))
    return items


def product(e: Convolved, place: int, row: int, column: int) -> str:
    """w · a = −0.310 · 0.870 = −0.270"""
    weight, value = float(e.kernels[place, row, column]), float(e.patches[place, row, column])
    return f"w · a = {figures(weight)} · {bracketed(value)} = {figures(weight * value)}"


def _tip(e: Convolved, place: int) -> Callable[[int, int], str]:
    def tip(row: int, column: int) -> str:
        where = translate("Cell", "map {0}, row {1}, column {2}").format(
            e.channels[place], e.rows[row], e.columns[column]
        )
        if not e.inside[row, column]:
            where = translate("Cell", "{0}: padding").format(where)
        return f"{where}\n{product(e, place, row, column)}"

    return tip

"""What is drawn over the kernels: which is chosen, dead or missing, their numbers."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontInfo, QPainter, QPen

from desktopcnn.inspection.sheet import Sheet
from desktopcnn.ui.network.kernels.kernel_lens import Lens
from desktopcnn.ui.palette import Colours

SOFT = 130
"""Opacity of the mark of the looked-at map's row, of 255."""
SMALLEST_CROSS = 5
"""Pixels of a kernel below which a cross would hide it."""
SMALLEST_FIGURES = 8
"""Pixels of a font that can be read."""
FIGURE = 0.85
"""Height of a figure with a gap, as a share of the font's size."""


@dataclass(frozen=True)
class Marks:
    """kernel: (output map, input map), the chosen one; row: the output map whose cell is looked at.

    pixel: (row, column) that is pointed at, in the kernel `pointed` or else in the chosen one.
    """

    kernel: tuple[int, int] | None = None
    row: int | None = None
    pixel: tuple[int, int] | None = None
    pointed: tuple[int, int] | None = None


def paint(painter: QPainter, lens: Lens, sheet: Sheet, marks: Marks, colours: Colours) -> None:
    """All marks of what is in sight."""
    plan = lens.plan
    places = {int(sheet.order[place]): place for place in lens.places_in_sight()}
    _hatch(painter, lens, sheet, places, colours)
    if min(plan.height, plan.width) * lens.zoom >= SMALLEST_CROSS:
        _cross_out(painter, lens, [place for number, place in places.items() if sheet.dead[number]], colours)
    if marks.row in places:
        place = places[marks.row]
        accent = QColor(colours.accent)
        accent.setAlpha(SOFT)
        _frame(painter, lens.rect(place, 0).united(lens.rect(place, plan.columns - 1)), QPen(accent, 1))
    if marks.kernel and marks.kernel[0] in places:
        rect = lens.rect(places[marks.kernel[0]], marks.kernel[1])
        _frame(painter, rect, QPen(QColor(colours.accent), 2))
    inside = marks.pointed or marks.kernel
    if marks.pixel and inside and inside[0] in places and plan.height * plan.width > 1:
        x, y = plan.corner(places[inside[0]], inside[1])
        pixel = QRectF(x + marks.pixel[1], y + marks.pixel[0], 1, 1)
        _frame(painter, lens.on_screen(pixel), QPen(QColor(colours.accent), 1))


def _hatch(painter: QPainter, lens: Lens, sheet: Sheet, places: dict[int, int], colours: Colours) -> None:
    """Kernels that do not exist: stripes that no value has, and a dotted outline where there is room."""
    hatched = QBrush(QColor(colours.hint), Qt.BrushStyle.BDiagPattern)
    outline = QPen(QColor(colours.hint), 1, Qt.PenStyle.DotLine)
    for number, place in places.items():
        for channel in np.flatnonzero(np.isnan(sheet.values[number, :, 0, 0])):
            rect = lens.rect(place, int(channel))
            painter.fillRect(rect, hatched)
            if min(rect.width(), rect.height()) >= SMALLEST_CROSS:
                painter.setPen(outline)
                painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


def _cross_out(painter: QPainter, lens: Lens, places: list[int], colours: Colours) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours.hint), 1))
    for place in places:
        for channel in range(lens.plan.columns):
            rect = lens.rect(place, channel)
            painter.drawLine(QLineF(rect.topLeft(), rect.bottomRight()))
            painter.drawLine(QLineF(rect.topRight(), rect.bottomLeft()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_numbers(painter: QPainter, lens: Lens, order: npt.NDArray[np.intp], colours: Colours) -> None:
    """Numbers of the output maps at the left and of the input maps above, as many as have room."""
    painter.setPen(QColor(colours.muted))
    usual, inside = painter.font(), lens.inside
    painter.setClipRect(QRect(0, inside.y() - 6, lens.room.width(), inside.height() + 6))
    _number_rows(painter, lens, order)
    painter.setFont(usual)
    if lens.numbers[1]:
        painter.setClipRect(QRect(inside.x() - 6, 0, inside.width() + 6, inside.y()))
        _number_columns(painter, lens)


def _number_rows(painter: QPainter, lens: Lens, order: npt.NDArray[np.intp]) -> None:
    height, plan, inside = _shrunk(painter, lens.pitch[0]), lens.plan, lens.inside
    step, free = _step(height / lens.pitch[0]), plan.apart * lens.zoom
    widest = painter.fontMetrics().horizontalAdvance(str(len(order)))
    for place in lens.places_in_sight():
        down, right = divmod(place, plan.across)
        if down % step or (right and free < widest + 2):
            continue
        rect = lens.rect(place, 0)
        end = rect.left() if right else max(rect.left(), inside.x())
        where = QRectF(end - lens.numbers[0], rect.center().y() - height, lens.numbers[0] - 3, 2 * height)
        painter.drawText(
            where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(order[place])
        )


def _number_columns(painter: QPainter, lens: Lens) -> None:
    plan = lens.plan
    _shrunk(painter, lens.pitch[1] * 0.8)
    width = painter.fontMetrics().horizontalAdvance(str(plan.columns)) + 3
    for right in range(min(plan.across, plan.rows)):
        for channel in range(0, plan.columns, _step(width / lens.pitch[1])):
            middle = lens.rect(right, channel).center().x()
            where = QRectF(middle - width, 0, 2 * width, lens.inside.y())
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, str(channel))


def _shrunk(painter: QPainter, room: float) -> int:
    """Take a font whose figures are not higher than `room`, if one can be read; their height and a gap."""
    font = painter.font()
    usual = QFontInfo(font).pixelSize()
    font.setPixelSize(max(min(usual, int(room / FIGURE)), min(usual, SMALLEST_FIGURES)))
    painter.setFont(font)
    return math.ceil(font.pixelSize() * FIGURE)


def paint_focus(painter: QPainter, rect: QRect, colours: Colours) -> None:
    """That keys act here."""
    painter.setPen(QPen(QColor(colours.accent), 1))
    painter.drawRect(rect.adjusted(0, 0, -1, -1))


def _frame(painter: QPainter, rect: QRectF, pen: QPen) -> None:
    """Around `rect`, not over it."""
    painter.setPen(pen)
    wide = pen.widthF() / 2
    painter.drawRect(rect.adjusted(-wide, -wide, wide, wide))


def _step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20 ... that is at least that."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step >= least:
                return step
        power *= 10

"""What is drawn over the kernels: which is chosen, which are dead, their numbers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktopcnn.inspection.sheet import Sheet
from desktopcnn.ui.network.kernels.kernel_lens import Lens
from desktopcnn.ui.palette import Colours

SOFT = 130
"""Opacity of the mark of the looked-at map's row, of 255."""
SMALLEST_CROSS = 5
"""Pixels of a kernel below which a cross would hide it."""


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
    if (
        rest := -plan.rows % plan.across
    ):  # places in the last row that no kernel takes: not to look like missing ones
        x, y = plan.corner(plan.rows, 0)
        wide = rest * (plan.grid.width + plan.gap)
        painter.fillRect(lens.on_screen(QRectF(x, y, wide, plan.height)), QColor(colours.card))
    places = {int(sheet.order[place]): place for place in lens.places_in_sight()}
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
    metrics, plan, inside = painter.fontMetrics(), lens.plan, lens.inside
    height, width = metrics.height(), metrics.horizontalAdvance(str(plan.columns)) + 6
    painter.setClipRect(QRect(0, inside.y() - 6, inside.x(), inside.height() + 6))
    step = _step(height / lens.pitch[0])
    for place in (place for place in lens.places_in_sight() if place % step == 0):
        middle = lens.rect(place, 0).center().y()
        where = QRectF(0, middle - height / 2, inside.x() - 4, height)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(where, right, str(order[place]))
    painter.setClipRect(QRect(inside.x() - 6, 0, inside.width() + 6, inside.y()))
    for channel in range(0, plan.columns, _step(width / lens.pitch[1])):
        middle = lens.rect(0, channel).center().x()
        where = QRectF(middle - width / 2, 0, width, inside.y())
        painter.drawText(where, Qt.AlignmentFlag.AlignCenter, str(channel))


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

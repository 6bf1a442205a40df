"""Where the picture of the kernels lies on the screen: how large a weight is, what is in sight."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF

from desktopcnn.inspection import sheet
from desktopcnn.inspection.sheet import Plan

LEAST = 2.0
"""Pixels of a weight, at least, unless the whole picture is asked for."""
MOST = 64.0
STRETCH = 6
WHOLE = 3.0
"""Pixels of a weight from which on all weights are equally large: a whole number of pixels."""


@dataclass(frozen=True)
class Lens:
    """A picture of `plan`, `zoom` pixels for each weight, in a viewport of `room` without scroll bars.

    stretch: how many times as high as wide a weight is; numbers: width of the room for a number at the left
    of a strip, height of that above the columns; bar: how thick a scroll bar is; scroll: how far the picture
    is pushed to the left and up.
    """

    plan: Plan
    zoom: float
    stretch: int
    room: QSize
    numbers: tuple[int, int]
    bar: int
    scroll: QPoint

    @property
    def weight(self) -> QSizeF:
        """How large one is on the screen."""
        return QSizeF(self.zoom, self.zoom * self.stretch)

    @property
    def extent(self) -> QSize:
        """Of the whole picture on the screen."""
        down, across = self.plan.size
        spare = 1e-6  # of rounding
        wide, high = across * self.zoom - spare, down * self.weight.height() - spare
        return QSize(int(np.ceil(wide)), int(np.ceil(high)))

    @property
    def inside(self) -> QRect:
        """The part of the viewport that the picture is seen through."""
        (left, top), extent = self.numbers, self.extent
        width, height = self.room.width() - left, self.room.height() - top
        if extent.height() > height:
            width -= self.bar
        if extent.width() > width:
            height -= self.bar
            if extent.height() > height and width == self.room.width() - left:
                width -= self.bar
        return QRect(left, top, max(1, width), max(1, height))

    @property
    def hidden(self) -> QSize:
        """How far one can scroll."""
        return (self.extent - self.inside.size()).expandedTo(QSize(0, 0))

    @property
    def origin(self) -> QPointF:
        """Where the picture begins in the viewport; in the middle if it is narrow and has no columns."""
        inside = self.inside
        spare = 0 if self.numbers[1] else max(0, inside.width() - self.extent.width()) // 2
        return QPointF(inside.topLeft() + QPoint(spare, 0) - self.scroll)

    @property
    def pitch(self) -> tuple[float, float]:
        """From one kernel to the next below and at its right."""
        plan = self.plan
        return (plan.height + plan.gap) * self.weight.height(), (plan.width + plan.gap) * self.zoom

    def rect(self, place: int, channel: int) -> QRectF:
        """Of the kernel at that place of the order, in the viewport."""
        x, y = self.plan.corner(place, channel)
        return self.on_screen(QRectF(x, y, self.plan.width, self.plan.height))

    def on_screen(self, pixels: QRectF) -> QRectF:
        """Where those pixels of the picture lie in the viewport."""
        origin, weight = self.origin, self.weight
        wide, high = weight.width(), weight.height()
        return QRectF(
            origin.x() + pixels.x() * wide, origin.y() + pixels.y() * high,
            pixels.width() * wide, pixels.height() * high,
        )  # fmt: skip

    def in_picture(self, position: QPointF) -> QPointF:
        """Which pixel of the picture lies there in the viewport."""
        at, weight = position - self.origin, self.weight
        return QPointF(at.x() / weight.width(), at.y() / weight.height())

    def weight_at(self, position: QPointF) -> tuple[int, int, int, int] | None:
        """Place, channel, row and column of the weight that lies there; None beside the picture."""
        if not QRectF(self.inside).contains(position):
            return None
        at = self.in_picture(position)
        return self.plan.weight_at(int(np.floor(at.x())), int(np.floor(at.y())))

    def pixels_in(self, area: QRect) -> QRect:
        """The pixels of the picture, before enlargement, of which something lies in `area`."""
        down, across = self.plan.size
        first, last = self.in_picture(QPointF(area.topLeft())), self.in_picture(QRectF(area).bottomRight())
        begin = QPoint(max(0, int(np.floor(first.x()))), max(0, int(np.floor(first.y()))))
        end = QPoint(min(across, int(np.ceil(last.x()))) - 1, min(down, int(np.ceil(last.y()))) - 1)
        return QRect(begin, end)

    def places_in_sight(self) -> range:
        """The places of the order of which something may be seen."""
        inside, top = self.inside, self.origin.y()
        first = max(0, int((inside.top() - top) // self.pitch[0]))
        last = int((inside.bottom() - top) // self.pitch[0])
        return range(first * self.plan.across, min((last + 1) * self.plan.across, self.plan.rows))

    def zoomed(self, factor: float, about: QPointF) -> "Lens":
        """Larger (above 1) or smaller, in such a way that what lies at `about` stays there."""
        (left, top), (down, across) = self.numbers, self.plan.size
        whole = min((self.room.width() - left) / across, (self.room.height() - top) / (down * self.stretch))
        zoom = min(max(self.zoom * factor, min(1.0, whole)), MOST)
        lens = replace(self, zoom=zoom, scroll=QPoint(0, 0))
        there = lens.on_screen(QRectF(self.in_picture(about), QSizeF())).topLeft()
        return lens.scrolled((there - about).toPoint())

    def scrolled(self, scroll: QPoint) -> "Lens":
        """Pushed that far, as far as there is something hidden."""
        hidden = self.hidden
        x, y = min(max(scroll.x(), 0), hidden.width()), min(max(scroll.y(), 0), hidden.height())
        return replace(self, scroll=QPoint(x, y))

    def showing(self, place: int, channel: int) -> "Lens":
        """Pushed so far that the whole kernel is in sight."""
        rect, inside = self.rect(place, channel), QRectF(self.inside)
        x = min(0.0, rect.left() - inside.left() - 4) or max(0.0, rect.right() - inside.right() + 4)
        y = min(0.0, rect.top() - inside.top() - 4) or max(0.0, rect.bottom() - inside.bottom() + 4)
        return self.scrolled(self.scroll + QPoint(round(x), round(y)))


def fitted(
    shape: tuple[int, ...], room: QSize, numbers: tuple[int, int], bar: int, *, whole: bool = False
) -> Lens:
    """The lens for values of `shape`, as large as `room` lets it; no weight below `LEAST` unless `whole`."""
    least = 0.0 if whole else LEAST
    left, top = numbers
    plan = sheet.plan(shape, room.width(), room.height() - top, least, left)
    lens = Lens(plan, 1.0, 1, room, numbers, bar, QPoint(0, 0))
    down, across = plan.size
    zoom = min((room.width() - left) / across, (room.height() - top) / down)
    if zoom < least:
        wide = (room.width() - left - bar) / across
        zoom = wide if wide >= 0.75 * least else least  # a little smaller is better than two scroll bars
    zoom = min(MOST, float(np.floor(zoom))) if zoom >= WHOLE else max(zoom, 1e-3)
    # a unit of a dense layer is a row of single weights, often a long one: it may be as high as there is room
    spare = int((room.height() - top - bar) / (down * zoom)) if plan.gap == 0 and plan.across == 1 else 1
    return replace(lens, zoom=zoom, stretch=min(max(1, spare), STRETCH))

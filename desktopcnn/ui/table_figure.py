"""A table of words as a figure."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from desktopcnn.ui.figure import Figure
from desktopcnn.ui.palette import Colours

SIDE, LEADING = 10, 8
"""Pixels between columns, and more than a line from one row to the next."""


def table_figure(
    rows: Sequence[Sequence[str]], right: Sequence[int], font: QFont, colours: Colours, marked: int | None
) -> Figure:
    """Head first, sums last. right: columns that are aligned at the right; marked: the row that is chosen."""
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    metrics, last = QFontMetrics(bold), len(rows) - 1
    widths = [max(map(metrics.horizontalAdvance, column)) + SIDE for column in zip(*rows, strict=True)]
    high = metrics.height() + LEADING
    size = QSize(sum(widths), high * len(rows))

    def paint(painter: QPainter) -> None:
        for place, row in enumerate(rows):
            line = QRect(0, place * high, size.width(), high)
            if place == marked:
                painter.fillRect(line, QColor(colours.chosen))
            elif place and place % 2 == 0:
                painter.fillRect(line, QColor(colours.window))
            painter.setFont(bold if place in (0, last) else font)
            painter.setPen(QColor(colours.text if place else colours.muted))
            left = 0
            for column, (text, width) in enumerate(zip(row, widths, strict=True)):
                side = Qt.AlignmentFlag.AlignRight if column in right else Qt.AlignmentFlag.AlignLeft
                cell = QRect(left, line.top(), width, high).adjusted(SIDE // 2, 0, -SIDE // 2, 0)
                painter.drawText(cell, side | Qt.AlignmentFlag.AlignVCenter, text)
                left += width

    return Figure(size, paint)

"""The label beside the cross-hair: the values that the lines have there."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktopcnn.ui.train.plot_style import Line

AWAY = 12
"""Pixels between the mouse and the label."""
FEW, READABLE = 4, 9
"""With more lines than a few the faint ones have no values; and how many values there are at most."""


class Readout(QLabel):
    """Hidden until it has something to say; the mouse does not notice it."""

    def __init__(self, plot: QWidget) -> None:
        super().__init__(plot)
        self.setObjectName("readout")
        self.setProperty("card", True)
        self.setProperty("small", True)
        self.setContentsMargins(6, 4, 6, 4)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, head: str, values: Sequence[tuple[Line, float]], suffix: str, notes: Sequence[str]) -> None:
        """A heading, and below it the value of each line with its unit, and notes."""
        if len(values) > FEW:
            values = [value for value in values if value[0].style != "faint"][:READABLE]
        rows = [f"<b>{escape(head)}</b>"]
        for line, y in values:
            number = f"{y:,.2f}{suffix}" if suffix else f"{y:,.4g}"
            rows.append(f'<span style="color:{line.colour}">■</span> {escape(line.label)} {number}')
        rows += [f"<i>{escape(note)}</i>" for note in notes[:READABLE]]
        self.setText("<br>".join(rows))
        self.adjustSize()

    def show_at(self, mouse: QPoint, width: int, height: int) -> None:
        """Show it beside the mouse, inside of an area of that size (pixels)."""
        x = mouse.x() + AWAY
        if x + self.width() > width:
            x = max(0, mouse.x() - AWAY - self.width())
        self.move(x, max(0, min(mouse.y() + AWAY, height - self.height())))
        self.show()

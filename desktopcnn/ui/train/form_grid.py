"""Rows of labels and fields that stand in line; fields that something is wrong with are marked."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktopcnn.ui.theme import Theme

LABEL_WIDTH, SECOND_LABEL_WIDTH = 100, 58
"""Least widths in pixels, so that grids under each other stand in line."""


class FormGrid(QWidget):
    """Four columns: label, field, label, field; a field without a neighbour takes the rest of its row."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._fields: dict[str, QWidget] = {}
        self._said: dict[str, str] = {}
        self._rows = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnMinimumWidth(2, SECOND_LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        theme.changed.connect(self._mark)

    def add(self, *pairs: tuple[str, str, QWidget]) -> None:
        """A row of one or two fields, each a name, a label (or none) and a widget."""
        for place, (name, text, field) in enumerate(pairs):
            column = 2 * place
            if text:
                label = QLabel(text)
                label.setProperty("muted", True)
                label.setBuddy(field)
                self._grid.addWidget(label, self._rows, column)
                column += 1
            last = place == len(pairs) - 1
            self._grid.addWidget(field, self._rows, column, 1, 4 - column if last else 1)
            self._fields[name] = field
        self._rows += 1

    def add_wide(self, widget: QWidget, column: int = 0) -> None:
        """A row of one widget, from that column to the end."""
        self._grid.addWidget(widget, self._rows, column, 1, 4 - column)
        self._rows += 1

    def say(self, faults: dict[str, str]) -> None:
        """Mark the fields that these sentences are about, and no others. What is said stands elsewhere: a
        sentence between the rows would push what one is about to click on.
        """
        faults = {name: text for name, text in faults.items() if text and name in self._fields}
        if faults == self._said:
            return
        self._said = faults
        for name, field in self._fields.items():
            field.setAccessibleDescription(faults.get(name, ""))
        self._mark()

    def _mark(self) -> None:
        """Colour the fields that something is said of."""
        for name, field in self._fields.items():
            palette = QPalette()
            if name in self._said:
                for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Button):
                    palette.setColor(role, QColor(self._theme.colours.warning))
            field.setPalette(palette)

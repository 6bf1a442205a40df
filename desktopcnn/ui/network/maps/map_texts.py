"""What is said of one cell of a layer's output."""

from PySide6.QtCore import QObject

from desktopcnn.ui.network.cell.cell_numbers import MINUS, number


def cell_text(speaker: QObject, cell: tuple[int, ...], label: str = "") -> str:
    """map 3, row 4, column 7, counted from 0; label: the class of a unit. `speaker` translates."""
    if len(cell) == 3:
        return speaker.tr("map {0}, row {1}, column {2}").format(*cell)
    if label:
        return speaker.tr("class {0}").format(label)
    return speaker.tr("unit {0}").format(cell[0])


def value_text(value: float) -> str:
    """Four decimals, so that values one below the other can be compared; other sizes as `number` has them."""
    size = abs(value)
    if value and not 0.0005 <= size < 100:
        return number(value)
    return f"{MINUS if value < 0 else ''}{size:.4f}"

"""What a view gives away: its picture and the numbers behind it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from desktopcnn.inspection.numbers import Numbers
from desktopcnn.ui import figure
from desktopcnn.ui.figure import Figure
from desktopcnn.ui.theme import Theme

Kind = Literal["png", "svg", "csv", "npy"]


@dataclass(frozen=True, eq=False)
class Exported:
    """title: for people; name: of a file, without the kind; arrays: each can be written as NPY and as CSV.

    table: gives the text of a CSV in blocks, of a view whose numbers are no array, or all arrays in one.
    """

    title: str
    name: str
    picture: Figure
    arrays: tuple[Numbers, ...] = ()
    table: Callable[[], Iterable[str]] | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        numbers: tuple[Kind, ...] = ("csv", "npy") if self.arrays else ("csv",) if self.table else ()
        return ("png", "svg", *numbers)


class View(Protocol):
    """A widget with something to export."""

    def exported(self) -> Exported | None:
        """What can be exported at this moment; None where there is nothing."""
        ...

    def isVisible(self) -> bool: ...
    def hasFocus(self) -> bool: ...
    def isAncestorOf(self, child: QWidget, /) -> bool: ...


def titled(title: str, parts: Sequence[Figure], font: QFont, theme: Theme) -> Figure:
    """The parts below each other on a card's ground, under a title; font: of the view."""
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    head = figure.of_text(title, bold, theme.colours.text)
    return figure.framed(figure.stacked([head, *parts]), theme.colours.card)

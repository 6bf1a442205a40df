"""One grid of numbers on the convolution desk: input, kernel, bias or output."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from desktopcnn.errors import UsageError
from desktopcnn.ui.desk.desk_colours import figure
from desktopcnn.ui.desk.desk_editor import MOVES, CellEditor
from desktopcnn.ui.desk.desk_painting import Cell, Content, GridPainter
from desktopcnn.ui.theme import Theme

MARGIN = 2
"""Pixels around the cells, for the outlines."""


class NumberGrid(QWidget):
    """A caption and, under it, cells of `side` pixels; the keyboard has a cursor in them.

    type_number: takes what was typed (row, column, number) or raises `UsageError`; None for a grid to look
    at only, whose cells can be pointed at and chosen instead.
    """

    hovered = Signal(object)  # the cell under the pointer, or None
    chosen = Signal(int, int)
    refused = Signal(str)  # a sentence about what was typed, or ""

    def __init__(
        self, theme: Theme, parent: QWidget, type_number: Callable[[int, int, float], None] | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._type_number = type_number
        self._content: Content | None = None
        self._side = 20
        self._hover: Cell | None = None
        self.caption = ""
        self.read_only = type_number is None
        self.cursor_cell: Cell = (0, 0)
        self.editor = CellEditor(theme, parent) if type_number else None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setProperty("small", True)
        if self.editor:
            self.editor.done.connect(self._take)
            self.editor.escaped.connect(self.setFocus)
            self.editor.refused.connect(self.refused)
        theme.changed.connect(self.update)

    @property
    def content(self) -> Content | None:
        return self._content

    @property
    def caption_height(self) -> int:
        return self.fontMetrics().height() + 2

    def size_for(self, content: Content, side: int) -> QSize:
        """Pixels that the caption and the cells of that content take."""
        rows, columns = content.cells
        width = max(columns * side + 2 * MARGIN, self.fontMetrics().horizontalAdvance(self.caption) + 4)
        return QSize(width, rows * side + 2 * MARGIN + self.caption_height)

    def show_content(self, content: Content) -> None:
        """Show those numbers and marks."""
        self._content = content
        rows, columns = content.numbers.shape
        self.cursor_cell = min(self.cursor_cell[0], rows - 1), min(self.cursor_cell[1], columns - 1)
        if self._type_number is None and content.current:
            self.cursor_cell = content.current
        self._describe()
        self.update()

    def set_side(self, side: int) -> None:
        self._side = side
        self.update()

    def cell_rect(self, row: int, column: int) -> QRect:
        """Where that cell lies in the widget."""
        padding = self._content.padding if self._content else 0
        left = MARGIN + (column + padding) * self._side
        return QRect(left, self._top() + (row + padding) * self._side, self._side, self._side)

    def cell_at(self, position: QPointF) -> Cell | None:
        """The cell at that place of the widget; None in the padding and beyond."""
        if self._content is None:
            return None
        padding = self._content.padding
        row = int((position.y() - self._top()) // self._side) - padding
        column = int((position.x() - MARGIN) // self._side) - padding
        rows, columns = self._content.numbers.shape
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    # pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover_over(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_over(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell:
            self._move_to(cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell:
            self._move_to(cell)
            self.edit()

    def _hover_over(self, cell: Cell | None) -> None:
        if cell != self._hover:
            self._hover = cell
            self.hovered.emit(cell)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self.cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._cell_text(cell) if cell else self.toolTip(), self)
            return True
        return super().event(event)

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        row, column = self.cursor_cell
        if key in MOVES and plain:
            down, along = MOVES[key]
            if not self._move_to((row + down, column + along)) and self._type_number is None:
                event.ignore()  # the desk goes on to the next row or map
        elif self._type_number is None or self.read_only:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._type_number(row, column, 0.0)
        elif (plain or shifted) and event.text().strip() and event.text().isprintable():
            self.edit(event.text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def edit(self, text: str | None = None) -> None:
        """Open the field over the cursor's cell, with its number or with what was typed already."""
        if self.editor is None or self._content is None or self.read_only:
            return
        cell = self.cell_rect(*self.cursor_cell)
        cell.moveTopLeft(self.mapToParent(cell.topLeft()))
        number = figure(self._content.number(*self.cursor_cell))
        self.editor.open(cell, number if text is None else text, typed_over=text is not None)

    def _take(self, number: float, way: tuple[int, ...]) -> None:
        assert self._type_number is not None
        assert self.editor is not None
        try:
            self._type_number(*self.cursor_cell, number)
        except UsageError as error:
            self.editor.complain(str(error))
            return
        self.editor.give_up()
        if not way:  # the focus has gone elsewhere
            return
        self.setFocus()
        row, column = self.cursor_cell
        if len(way) == 2:
            self._move_to((row + way[0], column + way[1]))
        elif not self._move_along(way[2]):
            self.focusNextPrevChild(way[2] > 0)

    def _move_along(self, by: int) -> bool:
        """On to the next cell in reading order; False at the end."""
        assert self._content is not None
        rows, columns = self._content.numbers.shape
        place = self.cursor_cell[0] * columns + self.cursor_cell[1] + by
        return 0 <= place < rows * columns and self._move_to(divmod(place, columns))

    def _move_to(self, cell: Cell) -> bool:
        """Whether there is such a cell."""
        if self._content is None:
            return False
        rows, columns = self._content.numbers.shape
        if not (0 <= cell[0] < rows and 0 <= cell[1] < columns):
            return False
        self.cursor_cell = cell
        self.chosen.emit(*cell)
        self._describe()
        self.update()
        return True

    def _describe(self) -> None:
        self.setAccessibleDescription(self._cell_text(self.cursor_cell))

    def _cell_text(self, cell: Cell) -> str:
        number = self._content.number(*cell) if self._content else float("nan")
        text = figure(number) if number == number else self.tr("not filled yet")
        return self.tr("row {0}, column {1}: {2}").format(cell[0], cell[1], text)

    # painting

    def _top(self) -> int:
        return MARGIN + self.caption_height

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._content is None:
            return
        painter = QPainter(self)
        painter.setPen(QColor(self._theme.colours.muted))
        painter.drawText(QPoint(MARGIN, self.fontMetrics().ascent()), self.caption)
        origin = QPointF(MARGIN, self._top())
        grid = GridPainter(painter, self._theme, self._content, origin, self._side)
        grid.paint(self.cursor_cell if self.hasFocus() else None, self.font())

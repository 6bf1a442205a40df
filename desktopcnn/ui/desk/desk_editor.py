"""The field in which a number of the convolution desk is typed, over its cell."""

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QWidget

from desktopcnn.ui.number_box import to_number
from desktopcnn.ui.theme import Theme

WIDTH, HEIGHT = 56, 26
"""Least size in pixels: a number is longer than a cell is wide while it is typed."""
MOVES = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class CellEditor(QLineEdit):
    """Says what was typed when it is left; takes nothing that is no number.

    `done`: a number and where the keyboard goes on: rows and columns, or a Tab as (0, 0, ±1).
    `escaped`: it was given up by key.
    `refused`: a sentence about what stands there, "" when that is mended or given up.
    """

    done = Signal(float, tuple)
    escaped = Signal()
    refused = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._room = parent
        self._typed_over = False
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(self.tr("Number"))
        self.setToolTip(self.tr("Enter takes the number, Tab goes on to the next, Escape gives up"))
        self.textEdited.connect(self._mend)
        self.hide()

    def open(self, cell: QRect, text: str, *, typed_over: bool) -> None:
        """Begin over that cell; typed_over: by typing, so that arrow keys leave and do not move the caret."""
        self._typed_over = typed_over
        area = QRect(0, 0, max(WIDTH, cell.width() + 4), max(HEIGHT, cell.height() + 4))
        area.moveCenter(cell.center())
        room = self._room.rect()
        area.moveLeft(min(max(area.left(), 0), max(room.right() - area.width(), 0)))
        self.setGeometry(area)
        self.setText(text)
        if not typed_over:
            self.selectAll()
        self.complain("")
        self.show()
        self.raise_()
        self.setFocus()

    def give_up(self) -> None:
        """Close; what was typed is dropped."""
        if not self.isHidden():
            self.hide()
            self.complain("")

    def complain(self, sentence: str) -> None:
        """Mark what stands there as wrong, or as right."""
        palette = QPalette()
        if sentence:
            palette.setColor(QPalette.ColorRole.Base, QColor(self._theme.colours.warning))
        self.setPalette(palette)
        self.setAccessibleDescription(sentence)
        self.refused.emit(sentence)

    def event(self, event: QEvent) -> bool:
        # Tab would be taken for a change of focus before it comes to keyPressEvent
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            ways = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
            if event.key() in ways:
                self._take((0, 0, ways[Qt.Key(event.key())]))
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        sideways = key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take((0, 0))
        elif key == Qt.Key.Key_Escape:
            self.give_up()
            self.escaped.emit()
        elif key in MOVES and (self._typed_over or not sideways):
            self._take(MOVES[key])
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        kept = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
        if self.isVisible() and event.reason() not in kept:
            self._take(())

    def _take(self, way: tuple[int, ...]) -> None:
        number = to_number(self.text().replace("−", "-"), whole=False)
        if number is None:
            self.complain(self.tr("“{0}” is not a number.").format(self.text()))
        else:
            self.done.emit(number, way)

    def _mend(self) -> None:
        if self.accessibleDescription():
            self.complain("")

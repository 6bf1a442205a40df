"""What lies on the convolution desk and how far its output is filled; every change can be undone."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from desktopcnn.inspection.desk import Desk, Step


class DeskState(QObject):
    """position: the number of the newest step; pointed: that of the cell under the pointer, or None."""

    changed = Signal()  # the desk
    moved = Signal()  # position or pointed, and with every change

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.position = 0
        self.pointed: int | None = None
        self.undo_stack = QUndoStack(self)

    @property
    def step(self) -> Step:
        """The step that is explained: of the cell under the pointer, else the newest."""
        return self.desk.step(self.position if self.pointed is None else self.pointed)

    @property
    def at_end(self) -> bool:
        return self.position == self.desk.steps - 1

    def put(self, title: str, desk: Desk, position: int | None = None) -> None:
        """Lay that desk, as one step of undo; without a position the output stays filled as far as it was."""
        place = self.position if position is None else position
        self.undo_stack.push(_Change(self, title, desk, place))

    def go_to(self, number: int) -> None:
        """Fill the output up to that step, or the last one before it that there is."""
        self.position = min(max(number, 0), self.desk.steps - 1)
        self.pointed = None
        self.moved.emit()

    def point(self, number: int | None) -> None:
        """Explain that step for as long as the pointer is over its cell."""
        if number != self.pointed:
            self.pointed = number
            self.moved.emit()

    def lay(self, desk: Desk, position: int) -> None:
        """For the steps of undo: take that desk without a further one."""
        self.desk = desk
        self.position = min(position, desk.steps - 1)
        self.pointed = None
        self.changed.emit()
        self.moved.emit()


class _Change(QUndoCommand):
    """From one desk to another; a desk is never written to, so that keeping it costs little."""

    def __init__(self, state: DeskState, title: str, desk: Desk, position: int) -> None:
        super().__init__(title)
        self._state = state
        self._before, self._after = (state.desk, state.position), (desk, position)

    def undo(self) -> None:
        self._state.lay(*self._before)

    def redo(self) -> None:
        self._state.lay(*self._after)

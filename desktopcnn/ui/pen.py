"""The pen and the eraser: from places that the pointer passes to a changed drawing that can be undone."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from desktopcnn.data.clip import clip
from desktopcnn.data.digit import Drawing, Stroke
from desktopcnn.data.eraser import erase
from desktopcnn.ui.inputs import Drawn

if TYPE_CHECKING:
    from desktopcnn.ui.session import Session

Place = tuple[float, float]
WIDTHS = (4, 60)
"""Smallest and largest width of the pen, in canvas units."""
ERASER_RADIUS = 12.0


class Pen(QObject):
    """Draws on the session's drawing; a whole gesture, from down to up, is one step of undo."""

    changed = Signal()  # width or erasing

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self.width = 20
        self.erasing = False
        self._before: Drawing | None = None
        self._erased: Drawing = ()
        self._places: list[Place] = []

    @property
    def is_down(self) -> bool:
        return self._before is not None

    def set_width(self, width: int) -> None:
        """Choose the width of the lines to come, in canvas units; values out of range are brought into it."""
        self.width = min(max(width, WIDTHS[0]), WIDTHS[1])
        self.changed.emit()

    def set_erasing(self, erasing: bool) -> None:
        self.up()  # a line is drawn or erased, not both
        self.erasing = erasing
        self.changed.emit()

    def down(self, place: Place) -> None:
        """Begin a line there; on a digit or a picture this begins a new drawing.

        The eraser finds nothing to take there, and says so.
        """
        session = self._session
        fresh = session.shown is not session.drawn
        if fresh and self.erasing:
            session.failed.emit(self.tr("Only drawings can be erased: choose the pen to begin one."))
            return
        self._before = session.drawn.drawing
        self._erased = () if fresh else self._before
        self._places = [place]
        self._update()

    def move(self, place: Place) -> None:
        if self.is_down and place != self._places[-1]:
            self._places.append(place)
            self._update()

    def up(self) -> None:
        """End the line, and put it on the undo stack."""
        if self._before is None:
            return
        before, self._before = self._before, None
        after = self._session.drawn.drawing
        if after != before:  # strokes are compared as objects: an eraser that met no ink changed nothing
            title = self.tr("Erase") if self.erasing else self.tr("Draw")
            self._session.undo_stack.push(_Change(self._session, title, before, after))

    def abandon(self) -> None:
        """End the line without a step of undo: something else takes the drawing's place."""
        self._before = None

    def undo(self) -> None:
        """Take the last step back; from a digit or a picture, return to the drawing and no more."""
        if not self._returned():
            self._session.undo_stack.undo()

    def redo(self) -> None:
        """Take the next step again; from a digit or a picture, return to the drawing and no more."""
        if not self._returned():
            self._session.undo_stack.redo()

    def clear(self) -> None:
        """Take all ink away; from a digit or a picture, return to the drawing and no more."""
        if self._returned():
            return
        session = self._session
        self.abandon()
        if self.erasing:  # there is nothing left to erase
            self.set_erasing(False)
        if session.drawn.drawing:
            title = self.tr("Clear")
            session.undo_stack.push(_Change(session, title, session.drawn.drawing, ()))

    def _returned(self) -> bool:
        """Show the drawing where something else hides it: what cannot be seen shall not change."""
        if self._session.shown is self._session.drawn:
            return False
        self._session.show_drawing()
        return True

    def _update(self) -> None:
        path = np.array(self._places, np.float64)
        if self.erasing:
            self._erased = drawing = erase(self._erased, path[-2:], ERASER_RADIUS)
        else:  # what lies beside the canvas is not seen, and must not count
            lines = clip(path)
            if not lines:
                return
            drawing = (*self._erased, *(Stroke(line, float(self.width)) for line in lines))
        self._session.show_drawing(Drawn(drawing))


class _Change(QUndoCommand):
    """From one drawing to another; drawings share their strokes, so that a step costs little."""

    def __init__(self, session: "Session", title: str, before: Drawing, after: Drawing) -> None:
        super().__init__(title)
        self._session, self._before, self._after = session, before, after

    def undo(self) -> None:
        self._show(self._before)

    def redo(self) -> None:
        self._show(self._after)

    def _show(self, drawing: Drawing) -> None:
        self._session.pen.abandon()  # undo may be asked for in the middle of a line
        self._session.show_drawing(Drawn(drawing))

"""Reads the run book a few milliseconds at a time, between whatever else the window has to do."""

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from desktopcnn.errors import DesktopCNNError
from desktopcnn.training import book

SLICE = 0.008
"""Seconds of reading between two looks at what else there is to do."""


class RunReader(QObject):
    """may_deliver: asked before rows are handed out; while it says no, reading rests until `resume`."""

    read = Signal(list)  # of Row, oldest first
    failed = Signal(str)

    def __init__(self, may_deliver: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._may_deliver = may_deliver
        self._pending: Iterator[book.Row | None] | None = None
        self._rows: list[book.Row] = []
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        """Read everything, from the beginning; what is read already is not delivered."""
        self._pending, self._rows = book.scan(), []
        self._timer.start()
        self._go_on()

    def resume(self) -> None:
        """Go on where `may_deliver` said no."""
        if self._pending is not None:
            self._timer.start()

    def _go_on(self) -> None:
        if self._pending is None or not self._may_deliver():
            self._timer.stop()
            return
        until = time.perf_counter() + SLICE
        try:
            for row in self._pending:
                if row:
                    self._rows.append(row)
                if time.perf_counter() > until:
                    return
        except DesktopCNNError as error:
            self.failed.emit(str(error))
        self._timer.stop()
        self._pending = None
        self.read.emit(self._rows)

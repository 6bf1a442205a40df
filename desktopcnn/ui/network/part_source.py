"""The weights of the network that answers, and those that it began with, wherever they come from."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktopcnn.inspection.given import Given
from desktopcnn.networks.library import Entry
from desktopcnn.training import beginning
from desktopcnn.training.beginning import Beginning
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.background import Background
from desktopcnn.ui.session import Session

if TYPE_CHECKING:
    from desktopcnn.inspection.outline import Outline
    from desktopcnn.inspection.part import Part

Parts = Mapping[str, "Part"]


class PartSource(QObject):
    """Takes the layers from the answers; reads them from the file while there is nothing to answer.

    parts: the layers by name, None while unknown; the same object as long as the weights are the same.
    begun: how the training began, None where that is not known (or not known yet).
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.parts: Parts | None = None
        self.begun: Beginning | None = None
        self._session = session
        self._entry: Entry | Given | None = None
        self._outline: Outline = ()
        self._parts_of: Entry | Given | None = None
        self._first: tuple[Beginning, Parts] | None = None
        self._wanted = False
        self._background = Background(self)
        session.answered.connect(self._take)
        session.network_changed.connect(self._turn_to)
        session.member_changed.connect(self._turn_to)
        session.test_loaded.connect(self._read)
        self._turn_to()
        self._take(session.answer)

    @property
    def first(self) -> Parts | None:
        """The layers before the first step of the training; None while unknown, see `want_first`."""
        return self._first[1] if self._first and self._first[0] == self.begun else None

    def want_first(self) -> None:
        """Find out the first weights, of this network and of those that are chosen from now on."""
        self._wanted = True
        if self.begun and self.first is None and self._session.test is not None:
            begun = self.begun
            self._background.do(partial(beginning.parts, begun), partial(self._take_first, begun))

    def close(self) -> None:
        """End what works in the background."""
        self._background.close()

    def _turn_to(self) -> None:
        before, self._outline = self._outline, self._session.outline
        entry = self._entry = self._session.traced
        if before != self._outline:  # else the weights stay until the others come: nothing flickers
            self.parts = self.begun = None
            self.changed.emit()
        if isinstance(entry, Entry):
            self._background.do(partial(beginning.of, entry), partial(self._take_beginning, entry))
        elif isinstance(entry, Given):
            self.begun = None
            self._take_parts(entry, entry.anatomy)

    def _take(self, answer: Answer | None) -> None:
        if answer is not None:
            self._take_parts(answer.traced, answer.anatomy)
        elif self._parts_of != self._entry and not isinstance(self._entry, Given):
            self._take_parts(self._entry, None)
            self._read()

    def _read(self) -> None:
        """Read the weights' file; not before torch is there, whose import would stand in the window's way."""
        if self.parts is None and isinstance(self._entry, Entry) and self._session.test is not None:
            entry = self._entry
            self._background.do(partial(_parts, entry.path), partial(self._take_parts, entry))

    def _take_parts(self, entry: Entry | Given | None, parts: Parts | None) -> None:
        if entry == self._entry and parts is not self.parts:
            self.parts, self._parts_of = parts, entry
            self.changed.emit()

    def _take_beginning(self, entry: Entry, begun: Beginning | None) -> None:
        if entry == self._entry and begun != self.begun:
            self.begun = begun
            if self._wanted:
                self.want_first()
            self.changed.emit()

    def _take_first(self, begun: Beginning, first: Parts) -> None:
        self._first = (begun, first)
        self.changed.emit()


def _parts(path: Path) -> Parts:
    from desktopcnn.inspection.anatomy import anatomy
    from desktopcnn.networks import weights

    return anatomy(weights.load(path).module)

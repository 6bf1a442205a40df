"""What the user does to runs: each a step of undo."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from desktopcnn.errors import DesktopCNNError
from desktopcnn.networks import notes
from desktopcnn.training import book
from desktopcnn.training.book import Row
from desktopcnn.ui.train import run_trash

Work = Callable[[], None]
Places = dict[Path, Path | None]
"""Where each run lies in the trash, as far as is known."""


class RunEditor(QObject):
    """Renames, annotates, deletes; says when the disk has changed and what could not be done."""

    changed = Signal()
    deleted = Signal(str)
    all_deleted = Signal(list)  # of str, after the last `deleted`
    restored = Signal(str)
    failed = Signal(str)

    def __init__(self, stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stack = stack

    def rename(self, row: Row, name: str) -> None:
        """Give a run that name; an empty one gives it back its first."""
        before = notes.read(row.folder).name  # empty where it still goes by its architecture's title
        self._push(
            self.tr("Rename run"),
            lambda: book.rename(row.folder, name),
            lambda: book.rename(row.folder, before),
        )

    def annotate(self, row: Row, note: str) -> None:
        if note != row.note:
            self._push(
                self.tr("Note"),
                lambda: book.annotate(row.folder, note),
                lambda: book.annotate(row.folder, row.note),
            )

    def delete(self, folders: list[Path]) -> None:
        """Move them to the trash; what cannot be moved stays, and `failed` says why."""
        places: Places = {}
        title = self.tr("Delete run") if len(folders) == 1 else self.tr("Delete runs")
        self._push(title, lambda: self._discard(folders, places), lambda: self._restore(places))

    def undo(self) -> None:
        """Take back what the stack has done last while that is something with runs, a deletion for one."""
        if isinstance(self._stack.command(self._stack.index() - 1), _Command):
            self._stack.undo()

    def _discard(self, folders: list[Path], places: Places) -> None:
        places.clear()
        for folder in folders:
            try:
                places[folder] = run_trash.move_to_trash(folder)
            except DesktopCNNError as error:
                self.failed.emit(str(error))
            else:
                self.deleted.emit(str(folder))
        if not places:
            raise NothingDoneError
        self.all_deleted.emit([str(folder) for folder in places])

    def _restore(self, places: Places) -> None:
        for folder, place in places.items():
            try:
                run_trash.restore(place, folder)
            except DesktopCNNError as error:
                self.failed.emit(str(error))
            else:
                self.restored.emit(str(folder))

    def _push(self, title: str, redo: Work, undo: Work) -> None:
        self._stack.push(_Command(self, title, redo, undo))


class NothingDoneError(DesktopCNNError):
    """There is nothing to undo, and why was said already."""


class _Command(QUndoCommand):
    """A title, and two pieces of work; one that fails leaves the stack."""

    def __init__(self, editor: RunEditor, title: str, redo: Work, undo: Work) -> None:
        super().__init__(title)
        self._editor, self._redo, self._undo = editor, redo, undo

    def redo(self) -> None:
        self._do(self._redo)

    def undo(self) -> None:
        self._do(self._undo)

    def _do(self, work: Work) -> None:
        try:
            work()
        except DesktopCNNError as error:
            self.setObsolete(True)
            if not isinstance(error, NothingDoneError):
                self._editor.failed.emit(str(error))
        self._editor.changed.emit()

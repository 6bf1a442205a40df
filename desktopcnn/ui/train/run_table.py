"""The run book: every training as a row, and what can be done with it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QSortFilterProxyModel, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QUndoStack
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout

from desktopcnn.errors import DesktopCNNError
from desktopcnn.training import book
from desktopcnn.training.book import Row
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.compare_dialog import CompareDialog
from desktopcnn.ui.train.run_actions import RunActions
from desktopcnn.ui.train.run_dialogs import NetworkNameDialog, NoteDialog
from desktopcnn.ui.train.run_editor import RunEditor
from desktopcnn.ui.train.run_model import SORT, Column, RunModel
from desktopcnn.ui.train.run_reader import RunReader
from desktopcnn.ui.train.run_view import RunView

FEW = 3
"""Names that a message lists."""


class RunTable(QFrame):
    """Lists the runs of `book`, and says what the user wants of them; folders travel as texts."""

    shown_changed = Signal(str, bool)
    continue_requested = Signal(str)
    one_more_requested = Signal(str)
    compare_requested = Signal(list)
    networks_changed = Signal()
    refreshed = Signal()
    failed = Signal(str)
    told = Signal(str, str, object)  # what was done, what a button beside it is called, and what that does

    def __init__(self, theme: Theme, undo_stack: QUndoStack) -> None:
        super().__init__()
        self.setObjectName("runBook")
        self.setProperty("card", True)
        self._theme = theme
        self._ticked: set[str] = set()  # of the deleted runs, those that were shown
        self._model = RunModel(theme, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT)
        self._view = RunView(theme, undo_stack)
        self._view.setModel(self._sorted)
        self._editor = RunEditor(undo_stack, self)
        # new rows would take away the name that is just being typed
        self._reader = RunReader(lambda: not self._view.is_editing, self)
        self._actions = self._make_actions()
        self._lay_out()
        self._connect()
        self._update()

    # what the window tells

    def refresh(self) -> None:
        """Look again what there is; the rows change when all is read, and `refreshed` says so."""
        self._reader.start()

    def set_running(self, folder: str | None) -> None:
        """Say which run is in training in this window; its curves count as shown."""
        if folder:
            self._model.shown.add(folder)
        self._model.set_running(folder)
        self._update()

    def set_shown(self, folder: str, shown: bool) -> None:
        """Tick a run or untick it, as a click on its box does."""
        self._model.set_shown(folder, shown)

    def show_only(self, folders: Sequence[str]) -> None:
        """Tick these runs and no others."""
        for folder in [*self._model.shown.difference(folders), *folders]:
            self._model.set_shown(folder, folder in folders)

    def latest(self) -> str | None:
        """The folder of the run that was begun last and can be read."""
        return next((str(row.folder) for row in self._model.rows if row.run), None)

    def colour_of(self, folder: str) -> str:
        """The colour (#RRGGBB) of a run under the present theme; it keeps it."""
        return self._model.colours.of(folder)

    def name_of(self, folder: str) -> str:
        """What that run is called; the name of its folder while it is not listed."""
        return next((row.name for row in self._model.rows if str(row.folder) == folder), Path(folder).name)

    def selected(self) -> list[Row]:
        """The chosen rows, in the order in which they stand."""
        places = self._view.selectionModel().selectedRows()
        return [self._model.rows[self._sorted.mapToSource(place).row()] for place in sorted(places)]

    def _take(self, rows: list[Row]) -> None:
        chosen = {row.folder for row in self.selected()}
        current = self._current()
        changed = self._model.set_rows(rows)
        self._view.fit()
        if changed:
            select = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            for place, row in enumerate(self._model.rows):
                index = self._sorted.mapFromSource(self._model.index(place, Column.NAME))
                if current and row.folder == current.folder:
                    self._view.selectionModel().setCurrentIndex(
                        index, QItemSelectionModel.SelectionFlag.NoUpdate
                    )
                if row.folder in chosen:
                    self._view.selectionModel().select(index, select)
        self._update()
        self.refreshed.emit()

    def _current(self) -> Row | None:
        index = self._sorted.mapToSource(self._view.currentIndex())
        return self._model.rows[index.row()] if index.isValid() else None

    # what the user wants

    def _make_actions(self) -> RunActions:
        return RunActions(
            self._view,
            self._theme,
            {
                "show": self._toggle,
                "continue": self._continue,
                "more": self._one_more,
                "save": self._save,
                "compare": self._compare,
                "rename": self._rename,
                "note": self._annotate,
                "folder": self._open_folder,
                "delete": self._delete,
            },
        )

    def _toggle(self) -> None:
        rows = [row for row in self.selected() if row.run]
        shown = not all(str(row.folder) in self._model.shown for row in rows)
        for row in rows:
            self._model.set_shown(str(row.folder), shown)

    def _continue(self) -> None:
        self.continue_requested.emit(str(self.selected()[0].folder))

    def _one_more(self) -> None:
        self.one_more_requested.emit(str(self.selected()[0].folder))

    def _rename(self) -> None:
        index = self._view.currentIndex()
        self._view.edit(index.siblingAtColumn(Column.NAME))

    def _rename_to(self, folder: str, name: str) -> None:
        row = next(row for row in self._model.rows if str(row.folder) == folder)
        self._editor.rename(row, name)

    def _annotate(self) -> None:
        row = self.selected()[0]
        dialog = NoteDialog(self, row.name, row.note)
        dialog.written.connect(lambda note: self._editor.annotate(row, note))
        _show(dialog)

    def _save(self) -> None:
        row = self.selected()[0]
        dialog = NetworkNameDialog(self, row.name)
        dialog.chosen.connect(lambda name, replace: self._save_as(row, name, replace))
        _show(dialog)

    def _save_as(self, row: Row, name: str, replace: bool) -> None:
        try:
            book.save_network(row.folder, name, replace=replace)
        except DesktopCNNError as error:
            self.failed.emit(str(error))
        else:
            self.networks_changed.emit()
            self.told.emit(self.tr("Saved as the network {0}.").format(name), "", None)

    def _compare(self) -> None:
        """Lay the curves over each other, and show what differs."""
        rows = [row for row in self.selected() if row.run]
        for row in rows:
            self._model.set_shown(str(row.folder), True)
        self.compare_requested.emit([str(row.folder) for row in rows])
        _show(CompareDialog(self, rows, [self.colour_of(str(row.folder)) for row in rows]))

    def _open_folder(self) -> None:
        folder = self.selected()[0].folder
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.failed.emit(self.tr("No program opens folders here. The run lies in {0}.").format(folder))

    def _delete(self) -> None:
        self._editor.delete([row.folder for row in self.selected()])

    def _forget(self, folder: str) -> None:
        if folder in self._model.shown:
            self._ticked.add(folder)
        self._model.set_shown(folder, False)

    def _tell_deleted(self, folders: list[str]) -> None:
        names = ", ".join(self.name_of(folder) for folder in folders)
        text = self.tr("Deleted {0}.").format(names) if len(folders) <= FEW else ""
        text = text or self.tr("Deleted {0} runs.").format(len(folders))
        self.told.emit(text, self.tr("Undo"), self._editor.undo)

    def _tick_again(self, folder: str) -> None:
        """A run that came back is shown as it was."""
        if folder in self._ticked:
            self._ticked.discard(folder)
            self._model.set_shown(folder, True)

    def _take_change(self) -> None:
        self.refresh()
        self.networks_changed.emit()

    # how it looks

    def _update(self) -> None:
        """What can be done with what is chosen."""
        rows = self.selected()
        one = rows[0] if len(rows) == 1 else None
        state = self._model.state(one) if one else ""
        idle = self._model.running is None
        busy = any(self._model.state(row) in ("running", "training") for row in rows)
        enabled = {
            "show": any(row.run for row in rows),
            "continue": idle and state in ("stopped", "crashed", "failed"),
            "more": state == "running" or (idle and state in ("finished", "stopped", "crashed", "failed")),
            "save": bool(one and one.has_network),
            "compare": sum(row.run is not None for row in rows) > 1,
            "rename": bool(one and one.run),
            "note": bool(one and one.run),
            "folder": bool(one),
            "delete": bool(rows) and not busy,
        }
        self._actions.enable({name for name, can in enabled.items() if can})
        self._pages.setCurrentIndex(1 if self._model.rows else 0)

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Runs"))
        title.setProperty("strong", True)
        bar = QHBoxLayout()
        bar.setSpacing(2)
        bar.addWidget(title)
        bar.addStretch(1)
        for button in self._actions.buttons():
            bar.addWidget(button)
        empty = QLabel(
            self.tr(
                "No runs yet. Choose a network and a recipe above and press Train: it becomes a row here."
            )
        )
        empty.setObjectName("noRuns")
        empty.setProperty("muted", True)
        empty.setWordWrap(True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(self._view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 4, 4)
        layout.setSpacing(4)
        layout.addLayout(bar)
        layout.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self._reader.read.connect(self._take)
        self._reader.failed.connect(self.failed)
        self._view.edited.connect(self._reader.resume)
        self._view.selectionModel().selectionChanged.connect(self._update)
        self._model.shown_changed.connect(self.shown_changed)
        self._model.rename_requested.connect(self._rename_to)
        self._editor.changed.connect(self._take_change)
        self._editor.deleted.connect(self._forget)
        self._editor.all_deleted.connect(self._tell_deleted)
        self._editor.restored.connect(self._tick_again)
        self._editor.failed.connect(self.failed)


def _show(dialog: CompareDialog | NoteDialog | NetworkNameDialog) -> None:
    """Open it without holding anything up; it is gone when it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()

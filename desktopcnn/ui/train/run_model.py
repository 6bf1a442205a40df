"""The rows of the run book as a Qt model: what each cell says, and which runs are shown in the curves."""

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter

from desktopcnn.training.book import Row
from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.settings import Settings
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.run_colours import RunColours
from desktopcnn.ui.train.run_texts import duration, percent

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
Answer = Callable[[Row, int], Any]
"""What a role has to say of a row and a column."""
SORT = Role.UserRole
"""The role of what a column is sorted by."""
COLOUR = Role.UserRole + 1
NOWHERE = QModelIndex()


SIDE = QSize(56, 56)
"""A sign of a state, larger than it is shown."""


class Column(IntEnum):
    """The columns, from left to right."""

    SHOWN = 0
    NAME = 1
    VALIDATION = 2
    TEST = 3
    TIME = 4
    STATE = 5


NUMBERS = (Column.VALIDATION, Column.TEST, Column.TIME)


class RunModel(QAbstractTableModel):
    """Shows rows; asks for changes by signals and changes nothing on the disk itself."""

    shown_changed = Signal(str, bool)
    rename_requested = Signal(str, str)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.colours = RunColours(theme, Settings())
        self.rows: list[Row] = []
        self.running: str | None = None
        self.shown: set[str] = set()
        self._states = {
            "running": self.tr("in training"), "training": self.tr("in training elsewhere"),
            "finished": self.tr("done"), "stopped": self.tr("stopped"), "crashed": self.tr("crashed"),
            "failed": self.tr("failed"), "damaged": self.tr("damaged"),
        }  # fmt: skip
        self._icons = {state: QAction(self) for state in self._states}
        for state, action in self._icons.items():
            set_icon(action, f"state-{'running' if state == 'training' else state}", theme)
        self._heads = {
            Column.SHOWN: ("", self.tr("Shown in the curves")),
            Column.NAME: (self.tr("Name"), self.tr("Name of the run; double-click or F2 to change it")),
            Column.VALIDATION: (self.tr("Val. %"), self.tr("Best validation accuracy, per cent")),
            Column.TEST: (self.tr("Test %"), self.tr("Test accuracy of the best network, per cent")),
            Column.TIME: (self.tr("Time"), self.tr("Time trained, in whole epochs")),
            Column.STATE: ("", self.tr("State of the run")),
        }
        self._roles: dict[int, Answer] = {
            Role.DisplayRole: self._text,
            Role.EditRole: lambda row, column: row.name if column == Column.NAME else None,
            Role.ToolTipRole: lambda row, column: self._tip(row),
            Role.AccessibleTextRole: self._spoken,
            Role.DecorationRole: lambda row, column: self._icon(row) if column == Column.STATE else None,
            Role.CheckStateRole: self._check,
            Role.TextAlignmentRole: _alignment,
            Role.ForegroundRole: lambda row, column: (
                QColor(theme.colours.muted) if row.state == "damaged" else None
            ),
            SORT: self._order,
            COLOUR: lambda row, column: self.colours.of(str(row.folder)),
        }
        theme.changed.connect(self.repaint)

    # what is shown

    def set_rows(self, rows: list[Row]) -> bool:
        """Show these, given oldest first; False if the same runs stand there as before."""
        self.colours.keep(str(row.folder) for row in rows)
        rows = rows[::-1]
        same = [row.folder for row in rows] == [row.folder for row in self.rows]
        if same:
            self.rows = rows
            self.repaint()
        else:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
        return not same

    def set_running(self, folder: str | None) -> None:
        self.running = folder
        self.repaint()

    def set_shown(self, folder: str, shown: bool) -> None:
        """Tick or untick a run; the signal comes where that changes something."""
        if shown != (folder in self.shown):
            (self.shown.add if shown else self.shown.discard)(folder)
            self.repaint()
            self.shown_changed.emit(folder, shown)

    def state(self, row: Row) -> str:
        """A key of the states: that of the row, or "running" for the one in training in this window."""
        return "running" if str(row.folder) == self.running else row.state

    def state_text(self, row: Row) -> str:
        return self._states[self.state(row)]

    def repaint(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(Column) - 1))

    # Qt's questions

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        text, tip = self._heads[Column(section)]
        if role == Role.TextAlignmentRole:
            return _alignment(None, section)
        return {Role.DisplayRole: text, Role.ToolTipRole: tip, Role.AccessibleTextRole: tip}.get(role)  # type: ignore[call-overload]

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and self.rows[index.row()].run:
            if index.column() == Column.SHOWN:
                flags |= Qt.ItemFlag.ItemIsUserCheckable
            elif index.column() == Column.NAME:
                flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        answer = self._roles.get(role)
        return answer(self.rows[index.row()], index.column()) if answer and index.isValid() else None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        row = self.rows[index.row()]
        if role == Role.CheckStateRole:
            self.set_shown(str(row.folder), Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role == Role.EditRole and value != row.name:
            self.rename_requested.emit(str(row.folder), value)
        return False

    # the answers

    def _text(self, row: Row, column: int) -> str:
        return {
            Column.NAME: row.name,
            Column.VALIDATION: percent(row.validation),
            Column.TEST: percent(row.test),
            Column.TIME: duration(row.seconds) if row.seconds else "",
            Column.STATE: self.state_text(row),
        }.get(Column(column), "")

    def _spoken(self, row: Row, column: int) -> str:
        if column == Column.SHOWN:
            shown = str(row.folder) in self.shown
            return self.tr("shown in the curves") if shown else self.tr("not shown in the curves")
        return self._text(row, column)

    def _icon(self, row: Row) -> QIcon:
        """The sign of its state; on a chosen row in the colour of the words there."""
        icon = QIcon(self._icons[self.state(row)].icon())
        pixmap = icon.pixmap(SIDE)
        painter = QPainter(pixmap)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(pixmap.rect(), QColor(self._theme.colours.on_accent))
        painter.end()
        icon.addPixmap(pixmap, QIcon.Mode.Selected)
        return icon

    def _check(self, row: Row, column: int) -> Qt.CheckState | None:
        if column != Column.SHOWN or not row.run:
            return None
        return Qt.CheckState.Checked if str(row.folder) in self.shown else Qt.CheckState.Unchecked

    def _order(self, row: Row, column: int) -> Any:
        return {
            Column.SHOWN: int(str(row.folder) in self.shown),
            Column.NAME: row.name.casefold(),
            Column.VALIDATION: -1.0 if row.validation is None else row.validation,
            Column.TEST: -1.0 if row.test is None else row.test,
            Column.TIME: row.seconds,
            Column.STATE: list(self._states).index(self.state(row)),
        }[Column(column)]

    def _tip(self, row: Row) -> str:
        lines = [row.name, f"{self.state_text(row)} · {row.folder.name}"]
        if row.run:
            about = self.tr("{0} · recipe {1} · {2} · seed {3}")
            lines.append(about.format(row.architecture, row.recipe, row.run.dataset, row.run.seed))
            lines.append(self.tr("{0} of {1} epochs").format(row.epochs, row.planned))
            if row.run.origin:
                of = next((r.name for r in self.rows if r.folder.name == row.run.origin.run), "")
                text = self.tr("branch of {0} at step {1:,}")
                lines.append(text.format(of or row.run.origin.run, row.run.origin.step))
        if row.created:
            lines.append(self.tr("begun {0}").format(moment(row.created)))
        return "\n".join([*lines, *filter(None, (row.fault, row.failure, row.note))])


def moment(when: datetime) -> str:
    """2026-07-31 14:05, in the time of this place."""
    return f"{when.astimezone():%Y-%m-%d %H:%M}"


def _alignment(_: Row | None, column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter

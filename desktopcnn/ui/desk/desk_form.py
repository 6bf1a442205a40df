"""The settings of the convolution desk: a row of fields, and what is wrong in them under it."""

from typing import Any, get_args

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QGridLayout, QLabel, QWidget

from desktopcnn.inspection.desk_sizes import LIMITS, Pooling, faults
from desktopcnn.ui.desk.desk_state import DeskState
from desktopcnn.ui.number_box import NumberBox, adding, keep_still
from desktopcnn.ui.theme import Theme


class DeskForm(QWidget):
    """A setting is taken when Enter is pressed or its field is left, if the desk can be laid with it."""

    play_wanted = Signal()

    def __init__(self, state: DeskState, theme: Theme) -> None:
        super().__init__()
        self._state, self._theme = state, theme
        self._faults: dict[str, str] = {}
        self.fields: dict[str, NumberBox | QComboBox] = {}
        self._labels: dict[str, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        keys = _BoxKeys(self)
        keys.play_wanted.connect(self.play_wanted)
        for name, (text, tip) in self._texts().items():
            self._add(name, text, tip, keys)
        self.note = self._make_note()
        self._grid.addWidget(self.note, 2, 0, 1, len(self.fields))
        state.changed.connect(self._follow)
        theme.changed.connect(self._show_faults)
        self._follow()

    def _texts(self) -> dict[str, tuple[str, str]]:
        """A label and a tip for each setting, in the order of the fields."""
        return {
            "channels": (self.tr("Channels"), self.tr("Channels of the input, 1 to 3")),
            "rows": (self.tr("Rows"), self.tr("Rows of the input, 1 to 9")),
            "columns": (self.tr("Columns"), self.tr("Columns of the input, 1 to 9")),
            "kernels": (self.tr("Kernels"), self.tr("Each kernel makes one output map: 1 or 2")),
            "kernel": (self.tr("Kernel size"), self.tr("Rows and columns of each kernel")),
            "stride": (self.tr("Stride"), self.tr("Pixels from one window to the next")),
            "padding": (self.tr("Padding"), self.tr("Rings of zeros around the input")),
            "dilation": (self.tr("Dilation"), self.tr("Pixels from one number of the kernel to the next")),
            "pooling": (self.tr("Pooling"), self.tr("What is done with the output of the convolution")),
            "pool_size": (self.tr("Pool size"), self.tr("Rows and columns of the pooling's window")),
            "pool_stride": (self.tr("Pool stride"), self.tr("Cells from one pooling window to the next")),
        }

    def _add(self, name: str, text: str, tip: str, keys: QObject) -> None:
        label = QLabel(text)
        label.setProperty("muted", True)
        label.setProperty("small", True)
        field = self._make_selector() if name == "pooling" else self._make_box(name, keys)
        field.setObjectName("desk" + "".join(part.capitalize() for part in name.split("_")))
        field.setAccessibleName(text)
        field.setToolTip(tip)
        label.setBuddy(field)
        column = len(self.fields)
        self._grid.addWidget(label, 0, column)
        self._grid.addWidget(field, 1, column)
        self._grid.setColumnStretch(column, 1)
        self.fields[name], self._labels[name] = field, label

    def _make_box(self, name: str, keys: QObject) -> NumberBox:
        box = NumberBox(adding(1), LIMITS[name], whole=True)
        box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.UpDownArrows)
        box.installEventFilter(keys)
        box.changed.connect(self._check)
        box.committed.connect(lambda: self._commit(name))
        return box

    def _make_selector(self) -> QComboBox:
        selector = QComboBox()
        titles = {"none": self.tr("none"), "max": self.tr("max"), "average": self.tr("average")}
        for kind in get_args(Pooling):
            selector.addItem(titles[kind], kind)
        selector.activated.connect(lambda: self._commit("pooling"))
        keep_still(selector)
        return selector

    def _make_note(self) -> QLabel:
        note = QLabel()
        note.setObjectName("deskNote")
        note.setProperty("message", True)
        note.setWordWrap(True)
        note.setMargin(3)
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.hide()
        return note

    def _value(self, name: str) -> Any:
        field = self.fields[name]
        return field.currentData() if isinstance(field, QComboBox) else field.value()

    def _changes(self) -> dict[str, Any]:
        """The settings that are not those of the desk."""
        settings = self._state.desk.settings
        return {name: self._value(name) for name in self.fields if self._value(name) != settings[name]}

    def _check(self) -> None:
        """Say what is wrong in the fields, while one is typing."""
        found = faults(self._state.desk.wanted(**self._changes()))
        for name, field in self.fields.items():
            if isinstance(field, NumberBox) and field.complaint():
                found[name] = field.complaint()
        if found != self._faults:
            self._faults = found
            self._show_faults()

    def _commit(self, name: str) -> None:
        self._check()
        changes = self._changes()
        if changes and not self._faults:
            title = self.tr("Change {0}").format(self._labels[name].text().lower())
            self._state.put(title, self._state.desk.changed(**changes))

    def _follow(self) -> None:
        """Show the desk's settings."""
        settings = self._state.desk.settings
        for name, field in self.fields.items():
            if isinstance(field, QComboBox):
                field.setCurrentIndex(field.findData(settings[name]))
            else:
                field.blockSignals(True)
                field.set_value(settings[name])
                field.blockSignals(False)
            if name.startswith("pool_"):
                field.setEnabled(settings["pooling"] != "none")
        self._check()

    def _show_faults(self) -> None:
        self.note.setText("\n".join(self._faults.values()))
        self.note.setVisible(bool(self._faults))
        for name, field in self.fields.items():
            palette = QPalette()
            if name in self._faults:
                for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Button):
                    palette.setColor(role, QColor(self._theme.colours.warning))
            field.setPalette(palette)
            field.setAccessibleDescription(self._faults.get(name, ""))


class _BoxKeys(QObject):
    """Lets the keys of the desk through a field for whole numbers: Space, undo and redo."""

    play_wanted = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and isinstance(watched, NumberBox):
            standard = QKeySequence.StandardKey
            undoes = event.matches(standard.Undo) or event.matches(standard.Redo)
            if event.type() == QEvent.Type.ShortcutOverride and undoes:
                event.ignore()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space:
                watched.committed.emit()
                self.play_wanted.emit()
                return True
        return super().eventFilter(watched, event)

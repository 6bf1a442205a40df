"""Two small questions about a run: its note, and the name of the network that is saved from it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktopcnn.errors import UsageError
from desktopcnn.networks import library, notes

Button = QDialogButtonBox.StandardButton


class NoteDialog(QDialog):
    """A note of several lines."""

    written = Signal(str)

    def __init__(self, parent: QWidget, name: str, note: str) -> None:
        super().__init__(parent)
        self.setObjectName("noteDialog")
        self.setWindowTitle(self.tr("Note on {0}").format(name))
        self._text = QPlainTextEdit(note)
        self._text.setObjectName("noteText")
        self._text.setAccessibleName(self.tr("Note"))
        self._text.setToolTip(self.tr("Whatever you want to remember of this run"))
        self._text.setTabChangesFocus(True)
        self._length = QLabel()
        self._length.setProperty("muted", True)
        self._buttons = _buttons(self)
        _stack(self, self._text, self._length, self._buttons)
        self._text.textChanged.connect(self._count)
        self.accepted.connect(lambda: self.written.emit(self._text.toPlainText()))
        self._count()
        self.resize(380, 220)

    def _count(self) -> None:
        letters = len(self._text.toPlainText())
        text = self.tr("{0:,} of {1:,} letters").format(letters, notes.LONGEST_NOTE)
        self._length.setText(text)
        self._buttons.button(Button.Save).setEnabled(letters <= notes.LONGEST_NOTE)


class NetworkNameDialog(QDialog):
    """A name for a network, checked while it is typed; `chosen` tells it and whether one is replaced."""

    chosen = Signal(str, bool)

    def __init__(self, parent: QWidget, proposed: str) -> None:
        super().__init__(parent)
        self.setObjectName("networkNameDialog")
        self.setWindowTitle(self.tr("Save as a network"))
        label = QLabel(self.tr("&Name, as it will stand in the list of networks:"))
        self._name = QLineEdit(proposed)
        self._name.setObjectName("networkName")
        self._name.setAccessibleName(self.tr("Name of the network"))
        self._name.setToolTip(self.tr("Name of the network, and of its file"))
        self._name.setMaxLength(library.LONGEST)
        self._name.selectAll()
        label.setBuddy(self._name)
        self._fault = QLabel()
        self._fault.setObjectName("networkNameFault")
        self._fault.setWordWrap(True)
        self._buttons = _buttons(self)
        self._replaces = False
        _stack(self, label, self._name, self._fault, self._buttons)
        self._name.textChanged.connect(self._check)
        self.accepted.connect(lambda: self.chosen.emit(self._name.text(), self._replaces))
        self._check()
        self.resize(380, 140)

    def _check(self) -> None:
        name, fault, can_save = self._name.text(), "", True
        self._replaces = False
        try:
            library.place_for(name)
        except UsageError as error:
            fault, self._replaces = str(error), _is_ours(name)
            can_save = self._replaces
        self._fault.setText(fault)
        save = self._buttons.button(Button.Save)
        save.setEnabled(can_save)
        save.setText(self.tr("Replace") if self._replaces else self.tr("Save"))


def _is_ours(name: str) -> bool:
    """Whether a network of that name is there that may be replaced."""
    try:
        return library.place_for(name, replace=True).exists()
    except UsageError:
        return False


def _buttons(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(Button.Save | Button.Cancel)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    for kind, tip in (
        (Button.Save, dialog.tr("Keep it")),
        (Button.Cancel, dialog.tr("Leave everything as it was")),
    ):
        buttons.button(kind).setToolTip(tip)
    return buttons


def _stack(dialog: QDialog, *widgets: QWidget) -> None:
    layout = QVBoxLayout(dialog)
    for widget in widgets:
        layout.addWidget(widget)

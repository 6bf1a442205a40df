"""What can be done with the runs that are chosen: actions with their keys, and the buttons of some."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QToolButton, QWidget

from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.theme import Theme


class RunActions(QObject):
    """The actions of a view of runs, which has them in its menu; slots: what each does, by its name."""

    def __init__(self, view: QWidget, theme: Theme, slots: Mapping[str, Callable[[], None]]) -> None:
        super().__init__(view)
        self._view, self._theme, self._slots = view, theme, slots
        keys = QKeySequence.StandardKey
        self._actions = {
            "show": self._make("show", self.tr("Show or hide in the curves"), key=Qt.Key.Key_Space),
            "continue": self._make("continue", self.tr("Continue"), "run-continue"),
            "more": self._make("more", self.tr("One more epoch"), "run-more"),
            "save": self._make("save", self.tr("Save as network…"), "run-save"),
            "compare": self._make("compare", self.tr("Compare"), "run-compare"),
            "rename": self._make("rename", self.tr("Rename"), key=Qt.Key.Key_F2),
            "note": self._make("note", self.tr("Note…"), "run-note"),
            "folder": self._make("folder", self.tr("Open folder"), "open"),
            "delete": self._make("delete", self.tr("Delete"), "run-delete", keys.Delete),
        }

    def buttons(self) -> list[QToolButton]:
        """A new button for each action that has one, in the order in which they stand."""
        return [self._button(name, tip) for name, tip in self._tips().items()]

    def enable(self, names: AbstractSet[str]) -> None:
        """These can be done now, and no others."""
        for name, action in self._actions.items():
            action.setEnabled(name in names)

    def _make(
        self, name: str, text: str, icon: str = "", key: QKeySequence.StandardKey | Qt.Key | None = None
    ) -> QAction:
        action = QAction(text, self)
        if key is not None:
            action.setShortcut(key)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        if icon:
            set_icon(action, icon, self._theme)
        action.triggered.connect(self._slots[name])
        self._view.addAction(action)
        return action

    def _tips(self) -> dict[str, str]:
        return {
            "continue": self.tr("Continue the run where it was left"),
            "more": self.tr("Train the run for one more epoch"),
            "save": self.tr("Save the run's best network under a name, for the list of networks"),
            "compare": self.tr("Compare the chosen runs: curves laid over each other, and what differs"),
            "note": self.tr("Write a note on the run"),
            "folder": self.tr("Open the folder of the run"),
            "delete": self.tr("Delete the chosen runs (Del); Ctrl+Z brings them back"),
        }

    def _button(self, name: str, tip: str) -> QToolButton:
        self._actions[name].setToolTip(tip)
        button = QToolButton()
        button.setDefaultAction(self._actions[name])
        button.setObjectName(f"{name}RunButton")
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

"""A button for an action, which a menu can show too: one key, one state."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton


def tool_button(action: QAction, name: str) -> QToolButton:
    """A button called `<name>Button` that the Tab key reaches."""
    button = QToolButton()
    button.setObjectName(f"{name}Button")
    button.setDefaultAction(action)
    button.setAccessibleName(action.text())
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button

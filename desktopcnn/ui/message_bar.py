"""The one place where the window says what went wrong, or was done; in the end it goes by itself."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton

from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.theme import Theme

LASTS = 30_000
"""Milliseconds that a message is there."""


class MessageBar(QFrame):
    """Hidden until something is said."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("messageBar")
        self.setProperty("message", True)
        self._text = QLabel()
        self._text.setObjectName("message")
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = QPushButton()
        self._action.setObjectName("messageActionButton")
        self._action.setToolTip(self.tr("Do what usually helps"))
        self._action.setAccessibleName(self.tr("No remedy"))
        self._action.clicked.connect(self._act)
        self._do: Callable[[], None] | None = None
        self._close = QToolButton()
        self._close.setObjectName("closeMessageButton")
        self._close.setAccessibleName(self.tr("Close the message"))
        self._close.setToolTip(self.tr("Close the message"))
        self._close.clicked.connect(self.hide)
        set_icon(self._close, "close", theme)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._action, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._leave)
        self.hide()

    def say(
        self, text: str, action: str = "", do: Callable[[], None] | None = None, *, stays: bool = False
    ) -> None:
        """Show `text`, and a button called `action` that does what helps.

        It goes after a while, but not from under the mouse, and never where it `stays`.
        """
        self._timer.stop()
        if not stays:
            self._timer.start(LASTS)
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self._do = do
        self._action.setText(action)
        self._action.setAccessibleName(action or self.tr("No remedy"))
        self._action.setVisible(do is not None)
        self.show()
        self.raise_()

    def _leave(self) -> None:
        if self.underMouse() or self._action.hasFocus() or self._close.hasFocus():
            self._timer.start(LASTS)
        else:
            self.hide()

    def take_back(self, text: str) -> None:
        """Hide, if that is what is said."""
        if text == self._text.text():
            self.hide()

    def _act(self) -> None:
        self.hide()
        if self._do:
            self._do()

"""The one place where the window says what went wrong; it stays until it is closed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.theme import Theme


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
        self._close = QToolButton()
        self._close.setObjectName("closeMessageButton")
        self._close.setAccessibleName(self.tr("Close the message"))
        self._close.setToolTip(self.tr("Close the message"))
        self._close.clicked.connect(self.hide)
        set_icon(self._close, "close", theme)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, text: str) -> None:
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self.show()

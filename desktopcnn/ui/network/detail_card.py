"""The frame of a close look: heading, controls at its right, and a button that gives it the whole tab."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.theme import Theme


class DetailCard(QFrame):
    """A subclass sets its heading with `set_heading` and lays its widgets into `body`."""

    enlarge_requested = Signal(bool)

    def __init__(self, name: str, theme: Theme) -> None:
        """name: the object name."""
        super().__init__()
        self.setObjectName(name)
        self.setProperty("card", True)
        self._heading = QLabel()
        self._heading.setProperty("strong", True)
        self._enlarge = QToolButton()
        self._enlarge.setObjectName(f"{name}Enlarge")
        self._enlarge.setCheckable(True)
        self._enlarge.setAccessibleName(self.tr("Enlarge"))
        self._enlarge.setToolTip(self.tr("Give this view the whole tab, or take it back"))
        set_icon(self._enlarge, "enlarge", theme)
        self._enlarge.toggled.connect(self.enlarge_requested)
        self._header = QHBoxLayout()
        self._header.setSpacing(4)
        self._header.addWidget(self._heading)
        self._header.addStretch(1)
        self._header.addWidget(self._enlarge)
        self.body = QVBoxLayout()
        self.body.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(self._header)
        layout.addLayout(self.body, 1)

    def set_heading(self, text: str) -> None:
        self._heading.setText(text)
        self.setAccessibleName(text)

    def set_enlarged(self, enlarged: bool) -> None:
        """Press the enlarge button, or release it."""
        self._enlarge.setChecked(enlarged)

    def add_control(self, widget: QWidget) -> None:
        """Put a small control into the header, left of the enlarge button."""
        self._header.insertWidget(self._header.count() - 1, widget)

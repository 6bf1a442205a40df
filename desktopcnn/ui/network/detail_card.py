"""The frame of a close look: heading, controls, buttons that export it and give it the whole tab."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.network.export.exported import Exported
from desktopcnn.ui.theme import Theme


class DetailCard(QFrame):
    """A subclass sets its heading with `set_heading` and lays its widgets into `body`."""

    enlarge_requested = Signal(bool)
    export_requested = Signal()

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
        self._export = QToolButton()
        self._export.setObjectName(f"{name}Export")
        self._export.setAccessibleName(self.tr("Export"))
        set_icon(self._export, "export", theme)
        self._export.clicked.connect(self.export_requested)
        self.set_exportable()
        self._header = QHBoxLayout()
        self._header.setSpacing(4)
        self._header.addWidget(self._heading)
        self._header.addStretch(1)
        self._header.addWidget(self._export)
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
        """Put a small control into the header, left of the buttons that every card has."""
        self._header.insertWidget(self._header.count() - 2, widget)

    def exported(self) -> Exported | None:
        """What can be exported at this moment; None where there is nothing."""
        return None

    def set_exportable(self, reason: str = "") -> None:
        """Whether there is something to export; reason: why not."""
        self._export.setEnabled(not reason)
        self._export.setToolTip(reason or self.tr("Save this view as a picture, or its numbers"))

"""Buttons that slide the window over the map: step back, play, step forward, and how fast."""

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QHideEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.selection import Selection
from desktopcnn.ui.theme import Theme

SPEEDS = (1, 2, 5, 10, 20)
"""Cells per second that can be chosen."""
USUAL = 5


class CellPlayer(QWidget):
    """Moves the session's chosen cell through its map or vector, row by row, and begins anew at the end.

    Stops when it is hidden or another layer is chosen.
    """

    def __init__(self, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self._selection, self._theme = selection, theme
        self._layer = selection.layer
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self.step(1))
        self._back = self._button("cellBack", "previous", self.tr("Previous cell"), ",")
        self._play = self._button("cellPlay", "play", self.tr("Play"), self.tr("Space"))
        self._forward = self._button("cellForward", "next", self.tr("Next cell"), ".")
        self._back.clicked.connect(lambda: self.step(-1))
        self._forward.clicked.connect(lambda: self.step(1))
        self._play.clicked.connect(self.toggle)
        self._speed = self._speed_selector()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for widget in (self._back, self._play, self._forward, self._speed):
            layout.addWidget(widget)
        self._icons = {name: QAction(self) for name in ("play", "pause")}  # kept in the theme's colours
        for name, action in self._icons.items():
            set_icon(action, name, theme)
        selection.changed.connect(self._follow)
        theme.changed.connect(self._say)
        self._say()

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play, or pause."""
        if self.is_playing:
            self.stop()
        else:
            self._timer.start(self._interval)
            self._say()

    def stop(self) -> None:
        if self.is_playing:
            self._timer.stop()
            self._say()

    def step(self, cells: int) -> None:
        """Go that many cells on (or back), from the end of a map to its beginning."""
        cell, shape = self._selection.cell, self._selection.shape
        if cell and len(cell) == 3:
            row, column = divmod((cell[1] * shape[2] + cell[2] + cells) % (shape[1] * shape[2]), shape[2])
            self._selection.choose_cell((cell[0], row, column))
        elif cell:
            self._selection.choose_cell(((cell[0] + cells) % shape[0],))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self.stop()

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()

    def _follow(self) -> None:
        if self._selection.layer != self._layer:
            self._layer = self._selection.layer
            self.stop()

    def _say(self) -> None:
        name = self.tr("Pause") if self.is_playing else self.tr("Play")
        self._play.setIcon(self._icons["pause" if self.is_playing else "play"].icon())
        self._play.setAccessibleName(name)
        text = self.tr("Pause (Space)") if self.is_playing else self.tr("Slide over all cells (Space)")
        self._play.setToolTip(text)

    def _button(self, name: str, icon: str, text: str, key: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(self.tr("{0} ({1})").format(text, key))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_icon(button, icon, self._theme)
        return button

    def _speed_selector(self) -> QComboBox:
        selector = QComboBox()
        selector.setObjectName("cellSpeed")
        selector.setAccessibleName(self.tr("Cells per second"))
        selector.setToolTip(self.tr("Cells per second"))
        for speed in SPEEDS:
            selector.addItem(self.tr("{0}/s").format(speed), speed)
        selector.setCurrentIndex(SPEEDS.index(USUAL))
        selector.currentIndexChanged.connect(lambda _: self._timer.setInterval(self._interval))
        return selector

    @property
    def _interval(self) -> int:
        """Milliseconds from cell to cell."""
        speed: int = self._speed.currentData()
        return 1000 // speed

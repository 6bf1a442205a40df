"""Playing the convolution desk: step by step, on a timer or by hand."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from desktopcnn.ui.desk.desk_state import DeskState
from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.theme import Theme

SPEEDS = (1, 2, 3, 5, 8, 12, 20, 30, 60)
"""Cells per second."""
USUAL = SPEEDS.index(3)


class DeskPlayer(QWidget):
    """Buttons, a slider for the speed, and where we are. The timer rests whenever this is hidden."""

    def __init__(self, state: DeskState, theme: Theme) -> None:
        super().__init__()
        self._state, self._theme = state, theme
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._advance)
        self._first = self._button("first", self.tr("Reset: back to the first cell (Home)"))
        self._back = self._button("previous", self.tr("One cell back (Left)"))
        self._play = self._button("play", self.tr("Play or pause (Space)"))
        self._play.setCheckable(True)
        self._icons = {False: QAction(self), True: QAction(self)}
        self._forward = self._button("next", self.tr("One cell forward (Right)"))
        self._last = self._button("last", self.tr("Fill all cells (End)"))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("deskSpeed")
        self._slider.setAccessibleName(self.tr("Speed"))
        self._slider.setToolTip(self.tr("How fast the cells are filled"))
        self._slider.setRange(0, len(SPEEDS) - 1)
        self._slider.setValue(USUAL)
        self._slider.setFixedWidth(120)
        self._speed, self._place = QLabel(), QLabel()
        self._place.setObjectName("deskPlace")
        for label in (self._speed, self._place):
            label.setProperty("muted", True)
        self._lay_out()
        self._connect()
        self._set_speed()
        self._follow()

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play, or pause."""
        self._play.setChecked(not self._play.isChecked())

    def pause(self) -> None:
        self._play.setChecked(False)

    def step(self, by: int) -> None:
        """So many cells on or back; playing ends."""
        self.pause()
        self._state.go_to(self._state.position + by)

    def go_to(self, number: int) -> None:
        self.pause()
        self._state.go_to(number)

    def hideEvent(self, event: QHideEvent) -> None:
        self.pause()
        super().hideEvent(event)

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"desk{name.capitalize()}Button")
        button.setAccessibleName(tip)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it is
        button.installEventFilter(self)
        set_icon(button, name, self._theme)
        return button

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # a button would take these keys for a change of focus
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
            if event.key() in ways:
                self.step(ways[Qt.Key(event.key())])
                return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for button in (self._first, self._back, self._play, self._forward, self._last):
            layout.addWidget(button)
        layout.addSpacing(10)
        speed = QLabel(self.tr("Speed"))
        speed.setProperty("muted", True)
        speed.setBuddy(self._slider)
        for widget in (speed, self._slider, self._speed):
            layout.addWidget(widget)
        self._speed.setFixedWidth(self._speed.fontMetrics().horizontalAdvance(self._speed_text(60)) + 4)
        layout.addSpacing(10)
        layout.addWidget(self._place)
        layout.addStretch(1)

    def _connect(self) -> None:
        self._first.clicked.connect(lambda: self.go_to(0))
        self._back.clicked.connect(lambda: self.step(-1))
        self._forward.clicked.connect(lambda: self.step(1))
        self._last.clicked.connect(lambda: self.go_to(self._state.desk.steps - 1))
        for playing, action in self._icons.items():
            set_icon(action, "pause" if playing else "play", self._theme)
        self._theme.changed.connect(self._show_icon)
        self._play.toggled.connect(self._set_playing)
        self._slider.valueChanged.connect(self._set_speed)
        self._state.moved.connect(self._follow)

    def _set_playing(self, playing: bool) -> None:
        self._show_icon()
        if not playing:
            self._timer.stop()
            return
        if self._state.at_end:
            self._state.go_to(0)
        self._timer.start()

    def _show_icon(self) -> None:
        self._play.setIcon(self._icons[self._play.isChecked()].icon())

    def _advance(self) -> None:
        if self._state.at_end:
            self.pause()
        else:
            pointed = self._state.pointed  # the pointer may rest on a cell while the rest is filled
            self._state.go_to(self._state.position + 1)
            self._state.point(pointed)

    def _set_speed(self) -> None:
        speed = SPEEDS[self._slider.value()]
        self._timer.setInterval(round(1000 / speed))
        self._speed.setText(self._speed_text(speed))
        self._slider.setAccessibleDescription(self._speed.text())

    def _speed_text(self, speed: int) -> str:
        return self.tr("{0} per second").format(speed)

    def _follow(self) -> None:
        state = self._state
        self._place.setText(self.tr("cell {0} of {1}").format(state.position + 1, state.desk.steps))
        for button in (self._first, self._back):
            button.setEnabled(state.position > 0)
        for button in (self._forward, self._last):
            button.setEnabled(not state.at_end)
        if state.at_end:
            self.pause()

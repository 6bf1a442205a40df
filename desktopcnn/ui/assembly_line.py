"""The way from the drawing to the frame: a picture of every step, and a switch on each."""

from dataclasses import fields

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from desktopcnn.data.digit import Steps
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.frame_view import FrameView
from desktopcnn.ui.inputs import Input, Sample
from desktopcnn.ui.session import Session

SIDE = 48


class AssemblyLine(QWidget):
    """Shows what preparation does to the digit, and what happens to the answer without it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._views: dict[str, FrameView] = {}
        self._switches: dict[str, QCheckBox] = {}
        self.setObjectName("assemblyLine")
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(4)
        layout.setVerticalSpacing(2)
        layout.setRowMinimumHeight(0, SIDE)
        layout.setRowMinimumHeight(1, 16)
        self._add(layout, 0, "drawing", self.tr("Drawn"), self.tr("The drawing as it lies on the canvas"))
        texts = {
            "drop_specks": (self.tr("Specks"), self.tr("Stray dots are dropped")),
            "fit_box": (self.tr("Box"), self.tr("The longest side is fitted to 20 of the 28 pixels")),
            "redraw": (self.tr("Pen"), self.tr("The lines are redrawn with a pen as wide as in MNIST")),
            "centre": (self.tr("Centre"), self.tr("The centre of mass is moved to the middle")),
        }
        for column, field in enumerate(fields(Steps), 1):
            self._add(layout, column, field.name, *texts[field.name])
        self._note = QLabel()
        self._note.setProperty("muted", True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self._note, 0, 0, 2, len(self._views))
        self._note.hide()
        session.answered.connect(self._show)
        session.steps_changed.connect(self._follow)
        session.shown_changed.connect(self._enable)

    def _add(self, layout: QGridLayout, column: int, step: str, name: str, tip: str) -> None:
        view = FrameView(SIDE, self.tr("After the step: {0}").format(name))
        view.setToolTip(tip)
        self._views[step] = view
        layout.addWidget(view, 0, column, Qt.AlignmentFlag.AlignHCenter)
        layout.setColumnStretch(column, 1)
        layout.setColumnMinimumWidth(column, SIDE)
        if step == "drawing":
            label = QLabel(name)
            label.setProperty("muted", True)
            label.setProperty("small", True)
            self._drawn = label
            layout.addWidget(label, 1, column, Qt.AlignmentFlag.AlignHCenter)
            return
        switch = QCheckBox(name)
        switch.setObjectName(f"{step}Switch")
        switch.setChecked(getattr(self._session.steps, step))
        switch.setToolTip(self.tr("{0}. Switch it off to see what the network makes of it then.").format(tip))
        switch.toggled.connect(lambda taken: self._session.set_step(step, taken))
        switch.setProperty("small", True)
        self._switches[step] = switch
        layout.addWidget(switch, 1, column, Qt.AlignmentFlag.AlignHCenter)

    def _follow(self, steps: Steps) -> None:
        for step, switch in self._switches.items():
            switch.setChecked(getattr(steps, step))

    def _enable(self, shown: Input) -> None:
        """A digit of the data set is prepared already: it has no way to show."""
        prepared = isinstance(shown, Sample)
        if isinstance(shown, Sample):
            own = self.tr("Your pictures go to the network\nas they are.")
            stored = self.tr("Digits of the data set are stored prepared:\nboxed, centred, 28 × 28.")
            self._note.setText(own if shown.own else stored)
        self._note.setVisible(prepared)
        for widget in (*self._views.values(), *self._switches.values(), self._drawn):
            widget.setEnabled(not prepared)
            widget.setVisible(not prepared)

    def _show(self, answer: Answer | None) -> None:
        frames = {stage.step: stage.frame for stage in answer.stages} if answer else {}
        for step, view in self._views.items():
            view.set_frame(frames.get(step))

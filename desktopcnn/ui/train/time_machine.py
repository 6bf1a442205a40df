"""Looking back: the network as it was at any snapshot of a run, answering what is on the canvas now."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from desktopcnn.errors import NetworkError
from desktopcnn.networks.card import read_card
from desktopcnn.networks.library import Entry
from desktopcnn.training import snapshots
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.jump_slider import JumpSlider
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

FRAME, REFRESH = 120, 500
"""Milliseconds that each snapshot is shown while they play, and between two looks for new ones."""


class TimeMachine(QFrame):
    """A slider over the snapshots of one run. It ends when another network is chosen."""

    moved = Signal(object)  # step that is looked at, or None
    branch_requested = Signal(object, int)  # Entry of the snapshot, and its step

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self.folder: Path | None = None
        self._kept: list[snapshots.Snapshot] = []
        self._entry: Entry | None = None
        self._step = 0  # of the entry that is looked at
        self.setProperty("card", True)
        self._slider = JumpSlider()
        self._slider.setObjectName("timeMachine")
        self._slider.setAccessibleName(self.tr("Time machine"))
        self._slider.setToolTip(self.tr("Move back through the training: kernels, maps and answer follow"))
        self._text = QLabel()
        self._text.setObjectName("timeMachineText")
        self._text.setProperty("muted", True)
        self._text.setMinimumWidth(60)  # rather cut off than make the window wider
        self._play = QToolButton()
        self._play.setObjectName("playButton")
        self._play.setCheckable(True)
        self._play.setAccessibleName(self.tr("Play"))
        self._play.setToolTip(self.tr("Run through the training"))
        set_icon(self._play, "play", theme)
        self._branch = QPushButton(self.tr("Branch from here"))
        self._branch.setObjectName("branchButton")
        self._branch.setToolTip(
            self.tr("Branch from here with the settings of the form: a new run begins with these weights")
        )
        self._back = QPushButton(self.tr("Back to now"))
        self._back.setObjectName("backToNowButton")
        self._back.setToolTip(self.tr("Let the network answer again that answered before"))
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh)
        self._lay_out()
        self._slider.valueChanged.connect(self._look)
        self._play.toggled.connect(self._set_playing)
        self._timer.timeout.connect(self._advance)
        self._branch.clicked.connect(self._request_branch)
        self._back.clicked.connect(session.look_forward)
        session.network_changed.connect(self._leave)
        session.answered.connect(self._show_answer)
        self.show_run(None)

    def show_run(self, folder: Path | None) -> None:
        """Offer the snapshots of the run in that folder; looking at those of another one ends."""
        if folder != self.folder and self._entry is not None:
            self._session.look_forward()
        self.folder = folder
        self.refresh()

    def refresh(self) -> None:
        """Look again which snapshots there are."""
        self._kept = snapshots.find(self.folder / "snapshots") if self.folder else []
        self._slider.blockSignals(True)
        self._slider.setMaximum(max(len(self._kept) - 1, 0))
        # others may have been thinned out, so that the one that is looked at has another place
        self._slider.setValue(self._slider.maximum() if self._entry is None else self._place(self._step))
        self._slider.blockSignals(False)
        for widget in (self._slider, self._play):
            widget.setEnabled(len(self._kept) > 1)
        self._show_answer(self._session.answer)

    def refresh_soon(self) -> None:
        """The same, at most twice a second: looking into a folder is not free."""
        if not self._soon.isActive():
            self._soon.start(REFRESH)

    def stop_playing(self) -> None:
        self._play.setChecked(False)

    def go_to(self, step: int) -> None:
        """Look at the snapshot nearest to that step."""
        self._slider.setValue(self._place(step))

    def _place(self, step: int) -> int:
        """On the slider, of the snapshot nearest to that step."""
        return min(range(len(self._kept)), key=lambda at: abs(self._kept[at].step - step), default=0)

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Time machine"))
        title.setProperty("strong", True)
        top = QHBoxLayout()
        top.addWidget(title)
        top.addWidget(self._text, 1)
        top.addWidget(self._branch)
        top.addWidget(self._back)
        bottom = QHBoxLayout()
        bottom.addWidget(self._play)
        bottom.addWidget(self._slider, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addLayout(bottom)

    def _look(self, place: int) -> None:
        if not 0 <= place < len(self._kept):
            return
        kept = self._kept[place]
        try:
            entry = Entry(f"step {kept.step}", kept.path, read_card(kept.path))
        except NetworkError:
            self.refresh()  # it was thinned out since
            return
        self._entry, self._step = entry, kept.step
        self._session.look_back(entry)
        self.moved.emit(kept.step)
        self._show_answer(self._session.answer)

    def _leave(self, entry: Entry | None) -> None:
        """Another network answers now."""
        if self._entry is not None and entry != self._entry:
            self._entry = None
            self.stop_playing()
            self.moved.emit(None)
            self.refresh()

    def _set_playing(self, playing: bool) -> None:
        if not playing:
            self._timer.stop()
            return
        if self._entry is None or self._slider.value() == self._slider.maximum():
            self._slider.setValue(0)
        self._timer.start()

    def _advance(self) -> None:
        if self._slider.value() >= self._slider.maximum():
            self.stop_playing()
        else:
            self._slider.setValue(self._slider.value() + 1)

    def _request_branch(self) -> None:
        if self._entry:
            self.branch_requested.emit(self._entry, self._step)

    def _show_answer(self, answer: Answer | None) -> None:
        looking = self._entry is not None
        self._branch.setEnabled(looking and not self._session.training.is_busy)
        self._back.setEnabled(looking)
        kept = len(self._kept)
        count = self.tr("1 snapshot") if kept == 1 else self.tr("{0} snapshots").format(kept)
        if not self._kept:
            self._text.setText(self.tr("Train, then walk back through it here"))
        elif self._entry is None:
            self._text.setText(count)
        else:
            parts = [self.tr("step {0:,}").format(self._step)]
            if answer and answer.entry == self._entry:
                best = answer.trace.answer
                share = 100 * float(answer.trace.probabilities[best])
                parts.append(self.tr("reads {0}, {1:.1f} %").format(self._entry.classes[best], share))
            self._text.setText(" · ".join([*parts, count]))

"""What the network says: the digit, how sure it is, and a bar for each class."""

import html

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktopcnn.inspection.outline import INPUT
from desktopcnn.networks.library import Vote
from desktopcnn.ui.answering import Answer, AnyEntry
from desktopcnn.ui.frame_view import FrameView
from desktopcnn.ui.inputs import Sample
from desktopcnn.ui.mosaic_view import Mark
from desktopcnn.ui.probability_bars import ProbabilityBars
from desktopcnn.ui.quiet import Quiet
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.vote_row import VoteRow

SURE = 0.9
"""Probability above which the answer is called sure."""
SIZES = (4.0, 3.0, 2.2, 1.6, 1.2)
"""Sizes of the answer in units of the window's font: the first in which it fits."""
WIDEST = 112
"""Pixels for the answer."""


class AnswerPanel(QWidget):
    """Follows the session's answer."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._frame = FrameView(64, self.tr("What the network sees"))
        self._frame.setObjectName("frameView")
        self._prediction = QLabel()
        self._prediction.setObjectName("prediction")
        self._prediction.setAccessibleName(self.tr("Answer of the network"))
        self._prediction.setTextFormat(Qt.TextFormat.PlainText)
        self._prediction.setMinimumWidth(44)
        self._say("")
        self._confidence = QLabel()
        self._confidence.setObjectName("confidence")
        self._confidence.setAccessibleName(self.tr("Confidence"))
        self._note = QLabel()
        self._note.setProperty("muted", True)
        self._note.setWordWrap(True)
        self._votes = VoteRow()
        self._bars = ProbabilityBars(theme)
        self._theme = theme
        self._lay_out()
        session.answered.connect(self._show)
        session.reading.connect(self._wait)
        session.selection.field_changed.connect(self._mark_field)
        session.network_changed.connect(self._follow_network)
        session.member_changed.connect(lambda: self._votes.choose(session.member))
        self._votes.chosen.connect(session.choose_member)
        self._follow_network(session.entry)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch()
        words.addWidget(Quiet(self._confidence))
        words.addWidget(self._note)
        words.addStretch()
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._frame)
        top.addWidget(self._prediction)
        top.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._votes)
        layout.addWidget(self._bars, 1)
        self._prediction.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _follow_network(self, entry: AnyEntry | None) -> None:
        self._bars.set_classes(entry.classes if entry else ())
        self._explain(entry)
        self._votes.setVisible(isinstance(entry, Vote))
        names = [member.name for member in entry.members] if isinstance(entry, Vote) else []
        self._votes.set_members(names, entry.classes if entry else ())
        self._votes.choose(self._session.member)
        _, height, width = entry.input_shape if entry else (0, 0, 0)
        tip = self.tr("The {0} × {1} pixels that the network gets")
        self._frame.setToolTip(tip.format(height, width) if entry else "")

    def _explain(self, entry: AnyEntry | None) -> None:
        """What the digit and the figure beside it mean."""
        answer = self.tr("The class that the network holds to be the most probable")
        share = self.tr("The probability that the network gives to its answer")
        if isinstance(entry, Vote):
            share = self.tr("The mean of the probabilities that the {0} networks give to the answer")
            share = share.format(len(entry.members))
            bars = self.tr("The mean of the probabilities that the {0} networks give to each class")
            self._bars.setToolTip(bars.format(len(entry.members)))
            answer = self.tr("The class with the highest mean of the probabilities of the {0} networks")
            if entry.ensemble.rule == "majority":
                answer = self.tr(
                    "The class that most of the {0} networks vote for; "
                    "of several the one with the highest mean of their probabilities"
                )
            answer = answer.format(len(entry.members))
        self._prediction.setToolTip(answer)
        self._confidence.setToolTip(share)

    def _show(self, answer: Answer | None) -> None:
        if answer is None:
            self._frame.set_frame(None)
            self._bars.set_shares(None)
            self._votes.set_ballot(None)
            for label in (self._prediction, self._confidence, self._note):
                label.clear()
            return
        shares, best = answer.shares, answer.best
        name = answer.entry.classes[best]
        self._frame.set_frame(answer.frame)
        self._bars.set_shares(shares, best)
        self._votes.set_ballot(answer.ballot)
        self._say(name)
        self._confidence.setText(f"{100 * float(shares[best]):.1f} %")
        self._note.setText(self._remark(answer, name))

    def _say(self, name: str) -> None:
        """As large as it fits; a name that is too long even in small letters is shortened."""
        font = self.font()
        font.setBold(True)
        for size in SIZES:
            font.setPointSizeF(self.font().pointSizeF() * size)
            metrics = QFontMetrics(font)
            if metrics.horizontalAdvance(name) <= WIDEST:
                break
        self._prediction.setFont(font)
        self._prediction.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, WIDEST))
        self._prediction.setAccessibleDescription(name)

    def _mark_field(self) -> None:
        """What the cell sees that is looked at."""
        area, colours = self._session.selection.seen(INPUT), self._theme.colours
        self._frame.set_mark(Mark(area, None, colours.accent, colours.card) if area else None)

    def _wait(self, reading: bool) -> None:
        """What was answered before does not stand beside a picture that is being read."""
        answer = self._session.answer
        if reading:
            self._show(None)
            self._note.setText(self.tr("reading…"))
        elif answer is None or answer.shown is self._session.shown:  # there was no picture to read
            self._show(answer)

    def _remark(self, answer: Answer, name: str) -> str:
        """Beside the figure: whether a picture with a known label was read rightly."""
        share, shown = answer.shares[answer.best], answer.shown
        if not np.isfinite(share):
            return self.tr("Its outputs are no numbers.")
        if isinstance(shown, Sample) and shown.label in answer.entry.classes:
            if shown.label == name:
                return self.tr("right")
            text = (
                self.tr("<b>wrong</b>: should be {0}") if shown.own else self.tr("<b>wrong</b>: it is a {0}")
            )
            return text.format(html.escape(shown.label))
        return self.tr("sure") if share > SURE else self.tr("not sure")

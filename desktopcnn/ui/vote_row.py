"""How each member of a vote voted: a row of small buttons, each with its class."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from desktopcnn.ui.flow import Flow

if TYPE_CHECKING:
    from desktopcnn.inspection.ballot import Ballot

HEIGHT, GAP = 22, 3
WIDTHS = 22, 44
"""Pixels of a button: for one letter, and at most."""
ROWS = 2
"""Of more the others are scrolled to."""


class VoteRow(QWidget):
    """One button for each member; those that did not vote for the answer are marked.

    A click, or an arrow key, chooses the member whose layers are shown.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("voteRow")
        self.setAccessibleName(self.tr("Votes of the networks"))
        self._classes: Sequence[str] = ()
        self._names: Sequence[str] = ()
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._agreeing = QLabel()
        self._agreeing.setObjectName("agreeing")
        self._agreeing.setProperty("muted", True)
        self._agreeing.setAccessibleName(self.tr("Votes for the answer"))
        self._agreeing.setToolTip(self.tr("How many of the networks vote for the answer"))
        self._area = _Rows()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._agreeing)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_members(self, names: Sequence[str], classes: Sequence[str]) -> None:
        """The members' names and what they can vote for; of others than before nothing is shown yet."""
        if (names, classes) == (self._names, self._classes):
            return  # the button that was just pressed keeps the keyboard
        for button in self._group.buttons():
            self._group.removeButton(button)
        self._names, self._classes = names, classes
        content = QWidget()
        flow = Flow(content, spacing=GAP)
        width = max((self.fontMetrics().horizontalAdvance(name) for name in classes), default=0) + 12
        for place, name in enumerate(names):
            button = QToolButton()
            button.setObjectName(f"vote{place + 1}")
            button.setAccessibleName(self.tr("Network {0} of the vote: {1}").format(place + 1, name))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setProperty("vote", "none")
            button.setFixedSize(min(max(width, WIDTHS[0]), WIDTHS[1]), HEIGHT)
            self._group.addButton(button, place)
            flow.addWidget(button)
        self._area.setWidget(content)
        count = len(names)  # room for the largest, so that nothing moves
        self._agreeing.setMinimumWidth(self.fontMetrics().horizontalAdvance(self._share(count)))
        self.set_ballot(None)

    def choose(self, place: int) -> None:
        """Mark that member as the one whose layers are shown."""
        if button := self._group.button(place):
            button.setChecked(True)

    def set_ballot(self, ballot: "Ballot | None") -> None:
        """Show these votes, or that there is nothing to vote on."""
        for place, button in enumerate(self._group.buttons()):
            assert isinstance(button, QToolButton)
            if ballot is None:
                self._dress(button, place, "", self.tr("no answer yet"), "none")
                continue
            vote = ballot.votes[place]
            name = self._classes[vote]
            share = 100 * float(ballot.probabilities[place, vote])
            said = self.tr("{0}, at {1} %").format(name, f"{share:.1f}")
            self._dress(button, place, name, said, "for" if vote == ballot.answer else "against")
        self._agreeing.setText("" if ballot is None else self._share(ballot.agreeing))

    def _dress(self, button: QToolButton, place: int, name: str, said: str, vote: str) -> None:
        elided = button.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, button.width() - 8)
        button.setText(elided)
        tip = self.tr("Network {0} of {1}, {2}: {3}. Press to see its layers.")
        button.setToolTip(tip.format(place + 1, len(self._names), self._names[place], said))
        button.setAccessibleDescription(said)
        if button.property("vote") != vote:
            button.setProperty("vote", vote)
            button.style().unpolish(button)
            button.style().polish(button)

    def _share(self, agreeing: int) -> str:
        return self.tr("{0} of {1}").format(agreeing, len(self._names))


class _Rows(QScrollArea):
    """As high as its content, up to a few rows."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)

    def setWidget(self, widget: QWidget) -> None:
        super().setWidget(widget)
        widget.setAutoFillBackground(False)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(5 * WIDTHS[0], HEIGHT)

    def _fit(self) -> None:
        content = self.widget()
        if content:
            needed = content.heightForWidth(self.viewport().width())
            self.setFixedHeight(min(max(needed, HEIGHT), ROWS * HEIGHT + (ROWS - 1) * GAP))

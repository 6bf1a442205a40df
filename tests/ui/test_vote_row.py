"""The votes of the members: their classes, who dissents, and whose layers are chosen."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton

from desktopcnn.inspection.ballot import Ballot
from desktopcnn.networks.ensemble import MOST
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.vote_row import GAP, HEIGHT, ROWS, VoteRow

DIGITS = tuple("0123456789")


def ballot(*voted: int, share: float = 0.91) -> Ballot:
    """Of members that hold those classes to be the most probable, with that share."""
    probabilities = np.full((len(voted), len(DIGITS)), (1 - share) / 9, np.float32)
    probabilities[range(len(voted)), voted] = share
    return Ballot("majority", probabilities)


@pytest.fixture
def row(theme: Theme, show: Any) -> VoteRow:
    row = VoteRow()
    row.set_members([f"n{number}" for number in range(1, 6)], DIGITS)
    row.choose(0)
    show(row, 280, HEIGHT)
    return row


def button(row: VoteRow, number: int) -> QToolButton:
    return row.findChild(QToolButton, f"vote{number}")


def votes(row: VoteRow) -> list[str]:
    return [button.text() for button in row.findChildren(QToolButton)]


def dissenting(row: VoteRow) -> list[bool]:
    return [button.property("vote") == "against" for button in row.findChildren(QToolButton)]


def test_begins_without_votes(row: VoteRow) -> None:
    assert votes(row) == [""] * 5
    assert row.findChild(QLabel, "agreeing").text() == ""
    assert "no answer yet" in button(row, 2).toolTip()


def test_shows_five_votes_and_who_dissents(row: VoteRow) -> None:
    row.set_ballot(ballot(7, 7, 7, 1, 7))
    assert votes(row) == ["7", "7", "7", "1", "7"]
    assert dissenting(row) == [False, False, False, True, False]
    assert row.findChild(QLabel, "agreeing").text() == "4 of 5"
    assert button(row, 4).toolTip() == "Network 4 of 5, n4: 1, at 91.0 %. Press to see its layers."
    assert button(row, 4).accessibleDescription() == "1, at 91.0 %"
    assert button(row, 4).accessibleName() == "Network 4 of the vote: n4"
    row.set_ballot(ballot(1, 1, 1, 1, 1, share=0.5))
    assert dissenting(row) == [False] * 5
    row.set_ballot(None)
    assert votes(row) == [""] * 5
    assert row.findChild(QLabel, "agreeing").text() == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_dissenting_vote_looks_different(row: VoteRow, theme: Theme, count: Any, scheme: str) -> None:
    theme.choose(scheme)
    row.set_ballot(ballot(7, 7, 7, 7, 7))
    assert count(row, theme.colours.warning) == 0
    row.set_ballot(ballot(7, 7, 7, 1, 7))
    assert count(button(row, 4), theme.colours.warning) > 100
    assert count(button(row, 5), theme.colours.warning) == 0


def test_a_click_chooses_a_member(row: VoteRow) -> None:
    chosen: list[int] = []
    row.chosen.connect(chosen.append)
    QTest.mouseClick(button(row, 3), Qt.MouseButton.LeftButton)
    assert chosen == [2]
    assert [button(row, number).isChecked() for number in (1, 2, 3)] == [False, False, True]


def test_the_arrow_keys_choose_a_member(row: VoteRow) -> None:
    chosen: list[int] = []
    row.chosen.connect(chosen.append)
    button(row, 1).setFocus()
    QTest.keyClick(button(row, 1), Qt.Key.Key_Right)
    assert chosen == [1]
    QTest.keyClick(button(row, 2), Qt.Key.Key_Left)
    assert chosen == [1, 0]


def test_what_is_chosen_from_elsewhere_is_marked(row: VoteRow) -> None:
    row.choose(3)
    assert button(row, 4).isChecked()
    row.choose(99)
    assert button(row, 4).isChecked()


def test_the_same_members_keep_their_buttons(row: VoteRow) -> None:
    before = button(row, 2)
    row.set_ballot(ballot(7, 7, 7, 1, 7))
    row.set_members([f"n{number}" for number in range(1, 6)], DIGITS)
    assert button(row, 2) is before
    assert votes(row)[3] == "1"


def test_others_begin_without_votes(row: VoteRow) -> None:
    row.set_ballot(ballot(7, 7, 7, 1, 7))
    row.set_members(["a", "b"], ("a long name of a class", "another one"))
    assert votes(row) == ["", ""]
    row.set_ballot(Ballot("mean", np.array([[0.9, 0.1], [0.2, 0.8]], np.float32)))
    assert votes(row)[0].startswith("a")
    assert votes(row)[0].endswith("…")
    assert "a long name of a class, at 90.0 %" in button(row, 1).toolTip()


def test_nothing_moves_when_votes_come(row: VoteRow) -> None:
    places = [button(row, number).geometry() for number in range(1, 6)]
    row.set_ballot(ballot(7, 7, 7, 1, 7))
    row.layout().activate()
    assert [button(row, number).geometry() for number in range(1, 6)] == places


def test_very_many_members_take_two_rows_and_scroll(row: VoteRow) -> None:
    row.set_members([f"n{number}" for number in range(MOST)], DIGITS)
    row.set_ballot(ballot(*[7] * MOST))
    row.layout().activate()
    assert row.sizeHint().height() <= ROWS * HEIGHT + (ROWS - 1) * GAP
    assert votes(row) == ["7"] * MOST
    assert row.findChild(QLabel, "agreeing").text() == "99 of 99"

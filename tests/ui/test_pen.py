"""Pen and eraser: from gestures to a drawing that can be undone."""

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktopcnn.data.digit import Drawing
from desktopcnn.ui.inputs import Drawn, Sample
from desktopcnn.ui.pen import ERASER_RADIUS, WIDTHS
from desktopcnn.ui.session import Session

Line = Callable[..., Drawing]


def gesture(session: Session, *places: tuple[float, float]) -> None:
    session.pen.down(places[0])
    for place in places[1:]:
        session.pen.move(place)
    session.pen.up()


def points(session: Session) -> list[list[list[float]]]:
    return [stroke.points.tolist() for stroke in session.drawn.drawing]


def test_a_gesture_is_one_line_and_one_step_of_undo(session: Session) -> None:
    gesture(session, (10, 20), (30, 40), (50, 60))
    assert points(session) == [[[10, 20], [30, 40], [50, 60]]]
    assert session.undo_stack.count() == 1
    assert session.undo_stack.undoText() == "Draw"


def test_the_line_grows_while_the_pen_moves(session: Session) -> None:
    lengths = []
    session.shown_changed.connect(lambda shown: lengths.append(len(shown.drawing[-1].points)))
    session.pen.down((10, 20))
    session.pen.move((30, 40))
    session.pen.move((50, 60))
    assert lengths == [1, 2, 3]


def test_places_that_repeat_are_left_out(session: Session) -> None:
    gesture(session, (10, 20), (10, 20), (30, 40), (30, 40))
    assert points(session) == [[[10, 20], [30, 40]]]


def test_a_pen_that_is_not_down_draws_nothing(session: Session) -> None:
    session.pen.move((30, 40))
    session.pen.up()
    assert session.drawn.drawing == ()
    assert session.undo_stack.count() == 0


def test_lines_keep_the_width_they_were_drawn_with(session: Session) -> None:
    gesture(session, (10, 20), (30, 40))
    session.pen.set_width(33)
    gesture(session, (50, 20), (90, 40))
    assert [stroke.width for stroke in session.drawn.drawing] == [20, 33]


@pytest.mark.parametrize(("asked", "got"), [(-5, WIDTHS[0]), (10_000, WIDTHS[1]), (30, 30)])
def test_the_width_stays_in_its_range(session: Session, qtbot: QtBot, asked: int, got: int) -> None:
    with qtbot.waitSignal(session.pen.changed):
        session.pen.set_width(asked)
    assert session.pen.width == got


def test_undo_and_redo_bring_back_the_same_lines(session: Session) -> None:
    gesture(session, (10, 20), (30, 40))
    gesture(session, (50, 20), (90, 40))
    both = session.drawn.drawing
    session.undo_stack.undo()
    assert session.drawn.drawing == both[:1]
    session.undo_stack.undo()
    assert session.drawn.drawing == ()
    session.undo_stack.redo()
    session.undo_stack.redo()
    assert session.drawn.drawing == both


def test_clear_can_be_undone(session: Session) -> None:
    gesture(session, (10, 20), (30, 40))
    before = session.drawn.drawing
    session.pen.clear()
    assert session.drawn.drawing == ()
    session.undo_stack.undo()
    assert session.drawn.drawing == before


def test_clearing_an_empty_canvas_is_no_step_of_undo(session: Session) -> None:
    session.pen.clear()
    assert session.undo_stack.count() == 0


def test_clear_in_the_middle_of_a_line_ends_it(session: Session) -> None:
    session.pen.down((10, 20))
    session.pen.move((30, 40))
    session.pen.clear()
    session.pen.move((50, 60))
    session.pen.up()
    assert session.drawn.drawing == ()


def test_undo_in_the_middle_of_a_line_ends_it(session: Session) -> None:
    gesture(session, (10, 20), (30, 40))
    first = session.drawn.drawing
    session.pen.down((50, 20))
    session.pen.move((60, 40))
    session.undo_stack.undo()
    session.pen.move((70, 60))
    session.pen.up()
    assert session.drawn.drawing == ()
    session.undo_stack.redo()
    assert session.drawn.drawing == first


def test_the_eraser_cuts_a_line_in_two(session: Session, line: Line) -> None:
    session.show_drawing(Drawn((*line((20, 140), (260, 140)), *line((20, 20), (260, 20)))))
    whole = session.drawn.drawing
    session.pen.set_erasing(True)
    gesture(session, (140, 130), (140, 150))
    left, right, apart = session.drawn.drawing
    if left.points[0, 0] > right.points[0, 0]:
        left, right = right, left
    reach = ERASER_RADIUS + 10
    assert left.points[:, 0].max() == pytest.approx(140 - reach, abs=1.5)
    assert right.points[:, 0].min() == pytest.approx(140 + reach, abs=1.5)
    assert apart is whole[1]
    assert session.undo_stack.undoText() == "Erase"
    session.undo_stack.undo()
    assert session.drawn.drawing == whole


def test_the_eraser_takes_what_it_passes_over_between_two_events(session: Session, line: Line) -> None:
    session.show_drawing(Drawn(line((140, 20), (140, 260), width=4)))
    session.pen.set_erasing(True)
    gesture(session, (20, 140), (260, 140))
    assert len(session.drawn.drawing) == 2


def test_an_eraser_that_meets_no_ink_is_no_step_of_undo(session: Session, line: Line) -> None:
    session.show_drawing(Drawn(line((20, 20), (40, 20))))
    session.pen.set_erasing(True)
    gesture(session, (200, 200), (220, 220))
    assert session.undo_stack.count() == 0


def test_taking_the_eraser_in_the_middle_of_a_line_ends_the_line(session: Session) -> None:
    session.pen.down((20, 20))
    session.pen.move((200, 20))
    session.pen.set_erasing(True)
    session.pen.move((100, 20))
    session.pen.up()
    assert points(session) == [[[20, 20], [200, 20]]]
    assert session.undo_stack.count() == 1


def test_drawing_on_a_digit_begins_a_new_drawing_and_undo_brings_the_old_one_back(
    live: Session, line: Line
) -> None:
    old = Drawn(line((20, 20), (200, 20)))
    live.show_drawing(old)
    live.show_sample(3)
    gesture(live, (50, 20), (90, 40))
    assert points(live) == [[[50, 20], [90, 40]]]
    assert live.shown is live.drawn
    live.undo_stack.undo()
    assert live.drawn.drawing == old.drawing
    assert live.shown is live.drawn


def test_clear_on_a_digit_makes_room_for_an_empty_canvas(live: Session) -> None:
    live.show_sample(3)
    live.pen.clear()
    assert live.shown is live.drawn
    assert live.drawn.drawing == ()


# what is hidden


@pytest.fixture
def hidden(session: Session) -> Drawing:
    """A drawing of two lines behind a digit of the test set."""
    gesture(session, (10, 20), (30, 40))
    gesture(session, (50, 20), (90, 40))
    session.shown = Sample(3, "4", np.zeros((28, 28), np.float32))
    return session.drawn.drawing


def test_undo_first_returns_to_a_drawing_that_is_hidden(session: Session, hidden: Drawing) -> None:
    session.pen.undo()
    assert session.shown is session.drawn
    assert session.drawn.drawing == hidden
    session.pen.undo()
    assert session.drawn.drawing == hidden[:1]


def test_redo_first_returns_to_a_drawing_that_is_hidden(session: Session, hidden: Drawing) -> None:
    session.undo_stack.undo()
    session.shown = Sample(3, "4", np.zeros((28, 28), np.float32))
    session.pen.redo()
    assert session.shown is session.drawn
    assert session.drawn.drawing == hidden[:1]
    session.pen.redo()
    assert session.drawn.drawing == hidden


def test_clear_first_returns_to_a_drawing_that_is_hidden(session: Session, hidden: Drawing) -> None:
    session.pen.clear()
    assert session.shown is session.drawn
    assert session.drawn.drawing == hidden
    session.pen.clear()
    assert session.drawn.drawing == ()


def test_the_eraser_takes_nothing_of_a_digit_and_says_why(
    session: Session, hidden: Drawing, qtbot: QtBot
) -> None:
    session.pen.set_erasing(True)
    with qtbot.waitSignal(session.failed) as said:
        gesture(session, (10, 20), (30, 40))
    assert said.args == ["Only drawings can be erased: choose the pen to begin one."]
    assert isinstance(session.shown, Sample)
    assert session.drawn.drawing == hidden


def test_the_eraser_on_an_empty_canvas_has_nothing_to_say(session: Session, qtbot: QtBot) -> None:
    session.pen.set_erasing(True)
    with qtbot.assertNotEmitted(session.failed):
        gesture(session, (10, 20), (30, 40))


# the border


def test_a_line_ends_at_the_border_and_begins_again_there(session: Session) -> None:
    gesture(session, (260, 100), (300, 100), (300, 140), (260, 140))
    assert points(session) == [[[260, 100], [280, 100]], [[280, 140], [260, 140]]]
    assert session.undo_stack.count() == 1


def test_a_gesture_beside_the_canvas_draws_nothing(session: Session, hidden: Drawing) -> None:
    gesture(session, (300, 100), (320, 140))
    assert isinstance(session.shown, Sample)
    assert session.drawn.drawing == hidden
    assert session.undo_stack.count() == 2

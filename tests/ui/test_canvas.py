"""The canvas: events of mouse, pen and fingers in; strokes, digits and pictures painted out."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent, QTouchEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktopcnn.data.digit import Drawing
from desktopcnn.data.picture import as_it_lies
from desktopcnn.ui.canvas import Canvas
from desktopcnn.ui.inputs import Drawn, Pictured, Sample
from desktopcnn.ui.palette import DARK, LIGHT
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

Line = Callable[..., Drawing]
LEFT = Qt.MouseButton.LeftButton
SCREENS: list[QPointingDevice] = []
"""Qt knows them until the process ends."""


@pytest.fixture
def canvas(session: Session, theme: Theme, show: Callable[..., None]) -> Canvas:
    canvas = Canvas(session, theme)
    show(canvas)
    return canvas


def points(session: Session) -> list[list[list[float]]]:
    return [stroke.points.tolist() for stroke in session.drawn.drawing]


# mouse


def test_the_mouse_draws_and_no_move_is_lost(canvas: Canvas, session: Session, draw: Any) -> None:
    places = [(10.0 + 2 * step, 20.0 + step) for step in range(50)]
    draw(canvas, places)
    assert points(session) == [[list(place) for place in places]]


def test_places_are_in_canvas_units_whatever_the_size(
    session: Session, theme: Theme, show: Callable[..., None]
) -> None:
    canvas = Canvas(session, theme)
    show(canvas, 760, 560)  # the sheet is 560 x 560, 100 from the left
    QTest.mouseClick(canvas, LEFT, pos=QPoint(100 + 56, 280))
    assert points(session) == [[[28.0, 140.0]]]


def test_a_click_is_a_dot_and_a_double_click_two(canvas: Canvas, session: Session) -> None:
    QTest.mouseClick(canvas, LEFT, pos=QPoint(50, 60))
    assert points(session) == [[[50, 60]]]
    QTest.mouseClick(canvas, LEFT, pos=QPoint(90, 60))
    QTest.mouseDClick(canvas, LEFT, pos=QPoint(90, 60))  # only the second press of a double click
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(90, 60))
    assert len(points(session)) == session.undo_stack.count() == 3


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_other_buttons_do_not_draw(canvas: Canvas, session: Session, button: Qt.MouseButton) -> None:
    QTest.mousePress(canvas, button, pos=QPoint(50, 60))
    QTest.mouseMove(canvas, QPoint(90, 90))
    QTest.mouseRelease(canvas, button, pos=QPoint(90, 90))
    assert session.drawn.drawing == ()


def test_moving_without_a_button_does_not_draw(canvas: Canvas, session: Session) -> None:
    QTest.mouseMove(canvas, QPoint(90, 90))
    assert session.drawn.drawing == ()


def test_the_eraser_takes_ink_away(canvas: Canvas, session: Session, draw: Any, count: Any) -> None:
    draw(canvas, [(20, 140), (260, 140)])
    ink = count(canvas, LIGHT.ink)
    session.pen.set_erasing(True)
    draw(canvas, [(140, 100), (140, 180)])
    assert len(session.drawn.drawing) == 2
    assert count(canvas, LIGHT.ink) < 0.9 * ink


@pytest.mark.parametrize(("erasing", "radius", "at"), [(False, 15, 60), (True, 12, 80)])
def test_pen_and_eraser_show_their_size_where_they_are(
    canvas: Canvas, session: Session, pixels: Any, erasing: bool, radius: int, at: int
) -> None:
    plain = pixels(canvas)
    session.pen.set_width(30)
    session.pen.set_erasing(erasing)
    QTest.mouseMove(canvas, QPoint(at, at))
    rows, columns = np.nonzero((pixels(canvas) != plain).any(-1))
    assert (rows.min(), rows.max()) == pytest.approx((at - radius, at + radius), abs=1)
    assert (columns.min(), columns.max()) == pytest.approx((at - radius, at + radius), abs=1)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert np.array_equal(pixels(canvas), plain)


# fingers and pens


@pytest.fixture
def screen(canvas: Canvas) -> Iterator[QPointingDevice]:
    device = QTest.createTouchDevice()
    SCREENS.append(device)
    yield device
    # whatever a test that failed left: Qt goes on to think of the widget under a finger
    QTest.touchEvent(canvas, device).release(1, QPoint()).release(2, QPoint()).commit()


def test_a_finger_draws(canvas: Canvas, session: Session, screen: QPointingDevice) -> None:
    QTest.touchEvent(canvas, screen).press(1, QPoint(20, 30)).commit()
    QTest.touchEvent(canvas, screen).move(1, QPoint(40, 60)).commit()
    QTest.touchEvent(canvas, screen).release(1, QPoint(40, 60)).commit()
    ((first, last),) = points(session)
    assert first == pytest.approx((20, 30), abs=3)  # a window without a screen has a frame of its own idea
    assert np.subtract(last, first).tolist() == [20, 30]
    assert session.undo_stack.count() == 1, "Qt makes no mouse events of it"
    assert not session.pen.is_down


def test_only_the_first_finger_draws(canvas: Canvas, session: Session, screen: QPointingDevice) -> None:
    QTest.touchEvent(canvas, screen).press(1, QPoint(20, 30)).commit()
    QTest.touchEvent(canvas, screen).move(1, QPoint(40, 60)).press(2, QPoint(200, 200)).commit()
    QTest.touchEvent(canvas, screen).release(1, QPoint(40, 60)).stationary(2).commit()
    QTest.touchEvent(canvas, screen).move(2, QPoint(210, 210)).commit()
    QTest.touchEvent(canvas, screen).release(2, QPoint(210, 210)).commit()
    ((first, last),) = points(session)
    assert np.subtract(last, first).tolist() == [20, 30]


@pytest.mark.parametrize("end", ["both fingers at once", "cancelled"])
def test_no_line_hangs_on_when_touching_ends(
    canvas: Canvas, session: Session, screen: QPointingDevice, end: str
) -> None:
    QTest.touchEvent(canvas, screen).press(1, QPoint(20, 30)).commit()
    QTest.touchEvent(canvas, screen).move(1, QPoint(40, 60)).press(2, QPoint(200, 200)).commit()
    if end == "cancelled":
        QApplication.sendEvent(canvas, QTouchEvent(QEvent.Type.TouchCancel, screen))
    else:
        QTest.touchEvent(canvas, screen).release(1, QPoint(40, 60)).release(2, QPoint(200, 200)).commit()
    assert not session.pen.is_down
    QTest.mouseMove(canvas, QPoint(90, 90))
    assert [len(line) for line in points(session)] == [2]


def test_a_tablet_pen_draws(canvas: Canvas, session: Session) -> None:
    device = QPointingDevice(
        "pen", 7, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position, 1, 1,
    )  # fmt: skip
    for kind, x, button in (
        (QEvent.Type.TabletMove, 10, Qt.MouseButton.NoButton),
        (QEvent.Type.TabletPress, 20, LEFT),
        (QEvent.Type.TabletMove, 30.25, LEFT),
        (QEvent.Type.TabletMove, 40.5, LEFT),
        (QEvent.Type.TabletRelease, 40.5, LEFT),
        (QEvent.Type.TabletMove, 90, Qt.MouseButton.NoButton),
    ):
        place = QPointF(x, 50)
        event = QTabletEvent(
            kind, device, place, place, 0.0, 0, 0, 0.0, 0.0, 0, Qt.KeyboardModifier.NoModifier, button, button
        )
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted(), "Qt would make mouse events of it"
    assert points(session) == [[[20, 50], [30.25, 50], [40.5, 50]]], "fractions of a pixel count"


# painting


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_are_painted_where_they_were_drawn(
    canvas: Canvas, session: Session, theme: Theme, pixels: Any, line: Line, colours: Any
) -> None:
    theme.choose("dark" if colours is DARK else "light")
    session.show_drawing(Drawn((*line((40, 140), (240, 140), width=20), *line((40, 40), width=20))))
    painted = pixels(canvas)
    ink, paper = (tuple(bytes.fromhex(colour[1:])) for colour in (colours.ink, colours.paper))
    for x, y, colour in (
        (40, 140, ink), (140, 148, ink), (140, 132, ink), (240, 140, ink), (40, 40, ink), (47, 40, ink),
        (140, 153, paper), (140, 127, paper), (20, 140, paper), (52, 40, paper),
    ):  # fmt: skip
        assert tuple(painted[y, x]) == colour, (x, y)


def test_an_empty_canvas_says_what_to_do(canvas: Canvas, session: Session, pixels: Any, line: Line) -> None:
    def middle() -> int:
        return len(np.unique(pixels(canvas)[120:160, 60:220].reshape(-1, 3), axis=0))

    assert middle() > 1
    session.show_drawing(Drawn(line((20, 20), (40, 20))))
    assert middle() == 1, "once there is a line, the words are gone"


def test_a_digit_of_the_test_set_is_painted_with_its_class(
    canvas: Canvas, session: Session, pixels: Any
) -> None:
    frame = np.zeros((28, 28), np.float32)
    frame[14, 7] = 1
    painted = {}
    for label in ("4", "9"):
        session.shown = Sample(3, label, frame)
        session.shown_changed.emit(session.shown)
        painted[label] = pixels(canvas)
    assert tuple(painted["4"][145, 75]) == (255, 255, 255)
    assert tuple(painted["4"][145, 85]) == (0, 0, 0)
    rows, columns = np.nonzero((painted["4"] != painted["9"]).any(-1))
    assert rows.max() < 40, "the class stands at the top"
    assert columns.min() > 240, "the class stands at the right"


def test_a_picture_is_painted_with_its_proportions(canvas: Canvas, session: Session, pixels: Any) -> None:
    ink = np.zeros((50, 100), np.float32)
    ink[:, 40:60] = 1
    session.shown = Pictured("wide.png", as_it_lies(ink))
    session.shown_changed.emit(session.shown)
    painted = pixels(canvas)
    assert tuple(painted[140, 140]) == (255, 255, 255)
    assert tuple(painted[140, 20]) == (0, 0, 0)
    assert tuple(painted[250, 140]) == tuple(bytes.fromhex(LIGHT.paper[1:]))


def test_keeps_the_shape_of_a_square(session: Session, theme: Theme, show: Any, count: Any) -> None:
    canvas = Canvas(session, theme)
    show(canvas, 400, 200)
    paper = count(canvas, LIGHT.paper) + count(canvas, LIGHT.track)  # the faint digit that invites
    assert paper == pytest.approx(200 * 200, rel=0.08)

"""The left column: tools that act on the session and follow it."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QToolButton

from desktopcnn.ui.drawing_panel import DrawingPanel
from desktopcnn.ui.inputs import Sample
from desktopcnn.ui.pen import WIDTHS
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme


@pytest.fixture
def panel(session: Session, theme: Theme, show: Any) -> DrawingPanel:
    panel = DrawingPanel(session, theme)
    show(panel, 300, 640)
    return panel


def button(panel: DrawingPanel, name: str) -> QToolButton:
    return panel.findChild(QToolButton, f"{name}Button")


def click(panel: DrawingPanel, name: str) -> None:
    QTest.mouseClick(button(panel, name), Qt.MouseButton.LeftButton)


def test_undo_redo_and_clear(panel: DrawingPanel, session: Session, draw: Any) -> None:
    assert not button(panel, "undo").isEnabled()
    assert not button(panel, "redo").isEnabled()
    draw(panel.canvas, [(20, 20), (90, 90)])
    draw(panel.canvas, [(120, 20), (190, 90)])
    both = session.drawn.drawing
    click(panel, "undo")
    assert session.drawn.drawing == both[:1]
    click(panel, "redo")
    assert session.drawn.drawing == both
    assert not button(panel, "redo").isEnabled()
    click(panel, "clear")
    assert session.drawn.drawing == ()
    click(panel, "undo")
    assert session.drawn.drawing == both


def test_the_eraser_button_takes_the_eraser_and_gives_it_back(panel: DrawingPanel, session: Session) -> None:
    click(panel, "eraser")
    assert session.pen.erasing
    click(panel, "eraser")
    assert not session.pen.erasing
    session.pen.set_erasing(True)
    assert button(panel, "eraser").isChecked()


def test_the_slider_sets_the_width_of_the_pen(panel: DrawingPanel, session: Session) -> None:
    slider = panel.findChild(QSlider, "penWidth")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert session.pen.width == WIDTHS[0]
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert session.pen.width == WIDTHS[1]


def test_the_slider_follows_the_session(panel: DrawingPanel, session: Session) -> None:
    session.pen.set_width(37)
    assert panel.findChild(QSlider, "penWidth").value() == 37


def test_a_thicker_pen_paints_more(panel: DrawingPanel, session: Session, draw: Any, count: Any) -> None:
    ink = []
    for width in WIDTHS:
        session.pen.set_width(width)
        session.pen.clear()
        draw(panel.canvas, [(80, 140), (200, 140)])
        ink.append(count(panel.canvas, "#11161C"))
    assert ink[1] > 5 * ink[0]


def test_tips_name_the_keys(panel: DrawingPanel) -> None:
    assert "Ctrl+Z" in button(panel, "undo").toolTip()
    assert "(E)" in button(panel, "eraser").toolTip()
    assert "(Ctrl+Backspace)" in button(panel, "clear").toolTip()


def test_the_canvas_gets_the_room_that_is_left(panel: DrawingPanel) -> None:
    before = panel.canvas.height()
    panel.resize(400, 760)
    assert panel.canvas.height() == before + 120


@pytest.mark.parametrize("name", ["undo", "clear"])
def test_tools_do_not_change_a_drawing_that_is_hidden(
    panel: DrawingPanel, session: Session, draw: Any, name: str
) -> None:
    draw(panel.canvas, [(20, 20), (90, 90)])
    drawing = session.drawn.drawing
    session.shown = Sample(3, "4", np.zeros((28, 28), np.float32))
    click(panel, name)
    assert session.shown is session.drawn
    assert session.drawn.drawing == drawing
    click(panel, name)
    assert session.drawn.drawing == ()

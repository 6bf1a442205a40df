"""The cell: by what it says, what it paints, and what keys and pointer do to the selection."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QToolButton
from pytestqt.qtbot import QtBot

from desktopcnn.inspection import arithmetic
from desktopcnn.inspection.anatomy import anatomy
from desktopcnn.inspection.trace import trace
from desktopcnn.networks import weights
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.network.cell.cell_items import Column, Item, Matrix, Words
from desktopcnn.ui.network.cell.cell_picture import MARGIN, CellPicture
from desktopcnn.ui.network.cell.cell_player import CellPlayer
from desktopcnn.ui.network.cell.cell_view import CellView
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

Tell = Callable[[], Answer]


@pytest.fixture
def tell(session: Session, answer: Any) -> Tell:
    """Lets the chosen network answer."""

    def tell() -> Answer:
        assert session.entry
        module = weights.load(session.entry.path).module
        given = answer(entry=session.entry)
        traced = trace(module, given.frame[None])
        session.answer = replace(given, trace=traced, anatomy=anatomy(module))
        session.answered.emit(session.answer)
        return session.answer

    return tell


@pytest.fixture
def view(session: Session, theme: Theme, show: Any) -> CellView:
    session.choose_network("02-two-conv")
    view = CellView(session, theme)
    show(view, 420, 340)
    return view


@pytest.fixture
def told(view: CellView, tell: Tell) -> CellView:
    """A view of a network that has answered."""
    tell()
    return view


def picture(view: CellView) -> CellPicture:
    found = view.findChild(CellPicture)
    assert found
    return found


def items(view: CellView) -> list[Item]:
    return picture(view).items()


def texts(view: CellView) -> list[str]:
    return [item.text for item in items(view) if isinstance(item, Words)]


def matrices(view: CellView) -> list[Matrix]:
    return [item for item in items(view) if isinstance(item, Matrix)]


def choose(session: Session, name: str) -> None:
    session.selection.choose_layer([stop.name for stop in session.outline].index(name))


def place(item: Matrix | Column, row: float = 0.5, column: float = 0.5) -> QPoint:
    """A point of an item, in parts of its height and width."""
    area = item.area
    x, y = area.left() + column * area.width(), area.top() + row * area.height()
    return QPoint(int(x) + MARGIN, int(y) + MARGIN)


# what is shown


def test_without_a_digit_it_says_what_to_do(view: CellView) -> None:
    assert any("Draw a digit" in text for text in texts(view))
    assert "Draw a digit" in picture(view).accessibleDescription()


@pytest.mark.parametrize("network", ["00-dense", "01-conv", "02-two-conv"])
def test_every_layer_is_explained_and_agrees(
    view: CellView, session: Session, tell: Tell, network: str, pixels: Any
) -> None:
    session.choose_network(network)
    tell()
    for layer in range(len(session.outline)):
        session.selection.choose_layer(layer)
        assert view.explanation
        assert view.explanation.agrees
        assert "✓ agrees" in picture(view).accessibleDescription()
        assert len(np.unique(pixels(picture(view)).reshape(-1, 3), axis=0)) > 3


def test_the_equation_is_that_of_the_network(told: CellView, session: Session) -> None:
    choose(session, "conv2")
    session.selection.choose_cell((3, 4, 5))
    assert session.answer
    trace_ = {step.name: step for step in session.answer.trace.steps}
    e: Any = told.explanation
    assert e.result == pytest.approx(float(trace_["conv2"].output[3, 4, 5]), rel=1e-4)
    assert e.activation.value == pytest.approx(float(trace_["relu2"].output[3, 4, 5]), rel=1e-4)
    assert (e.patches == trace_["pool1"].output[:, 4:9, 5:10]).all()


def test_the_heading_names_the_cell(told: CellView, session: Session) -> None:
    session.selection.choose_cell((3, 4, 5))
    assert told.accessibleName() == "conv1 · map 3 · (4, 5)"
    choose(session, "dense2")
    assert told.accessibleName() == "dense2 · unit 0"


def test_the_input_shows_the_pixel(told: CellView, session: Session) -> None:
    session.selection.choose_layer(-1)
    session.selection.choose_cell((0, 14, 14))
    assert session.answer
    value = float(session.answer.trace.image[0, 14, 14])
    assert f"{value:.3f}" in picture(told).accessibleDescription()
    assert matrices(told)[0].values[4, 4] == value


def test_it_follows_the_pen(told: CellView, session: Session, tell: Tell) -> None:
    answer = session.answer
    assert answer
    before = matrices(told)[0].values.copy()
    image = answer.trace.image[:, ::-1].copy()
    first = replace(answer.trace.layers[0], input=image)
    layers = (first, *answer.trace.layers[1:])
    session.answer = replace(answer, trace=replace(answer.trace, image=image, layers=layers))
    session.answered.emit(session.answer)
    assert not np.array_equal(matrices(told)[0].values, before)


def test_what_cannot_be_explained_says_why(
    told: CellView, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arithmetic, "reason", lambda *_: "Too strange to be explained.")
    session.selection.step_cell(1, 0)
    assert texts(told) == ["Too strange to be explained."]
    assert picture(told).accessibleDescription() == "Too strange to be explained."


def test_an_answer_of_another_network_is_not_shown(told: CellView, session: Session) -> None:
    session.choose_network("01-conv")
    assert any("Draw a digit" in text for text in texts(told))


def test_an_answer_without_weights_is_not_shown(view: CellView, session: Session, answer: Any) -> None:
    session.answer = answer(entry=session.entry)
    session.answered.emit(session.answer)
    assert view.explanation is None


@pytest.mark.usefixtures("no_networks")
def test_without_networks_it_says_so(session: Session, theme: Theme, show: Any) -> None:
    view = CellView(session, theme)
    show(view)
    assert any("no network" in text for text in texts(view))


def test_nothing_is_worked_out_while_it_is_hidden(
    told: CellView, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    explained: list[object] = []
    explain = arithmetic.explain
    monkeypatch.setattr(
        arithmetic, "explain", lambda *a, **k: explained.append(a[2]) or explain(*a, **k)
    )  # a seam of the core
    told.hide()
    session.selection.choose_cell((1, 2, 3))
    session.answered.emit(session.answer)
    assert explained == []
    told.show()
    assert explained == [(1, 2, 3)]


def test_follows_the_theme(told: CellView, theme: Theme, count: Any) -> None:
    theme.choose("light")
    assert count(picture(told), "#F3F5F8") > 1000, "the ground under the result"
    theme.choose("dark")
    assert count(picture(told), "#F3F5F8") == 0
    assert count(picture(told), "#12161B") > 1000


# the softmax


def test_the_temperature_changes_this_view_only(told: CellView, session: Session) -> None:
    slider = told.findChild(QSlider, "temperatureSlider")
    assert slider
    assert not slider.isVisible()
    choose(session, "softmax")
    assert slider.isVisible()
    slider.setValue(slider.maximum())
    e: Any = told.explanation
    assert session.answer
    logits = session.answer.trace.logits.astype(float)
    grown = np.exp(logits / 10 - (logits / 10).max())
    assert e.probabilities == pytest.approx(grown / grown.sum())
    assert e.computed == pytest.approx(float(session.answer.trace.probabilities[0]))
    choose(session, "dense2")
    assert not slider.isVisible()


def test_the_temperature_is_of_one_network_and_can_be_reset(told: CellView, session: Session) -> None:
    slider = told.findChild(QSlider, "temperatureSlider")
    reset = told.findChild(QToolButton, "temperatureReset")
    choose(session, "softmax")
    assert not reset.isVisible()
    slider.setValue(50)
    assert reset.isVisible()
    QTest.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert slider.value() == 0
    assert not reset.isVisible()
    slider.setValue(50)
    session.choose_network("01-conv")
    assert slider.value() == 0


# pointer


def test_pointing_at_the_kernel_lights_the_pixel_it_multiplies(told: CellView, session: Session) -> None:
    kernel = matrices(told)[1]
    QTest.mouseMove(picture(told), place(kernel, 0.5, 0.7))
    assert session.selection.pixel == (2, 3)
    assert any(text.startswith("w · a = ") for text in texts(told))
    QTest.mouseMove(picture(told), QPoint(2, 2))
    assert session.selection.pixel is None
    assert not any(text.startswith("w · a = ") for text in texts(told))


def test_a_pixel_that_is_lit_elsewhere_is_lit_here(
    told: CellView, session: Session, pixels: Any, theme: Theme
) -> None:
    before = pixels(picture(told))
    session.selection.hover_pixel((1, 1))
    assert any(text.startswith("w · a = ") for text in texts(told))
    changed = (pixels(picture(told)) != before).any(-1)
    for matrix in matrices(told):
        corner = place(matrix, 0.2, 0.2)
        assert changed[corner.y() - 2 : corner.y() + 3, corner.x() - 2 : corner.x() + 3].any()


def test_a_press_on_a_bar_chooses_its_channel(told: CellView, session: Session, qtbot: QtBot) -> None:
    choose(session, "conv2")
    bar = next(item for item in items(told) if isinstance(item, Column) and item.channel == 7)
    qtbot.mouseClick(picture(told), Qt.MouseButton.LeftButton, pos=place(bar))
    assert session.selection.kernel == (0, 7)
    assert matrices(told)[0].channel == 7


def test_strongest_first_is_offered_where_there_are_several(told: CellView, session: Session) -> None:
    button = told.findChild(QToolButton, "cellStrongest")
    assert button
    assert not button.isVisible()
    choose(session, "conv2")
    assert button.isVisible()
    button.click()
    sums = [abs(item.value) for item in items(told) if isinstance(item, Column)][:-1]
    assert sums == sorted(sums, reverse=True)


# keys


def press(view: CellView, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = modifiers[0] if modifiers else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(picture(view), key, held)


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        (Qt.Key.Key_Right, (0, 5, 6)), (Qt.Key.Key_Left, (0, 5, 4)), (Qt.Key.Key_Period, (0, 5, 6)),
        (Qt.Key.Key_Comma, (0, 5, 4)), (Qt.Key.Key_Down, (0, 6, 5)), (Qt.Key.Key_Up, (0, 4, 5)),
        (Qt.Key.Key_PageDown, (1, 5, 5)), (Qt.Key.Key_PageUp, (0, 5, 5)),
    ],
)  # fmt: skip
def test_keys_go_from_cell_to_cell(told: CellView, session: Session, key: Qt.Key, cell: Any) -> None:
    session.selection.choose_cell((0, 5, 5))
    press(told, key)
    assert session.selection.cell == cell


def test_space_plays_and_pauses(told: CellView) -> None:
    player = told.findChild(CellPlayer)
    assert player
    press(told, Qt.Key.Key_Space)
    assert player.is_playing
    press(told, Qt.Key.Key_Space)
    assert not player.is_playing


def test_up_and_down_choose_a_channel_where_there_are_several(told: CellView, session: Session) -> None:
    choose(session, "conv2")
    press(told, Qt.Key.Key_Down)
    press(told, Qt.Key.Key_Down)
    assert session.selection.kernel == (0, 2)
    press(told, Qt.Key.Key_Up)
    assert session.selection.kernel == (0, 1)
    assert matrices(told)[0].channel == 1


def test_shift_and_an_arrow_light_a_place_of_the_kernel(told: CellView, session: Session) -> None:
    press(told, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert session.selection.pixel == (2, 2)
    press(told, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    press(told, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert session.selection.pixel == (1, 3)


def test_copy_gives_the_arithmetic_as_text(told: CellView, session: Session) -> None:
    press(told, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "conv1 · map 0 · (12, 12)"
    e: Any = told.explanation
    kernel = lines.index("input map 0: kernel w") + 1
    read = [[float(cell) for cell in line.split("\t")] for line in lines[kernel : kernel + 5]]
    assert np.allclose(read, e.kernels[0], rtol=1e-5)
    assert any(line.startswith("z = Σ w·a + b") for line in lines)


def test_the_menu_copies_too(told: CellView) -> None:
    QGuiApplication.clipboard().clear()
    told.menu().actions()[0].trigger()
    assert "z = Σ w·a + b" in QGuiApplication.clipboard().text()


def test_everything_can_be_reached_and_is_named(told: CellView) -> None:
    for widget in (*told.findChildren(QToolButton), picture(told)):
        if widget.parent() is not None and widget.isVisible():
            assert widget.accessibleName()
            assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_press_beside_the_picture_gives_it_the_keys(told: CellView, qtbot: QtBot) -> None:
    told.findChild(QToolButton, "cellPlay").setFocus()
    qtbot.mouseClick(told, Qt.MouseButton.LeftButton, pos=QPoint(3, told.height() - 3))
    assert picture(told).hasFocus()


def test_the_focus_can_be_seen(told: CellView, count: Any, theme: Theme) -> None:
    told.findChild(QToolButton, "cellPlay").setFocus()
    before = count(picture(told), theme.colours.accent)
    picture(told).setFocus()
    assert picture(told).hasFocus()
    assert count(picture(told), theme.colours.accent) > before + 500

"""The convolution desk: typing, playing and pointing, as a user does it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QTextEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktopcnn.inspection.desk_presets import PRESETS
from desktopcnn.ui.desk.desk import ConvolutionDesk
from desktopcnn.ui.desk.desk_grid import NumberGrid
from desktopcnn.ui.number_box import NumberBox
from desktopcnn.ui.palette import LIGHT
from desktopcnn.ui.theme import Theme

LEFT = Qt.MouseButton.LeftButton
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


@pytest.fixture
def desk(theme: Theme, show: Callable[..., None]) -> ConvolutionDesk:
    desk = ConvolutionDesk(theme)
    show(desk, 1100, 700)
    desk.activateWindow()
    return desk


def grid(desk: ConvolutionDesk, kind: str, m: int = 0, channel: int = 0) -> NumberGrid:
    return desk.bench.grids[kind, m, channel]


def click(view: NumberGrid, row: int, column: int) -> None:
    QTest.mouseClick(view, LEFT, NONE, view.cell_rect(row, column).center())


def keys(desk: ConvolutionDesk, *keys: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Presses go to whatever has the focus."""
    for key in keys:
        QTest.keyClick(desk.focusWidget(), key, modifier)


def type_text(desk: ConvolutionDesk, text: str) -> None:
    for letter in text:
        QTest.keyClicks(desk.focusWidget(), letter)


def text(desk: ConvolutionDesk) -> str:
    return desk.findChild(QTextEdit, "deskArithmetic").toPlainText().replace("\N{NO-BREAK SPACE}", " ")


def field(desk: ConvolutionDesk, name: str) -> Any:
    return desk.form.fields[name]


def set_field(desk: ConvolutionDesk, name: str, value: str) -> None:
    box = field(desk, name)
    assert isinstance(box, NumberBox)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, value)
    QTest.keyClick(box, Key.Key_Return)


def press(desk: ConvolutionDesk, name: str) -> None:
    QTest.mouseClick(desk.findChild(QToolButton, name), LEFT)


def filled(desk: ConvolutionDesk, kind: str = "output", m: int = 0) -> int:
    content = grid(desk, kind, m).content
    assert content is not None
    return int((~np.isnan(content.numbers)).sum())


# typing


def test_typing_replaces_a_number_and_tab_goes_on(desk: ConvolutionDesk) -> None:
    click(grid(desk, "input"), 0, 3)
    type_text(desk, "-2.5")
    keys(desk, Key.Key_Tab)
    type_text(desk, "7")
    keys(desk, Key.Key_Tab)
    assert desk.state.desk.image[0, 0, 3:].tolist() == [-2.5, 7]
    assert grid(desk, "input").hasFocus()
    assert grid(desk, "input").cursor_cell == (1, 0)
    assert desk.state.desk.output[0, 0, 2] == PRESETS["nine-positions"].output[0, 0, 2] + 7


def test_arrows_move_and_leave_what_was_typed_behind(desk: ConvolutionDesk) -> None:
    click(grid(desk, "kernel"), 0, 0)
    keys(desk, Key.Key_Right, Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Left)
    assert grid(desk, "kernel").cursor_cell == (2, 0)
    type_text(desk, "4")
    keys(desk, Key.Key_Up)
    type_text(desk, "5")
    keys(desk, Key.Key_Return)
    keys(desk, Key.Key_Right, Key.Key_Delete)
    assert desk.state.desk.kernels[0, 0, 1:, 0].tolist() == [5, 4]
    assert desk.state.desk.kernels[0, 0, 1, 1] == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1x", "“1x” is not a number."),
        ("", "“” is not a number."),
        ("1000", "1000 is out of range; it must lie between −999 and 999."),
    ],
)
def test_what_is_no_number_is_refused_beside_the_field(
    desk: ConvolutionDesk, typed: str, sentence: str
) -> None:
    view = grid(desk, "input")
    click(view, 2, 2)
    keys(desk, Key.Key_F2)
    type_text(desk, typed or "1")
    if not typed:
        keys(desk, Key.Key_Backspace)
    keys(desk, Key.Key_Return)
    assert desk.bench.note.isVisible()
    assert desk.bench.note.text() == view.editor.accessibleDescription() == sentence  # type: ignore[union-attr]
    assert desk.bench.rect().contains(desk.bench.note.geometry())
    assert desk.state.desk is PRESETS["nine-positions"]
    keys(desk, Key.Key_Escape)
    assert not desk.bench.note.isVisible()
    assert not view.editor.isVisible()  # type: ignore[union-attr]


@pytest.mark.parametrize("typed", ["7", "7x"])
def test_escape_drops_what_was_typed_and_the_keyboard_stays(desk: ConvolutionDesk, typed: str) -> None:
    desk.load("three-channels")
    click(grid(desk, "input"), 1, 1)
    type_text(desk, typed)
    keys(desk, Key.Key_Return if typed == "7x" else Key.Key_Home, Key.Key_Escape)
    assert desk.state.desk is PRESETS["three-channels"]
    assert grid(desk, "input").hasFocus()
    assert desk.isVisible()


def test_another_desk_closes_the_field(desk: ConvolutionDesk) -> None:
    click(grid(desk, "input"), 1, 1)
    type_text(desk, "7")
    desk.load("three-channels")
    assert not grid(desk, "input").editor.isVisible()  # type: ignore[union-attr]
    assert desk.state.desk is PRESETS["three-channels"]


def test_what_was_refused_can_be_mended(desk: ConvolutionDesk) -> None:
    click(grid(desk, "bias"), 0, 0)
    type_text(desk, "2-")
    keys(desk, Key.Key_Return, Key.Key_Backspace)
    assert not desk.bench.note.isVisible()
    keys(desk, Key.Key_Return)
    assert desk.state.desk.biases.tolist() == [2]


def test_leaving_the_field_takes_the_number(desk: ConvolutionDesk) -> None:
    click(grid(desk, "input"), 4, 4)
    type_text(desk, "8")
    click(grid(desk, "kernel"), 0, 1)
    assert desk.state.desk.image[0, 4, 4] == 8
    assert grid(desk, "kernel").hasFocus()


def test_double_click_changes_what_is_there_and_arrows_move_the_caret(desk: ConvolutionDesk) -> None:
    view = grid(desk, "input")
    QTest.mouseDClick(view, LEFT, NONE, view.cell_rect(1, 1).center())
    keys(desk, Key.Key_Home)
    type_text(desk, "4")
    keys(desk, Key.Key_Right)
    type_text(desk, "1")
    keys(desk, Key.Key_Return)
    assert desk.state.desk.image[0, 1, 1] == 431


def test_typed_numbers_are_undone_and_redone(desk: ConvolutionDesk) -> None:
    click(grid(desk, "input"), 0, 0)
    for number in "57":
        type_text(desk, number)
        keys(desk, Key.Key_Return)
    keys(desk, Key.Key_Z, modifier=CONTROL)
    assert desk.state.desk.image[0, 0, 0] == 5
    keys(desk, Key.Key_Z, modifier=CONTROL)
    assert desk.state.desk is PRESETS["nine-positions"]
    assert not desk.findChild(QToolButton, "deskUndoButton").isEnabled()
    press(desk, "deskRedoButton")
    assert desk.state.desk.image[0, 0, 0] == 5


def test_the_picture_can_be_looked_at_but_not_typed(desk: ConvolutionDesk) -> None:
    desk.load("picture")
    view = grid(desk, "input")
    click(view, 5, 12)
    assert view.accessibleDescription() == "row 5, column 12: 1"
    keys(desk, Key.Key_5, Key.Key_F2, Key.Key_Delete)
    assert not view.editor.isVisible()  # type: ignore[union-attr]
    assert desk.state.desk is PRESETS["picture"]


# playing


def test_arrow_keys_fill_the_output_cell_by_cell(desk: ConvolutionDesk) -> None:
    grid(desk, "output").setFocus()
    assert filled(desk) == 1
    keys(desk, Key.Key_Right, Key.Key_Right, Key.Key_Right)  # the last of them goes on to the next row
    assert filled(desk) == 4
    keys(desk, Key.Key_Left)
    assert filled(desk) == 3
    keys(desk, Key.Key_End)
    assert filled(desk) == 9
    assert desk.findChild(QLabel, "deskPlace").text() == "cell 9 of 9"
    keys(desk, Key.Key_Home)
    assert filled(desk) == 1


def test_buttons_step_too_and_leave_the_keyboard_where_it_is(desk: ConvolutionDesk) -> None:
    click(grid(desk, "input"), 0, 0)
    press(desk, "deskNextButton")
    press(desk, "deskNextButton")
    press(desk, "deskPreviousButton")
    assert filled(desk) == 2
    assert grid(desk, "input").hasFocus()
    button = desk.findChild(QToolButton, "deskNextButton")
    button.setFocus()
    keys(desk, Key.Key_Right)
    assert filled(desk) == 3


def test_space_plays_to_the_end_and_begins_again_from_there(desk: ConvolutionDesk, qtbot: QtBot) -> None:
    desk.player.findChild(QWidget, "deskSpeed").setValue(8)  # type: ignore[attr-defined]
    grid(desk, "input").setFocus()
    keys(desk, Key.Key_Space)
    assert desk.player.is_playing
    qtbot.waitUntil(lambda: filled(desk) == 9)
    assert not desk.player.is_playing
    keys(desk, Key.Key_Space)
    assert filled(desk) == 1
    assert desk.player.is_playing
    keys(desk, Key.Key_Space)
    assert not desk.player.is_playing


@pytest.mark.parametrize("end", ["close", "hide"])
def test_the_timer_rests_while_the_desk_is_not_seen(desk: ConvolutionDesk, end: str) -> None:
    desk.player.toggle()
    getattr(desk, end)()
    assert not desk.player.is_playing


def test_space_in_a_field_for_numbers_plays(desk: ConvolutionDesk) -> None:
    box = field(desk, "stride")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "2")
    QTest.keyClick(box, Key.Key_Space)
    assert desk.state.desk.stride == 2
    assert desk.player.is_playing
    QTest.keyClick(box, Key.Key_Z, CONTROL)
    assert desk.state.desk.stride == 1


# pointing


def test_pointing_at_a_cell_shows_its_window_and_its_arithmetic(desk: ConvolutionDesk) -> None:
    view = grid(desk, "output")
    QTest.mouseMove(view, view.cell_rect(2, 1).center())
    content = grid(desk, "input").content
    assert content is not None
    assert (content.rows.tolist(), content.columns.tolist()) == ([2, 3, 4], [1, 2, 3])  # type: ignore[union-attr]
    assert "row 2, column 1" in text(desk)
    assert filled(desk) == 2  # the first, and the one under the pointer
    QTest.mouseMove(view, QPoint(1, 1))
    assert "row 0, column 0" in text(desk)
    assert filled(desk) == 1


def test_a_click_on_an_output_cell_fills_up_to_it(desk: ConvolutionDesk) -> None:
    click(grid(desk, "output"), 1, 1)
    assert filled(desk) == 5
    assert grid(desk, "output").accessibleDescription().startswith("row 1, column 1: ")


def test_the_arithmetic_is_written_out(desk: ConvolutionDesk) -> None:
    assert text(desk) == (
        "Output, row 0, column 0\nlooks at rows 0–2, columns 0–2\n"
        "0·1 + 2·0 + 1·1 + 0·0 + 3·1 + 1·0 + 1·1 + 0·0 + 2·1 = 7\n7 + 0 (bias) = 7"
    )
    desk.load("two-kernels")
    lines = text(desk).splitlines()
    assert lines[:2] == ["Output 0, row 0, column 0", "looks at rows −1 to 1, columns −1 to 1"]
    assert [line for line in lines if line.startswith("Channel")] == ["Channel 0", "Channel 1", "Channel 2"]
    sums = [int(line.rsplit(" ", 1)[1].replace("−", "-")) for line in lines[3:8:2]]
    assert sums == PRESETS["two-kernels"].step(0).sums.tolist()  # type: ignore[union-attr]
    assert lines[-1].endswith(f"+ 1 (bias) = {int(PRESETS['two-kernels'].output[0, 0, 0])}".replace("-", "−"))


def test_pooling_is_written_out_and_shows_its_winner(desk: ConvolutionDesk) -> None:
    desk.load("pooling")
    keys(desk, Key.Key_End)
    pooled = PRESETS["pooling"].pooled
    assert pooled is not None
    assert text(desk).splitlines()[-1].startswith("max(")
    assert text(desk).endswith(f"= {int(pooled[0, 1, 1])}".replace("-", "−"))
    content = grid(desk, "output").content
    assert content is not None
    assert content.winner is not None
    assert content.numbers[content.winner] == pooled[0, 1, 1]
    selector = field(desk, "pooling")
    selector.setCurrentIndex(selector.findData("average"))
    selector.activated.emit(selector.currentIndex())
    assert text(desk).splitlines()[-1].split(" ")[1:3] == ["/", "4"]
    assert desk.state.desk.pooled is not None
    assert filled(desk, "pooled") == 4


def test_a_figure_that_is_rounded_says_so(desk: ConvolutionDesk) -> None:
    click(grid(desk, "kernel"), 0, 2)
    type_text(desk, "0.33333")
    keys(desk, Key.Key_Return)
    assert "≈ 6.333" in text(desk)


# settings


def test_settings_are_taken_and_can_be_undone(desk: ConvolutionDesk) -> None:
    set_field(desk, "padding", "1")
    set_field(desk, "kernels", "2")
    assert desk.state.desk.output.shape == (2, 5, 5)
    assert grid(desk, "output", 1).isVisible()
    desk.state.undo_stack.undo()
    assert not grid(desk, "output", 1).isVisible()
    assert field(desk, "kernels").value() == 1


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("stride", "0", "The stride is 0; it must be a whole number from 1 to 9."),
        ("rows", "10", "The number of rows is 10; it must be a whole number from 1 to 9."),
        ("kernel", "6", "The kernel spans 6 × 6 pixels; there are only 5 × 5."),
        ("padding", "1.5", "“1.5” is not a whole number."),
    ],
)
def test_a_setting_that_cannot_be_is_refused_under_the_fields(
    desk: ConvolutionDesk, name: str, value: str, sentence: str
) -> None:
    set_field(desk, name, value)
    note = desk.findChild(QLabel, "deskNote")
    assert note.isVisible()
    assert note.text() == field(desk, name).accessibleDescription() == sentence
    assert desk.state.desk is PRESETS["nine-positions"]
    set_field(desk, name, "3")
    assert not note.isVisible()
    assert desk.state.desk.settings[name] == 3


def test_sizes_are_written_out_and_lost_pixels_hatched_with_a_reason(
    desk: ConvolutionDesk, count: Callable[[QWidget, str], int]
) -> None:
    sizes = desk.findChild(QLabel, "deskSizes")
    assert "floor((5 + 2·0 − 1·(3 − 1) − 1) / 1) + 1 = floor(2 / 1) + 1 = 3" in sizes.text()
    assert "Hatched" not in sizes.text()
    assert count(grid(desk, "input"), LIGHT.hint) == 0
    desk.load("lost-pixels")
    assert "Hatched pixels are lost, 1 row at the bottom and 1 column at the right" in sizes.text()
    assert count(grid(desk, "input"), LIGHT.hint) > 50
    set_field(desk, "stride", "4")
    assert "Hatched pixels in 1 row and 1 column are skipped" in sizes.text()


def test_a_smaller_input_takes_the_middle_of_the_picture(desk: ConvolutionDesk) -> None:
    desk.load("picture")
    set_field(desk, "rows", "9")
    assert desk.state.desk.image.shape == (1, 9, 9)
    assert field(desk, "columns").value() == 9
    assert not grid(desk, "input").read_only


# presets, random, clear, copy


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_fits_and_no_grid_covers_another(desk: ConvolutionDesk, name: str) -> None:
    presets = desk.findChild(QComboBox, "deskPresets")
    presets.setCurrentIndex(presets.findData(name))
    presets.activated.emit(presets.currentIndex())
    areas = [view.geometry() for view in desk.bench.grids.values() if view.isVisible()]
    assert all(desk.bench.rect().contains(area) for area in areas)
    assert not any(a.intersects(b) for i, a in enumerate(areas) for b in areas[:i])
    assert (desk.width(), desk.height()) == (1100, 700)
    assert presets.currentData() == name
    press(desk, "deskRandomButton")
    assert presets.currentData() is None


def test_random_and_clear_can_be_undone(desk: ConvolutionDesk) -> None:
    press(desk, "deskRandomButton")
    assert desk.state.desk is not PRESETS["nine-positions"]
    press(desk, "deskClearButton")
    assert not desk.state.desk.output.any()
    desk.state.undo_stack.undo()
    desk.state.undo_stack.undo()
    assert desk.state.desk is PRESETS["nine-positions"]


def test_the_output_is_copied_as_text(desk: ConvolutionDesk) -> None:
    desk.load("two-kernels")
    keys(desk, Key.Key_C, modifier=CONTROL)
    copied = QGuiApplication.clipboard().text()
    maps = [[line.split("\t") for line in part.split("\n")] for part in copied.split("\n\n")]
    assert np.array_equal(np.array(maps, np.float64), desk.state.desk.output)
    desk.load("pooling")
    press(desk, "deskCopyButton")
    assert len(QGuiApplication.clipboard().text().split("\n")) == 2


# looks


def test_colours_follow_the_theme(
    desk: ConvolutionDesk, theme: Theme, pixels: Callable[[QWidget], Any]
) -> None:
    before = pixels(grid(desk, "input"))
    theme.choose("dark")
    assert pixels(grid(desk, "input")).mean() < before.mean() / 2


def test_everything_that_can_be_used_has_a_name_and_a_tip(desk: ConvolutionDesk) -> None:
    kinds = (NumberGrid, NumberBox, QComboBox, QToolButton, QTextEdit)
    for kind in kinds:
        for widget in desk.findChildren(kind):
            if widget.isVisible():
                assert widget.objectName(), widget
                assert widget.accessibleName(), widget.objectName()
                assert widget.toolTip(), widget.objectName()


def test_the_keyboard_reaches_every_grid(desk: ConvolutionDesk) -> None:
    desk.load("two-kernels")
    reached = set()
    grid(desk, "input").setFocus()
    for _ in range(60):
        keys(desk, Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    assert {view for view in desk.bench.grids.values() if view.isVisible()} <= reached
    assert not any(isinstance(widget, QLineEdit) for widget in reached), "an editor that is not open"

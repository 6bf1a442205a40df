"""The window: menus and keys, pictures that are dropped, pasted and opened, memory, access, ends."""

import platform
import shutil
from collections.abc import Callable, Iterator
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl, qVersion
from PySide6.QtGui import (
    QAccessible,
    QAction,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
    QShortcut,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QSlider,
    QSplitter,
    QWidget,
)  # fmt: skip
from pytestqt.qtbot import QtBot

import desktopcnn
from desktopcnn import paths
from desktopcnn.networks import library
from desktopcnn.ui.about import AboutDialog
from desktopcnn.ui.canvas import Canvas
from desktopcnn.ui.desk.desk import ConvolutionDesk
from desktopcnn.ui.inputs import Drawn, Pictured, Sample
from desktopcnn.ui.main_window import MainWindow
from desktopcnn.ui.sample import SEVEN
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.train_panel import in_steps

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A picture of a one, dark on light."""
    array = np.full((60, 60), 255, np.uint8)
    array[10:50, 28:33] = 0
    file = tmp_path / "eine 一.png"
    Image.fromarray(array).save(file)
    return file


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n then nothing")
    return file


@pytest.fixture
def clipboard(qapp: object) -> Iterator[Any]:
    yield QGuiApplication.clipboard()
    QGuiApplication.clipboard().clear()


def canvas(window: MainWindow) -> Canvas:
    return window.findChild(Canvas, "canvas")


def text(window: MainWindow, name: str) -> str:
    return window.findChild(QLabel, name).text()


def message(window: MainWindow) -> str:
    """What the message bar says, if it is there."""
    return text(window, "message") if window.message_bar.isVisible() else ""


def drop(window: MainWindow, *urls: str, image: QImage | None = None) -> bool:
    """Drag data over the window and let go; whether the window wanted them."""
    data = QMimeData()
    if urls:
        data.setUrls([QUrl(url) for url in urls])
    if image:
        data.setImageData(image)
    if not urls and not image:
        data.setText("some words")
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(50, 50), copy, data, left, none)
    entered.ignore()
    QApplication.sendEvent(window, entered)
    if entered.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, data, left, none))
    return entered.isAccepted()


# names and access


def test_the_stable_names_are_there(window: MainWindow) -> None:
    for name in (
        "canvas", "prediction", "confidence", "clearButton", "undoButton", "redoButton", "eraserButton",
        "penWidth", "networkSelector", "inputSelector", "tabs", "layerColumns", "previousButton",
        "nextButton", "randomButton", "frameView", "bars", "assemblyLine", "messageBar",
    ):  # fmt: skip
        assert len(window.findChildren(QWidget, name)) == 1, name


def test_every_interactive_widget_has_a_name_for_those_who_do_not_see_and_a_tip(window: MainWindow) -> None:
    kinds = (QAbstractButton, QComboBox, QSlider, Canvas)
    widgets = [
        widget
        for kind in kinds
        for widget in window.findChildren(kind)
        if not widget.objectName().startswith("qt_") and "Scroll" not in widget.objectName()
    ]
    assert len(widgets) >= 17
    poor = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in widgets
        if not widget.objectName()
        or not widget.toolTip()
        or not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert poor == []


def test_the_tab_key_reaches_every_tool(window: MainWindow) -> None:
    window.activateWindow()
    window.setFocus()
    reached = []
    for _ in range(60):
        QTest.keyClick(window, Qt.Key.Key_Tab)
        focused = window.focusWidget()
        reached.append(focused.objectName() if focused else "")
    wanted = {
        "networkSelector", "inputSelector", "previousButton", "nextButton", "randomButton", "themeButton",
        "clearButton", "eraserButton", "penWidth",
        "drop_specksSwitch", "fit_boxSwitch", "redrawSwitch", "centreSwitch",
    }  # fmt: skip
    assert wanted <= set(reached)


def test_every_menu_entry_has_words_and_no_two_share_a_key(window: MainWindow) -> None:
    actions = [action for action in window.findChildren(QAction) if not action.isSeparator()]
    keys = [key.toString() for action in set(actions) for key in action.shortcuts()]
    keys += [shortcut.key().toString() for shortcut in window.findChildren(QShortcut)]
    keys += [button.shortcut().toString() for button in window.findChildren(QAbstractButton)]
    keys = [key for key in keys if key]
    assert len(keys) > 10
    assert len(keys) == len(set(keys)), sorted(keys)
    for menu in window.menuBar().actions():
        assert all(action.isSeparator() or action.text() for action in menu.menu().actions())


def test_everything_fits_into_1280_by_720(window: MainWindow) -> None:
    for entry in window.session.entries:
        window.session.choose_network(entry.name)
        least = window.minimumSizeHint()
        assert least.width() <= 1280
        assert least.height() <= 720


# keys and menus


def test_undo_redo_clear_and_eraser_by_keyboard(window: MainWindow, draw: Any) -> None:
    draw(canvas(window), SEVEN)
    drawing = window.session.drawn.drawing
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.session.drawn.drawing == ()
    for redo in QKeySequence.keyBindings(
        QKeySequence.StandardKey.Redo
    ):  # each system has its own, and several
        if redo[0].key() == Qt.Key.Key_Redo:
            continue  # a key of its own, which the test driver has not
        QTest.keySequence(window, redo)
        assert window.session.drawn.drawing == drawing
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    window.session.undo_stack.redo()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Delete):
        QTest.keyClick(canvas(window), key)
        assert window.session.drawn.drawing == ()
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
        assert window.session.drawn.drawing == drawing
    window.tabs.tabBar().setFocus()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Delete):
        QTest.keyClick(window.tabs.tabBar(), key)
        assert window.session.drawn.drawing == drawing, "whoever works elsewhere means something else"
    QTest.keyClick(window, Qt.Key.Key_Backspace, CONTROL)
    assert window.session.drawn.drawing == ()
    QTest.keyClick(window, Qt.Key.Key_E)
    assert window.session.pen.erasing
    QTest.keyClick(window, Qt.Key.Key_E)
    assert not window.session.pen.erasing


def test_test_digits_by_keyboard(window: MainWindow) -> None:
    for key, index in ((Qt.Key.Key_Right, 0), (Qt.Key.Key_Right, 1), (Qt.Key.Key_Left, 0)):
        QTest.keyClick(window, key, CONTROL)
        assert isinstance(window.session.shown, Sample)
        assert window.session.shown.index == index
    QTest.keyClick(window, Qt.Key.Key_R, CONTROL)
    assert isinstance(window.session.shown, Sample)


def menu(window: MainWindow, name: str) -> dict[str, QAction]:
    (top,) = [action for action in window.menuBar().actions() if action.text().replace("&", "") == name]
    return {action.text(): action for action in top.menu().actions()}


def test_the_view_menu_changes_the_colours(window: MainWindow) -> None:
    menu(window, "View")["Dark"].trigger()
    assert window.theme.is_dark
    menu(window, "View")["Light"].trigger()
    assert not window.theme.is_dark
    menu(window, "View")["Colours of the system"].trigger()
    assert window.theme.choice == "system"


def test_about_says_what_it_is_and_copies_it(window: MainWindow, clipboard: Any) -> None:
    menu(window, "Help")["About DesktopCNN"].trigger()
    dialog = window.findChild(AboutDialog)
    assert dialog.isVisible()
    words = text(window, "aboutText")
    for wanted in (
        desktopcnn.__version__, "MIT", "LeCun", "CC BY-SA 3.0", f"Python {platform.python_version()}",
        f"Qt {qVersion()}", f"torch {metadata.version('torch')}", str(paths.user_data()),
        "threads to answer: 1",
    ):  # fmt: skip
        assert wanted in words
    window.findChild(QAbstractButton, "copyAboutButton").click()
    assert clipboard.text() == words
    dialog.close()


def test_the_input_menu_goes_through_the_test_digits(window: MainWindow) -> None:
    entries = menu(window, "Input")
    assert [action.shortcut().toString() for action in entries.values()] == [
        "",
        "Ctrl+Left",
        "Ctrl+Right",
        "Ctrl+R",
    ]
    seen = []
    for name in ("Next test digit", "Next test digit", "Previous test digit", "A random test digit"):
        entries[name].trigger()
        assert isinstance(window.session.shown, Sample)
        seen.append(window.session.shown.index)
    assert seen[:3] == [0, 1, 0]
    entries["Drawing"].trigger()
    assert window.session.shown is window.session.drawn


def test_a_run_of_the_command_line_is_listed_when_the_window_is_turned_to(window: MainWindow) -> None:
    selector = window.findChild(QComboBox, "networkSelector")
    file = paths.runs() / "2026-11-24 165017 00-dense" / "best.safetensors"
    file.parent.mkdir(parents=True)
    shutil.copy(library.shipped()[0].path, file)
    assert selector.findData(file.parent.name) == -1
    window.activateWindow()
    QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    assert selector.findData(file.parent.name) >= 0


def test_the_eraser_on_a_digit_says_that_it_finds_nothing(window: MainWindow, draw: Any) -> None:
    window.session.show_sample(3)
    QTest.keyClick(window, Qt.Key.Key_E)
    draw(canvas(window), SEVEN)
    assert message(window).startswith("Only drawings can be erased")
    assert isinstance(window.session.shown, Sample)


def test_quit_closes_the_window(window: MainWindow) -> None:
    menu(window, "File")["Quit"].trigger()
    assert not window.isVisible()


# answers in the window


def test_a_damaged_network_gives_one_sentence_and_the_window_works_on(
    window: MainWindow, qtbot: QtBot, draw: Any, damaged: str
) -> None:
    draw(canvas(window), SEVEN)
    qtbot.waitUntil(lambda: text(window, "prediction") == "7")
    good = window.session.entry
    assert good
    window.session.refresh_networks()
    window.session.choose_network(damaged)
    qtbot.waitUntil(lambda: "damaged" in message(window))
    assert text(window, "prediction") == ""
    window.session.choose_network(good.name)
    qtbot.waitUntil(lambda: text(window, "prediction") == "7")
    window.findChild(QWidget, "closeMessageButton").click()
    assert message(window) == ""


def test_a_switch_of_the_assembly_line_changes_the_frame_in_the_answer(
    window: MainWindow, qtbot: QtBot, draw: Any, pixels: Any
) -> None:
    draw(canvas(window), [(20, 20), (20, 100)])
    qtbot.waitUntil(lambda: text(window, "prediction") != "")
    frame = window.findChild(QWidget, "frameView")

    def right_edge() -> float:
        return float(np.nonzero(pixels(frame)[..., 0] > 128)[1].max() / frame.width())

    assert right_edge() > 0.4
    window.findChild(QAbstractButton, "centreSwitch").click()
    window.findChild(QAbstractButton, "fit_boxSwitch").click()
    qtbot.waitUntil(lambda: right_edge() < 0.25)  # the line stays at the left, where it was drawn


def test_dark_recolours_what_is_painted(window: MainWindow, draw: Any, count: Any) -> None:
    draw(canvas(window), SEVEN)
    menu(window, "View")["Light"].trigger()
    assert count(canvas(window), "#FFFFFF") > 10_000
    menu(window, "View")["Dark"].trigger()
    assert count(canvas(window), "#0D1014") > 10_000
    assert count(window, "#F3F5F8") == 0, "no patch of the light window is left"


@pytest.mark.usefixtures("no_networks")
def test_without_networks_the_window_says_what_to_do(window: MainWindow, draw: Any, pixels: Any) -> None:
    draw(canvas(window), SEVEN)
    window.session.show_sample(3)
    notes = [label.text() for label in window.findChildren(QLabel)]
    assert any("desktopcnn train" in note for note in notes)
    assert text(window, "prediction") == ""
    assert pixels(window).size


# pictures


def test_a_picture_that_is_dropped_is_answered(window: MainWindow, qtbot: QtBot, one: Path) -> None:
    assert drop(window, QUrl.fromLocalFile(str(one)).toString())
    qtbot.waitUntil(lambda: text(window, "prediction") == "1")
    assert isinstance(window.session.shown, Pictured)
    assert window.session.shown.title == one.name
    assert window.findChild(QComboBox, "inputSelector").currentText() == "Picture"


def test_pixels_that_are_dropped_are_answered(window: MainWindow, qtbot: QtBot, one: Path) -> None:
    assert drop(window, image=QImage(str(one)))
    qtbot.waitUntil(lambda: text(window, "prediction") == "1")


def test_a_picture_that_is_pasted_is_answered(
    window: MainWindow, qtbot: QtBot, one: Path, clipboard: Any
) -> None:
    image = QImage(str(one))
    for kind in (QImage.Format.Format_RGB888, QImage.Format.Format_Indexed8, QImage.Format.Format_ARGB32):
        clipboard.setImage(image.convertToFormat(kind).scaled(61, 61))  # rows that are padded
        window.session.show_drawing(Drawn())
        QTest.keyClick(window, Qt.Key.Key_V, CONTROL)
        qtbot.waitUntil(lambda: text(window, "prediction") == "1")


def test_a_file_that_is_pasted_is_answered(
    window: MainWindow, qtbot: QtBot, one: Path, clipboard: Any
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(one))])
    clipboard.setMimeData(data)
    QTest.keyClick(window, Qt.Key.Key_V, CONTROL)
    qtbot.waitUntil(lambda: text(window, "prediction") == "1")


def test_a_picture_that_is_opened_is_answered(
    window: MainWindow, qtbot: QtBot, one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([("", ""), (str(one), "")])  # the first time, the user thinks better of it
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: next(answers))
    QTest.keyClick(window, Qt.Key.Key_O, CONTROL)
    assert isinstance(window.session.shown, Drawn)
    QTest.keyClick(window, Qt.Key.Key_O, CONTROL)
    qtbot.waitUntil(lambda: text(window, "prediction") == "1")
    assert message(window) == ""


@pytest.mark.parametrize("way", ["dropped", "pasted", "opened"])
def test_a_broken_picture_gives_a_sentence_and_takes_nothing_away(
    window: MainWindow,
    qtbot: QtBot,
    draw: Any,
    broken: Path,
    clipboard: Any,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    draw(canvas(window), SEVEN)
    drawing = window.session.drawn
    qtbot.waitUntil(lambda: text(window, "prediction") == "7")
    url = QUrl.fromLocalFile(str(broken))
    if way == "dropped":
        drop(window, url.toString())
    elif way == "pasted":
        data = QMimeData()
        data.setUrls([url])
        clipboard.setMimeData(data)
        QTest.keyClick(window, Qt.Key.Key_V, CONTROL)
    else:
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(broken), ""))
        QTest.keyClick(window, Qt.Key.Key_O, CONTROL)
    qtbot.waitUntil(lambda: "broken.png" in message(window))
    assert window.session.shown is drawing
    assert text(window, "prediction") == "7"


def test_a_pasted_picture_without_ink_gives_a_sentence(
    window: MainWindow, qtbot: QtBot, clipboard: Any
) -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    clipboard.setImage(image)
    QTest.keyClick(window, Qt.Key.Key_V, CONTROL)
    qtbot.waitUntil(lambda: message(window).startswith("Pasted picture shows no digit"))


def test_what_is_no_picture_is_not_taken(window: MainWindow, clipboard: Any) -> None:
    assert not drop(window)
    assert drop(window, "https://example.org/seven.png")
    assert message(window) == "What was dropped is not a picture file."
    clipboard.setText("some words")
    QTest.keyClick(window, Qt.Key.Key_V, CONTROL)
    assert message(window) == "There is no picture in the clipboard."


# memory


def test_the_next_window_remembers(window: MainWindow, qtbot: QtBot) -> None:
    other = window.session.entries[0].name
    menu(window, "View")["Dark"].trigger()
    window.session.choose_network(other)
    window.findChild(QSlider, "penWidth").setValue(41)
    window.resize(760, 700)
    window.findChild(QSplitter).setSizes([390, 370])
    sizes = window.findChild(QSplitter).sizes()
    window.close()
    later = MainWindow()
    qtbot.addWidget(later)
    with qtbot.waitSignal(later.session.test_loaded):
        later.show()
    assert later.theme.is_dark
    assert later.session.entry
    assert later.session.entry.name == other
    assert later.findChild(QComboBox, "networkSelector").currentData() == other
    assert later.findChild(QSlider, "penWidth").value() == 41
    assert (later.width(), later.height()) == (760, 700)
    assert later.findChild(QSplitter).sizes() == sizes


def test_the_next_window_forgets_a_network_that_is_gone(
    window: MainWindow, qtbot: QtBot, damaged: str
) -> None:
    window.session.refresh_networks()
    window.session.choose_network(damaged)
    window.close()
    assert window.session.entry
    window.session.entry.path.unlink()
    later = MainWindow()
    qtbot.addWidget(later)
    assert later.session.entry in library.shipped()


# ends


@pytest.fixture
def unshown(qtbot: QtBot) -> MainWindow:
    window = MainWindow()
    qtbot.addWidget(window)
    return window


def test_a_window_that_was_never_shown_closes(unshown: MainWindow) -> None:
    unshown.close()


def test_a_window_closes_twice(window: MainWindow) -> None:
    window.close()
    window.close()
    assert not window.isVisible()


def test_a_window_that_is_closed_at_once_starts_nothing(unshown: MainWindow) -> None:
    unshown.show()
    unshown.close()
    QCoreApplication.processEvents()  # conftest fails a test that leaves a thread running


def test_a_window_closes_while_the_core_is_loaded(unshown: MainWindow, qtbot: QtBot) -> None:
    unshown.show()
    unshown.session.start()
    unshown.close()


@pytest.mark.parametrize("doing", ["drawing", "picture"])
def test_a_window_closes_while_it_works(
    window: MainWindow, qtbot: QtBot, gate: Any, draw: Callable[..., None], one: Path, doing: str
) -> None:
    if doing == "picture":
        drop(window, QUrl.fromLocalFile(str(one)).toString())
    else:
        draw(canvas(window), SEVEN)
    qtbot.waitUntil(gate.reached.is_set)
    gate.opened.set()
    window.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.MetaCall)
    assert text(window, "prediction") == "", "what comes after the end is not shown"


def test_the_desk_opens_from_the_menu_and_keeps_what_lies_on_it(window: MainWindow, qtbot: QtBot) -> None:
    action = menu(window, "View")["Convolution desk…"]
    action.trigger()
    desk = window.findChild(ConvolutionDesk)
    qtbot.waitUntil(desk.isVisible)
    desk.close()
    action.trigger()
    qtbot.waitUntil(desk.isVisible)
    assert window.findChildren(ConvolutionDesk) == [desk]


def test_views_are_exported_and_copied_from_the_menus(window: MainWindow) -> None:
    actions = {action.text(): action for action in window.findChildren(QAction)}
    export, copy = actions["Export view…"], actions["Copy view as picture"]
    assert copy.shortcut().toString() == "Ctrl+Shift+C"
    copy.trigger()
    assert QGuiApplication.clipboard().image().width() > window.width()
    assert window.statusBar().currentMessage() == "Whole network: copied."
    export.trigger()
    (dialog,) = [found for found in window.findChildren(QDialog) if found.isVisible()]
    assert dialog.objectName() == "exportDialog"
    dialog.reject()
    window.tabs.setCurrentIndex(1)
    assert not export.isEnabled()
    assert not copy.isEnabled()
    window.tabs.setCurrentIndex(0)
    assert export.isEnabled()


@pytest.mark.parametrize("steps", range(4))
def test_closed_while_the_train_tab_is_made_nothing_is_left(
    window: MainWindow, theme: Theme, steps: int
) -> None:
    page = QWidget()
    made = list(islice(in_steps(window.session, theme, page), steps))
    assert made == [None] * steps
    assert len(page.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)) == steps

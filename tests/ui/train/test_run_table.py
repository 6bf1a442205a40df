"""The run book in the window: from the disk to the rows, and from clicks and keys back to the disk."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QTreeView,
)  # fmt: skip
from pytestqt.qtbot import QtBot

from desktopcnn import paths
from desktopcnn.networks import catalog, library, notes
from desktopcnn.training import book, lock, recipe, run
from desktopcnn.training.history import Epoch, Step, to_line
from desktopcnn.ui.message_bar import MessageBar
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train import run_trash
from desktopcnn.ui.train.run_colours import ON_DARK, ON_LIGHT
from desktopcnn.ui.train.run_model import Column
from desktopcnn.ui.train.run_table import RunTable

Role = Qt.ItemDataRole
Make = Callable[..., str]


@pytest.fixture
def make() -> Make:
    """A run by hand; gives its folder as a text."""

    def make(name: str, *validations: float, epochs: int = 2, network: bool = True) -> str:
        folder = paths.runs() / name
        folder.mkdir(parents=True)
        description = {
            "format": run.FORMAT, "created": "2026-07-31T14:05:00+02:00", "seed": 0, "bfloat16": False,
            "architecture": json.loads(catalog.find("02-two-conv").to_json()), "dataset": "mnist",
            "recipe": recipe.find("quick", epochs=epochs).to_json(), "checksum": "ab" * 32,
        }  # fmt: skip
        (folder / "run.json").write_text(json.dumps(description))
        events = [Step(1, 2.0, 0.1)]
        events += [Epoch(n, 9 * n, 0.1, 0.9, 0.2, v, 31.0, 1.0) for n, v in enumerate(validations, 1)]
        (folder / "history.jsonl").write_text("".join(to_line(event) + "\n" for event in events))
        if network:
            shutil.copy(library.find("02-two-conv").path, folder / "best.safetensors")
        return str(folder)

    return make


@pytest.fixture
def stack(qapp: object) -> QUndoStack:
    return QUndoStack()


SIGNALS = (
    "shown_changed", "continue_requested", "one_more_requested", "compare_requested", "networks_changed",
    "failed",
)  # fmt: skip


class Book:
    """The panel, its table, and what it said."""

    def __init__(self, panel: RunTable, qtbot: QtBot) -> None:
        self.panel, self.qtbot = panel, qtbot
        self.view = panel.findChild(QTreeView, "runTable")
        self.said: list[tuple[Any, ...]] = []
        for name in SIGNALS:
            getattr(panel, name).connect(lambda *values, name=name: self.said.append((name, *values)))

    def refresh(self) -> None:
        with self.qtbot.waitSignal(self.panel.refreshed):
            self.panel.refresh()

    def index(self, row: int, column: int = Column.NAME) -> QModelIndex:
        return self.view.model().index(row, column)

    def column(self, column: int, role: int = Role.DisplayRole) -> list[Any]:
        return [self.index(row, column).data(role) for row in range(self.view.model().rowCount())]

    def row_of(self, folder: str) -> int:
        names = [f"· {Path(folder).name}\n" in tip for tip in self.column(Column.NAME, Role.ToolTipRole)]
        return names.index(True)

    def click(self, row: int, column: int = Column.NAME, *, more: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ControlModifier if more else Qt.KeyboardModifier.NoModifier
        place = self.view.visualRect(self.index(row, column)).center()
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, modifier, place)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.view.setFocus()
        QTest.keyClick(self.view, key, modifier)

    def button(self, name: str) -> QToolButton:
        return self.panel.findChild(QToolButton, f"{name}RunButton")

    def press(self, name: str) -> None:
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def enabled(self) -> set[str]:
        names = ("continue", "more", "save", "compare", "note", "folder", "delete")
        return {name for name in names if self.button(name).isEnabled()}

    def dialog(self, name: str) -> QDialog:
        found = self.panel.findChild(QDialog, name)
        self.qtbot.waitExposed(found)
        return found

    def close(self, dialog: QDialog, button: QDialogButtonBox.StandardButton) -> None:
        box = dialog.findChild(QDialogButtonBox)
        QTest.mouseClick(box.button(button), Qt.MouseButton.LeftButton)
        self.qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))


@pytest.fixture
def open_book(theme: Theme, stack: QUndoStack, show: Any, qtbot: QtBot) -> Callable[..., Book]:
    def open_book(width: int = 290, height: int = 180) -> Book:
        panel = RunTable(theme, stack)
        show(panel, width, height)
        opened = Book(panel, qtbot)
        opened.refresh()
        return opened

    return open_book


OpenBook = Callable[..., Book]
Save, Cancel = QDialogButtonBox.StandardButton.Save, QDialogButtonBox.StandardButton.Cancel


# rows


def test_without_runs_it_says_what_to_do(open_book: OpenBook, make: Make) -> None:
    opened = open_book()
    empty = opened.panel.findChild(QLabel, "noRuns")
    assert "press Train" in empty.text()
    assert empty.isVisible()
    assert opened.enabled() == set()
    make("one")
    opened.refresh()
    assert not empty.isVisible()
    assert opened.view.isVisible()


def test_rows_say_what_the_disk_says(open_book: OpenBook, make: Make) -> None:
    make("1 done", 0.97, 0.9812)
    make("2 stopped", 0.975, network=False)
    (Path(make("3 crashed", 0.5)) / lock.FILE).write_bytes(lock.MARK)
    (paths.runs() / "4 broken").mkdir()
    opened = open_book(500)
    assert opened.column(Column.NAME) == [  # the latest first
        "4 broken", "02 two conv layers (3)", "02 two conv layers (2)", "02 two conv layers"
    ]  # fmt: skip
    assert opened.column(Column.VALIDATION) == ["", "50.00", "97.50", "98.12"]
    accuracy = library.find("02-two-conv").accuracy
    assert accuracy
    assert opened.column(Column.TEST) == ["", f"{100 * accuracy:.2f}", "", f"{100 * accuracy:.2f}"]
    assert opened.column(Column.TIME) == ["", "0:31", "0:31", "1:02"]
    assert opened.column(Column.STATE) == ["damaged", "crashed", "stopped", "done"]
    tip = opened.index(1).data(Role.ToolTipRole)
    for text in ("02 two conv layers", "3 crashed", "recipe quick", "mnist", "1 of 2 epochs", "2026-07-31"):
        assert text in tip
    assert "cannot be read" in opened.index(0).data(Role.ToolTipRole)


def test_a_place_that_cannot_be_listed_is_said(open_book: OpenBook) -> None:
    paths.runs().parent.mkdir(parents=True, exist_ok=True)
    paths.runs().write_text("a file")
    opened = open_book()
    assert [said[0] for said in opened.said] == ["failed"]
    assert "cannot be listed" in opened.said[0][1]


def test_it_sorts_and_unsorts(open_book: OpenBook, make: Make) -> None:
    for name, validation in (("1", 0.9), ("2", 0.99), ("3", 0.95)):
        make(name, validation)
    make("4", network=False)
    opened = open_book()
    header = opened.view.header()

    def press() -> None:
        place = QPoint(header.sectionViewportPosition(Column.VALIDATION) + 10, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)

    press()
    assert opened.column(Column.VALIDATION) == ["", "90.00", "95.00", "99.00"]
    press()
    assert opened.column(Column.VALIDATION) == ["99.00", "95.00", "90.00", ""]
    press()
    assert opened.column(Column.VALIDATION) == ["", "95.00", "99.00", "90.00"]


def test_it_is_usable_in_a_narrow_place(open_book: OpenBook, make: Make) -> None:
    make("1", 0.9, 0.91)
    opened = open_book(290, 180)
    header, view = opened.view.header(), opened.view
    assert header.length() <= view.viewport().width()
    assert header.sectionSize(Column.NAME) >= 70
    metrics = view.fontMetrics()
    for column in (Column.VALIDATION, Column.TEST, Column.TIME):
        assert header.sectionSize(column) > metrics.horizontalAdvance(opened.index(0, column).data())
    assert view.viewport().height() // view.visualRect(opened.index(0)).height() >= 4
    for name in ("continue", "more", "save", "compare", "note", "folder", "delete"):
        button = opened.button(name)
        assert opened.panel.rect().contains(button.geometry())
        assert button.accessibleName()
        assert button.toolTip()


def test_the_state_is_written_where_there_is_room(open_book: OpenBook, make: Make) -> None:
    make("1", 0.9)
    narrow, wide = open_book(290), open_book(500)
    need = wide.view.fontMetrics().horizontalAdvance("in training elsewhere")
    assert (
        narrow.view.header().sectionSize(Column.STATE) < need < wide.view.header().sectionSize(Column.STATE)
    )


# what is chosen stays chosen


def test_new_rows_leave_the_choice_alone(open_book: OpenBook, make: Make) -> None:
    first = make("1", 0.9)
    make("2", 0.8)
    opened = open_book()
    opened.click(opened.row_of(first))
    make("3", 0.7)
    opened.refresh()
    assert opened.view.model().rowCount() == 3
    assert [str(row.folder) for row in opened.panel.selected()] == [first]
    assert opened.view.currentIndex().row() == opened.row_of(first)
    book.annotate(Path(first), "note")
    opened.refresh()
    assert [row.note for row in opened.panel.selected()] == ["note"]


def test_new_rows_wait_while_a_name_is_typed(open_book: OpenBook, make: Make, qtbot: QtBot) -> None:
    folder = make("1", 0.9)
    opened = open_book()
    opened.click(0)
    opened.key(Qt.Key.Key_F2)
    editor = opened.view.findChild(QLineEdit)
    QTest.keyClicks(editor, "half a na")
    make("2", 0.8)
    opened.panel.refresh()
    assert editor.text() == "half a na"
    assert opened.view.model().rowCount() == 1
    with qtbot.waitSignal(opened.panel.refreshed):
        QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert opened.view.model().rowCount() == 2
    assert notes.read(Path(folder)).name == ""


# the curves


def test_a_tick_shows_a_run(open_book: OpenBook, make: Make) -> None:
    folder = make("1", 0.9)
    opened = open_book()
    opened.click(0, Column.SHOWN)
    assert opened.said == [("shown_changed", folder, True)]
    assert Qt.CheckState(opened.index(0, Column.SHOWN).data(Role.CheckStateRole)) == Qt.CheckState.Checked
    assert opened.index(0, Column.SHOWN).data(Role.AccessibleTextRole) == "shown in the curves"
    opened.click(0, Column.SHOWN)
    assert opened.said[1:] == [("shown_changed", folder, False)]


def test_the_window_ticks_too(open_book: OpenBook, make: Make) -> None:
    folder = make("1", 0.9)
    opened = open_book()
    opened.panel.set_shown(folder, True)
    opened.panel.set_shown(folder, True)
    assert opened.said == [("shown_changed", folder, True)]
    assert Qt.CheckState(opened.index(0, Column.SHOWN).data(Role.CheckStateRole)) == Qt.CheckState.Checked


def test_the_space_bar_ticks_what_is_chosen(open_book: OpenBook, make: Make) -> None:
    folders = {make(name, 0.9) for name in "123"}
    opened = open_book()
    opened.click(1, Column.SHOWN)
    opened.said.clear()
    opened.view.selectAll()
    opened.key(Qt.Key.Key_Space)  # one is shown: now all are
    assert {said[2] for said in opened.said} == {True}
    assert len(opened.said) == 2
    opened.key(Qt.Key.Key_Space)
    assert {said[1] for said in opened.said[2:]} == folders
    assert {said[2] for said in opened.said[2:]} == {False}


def test_a_damaged_run_has_no_tick(open_book: OpenBook) -> None:
    (paths.runs() / "broken").mkdir(parents=True)
    opened = open_book()
    assert opened.index(0, Column.SHOWN).data(Role.CheckStateRole) is None
    opened.click(0, Column.SHOWN)
    opened.key(Qt.Key.Key_Space)
    assert opened.said == []


def test_runs_have_colours(open_book: OpenBook, make: Make, theme: Theme, count: Any) -> None:
    first, second = make("1", 0.9), make("2", 0.9)
    opened = open_book()
    assert [opened.panel.colour_of(folder) for folder in (first, second)] == list(ON_LIGHT[:2])
    assert count(opened.view, ON_LIGHT[0]) > 10
    theme.choose("dark")
    assert opened.panel.colour_of(first) == ON_DARK[0]
    assert count(opened.view, ON_DARK[0]) > 10
    assert count(opened.view, ON_LIGHT[0]) == 0


# names and notes


def test_a_name_is_changed_in_its_place(
    open_book: OpenBook, make: Make, stack: QUndoStack, qtbot: QtBot
) -> None:
    folder = Path(make("1", 0.9))
    opened = open_book()
    opened.click(0, Column.TIME)
    opened.key(Qt.Key.Key_F2)
    editor = opened.view.findChild(QLineEdit)
    QTest.keyClicks(editor, "Lena")
    with qtbot.waitSignal(opened.panel.refreshed):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert opened.column(Column.NAME) == ["Lena"]
    assert notes.read(folder).name == "Lena"
    assert opened.panel.name_of(str(folder)) == "Lena"
    assert ("networks_changed",) in opened.said
    with qtbot.waitSignal(opened.panel.refreshed):
        opened.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert opened.column(Column.NAME) == ["02 two conv layers"]
    assert notes.read(folder).name == ""
    with qtbot.waitSignal(opened.panel.refreshed):
        stack.redo()
    assert opened.column(Column.NAME) == ["Lena"]


def test_a_name_that_is_too_long_is_refused(open_book: OpenBook, make: Make, stack: QUndoStack) -> None:
    make("1", 0.9)
    opened = open_book()
    opened.view.edit(opened.index(0))
    editor = opened.view.findChild(QLineEdit)
    editor.setText("x" * 81)
    with opened.qtbot.waitSignal(opened.panel.refreshed):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert opened.column(Column.NAME) == ["02 two conv layers"]
    assert stack.count() == 0
    assert "81 letters" in next(said[1] for said in opened.said if said[0] == "failed")


def test_a_note_is_written_and_undone(
    open_book: OpenBook, make: Make, stack: QUndoStack, qtbot: QtBot
) -> None:
    folder = Path(make("1", 0.9))
    opened = open_book()
    opened.click(0)
    opened.press("note")
    dialog = opened.dialog("noteDialog")
    QTest.keyClicks(dialog.findChild(QPlainTextEdit), "for the report")
    opened.close(dialog, Save)
    assert notes.read(folder).note == "for the report"
    assert "for the report" in opened.index(0).data(Role.ToolTipRole)
    stack.undo()
    assert notes.read(folder).note == ""
    opened.press("note")
    dialog = opened.dialog("noteDialog")
    QTest.keyClicks(dialog.findChild(QPlainTextEdit), "nothing")
    opened.close(dialog, Cancel)
    assert notes.read(folder).note == ""


def test_a_note_has_an_end(open_book: OpenBook, make: Make) -> None:
    make("1", 0.9)
    opened = open_book()
    opened.click(0)
    opened.press("note")
    dialog = opened.dialog("noteDialog")
    save = dialog.findChild(QDialogButtonBox).button(Save)
    dialog.findChild(QPlainTextEdit).setPlainText("x" * 4001)
    assert not save.isEnabled()
    dialog.findChild(QPlainTextEdit).setPlainText("x" * 4000)
    assert save.isEnabled()
    opened.close(dialog, Cancel)


# going on


def test_what_can_be_done(open_book: OpenBook, make: Make) -> None:
    done, stopped = make("1", 0.9, 0.91), make("2", 0.9, network=False)
    (paths.runs() / "3").mkdir()
    opened = open_book()
    always = {"note", "folder", "delete"}
    assert opened.enabled() == set()
    opened.click(opened.row_of(done))
    assert opened.enabled() == always | {"more", "save"}
    opened.click(opened.row_of(stopped))
    assert opened.enabled() == always | {"continue", "more"}
    opened.click(opened.row_of(done), more=True)
    assert opened.enabled() == {"compare", "delete"}
    opened.click(0)  # the damaged one
    assert opened.enabled() == {"folder", "delete"}


def test_asks_to_go_on(open_book: OpenBook, make: Make) -> None:
    folder = make("1", 0.9)
    opened = open_book()
    opened.click(0)
    opened.press("continue")
    opened.press("more")
    assert opened.said == [("continue_requested", folder), ("one_more_requested", folder)]


def test_while_one_is_in_training(open_book: OpenBook, make: Make) -> None:
    other, running = make("1", 0.9), make("2", 0.9)
    opened = open_book(500)
    opened.panel.set_running(running)
    assert opened.column(Column.STATE) == ["in training", "stopped"]
    assert opened.said == []  # whoever trains shows its curves
    shown = opened.index(0, Column.SHOWN).data(Role.CheckStateRole)
    assert Qt.CheckState(shown) == Qt.CheckState.Checked
    opened.click(opened.row_of(running))
    assert opened.enabled() == {"more", "save", "note", "folder"}
    opened.click(opened.row_of(other))
    assert opened.enabled() == {"save", "note", "folder", "delete"}
    opened.panel.set_running(None)
    assert opened.enabled() == {"continue", "more", "save", "note", "folder", "delete"}
    assert opened.column(Column.STATE) == ["stopped", "stopped"]


def test_while_another_window_trains_one(open_book: OpenBook, make: Make) -> None:
    folder = make("1", 0.9)
    with lock.hold(Path(folder)):
        opened = open_book(500)
        assert opened.column(Column.STATE) == ["in training elsewhere"]
        opened.click(0)
        assert opened.enabled() == {"save", "note", "folder"}


# saving, comparing, opening


def test_saves_as_a_network(open_book: OpenBook, make: Make) -> None:
    make("1", 0.9)
    opened = open_book()
    opened.click(0)
    opened.press("save")
    dialog = opened.dialog("networkNameDialog")
    name = dialog.findChild(QLineEdit, "networkName")
    assert name.text() == "02 two conv layers"
    name.selectAll()
    QTest.keyClicks(name, "Lena")
    opened.close(dialog, Save)
    assert [entry.name for entry in library.saved()] == ["Lena", "1"]
    assert opened.said == [("networks_changed",)]


def test_names_of_networks_are_looked_at_while_typed(open_book: OpenBook, make: Make) -> None:
    book.save_network(Path(make("1", 0.9)), "mine")
    opened = open_book()
    opened.click(0)
    opened.press("save")
    dialog = opened.dialog("networkNameDialog")
    name, fault = dialog.findChild(QLineEdit, "networkName"), dialog.findChild(QLabel, "networkNameFault")
    save = dialog.findChild(QDialogButtonBox).button(Save)
    for text, can_save, word, said in (
        ("", False, "Save", "letters"),
        ("a/b", False, "Save", "/"),
        ("02-two-conv", False, "Save", "came with the program"),
        ("mine", True, "Replace", "already"),
        ("another", True, "Save", ""),
    ):
        name.setText(text)
        assert (save.isEnabled(), save.text()) == (can_save, word)
        assert said in fault.text()
        assert bool(said) == bool(fault.text())
    name.setText("mine")
    opened.close(dialog, Save)
    assert opened.said == [("networks_changed",)]


def test_a_network_that_cannot_be_saved_is_said(open_book: OpenBook, make: Make) -> None:
    folder = make("1", 0.9)
    opened = open_book()
    opened.click(0)
    opened.press("save")
    dialog = opened.dialog("networkNameDialog")
    (Path(folder) / "best.safetensors").unlink()
    opened.close(dialog, Save)
    assert [said[0] for said in opened.said] == ["failed"]


def test_compares(open_book: OpenBook, make: Make) -> None:
    first, second = make("1", 0.9), make("2", 0.95, epochs=5)
    opened = open_book()
    opened.view.selectAll()
    opened.press("compare")
    assert opened.said == [
        ("shown_changed", second, True),
        ("shown_changed", first, True),
        ("compare_requested", [second, first]),
    ]
    dialog = opened.dialog("compareDialog")
    opened.close(dialog, QDialogButtonBox.StandardButton.Close)


class Opener(QObject):
    """Takes the place of the desktop's programs."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.urls.append(url)


def test_opens_the_folder(open_book: OpenBook, make: Make) -> None:
    folder = make("a run 线", 0.9)
    opened = open_book()
    opened.click(0)
    opener = Opener()
    QDesktopServices.setUrlHandler("file", opener, "open")
    try:
        opened.press("folder")
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert [url.toLocalFile() for url in opener.urls] == [folder]


def test_a_desktop_that_opens_no_folders(
    open_book: OpenBook, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make("1", 0.9)
    opened = open_book()
    opened.click(0)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    opened.press("folder")
    assert folder in opened.said[0][1]


# deleting


@pytest.fixture(params=["desktop", "own"])
def trash_kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A desktop with a trash, which is one of this test's own, and one without."""
    (tmp_path / "xdg").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    if request.param == "own":
        monkeypatch.setattr(run_trash.QFile, "moveToTrash", lambda file: False)
    return str(request.param)


@pytest.mark.usefixtures("trash_kind")
def test_deletes_and_brings_back(open_book: OpenBook, make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    gone, kept = Path(make("1", 0.9)), Path(make("2", 0.8))
    content = {path.name: path.read_bytes() for path in gone.iterdir()}
    opened = open_book()
    colour = opened.panel.colour_of(str(gone))
    opened.panel.set_shown(str(gone), True)
    opened.said.clear()
    opened.click(opened.row_of(str(gone)))
    with qtbot.waitSignal(opened.panel.refreshed):
        opened.key(Qt.Key.Key_Delete)
    assert not gone.exists()
    assert kept.exists()
    assert opened.view.model().rowCount() == 1
    assert ("shown_changed", str(gone), False) in opened.said
    assert ("networks_changed",) in opened.said
    with qtbot.waitSignal(opened.panel.refreshed):
        opened.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert {path.name: path.read_bytes() for path in gone.iterdir()} == content
    assert opened.view.model().rowCount() == 2
    assert opened.panel.colour_of(str(gone)) == colour
    assert list((tmp_path / "xdg").rglob("*.trashinfo")) == []
    with qtbot.waitSignal(opened.panel.refreshed):
        opened.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not gone.exists()


@pytest.mark.usefixtures("trash_kind")
def test_deletes_several_at_once(open_book: OpenBook, make: Make, stack: QUndoStack, qtbot: QtBot) -> None:
    folders = [Path(make(name, 0.9)) for name in "123"]
    opened = open_book()
    opened.view.selectAll()
    with qtbot.waitSignal(opened.panel.refreshed):
        opened.press("delete")
    assert not any(folder.exists() for folder in folders)
    assert opened.panel.findChild(QLabel, "noRuns").isVisible()
    with qtbot.waitSignal(opened.panel.refreshed):
        stack.undo()
    assert all(folder.exists() for folder in folders)


@pytest.mark.usefixtures("trash_kind")
def test_what_began_meanwhile_is_not_deleted(open_book: OpenBook, make: Make, stack: QUndoStack) -> None:
    folder = Path(make("1", 0.9))
    opened = open_book()
    opened.click(0)
    with lock.hold(folder):
        opened.press("delete")
    assert folder.exists()
    assert "in training" in next(said[1] for said in opened.said if said[0] == "failed")
    assert stack.count() == 0


@pytest.mark.usefixtures("trash_kind")
def test_undo_that_cannot_be_says_so(open_book: OpenBook, make: Make, stack: QUndoStack) -> None:
    folder = Path(make("1", 0.9))
    opened = open_book()
    opened.click(0)
    opened.press("delete")
    make("1", 0.5)
    stack.undo()
    assert "there already" in next(said[1] for said in opened.said if said[0] == "failed")
    assert folder.exists()


@pytest.mark.usefixtures("trash_kind")
def test_undo_in_the_message_brings_a_run_back_ticked(
    open_book: OpenBook, make: Make, theme: Theme, qtbot: QtBot
) -> None:
    folder = make("1", 0.9)
    make("2", 0.8)
    opened = open_book()
    bar = MessageBar(theme)
    qtbot.addWidget(bar)
    opened.panel.told.connect(bar.say)
    opened.panel.set_shown(folder, True)
    opened.click(opened.row_of(folder))
    with qtbot.waitSignal(opened.panel.refreshed):
        opened.press("delete")
    assert not Path(folder).exists()
    opened.said.clear()
    with qtbot.waitSignal(opened.panel.refreshed):
        QTest.mouseClick(bar.findChild(QPushButton, "messageActionButton"), Qt.MouseButton.LeftButton)
    assert Path(folder).exists()
    assert ("shown_changed", folder, True) in opened.said
    ticks = opened.column(Column.SHOWN, Role.CheckStateRole)
    assert [Qt.CheckState(tick) for tick in ticks].count(Qt.CheckState.Checked) == 1
    assert Qt.CheckState(ticks[opened.row_of(folder)]) == Qt.CheckState.Checked


def test_colours_are_the_same_in_the_next_session(open_book: OpenBook, make: Make) -> None:
    first, second = make("1", 0.9), make("2", 0.8)
    before = open_book()
    colour = before.panel.colour_of(second)
    assert colour != before.panel.colour_of(first)
    shutil.rmtree(first)  # else its place alone would give it the same colour
    assert open_book().panel.colour_of(second) == colour

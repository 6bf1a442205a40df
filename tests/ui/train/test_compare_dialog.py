"""The comparison of runs: what it says, and what it copies."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from desktopcnn.networks import catalog
from desktopcnn.training import recipe
from desktopcnn.training.book import Row
from desktopcnn.training.digest import Digest
from desktopcnn.training.history import Epoch
from desktopcnn.training.run import Run
from desktopcnn.ui.train.compare_dialog import CompareDialog

Open = Callable[..., CompareDialog]


def row(name: str, validation: float, **settings: Any) -> Row:
    architecture = catalog.find("02-two-conv")
    made = recipe.find("quick", **settings)
    run = Run(Path(name), architecture, made, "mnist", "ab" * 32, 0, False)
    epochs = (Epoch(1, 10, 0.1, 0.9, 0.1, validation, 100.0, 1.0),)
    when = datetime(2026, 7, 31, 12, 5, tzinfo=UTC)
    return Row(
        Path(name), name, "", "stopped", when, architecture.title, made.name, validation, None, 100.0, 1,
        made.epochs, True, "", run, Digest(epochs),
    )  # fmt: skip


@pytest.fixture
def open_dialog(qtbot: QtBot) -> Open:
    def open_dialog(*rows: Row) -> CompareDialog:
        dialog = CompareDialog(None, rows, ["#3D61CB", "#DB6C11", "#19A674"][: len(rows)])
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.open()
        return dialog

    return open_dialog


def table(dialog: CompareDialog) -> QTableWidget:
    return dialog.findChild(QTableWidget, "compareTable")


def lines(dialog: CompareDialog) -> dict[str, list[str]]:
    cells = table(dialog)
    return {
        cells.verticalHeaderItem(row).text(): [
            cells.item(row, column).text() for column in range(cells.columnCount())
        ]
        for row in range(cells.rowCount())
    }


def test_says_what_differs(open_dialog: Open) -> None:
    dialog = open_dialog(row("a", 0.981), row("b", 0.9923, batch_size=1000, learning_rate=0.1))
    found = lines(dialog)
    assert found["best validation accuracy"] == ["98.10 %", "99.23 %"]
    assert found["its test accuracy"] == ["–", "–"]
    assert found["time trained"] == ["1:40", "1:40"]
    assert found["batch size"] == ["64", "1,000"]
    assert found["learning rate"] == ["0.003", "0.1"]
    assert "optimiser" not in found
    assert "every setting" in dialog.findChild(QLabel, "compareNote").text()


def test_the_best_outcome_is_bold(open_dialog: Open) -> None:
    cells = table(open_dialog(row("a", 0.981), row("b", 0.9923)))
    assert [cells.item(0, column).font().bold() for column in (0, 1)] == [False, True]


def test_equal_runs(open_dialog: Open) -> None:
    dialog = open_dialog(row("a", 0.98), row("b", 0.98))
    assert "are the same" in dialog.findChild(QLabel, "compareNote").text()
    cells = table(dialog)
    assert not cells.item(0, 0).font().bold()


def test_headings_have_name_and_colour(open_dialog: Open) -> None:
    cells = table(open_dialog(row("a", 0.9), row("b", 0.9), replace(row("c", 0.9), name="a")))
    texts = [cells.horizontalHeaderItem(column).text() for column in range(3)]
    assert texts[1] == "b"
    assert texts[0].startswith("a\n2026-07-31 ")  # two of that name: told apart by when
    assert texts[2].startswith("a\n2026-07-31 ")
    icon = cells.horizontalHeaderItem(1).icon()
    assert icon.pixmap(4).toImage().pixelColor(1, 1).name().upper() == "#DB6C11"


def test_copies_everything_by_its_button(open_dialog: Open) -> None:
    dialog = open_dialog(row("a", 0.981), row("b", 0.9923, epochs=7))
    QTest.mouseClick(dialog.findChild(QPushButton, "copyTableButton"), Qt.MouseButton.LeftButton)
    copied = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert copied[0] == ["", "a", "b"]
    assert copied[1] == ["best validation accuracy", "98.10 %", "99.23 %"]
    assert ["epochs", "3", "7"] in copied
    assert len(copied) == 1 + table(dialog).rowCount()


def test_copies_what_is_chosen_by_key(open_dialog: Open) -> None:
    dialog = open_dialog(row("a", 0.981), row("b", 0.9923))
    cells = table(dialog)
    cells.setFocus()
    cells.setCurrentCell(0, 1)
    QTest.keyClick(cells, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "\tb\nbest validation accuracy\t99.23 %"


def test_nothing_in_it_can_be_typed_over(open_dialog: Open) -> None:
    cells = table(open_dialog(row("a", 0.981), row("b", 0.9923)))
    cells.setCurrentCell(0, 0)
    QTest.keyClick(cells, Qt.Key.Key_F2)
    QTest.keyClicks(cells.viewport(), "5")
    assert cells.item(0, 0).text() == "98.10 %"

"""The costs of a network: the figures of the book, and the table in the clipboard."""

import csv
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktopcnn.ui.network.counting_model import Column, memory_text
from desktopcnn.ui.network.counting_view import CountingView
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme


@pytest.fixture
def view(session: Session, theme: Theme, show: Any) -> CountingView:
    session.choose_network("01-conv")
    view = CountingView(session, theme)
    show(view, 900, 360)
    return view


def row(view: CountingView, name: str) -> dict[Column, str]:
    model = view.table.model()
    for number in range(model.rowCount()):
        if model.index(number, Column.LAYER).data() == name:
            return {column: model.index(number, column).data() for column in Column}
    raise AssertionError(name)


def test_the_figures_of_the_book(view: CountingView, session: Session) -> None:
    conv = row(view, "conv1")
    assert conv[Column.FORMULA] == "20 × (5×5 + 1) = 520"
    assert (conv[Column.PARAMETERS], conv[Column.COST], conv[Column.FIELD]) == ("520", "288,000", "5×5")
    assert conv[Column.MEMORY] == "45.0 KiB"
    session.selection.choose_layer(0)
    compared = view.findChild(QLabel, "denseComparison").text()
    assert "784 × 30 + 30 = 23,550" in compared
    assert "45 times" in compared


def test_from_the_first_dense_layer_on_a_cell_sees_the_whole_image(view: CountingView) -> None:
    seen = {name: row(view, name)[Column.FIELD] for name in ("pool1", "flatten", "dense1", "softmax")}
    assert seen == {"pool1": "6×6", "flatten": "6×6", "dense1": "28×28", "softmax": "28×28"}


def test_the_sums_are_those_of_the_architecture(view: CountingView, session: Session) -> None:
    assert session.entry
    architecture = session.entry.card.architecture
    sums = row(view, "Sum")
    assert sums[Column.PARAMETERS] == f"{architecture.parameters:,}"
    assert sums[Column.COST] == f"{architecture.multiply_adds:,}"
    assert f"{architecture.parameters:,} parameters" in view.findChild(QLabel, "countingSums").text()


def test_rows_and_layers_are_chosen_together(view: CountingView, session: Session) -> None:
    view.table.selectRow(2)
    assert session.selection.layer == 2
    session.selection.choose_layer(1)
    assert [index.row() for index in view.table.selectionModel().selectedRows()] == [1]
    view.table.selectRow(view.table.model().rowCount() - 1)
    assert session.selection.layer == 1, "the sum is no layer"


def test_follows_the_network(view: CountingView, session: Session) -> None:
    session.choose_network("02-two-conv")
    assert row(view, "conv2")[Column.FORMULA] == "40 × (20 × 5×5 + 1) = 20,040"


def test_copies_the_table(view: CountingView, session: Session) -> None:
    view.findChild(QPushButton, "copyCountsButton").click()
    lines = QApplication.clipboard().text().splitlines()
    assert len(lines) == len(session.outline) + 2
    assert lines[1].startswith("conv1\tConvolution 5×5\t20×24×24\t20 × (5×5 + 1) = 520\t520\t")
    view.findChild(QPushButton, "copyCsvButton").click()
    rows = list(csv.DictReader(QApplication.clipboard().text().splitlines()))
    assert [row["layer"] for row in rows] == [stop.name for stop in session.outline]
    assert rows[0]["parameters"] == "520"
    assert rows[0]["bytes"] == str(20 * 24 * 24 * 4)
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("size", "text"), [(40, "40 B"), (2048, "2.0 KiB"), (3 << 20, "3.0 MiB"), (1023, "1023 B")]
)
def test_memory_reads_well(size: int, text: str) -> None:
    assert memory_text(size) == text

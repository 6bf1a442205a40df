"""The Network tab: one column for each layer, alive under the pen."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktopcnn.networks import library
from desktopcnn.ui.mosaic_view import MosaicView
from desktopcnn.ui.network.layer_column import LayerColumn
from desktopcnn.ui.network.layer_columns import LayerColumns
from desktopcnn.ui.network.layer_texts import shape_text
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme


@pytest.fixture
def panel(session: Session, theme: Theme, show: Any) -> LayerColumns:
    panel = LayerColumns(session, theme)
    show(panel, 980, 560)
    return panel


def columns(panel: LayerColumns) -> list[LayerColumn]:
    return sorted(panel.widget().findChildren(LayerColumn), key=LayerColumn.x)


def colours(panel: LayerColumns, pixels: Any) -> list[int]:
    """How many colours the maps of each column have, from left to right."""
    views = [column.findChild(MosaicView) for column in columns(panel)]
    return [len(np.unique(pixels(view).astype(int) @ (1 << 16, 1 << 8, 1))) for view in views]


def test_there_is_a_column_for_the_input_and_for_each_layer(panel: LayerColumns, session: Session) -> None:
    assert session.entry
    rows = session.entry.card.architecture.rows
    assert [column.objectName() for column in columns(panel)] == [
        "column-input",
        *(f"column-{row.name}" for row in rows),
        "column-softmax",
    ]
    for column, row in zip(columns(panel)[1:-1], rows, strict=True):
        words = {label.text() for label in column.findChildren(QLabel)}
        assert {row.name, shape_text(row.output_shape)} <= words
        if row.parameters:
            assert f"{row.parameters:,}\nparameters" in words
        assert row.name in column.toolTip()
        assert f"{row.multiply_adds:,}" in column.toolTip()


@pytest.mark.parametrize("entry", library.shipped(), ids=lambda entry: entry.name)
def test_every_shipped_network_is_painted_layer_by_layer(
    panel: LayerColumns, session: Session, answer: Any, pixels: Any, entry: library.Entry
) -> None:
    session.choose_network(entry.name)
    assert set(colours(panel, pixels)) == {1}
    session.answered.emit(answer(entry=entry))
    assert min(colours(panel, pixels)) > 5
    session.answered.emit(None)
    assert set(colours(panel, pixels)) == {1}


def test_another_network_has_other_columns(panel: LayerColumns, session: Session, qtbot: QtBot) -> None:
    for entry in session.entries:
        session.choose_network(entry.name)
        assert len(columns(panel)) == 1 + len(entry.card.architecture.rows) + 1


def test_an_answer_that_does_not_fit_is_not_painted(
    panel: LayerColumns, session: Session, answer: Any, pixels: Any
) -> None:
    one, other = session.entries[:2]
    session.choose_network(one.name)
    session.answered.emit(answer(entry=other))
    assert set(colours(panel, pixels)) == {1}


def test_follows_the_theme(
    panel: LayerColumns, session: Session, theme: Theme, answer: Any, count: Any
) -> None:
    session.answered.emit(answer(entry=session.entry))
    view = next(column.findChild(MosaicView) for column in columns(panel) if column.shape[0] > 1)
    light, dark = [], []
    for choice, counts in (("light", light), ("dark", dark)):
        theme.choose(choice)
        counts += [count(view, "#FFFFFF"), count(view, "#1B2129")]
    assert light[0] > light[1]
    assert dark[1] > dark[0]


@pytest.mark.usefixtures("no_networks")
def test_without_networks_it_says_what_to_do(session: Session, theme: Theme, show: Any) -> None:
    panel = LayerColumns(session, theme)
    show(panel)
    assert any("desktopcnn train" in label.text() for label in panel.findChildren(QLabel))


@pytest.mark.parametrize(("shape", "text"), [((20, 24, 24), "20×24×24"), ((10,), "10")])
def test_shapes_read_as_in_the_book(shape: tuple[int, ...], text: str) -> None:
    assert shape_text(shape) == text


def test_a_chosen_column_does_not_move_what_is_in_it(panel: LayerColumns, session: Session) -> None:
    def places() -> list[tuple[int, int, int, int]]:
        return [
            view.geometry().getRect() for column in columns(panel) for view in column.findChildren(QWidget)
        ]

    session.selection.choose_layer(0)
    before = places()
    for layer in range(-1, len(session.outline)):
        session.selection.choose_layer(layer)
        QApplication.processEvents()
        assert places() == before


def test_the_chosen_column_and_the_focus_can_be_seen(
    panel: LayerColumns, session: Session, theme: Theme, count: Any, pixels: Any
) -> None:
    chosen = columns(panel)[2]
    assert count(chosen, theme.colours.accent) == 0
    QTest.mousePress(chosen, Qt.MouseButton.LeftButton)
    assert session.selection.layer == 1
    assert count(chosen, theme.colours.accent) > 2 * chosen.height()
    panel.clearFocus()
    blurred = pixels(panel.widget())
    panel.setFocus()
    assert not np.array_equal(pixels(panel.widget()), blurred)


def test_the_keys_bring_far_columns_into_sight(panel: LayerColumns, session: Session) -> None:
    panel.resize(300, 400)
    panel.setFocus()
    for key, column in [(Qt.Key.Key_End, -1), (Qt.Key.Key_Home, 0)]:
        QTest.keyClick(panel, key)
        seen = columns(panel)[column].visibleRegion().boundingRect()
        assert seen.width() == columns(panel)[column].width()


def test_columns_out_of_sight_are_not_painted(panel: LayerColumns, session: Session, answer: Any) -> None:
    panel.resize(300, 400)
    session.selection.choose_layer(-1)
    QApplication.processEvents()
    session.answered.emit(answer(entry=session.entry))
    QApplication.processEvents()
    painted = [column.maps._image is not None for column in columns(panel)]
    assert painted[:3] == [True] * 3
    assert not any(painted[5:])


@pytest.mark.parametrize("name", ["00-dense", "01-conv"])
def test_what_was_flattened_looks_like_its_maps(panel: LayerColumns, session: Session, name: str) -> None:
    session.choose_network(name)
    flatten = next(stop for stop in session.outline if stop.kind == "flatten")
    column = next(column for column in columns(panel) if column.objectName() == "column-flatten")
    assert column.maps.columns % flatten.input_shape[2] == 0
    title = column.findChildren(QLabel)[0]
    assert 4 <= title.x() <= column.width() - title.width() - 4

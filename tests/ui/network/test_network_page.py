"""The Network tab as a whole: keyboard, enlarging, receptive fields on columns, canvas and frame."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QToolButton, QWidget

from desktopcnn.inspection.field import seen_by
from desktopcnn.inspection.outline import INPUT
from desktopcnn.ui.canvas import Canvas
from desktopcnn.ui.network.layer_column import LayerColumn
from desktopcnn.ui.network.maps.map_picture import MapPicture
from desktopcnn.ui.network.network_page import NetworkPage
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

RIGHT, DOWN, ESCAPE = Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Escape


@pytest.fixture
def page(session: Session, theme: Theme, show: Any) -> NetworkPage:
    session.choose_network("02-two-conv")
    page = NetworkPage(session, theme)
    show(page, 1000, 620)
    return page


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget
    return widget


def test_the_keyboard_alone_goes_from_layer_to_cell_and_back(
    page: NetworkPage, session: Session, answered: Any
) -> None:
    answered()
    page.columns.setFocus()
    QTest.keyClick(focus(), RIGHT)
    QTest.keyClick(focus(), RIGHT)
    assert session.selection.layer == 2
    QTest.keyClick(focus(), DOWN)
    assert isinstance(focus(), MapPicture)
    cell = session.selection.cell
    assert cell
    QTest.keyClick(focus(), RIGHT)
    assert session.selection.cell == (*cell[:2], cell[2] + 1)
    QTest.keyClick(focus(), ESCAPE)
    assert focus() is page.columns
    assert session.shown is session.drawn
    assert session.drawn.drawing, "Esc must not empty the canvas"
    QTest.keyClick(focus(), Qt.Key.Key_End)
    assert session.selection.layer == len(session.outline) - 1
    QTest.keyClick(focus(), Qt.Key.Key_Home)
    assert session.selection.layer == INPUT


def test_the_keys_work_before_there_is_an_answer(page: NetworkPage, session: Session) -> None:
    page.columns.setFocus()
    QTest.keyClick(focus(), DOWN)
    QTest.keyClick(focus(), RIGHT)
    assert session.selection.layer >= 0


def test_a_view_takes_the_whole_tab_and_esc_gives_it_back(page: NetworkPage, answered: Any) -> None:
    answered()
    names = ("kernelView", "featureMapView", "cellView")
    for name in names:
        QTest.mouseClick(page.findChild(QToolButton, f"{name}Enlarge"), Qt.MouseButton.LeftButton)
        assert [n for n in names if page.findChild(QWidget, n).isVisible()] == [name]
        assert not page.columns.isVisible()
        QTest.keyClick(page.findChild(QWidget, name), ESCAPE)
        assert [n for n in names if page.findChild(QWidget, n).isVisible()] == list(names)
        assert page.columns.isVisible()


def test_a_layer_without_weights_leaves_the_room_of_its_kernels(
    page: NetworkPage, session: Session, answered: Any
) -> None:
    answered()
    layers = [stop.name for stop in session.outline]
    kernels, maps = (page.findChild(QWidget, name) for name in ("kernelView", "featureMapView"))
    session.selection.choose_layer(layers.index("conv2"))
    before = kernels.width(), maps.width()
    for _ in range(2):
        session.selection.choose_layer(layers.index("pool1"))
        QApplication.processEvents()
        assert kernels.width() <= 140 < before[0]
        assert maps.width() > before[1] + 20
        QTest.mouseClick(page.findChild(QToolButton, "kernelViewEnlarge"), Qt.MouseButton.LeftButton)
        QApplication.processEvents()
        assert kernels.width() > 900
        QTest.keyClick(kernels, ESCAPE)
        QApplication.processEvents()
        assert kernels.width() <= 140
        session.selection.choose_layer(layers.index("conv2"))
        QApplication.processEvents()
        assert abs(kernels.width() - before[0]) <= 2
        assert abs(maps.width() - before[1]) <= 4


def test_the_tab_key_goes_from_the_columns_to_the_cell(page: NetworkPage, answered: Any) -> None:
    answered()
    page.columns.setFocus()
    reached = []
    for _ in range(40):
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
        views = [
            n
            for n in ("kernelView", "featureMapView", "cellView")
            if focus() in page.findChild(QWidget, n).findChildren(QWidget)
        ]
        reached += [name for name in views if name not in reached]
    assert reached == ["kernelView", "featureMapView", "cellView"]


def test_the_tab_key_goes_from_the_maps_of_another_layer_to_the_cell(
    page: NetworkPage, session: Session, answered: Any
) -> None:
    answered()
    cell = page.findChild(QWidget, "cellView")
    for layer in (2, 4, 1):
        session.selection.choose_layer(layer)
        page._go_down()
        assert isinstance(focus(), MapPicture)
        passed: list[str] = []
        while not cell.isAncestorOf(focus()) and len(passed) < 12:
            passed.append(focus().objectName())
            QTest.keyClick(focus(), Qt.Key.Key_Tab)
        assert cell.isAncestorOf(focus()), passed


def test_a_chosen_cell_is_followed_through_the_layers(page: NetworkPage, session: Session) -> None:
    selection, names = session.selection, [stop.name for stop in session.outline]
    selection.choose_layer(names.index("relu2"))
    _, height, width = selection.shape
    assert selection.cell == (0, height // 2, width // 2), "nobody chose one: the middle"
    selection.choose_layer(names.index("conv2"))
    selection.choose_cell((5, 1, 4))
    for name, cell in (("relu2", (5, 1, 4)), ("pool2", (5, 0, 2)), ("relu2", (5, 0, 4))):
        selection.choose_layer(names.index(name))
        assert selection.cell == cell
    selection.choose_layer(names.index("dense1"))
    assert selection.cell == (0,)


def boxed(page: NetworkPage) -> list[str]:
    """The columns that have a mark, from left to right."""
    columns = sorted(page.columns.widget().findChildren(LayerColumn), key=LayerColumn.x)
    return [column.objectName().removeprefix("column-") for column in columns if column.maps._marks]


def test_the_field_of_a_chosen_cell_is_drawn_on_the_layers_before_it(
    page: NetworkPage, session: Session, answered: Any
) -> None:
    answered()
    selection = session.selection
    selection.choose_layer([stop.name for stop in session.outline].index("pool2"))
    assert boxed(page) == [], "nobody chose that cell"
    selection.choose_cell((3, 1, 2))
    assert boxed(page) == ["input", "conv1", "relu1", "pool1", "conv2", "relu2", "pool2"]
    assert selection.seen(INPUT) == seen_by(session.outline, selection.layer, (3, 1, 2), INPUT)
    relu2 = page.columns.widget().findChild(LayerColumn, "column-relu2").maps._marks[0]
    assert (relu2.area, relu2.maps) == ((2, 4, 4, 6), (3,))
    selection.point_at((3, 0, 0))
    assert selection.seen(INPUT) == seen_by(session.outline, selection.layer, (3, 0, 0), INPUT)
    selection.point_at(None)
    button = page.findChild(QToolButton, "fieldButton")
    button.click()
    assert boxed(page) == []
    button.click()
    page.hide()
    assert boxed(page) == []


def test_the_field_is_drawn_on_the_canvas_but_not_under_the_pen(
    page: NetworkPage, session: Session, theme: Theme, answered: Any, show: Any, count: Any
) -> None:
    canvas = Canvas(session, theme)
    show(canvas, 280, 280)
    answer = answered()
    session.selection.choose_layer(0)
    accent = theme.colours.accent
    assert count(canvas, accent) == 0
    session.selection.choose_cell((0, 11, 9))
    assert count(canvas, accent) > 20
    place = answer.stages[-1].place
    assert place
    left, top, _, bottom = place.back(9, 11, 14, 16)
    image = canvas.grab().toImage()
    middle = int((top + bottom) / 2)
    assert image.pixelColor(round(left), middle).name() != image.pixelColor(round(left) + 4, middle).name()
    session.pen.down((20.0, 20.0))
    assert count(canvas, accent) == 0
    session.pen.up()


def test_what_was_counted_stands_below_the_columns(page: NetworkPage, session: Session) -> None:
    page._tabs.setCurrentIndex(1)
    assert page.findChild(QTableView, "countingTable").isVisible()
    page.columns.setFocus()
    QTest.keyClick(focus(), DOWN)
    assert focus().objectName() == "countingTable"

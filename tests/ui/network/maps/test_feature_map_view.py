"""The maps before and after the activation: what is painted, said, pointed at and walked over."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QToolButton

from desktopcnn.inspection.outline import INPUT
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.network.maps.feature_map_view import FeatureMapView
from desktopcnn.ui.network.maps.map_pane import MapPane
from desktopcnn.ui.network.maps.map_picture import LEAST_SIDE, MapPicture
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(session: Session, theme: Theme, show: Any) -> FeatureMapView:
    session.choose_network("02-two-conv")
    view = FeatureMapView(session, theme)
    show(view, 320, 360)
    return view


def layer(session: Session, name: str) -> int:
    return [stop.name for stop in session.outline].index(name)


def pictures(view: FeatureMapView) -> list[MapPicture]:
    QApplication.processEvents()  # what appeared is laid out first
    return [picture for picture in view.findChildren(MapPicture) if picture.isVisible()]


def said(view: FeatureMapView) -> str:
    return view.findChild(QLabel, "mapValue").text()


def at(picture: MapPicture, cell: tuple[int, ...]) -> QPoint:
    row, column = cell[1:] if len(cell) == 3 else (0, cell[0])
    return picture.area_box((row, column, row + 1, column + 1), cell[0]).center().toPoint()


def test_says_what_to_do_before_there_is_an_answer(view: FeatureMapView, answered: Any) -> None:
    assert not pictures(view)
    note = "Draw a digit to see what this layer computes."
    assert [label.text() for label in view.findChildren(QLabel) if label.isVisible()][1:] == [note]
    answered()
    assert len(pictures(view)) == 1
    assert not any(label.text() == note for label in view.findChildren(QLabel) if label.isVisible())
    view._session.answered.emit(None)
    assert not pictures(view)


def test_every_cell_of_every_layer_says_its_own_value(
    view: FeatureMapView, session: Session, answered: Callable[[], Answer]
) -> None:
    answer = answered()
    steps = answer.trace.steps
    for index, stop in enumerate(session.outline):
        session.selection.choose_layer(index)
        cell = tuple(size // 2 for size in stop.output_shape)
        session.selection.choose_cell(cell)
        names = [name for name in (stop.name,) if name]
        assert any(name in view.accessibleName() for name in names)
        values = said(view).split(": ")[-1].split(" → ")
        own = f"{abs(float(steps[index].output[cell])):.4f}"
        assert any(own in value or "·10" in value for value in values), (stop.name, said(view), own)
    session.selection.choose_layer(INPUT)
    session.selection.choose_cell((0, 9, 14))
    assert said(view) == f"map 0, row 9, column 14: {answer.trace.image[0, 9, 14]:.4f}"


def test_pointer_and_click_find_the_cell(view: FeatureMapView, session: Session, answered: Any) -> None:
    answer = answered()
    (picture,) = pictures(view)
    conv = answer.trace.steps[0].output
    for cell in [(0, 0, 0), (3, 4, 7), (19, 23, 23)]:
        QTest.mouseMove(picture, at(picture, cell))
        assert said(view).startswith("map {}, row {}, column {}: ".format(*cell))
        assert f"{abs(conv[cell]):.4f}" in said(view)
        QTest.mouseClick(picture, LEFT, pos=at(picture, cell))
        assert session.selection.cell == cell
        assert picture.accessibleDescription() == said(view)


def test_the_keys_walk_over_cells_and_maps(view: FeatureMapView, session: Session, answered: Any) -> None:
    answered()
    (picture,) = pictures(view)
    session.selection.choose_cell((3, 4, 7))
    walk = [
        (Qt.Key.Key_Right, (3, 4, 8)), (Qt.Key.Key_Down, (3, 5, 8)), (Qt.Key.Key_Left, (3, 5, 7)),
        (Qt.Key.Key_Up, (3, 4, 7)), (Qt.Key.Key_PageDown, (4, 4, 7)), (Qt.Key.Key_PageUp, (3, 4, 7)),
    ]  # fmt: skip
    for key, cell in walk:
        QTest.keyClick(picture, key)
        assert session.selection.cell == cell
    QTest.keyClick(picture, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert session.selection.cell == (3 + picture.columns, 4, 7)
    session.selection.choose_layer(layer(session, "dense1"))
    (picture,) = pictures(view)
    QTest.keyClick(picture, Qt.Key.Key_Down)
    assert session.selection.cell == (picture.columns,)


def test_of_pointer_and_keys_the_last_one_wins(view: FeatureMapView, session: Session, answered: Any) -> None:
    answered()
    (picture,) = pictures(view)
    session.selection.choose_cell((3, 4, 7))
    QTest.mouseMove(picture, at(picture, (9, 8, 8)))
    assert said(view).startswith("map 9, row 8, column 8: ")
    QTest.keyClick(picture, Qt.Key.Key_Right)
    assert said(view).startswith("map 3, row 4, column 8: ")
    QTest.mouseMove(picture, at(picture, (9, 8, 9)))
    assert said(view).startswith("map 9, row 8, column 9: ")
    session.selection.choose_cell((3, 0, 0))
    session.selection.point_at((9, 8, 8))
    QTest.keyClick(picture, Qt.Key.Key_Up)
    assert said(view).startswith("map 3, row 0, column 0: "), "at the edge too"


def test_the_zoom_is_mentioned_where_there_is_room(view: FeatureMapView, answered: Any) -> None:
    answered()
    hint = view.findChild(QLabel, "mapHint")
    assert not hint.isVisible()
    view.resize(440, 400)
    assert hint.isVisible()
    assert hint.text() == "Ctrl+wheel zooms"


def test_before_and_after_are_switched_or_stand_side_by_side(
    view: FeatureMapView, session: Session, answered: Any, show: Any
) -> None:
    answered()
    assert [picture.objectName() for picture in pictures(view)] == ["mapsBefore"]
    QTest.mouseClick(view.findChild(QToolButton, "mapsAfterButton"), LEFT)
    assert [picture.objectName() for picture in pictures(view)] == ["mapsAfter"]
    assert session.selection.layer == layer(session, "conv1")
    session.selection.choose_layer(layer(session, "conv2"))
    assert [picture.objectName() for picture in pictures(view)] == ["mapsBefore"]
    session.selection.choose_layer(layer(session, "relu2"))
    assert [picture.objectName() for picture in pictures(view)] == ["mapsAfter"]
    view.resize(900, 500)
    assert [picture.objectName() for picture in pictures(view)] == ["mapsBefore", "mapsAfter"]
    shown = {label.text() for label in view.findChildren(QLabel) if label.isVisible()}
    assert {"Before: conv2", "After: relu2"} <= shown
    session.selection.choose_layer(layer(session, "pool2"))
    assert [picture.objectName() for picture in pictures(view)] == ["mapsBefore"]
    assert not view.findChild(QToolButton, "mapsAfterButton").isVisible()


def test_values_below_zero_have_zero_in_the_middle(
    view: FeatureMapView, session: Session, theme: Theme, answered: Any, pixels: Any
) -> None:
    answer = answered()
    (picture,) = pictures(view)
    conv = answer.trace.steps[0].output
    low = tuple(int(i) for i in np.unravel_index(conv.argmin(), conv.shape))
    high = tuple(int(i) for i in np.unravel_index(conv.argmax(), conv.shape))
    session.selection.choose_cell((0, 0, 0))  # the mark shall not hide them
    painted = pixels(picture).astype(int)
    blue, red = (painted[at(picture, cell).y(), at(picture, cell).x()] for cell in (low, high))
    assert blue[2] > blue[0]
    assert red[0] > red[2]


def test_each_scale_says_its_ends(view: FeatureMapView, session: Session, answered: Any) -> None:
    answer = answered()
    pane = view.findChildren(MapPane)[0]
    scales = view.findChild(QComboBox, "mapScale")
    conv = answer.trace.steps[0].output
    session.selection.choose_cell((5, 3, 3))
    largest = max(abs(step.output).max() for step in answer.trace.steps)
    for per, end in [("layer", abs(conv).max()), ("map", abs(conv[5]).max()), ("network", largest)]:
        scales.setCurrentIndex(scales.findData(per))
        assert pane._scale
        assert pane._scale.of(5) == pytest.approx((-end, end))


def test_another_networks_answer_is_not_shown(view: FeatureMapView, session: Session, answered: Any) -> None:
    answered()
    session.choose_network("01-conv")
    assert not pictures(view)


def test_the_classes_stand_in_the_last_layers(view: FeatureMapView, session: Session, answered: Any) -> None:
    answered()
    session.selection.choose_layer(len(session.outline) - 1)
    session.selection.choose_cell((7,))
    assert said(view).startswith("class 7: ")
    (picture,) = pictures(view)
    assert list(picture.labels) == list("0123456789")


def test_many_maps_are_scrolled_rather_than_shrunk(theme: Theme, show: Any) -> None:
    pane = MapPane(theme, "many")
    show(pane, 300, 240)
    pane.set_layer("many", (512, 14, 14), None, ())
    assert pane.picture
    assert pane.picture.cell_side >= LEAST_SIDE - 1e-6
    assert pane.picture.height() > pane.area.viewport().height()
    pane.set_layer("few", (20, 24, 24), None, ())
    assert pane.picture.size() == pane.area.viewport().size()


def turn(picture: MapPicture, position: QPointF) -> None:
    """The wheel by one step, with Ctrl."""
    wheel = QWheelEvent(
        position, picture.mapToGlobal(position), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(picture, wheel)


@pytest.mark.parametrize(("maps", "cell"), [(4, (2, 11, 13)), (20, (2, 4, 6)), (20, (17, 20, 21))])
def test_the_wheel_enlarges_about_the_pointer(
    theme: Theme, show: Any, maps: int, cell: tuple[int, ...]
) -> None:
    pane = MapPane(theme, "maps")
    show(pane, 300, 240)
    pane.set_layer("maps", (maps, 24, 24), None, ())
    picture = pane.picture
    assert picture
    told: list[object] = []
    picture.pointed.connect(told.append)
    fitted, columns = picture.size(), picture.columns
    box = picture.area_box((cell[1], cell[2], cell[1] + 1, cell[2] + 1), cell[0])
    seen = QPointF(picture.mapTo(pane.area.viewport(), box.center()))
    for _ in range(4):
        turn(picture, QPointF(picture.mapFrom(pane.area.viewport(), seen)))
        assert picture.columns == columns, "the maps must not be laid out anew"
        assert told[-1] == cell, "what is said follows the picture"
    assert picture.width() > 2 * fitted.width()
    assert picture.cell_at(picture.mapFrom(pane.area.viewport(), seen)) == cell
    QTest.keyClick(picture, Qt.Key.Key_0)
    assert picture.size() == fitted


def test_a_cell_pointed_at_is_forgotten_with_its_layer(
    view: FeatureMapView, session: Session, answered: Any
) -> None:
    answered()
    for name in ("conv1", "dense1", "pool2", "flatten", "conv2", "softmax"):
        session.selection.choose_layer(layer(session, name))
        shape = session.selection.shape
        last = tuple(size - 1 for size in shape)
        session.selection.point_at(last)
        assert str(last[-1]) in said(view)
    session.selection.choose_layer(INPUT)
    assert said(view).startswith("map 0, row 14, column 14: ")


def test_networks_are_changed_at_every_layer(view: FeatureMapView, session: Session, answered: Any) -> None:
    names = ("lenet5-1998", "01-conv", "02-two-conv")
    for place in range(6):
        for name in names:
            session.choose_network(name)
            assert not pictures(view)
            answered()
            session.selection.choose_layer(place)
            session.selection.choose_cell(tuple(size - 1 for size in session.selection.shape))
            session.selection.point_at(session.selection.cell)
            assert str(session.selection.shape[-1] - 1) in said(view)

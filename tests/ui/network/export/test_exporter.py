"""Every view leaves the window as a picture and as numbers, the way a user does it."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from desktopcnn.ui.desk.desk import ConvolutionDesk
from desktopcnn.ui.network.cell.cell_view import CellView
from desktopcnn.ui.network.export.export_dialog import ExportDialog
from desktopcnn.ui.network.network_page import NetworkPage
from desktopcnn.ui.number_box import NumberBox
from desktopcnn.ui.palette import DARK, LIGHT
from desktopcnn.ui.session import Session
from desktopcnn.ui.settings import Settings
from desktopcnn.ui.theme import Theme

VIEWS = ("layerColumns", "kernelView", "featureMapView", "cellView", "countingView")
CLOSE = VIEWS[1:4]
LEFT = Qt.MouseButton.LeftButton
Answered = Callable[[], Any]


@pytest.fixture
def page(session: Session, theme: Theme, show: Any) -> NetworkPage:
    session.choose_network("02-two-conv")
    page = NetworkPage(session, theme)
    show(page, 1000, 620)
    return page


def button(page: Any, view: str) -> QToolButton:
    found = page.findChild(QToolButton, f"{view}Export")
    assert found
    return found


def ask(page: NetworkPage, view: str) -> ExportDialog:
    """Press the view's button, on its page."""
    page.findChild(object, "detailTabs").setCurrentIndex(int(view == "countingView"))
    QTest.mouseClick(button(page, view), LEFT)
    return dialog(page)


def dialog(owner: Any) -> ExportDialog:
    (found,) = [found for found in owner.findChildren(ExportDialog) if found.isVisible()]
    return found


def choose(dialog: ExportDialog, kind: str, width: int | None = None, of: int = 0) -> None:
    kinds = dialog.findChild(QComboBox, "exportKind")
    kinds.setCurrentIndex(kinds.findData(kind))
    assert kinds.currentData() == kind
    if width is not None:
        field = dialog.findChild(NumberBox, "exportWidth")
        field.selectAll()
        QTest.keyClicks(field, str(width))
    dialog.findChild(QComboBox, "exportNumbers").setCurrentIndex(of)
    QTest.mouseClick(dialog.findChild(QPushButton, "exportSave"), LEFT)


def save(owner: Any, path: Path) -> QFileDialog:
    """Answer the question for a file."""
    (files,) = [found for found in owner.findChildren(QFileDialog) if found.isVisible()]
    assert files.defaultSuffix() == path.suffix[1:]
    files.fileSelected.emit(str(path))
    files.close()
    return files


def export(
    page: NetworkPage, qtbot: QtBot, view: str, path: Path, width: int | None = None, of: int = 0
) -> None:
    choose(ask(page, view), path.suffix[1:], width, of)
    with qtbot.waitSignal(page.exporter.written, timeout=20_000) as written:
        save(page, path)
    assert written.args == [str(path)]


def colours(image: QImage) -> npt.NDArray[np.uint8]:
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3]


def has(pixels: npt.NDArray[np.uint8], colour: str, least: int = 20) -> bool:
    wanted = QColor(colour)
    near = np.abs(pixels.astype(int) - (wanted.red(), wanted.green(), wanted.blue())).max(2) <= 6
    return int(near.sum()) >= least


def painted(svg: Path) -> QImage:
    renderer = QSvgRenderer(str(svg))
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


# pictures


@pytest.mark.parametrize("view", VIEWS)
def test_a_picture_has_the_chosen_size_and_shows_the_view(
    page: NetworkPage, answered: Answered, qtbot: QtBot, tmp_path: Path, view: str
) -> None:
    answered()
    export(page, qtbot, view, tmp_path / "view.png", 700)
    image = QImage(str(tmp_path / "view.png"))
    assert image.width() == 700
    pixels = colours(image)
    assert has(pixels, LIGHT.card)
    assert has(pixels, LIGHT.chosen if view == "countingView" else LIGHT.accent)
    assert has(pixels, LIGHT.text)
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 50


@pytest.mark.parametrize("view", VIEWS)
def test_a_drawing_shows_what_the_picture_shows(
    page: NetworkPage, answered: Answered, qtbot: QtBot, tmp_path: Path, view: str
) -> None:
    answered()
    QCoreApplication.processEvents()  # the views find their places
    for kind in ("png", "svg"):
        export(page, qtbot, view, tmp_path / f"視図 1.{kind}", 1000)
    drawing = tmp_path / "視図 1.svg"
    root = ElementTree.parse(drawing).getroot()
    assert root.get("width") == "1000"
    assert len(list(root.iter("{http://www.w3.org/2000/svg}text"))) > 2
    image, wanted = painted(drawing), QImage(str(tmp_path / "視図 1.png"))
    assert image.size() == wanted.size()
    differences = np.abs(colours(image).astype(int) - colours(wanted)).max(2)
    assert (differences > 60).mean() < 0.06  # letters are placed a little differently


def test_a_picture_is_dark_where_the_window_is(
    page: NetworkPage, answered: Answered, theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    answered()
    theme.choose("dark")
    export(page, qtbot, "cellView", tmp_path / "cell.png")
    pixels = colours(QImage(str(tmp_path / "cell.png")))
    assert has(pixels, DARK.card, 1000)
    assert not has(pixels, LIGHT.card, 1000)


def test_kernels_out_of_sight_are_in_the_picture(
    page: NetworkPage, session: Session, answered: Answered, qtbot: QtBot, tmp_path: Path
) -> None:
    answered()
    session.selection.choose_layer(3)  # 40 maps of 20 channels
    export(page, qtbot, "kernelView", tmp_path / "kernels.svg")
    texts = [text.text for text in ElementTree.parse(tmp_path / "kernels.svg").iter() if text.text]
    assert {"0", "38", "18"} <= {text.strip() for text in texts}


def test_a_picture_is_twice_as_large_as_it_is_seen(page: NetworkPage, answered: Answered) -> None:
    answered()
    asked = ask(page, "cellView")
    seen = page.findChild(CellView, "cellView").exported()
    assert seen
    assert asked.findChild(NumberBox, "exportWidth").value() == 2 * seen.picture.size.width()
    height = asked.findChild(QLabel, "exportHeight").text()
    assert str(2 * seen.picture.size.height()) in height
    asked.reject()


# numbers


def test_kernels_are_an_array(
    page: NetworkPage, session: Session, answered: Answered, qtbot: QtBot, tmp_path: Path
) -> None:
    answer = answered()
    session.selection.choose_layer(3)
    export(page, qtbot, "kernelView", tmp_path / "kernels.npy")
    read = np.load(tmp_path / "kernels.npy", allow_pickle=False)
    assert read.shape == (40, 20, 5, 5)
    np.testing.assert_array_equal(read, answer.anatomy["conv2"].weights["weight"])


def test_kernels_that_do_not_exist_are_nan(
    page: NetworkPage, session: Session, answered: Answered, qtbot: QtBot, tmp_path: Path
) -> None:
    session.choose_network("lenet5-1998")
    answer = answered()
    names = [stop.name for stop in session.outline]
    session.selection.choose_layer(names.index("conv2"))
    export(page, qtbot, "kernelView", tmp_path / "kernels.npy")
    read = np.load(tmp_path / "kernels.npy", allow_pickle=False)
    there = [tuple(np.flatnonzero(~np.isnan(maps).all((1, 2)))) for maps in read]
    assert there == list(answer.anatomy["conv2"].connections)


@pytest.mark.parametrize(("of", "name"), [(0, "conv1"), (1, "relu1")])
def test_maps_before_and_after_their_activation_are_arrays(
    page: NetworkPage, answered: Answered, qtbot: QtBot, tmp_path: Path, of: int, name: str
) -> None:
    answer = answered()
    export(page, qtbot, "featureMapView", tmp_path / "maps.npy", of=of)
    export(page, qtbot, "featureMapView", tmp_path / "maps.csv", of=of)
    (layer,) = [step for step in answer.trace.steps if step.name == name]
    np.testing.assert_array_equal(np.load(tmp_path / "maps.npy", allow_pickle=False), layer.output)
    with (tmp_path / "maps.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == layer.output.size
    for row in rows[::97]:
        assert np.float32(row["value"]) == layer.output[int(row["map"]), int(row["row"]), int(row["column"])]


def test_a_vector_is_an_array_of_units(
    page: NetworkPage, session: Session, answered: Answered, qtbot: QtBot, tmp_path: Path
) -> None:
    answer = answered()
    session.selection.choose_layer(len(session.outline) - 1)
    export(page, qtbot, "featureMapView", tmp_path / "softmax.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "softmax.npy"), answer.trace.probabilities)


def test_the_cell_is_a_table_of_its_arithmetic(
    page: NetworkPage, session: Session, answered: Answered, qtbot: QtBot, tmp_path: Path
) -> None:
    answer = answered()
    session.selection.choose_cell((3, 10, 11))
    export(page, qtbot, "cellView", tmp_path / "cell.csv")
    with (tmp_path / "cell.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {row["quantity"]: float(row["value"]) for row in rows}
    products = [float(row["value"]) for row in rows if row["quantity"] == "product"]
    assert len(products) == 25
    assert sum(products) + numbers["bias"] == pytest.approx(numbers["result"])
    assert numbers["computed"] == pytest.approx(float(answer.trace.steps[0].output[3, 10, 11]))


def test_the_whole_network_is_one_table_or_an_array_of_a_layer(
    page: NetworkPage, answered: Answered, qtbot: QtBot, tmp_path: Path
) -> None:
    answer = answered()
    export(page, qtbot, "layerColumns", tmp_path / "network.csv")
    with (tmp_path / "network.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    outputs = {step.name: step.output for step in answer.trace.steps}
    assert len(rows) == answer.trace.image.size + sum(output.size for output in outputs.values())
    last = [float(row["value"]) for row in rows if row["layer"] == "softmax"]
    np.testing.assert_array_equal(np.float32(last), answer.trace.probabilities)
    export(page, qtbot, "layerColumns", tmp_path / "image.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "image.npy"), answer.trace.image)


def test_the_costs_are_a_table(page: NetworkPage, session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    export(page, qtbot, "countingView", tmp_path / "costs.csv")
    with (tmp_path / "costs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["layer"] for row in rows] == [stop.name for stop in session.outline]
    assert rows[0]["parameters"] == "520"


# what is asked


def test_only_kinds_that_the_view_has_are_offered(page: NetworkPage, answered: Answered) -> None:
    answered()
    asked = ask(page, "cellView")
    view, kinds = asked.findChild(QComboBox, "exportView"), asked.findChild(QComboBox, "exportKind")
    assert view.count() == 4
    assert [kinds.itemData(at) for at in range(kinds.count())] == ["png", "svg", "csv"]
    kinds.setCurrentIndex(1)
    view.setCurrentIndex(1)
    assert view.currentText() == "Kernels of conv1"
    assert [kinds.itemData(at) for at in range(kinds.count())] == ["png", "svg", "csv", "npy"]
    assert kinds.currentData() == "svg", "what was chosen stays"
    assert not asked.findChild(QComboBox, "exportNumbers").isVisible()
    view.setCurrentIndex(2)
    kinds.setCurrentIndex(3)
    assert asked.findChild(QComboBox, "exportNumbers").isVisible()
    assert not asked.findChild(NumberBox, "exportWidth").isVisible()
    asked.reject()


@pytest.mark.parametrize("typed", ["", "x", "0", "15", "-5", "99999999", "3.5"])
def test_a_size_that_is_none_is_one_sentence(page: NetworkPage, answered: Answered, typed: str) -> None:
    answered()
    asked = ask(page, "cellView")
    field, complaint = asked.findChild(NumberBox, "exportWidth"), asked.findChild(QLabel, "exportComplaint")
    assert not complaint.isVisible()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, typed)
    assert complaint.isVisible()
    assert complaint.text().count(".") >= 1
    assert not asked.findChild(QPushButton, "exportSave").isEnabled()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert asked.isVisible()
    field.set_value(500)
    assert not complaint.isVisible()
    assert asked.findChild(QPushButton, "exportSave").isEnabled()
    asked.reject()


def test_without_a_drawing_only_what_needs_none_can_be_exported(
    page: NetworkPage, session: Session, answered: Answered, qtbot: QtBot
) -> None:
    for view in ("featureMapView", "cellView"):
        assert not button(page, view).isEnabled()
        assert "Draw a digit" in button(page, view).toolTip()
    answered()
    assert all(button(page, view).isEnabled() for view in CLOSE)
    session._take_answer(None)
    assert [button(page, view).isEnabled() for view in CLOSE] == [True, False, False]
    asked = ask(page, "kernelView")
    offered = asked.findChild(QComboBox, "exportView")
    texts = [offered.itemText(at) for at in range(offered.count())]
    assert texts == ["Whole network", "Kernels of conv1"]
    asked.reject()


def test_the_menu_begins_with_the_view_that_has_the_focus(page: NetworkPage, answered: Answered) -> None:
    answered()
    for view, title in (("layerColumns", "Whole network"), ("kernelPicture", "Kernels of conv1")):
        page.findChild(object, view).setFocus()
        page.exporter.ask(None)
        asked = dialog(page)
        assert asked.findChild(QComboBox, "exportView").currentText() == title
        asked.reject()


def test_every_widget_of_the_dialog_has_names_and_a_tip(page: NetworkPage, answered: Answered) -> None:
    answered()
    asked = ask(page, "featureMapView")
    for name in ("exportView", "exportKind", "exportNumbers", "exportWidth"):
        (widget,) = [found for found in asked.findChildren(object, name) if hasattr(found, "toolTip")]
        assert widget.accessibleName()
        assert widget.toolTip()
    asked.reject()
    for view in VIEWS:
        assert button(page, view).accessibleName()
        assert button(page, view).toolTip()


# files


def test_the_folder_is_remembered(
    page: NetworkPage, answered: Answered, qtbot: QtBot, tmp_path: Path
) -> None:
    answered()
    folder = tmp_path / "my pictures"
    folder.mkdir()
    export(page, qtbot, "cellView", folder / "cell.svg")
    assert Settings().text("export_folder") == str(folder)
    choose(ask(page, "cellView"), "svg")
    (files,) = [found for found in page.findChildren(QFileDialog) if found.isVisible()]
    assert files.directory().path() == str(folder)
    assert files.selectedFiles() == [str(folder / "cell-conv1-map-0-12-12.svg")]
    files.close()


@pytest.mark.parametrize("kind", ["png", "svg", "csv", "npy"])
def test_a_place_that_cannot_be_written_is_one_sentence(
    page: NetworkPage, session: Session, answered: Answered, qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    answered()
    (tmp_path / "file").write_text("kept")
    path = tmp_path / "file" / f"kernels.{kind}"
    choose(ask(page, "kernelView"), kind)
    with qtbot.waitSignal(session.failed, timeout=20_000) as failed:
        save(page, path)
    (text,) = failed.args or ("",)
    assert text.startswith(f"{path} cannot be written: ")
    assert text.endswith(".")
    assert "\n" not in text
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.parametrize("kind", ["png", "svg", "npy"])
def test_a_full_disk_leaves_the_older_file(
    page: NetworkPage, session: Session, answered: Answered, qtbot: QtBot, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, kind: str,
) -> None:  # fmt: skip
    answered()
    path = tmp_path / f"kernels.{kind}"
    path.write_text("older")

    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    choose(ask(page, "kernelView"), kind)
    monkeypatch.setattr("os.fsync", full)
    with qtbot.waitSignal(session.failed, timeout=20_000) as failed:
        save(page, path)
    assert failed.args == [f"{path} cannot be written: No space left on device."]
    assert path.read_text() == "older"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_what_has_gone_meanwhile_is_one_sentence(
    page: NetworkPage, session: Session, answered: Answered, qtbot: QtBot, tmp_path: Path
) -> None:
    answered()
    choose(ask(page, "cellView"), "png")
    session._take_answer(None)
    with qtbot.waitSignal(session.failed) as failed:
        save(page, tmp_path / "cell.png")
    assert failed.args == ["What was to be exported is not there any more."]
    assert not list(tmp_path.iterdir())


# copying


def test_the_view_with_the_focus_is_copied(page: NetworkPage, answered: Answered, qtbot: QtBot) -> None:
    answered()
    sizes = {}
    for view, part in (("layerColumns", "layerColumns"), ("cellView", "cellPicture")):
        page.findChild(object, part).setFocus()
        assert QApplication.focusWidget()
        with qtbot.waitSignal(page.exporter.copied):
            page.exporter.copy()
        image = QGuiApplication.clipboard().image()
        sizes[view] = image.size()
        assert has(colours(image), LIGHT.accent)
    assert sizes["layerColumns"] != sizes["cellView"]


def test_nothing_to_copy_is_one_sentence(
    page: NetworkPage, session: Session, qtbot: QtBot, answered: Answered
) -> None:
    page.findChild(object, "cellPicture").setFocus()
    with qtbot.waitSignal(session.failed) as failed:
        page.exporter.copy()
    assert failed.args == ["There is nothing to copy yet."]


# the convolution desk


def test_the_desk_is_exported_too(theme: Theme, show: Any, qtbot: QtBot, tmp_path: Path) -> None:
    desk = ConvolutionDesk(theme)
    show(desk, 1100, 700)
    for path in (tmp_path / "desk.png", tmp_path / "desk.npy"):
        QTest.mouseClick(desk.findChild(QToolButton, "deskExportButton"), LEFT)
        choose(dialog(desk), path.suffix[1:])
        with qtbot.waitSignal(desk.exporter.written, timeout=20_000):
            save(desk, path)
    assert len(np.unique(colours(QImage(str(tmp_path / "desk.png"))).reshape(-1, 3), axis=0)) > 50
    np.testing.assert_allclose(np.load(tmp_path / "desk.npy"), desk.state.desk.output)
    desk.activateWindow()
    qtbot.waitUntil(desk.isActiveWindow)
    QGuiApplication.clipboard().clear()
    QTest.keyClick(
        desk, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert QGuiApplication.clipboard().image().width() > 1100

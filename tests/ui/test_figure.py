"""A figure is painted anew at its size, as pixels and as a drawing that shows the same."""

from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel

from desktopcnn.ui import figure
from desktopcnn.ui.figure import Figure
from desktopcnn.ui.mosaic_view import GREYS, MosaicView, indexed_image
from desktopcnn.ui.table_figure import table_figure
from desktopcnn.ui.theme import Theme

Rgb = npt.NDArray[np.uint8]
pytestmark = pytest.mark.usefixtures("qapp")


def rgb(image: QImage) -> Rgb:
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3]


def rendered(svg: bytes) -> QImage:
    renderer = QSvgRenderer(QByteArray(svg))
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def square(colour: str, side: int = 10) -> Figure:
    return Figure(QSize(side, side), lambda painter: painter.fillRect(0, 0, side, side, QColor(colour)))


@pytest.fixture
def checks() -> Figure:
    """A picture of 2 x 2 pixels, enlarged to 40 x 40."""
    image = indexed_image(np.array([[0, 255], [255, 0]], np.uint8), GREYS)
    return Figure(QSize(40, 40), lambda painter: painter.drawImage(QRect(0, 0, 40, 40), image))


@pytest.mark.parametrize("width", [30, 31, 300])
def test_the_size_is_the_chosen_one_and_the_height_follows(width: int) -> None:
    wide = figure.beside([square("red", 40), square("blue", 20)], gap=0)
    assert (wide.size.width(), wide.size.height()) == (60, 40)
    assert wide.height_at(width) == round(width * 40 / 60)
    image = figure.to_image(wide, width)
    assert (image.width(), image.height()) == (width, round(width * 40 / 60))
    assert image.pixelColor(0, image.height() - 1) == QColor("red"), "to the last row"
    root = ElementTree.fromstring(figure.to_svg(wide, width, "a title"))
    assert (root.get("width"), root.get("height")) == (str(width), str(round(width * 40 / 60)))
    assert root.findtext("{*}title") == "a title"


def test_parts_lie_below_each_other_and_side_by_side() -> None:
    whole = figure.framed(figure.stacked([square("red"), square("blue")], gap=4), "#00ff00")
    image = figure.to_image(whole, whole.size.width())
    margin = figure.MARGIN
    assert image.pixelColor(0, 0) == image.pixelColor(margin, margin + 12) == QColor("#00ff00")
    assert image.pixelColor(margin, margin) == QColor("red")
    assert image.pixelColor(margin + 9, margin + 23) == QColor("blue")
    assert image.height() == 24 + 2 * margin


def test_pixels_of_a_mosaic_stay_squares(checks: Figure) -> None:
    for image in (figure.to_image(checks, 80), rendered(figure.to_svg(checks, 80, ""))):
        pixels = rgb(image)
        assert (pixels[:38, :38] == 0).all()
        assert (pixels[:38, 42:] == 255).all()
        assert (pixels[42:, :38] == 255).all()


def test_images_of_a_drawing_are_crisp_in_every_program(checks: Figure) -> None:
    root = ElementTree.fromstring(figure.to_svg(checks, 80, ""))
    (image,) = root.iter("{http://www.w3.org/2000/svg}image")
    assert image.get("style") == "image-rendering: pixelated"
    data = image.get("{http://www.w3.org/1999/xlink}href") or ""
    inside = QImage.fromData(QByteArray.fromBase64(data.partition(",")[2].encode()))
    assert inside.width() == 2 * figure.MOST_TIMES


def test_letters_are_drawn_at_the_size_of_the_picture() -> None:
    words = figure.of_text("Kernels of conv1", QFont(), "#000000")
    small, large = rgb(figure.to_image(words, words.size.width())), rgb(figure.to_image(words, 2000))
    assert (small < 128).any()
    grey = ((large > 60) & (large < 200)).mean()
    assert grey < 0.05, "an enlarged picture would be grey at all edges"
    svg = figure.to_svg(words, 2000, "").decode()
    assert "Kernels of conv1" in svg
    assert ", sans-serif" in svg


def test_long_texts_are_broken() -> None:
    text = "many words " * 20
    assert figure.of_text(text, QFont(), "#000000", 200).size.width() <= 200
    assert figure.of_text(text, QFont(), "#000000").size.width() > 200


def test_a_widget_is_painted_at_its_place(show: Callable[..., None]) -> None:
    label = QLabel("shown")
    show(label, 100, 40)
    both = figure.stacked([square("red", 10), figure.of_widget(label)], gap=0)
    pixels = rgb(figure.to_image(both, 200))
    assert pixels.shape[:2] == (100, 200)
    assert (pixels[20:, 20:] < 128).any()


def test_a_mosaic_that_was_thinned_for_the_screen_has_all_its_cells(
    show: Callable[..., None], theme: Theme
) -> None:
    view = MosaicView((1, 200, 200), GREYS)
    values = np.zeros((1, 200, 200), np.float32)
    values[0, ::2] = 1  # lines that the screen cannot show
    view.set_values(values)
    show(view, 50, 50)
    view.grab()
    pixels = rgb(figure.to_image(figure.of_widget(view), 400))
    column = pixels[:, 200, 0]
    assert (column[::4] >= 254).all()
    assert (column[2::4] == 0).all()
    assert (rgb(view.grab().toImage())[..., 0] >= 254).all(), "and the screen has its own again"


def test_what_is_too_large_is_known() -> None:
    flat, tall = Figure(QSize(1000, 10), square("red").paint), Figure(QSize(10, 1000), square("red").paint)
    assert flat.widest == figure.WIDEST
    assert tall.height_at(tall.widest) <= figure.WIDEST
    even = square("red")
    assert even.widest * even.height_at(even.widest) <= figure.MOST_PIXELS
    assert figure.default_width(even) == 20
    assert figure.default_width(square("red", 4)) == figure.NARROWEST


def test_a_table_shows_its_rows_and_the_chosen_one(theme: Theme) -> None:
    rows = [["Layer", "Parameters"], ["conv1", "520"], ["Sum", "520"]]
    table = table_figure(rows, [1], QFont(), theme.colours, 1)
    image = figure.to_image(figure.framed(table, theme.colours.card), 400)
    chosen = (rgb(image) == rgb(_one(theme.colours.chosen))[0, 0]).all(2)
    assert 0.1 < chosen.mean() < 0.4
    svg = figure.to_svg(table, 400, "").decode()
    assert svg.count(">520<") == 2
    assert "conv1" in svg


def _one(colour: str) -> QImage:
    image = QImage(1, 1, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image

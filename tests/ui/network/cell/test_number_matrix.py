"""A matrix, by what is painted."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from desktopcnn.ui.network.cell.cell_items import Matrix, Place, Scale
from desktopcnn.ui.network.cell.cell_numbers import digits
from desktopcnn.ui.network.cell.number_matrix import MatrixPainter, fit
from desktopcnn.ui.theme import Theme

Paint = Callable[..., Any]


@pytest.fixture
def paint(theme: Theme) -> Paint:
    def paint(values: Any, side: float, lit: Place | None = None, **fields: Any) -> Any:
        """(height, width, 3) of a matrix with cells of that side."""
        values = np.array(values, float)
        rows, columns = values.shape
        matrix = Matrix(
            QRectF(4, 4, columns * side, rows * side),
            values,
            Scale("diverging", -1, 1),
            lambda *_: "",
            **fields,
        )
        image = QImage(int(columns * side) + 8, int(rows * side) + 8, QImage.Format.Format_RGBA8888)
        image.fill(QColor(theme.colours.card))
        painter = QPainter(image)
        tables = {"sequential": theme.sequential(), "diverging": theme.diverging()}
        MatrixPainter(theme.colours, tables).paint(painter, matrix, lit)
        painter.end()
        return np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3]

    return paint


def colours(painted: Any, place: Place, side: int) -> int:
    """How many colours a cell has without its edge."""
    top, left = 4 + place[0] * side + 2, 4 + place[1] * side + 2
    cell = painted[top : top + side - 4, left : left + side - 4].reshape(-1, 3)
    return len(np.unique(cell, axis=0))


def test_numbers_appear_where_there_is_room(paint: Paint) -> None:
    values = [[0.5, -0.25], [0.75, 0.1]]
    assert colours(paint(values, 30), (0, 1), 30) > 3
    assert colours(paint(values, 22), (1, 0), 22) > 3
    assert colours(paint(values, 10), (0, 1), 10) == 1


def test_figures_are_light_on_dark_and_dark_on_light(paint: Paint) -> None:
    painted = paint([[-1.0, 0.0, 1.0]], 32).astype(int).sum(2)
    cells = [painted[6:34, 6 + 32 * place : 32 * (place + 1)] for place in range(3)]
    for cell, darker in zip(cells, (False, True, False), strict=True):
        ground = np.median(cell)
        assert (cell.min() < ground - 150) == darker
        assert (cell.max() > ground + 150) == (not darker)


def test_what_lies_in_the_padding_is_pale(paint: Paint, theme: Theme) -> None:
    painted = paint([[0.0, 0.5]], 24, inside=np.array([[False, True]]))
    track = QColor(theme.colours.track).getRgb()[:3]
    assert tuple(painted[7, 7]) == track
    assert tuple(painted[7, 24 + 8]) != track
    assert colours(painted, (0, 0), 24) > 2, "a zero is written there"


def test_the_lit_and_the_marked_cell_are_framed(paint: Paint, theme: Theme) -> None:
    accent = QColor(theme.colours.accent).getRgb()[:3]

    def framed(painted: Any) -> int:
        return int((painted == accent).all(-1).sum())

    values = [[0.1, 0.2], [0.3, 0.4]]
    assert framed(paint(values, 24)) == 0
    assert framed(paint(values, 24, lit=(1, 0))) > 100
    assert framed(paint(values, 24, marked=(0, 1))) > 100
    assert framed(paint(values, 24, lit=(5, 0))) == 0, "a place of a larger kernel"


def test_what_is_no_number_has_no_figures(paint: Paint) -> None:
    assert colours(paint([[np.nan, 0.5]], 30), (0, 0), 30) == 1


def test_the_writing_gets_shorter_before_it_goes(qapp: object) -> None:
    family = QFont().family()
    written = digits(np.array([0.5]))
    sizes = [fit(written, 0.5, True, side, side, family) for side in (40, 30, 22, 12)]
    assert sizes[0]
    assert sizes[2]
    assert not sizes[0].short
    assert sizes[2].short
    assert sizes[0].size > sizes[2].size
    assert sizes[3] is None
    fewer = fit(digits(np.array([1.5])), 1.5, True, 22, 22, family)
    assert fewer
    assert fewer.digits.decimals == 1


def wcag(colour: Any) -> float:
    """The relative luminance that WCAG 2 defines."""
    parts = np.asarray(colour) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def test_figures_are_legible_on_every_colour(paint: Paint) -> None:
    for value in np.linspace(-0.99, 0.99, 45):
        cell = paint([[value]], 50)[6:52, 6:52].reshape(-1, 3)
        ground = wcag(cell[0])
        figure = max(
            (wcag(pixel) for pixel in np.unique(cell, axis=0)), key=lambda other: abs(other - ground)
        )
        low, high = sorted((ground, figure))
        assert (high + 0.05) / (low + 0.05) >= 4.5, value

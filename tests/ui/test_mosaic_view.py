"""Many maps in one picture, and a frame in grey, by what is painted."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from desktopcnn.ui.frame_view import FrameView
from desktopcnn.ui.mosaic_view import Mark, MosaicView, grey_image, indexed_image
from desktopcnn.ui.theme import Theme

RAMP = [0xFF000000 | grey << 16 | grey << 8 | grey for grey in range(255)] + [0xFFFF0000]
"""Grey for the values, red for the gaps."""


@pytest.fixture
def view(show: Any) -> MosaicView:
    view = MosaicView((4, 6, 6), RAMP)
    show(view, 130, 130)  # 2 x 2 maps of 6 cells and a gap: 13 cells of 10 pixels
    return view


def test_paints_nothing_without_values(view: MosaicView, pixels: Any) -> None:
    assert len(np.unique(pixels(view).reshape(-1, 3), axis=0)) == 1


def test_every_cell_is_painted_at_its_place_in_its_colour(view: MosaicView, pixels: Any) -> None:
    values = np.random.default_rng(0).permutation(144).reshape(4, 6, 6).astype(np.float32)
    view.set_values(values)
    painted = pixels(view)
    centres = np.arange(6) * 10 + 5
    for number, (down, right) in enumerate([(0, 0), (0, 70), (70, 0), (70, 70)]):
        cells = painted[np.ix_(down + centres, right + centres)]
        assert (cells[..., 0] == cells[..., 1]).all()
        assert np.abs(cells[..., 0] - values[number] / 143 * 254).max() <= 1, number
    assert (painted[65, :60] == (255, 0, 0)).all()
    assert (painted[:60, 65] == (255, 0, 0)).all()


def test_new_values_and_new_colours_are_painted(view: MosaicView, pixels: Any) -> None:
    values = np.zeros((4, 6, 6), np.float32)
    values[0, 0, 0] = 1
    view.set_values(values)
    first = pixels(view)
    view.set_values(values[::-1].copy())
    assert not np.array_equal(pixels(view), first)
    view.set_values(values)
    assert np.array_equal(pixels(view), first)
    view.set_table(RAMP[254::-1] + RAMP[255:])
    assert (pixels(view)[5, 5] == 0).all()
    view.set_values(None)
    assert len(np.unique(pixels(view).reshape(-1, 3), axis=0)) == 1


def test_arranges_the_maps_anew_when_its_shape_changes(view: MosaicView, pixels: Any) -> None:
    view.set_values(np.ones((4, 6, 6), np.float32))
    pixels(view)
    view.resize(60, 270)
    painted = pixels(view)
    assert (painted[5 * 9, 5] == painted[20, 20]).all()
    gaps = (painted == (255, 0, 0)).all(-1)
    assert gaps[:, 5].sum() > 10, "gaps between maps that lie below one another"
    assert gaps[5].sum() == 0


@pytest.mark.parametrize("values", [np.full(100, 0.5), np.full(100, np.nan), np.full(100, np.inf)])
def test_a_vector_that_says_nothing_is_painted_all_the_same(show: Any, pixels: Any, values: Any) -> None:
    view = MosaicView((100,), RAMP)
    show(view, 100, 100)
    view.set_values(values.astype(np.float32))
    assert pixels(view).size


def test_the_theme_gives_256_colours(theme: Theme) -> None:
    assert len(theme.sequential()) == len(theme.diverging()) == 256


@pytest.mark.parametrize("shape", [(3, 5), (1, 1), (28, 28)])
def test_an_image_does_not_share_the_memory_of_its_array(shape: tuple[int, int]) -> None:
    indices = np.full(shape, 7, np.uint8)
    image = indexed_image(indices, RAMP)
    indices[:] = 200
    assert (image.width(), image.height()) == shape[::-1]
    assert image.pixelIndex(shape[1] - 1, shape[0] - 1) == 7


def test_ink_is_white() -> None:
    image = grey_image(np.array([[0, 0.5, 1]], np.float32))
    assert [image.pixelColor(x, 0).red() for x in range(3)] == pytest.approx([0, 128, 255], abs=1)


def test_a_frame_is_painted_and_taken_away(show: Any, pixels: Any) -> None:
    view = FrameView(56, "what the network sees")
    show(view, 56, 56)
    frame = np.zeros((28, 28), np.float32)
    frame[3, 9] = 1
    view.set_frame(frame)
    painted = pixels(view)
    assert (painted[6:8, 18:20] == 255).all()
    assert painted.sum() == 4 * 3 * 255
    view.set_frame(None)
    assert not pixels(view).any()


def test_cells_are_found_where_they_are_painted(view: MosaicView) -> None:
    for cell in [(0, 0, 0), (1, 2, 5), (3, 5, 5)]:
        _, row, column = cell
        box = view.area_box((row, column, row + 1, column + 1), cell[0])
        assert view.cell_at(box.center()) == cell
        assert view.from_cells(view.in_cells(box.center())) == box.center()
    assert view.cell_at(QPointF(65, 5)) is None


def test_a_mark_is_a_box_on_the_maps_it_names(view: MosaicView, pixels: Any) -> None:
    view.set_values(np.zeros((4, 6, 6), np.float32))
    free = pixels(view)
    view.set_marks([Mark((1, 1, 4, 5), (2,), "#0000FF", "#00FF00")])
    changed = (pixels(view) != free).any(-1)
    assert changed[70:].any()
    assert not changed[:65].any()
    assert not changed[:, 66:].any()
    assert not changed[80 + 10, 25], "its inside is free"
    view.set_marks([Mark((1, 1, 4, 5), None, "#0000FF", "#00FF00")])
    changed = (pixels(view) != free).any(-1)
    assert all(changed[down : down + 60, right : right + 60].any() for down in (0, 70) for right in (0, 70))
    view.set_marks([])
    assert np.array_equal(pixels(view), free)


def test_signed_values_have_the_other_colours(show: Any, pixels: Any) -> None:
    view = MosaicView((1, 1, 2), RAMP, signed=RAMP[254::-1] + RAMP[255:])
    show(view, 80, 40)
    view.set_values(np.array([[[-1, 0]]], np.float32))
    assert (pixels(view)[5, 5] == 254).all()
    view.set_values(np.array([[[1, 0]]], np.float32))
    assert (pixels(view)[5, 5] == 254).all()
    assert (pixels(view)[5, 60] == 0).all()


def test_more_cells_than_pixels_are_thinned(show: Any, pixels: Any) -> None:
    view = MosaicView((4, 300, 300), RAMP)
    show(view, 80, 80)
    values = np.zeros((4, 300, 300), np.float32)
    values[3] = 1
    view.set_values(values)
    painted = pixels(view)
    assert (painted[60, 60] == 254).all()
    assert not painted[20, 20].any()
    assert view.cell_at(QPointF(60, 60)) is not None

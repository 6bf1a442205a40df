"""The arrangement of the desk's grids: that nothing overlaps, and that it uses the room."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize

from desktopcnn.ui.desk.desk_layout import LEAST_KERNEL_SIDE, SMALLEST_SIDE, Key, Places, arrange

CAPTION = 15


def laid(
    channels: int, maps: int, pooled: bool, room: QSize, image: int = 5, kernel: int = 3
) -> tuple[Places, QRect]:
    def size_of(key: Key, side: int) -> QSize:
        cells = {"input": image, "kernel": kernel, "bias": 1, "output": image - kernel + 1, "pooled": 1}[
            key[0]
        ]
        return QSize(max(cells * side, 40), cells * side + CAPTION)

    places = arrange(channels, maps, pooled, room, size_of)
    whole = QRect()
    for area in places.areas.values():
        whole = whole.united(area)
    return places, whole


@given(
    st.integers(1, 3), st.integers(1, 2), st.booleans(), st.integers(500, 1600), st.integers(400, 1000),
    st.integers(3, 17),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_every_grid_has_a_place_of_its_own_in_the_room(
    channels: int, maps: int, pooled: bool, width: int, height: int, image: int
) -> None:
    places, whole = laid(channels, maps, pooled, QSize(width, height), image)
    assert len(places.areas) == channels * (1 + maps) + maps * (2 + pooled)
    assert not any(one.intersects(other) for one, other in combinations(places.areas.values(), 2))
    if places.side > SMALLEST_SIDE:
        assert QRect(0, 0, width, height).contains(whole)


def test_more_room_makes_cells_no_smaller() -> None:
    sides = [laid(3, 2, True, QSize(500 + 50 * i, 400 + 30 * i), 11)[0].side for i in range(20)]
    assert sides == sorted(sides)
    assert sides[0] < sides[-1]


@pytest.mark.parametrize(("maps", "kernel"), [(1, 5), (2, 3)])
def test_kernels_stay_legible_beside_a_picture(maps: int, kernel: int) -> None:
    places, _ = laid(1, maps, False, QSize(690, 490), 28, kernel)
    assert places.side_of(("input", 0, 0)) < LEAST_KERNEL_SIDE == places.side_of(("kernel", 0, 0))


def test_where_nothing_fits_the_smallest_cells_are_taken() -> None:
    assert laid(3, 2, True, QSize(50, 50), 17)[0].side == SMALLEST_SIDE

"""Windows, and what shapes are refused for."""

import pytest

from desktopcnn.errors import NetworkError
from desktopcnn.networks.shapes import MAX_WINDOW, Window, check_vector, check_window, sizes_of_maps


def test_window_counts_like_a_ruler() -> None:
    assert Window(kernel=3, dilation=2).extent == 5
    assert Window(5).output_size(28) == 24
    assert Window(5).output_size(4) == 0
    assert Window(3, stride=2, padding=1).slide((7, 10, 9), 4) == (4, 5, 5)


def test_maps_are_told_from_vectors() -> None:
    assert sizes_of_maps((3, 4, 5)) == (3, 4, 5)
    with pytest.raises(NetworkError, match="takes maps and gets a vector of 12 values"):
        sizes_of_maps((12,))
    check_vector((12,))
    with pytest.raises(NetworkError, match="takes a vector and gets maps"):
        check_vector((3, 4, 5))


def test_the_largest_window_is_allowed() -> None:
    check_window(Window(MAX_WINDOW))
    for window in (Window(MAX_WINDOW + 1), Window(padding=MAX_WINDOW + 1)):
        with pytest.raises(NetworkError, match="too large"):
            check_window(window)

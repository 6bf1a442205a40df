"""A data set keeps pictures and labels together."""

import numpy as np
import pytest

from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.errors import DataError


def part(number: int, first: int = 0) -> Part:
    images = np.arange(first, first + number * 6, dtype=np.uint8).reshape(number, 1, 2, 3)
    return Part(images, np.arange(number, dtype=np.uint8))


def dataset(test: Part) -> Dataset:
    return Dataset("small", "Small", ("a", "b"), part(4), part(3), test)


def test_every_image_needs_a_label() -> None:
    images = np.zeros((3, 1, 2, 3), np.uint8)
    with pytest.raises(DataError, match="3 images and 2 labels"):
        Part(images, np.zeros(2, np.uint8))


def test_a_slice_takes_images_with_their_labels() -> None:
    cut = part(5)[1:3]
    assert len(cut) == 2
    assert cut.labels.tolist() == [1, 2]
    np.testing.assert_array_equal(cut.images, part(5).images[1:3])


def test_the_shape_is_that_of_one_picture() -> None:
    assert dataset(part(2)).shape == (1, 2, 3)


def test_the_checksum_depends_on_every_pixel_and_label() -> None:
    known = dataset(part(2)).checksum()
    assert known == dataset(part(2)).checksum()
    images = part(2).images.copy()
    images[1, 0, 1, 2] += 1
    assert dataset(Part(images, part(2).labels)).checksum() != known
    labels = part(2).labels[::-1]
    assert dataset(Part(part(2).images, labels)).checksum() != known


def test_the_checksum_does_not_depend_on_how_the_values_lie_in_memory() -> None:
    scattered = Part(np.asfortranarray(part(2).images), part(2).labels)
    assert dataset(scattered).checksum() == dataset(part(2)).checksum()

"""MNIST is the published one, split as in the book."""

import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest

from desktopcnn import paths
from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset
from desktopcnn.errors import DataError, UsageError


@pytest.fixture(scope="module")
def mnist() -> Dataset:
    return catalog.load("mnist")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Links to the published files, to be replaced one by one."""
    for name in catalog.MNIST_FILES:
        source = paths.shipped("resources") / "mnist" / name
        (tmp_path / name).symlink_to(source)
    return tmp_path


def replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_mnist_has_the_parts_of_the_book(mnist: Dataset) -> None:
    assert [len(part) for part in (mnist.train, mnist.validation, mnist.test)] == [50_000, 10_000, 10_000]
    assert mnist.shape == (1, 28, 28)
    assert mnist.classes == tuple("0123456789")
    assert mnist.train.images.dtype == np.uint8
    assert mnist.test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert mnist.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.validation.labels.max() == 9


def test_the_test_digits_alone_are_the_same(mnist: Dataset) -> None:
    test = catalog.load_mnist_test()
    np.testing.assert_array_equal(test.images, mnist.test.images)
    np.testing.assert_array_equal(test.labels, mnist.test.labels)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'mnits'.*mnist"):
        catalog.load("mnits")


def test_a_changed_label_is_found(folder: Path) -> None:
    path = folder / "t10k-labels-idx1-ubyte.gz"
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[100] ^= 1
    replace(path, gzip.compress(bytes(content)))
    with pytest.raises(DataError, match=r"t10k-labels.*checksum"):
        catalog.load_mnist_test(folder)


def test_a_missing_or_cut_file_is_named(folder: Path) -> None:
    path = folder / "t10k-labels-idx1-ubyte.gz"
    replace(path, path.read_bytes()[:2000])
    with pytest.raises(DataError, match="t10k-labels"):
        catalog.load_mnist_test(folder)
    path.unlink()
    with pytest.raises(DataError, match="t10k-labels"):
        catalog.load_mnist_test(folder)


def test_an_unpacked_file_is_still_the_published_one(folder: Path) -> None:
    plain = folder / "plain"
    plain.mkdir()
    for name in catalog.MNIST_FILES:
        with gzip.open(folder / name) as packed, (plain / name).open("wb") as file:
            shutil.copyfileobj(packed, file)
    assert len(catalog.load_mnist_test(plain)) == 10_000

"""MNIST is the published one, split as in the book."""

import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from desktopcnn import paths
from desktopcnn.data import catalog, nondigits, pens, strokes
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


PEN_DIGITS = [
    {"label": label, "writer": writer, "strokes": [[[0, 0], [label * 3, 40], [10 + writer, 60]]]}
    for writer in (1, 2, 3)
    for label in range(10)
]


@pytest.fixture
def pen_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Thirty digits by three writers, of which the third is held out; fewer drawings of each than usual."""
    monkeypatch.setattr(catalog, "OTHERS_EACH", 1)
    path = tmp_path / "pens.jsonl"
    path.write_text("\n".join(map(json.dumps, PEN_DIGITS)))
    return path


def test_pens_and_others_are_learnt_beside_mnist(mnist: Dataset, pen_file: Path) -> None:
    both = catalog.load("mnist+pen", pen_file)
    others = len(nondigits.TRAINING)
    assert len(both.train) == 50_000 + catalog.PEN_VARIANTS * 30 + others
    np.testing.assert_array_equal(both.train.images[:50_000], mnist.train.images)
    assert both.train.labels[50_000:-others].tolist() == [
        digit["label"] for digit in PEN_DIGITS for _ in range(catalog.PEN_VARIANTS)
    ]
    assert both.train.labels[-others:].tolist() == [10] * others
    assert both.others
    assert not mnist.others
    assert both.classes == mnist.classes
    for part in ("validation", "test"):
        np.testing.assert_array_equal(getattr(both, part).images, getattr(mnist, part).images)
    assert "10.24432/C5MG6K" in both.credits
    assert both.checksum() == catalog.load("mnist+pen", pen_file).checksum() != mnist.checksum()


def test_held_out_writers_are_validated_and_not_learnt(mnist: Dataset, pen_file: Path) -> None:
    chosen = catalog.load("mnist+pen20", pen_file)
    assert len(chosen.train) == 50_000 + catalog.PEN_VARIANTS * 20 + len(nondigits.TRAINING)
    assert len(chosen.validation) == 10_010
    assert chosen.validation.labels[10_000:].tolist() == list(range(10))
    third = [record for record in strokes.read(pen_file) if record.writer == 3]
    np.testing.assert_array_equal(chosen.validation.images[10_000:], pens.real(third).images)
    np.testing.assert_array_equal(chosen.test.images, mnist.test.images)


def test_pens_without_a_file_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "user_data", lambda: tmp_path)
    with pytest.raises(DataError, match="no pen strokes in"):
        catalog.load("mnist+pen")
    with pytest.raises(DataError, match=r"none\.jsonl cannot be read"):
        catalog.load("mnist+pen", tmp_path / "none.jsonl")
    with pytest.raises(UsageError, match="mnist is not made of pen strokes: leave out --strokes"):
        catalog.load("mnist", tmp_path / "none.jsonl")

"""The data sets that can be asked for by name."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktopcnn import paths
from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.data.idx import read_idx
from desktopcnn.errors import DataError, UsageError

DIGITS = tuple("0123456789")

MNIST_FILES = {
    # published MD5 sums of the uncompressed files
    "train-images-idx3-ubyte.gz": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte.gz": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte.gz": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte.gz": "27ae3e4e09519cfbb04c329615203637",
}
MNIST_VALIDATION = 10_000
"""The last images of the training files, kept for validation as in the book."""


def load(name: str) -> Dataset:
    """The data set of that name. Raises `UsageError` for an unknown name, `DataError` for broken files."""
    try:
        loader = CATALOG[name]
    except KeyError:
        known = ", ".join(CATALOG)
        raise UsageError(f"There is no data set called {name!r}. Known: {known}.") from None
    return loader()


def load_mnist(folder: Path | None = None) -> Dataset:
    """MNIST: 50,000 digits to train on, 10,000 for validation, 10,000 to test on, each 1x28x28.

    The bytes are compared with the published checksums. Takes under a second and 60 MB.
    """
    folder = folder or paths.shipped("resources") / "mnist"
    images, labels, test_images, test_labels = (
        _read_checked(folder / name, md5) for name, md5 in MNIST_FILES.items()
    )
    known = Part(images[:, None], labels)
    return Dataset(
        name="mnist",
        title="MNIST",
        classes=DIGITS,
        train=known[:-MNIST_VALIDATION],
        validation=known[-MNIST_VALIDATION:],
        test=Part(test_images[:, None], test_labels),
    )


def load_mnist_test(folder: Path | None = None) -> Part:
    """Only the 10,000 test digits of MNIST: what a window shows, at a sixth of the cost of all."""
    folder = folder or paths.shipped("resources") / "mnist"
    images, labels = (
        _read_checked(folder / name, md5) for name, md5 in MNIST_FILES.items() if name.startswith("t10k")
    )
    return Part(images[:, None], labels)


def _read_checked(path: Path, md5: str) -> npt.NDArray[np.uint8]:
    array = np.asarray(read_idx(path), np.uint8)
    header = b"\0\0\x08" + bytes([array.ndim]) + np.asarray(array.shape, ">u4").tobytes()
    digest = hashlib.md5(header, usedforsecurity=False)
    digest.update(array.data)
    if digest.hexdigest() != md5:
        raise DataError(f"{path} is not the published MNIST file (its checksum differs). Reinstall it.")
    return array


CATALOG: dict[str, Callable[[], Dataset]] = {"mnist": load_mnist}

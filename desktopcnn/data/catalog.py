"""The data sets that can be asked for by name."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktopcnn import paths
from desktopcnn.data import nondigits, pens
from desktopcnn.data import strokes as pen_strokes
from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.data.idx import read_idx
from desktopcnn.data.strokes import Record
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


def load(name: str, strokes: Path | None = None) -> Dataset:
    """The data set of that name. Raises `UsageError` for an unknown name, `DataError` for broken files.

    strokes: the file of pen strokes for those that are made of one; by default the user's
    (`strokes.place`).
    """
    try:
        loader = CATALOG[name]
    except KeyError:
        known = ", ".join(CATALOG)
        raise UsageError(f"There is no data set called {name!r}. Known: {known}.") from None
    if strokes is None:
        return loader()
    if name not in WITH_STROKES:
        raise UsageError(f"The data set {name} is not made of pen strokes: leave out --strokes.")
    return WITH_STROKES[name](strokes)


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


def load_mnist_and_pens(strokes: Path | None = None, *, held_out: bool = False) -> Dataset:
    """MNIST and drawings by real pens to train on, with some drawings of what is no digit.

    Pens are about a third of the digits. Validation and test are those of MNIST; held_out: a third of the
    writers is for validation as well, by which one chooses, and not for training. Takes about a minute.
    """
    mnist = load_mnist()
    records = pen_strokes.read(strokes or pen_strokes.place())
    learnt = [record for record in records if not (held_out and is_held_out(record))]
    digits = pens.varied(learnt, PEN_VARIANTS, PEN_SEED)
    others = nondigits.images(nondigits.TRAINING, OTHERS_EACH, PEN_SEED, learnt)
    validation = mnist.validation
    if held_out:
        validation = _together(validation, pens.real(record for record in records if is_held_out(record)))
    return Dataset(
        name="mnist+pen20" if held_out else "mnist+pen",
        title="MNIST and pens, ten writers held out" if held_out else "MNIST and pens",
        classes=DIGITS,
        train=_together(mnist.train, digits, Part(others, np.full(len(others), len(DIGITS), np.uint8))),
        validation=validation,
        test=mnist.test,
        credits=CREDITS,
    )


def is_held_out(record: Record) -> bool:
    """Whether its writer is one of those kept for choosing: every third."""
    return record.writer % 3 == 0


def _together(*parts: Part) -> Part:
    return Part(
        np.concatenate([part.images for part in parts]), np.concatenate([part.labels for part in parts])
    )


CREDITS = (
    "MNIST by Y. LeCun, C. Cortes and C. J. C. Burges (CC BY-SA 3.0); Pen-Based Recognition of Handwritten "
    "Digits by E. Alpaydin and F. Alimoglu, 1998, UCI Machine Learning Repository, doi 10.24432/C5MG6K "
    "(CC BY 4.0), redrawn and bent."
)
PEN_VARIANTS = 4
"""How often each drawing is there, each time bent in another way and with another pen."""
OTHERS_EACH = 200
"""Drawings of every kind that is no digit."""
PEN_SEED = 1998

WITH_STROKES: dict[str, Callable[[Path | None], Dataset]] = {
    "mnist+pen": load_mnist_and_pens,
    "mnist+pen20": partial(load_mnist_and_pens, held_out=True),
}
CATALOG: dict[str, Callable[[], Dataset]] = {
    "mnist": load_mnist,
    **{name: partial(loader, None) for name, loader in WITH_STROKES.items()},
}

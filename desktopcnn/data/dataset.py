"""A labelled set of pictures in memory, in three parts."""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktopcnn.errors import DataError

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Part:
    """Pictures and their classes.

    images: (number, channels, height, width), 0 (no ink) to 255; labels: (number,), index of the class.
    """

    images: Images
    labels: Labels

    def __post_init__(self) -> None:
        if len(self.images) != len(self.labels):
            raise DataError(
                f"There are {len(self.images):,} images and {len(self.labels):,} labels; "
                "every image needs exactly one label."
            )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, span: slice) -> "Part":
        return Part(self.images[span], self.labels[span])


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set: what a network learns from, is chosen on, and is judged on.

    Pictures to learn from may belong to no class: their label is the number of classes (`others`).
    credits: whose data it is, where its licence wants that said.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    train: Part
    validation: Part
    test: Part
    credits: str = ""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of every picture."""
        channels, height, width = self.train.images.shape[1:]
        return channels, height, width

    @property
    def others(self) -> bool:
        """Whether some of the pictures to learn from belong to no class."""
        return bool(self.train.labels.max(initial=0) >= len(self.classes))

    def checksum(self) -> str:
        """SHA-256 over every picture and label, as hexadecimal digits: what a run writes down."""
        digest = hashlib.sha256()
        for part in (self.train, self.validation, self.test):
            digest.update(np.ascontiguousarray(part.images).data)
            digest.update(np.ascontiguousarray(part.labels).data)
        return digest.hexdigest()

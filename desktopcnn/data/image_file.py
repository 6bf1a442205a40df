"""From a picture, in a file or in memory, to its brightness at a size that is quick to work on."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from desktopcnn.errors import DataError

Brightness = npt.NDArray[np.float32]
"""(height, width), 0 is black and 1 is white."""

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
"""Only these decoders are let loose on a file that we know nothing about."""
MAX_PIXELS = 64_000_000
"""Above the pictures of ordinary cameras (50 million), under what fills a quarter of a gigabyte."""
WORK_SIDE = 1000
"""Longest side of the pictures that are worked on; larger ones are reduced when they are read."""
ORIENTATION = 0x0112
"""The EXIF tag that says which way up the camera was held."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
TWELVE_BITS, SIXTEEN_BITS = 2.0**12 - 1, 2.0**16 - 1
ONE_COLOUR = 0.1
"""Standard deviation of brightness up to which the opaque part of a picture counts as one colour."""


def read_brightness(path: Path) -> Brightness:
    """The picture in that file (the first, if it moves), the right way up.

    Its longest side is at most 1000 pixels. Raises `DataError` with the path for anything that is not
    a whole PNG, JPEG, BMP, GIF or WebP picture of at most 64 million pixels.
    """
    with _decoding(str(path)), path.open("rb") as file:
        if not file.read(1):
            raise DataError(f"{path} is empty (0 bytes). Fetch it again or choose another picture.")
        file.seek(0)
        with Image.open(file, formats=FORMATS) as image:
            return _brightness(image, str(path))


def to_brightness(image: Image.Image, name: str) -> Brightness:
    """The same for a picture in memory, from the clipboard for instance; `name` is for messages."""
    with _decoding(name):
        return _brightness(image, name)


@contextmanager
def _decoding(name: str) -> Iterator[None]:
    """Whatever the decoders raise or warn of becomes one sentence that names the picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the bomb guard is ours, and the rest is about metadata
            yield
    except DataError:
        raise
    except UnidentifiedImageError as error:
        raise DataError(f"{name} is not a picture that can be read (PNG, JPEG, BMP, GIF or WebP).") from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise DataError(f"{name} is too large to be read. Reduce the picture first.") from error
    except OSError as error:
        # with an error number it is the system that speaks, without one a decoder
        reason = error.strerror or f"the picture is damaged or cut off ({error})"
        raise DataError(f"{name} cannot be read: {reason.rstrip('.')}.") from error
    except Exception as error:  # decoders meet damaged files with all sorts of exceptions
        raise DataError(f"{name} cannot be read: the picture is damaged ({error}).") from error


def _brightness(image: Image.Image, name: str) -> Brightness:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise DataError(
            f"{name} has {width:,} x {height:,} pixels; at most {MAX_PIXELS // 10**6} million are "
            "read. Reduce the picture first."
        )
    if not width * height:
        raise DataError(f"{name} has no pixels.")
    fits = WORK_SIDE / max(width, height)
    image.draft("L", (round(fits * width), round(fits * height)))  # JPEG is decoded at that size or twice it
    orientation = image.getexif().get(ORIENTATION, 1)
    image.load()
    values = _flattened(image) if image.has_transparency_data else _grey(image)
    turn = TURNS.get(orientation)
    if turn is not None:
        values = np.asarray(Image.fromarray(values).transpose(turn))
    return values


def _grey(image: Image.Image) -> Brightness:
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        values = np.nan_to_num(np.asarray(image, np.float32))
        low, high = float(values.min()), float(values.max())
        if image.mode.startswith("I;16"):  # of twelve bits, in many scanners and cameras
            low, high = 0.0, TWELVE_BITS if high <= TWELVE_BITS else SIXTEEN_BITS
        return np.asarray(_reduced(Image.fromarray((values - low) / max(high - low, 1e-9))), np.float32)
    return np.asarray(_reduced(image.convert("L")), np.float32) / np.float32(255)


def _flattened(image: Image.Image) -> Brightness:
    """Transparency filled so that the ink stays visible.

    What is opaque is ink when it has one colour or covers less than half; then the paper becomes
    black or white, whatever is further from it. Otherwise the holes get the colour of the rest.
    """
    if image.mode not in ("RGBA", "LA"):
        image = image.convert("RGBA")
    pixels = np.asarray(_reduced(image).convert("LA"), np.float32) / np.float32(255)
    grey, opaque = pixels[..., 0], pixels[..., 1]
    solid = grey[opaque > 0.5]
    if not solid.size:
        return np.ones_like(grey)
    paper = float(np.median(solid))
    if solid.std() < ONE_COLOUR or solid.size < opaque.size / 2:
        paper = 0.0 if paper > 0.5 else 1.0
    flattened: Brightness = grey * opaque + np.float32(paper) * (1 - opaque)
    return flattened


def _reduced(image: Image.Image) -> Image.Image:
    """Averaged to a longest side of at most `WORK_SIDE`, its proportions kept."""
    image = image.reduce(max(1, max(image.size) // WORK_SIDE))
    scale = min(1.0, WORK_SIDE / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX)

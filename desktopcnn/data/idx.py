"""The IDX file format of MNIST, read strictly.

A file is two zero bytes, a type code, the number of dimensions, each dimension's size as a big-endian
32-bit integer, and then exactly that many values (http://yann.lecun.com/exdb/mnist/). The file may be
compressed with gzip.
"""

import gzip
import math
import zlib
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt

from desktopcnn.errors import DataError

TYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
MAX_BYTES = 2**31
"""More than this is not read, whatever the header promises."""
BLOCK = 2**20


def read_idx(path: Path, max_bytes: int = MAX_BYTES) -> npt.NDArray[np.generic]:
    """Read an IDX file, plain or gzipped.

    Returns an array of the shape and type in the header, in the machine's byte order. Only as many bytes
    as the header announces are decompressed, so that a small file cannot fill the memory.
    Raises `DataError` for anything but a whole, well-formed file of at most `max_bytes` values' bytes.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=file) if packed else file)
            return _read(stream, path, max_bytes)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise DataError(f"{path} is a damaged gzip file ({error}). Fetch it again.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def _read(stream: IO[bytes], path: Path, max_bytes: int) -> npt.NDArray[np.generic]:
    dtype, shape = _read_header(stream, path)
    size = math.prod(shape) * dtype.itemsize
    if size > max_bytes:
        raise DataError(
            f"{path} announces {size:,} bytes of values; at most {max_bytes:,} are read. "
            "Is it really an IDX file?"
        )
    values = _read_exactly(stream, size)
    if len(values) < size:
        raise DataError(
            f"{path} is truncated: its header announces {size:,} bytes of values and {len(values):,} "
            "are there. Fetch it again."
        )
    if stream.read(1):
        raise DataError(
            f"{path} goes on after the {size:,} bytes of values that its header announces. Fetch it again."
        )
    try:
        array = np.frombuffer(values, dtype).reshape(shape)
    except ValueError as error:  # more dimensions, or larger empty ones, than numpy has
        raise DataError(
            f"{path} announces {len(shape)} dimensions of sizes that no array can have. "
            "Is it really an IDX file?"
        ) from error
    return array.astype(dtype.newbyteorder("="), copy=False)


def _read_header(stream: IO[bytes], path: Path) -> tuple[np.dtype[Any], tuple[int, ...]]:
    magic = _read_exactly(stream, 4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise DataError(f"{path} is not an IDX file: it does not begin with two zero bytes.")
    if magic[2] not in TYPES:
        raise DataError(f"{path} has the unknown IDX type code 0x{magic[2]:02X}.")
    if magic[3] == 0:
        raise DataError(f"{path} announces an array without dimensions.")
    sizes = _read_exactly(stream, 4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise DataError(f"{path} is truncated inside its header. Fetch it again.")
    return TYPES[magic[2]], tuple(int(n) for n in np.frombuffer(sizes, ">u4"))


def _read_exactly(stream: IO[bytes], size: int) -> bytearray:
    """Up to `size` bytes; fewer only at the end of the file.

    Read in blocks: a header that lies about its size costs no more memory than the file holds.
    """
    buffer = bytearray()
    while len(buffer) < size:
        block = stream.read(min(size - len(buffer), BLOCK))
        if not block:
            break
        buffer += block
    return buffer

"""The IDX reader takes whole, well-formed files and nothing else."""

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from desktopcnn.data.idx import TYPES, read_idx
from desktopcnn.errors import DataError

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: bytes) -> Path:
        path = tmp_path / "values.idx"
        path.write_bytes(content)
        return path

    return write


def idx(array: npt.NDArray[np.generic], code: int = 0x08) -> bytes:
    sizes = np.asarray(array.shape, ">u4").tobytes()
    return bytes([0, 0, code, array.ndim]) + sizes + array.astype(TYPES[code]).tobytes()


def check_outcome(path: Path) -> None:
    """An array, or a sentence that names the file; any other exception fails the test."""
    try:
        array = read_idx(path)
    except DataError as error:
        message = str(error)
    else:
        assert isinstance(array, np.ndarray)
        return
    assert str(path) in message


DIGIT = np.arange(12, dtype=np.uint8).reshape(3, 4)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("code", TYPES)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_was_written_is_read(write: Write, code: int, packed: bool, data: st.DataObject) -> None:
    dtype = TYPES[code].newbyteorder("=")
    shapes = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)
    array = data.draw(hnp.arrays(dtype, shapes))
    content = idx(array, code)
    read = read_idx(write(gzip.compress(content) if packed else content))
    assert read.dtype == dtype
    np.testing.assert_array_equal(read, array)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from(
        [b"", b"\0\0\x08", b"\0\0\x0d\x02", b"\x1f\x8b", b"\x1f\x8b\x08\0", b"\0\0\x08\xff"]
    ),
    rest=st.binary(max_size=600),
)
def test_any_bytes_end_in_an_array_or_a_data_error(write: Write, head: bytes, rest: bytes) -> None:
    check_outcome(write(head + rest))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), value=st.integers(1, 255), packed=st.booleans())
def test_one_changed_byte_ends_in_an_array_or_a_data_error(
    write: Write, place: int, value: int, packed: bool
) -> None:
    content = bytearray(gzip.compress(idx(DIGIT)) if packed else idx(DIGIT))
    content[place % len(content)] ^= value
    check_outcome(write(bytes(content)))


@pytest.mark.parametrize("cut", [0, 1, 3, 4, 7, 11, 12, 23])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_truncated_file_is_refused(write: Write, cut: int, packed: bool) -> None:
    content = idx(DIGIT)[:cut]
    with pytest.raises(DataError, match=r"not an IDX file|truncated"):
        read_idx(write(gzip.compress(content) if packed else content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (idx(DIGIT) + b"\0", "goes on after the 12 bytes"),
        (b"PK\x03\x04" + bytes(20), "does not begin with two zero bytes"),
        (b"\0\0\x07\x01" + bytes(20), "unknown IDX type code 0x07"),
        (b"\0\0\x08\x00" + bytes(20), "without dimensions"),
        (b"\0\0\x08\x41" + bytes(4 * 65), "65 dimensions"),
        (b"\0\0\x08\x04" + bytes(4) + b"\xff" * 12, "4 dimensions of sizes"),
        (b"\0\0\x08\x03" + b"\xff" * 12 + bytes(9), "at most"),
    ],
    ids=["trailing", "magic", "type code", "no dimensions", "dimensions", "huge and empty", "huge"],
)
def test_a_wrong_header_is_refused_with_a_sentence(write: Write, content: bytes, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        read_idx(write(content))


def test_a_header_that_promises_too_much_costs_no_memory(write: Write) -> None:
    promised = b"\0\0\x08\x01" + (2**31 - 1).to_bytes(4, "big") + bytes(10)
    with pytest.raises(DataError, match=r"truncated.* 2,147,483,647 bytes of values and 10 are there"):
        read_idx(write(promised))


def test_a_gzip_bomb_is_not_unpacked(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = 0
    read = gzip.GzipFile.read

    def counted(self: gzip.GzipFile, size: int | None = -1) -> bytes:
        nonlocal unpacked
        block = read(self, size)
        unpacked += len(block)
        return block

    monkeypatch.setattr(gzip.GzipFile, "read", counted)
    bomb = gzip.compress(idx(DIGIT) + bytes(50_000_000))
    with pytest.raises(DataError, match="goes on after"):
        read_idx(write(bomb))
    assert 0 < unpacked < 100


def test_the_limit_holds_for_what_the_header_announces(write: Write) -> None:
    path = write(idx(DIGIT))
    assert read_idx(path, max_bytes=12).shape == (3, 4)
    with pytest.raises(DataError, match="at most 11"):
        read_idx(path, max_bytes=11)


@pytest.mark.parametrize("place", [10, 20, -5, -1], ids=["start", "middle", "checksum", "length"])
def test_a_damaged_gzip_file_is_refused(write: Write, place: int) -> None:
    content = bytearray(gzip.compress(idx(np.arange(250, dtype=np.uint8).reshape(10, 25))))
    content[place] ^= 0xFF
    with pytest.raises(DataError):
        read_idx(write(bytes(content)))


def test_a_wrong_checksum_is_found_although_the_values_are_all_there(write: Write) -> None:
    content = bytearray(gzip.compress(idx(DIGIT)))
    content[-8:-4] = (zlib.crc32(idx(DIGIT)) ^ 1).to_bytes(4, "little")
    with pytest.raises(DataError, match="damaged gzip file"):
        read_idx(write(bytes(content)))


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"missing\.idx cannot be read"):
        read_idx(tmp_path / "missing.idx")
    with pytest.raises(DataError, match="cannot be read"):
        read_idx(tmp_path)

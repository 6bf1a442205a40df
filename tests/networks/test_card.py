"""The card and the header: what is believed of a file before torch sees it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktopcnn.errors import NetworkError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.card import FORMAT, MAX_HEADER, MAX_TENSORS, Card, read_card, read_header
from desktopcnn.networks.layers import Dense, Flatten

SMALL = Architecture("small", "Small", (1, 2, 3), (Flatten(), Dense(2)))
CARD = Card("A title 数字", SMALL, ("zero", "one"), {"epochs": 3}, {"test_accuracy": 0.5})


def tensor(shape: list[int], begin: int, end: int, dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def file(path: Path, header: object, data: bytes = b"") -> Path:
    """A file with that JSON header (or these bytes) and that data."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "一 two.safetensors"


def test_round_trip() -> None:
    metadata = CARD.to_metadata()
    assert all(isinstance(value, str) for value in metadata.values())
    assert metadata["format"] == FORMAT == "desktopcnn/1"
    assert json.loads(metadata["input"]) == {"channels": 1, "size": [2, 3], "range": [0, 1]}
    assert Card.from_metadata(metadata) == CARD


def test_one_class_name_for_each_output() -> None:
    with pytest.raises(NetworkError, match="2 outputs and 3 class names"):
        Card("x", SMALL, ("a", "b", "c"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "desktopcnn/2"}, "its format is 'desktopcnn/2'"),
        ({"classes": "["}, "its card is damaged"),
        ({"classes": "[1, 2]"}, "not a list of names"),
        ({"classes": '{"a": 1}'}, "not a list of names"),
        ({"classes": '["a"]'}, "2 outputs and 1 class names"),
        ({"recipe": "[]"}, "not JSON objects"),
        ({"metrics": "3"}, "not JSON objects"),
        ({"metrics": "[" * 100_000}, "its card is damaged"),
        ({"architecture": "{}"}, "not an architecture"),
    ],
)
def test_damaged_cards_are_refused(change: dict[str, str], says: str, path: Path) -> None:
    metadata = {**CARD.to_metadata(), **change}
    with pytest.raises(NetworkError, match=says):
        Card.from_metadata(metadata)
    with pytest.raises(NetworkError, match=f"{path} cannot be used.*{says}"):
        read_card(file(path, {"__metadata__": metadata}))


def test_a_card_without_a_key_is_refused() -> None:
    for key in ("title", "architecture", "classes", "recipe", "metrics"):
        metadata = CARD.to_metadata()
        del metadata[key]
        with pytest.raises(NetworkError, match=key):
            Card.from_metadata(metadata)


def test_header_of_a_whole_file(path: Path) -> None:
    header = {
        "b": tensor([2], 12, 16, "F16"), "a": tensor([3], 0, 12), "__metadata__": {"k": "v"},
        "n": tensor([], 16, 24, "I64"),
    }  # fmt: skip
    found = read_header(file(path, header, bytes(24)))
    assert found.metadata == {"k": "v"}
    assert {n: (t.dtype, t.shape, t.begin, t.end) for n, t in found.tensors.items()} == {
        "a": ("F32", (3,), 0, 12),
        "b": ("F16", (2,), 12, 16),
        "n": ("I64", (), 16, 24),
    }
    assert found.data == path.stat().st_size - 24


@pytest.mark.parametrize(
    ("header", "data", "says"),
    [
        ({"a": tensor([3], 0, 12)}, bytes(11), "should have .* bytes and has"),
        ({"a": tensor([3], 0, 12)}, bytes(13), "should have .* bytes and has"),
        ({"a": tensor([4], 0, 12)}, bytes(12), "the bytes of a do not fit its shape"),
        ({"a": tensor([3], 4, 16)}, bytes(16), "the bytes of a do not fit"),
        ({"a": tensor([1], 0, 4), "b": tensor([1], 2, 6)}, bytes(6), "the bytes of b do not fit"),
        ({"a": tensor([-3], 0, -12)}, b"", "the shape of a is"),
        ({"a": tensor([True], 0, 4)}, bytes(4), "the shape of a is"),
        ({"a": tensor([1.0], 0, 4)}, bytes(4), "the shape of a is"),  # type: ignore[list-item]
        ({"a": tensor([3], 0, 12, "F31")}, bytes(12), "F31"),
        ({"a": tensor([3], 0, 12, ["F32"])}, bytes(12), "not a whole"),  # type: ignore[arg-type]
        ({"a": {"dtype": "F32", "shape": [1]}}, bytes(4), "data_offsets"),
        ({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4, 4]}}, bytes(4), "not a whole"),
        ({"a": tensor([2**40, 2**40], 0, 2**82)}, b"", "should have"),
        ({"a": 3}, b"", "not a whole"),
        ({"__metadata__": {"a": 3}}, b"", "metadata are not text"),
        ({"__metadata__": []}, b"", "not a whole"),
        ({"__metadata__": None}, b"", "not a whole"),
        ([], b"", "not a whole"),
        (7, b"", "not a whole"),
        (b"", b"", "not a whole"),
        (b"\xff\xfe", b"", "not a whole"),
        (b"[" * 200_000, b"", "not a whole"),
        ({f"t{n}": tensor([0], 0, 0) for n in range(MAX_TENSORS + 1)}, b"", "announces 10001 tensors"),
    ],
)
def test_a_header_that_lies_is_refused(header: object, data: bytes, says: str, path: Path) -> None:
    with pytest.raises(NetworkError, match=says):
        read_header(file(path, header, data))


@pytest.mark.parametrize(
    "content", [b"", b"1234567", (MAX_HEADER + 1).to_bytes(8, "little") * 2**18, bytes(7)]
)
def test_what_is_too_short_or_announces_too_much_is_refused(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(NetworkError, match="not a safetensors file, or is cut off"):
        read_header(path)


def test_what_is_no_file_is_refused(path: Path) -> None:
    with pytest.raises(NetworkError, match="cannot be read: No such file"):
        read_card(path)
    path.mkdir()
    with pytest.raises(NetworkError, match="cannot be read: Is a directory"):
        read_card(path)


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda b: len(b).to_bytes(8, "little") + b))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arbitrary_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some"
    path.write_bytes(content)
    with pytest.raises(NetworkError, match="some"):
        read_card(path)

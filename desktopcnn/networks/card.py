"""The card of a weights file: what it is, how it was made, how good it is. Read without torch.

A weights file is a safetensors file (https://github.com/huggingface/safetensors, format): eight bytes
of header length, a JSON header, the tensors' bytes. The card lies in the header's metadata.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktopcnn.errors import NetworkError
from desktopcnn.networks.architecture import Architecture

FORMAT = "desktopcnn/1"
MAX_HEADER = 2**20
MAX_TENSORS = 10_000
ITEM_SIZES = {"F32": 4, "F16": 2, "BF16": 2, "I64": 8, "F64": 8, "U8": 1}


@dataclass(frozen=True)
class Card:
    """What is known of a network.

    classes: a name for each output; recipe: the settings it was trained with; metrics: figures, among
    them "test_accuracy" (0 to 1) with "chosen" (how the weights were chosen), "images_seen", "seconds".
    """

    title: str
    architecture: Architecture
    classes: tuple[str, ...]
    recipe: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        outputs = self.architecture.output_shape[0]
        if len(self.classes) != outputs:
            raise NetworkError(
                f"{self.title} has {outputs} outputs and {len(self.classes)} class names; "
                "it needs one name for each output."
            )

    def to_metadata(self) -> dict[str, str]:
        channels, height, width = self.architecture.input_shape
        return {
            "format": FORMAT,
            "title": self.title,
            "architecture": self.architecture.to_json(),
            "classes": json.dumps(self.classes),
            "input": json.dumps({"channels": channels, "size": [height, width], "range": [0, 1]}),
            "recipe": json.dumps(dict(self.recipe)),
            "metrics": json.dumps(dict(self.metrics)),
        }

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str]) -> "Card":
        """The card that `to_metadata` wrote. Raises `NetworkError` for anything else."""
        if metadata.get("format") != FORMAT:
            raise NetworkError(
                f"its format is {metadata.get('format')!r}, not {FORMAT!r}: it was not saved by this "
                "program, or by a newer version"
            )
        try:
            classes = json.loads(metadata["classes"])
            recipe, metrics = json.loads(metadata["recipe"]), json.loads(metadata["metrics"])
            title, architecture = metadata["title"], metadata["architecture"]
        except (KeyError, ValueError, RecursionError) as error:
            raise NetworkError(f"its card is damaged ({error})") from error
        if not (isinstance(classes, list) and all(isinstance(name, str) for name in classes)):
            raise NetworkError("its class names are not a list of names")
        if not (isinstance(recipe, dict) and isinstance(metrics, dict)):
            raise NetworkError("its recipe or its metrics are not JSON objects")
        return cls(title, Architecture.from_json(architecture), tuple(classes), recipe, metrics)


@dataclass(frozen=True)
class Tensor:
    """A tensor as the header announces it: type, shape and its span in the data."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True)
class Header:
    """The checked header of a safetensors file. data: where the tensors' bytes begin in the file."""

    metadata: Mapping[str, str]
    tensors: Mapping[str, Tensor]
    data: int


def read_card(path: Path) -> Card:
    """The card of a weights file. Raises `NetworkError` for a file that is none."""
    header = read_header(path)
    try:
        return Card.from_metadata(header.metadata)
    except NetworkError as error:
        raise NetworkError(f"{path} cannot be used: {str(error).rstrip('.')}.") from error


def read_header(path: Path) -> Header:
    """The header of a safetensors file, checked against the file's size before anything is believed.

    Raises `NetworkError` for a file that is missing, foreign, truncated or lies about its sizes.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(MAX_HEADER, size - 8):
                raise NetworkError(f"{path} is not a safetensors file, or is cut off.")
            text = file.read(length)
    except OSError as error:
        raise NetworkError(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        return _parse(json.loads(text), 8 + length, size)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NetworkError(f"{path} is not a whole safetensors file: {error}.") from error


def _parse(data: dict[str, Any], begin: int, size: int) -> Header:
    metadata = data.pop("__metadata__", {})
    if not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError("its metadata are not text")
    if len(data) > MAX_TENSORS:
        raise ValueError(f"it announces {len(data)} tensors")
    tensors = {
        name: Tensor(info["dtype"], tuple(info["shape"]), *info["data_offsets"])
        for name, info in data.items()
    }
    end = 0
    for name, tensor in sorted(tensors.items(), key=lambda item: item[1].begin):
        if not all(type(n) is int and n >= 0 for n in (*tensor.shape, tensor.begin, tensor.end)):
            raise ValueError(f"the shape of {name} is {tensor.shape}")
        if (
            tensor.begin != end
            or tensor.end - tensor.begin != math.prod(tensor.shape) * ITEM_SIZES[tensor.dtype]
        ):
            raise ValueError(f"the bytes of {name} do not fit its shape")
        end = tensor.end
    if begin + end != size:
        raise ValueError(f"it should have {begin + end:,} bytes and has {size:,}")
    return Header(metadata, tensors, begin)

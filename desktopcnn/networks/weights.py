"""Networks in files: safetensors with a card, checked before anything is built. Never pickle."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
from torch import nn

from desktopcnn import paths
from desktopcnn.errors import NetworkError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.card import Card, Header, read_header
from desktopcnn.networks.modules import build, empty_tensors

FLOATS = {"F64", "F32", "F16", "BF16"}


@dataclass(frozen=True, eq=False)
class Network:
    """A network ready to answer: its card, and its module in evaluation mode, in float32."""

    card: Card
    module: nn.Sequential

    @property
    def architecture(self) -> Architecture:
        return self.card.architecture


def save(
    path: Path, module: nn.Module, card: Card, dtype: torch.dtype = torch.float32, *, durable: bool = True
) -> None:
    """Write the weights (as `dtype`) and the card to `path`, atomically, mode 0644.

    durable: see `paths.write_atomically`.

    Raises `DataError` where that cannot be done; an older file at `path` is whole then.
    """
    tensors = {
        name: tensor.detach().to("cpu", dtype if tensor.is_floating_point() else None).contiguous()
        for name, tensor in module.state_dict().items()
    }
    write_tensors(path, tensors, card.to_metadata(), durable=durable)


def write_tensors(
    path: Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str], *, durable: bool = True
) -> None:
    """A safetensors file whose metadata also hold the SHA-256 of the tensors' bytes."""
    content = safetensors.torch.save(tensors, metadata)
    data = 8 + int.from_bytes(content[:8], "little")
    digest = hashlib.sha256(content[data:]).hexdigest()
    content = safetensors.torch.save(tensors, {**metadata, "sha256": digest})
    paths.write_atomically(path, content, durable=durable)


def read_tensors(path: Path) -> tuple[dict[str, torch.Tensor], Mapping[str, str]]:
    """What `write_tensors` wrote, its checksum compared: tensors and metadata.

    Raises `NetworkError` for a file that is not whole.
    """
    header = read_header(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NetworkError(f"{path} cannot be read: {error.strerror or error}.") from error
    if hashlib.sha256(content[header.data :]).hexdigest() != header.metadata.get("sha256"):
        raise NetworkError(f"{path} is damaged: its checksum does not fit its content.")
    try:
        return safetensors.torch.load(content), header.metadata
    except (safetensors.SafetensorError, ValueError, KeyError) as error:
        raise NetworkError(f"{path} cannot be read: {error}.") from error


def load(path: Path) -> Network:
    """The network in that file.

    Size, header, tensor names, shapes, types and checksum are checked before a module is built.
    Raises `NetworkError` that names the file and what is wrong with it.
    """
    header = read_header(path)
    try:
        card = Card.from_metadata(header.metadata)
        _compare(empty_tensors(card.architecture), header)
    except NetworkError as error:
        raise NetworkError(f"{path} cannot be used: {str(error).rstrip('.')}.") from error
    tensors, _ = read_tensors(path)
    module = build(card.architecture)
    module.load_state_dict(tensors)  # into float32, whatever the type in the file
    if not all(torch.isfinite(tensor).all() for tensor in module.state_dict().values()):
        raise NetworkError(f"{path} cannot be used: some of its weights are not numbers.")
    return Network(card, module.eval())


def _compare(expected: dict[str, torch.Tensor], header: Header) -> None:
    """Raises `NetworkError` where the file does not hold just the tensors of its architecture."""
    for name, tensor in expected.items():
        found = header.tensors.get(name)
        if found is None:
            raise NetworkError(f"the tensor {name} is missing")
        if found.shape != tuple(tensor.shape):
            raise NetworkError(
                f"the tensor {name} is {_times(found.shape)}, "
                f"and its architecture asks for {_times(tensor.shape)}"
            )
        if (found.dtype in FLOATS) != tensor.is_floating_point():
            raise NetworkError(f"the tensor {name} holds values of type {found.dtype}")
    if extra := sorted(header.tensors.keys() - expected.keys()):
        raise NetworkError(f"its architecture has no tensor {extra[0]}")


def _times(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape)) or "a single number"

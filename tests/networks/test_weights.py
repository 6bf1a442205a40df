"""Weights to a file and back, and every file that is none."""

import json
import pickle
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktopcnn import paths
from desktopcnn.errors import DataError, NetworkError
from desktopcnn.networks import weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.card import Card
from desktopcnn.networks.layers import Activation, BatchNorm, Convolution, Dense, Flatten
from desktopcnn.networks.modules import build
from desktopcnn.networks.weights import load, read_tensors, save, write_tensors

LAYERS = (
    Convolution(2, 3, connections=((0,), (0,))), BatchNorm(), Activation("relu"), Flatten(), Dense(3)
)  # fmt: skip
SMALL = Architecture("small", "Small", (1, 5, 5), LAYERS)
CARD = Card("Small", SMALL, ("a", "b", "c"), {"seed": 4}, {"test_accuracy": 0.25})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "一 two.safetensors"


@pytest.fixture
def module() -> torch.nn.Sequential:
    module = build(SMALL, torch.Generator().manual_seed(1)).train()
    module(torch.rand(8, 1, 5, 5))  # so that the batch norm has seen something
    return module


@pytest.fixture
def stored(path: Path, module: torch.nn.Sequential) -> Path:
    save(path, module, CARD)
    return path


def altered(path: Path, change: Callable[[dict[str, torch.Tensor], dict[str, str]], Any]) -> None:
    """Rewrite the file, with a right checksum, after `change` to its tensors and metadata."""
    tensors, metadata = read_tensors(path)
    texts = dict(metadata)
    change(tensors, texts)
    write_tensors(path, {name: tensor.contiguous() for name, tensor in tensors.items()}, texts)


def test_round_trip(stored: Path, module: torch.nn.Sequential) -> None:
    network = load(stored)
    assert network.card == CARD
    assert network.architecture == SMALL
    assert not network.module.training
    for name, tensor in module.state_dict().items():
        assert torch.equal(network.module.state_dict()[name], tensor), name
    image = torch.rand(2, 1, 5, 5)
    torch.testing.assert_close(network.module(image), module.eval()(image))
    assert stat.S_IMODE(stored.stat().st_mode) == 0o644
    assert [*stored.parent.iterdir()] == [stored]


def test_half_precision_halves_the_file_and_loads_as_float32(
    path: Path, stored: Path, module: torch.nn.Sequential
) -> None:
    whole = stored.stat().st_size
    save(path, module, CARD, torch.float16)
    assert path.stat().st_size < whole
    network = load(path)
    assert network.module.dense1.weight.dtype == torch.float32
    torch.testing.assert_close(network.module.dense1.weight, module.dense1.weight, atol=1e-3, rtol=1e-3)
    assert network.module.norm1.num_batches_tracked == 1


def test_channels_last_weights_are_stored_the_same(path: Path, module: torch.nn.Sequential) -> None:
    save(path, module.to(memory_format=torch.channels_last), CARD)  # type: ignore[call-overload]
    assert torch.equal(load(path).module.conv1.weight, module.conv1.weight)


def test_a_folder_that_is_not_there_is_made(tmp_path: Path, module: torch.nn.Sequential) -> None:
    save(tmp_path / "a" / "b" / "c.safetensors", module, CARD)
    assert load(tmp_path / "a" / "b" / "c.safetensors").card == CARD


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_save_leaves_the_old_file(
    step: str, stored: Path, module: torch.nn.Sequential, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((paths.os, "fsync") if step == "fsync" else (Path, "replace")), fail)
    with pytest.raises(DataError, match="cannot be written: No space left on device"):
        save(stored, module, replace(CARD, title="New"))
    assert stored.read_bytes() == before
    assert [*stored.parent.iterdir()] == [stored]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t, _: t.update({"dense1.weight": torch.zeros(3, 17)}), "dense1.weight is 3x17, and .* 3x18"),
        (
            lambda t, _: t.update({"dense1.bias": torch.tensor(1.0)}),
            "dense1.bias is a single number, and .* 3",
        ),
        (lambda t, _: t.pop("conv1.bias"), "the tensor conv1.bias is missing"),
        (lambda t, _: t.update({"extra": torch.zeros(1)}), "has no tensor extra"),
        (
            lambda t, _: t.update({"conv1.bias": torch.zeros(2, dtype=torch.int64)}),
            "conv1.bias holds values of type I64",
        ),
        (
            lambda t, _: t.update({"norm1.num_batches_tracked": torch.tensor(1.0)}),
            "norm1.num_batches_tracked holds values of type F32",
        ),
        (lambda t, _: t["conv1.bias"].fill_(torch.nan), "some of its weights are not numbers"),
        (lambda t, _: t["dense1.bias"].fill_(torch.inf), "some of its weights are not numbers"),
        (
            lambda t, _: t.update({"conv1.bias": torch.full((2,), 1e300, dtype=torch.float64)}),
            "some of its weights are not numbers",
        ),
        (lambda _, m: m.update(format="other/1"), "its format is 'other/1'"),
        (lambda _, m: m.update(architecture="[" * 100_000), "not an architecture"),
        (lambda _, m: m.update(classes='["a"]'), "3 outputs and 1 class names"),
    ],
)
def test_a_file_that_does_not_fit_its_card_is_refused(
    stored: Path, change: Callable[[Any, Any], Any], says: str
) -> None:
    altered(stored, change)
    with pytest.raises(NetworkError, match=f"^{stored} cannot be used: .*{says}"):
        load(stored)


def test_the_memory_of_a_hostile_architecture_is_never_taken(stored: Path) -> None:
    """128 million weights announced in a file of a kilobyte."""
    huge = Architecture("huge", "", (1, 1, 1), (Flatten(), Dense(2**13), Dense(2**13), Dense(3)))
    altered(stored, lambda _, metadata: metadata.update(architecture=huge.to_json()))
    with pytest.raises(NetworkError, match=r"the tensor dense1.weight is 3x18, and .* 8192x1"):
        load(stored)


def test_the_checksum_is_compared(stored: Path) -> None:
    content = bytearray(stored.read_bytes())
    content[-1] ^= 1
    stored.write_bytes(content)
    with pytest.raises(NetworkError, match="is damaged: its checksum does not fit"):
        load(stored)


def test_a_file_of_another_program_is_refused(path: Path, module: torch.nn.Sequential) -> None:
    safetensors.torch.save_file(module.state_dict(), path)
    with pytest.raises(NetworkError, match="was not saved by this program"):
        load(path)


@pytest.mark.parametrize("keep", [0, 7, 8, 9, 100, -1])
def test_a_truncated_file_is_refused(stored: Path, keep: int) -> None:
    stored.write_bytes(stored.read_bytes()[:keep])
    with pytest.raises(NetworkError, match=str(stored)):
        load(stored)


class Bomb:
    """Would leave a file behind if anybody unpickled it."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def test_pickles_are_never_opened(path: Path, tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    for write in (lambda: path.write_bytes(pickle.dumps(Bomb(mark))), lambda: torch.save(Bomb(mark), path)):
        write()
        with pytest.raises(NetworkError, match="not a safetensors file"):
            load(path)
        assert not mark.exists()


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_random_damage_is_refused(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "some.safetensors"
    save(path, build(SMALL), CARD)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]))
    path.write_bytes(content)
    try:
        network = load(path)
    except NetworkError:
        return
    # the texts of the card are covered by no checksum: there a letter may change, and nothing else
    header = int.from_bytes(content[:8], "little")
    assert place < 8 + header
    assert json.loads(bytes(content[8 : 8 + header]))
    assert all(
        torch.equal(a, b) for a, b in zip(network.module.parameters(), build(SMALL).parameters(), strict=True)
    )


@given(st.binary(max_size=300))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arbitrary_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.safetensors"
    path.write_bytes(content)
    for read in (load, weights.read_tensors):
        with pytest.raises(NetworkError):
            read(path)

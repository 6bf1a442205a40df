"""A training to a file and back, and files that do not fit."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch

from desktopcnn.data.dataset import Dataset
from desktopcnn.data.distortion import Distortion
from desktopcnn.errors import DataError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import BatchNorm, Convolution, Dense, Dropout, Flatten
from desktopcnn.networks.weights import read_tensors, write_tensors
from desktopcnn.training import checkpoint, loop
from desktopcnn.training.recipe import Recipe

LAYERS = (Convolution(4, 3), BatchNorm(), Dropout(0.3), Flatten(), Dense(3))
SMALL = Architecture("small", "Small", (1, 8, 8), LAYERS)
RECIPE = Recipe("test", epochs=2, batch_size=32, average=0.9, distortion=Distortion(cross=1))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "last.safetensors"


@pytest.fixture
def stored(path: Path, bars: Dataset) -> Path:
    training = loop.begin(SMALL, RECIPE, 0)
    list(islice(loop.train(training, bars), 4))
    checkpoint.save(path, training)
    return path


def everything(training: loop.Training) -> dict[str, Any]:
    state = training.optimizer.state_dict()["state"]
    return {
        "module": training.module.state_dict(),
        "average": training.average.state_dict(),
        "optimizer": {f"{n}/{k}": v for n, values in state.items() for k, v in values.items()},
        "generator": {"state": training.generator.get_state()},
        "order": {"order": training.order},
    }


def test_all_of_it_comes_back(path: Path, bars: Dataset) -> None:
    training = loop.begin(SMALL, RECIPE, 0)
    list(islice(loop.train(training, bars), 4))
    loop.change(training, learning_rate=0.5)
    checkpoint.save(path, training)
    fresh = loop.begin(SMALL, RECIPE, 0)
    checkpoint.restore(path, fresh)
    for part, tensors in everything(training).items():
        found = everything(fresh)[part]
        assert tensors.keys() == found.keys()
        assert all(torch.equal(tensors[name], found[name]) for name in tensors), part
    for name in checkpoint.COUNTERS:
        assert getattr(fresh, name) == getattr(training, name)
    assert fresh.recipe == replace(RECIPE, learning_rate=0.5)
    assert fresh.module[2].generator is fresh.generator


def test_what_a_fused_optimiser_keeps_has_the_format_of_the_weights(stored: Path) -> None:
    fresh = loop.begin(SMALL, RECIPE, 0)
    checkpoint.restore(stored, fresh)
    for parameter, state in fresh.optimizer.state.items():
        for tensor in state.values():
            if tensor.ndim:
                assert tensor.stride() == parameter.stride()


def test_weights_that_are_no_numbers_are_noticed() -> None:
    training = loop.begin(SMALL, RECIPE, 0)
    assert checkpoint.is_finite(training)
    next(training.module.parameters()).data[0] = torch.nan
    assert not checkpoint.is_finite(training)


@pytest.mark.parametrize(
    "change",
    [
        lambda t, _: t.pop("module/conv1.weight"),
        lambda t, _: t.pop("average/conv1.weight"),
        lambda t, _: t.pop("generator"),
        lambda t, _: t.pop("order"),
        lambda t, _: t.update({"module/dense1.bias": torch.zeros(7)}),
        lambda t, _: t.update({"generator": torch.zeros(3, dtype=torch.uint8)}),
        lambda t, _: t.update({"optimizer/99/exp_avg": torch.zeros(3)}),
        lambda t, _: t.update({"optimizer/x/exp_avg": torch.zeros(3)}),
        lambda t, _: t.update({"optimizer/0/exp_avg/y": torch.zeros(3)}),
        lambda t, _: t.update({"optimizer/0/exp_avg": torch.zeros(3, 3, 3)}),
        lambda _, m: m.pop("training"),
        lambda _, m: m.update(training="[]"),
        lambda _, m: m.update(training="7"),
        lambda _, m: m.update(training="{}"),
        lambda _, m: m.update(training="{"),
        lambda _, m: m.update(training=m["training"].replace('"epochs": 2', '"epochs": -2')),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_one_sentence(stored: Path, change: Callable[[Any, Any], Any]) -> None:
    tensors, metadata = read_tensors(stored)
    texts = dict(metadata)
    change(tensors, texts)
    write_tensors(stored, tensors, texts)
    with pytest.raises(DataError, match=f"^{stored} does not fit its training: "):
        checkpoint.restore(stored, loop.begin(SMALL, RECIPE, 0))


@pytest.mark.parametrize("content", [b"", b"some text that is no checkpoint", None])
def test_a_file_that_is_none_is_one_sentence(stored: Path, content: bytes | None) -> None:
    stored.write_bytes(stored.read_bytes()[:-1] if content is None else content)
    with pytest.raises(DataError, match=f"^{stored} does not fit its training: "):
        checkpoint.restore(stored, loop.begin(SMALL, RECIPE, 0))


def test_a_checkpoint_of_another_network_is_refused(stored: Path) -> None:
    other = Architecture("other", "Other", (1, 8, 8), (Flatten(), Dense(3)))
    with pytest.raises(DataError, match="does not fit its training"):
        checkpoint.restore(stored, loop.begin(other, RECIPE, 0))

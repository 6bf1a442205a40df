"""One forward pass and everything it computed, for our networks and for anybody's."""

import numpy as np
import pytest
import torch
from torch import nn

from desktopcnn.inspection.trace import trace
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.networks.modules import build

IMAGE = np.random.default_rng(0).random((1, 28, 28), np.float32)


@pytest.mark.parametrize("name", CATALOG)
def test_every_layer_of_the_catalogue_is_what_torch_computes(name: str) -> None:
    module = build(CATALOG[name]).eval()
    seen = trace(module, IMAGE)
    assert [layer.name for layer in seen.layers] == [row.name for row in CATALOG[name].rows]
    x = torch.from_numpy(IMAGE)[None]
    for layer, row, child in zip(seen.layers, CATALOG[name].rows, module.children(), strict=True):
        x = child(x)
        assert layer.output.shape == row.output_shape
        np.testing.assert_array_equal(layer.output, x[0].detach().numpy())
    np.testing.assert_array_equal(seen.logits, x[0].detach().numpy())
    np.testing.assert_allclose(seen.probabilities, x.softmax(1)[0].detach().numpy(), rtol=1e-6)
    assert seen.answer == int(x.argmax())
    assert seen.probabilities.sum() == pytest.approx(1, abs=1e-6)


class Foreign(nn.Module):
    """Three channels, two classes, a module used twice, one in place, one with a tuple, one unused."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.ModuleDict({"conv": nn.Conv2d(3, 3, 3, padding=1)})
        self.relu = nn.ReLU(inplace=True)
        self.unused = nn.Linear(1, 1)
        self.split = nn.MaxPool2d(2, return_indices=True)
        self.head = nn.Linear(3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.relu(self.body["conv"](x))
        x = self.relu(self.body["conv"](x) - 0.1)
        x, _ = self.split(x)
        return self.head(x.mean((2, 3)))


def test_any_module_in_order_of_execution() -> None:
    module = Foreign().eval()
    image = np.random.default_rng(1).random((3, 6, 6), np.float32) - 0.5
    seen = trace(module, image)
    assert [layer.name for layer in seen.layers] == ["body.conv", "relu", "body.conv", "relu", "head"]
    assert seen.layers[0].output.min() < 0, "what came before a ReLU in place is what it was"
    np.testing.assert_array_equal(seen.layers[1].output, np.maximum(seen.layers[0].output, 0))
    assert seen.logits.shape == seen.probabilities.shape == (2,)


def test_nothing_of_it_stays_behind() -> None:
    module = build(CATALOG["02-two-conv"]).train()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    trace(module, IMAGE)
    assert module.training
    assert all(not child._forward_hooks for child in module.modules())
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())


def test_a_first_layer_in_place_does_not_write_to_the_picture() -> None:
    image = IMAGE - 0.5
    before = image.copy()
    trace(nn.Sequential(nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(784, 2)).eval(), image)
    np.testing.assert_array_equal(image, before)


def test_hooks_are_gone_after_a_failure_too() -> None:
    module = build(CATALOG["02-two-conv"]).eval()
    with pytest.raises(RuntimeError):
        trace(module, np.zeros((2, 28, 28), np.float32))
    assert all(not child._forward_hooks for child in module.modules())


def test_outputs_are_copies() -> None:
    module = build(CATALOG["00-dense"]).eval()
    first = trace(module, IMAGE)
    kept = [layer.output.copy() for layer in first.layers]
    trace(module, 1 - IMAGE)
    for layer, output in zip(first.layers, kept, strict=True):
        np.testing.assert_array_equal(layer.output, output)


def test_channels_last_and_bfloat16_come_out_as_float32_in_order() -> None:
    module = build(CATALOG["01-conv"]).eval()
    wanted = trace(module, IMAGE)
    found = trace(module.to(memory_format=torch.channels_last), IMAGE)  # type: ignore[call-overload]
    for one, other in zip(wanted.layers, found.layers, strict=True):
        np.testing.assert_allclose(one.output, other.output, atol=1e-5)
        assert other.output.flags.c_contiguous
    with torch.autocast("cpu", torch.bfloat16):
        assert trace(module, IMAGE).layers[0].output.dtype == np.float32


def test_pictures_that_may_not_be_written_or_lie_backwards() -> None:
    module = build(CATALOG["00-dense"]).eval()
    locked = IMAGE.copy()
    locked.flags.writeable = False
    np.testing.assert_array_equal(trace(module, locked).logits, trace(module, IMAGE).logits)
    flipped = IMAGE[:, ::-1]
    np.testing.assert_array_equal(trace(module, flipped).logits, trace(module, flipped.copy()).logits)

"""One forward pass and everything it computed, for our networks and for anybody's."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from desktopcnn.errors import NetworkError
from desktopcnn.inspection.trace import leaves, trace
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
    assert [layer.name for layer in seen.layers] == [
        "body.conv", "relu", "body.conv", "relu", "split", "head"
    ]  # fmt: skip
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


@pytest.mark.parametrize("name", CATALOG)
def test_inputs_are_the_arrays_that_were_outputs(name: str) -> None:
    seen = trace(build(CATALOG[name]).eval(), IMAGE)
    np.testing.assert_array_equal(seen.image, IMAGE)
    before = seen.image
    for layer in seen.steps:
        assert layer.input is before
        before = layer.output
    assert seen.steps[-1].name == "softmax"
    assert seen.layers[-1].output is seen.logits
    assert before is seen.probabilities


def test_a_residual_network_with_sums_in_place(residual: nn.Module) -> None:
    image = np.random.default_rng(0).standard_normal((3, 32, 32)).astype(np.float32)
    seen = trace(residual, image)
    names = [layer.name for layer in seen.layers]
    block = ["conv1", "bn1", "relu", "conv2", "bn2", "shortcut", "relu"]
    assert names == [
        "stem", *(f"layer1.{number}.{name}" for number in (0, 1) for name in block), "pool", "flatten", "fc"
    ]  # fmt: skip
    made = {id(layer.output) for layer in seen.layers}
    outside = [place for place, layer in enumerate(seen.layers) if id(layer.input) not in made]
    assert outside == [0, 7, 14], "the image, and the two sums that no module made"
    assert seen.layers[0].input is seen.image
    for first in (1, 8):
        _, bn, relu, _, second, shortcut, last = seen.layers[first : first + 7]
        np.testing.assert_array_equal(relu.input, bn.output)
        np.testing.assert_allclose(last.input, second.output + shortcut.output, atol=1e-6)
        np.testing.assert_array_equal(last.output, np.maximum(last.input, 0))
        assert shortcut.input is seen.layers[first].input


def test_what_hands_its_input_on_has_the_same_array() -> None:
    seen = trace(nn.Sequential(nn.Dropout(0.5), nn.Identity(), nn.Flatten()).eval(), IMAGE)
    assert seen.layers[1].output is seen.layers[0].output is seen.image


class Doubled(nn.Module):
    """A leaf that writes to its input without saying so, of numbers that no module made."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mul_(2)


def test_an_input_that_is_written_to_is_shown_as_it_was() -> None:
    class Shifted(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.doubled = Doubled()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y: torch.Tensor = self.doubled(x + 1)
            return y.flatten(1)

    (layer,) = trace(Shifted().eval(), IMAGE).layers
    np.testing.assert_array_equal(layer.input, IMAGE + 1)
    np.testing.assert_array_equal(layer.output, (IMAGE + 1) * 2)


class Unusual(nn.Module):
    """A leaf that is given no tensor, and one that computes in inference mode."""

    class Fixed(nn.Module):
        def forward(self, size: int) -> torch.Tensor:
            return torch.ones(1, size)

    class Sealed(nn.Module):
        @torch.inference_mode()
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + 1

    def __init__(self) -> None:
        super().__init__()
        self.fixed, self.sealed, self.again = self.Fixed(), self.Sealed(), self.Sealed()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.again(self.sealed(self.fixed(3)))
        return y


def test_unusual_leaves() -> None:
    seen = trace(Unusual().eval(), IMAGE)
    assert seen.layers[0].input.size == 0
    np.testing.assert_array_equal([layer.output[0] for layer in seen.layers], [1, 2, 3])
    np.testing.assert_array_equal(seen.layers[2].input, [2, 2, 2])


def test_a_softmax_of_its_own_is_not_taken_again() -> None:
    own = trace(nn.Sequential(nn.Flatten(), nn.Softmax(1)).eval(), IMAGE)
    assert [layer.name for layer in own.steps] == ["0", "1"]
    np.testing.assert_array_equal(own.logits, IMAGE.ravel())
    assert own.probabilities is own.layers[1].output
    logarithm = trace(nn.Sequential(nn.Flatten(), nn.LogSoftmax(1)).eval(), IMAGE)
    assert [layer.name for layer in logarithm.steps] == ["0", "1", "softmax"]
    np.testing.assert_allclose(logarithm.probabilities, own.probabilities, rtol=1e-5)
    between = trace(nn.Sequential(nn.Flatten(), nn.Softmax(1), nn.Linear(784, 3)).eval(), IMAGE)
    assert len(between.steps) == 4


def test_a_parametrised_module_is_a_leaf_and_a_leaf_has_a_name() -> None:
    module = nn.Sequential(nn.Flatten(), parametrizations.weight_norm(nn.Linear(784, 3))).eval()
    assert [name for name, _ in leaves(module)] == ["0", "1"]
    assert [layer.name for layer in trace(module, IMAGE).layers] == ["0", "1"]
    assert [layer.name for layer in trace(nn.Flatten().eval(), IMAGE).layers] == ["flatten"]


@pytest.mark.parametrize("module", [nn.Identity(), nn.MaxPool2d(2, return_indices=True)])
def test_a_module_that_gives_no_classes(module: nn.Module) -> None:
    with pytest.raises(NetworkError, match="one row of numbers"):
        trace(module.eval(), IMAGE)
    assert not module._forward_hooks
    assert not module._forward_pre_hooks


def test_a_batch_that_a_module_makes_is_of_this_picture() -> None:
    class Cut(nn.Module):
        """Cuts the picture into four, as windows of attention are."""

        def __init__(self) -> None:
            super().__init__()
            self.each, self.head = nn.Identity(), nn.Linear(784, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            scores: torch.Tensor = self.head(self.each(x.reshape(4, 7, 28)).flatten()[None])
            return scores

    seen = trace(Cut().eval(), IMAGE)
    np.testing.assert_array_equal(seen.layers[0].output, IMAGE.reshape(4, 7, 28))


def test_attention_is_one_leaf() -> None:
    module = nn.ModuleDict({"attention": nn.MultiheadAttention(4, 2), "head": nn.Linear(2, 1)})
    assert [name for name, _ in leaves(module)] == ["attention", "head"]
    assert [name for name, _ in leaves(nn.MultiheadAttention(4, 2))] == ["multiheadattention"]

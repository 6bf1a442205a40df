"""Networks and pictures from outside: what is taken in as what, and a sentence for all that does not fit."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given as cases
from hypothesis import strategies as st
from torch import Tensor, nn

from desktopcnn.errors import DesktopCNNError, NetworkError, UsageError
from desktopcnn.inspection import trace as tracing
from desktopcnn.inspection.given import LARGEST, given
from desktopcnn.inspection.trace import trace

GREY = np.random.default_rng(0).random((3, 1, 28, 28), np.float32)
COLOUR = np.random.default_rng(1).random((2, 3, 32, 32), np.float32)


def plain(channels: int = 1, size: int = 28, classes: int = 4) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(channels * size * size, classes))


# what is taken in


def test_a_residual_network_in_order_of_execution(residual: nn.Module) -> None:
    found = given(residual, COLOUR, list("abcde"), [4, 0], "My network")
    seen = trace(residual, COLOUR[0])
    assert [stop.name for stop in found.outline] == [step.name for step in seen.steps]
    assert found.outline[1].name == "layer1.0.conv1"
    assert [stop.name for stop in found.outline].count("layer1.0.relu") == 2
    assert None in {stop.source for stop in found.outline}, "a sum is made between modules"
    assert found.anatomy.keys() >= {stop.name for stop in found.outline}
    assert (found.title, found.classes, found.labels) == ("My network", tuple("abcde"), ("e", "a"))
    assert (found.input_shape, found.accuracy) == ((3, 32, 32), None)
    np.testing.assert_array_equal(found.images, COLOUR)


@pytest.mark.parametrize("shape", [(28, 28), (1, 28, 28), (1, 1, 28, 28), (3, 1, 28, 28)])
def test_what_is_left_out_of_the_shape_is_one(shape: tuple[int, ...]) -> None:
    found = given(plain(), GREY.ravel()[: int(np.prod(shape))].reshape(shape))
    assert found.images.shape == (*(1, 1, 28, 28)[: 4 - len(shape)], *shape)
    assert len(found.labels) == len(found.images)


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.from_numpy(GREY),
        lambda: torch.from_numpy(GREY).requires_grad_(),
        lambda: torch.from_numpy(GREY).double(),
        lambda: list(torch.from_numpy(GREY)),
        GREY.tolist,
    ],
)
def test_pictures_in_many_forms(make: Callable[[], Any]) -> None:
    found = given(plain(), make())
    assert found.images.dtype == np.float32
    np.testing.assert_allclose(found.images, GREY, rtol=1e-6)


def test_half_precision_and_bytes() -> None:
    for kind in (torch.bfloat16, torch.float16):
        np.testing.assert_allclose(given(plain(), torch.from_numpy(GREY).to(kind)).images, GREY, atol=4e-3)
    levels = (GREY * 255).astype(np.uint8)
    np.testing.assert_allclose(given(plain(), levels).images, levels / 255, rtol=1e-6)
    np.testing.assert_array_equal(given(plain(), levels.astype(np.int64)).images, levels)
    np.testing.assert_array_equal(given(plain(), GREY > 0.5).images, GREY > 0.5)


def test_the_window_has_copies_of_all() -> None:
    module, pictures = plain().train(), GREY.copy()
    found = given(module, pictures)
    before = trace(found.module, GREY[0]).logits
    pictures[:] = 0
    with torch.no_grad():
        module[1].weight.zero_()
    np.testing.assert_array_equal(found.images, GREY)
    np.testing.assert_array_equal(trace(found.module, GREY[0]).logits, before)
    assert module.training
    assert not found.module.training


@pytest.mark.parametrize("convert", [nn.Module.half, nn.Module.double, nn.Module.bfloat16])
def test_it_answers_in_float32(convert: Callable[[nn.Module], nn.Module]) -> None:
    module = convert(plain())
    kind = next(module.parameters()).dtype
    found = given(module, GREY)
    assert {parameter.dtype for parameter in found.module.parameters()} == {torch.float32}
    assert next(module.parameters()).dtype == kind


class Keeping(nn.Module):
    """Keeps what it computed last, as many do for their training."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.last = plain(), torch.zeros(0)

    def forward(self, x: Tensor) -> Tensor:
        self.last = self.inner(x)
        return self.last


def test_a_module_that_keeps_a_tensor_of_autograd() -> None:
    module = Keeping()
    kept = module(torch.from_numpy(GREY))
    assert [stop.name for stop in given(module, GREY).outline] == ["inner.0", "inner.1", "softmax"]
    assert module.last is kept


def test_names_are_in_one_line_and_keys_differ() -> None:
    first, second = given(plain(), GREY, title="a\nb\t c"), given(plain(), GREY)
    assert (first.title, second.title) == ("a b c", "Sequential")
    assert len(given(plain(), GREY, title="x" * 1000).title) == 80
    assert first.name != second.name
    assert first.path != second.path
    assert given(plain(), GREY, ["a\nb", "c", "d", "e"]).classes[0] == "a b"
    assert given(plain(), GREY).classes == ("0", "1", "2", "3")
    assert given(plain(), GREY, labels=torch.tensor([1, 0, 3])).labels == ("1", "0", "3")  # type: ignore[arg-type]


class Odd(nn.Module):
    """What is no picture between the layers: a sequence, attention, one that gives a tuple."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(1, 4, 5, 5), nn.LayerNorm(4)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.lstm, self.head = nn.LSTM(4, 6), nn.Linear(6, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.conv(x).flatten(2).transpose(1, 2))
        x, _ = self.attention(x, x, x)
        x, _ = self.lstm(x.transpose(0, 1))  # the time comes before the batch
        scores: Tensor = self.head(x[-1])
        return scores


def test_sequences_are_one_map_and_of_a_tuple_the_first_counts() -> None:
    found = given(Odd(), GREY)
    shapes = {stop.name: stop.output_shape for stop in found.outline}
    assert shapes == {
        "conv": (4, 5, 5), "norm": (1, 25, 4), "attention": (1, 25, 4), "lstm": (25, 1, 6), "head": (3,),
        "softmax": (3,),
    }  # fmt: skip
    assert not found.anatomy["attention"].explainable
    assert found.anatomy["lstm"].parameters == 4 * 6 * (4 + 6 + 2)


# what does not fit


class Raising(nn.Module):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def forward(self, x: Tensor) -> Tensor:
        raise self.error


class Giving(nn.Module):
    def __init__(self, what: object) -> None:
        super().__init__()
        self.what = what

    def forward(self, x: Tensor) -> Any:
        return self.what


def on_meta() -> nn.Module:
    with torch.device("meta"):
        return plain()


def scripted() -> nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        module: nn.Module = torch.jit.script(plain())
    return module


@pytest.mark.parametrize(
    ("module", "images", "words"),
    [
        (3, GREY, "torch.nn.Module, not int"),
        (nn.Linear, GREY, "not Linear"),
        (plain(), [], "the shape (0,)"),
        (plain(), GREY[:0], "the shape (0, 1, 28, 28)"),
        (plain(), GREY[..., None], "the shape (3, 1, 28, 28, 1)"),
        (plain(), 5, "the shape ()"),
        (plain(), "pictures", "no array of numbers"),
        (plain(), [[1.0], [1.0, 2.0]], "no array of numbers"),
        (plain(), GREY.astype(complex), "complex128"),
        (plain(), np.zeros((1, 1, LARGEST + 1, 28)), "1024 is the most"),
        (plain(), GREY * np.nan, "not finite"),
        (plain(), np.full((1, 1, 28, 28), 1e300), "not finite"),
        (plain(), COLOUR, "3×32×32 (channels, height, width): RuntimeError"),
        (on_meta(), GREY, "cannot be copied"),
        (scripted(), GREY, "scripted"),
        (Raising(KeyError("mask")), GREY, "KeyError: 'mask'"),
        (Raising(ValueError("one\ntwo")), GREY, "ValueError: one."),
        (Raising(ValueError()), GREY, "ValueError."),
        (Giving((torch.ones(1, 2), 1)), GREY, "one row of numbers"),
        (Giving(torch.ones(2, 2)), GREY, "one row of numbers"),
        (Giving(None), GREY, "one row of numbers"),
        (nn.Conv2d(1, 2, 3), GREY, "one row of numbers"),
    ],
)
def test_what_cannot_be_looked_at_is_one_sentence(module: Any, images: Any, words: str) -> None:
    with pytest.raises(DesktopCNNError) as said:
        given(module, images)
    assert words in str(said.value)
    assert "\n" not in str(said.value)
    assert str(said.value).endswith(".")


@pytest.mark.parametrize(
    ("classes", "labels", "words"),
    [
        (["a"], None, "4 outputs, but 1 names"),
        (4, None, "a list of names, not 4"),
        (None, [0], "3 pictures, but 1 labels"),
        (None, [0, 1, 4], "label 4 is none of 0 to 3"),
        (None, [0, -1, 1], "label -1"),
        (None, ["a", "b", "c"], "whole numbers"),
        (None, [0.5, 1, 2], "whole numbers"),
        (None, 2, "whole numbers"),
    ],
)
def test_names_and_labels_that_do_not_fit(classes: Any, labels: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        given(plain(), GREY, classes, labels)


def test_hooks_do_not_stay_on_what_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    module = plain()
    with pytest.raises(NetworkError):
        given(module, COLOUR)
    assert all(not part._forward_hooks for part in module.modules())
    assert tracing.leaves(module)


@cases(
    channels=st.integers(1, 4),
    size=st.integers(1, 9),
    number=st.integers(1, 3),
    classes=st.integers(1, 12),
    seed=st.integers(0, 9),
)
def test_it_answers_as_the_module_does(
    channels: int, size: int, number: int, classes: int, seed: int
) -> None:
    module = plain(channels, size, classes).eval()
    images = np.random.default_rng(seed).standard_normal((number, channels, size, size)).astype(np.float32)
    labels = [seed % classes] * number
    found = given(module, images, labels=labels)
    assert found.labels == (str(seed % classes),) * number
    assert found.outline[-1].output_shape == (classes,)
    assert found.outline[0].input_shape == found.input_shape == (channels, size, size)
    with torch.no_grad():
        wanted = module(torch.from_numpy(images)).numpy()
    for image, row in zip(found.images, wanted, strict=True):
        np.testing.assert_allclose(trace(found.module, image).logits, row, rtol=1e-5, atol=1e-6)

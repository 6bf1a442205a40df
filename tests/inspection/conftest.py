"""Networks for the tests of inspection: random ones, and a residual one that uses a module twice."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import strategies as st
from torch import Tensor, nn

ACTIVATIONS = (
    nn.Identity, nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.Hardtanh, nn.Hardsigmoid, nn.Hardswish, nn.Sigmoid,
    nn.LogSigmoid, nn.Softplus, nn.Softsign, nn.Tanh, nn.ELU, nn.SELU, nn.GELU, nn.SiLU, nn.Mish,
    lambda: nn.GELU(approximate="tanh"), lambda: nn.ReLU(inplace=True), lambda: nn.LeakyReLU(0.3),
    lambda: nn.ELU(0.7), lambda: nn.Softplus(2.0), lambda: nn.Hardtanh(-0.2, 0.4), lambda: nn.Dropout(0.4),
    lambda: nn.Dropout2d(0.2),
)  # fmt: skip


def _stirred(module: nn.Module) -> nn.Module:
    """With the statistics of batch norms as after a training, in evaluation mode."""
    for child in module.modules():
        if isinstance(child, nn.BatchNorm1d | nn.BatchNorm2d) and child.running_mean is not None:
            assert child.running_var is not None
            child.running_mean.normal_()
            child.running_var.uniform_(0.1, 2)
            if child.affine:
                nn.init.normal_(child.weight)
                nn.init.normal_(child.bias)
    return module.eval()


pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def _convolutions(draw: st.DrawFn, channels: int) -> nn.Module:
    groups = draw(st.sampled_from([g for g in (1, 2, 3) if channels % g == 0]))
    padding = draw(st.sampled_from(["same", "valid", 0, 1, (2, 1)]))
    return nn.Conv2d(
        channels,
        groups * draw(st.integers(1, 2)),
        draw(pairs),
        stride=(1, 1) if padding == "same" else draw(pairs),
        padding=padding,
        dilation=draw(st.sampled_from([1, 2, (1, 3)])),
        groups=groups,
        bias=draw(st.booleans()),
    )


@st.composite
def _pools(draw: st.DrawFn) -> nn.Module:
    kernel, stride, ceil = draw(pairs), draw(st.none() | pairs), draw(st.booleans())
    padding = (draw(st.integers(0, kernel[0] // 2)), draw(st.integers(0, kernel[1] // 2)))
    if draw(st.booleans()):
        return nn.MaxPool2d(kernel, stride, padding, dilation=draw(st.sampled_from([1, 2])), ceil_mode=ceil)
    override = draw(st.sampled_from([None, 5]))
    return nn.AvgPool2d(kernel, stride, padding, ceil, draw(st.booleans()), divisor_override=override)


@st.composite
def _layers(draw: st.DrawFn, channels: int) -> nn.Module:
    kind = draw(st.sampled_from(["conv", "conv", "pool", "activation", "norm"]))
    if kind == "conv":
        return draw(_convolutions(channels))
    if kind == "pool":
        return draw(_pools())
    if kind == "norm":
        return nn.BatchNorm2d(channels, affine=draw(st.booleans()))
    activation: nn.Module = draw(st.sampled_from(ACTIVATIONS))()
    return activation


@st.composite
def _random_networks(draw: st.DrawFn) -> tuple[nn.Sequential, npt.NDArray[np.float32]]:
    """Up to five layers of maps, then dense ones, and an image that they take."""
    torch.manual_seed(draw(st.integers(0, 99)))
    shape = (draw(st.sampled_from([1, 2, 3])), draw(st.integers(5, 9)), draw(st.integers(5, 9)))
    image = np.random.default_rng(draw(st.integers(0, 9))).standard_normal(shape).astype(np.float32)
    x, chain = torch.from_numpy(image.copy())[None], []
    with torch.no_grad():
        for _ in range(draw(st.integers(1, 5))):
            layer = draw(_layers(x.shape[1])).eval()
            try:
                given = layer(x)
            except RuntimeError:  # the window does not fit
                continue
            x = given
            chain.append(layer)
    chain += [nn.Flatten(), nn.Linear(x[0].numel(), 4), nn.BatchNorm1d(4), nn.Sigmoid(), nn.Linear(4, 3)]
    chain += draw(st.sampled_from([[], [nn.Softmax(1)], [nn.LogSoftmax(-1)]]))
    module = nn.Sequential(*chain)
    _stirred(module)
    return module, image


class Block(nn.Module):
    """conv, norm, relu, conv, norm, + shortcut (in place), the same relu."""

    def __init__(self, channels: int, maps: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, maps, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(maps)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(maps, maps, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(maps)
        self.shortcut = nn.Identity() if channels == maps else nn.Conv2d(channels, maps, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        y += self.shortcut(x)
        y = self.relu(y)
        assert isinstance(y, Tensor)
        return y


class Residual(nn.Module):
    """Colour pictures of 32x32 to five classes."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 7, 2, 3)
        self.layer1 = nn.Sequential(Block(4, 4, 1), Block(4, 8, 2))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.fc(self.flatten(self.pool(self.layer1(self.stem(x)))))
        return scores


Networks = st.SearchStrategy[tuple[nn.Sequential, npt.NDArray[np.float32]]]


@pytest.fixture(scope="session")
def random_networks() -> Networks:
    """Strategy for networks in evaluation mode with images that they take."""
    return _random_networks()


@pytest.fixture(scope="session")
def stirred() -> Callable[[nn.Module], nn.Module]:
    return _stirred


@pytest.fixture
def residual() -> nn.Module:
    torch.manual_seed(0)
    return _stirred(Residual())

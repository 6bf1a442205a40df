"""The architectures that can be asked for by name. To add one, add a row."""

from desktopcnn.errors import UsageError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import (
    Activation,
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    RBFOutput,
    Subsampling,
)
from desktopcnn.networks.shapes import Shape

MNIST_SHAPE = (1, 28, 28)
SIGMOID = Activation("sigmoid")
RELU = Activation("relu")
SQUASH = Activation("scaled tanh")
NORM = BatchNorm()
HALF = Dropout(0.5)  # the book drops half of the inputs of every dense layer, the last one's too

TWO_CONV: tuple[Layer, ...] = (
    Convolution(20, 5), RELU, MaxPool(2), Convolution(40, 5), RELU, MaxPool(2), Flatten(),
)  # fmt: skip

C3_TABLE = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5),
)  # fmt: skip
"""The maps of S2 that each map of C3 sees: table I of LeCun et al. 1998."""
# Layers C1 to F6 of section II.B of that paper, every weighted sum squashed. Its pictures are 32x32, which
# here is padding, and run from -0.1 (paper) to 1.175 (ink), so that their mean is about 0. Ours run from 0
# to 1 and are padded with paper: the weights and biases of C1 can take up that scale and shift exactly.
LENET5_1998: tuple[Layer, ...] = (
    Convolution(6, 5, padding=2), SQUASH, Subsampling(2), SQUASH,
    Convolution(16, 5, connections=C3_TABLE), SQUASH, Subsampling(2), SQUASH,
    Convolution(120, 5), SQUASH, Flatten(), Dense(84), SQUASH, RBFOutput(10),
)  # fmt: skip
LENET5: tuple[Layer, ...] = (
    Convolution(6, 5, padding=2), RELU, MaxPool(2), Convolution(16, 5), RELU, MaxPool(2),
    Convolution(120, 5), RELU, Flatten(), Dense(84), RELU, Dense(10),
)  # fmt: skip

# what reads the canvas; no padding, because the border of a prepared drawing is paper
PEN: tuple[Layer, ...] = (
    Convolution(32, 5), NORM, RELU, MaxPool(2),
    Convolution(64, 3), NORM, RELU, Convolution(64, 3), NORM, RELU, MaxPool(2), Flatten(),
    Dropout(0.3), Dense(128), NORM, RELU, Dropout(0.3), Dense(10),
)  # fmt: skip

BEST: tuple[Layer, ...] = (
    Convolution(32, 5), BatchNorm(), RELU, MaxPool(2),
    Convolution(64, 3, padding=1), BatchNorm(), RELU,
    Convolution(64, 3, padding=1), BatchNorm(), RELU, MaxPool(2),
    Convolution(128, 3, padding=1), BatchNorm(), RELU, MaxPool(2), Flatten(),
    Dense(256), BatchNorm(), RELU, Dropout(0.4), Dense(10),
)  # fmt: skip


def _deep(activation: Activation) -> tuple[Layer, ...]:
    """Five hidden layers of 100 units: deep enough for gradients to vanish (chapter 5 of the book)."""
    return (Flatten(), *(layer for _ in range(5) for layer in (Dense(100), activation)), Dense(10))


ROWS: tuple[tuple[str, str, Shape, tuple[Layer, ...]], ...] = (
    # name, title, input shape, layers; the rungs 00 to 04 follow chapter 6 of Nielsen's book
    ("00-dense", "00 dense", MNIST_SHAPE, (Flatten(), Dense(100), SIGMOID, Dense(10))),
    (
        "01-conv",
        "01 one conv layer",
        MNIST_SHAPE,
        (Convolution(20, 5), SIGMOID, MaxPool(2), Flatten(), Dense(100), SIGMOID, Dense(10)),
    ),
    ("02-two-conv", "02 two conv layers", MNIST_SHAPE, (*TWO_CONV, Dense(100), RELU, Dense(10))),
    ("03-expanded", "03 expanded data", MNIST_SHAPE, (*TWO_CONV, Dense(100), RELU, Dense(10))),
    (
        "04-dropout",
        "04 dropout",
        MNIST_SHAPE,
        (*TWO_CONV, HALF, Dense(1000), RELU, HALF, Dense(1000), RELU, HALF, Dense(10)),
    ),
    ("lenet5-1998", "LeNet-5 of 1998", MNIST_SHAPE, LENET5_1998),
    ("lenet5", "LeNet-5 today", MNIST_SHAPE, LENET5),
    ("pen", "pen", MNIST_SHAPE, PEN),
    ("best", "best", MNIST_SHAPE, BEST),
    ("deep-sigmoid", "deep, sigmoid", MNIST_SHAPE, _deep(SIGMOID)),
    ("deep-relu", "deep, ReLU", MNIST_SHAPE, _deep(RELU)),
)

CATALOG = {name: Architecture(name, title, shape, layers) for name, title, shape, layers in ROWS}


def find(name: str) -> Architecture:
    """The architecture of that name. Raises `UsageError` for an unknown one."""
    try:
        return CATALOG[name]
    except KeyError:
        raise UsageError(f"There is no architecture called {name!r}. Known: {', '.join(CATALOG)}.") from None

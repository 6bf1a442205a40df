"""The architectures that can be asked for by name. To add one, add a row."""

from desktopcnn.errors import UsageError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import (
    Activation,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    Shape,
)

MNIST_SHAPE = (1, 28, 28)
SIGMOID = Activation("sigmoid")
RELU = Activation("relu")
HALF = Dropout(0.5)  # the book drops half of the inputs of every dense layer, the last one's too

TWO_CONV: tuple[Layer, ...] = (
    Convolution(20, 5), RELU, MaxPool(2), Convolution(40, 5), RELU, MaxPool(2), Flatten(),
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

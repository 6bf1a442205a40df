"""The architectures that can be asked for by name. To add one, add a row."""

from desktopcnn.errors import UsageError
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import (
    Activation,
    Convolution,
    Dense,
    Flatten,
    Layer,
    MaxPool,
    Shape,
)

MNIST_SHAPE = (1, 28, 28)
SIGMOID = Activation("sigmoid")
RELU = Activation("relu")

ROWS: tuple[tuple[str, str, Shape, tuple[Layer, ...]], ...] = (
    # name, title, input shape, layers; the rungs follow chapter 6 of Nielsen's book
    (
        "00-dense",
        "00 dense",
        MNIST_SHAPE,
        (Flatten(), Dense(100), SIGMOID, Dense(10)),
    ),
    (
        "01-conv",
        "01 one conv layer",
        MNIST_SHAPE,
        (Convolution(20, 5), SIGMOID, MaxPool(2), Flatten(), Dense(100), SIGMOID, Dense(10)),
    ),
    (
        "02-two-conv",
        "02 two conv layers",
        MNIST_SHAPE,
        (
            Convolution(20, 5),
            RELU,
            MaxPool(2),
            Convolution(40, 5),
            RELU,
            MaxPool(2),
            Flatten(),
            Dense(100),
            RELU,
            Dense(10),
        ),
    ),
)

CATALOG = {name: Architecture(name, title, shape, layers) for name, title, shape, layers in ROWS}


def find(name: str) -> Architecture:
    """The architecture of that name. Raises `UsageError` for an unknown one."""
    try:
        return CATALOG[name]
    except KeyError:
        raise UsageError(f"There is no architecture called {name!r}. Known: {', '.join(CATALOG)}.") from None

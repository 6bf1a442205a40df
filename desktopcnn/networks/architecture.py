"""An architecture: a named list of layer specs, and all that can be said of it without running it."""

import json
import math
from dataclasses import dataclass
from functools import cached_property

from desktopcnn.errors import NetworkError
from desktopcnn.networks import layer_json
from desktopcnn.networks.layers import Activation, Layer
from desktopcnn.networks.shapes import MAX_VALUES, Shape, Window

MAX_LAYERS = 1000

SHORT_NAMES = {
    "maxpool": "pool", "avgpool": "pool", "subsampling": "sub", "batchnorm": "norm", "dropout": "drop",
    "scaled tanh": "tanh",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One layer in place: its shapes, costs and what one of its cells sees of the input.

    name: unique in the architecture, also the name of the torch module. field, step and start: the
    receptive field in input pixels, the distance between the fields of neighbouring cells, and the
    input pixel (possibly negative, in the padding) at which the field of cell 0 begins; None once a
    layer has mixed all places.
    """

    name: str
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: int
    multiply_adds: int
    field: int | None
    step: int | None
    start: int | None


@dataclass(frozen=True)
class Architecture:
    """Layers in order, from an input of shape (channels, height, width) to one output per class.

    Raises `NetworkError` with the layer's name for shapes that do not fit.
    """

    name: str
    title: str
    input_shape: Shape
    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if len(self.input_shape) != 3 or min(self.input_shape) < 1:
            raise NetworkError(
                f"{self.name}: the input shape {self.input_shape} is not (channels, height, width)."
            )
        if math.prod(self.input_shape) > MAX_VALUES:
            raise NetworkError(f"{self.name}: an input of more than {MAX_VALUES:,} values is too large.")
        if not 1 <= len(self.layers) <= MAX_LAYERS:
            raise NetworkError(f"{self.name} needs 1 to {MAX_LAYERS} layers, not {len(self.layers)}.")
        if len(self.output_shape) != 1:
            raise NetworkError(
                f"{self.name}: the last layer, {self.rows[-1].name}, must give one value per class, "
                f"not maps of shape {self.output_shape}."
            )

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The layers in place."""
        rows: list[Row] = []
        shape = self.input_shape
        sees: tuple[int, int, int] | None = (1, 1, 0)
        for name, layer in zip(self._names(), self.layers, strict=True):
            try:
                output = layer.output_shape(shape)
                parameters = layer.parameters(shape)
                if max(math.prod(output), parameters) > MAX_VALUES:
                    raise NetworkError(f"more than {MAX_VALUES:,} values are too many")
                cost = layer.multiply_adds(shape)
            except NetworkError as error:
                raise NetworkError(f"{self.name}, layer {name}: {error}.") from error
            sees = _grown(sees, layer.window)
            field, step, start = sees or (None, None, None)
            rows.append(Row(name, layer, shape, output, parameters, cost, field, step, start))
            shape = output
        return tuple(rows)

    @property
    def output_shape(self) -> Shape:
        return self.rows[-1].output_shape

    @property
    def parameters(self) -> int:
        """Learnt numbers in the whole network."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Multiplications with addition that one picture costs."""
        return sum(row.multiply_adds for row in self.rows)

    def to_json(self) -> str:
        return json.dumps(
            {
                "name": self.name,
                "title": self.title,
                "input": list(self.input_shape),
                "layers": [layer_json.to_json(layer) for layer in self.layers],
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Architecture":
        """The architecture that `to_json` wrote. Raises `NetworkError` for anything else."""
        try:
            data = json.loads(text)
            name, title, shape, specs = (data[k] for k in ("name", "title", "input", "layers"))
            if not isinstance(name, str) or not isinstance(title, str):
                raise TypeError("name and title must be text")
            if not all(type(n) is int for n in shape):
                raise TypeError("the input shape must be whole numbers")
            read = tuple(_read_layer(place, spec) for place, spec in enumerate(specs, 1))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise NetworkError(f"This is not an architecture: {error}.") from error
        return cls(name, title, tuple(shape), read)

    def _names(self) -> list[str]:
        """conv1, relu1, pool1, conv2, ...: short name of the kind, and which of its kind it is."""
        counts: dict[str, int] = {}
        names = []
        for layer in self.layers:
            kind = layer.function if isinstance(layer, Activation) else layer.kind
            short = SHORT_NAMES.get(kind, kind)
            counts[short] = counts.get(short, 0) + 1
            names.append(short if short == "flatten" and counts[short] == 1 else f"{short}{counts[short]}")
        return names


def _read_layer(place: int, spec: object) -> Layer:
    try:
        return layer_json.from_json(spec)
    except NetworkError as error:
        raise NetworkError(f"Layer {place}: {error}.") from error


def _grown(sees: tuple[int, int, int] | None, window: Window | None) -> tuple[int, int, int] | None:
    """Receptive field, step and start after one more layer with that window (None: all of its input)."""
    if sees is None or window is None:
        return None
    field, step, start = sees
    return field + (window.extent - 1) * step, step * window.stride, start - window.padding * step

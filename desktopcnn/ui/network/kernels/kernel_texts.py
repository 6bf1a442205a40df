"""What the kernels' view says in words."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtWidgets import QWidget

from desktopcnn.inspection.outline import Stop
from desktopcnn.inspection.part import Array, Part, times
from desktopcnn.inspection.sheet import Sheet
from desktopcnn.ui.network.maps.map_texts import value_text

Weight = tuple[int, int, int, int]
"""Output map, input map, row and column."""


def heading(widget: QWidget, stop: Stop | None) -> str:
    """What the view is about."""
    if stop is None:
        return widget.tr("Kernels")
    if not stop.parameters and stop.kind != "rbf":
        return stop.name
    return (widget.tr("Kernels of {0}") if stop.kind == "conv" else widget.tr("Weights of {0}")).format(
        stop.name
    )


def summary(widget: QWidget, part: Part, sheet: Sheet, *, changed: bool) -> str:
    """How many pictures of which size: "40 maps × 20 channels of 5×5 · 2 dead"."""
    words = [_size(widget, part, sheet.values.shape)]
    if dead := int(sheet.dead.sum()):
        words.append(widget.tr("{0} dead").format(dead))
    if changed:
        words.append(widget.tr("change since the start"))
    return " · ".join(words)


def _size(widget: QWidget, part: Part, shape: tuple[int, ...]) -> str:
    rows, columns, *size = shape
    each = times((size[0], size[1]))
    if part.kind == "conv" and part.connections is not None:
        number = sum(map(len, part.connections))
        text = widget.tr("{0:,} maps × {1:,} channels: {2:,} kernels of {3}")
        return text.format(rows, columns, number, each)
    if part.kind == "conv" and columns == 1:
        return widget.tr("{0:,} kernels of {1}").format(rows, each)
    if part.kind == "conv":
        return widget.tr("{0:,} maps × {1:,} channels of {2}").format(rows, columns, each)
    if part.kind == "rbf" and columns == 1:
        return widget.tr("{0} centres, pictures of {1}").format(rows, each)
    if part.kind == "rbf":
        return widget.tr("{0} centres of {1:,} values").format(rows, columns)
    if size == [1, 1]:
        return widget.tr("{0:,} units × {1:,} inputs").format(rows, columns)
    if columns == 1:
        return widget.tr("{0:,} units, each sees {1} inputs").format(rows, each)
    return widget.tr("{0:,} units × {1:,} maps of {2}").format(rows, columns, each)


def why_no_change(widget: QWidget, part: Part, *, known: bool) -> str:
    """Why the change since the start cannot be shown; "" where it can."""
    if part.kind == "rbf":
        return widget.tr("The centres are not learnt: they do not change")
    return "" if known else widget.tr("It is not known with which weights this network began")


def place(widget: QWidget, part: Part, values: Array, weight: Weight) -> str:
    """Where a weight is and what it is: "kernel 3, channel 1, row 2, column 4: −0.1234"."""
    number, channel, row, column = weight
    value = float(values[weight])
    where = [kernel(widget, part, values, (number, channel))]
    if values.shape[2:] != (1, 1):
        where.append(widget.tr("row {0}, column {1}").format(row, column))
    text = value_text(value) if value == value else widget.tr("does not exist")
    return f"{', '.join(where)}: {text}"


def kernel(widget: QWidget, part: Part, values: Array, chosen: tuple[int, int]) -> str:
    """Which one it is: "kernel 3, channel 1"."""
    number, channel = chosen
    _, columns, *size = values.shape
    named = widget.tr("kernel {0}") if part.kind == "conv" else widget.tr("unit {0}")
    words = [named.format(number)]
    if columns > 1 and part.kind == "conv":
        words.append(widget.tr("channel {0}").format(channel))
    elif columns > 1:
        among = widget.tr("input {0}") if size == [1, 1] else widget.tr("map {0}")
        words.append(among.format(channel))
    return ", ".join(words)


def about(widget: QWidget, part: Part, values: Array, chosen: tuple[int, int]) -> str:
    """Which kernel it is, and from where to where its weights go."""
    weights = values[chosen]
    if weights.size == 1:
        return place(widget, part, values, (*chosen, 0, 0))
    name = kernel(widget, part, values, chosen)
    if np.isnan(weights).all():
        return widget.tr("{0}: does not exist").format(name)
    low, high = value_text(float(weights.min())), value_text(float(weights.max()))
    return widget.tr("{0}: {1} to {2}").format(name, low, high)


def sees(widget: QWidget, number: int, channels: tuple[int, ...]) -> str:
    """What a connection table says of an output map: "map 3 sees channels 3, 4, 5"."""
    return widget.tr("map {0} sees channels {1}").format(number, ", ".join(map(str, channels)))


def bars(widget: QWidget, part: Part) -> dict[str, Array]:
    """The numbers of a batch norm or a subsampling by what they are called; none of other layers."""
    if part.kind not in ("batchnorm", "subsampling"):
        return {}
    scale = widget.tr("scale") if part.kind == "batchnorm" else widget.tr("coefficient")
    shift = widget.tr("shift") if part.kind == "batchnorm" else widget.tr("bias")
    names = {"weight": scale, "bias": shift, "mean": widget.tr("mean"), "variance": widget.tr("variance")}
    return {names[key]: part.weights[key] for key in names if key in part.weights}


def of_map(widget: QWidget, rows: Mapping[str, Array], number: int) -> str:
    """All numbers of a map: "map 3: coefficient 0.2500, bias −0.1000"."""
    words = ", ".join(f"{name} {value_text(float(values[number]))}" for name, values in rows.items())
    return widget.tr("map {0}: {1}").format(number, words)


def without_weights(widget: QWidget, stop: Stop | None, part: Part | None) -> str:
    """What a layer does that has nothing to learn; what is to be done where the weights are not known."""
    if stop is None:
        return widget.tr("The input has no weights. Choose a layer above.")
    if stop.parameters and part is None:
        return widget.tr("Draw a digit to see the weights of this network.")
    size = times(stop.window.kernel) if stop.window else ""
    texts = {
        "maxpool": widget.tr("Max pooling has no weights: it keeps the largest of each {0} window."),
        "avgpool": widget.tr("Average pooling has no weights: it keeps the mean of each {0} window."),
        "activation": widget.tr("{1} has no weights: it changes each value by itself."),
        "dropout": widget.tr(
            "Dropout has no weights: in training it sets values to zero at random; now it lets all pass."
        ),
        "flatten": widget.tr("Flatten has no weights: it lays all maps out as one vector."),
        "softmax": widget.tr("Softmax has no weights: it turns the outputs into probabilities."),
    }
    text = texts.get(stop.kind, widget.tr("{1} has no kernels to show."))
    return text.format(size, stop.title).replace("  ", " ")

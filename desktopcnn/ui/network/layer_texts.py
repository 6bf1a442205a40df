"""What is said of a layer: its shape, its kind in two words, its costs."""

from PySide6.QtCore import QObject

from desktopcnn.data.digit import SIZE
from desktopcnn.inspection.outline import INPUT, Outline, Stop


def shape_text(shape: tuple[int, ...]) -> str:
    """20×24×24."""
    return "×".join(map(str, shape))


def layer_name(speaker: QObject, outline: Outline, layer: int) -> str:
    """The name of the layer at that place of the outline, or "input"; `speaker` translates."""
    return speaker.tr("input") if layer == INPUT else outline[layer].name


def call_for_input(speaker: QObject, outline: Outline) -> str:
    """What to do so that there is something to see; `speaker` translates."""
    if outline[0].input_shape == (1, SIZE, SIZE):
        return speaker.tr("Draw a digit to see what this layer computes.")
    return speaker.tr("Choose one of your pictures to see what this layer computes.")


def layer_tip(speaker: QObject, stop: Stop) -> str:
    """All about a layer, a line each; `speaker` translates."""
    lines = [
        stop.title,
        speaker.tr("{0}: {1} in, {2} out").format(
            stop.name, shape_text(stop.input_shape), shape_text(stop.output_shape)
        ),
    ]
    if stop.source is None:
        lines.append(speaker.tr("what it takes was made between modules"))
    if stop.formula:
        lines.append(speaker.tr("parameters: {0}").format(stop.formula))
    if stop.multiply_adds:
        lines.append(speaker.tr("{0:,} multiply-adds").format(stop.multiply_adds))
    if stop.field is not None:
        lines.append(speaker.tr("each cell sees {0} × {0} pixels of the input").format(stop.field))
    return "\n".join(lines)

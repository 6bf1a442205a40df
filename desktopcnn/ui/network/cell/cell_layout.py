"""Which layout shows which explanation."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QRectF

from desktopcnn.inspection.explanations import (
    Applied,
    Convolved,
    Distanced,
    Dropped,
    Explanation,
    Moved,
    Normalised,
    Pooled,
    Softmaxed,
    Weighted,
)
from desktopcnn.ui.network.cell import (
    cell_convolution,
    cell_dense,
    cell_distance,
    cell_pool,
    cell_single,
    cell_softmax,
)
from desktopcnn.ui.network.cell.cell_items import Item, Sight, Words

Layout = Callable[[Sight], list[Item]]
LAYOUTS: dict[type[Explanation], Callable[[Any, Sight], list[Item]]] = {
    Convolved: cell_convolution.layout,
    Pooled: cell_pool.layout,
    Weighted: cell_dense.layout,
    Softmaxed: cell_softmax.layout,
    Distanced: cell_distance.layout,
    Normalised: cell_single.batch_norm,
    Dropped: cell_single.dropout,
    Moved: cell_single.flatten,
}


def explained(explanation: Explanation, sight: Sight, constants: Mapping[str, float]) -> list[Item]:
    """The items of that explanation. constants: of the activation function, if it is one."""
    if isinstance(explanation, Applied):
        return cell_single.activation(explanation, sight, constants)
    return LAYOUTS[type(explanation)](explanation, sight)


def saying(text: str, sight: Sight) -> list[Item]:
    """Nothing but a sentence, in the middle; broken into lines where it is long."""
    fitting = max(int(sight.width / 7), 20)
    lines: list[str] = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= fitting:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    top = (sight.height - len(lines) * sight.line) / 2
    return [
        Words(QRectF(0, top + place * sight.line, sight.width, sight.line), line, "muted", "centre")
        for place, line in enumerate(lines)
    ]

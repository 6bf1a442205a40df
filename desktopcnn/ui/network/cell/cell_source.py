"""From the selection and the answer to what is to be shown of one cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication

from desktopcnn.data.digit import SIZE
from desktopcnn.inspection import arithmetic, tiles
from desktopcnn.inspection.explanations import Convolved, Explanation, Pooled
from desktopcnn.inspection.outline import INPUT, Outline, activation_after
from desktopcnn.inspection.part import NO_NUMBERS, Array
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.selection import Selection

translate = QCoreApplication.translate


@dataclass(frozen=True, eq=False)
class Close:
    """A close look at one cell: its explanation, or the input image, or a note that says why neither.

    span: smallest and largest value of the layer's input; constants: of the layer's activation function;
    classes: names of the outputs, where the layer has one for each class.
    """

    heading: str
    explanation: Explanation | None = None
    image: Array | None = None
    note: str = ""
    span: tuple[float, float] = (0.0, 1.0)
    constants: Mapping[str, float] = field(default_factory=lambda: NO_NUMBERS)
    classes: tuple[str, ...] = ()

    @property
    def window(self) -> tuple[int, int] | None:
        """Rows and columns of the window that slides over the input."""
        if isinstance(self.explanation, Convolved | Pooled):
            rows, columns = self.explanation.inside.shape
            return rows, columns
        return None


def close_look(selection: Selection, answer: Answer | None, temperature: float) -> Close:
    """What there is to see of the chosen cell. temperature: of the softmax."""
    outline, place, cell = selection.outline, selection.layer, selection.cell
    if not outline or cell is None:
        return Close(translate("Cell", "Cell"), note=translate("Cell", "There is no network to look into."))
    title = heading(outline, place, cell)
    if answer is None or not _fits(answer, outline):
        note = translate("Cell", "Draw a digit to see this cell's numbers.")
        if outline[0].input_shape != (1, SIZE, SIZE):
            note = translate("Cell", "Choose one of your pictures to see this cell's numbers.")
        return Close(title, note=note)
    if place == INPUT:
        image = answer.trace.image
        value = translate("Cell", "The value of this pixel is {0}.").format(f"{float(image[cell]):.3f}")
        return Close(title, image=image, note=value, span=tiles.span(image))
    steps, parts = answer.trace.steps, answer.anatomy
    part, layer = parts[steps[place].name], steps[place]
    behind = activation_after(outline, place)
    after = (parts[steps[behind].name], steps[behind]) if behind is not None else None
    explanation = arithmetic.explain(
        part, layer, cell,
        after=after if after and after[0].explainable else None,
        temperature=temperature, maps_shape=_maps_shape(outline, place),
    )  # fmt: skip
    classes = tuple(answer.entry.classes)
    return Close(
        title, explanation, None, arithmetic.reason(part, layer), tiles.span(layer.input), part.constants,
        classes if layer.output.shape == (len(classes),) else (),
    )  # fmt: skip


def heading(outline: Outline, place: int, cell: tuple[int, ...]) -> str:
    """conv1 · map 3 · (12, 7), or dense1 · unit 3."""
    name = translate("Cell", "input") if place == INPUT else outline[place].name
    if len(cell) == 3:
        return translate("Cell", "{0} · map {1} · ({2}, {3})").format(name, *cell)
    return translate("Cell", "{0} · unit {1}").format(name, *cell)


def _fits(answer: Answer, outline: Outline) -> bool:
    """Whether the answer is of that network, and not of the one before."""
    steps = [(layer.name, layer.output.shape) for layer in answer.trace.steps]
    return answer.anatomy.keys() >= {name for name, _ in steps} and steps == [
        (stop.name, stop.output_shape) for stop in outline
    ]


def _maps_shape(outline: Outline, place: int) -> tuple[int, int, int] | None:
    """What the layer's input was before it was flattened."""
    source = outline[place].source
    while source is not None and source >= 0 and outline[source].kind in ("dropout", "activation", "flatten"):
        stop = outline[source]
        if stop.kind == "flatten":
            return stop.input_shape if len(stop.input_shape) == 3 else None
        source = stop.source
    return None

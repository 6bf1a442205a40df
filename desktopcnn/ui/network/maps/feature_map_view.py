"""All feature maps of the chosen layer, before and after its activation."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QToolButton

from desktopcnn.inspection import tiles
from desktopcnn.inspection.numbers import of_output
from desktopcnn.inspection.outline import INPUT, Outline, activation_after
from desktopcnn.ui import figure
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.mosaic_view import Mark
from desktopcnn.ui.network.detail_card import DetailCard
from desktopcnn.ui.network.export.exported import Exported, titled
from desktopcnn.ui.network.layer_texts import call_for_input, layer_name
from desktopcnn.ui.network.maps.map_pane import MapPane
from desktopcnn.ui.network.maps.map_texts import cell_text, value_text
from desktopcnn.ui.quiet import Quiet
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

ROOM_FOR_HINT = 380
"""Width in pixels from which the hint at the wheel stands beside the value."""
ROOM_FOR_BOTH = 480
"""Width in pixels from which both are shown side by side."""
Array = npt.NDArray[np.float32]


class FeatureMapView(DetailCard):
    """Follows the session's selection and answer."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("featureMapView", theme)
        self._session, self._theme, self._selection = session, theme, session.selection
        self._outline: Outline = ()
        self._layer: int | None = None
        self._layers: tuple[int, ...] = ()
        self._outputs: list[Array] = []
        self._panes = (MapPane(theme, "mapsBefore"), MapPane(theme, "mapsAfter"))
        self._note = QLabel()
        self._note.setProperty("muted", True)
        self._note.setWordWrap(True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._value = QLabel(" ")
        self._value.setObjectName("mapValue")
        self._value.setAccessibleName(self.tr("Value of the cell"))
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._hint = QLabel(self.tr("Ctrl+wheel zooms"))
        self._hint.setObjectName("mapHint")
        self._hint.setProperty("muted", True)
        self._hint.setProperty("small", True)
        self._make_controls()
        self._lay_out()
        self._connect()
        self._follow()

    def take_keyboard(self) -> None:
        """Let the keys walk over the maps of the chosen layer, or over the others where those are hidden."""
        shown = [pane for pane in self._panes if not pane.isHidden()]
        own = self._panes[self._own()]
        for pane in [own] if own in shown else shown:
            pane.setFocus(Qt.FocusReason.OtherFocusReason)

    # construction

    def _make_controls(self) -> None:
        self._field = QToolButton()
        self._field.setObjectName("fieldButton")
        self._field.setCheckable(True)
        self._field.setChecked(True)
        self._field.setAccessibleName(self.tr("Receptive field"))
        self._field.setToolTip(
            self.tr("Receptive field: what the cell sees of the layers before it and of the canvas")
        )
        set_icon(self._field, "field", self._theme)
        self._field.toggled.connect(self._selection.show_field)
        self.add_control(self._field)
        self._switch = QButtonGroup(self)
        texts = (
            (self.tr("Before"), self.tr("The maps before the activation")),
            (self.tr("After"), self.tr("The maps after the activation")),
        )
        for number, (text, tip) in enumerate(texts):
            button = QToolButton()
            button.setText(text)
            button.setObjectName(f"maps{('Before', 'After')[number]}Button")
            button.setAccessibleName(tip)
            button.setToolTip(tip)
            button.setCheckable(True)
            self._switch.addButton(button, number)
        self._per = QComboBox()
        self._per.setObjectName("mapScale")
        self._per.setAccessibleName(self.tr("Scale of the colours"))
        self._per.setToolTip(self.tr("Scale of the colours: which maps have one together"))
        scales = {
            "layer": self.tr("Scale: layer"), "map": self.tr("Scale: map"),
            "network": self.tr("Scale: network"),
        }  # fmt: skip
        self._per.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._per.setMinimumContentsLength(7)
        for per, text in scales.items():
            self._per.addItem(text, per)

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(4)
        for button in self._switch.buttons():
            tools.addWidget(button)
        tools.addStretch(1)
        tools.addWidget(self._per)
        panes = QHBoxLayout()
        panes.setSpacing(8)
        for pane in self._panes:
            panes.addWidget(pane, 1)
        self.body.addLayout(tools)
        self.body.addWidget(self._note, 1)
        self.body.addLayout(panes, 1)
        said = QHBoxLayout()
        said.addWidget(Quiet(self._value), 1)
        said.addWidget(self._hint)
        self.body.addLayout(said)

    def _connect(self) -> None:
        self._switch.idClicked.connect(self._arrange)
        self._per.currentIndexChanged.connect(self._refresh)
        for pane in self._panes:
            pane.pointed.connect(self._selection.point_at)
            pane.picked.connect(self._selection.choose_cell)
            pane.walked.connect(self._selection.step_cell)
            pane.map_walked.connect(self._selection.step_map)
        self._selection.changed.connect(self._follow)
        self._selection.field_changed.connect(self._mark)
        self._session.answered.connect(self._show)
        self._theme.changed.connect(self._mark)

    # which maps

    def _follow(self) -> None:
        """Another layer or another cell is looked at."""
        outline, layer = self._selection.outline, self._selection.layer
        layers = self._before_and_after()
        if layers != self._layers or layer != self._layer or outline is not self._outline:
            self._layers, self._layer, self._outline = layers, layer, outline
            self._switch.buttons()[self._own()].setChecked(True)
            self._arrange()
        classes = self._session.entry.classes if self._session.entry else ()
        for pane, at in zip(self._panes, layers, strict=False):
            stop = None if at == INPUT else outline[at]
            shape = outline[0].input_shape if stop is None else stop.output_shape
            labels = classes if shape == (len(classes),) else ()
            pane.set_layer(layer_name(self, outline, at), shape, stop, labels)
        if outline:
            maps = len(self._selection.shape) == 3
            text = self.tr("Feature maps of {0}") if maps else self.tr("Output of {0}")
            self.set_heading(text.format(layer_name(self, outline, layer)))
        self._show(self._session.answer)
        self._show_chosen()

    def _before_and_after(self) -> tuple[int, ...]:
        """The chosen layer, and beside it the activation that follows or what the activation took."""
        outline, layer = self._selection.outline, self._selection.layer
        if not outline:
            return ()
        if layer == INPUT:
            return (layer,)
        stop = outline[layer]
        if stop.kind == "activation" and stop.source not in (None, INPUT):
            return (stop.source, layer)
        after = activation_after(outline, layer)
        return (layer,) if after is None else (layer, after)

    def _own(self) -> int:
        """Which of the panes shows the chosen layer."""
        return self._layers.index(self._selection.layer) if self._layers else 0

    def _arrange(self) -> None:
        """Both side by side where there is room, else the one that is switched to."""
        empty, two = not self._outputs, len(self._layers) > 1
        both = two and self.width() >= ROOM_FOR_BOTH
        texts = (self.tr("Before: {0}"), self.tr("After: {0}"))
        for number, pane in enumerate(self._panes):
            wanted = both or number == (self._switch.checkedId() if two else 0)
            pane.setVisible(wanted and not empty)
            pane.caption.setVisible(both)
            if both:
                name = layer_name(self, self._selection.outline, self._layers[number])
                pane.caption.setText(texts[number].format(name))
        for button in self._switch.buttons():
            button.setVisible(two and not both)
        self._per.setEnabled(not empty)
        self._note.setVisible(empty)
        self._value.setVisible(not empty)
        self._hint.setVisible(not empty and self.width() >= ROOM_FOR_HINT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # what is in them

    def _show(self, answer: Answer | None) -> None:
        outline = self._selection.outline
        outputs = [answer.trace.image, *(step.output for step in answer.trace.steps)] if answer else []
        if outputs and [output.shape for output in outputs[1:]] != [stop.output_shape for stop in outline]:
            outputs = []  # another network's: its own is on its way
        appears = bool(outputs) != bool(self._outputs)
        self._outputs = outputs
        if appears or not outputs:
            self._arrange()
        self._note.setText(call_for_input(self, outline) if outline else self.tr("No network."))
        self.set_exportable("" if outputs else self._note.text())
        self._refresh()

    def exported(self) -> Exported | None:
        """The maps as they are shown, and of each layer that is, the chosen one first."""
        if not self._outputs:
            return None
        panes = figure.beside([pane.figure() for pane in self._panes if not pane.isHidden()])
        value = figure.of_text(self._value.text(), self._value.font(), self._theme.colours.text)
        picture = titled(self.accessibleName(), [panes, value], self.font(), self._theme)
        layers = sorted(self._layers, key=lambda layer: layer != self._selection.layer)
        names = [layer_name(self, self._selection.outline, layer) for layer in layers]
        arrays = [of_output(name, self._outputs[at + 1]) for name, at in zip(names, layers, strict=True)]
        return Exported(self.accessibleName(), f"maps-{names[0]}", picture, tuple(arrays))

    def _refresh(self) -> None:
        per: tiles.Per = self._per.currentData()
        largest = tiles.largest_in(self._outputs) if per == "network" and self._outputs else 0.0
        for pane, layer in zip(self._panes, self._layers, strict=False):
            values = self._outputs[layer + 1] if self._outputs else None
            pane.set_values(values, None if values is None else tiles.scale(values, per, largest))
        self._mark()

    def _mark(self) -> None:
        """Outline the chosen cell and say what is under the pointer, or else there."""
        if self._layer != self._selection.layer or self._outline is not self._selection.outline:
            return  # it is of a layer whose maps are not here yet
        chosen, cell = self._selection.cell, self._selection.pointed or self._selection.cell
        marks = [] if chosen is None else [self._box(chosen)]
        for pane in self._panes[: len(self._layers)]:
            pane.set_marks(marks)
            pane.show_range_of(cell[0] if cell else 0)
        text = self._said(cell)
        self._value.setText(text or " ")
        for pane in self._panes:
            if pane.picture:
                pane.picture.setAccessibleDescription(text)

    def _box(self, cell: tuple[int, ...]) -> Mark:
        colours = self._theme.colours
        row, column = cell[1:] if len(cell) == 3 else (0, cell[0])
        return Mark((row, column, row + 1, column + 1), cell[:1], colours.accent, colours.card)

    def _said(self, cell: tuple[int, ...] | None) -> str:
        if cell is None or not self._outputs:
            return ""
        values = [self._outputs[layer + 1] for layer in self._layers]
        if any(len(value.shape) != len(cell) for value in values):
            return ""
        classes = self._session.entry.classes if self._session.entry else ()
        label = classes[cell[0]] if values[0].shape == (len(classes),) else ""
        numbers = " → ".join(value_text(float(value[cell])) for value in values)
        return self.tr("{0}: {1}").format(cell_text(self, cell, label), numbers)

    def _show_chosen(self) -> None:
        cell = self._selection.cell
        if cell is not None:
            for pane in self._panes:
                pane.area.show_cell(self._box(cell).area, cell[0])

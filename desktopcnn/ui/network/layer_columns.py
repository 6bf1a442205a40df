"""The network from left to right: one column for each layer, alive under the pen."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QWidget

from desktopcnn.inspection.numbers import of_output, to_csv
from desktopcnn.inspection.outline import INPUT, Stop
from desktopcnn.inspection.part import Array
from desktopcnn.ui import figure
from desktopcnn.ui.answering import Answer, AnyEntry
from desktopcnn.ui.network.export.exported import Exported
from desktopcnn.ui.network.field_marks import marks_at
from desktopcnn.ui.network.layer_column import LayerColumn
from desktopcnn.ui.network.layer_texts import layer_name, layer_tip
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

MARGIN = 12


class LayerColumns(QScrollArea):
    """Made anew for each network; repainted with each answer. A click or an arrow key chooses a layer."""

    entered = Signal()  # the detail of the chosen layer shall have the keyboard

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme, self._selection = session, theme, session.selection
        self._columns: list[LayerColumn] = []
        self.setObjectName("layerColumns")
        self.setAccessibleName(self.tr("Layers of the network"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        session.network_changed.connect(self._build)
        session.answered.connect(self._show)
        self._selection.changed.connect(self._mark)
        self._selection.field_changed.connect(self._show_field)
        theme.changed.connect(self._recolour)
        self._build(session.entry)
        self._mark()

    def _build(self, entry: AnyEntry | None) -> None:
        content = _Row(self._theme)
        layout = QHBoxLayout(content)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(6)
        self._columns = []
        if entry is None:
            note = QLabel(self.tr("No network is installed. Train one: desktopcnn train"))
            note.setProperty("muted", True)
            layout.addWidget(note, 0, Qt.AlignmentFlag.AlignCenter)
        else:
            outline = self._session.outline
            self._columns.append(LayerColumn(self.tr("input"), outline[0].input_shape, self._theme))
            classes = entry.classes
            self._columns += [self._column(stop, classes) for stop in outline]
        for layer, column in enumerate(self._columns, INPUT):
            layout.addWidget(column, column.minimumWidth())
            column.pressed.connect(lambda layer=layer: self._selection.choose_layer(layer))
        self.setWidget(content)

    def _column(self, stop: Stop, classes: Sequence[str]) -> LayerColumn:
        labels = classes if stop.output_shape == (len(classes),) else ()
        column = LayerColumn(stop.name, stop.output_shape, self._theme, stop, labels)
        column.setToolTip(layer_tip(self, stop))
        return column

    # which one is chosen

    def _mark(self) -> None:
        """Show which column is chosen, and bring it into sight."""
        content = self.widget()
        assert isinstance(content, _Row)
        for layer, column in enumerate(self._columns, INPUT):
            column.set_chosen(layer == self._selection.layer)
            if layer == self._selection.layer:
                content.chosen = column
                self.ensureWidgetVisible(column, 2 * MARGIN, 0)
        outline, layer = self._selection.outline, self._selection.layer
        if outline:
            chosen = layer_name(self, outline, layer)
            self.setAccessibleDescription(self.tr("{0} is chosen").format(chosen))
        content.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._selection.outline)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -last, Qt.Key.Key_End: last}
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in steps:
            self._selection.step_layer(steps[key])
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_focus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_focus(False)

    def _show_focus(self, focused: bool) -> None:
        content = self.widget()
        if isinstance(content, _Row):
            content.focused = focused
            content.update()

    # what is in them

    def _show(self, answer: Answer | None) -> None:
        if answer is None:
            for column in self._columns:
                column.set_values(None)
        else:
            for column, output in zip(self._columns, self._outputs(answer), strict=False):
                column.set_values(output)

    def _outputs(self, answer: Answer | None) -> list[Array]:
        """One for each column; none of an answer of the network before."""
        if answer is None:
            return []
        outputs = [answer.trace.image, *(step.output for step in answer.trace.steps)]
        fits = [output.shape for output in outputs] == [column.shape for column in self._columns]
        return outputs if fits else []

    def exported(self) -> Exported | None:
        """All columns, those too that are scrolled out of sight, and the output of every layer."""
        entry = self._session.entry
        if entry is None or not self._columns:
            return None
        corner = self._columns[0].pos()
        row = figure.placed([(column.pos() - corner, figure.of_widget(column)) for column in self._columns])
        title = figure.of_text(entry.title, self.font(), self._theme.colours.text)
        picture = figure.framed(figure.stacked([title, row]), self._theme.colours.window)
        names = [layer_name(self, self._selection.outline, at) for at in range(INPUT, len(self._columns) - 1)]
        outputs = self._outputs(self._session.answer)
        arrays = list(map(of_output, names, outputs))
        table = partial(to_csv, *arrays) if arrays else None
        return Exported(self.tr("Whole network"), f"network-{entry.name}", picture, tuple(arrays), table)

    def _show_field(self) -> None:
        for layer, column in enumerate(self._columns, INPUT):
            column.maps.set_marks(marks_at(self._session, self._theme, layer))

    def _recolour(self) -> None:
        for column in self._columns:
            column.recolour()
        self._show_field()


class _Row(QWidget):
    """The columns side by side; around the chosen one a soft ring where the keyboard's arrows go to it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.chosen: LayerColumn | None = None
        self.focused = False

    def paintEvent(self, event: QPaintEvent) -> None:
        if not (self.focused and self.chosen):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QColor(self._theme.colours.accent)
        ring.setAlphaF(0.4)
        painter.setPen(QPen(ring, 3))
        painter.drawRoundedRect(QRectF(self.chosen.geometry()).adjusted(-1.5, -1.5, 1.5, 1.5), 7, 7)

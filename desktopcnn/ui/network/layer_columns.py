"""The network from left to right: one column for each layer, alive under the pen."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktopcnn.inspection import tiles
from desktopcnn.networks.architecture import Row
from desktopcnn.networks.layers import Flatten
from desktopcnn.networks.library import Entry
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.colour_bar import ColourBar
from desktopcnn.ui.mosaic_view import MosaicView
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

WIDTH, NARROW = 80, 52
"""Least width of a column in pixels; of one that only lays out anew what stands beside it."""


class LayerColumns(QScrollArea):
    """Made anew for each architecture; repainted with each answer."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._columns: list[LayerColumn] = []
        self.setObjectName("layerColumns")
        self.setAccessibleName(self.tr("Layers of the network"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        session.network_changed.connect(self._build)
        session.answered.connect(self._show)
        theme.changed.connect(self._recolour)
        self._build(session.entry)

    def _build(self, entry: Entry | None) -> None:
        content = QWidget()
        layout = QHBoxLayout(content)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(6)
        self._columns = []
        if entry is None:
            note = QLabel(self.tr("No network is installed. Train one: desktopcnn train"))
            note.setProperty("muted", True)
            layout.addWidget(note, 0, Qt.AlignmentFlag.AlignCenter)
        else:
            shape = entry.card.architecture.input_shape
            self._columns.append(LayerColumn("input", shape, 0, self._theme))
            rows = entry.card.architecture.rows
            self._columns += [_column(row, self._theme, ()) for row in rows[:-1]]
            self._columns.append(_column(rows[-1], self._theme, entry.card.classes))
        for column in self._columns:
            layout.addWidget(column, column.minimumWidth())
        self.setWidget(content)

    def _show(self, answer: Answer | None) -> None:
        if answer is None:
            for column in self._columns:
                column.set_values(None)
            return
        outputs = [answer.frame[None], *(layer.output for layer in answer.trace.layers)]
        if [output.shape for output in outputs] == [column.shape for column in self._columns]:
            for column, output in zip(self._columns, outputs, strict=True):
                column.set_values(output)

    def _recolour(self) -> None:
        for column in self._columns:
            column.recolour()


class LayerColumn(QFrame):
    """Name, output shape, mosaic of the feature maps with its colour bar, number of parameters."""

    def __init__(
        self, name: str, shape: tuple[int, ...], parameters: int, theme: Theme, labels: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self.shape = shape
        self._theme = theme
        self.setProperty("card", True)
        self.setObjectName(f"column-{name}")
        self.setMinimumWidth(WIDTH)
        self._view = MosaicView(shape, theme.sequential(), labels)
        self._bar = ColourBar(theme, theme.sequential())
        self._bar.setToolTip(self.tr("Smallest and largest value of this layer for what is shown"))
        self._view.setObjectName(f"maps-{name}")
        self._view.setAccessibleName(self.tr("Feature maps of {0}").format(name))
        title = QLabel(name)
        title.setProperty("strong", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(5, 8, 5, 8)
        layout.setSpacing(2)
        for label in (title, self._muted(shape_text(shape))):
            layout.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(4)
        layout.addWidget(self._view, 1)
        layout.addWidget(self._bar)
        count = self._muted(self.tr("{0:,}\nparameters").format(parameters) if parameters else "\n")
        count.setProperty("small", True)
        count.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(count, 0, Qt.AlignmentFlag.AlignHCenter)

    def set_values(self, values: npt.NDArray[np.float32] | None) -> None:
        self._view.set_values(values)
        self._bar.set_range(None if values is None else tiles.span(values))

    def recolour(self) -> None:
        self._view.set_table(self._theme.sequential())
        self._bar.set_table(self._theme.sequential())

    def _muted(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("muted", True)
        return label


def _column(row: Row, theme: Theme, labels: Sequence[str]) -> LayerColumn:
    column = LayerColumn(row.name, row.output_shape, row.parameters, theme, labels)
    column.setToolTip(_tip(column, row))
    if isinstance(row.layer, Flatten):
        column.setMinimumWidth(NARROW)
    return column


def _tip(column: QWidget, row: Row) -> str:
    lines = [
        column.tr("{0}: {1} in, {2} out").format(
            row.name, shape_text(row.input_shape), shape_text(row.output_shape)
        ),
        column.tr("{0:,} parameters, {1:,} multiply-adds").format(row.parameters, row.multiply_adds),
    ]
    if row.field is not None:
        lines.append(column.tr("each cell sees {0} x {0} pixels of the input").format(row.field))
    return "\n".join(lines)


def shape_text(shape: tuple[int, ...]) -> str:
    """20×24×24."""
    return "×".join(map(str, shape))

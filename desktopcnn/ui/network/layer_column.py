"""One layer of the network as a narrow card."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from desktopcnn.inspection import tiles
from desktopcnn.inspection.outline import Stop
from desktopcnn.ui.colour_bar import ColourBar
from desktopcnn.ui.mosaic_view import MosaicView
from desktopcnn.ui.network.layer_texts import shape_text
from desktopcnn.ui.theme import Theme

WIDTH, NARROW, WIDEST = 80, 52, 150
"""Least width of a column in pixels; of one that only lays out anew what stands beside it; of the title."""
SIDE = 6
"""Pixels between the frame and what is in it, left and right."""


class LayerColumn(QFrame):
    """Name, kind, output shape, mosaic of the feature maps with its colour bar, number of parameters."""

    pressed = Signal()

    def __init__(
        self,
        name: str,
        shape: tuple[int, ...],
        theme: Theme,
        stop: Stop | None = None,
        labels: Sequence[str] = (),
    ) -> None:
        """stop: the layer, None for the input; labels: of the classes, where its output is one for each."""
        super().__init__()
        self.shape = shape
        self._theme = theme
        self._chosen = self._hovered = self._signed = False
        self.setProperty("card", True)
        self.setObjectName(f"column-{name}")
        flat = stop is not None and stop.kind == "flatten" and len(stop.input_shape) == 3
        columns = tiles.unflattened(stop.input_shape) if stop and flat else ()
        self.maps = MosaicView(shape, theme.sequential(), labels, theme.diverging(), columns)
        self.maps.setObjectName(f"maps-{name}")
        self.maps.setAccessibleName(self.tr("Feature maps of {0}").format(name))
        self._bar = ColourBar(theme, theme.sequential())
        self._bar.setToolTip(self.tr("Smallest and largest value of this layer for what is shown"))
        self._lay_out(name, stop, NARROW if flat else WIDTH)

    def _lay_out(self, name: str, stop: Stop | None, least: int) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SIDE, 7, SIDE, 7)
        layout.setSpacing(1)
        title = QLabel()
        title.setProperty("strong", True)
        bold, small = QFont(self.font()), QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        small.setPointSize(8)  # of the style sheet's "small"
        widths = QFontMetrics(bold), QFontMetrics(small)
        title.setText(widths[0].elidedText(name, Qt.TextElideMode.ElideMiddle, WIDEST))
        kind = self._muted(
            widths[1].elidedText(self._kind(stop) if stop else " ", Qt.TextElideMode.ElideRight, WIDTH)
        )
        needed = max(w.horizontalAdvance(t.text()) for w, t in zip(widths, (title, kind), strict=True))
        needed = max(needed, self.fontMetrics().horizontalAdvance(shape_text(self.shape)))
        self.setMinimumWidth(max(least, needed + 2 * SIDE + 6))
        parameters = stop.parameters if stop else 0
        count = self._muted(self.tr("{0:,}\nparameters").format(parameters) if parameters else "\n")
        for label in (kind, count):
            label.setProperty("small", True)
        count.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for label in (title, kind, self._muted(shape_text(self.shape))):
            layout.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(4)
        layout.addWidget(self.maps, 1)
        layout.addWidget(self._bar)
        layout.addWidget(count, 0, Qt.AlignmentFlag.AlignHCenter)

    def _kind(self, stop: Stop) -> str:
        """In one or two words that fit into a column."""
        kinds = {
            "conv": self.tr("convolution"), "maxpool": self.tr("max pool"),
            "avgpool": self.tr("avg pool"), "subsampling": self.tr("subsampling"),
            "batchnorm": self.tr("batch norm"), "dropout": self.tr("dropout"), "flatten": self.tr("flatten"),
            "dense": self.tr("dense"), "rbf": self.tr("RBF output"), "softmax": self.tr("softmax"),
        }  # fmt: skip
        return kinds.get(stop.kind, stop.title)

    def _muted(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("muted", True)
        return label

    def set_chosen(self, chosen: bool) -> None:
        """Whether this is the layer that is looked at closely."""
        self._chosen = chosen
        self.update()

    def set_values(self, values: npt.NDArray[np.float32] | None) -> None:
        scale = None if values is None else tiles.scale(values)
        self.maps.set_values(values, scale)
        self._bar.set_range(scale.of(0) if scale else None)
        if scale and scale.signed != self._signed:
            self._signed = scale.signed
            self._bar.set_table(self._theme.diverging() if self._signed else self._theme.sequential())

    def recolour(self) -> None:
        sequential, diverging = self._theme.sequential(), self._theme.diverging()
        self.maps.set_table(sequential, diverging)
        self._bar.set_table(diverging if self._signed else sequential)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover(True)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(False)

    def _hover(self, hovered: bool) -> None:
        self._hovered = hovered
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame's colour says whether it is chosen: a thicker border would move what is inside."""
        super().paintEvent(event)
        if self._chosen or self._hovered:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width = 2 if self._chosen else 1
            painter.setPen(QPen(QColor(self._theme.colours.accent), width))
            edge = width / 2
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), 6, 6)

"""The maps of one layer with their name and their colour bar."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktopcnn.inspection import tiles
from desktopcnn.inspection.outline import Stop
from desktopcnn.ui import figure
from desktopcnn.ui.colour_bar import ColourBar
from desktopcnn.ui.figure import Figure
from desktopcnn.ui.mosaic_view import Mark
from desktopcnn.ui.network.maps.map_picture import MapArea, MapPicture
from desktopcnn.ui.theme import Theme


class MapPane(QWidget):
    """Passes on what the picture's signals say."""

    pointed = Signal(object)
    picked = Signal(object)
    walked = Signal(int, int)
    map_walked = Signal(int)

    def __init__(self, theme: Theme, name: str) -> None:
        """name: the object name of the picture."""
        super().__init__()
        self._theme, self._name = theme, name
        self._scale: tiles.Scale | None = None
        self._signed = False
        self._made_for: object = None
        self.area = MapArea()
        self.caption = QLabel()
        self.caption.setProperty("muted", True)
        self.caption.setProperty("small", True)
        self._bar = ColourBar(theme, theme.sequential())
        self._bar.setToolTip(self.tr("The values of the first and the last colour"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 0)
        layout.setSpacing(3)
        layout.addWidget(self.caption)
        layout.addWidget(self.area, 1)
        layout.addSpacing(2)
        layout.addWidget(self._bar)
        theme.changed.connect(self._recolour)

    @property
    def picture(self) -> MapPicture | None:
        return self.area.picture

    def set_layer(self, name: str, shape: tuple[int, ...], stop: Stop | None, labels: Sequence[str]) -> None:
        """Make room for the output of that layer; stop: None for the input."""
        if self._made_for == (shape, stop, tuple(labels)):
            return
        self._made_for = (shape, stop, tuple(labels))
        had_focus = self.picture is not None and self.picture.hasFocus()
        flat = stop is not None and stop.kind == "flatten" and len(stop.input_shape) == 3
        columns = tiles.unflattened(stop.input_shape) if stop and flat else ()
        picture = MapPicture(shape, self._theme.sequential(), labels, self._theme.diverging(), columns)
        picture.setObjectName(self._name)
        picture.setAccessibleName(self.tr("Feature maps of {0}").format(name))
        picture.pointed.connect(self.pointed)
        picture.picked.connect(self.picked)
        picture.walked.connect(self.walked)
        picture.map_walked.connect(self.map_walked)
        picture.focus_changed.connect(self.update)
        self.area.set_picture(picture)
        self.setFocusProxy(picture)
        before = self.previousInFocusChain()
        while before and before is not self and not before.focusPolicy() & Qt.FocusPolicy.TabFocus:
            before = before.previousInFocusChain()
        QWidget.setTabOrder(before or self, picture)  # or one made late would come last in the window
        if had_focus:
            picture.setFocus()

    def set_values(self, values: npt.NDArray[np.float32] | None, scale: tiles.Scale | None) -> None:
        """Show those values on that scale."""
        self._scale = scale
        if self.picture:
            self.picture.set_values(values, scale)
        if scale and scale.signed != self._signed:
            self._signed = scale.signed
            self._bar.set_table(self._theme.diverging() if self._signed else self._theme.sequential())

    def show_range_of(self, number: int) -> None:
        """Let the colour bar speak of that map, where each has a scale of its own."""
        self._bar.set_range(self._scale.of(number) if self._scale else None)

    def set_marks(self, marks: Sequence[Mark]) -> None:
        if self.picture:
            self.picture.set_marks(marks)

    def figure(self) -> Figure:
        """The caption, all maps and the colour bar."""
        shown = (self.caption, self.picture, self._bar)
        return figure.stacked([figure.of_widget(part) for part in shown if part and not part.isHidden()], 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is None or not self.picture.hasFocus():
            return
        painter = QPainter(self)
        painter.setPen(QPen(QColor(self._theme.colours.accent), 2))
        painter.drawRect(QRectF(self.area.geometry()).adjusted(-2, -2, 2, 2))

    def _recolour(self) -> None:
        sequential, diverging = self._theme.sequential(), self._theme.diverging()
        self._bar.set_table(diverging if self._signed else sequential)
        if self.picture:
            self.picture.set_table(sequential, diverging)

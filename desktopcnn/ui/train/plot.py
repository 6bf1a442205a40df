"""One plot: lines that are made once and reused, a cross-hair with values, a cursor."""

import time
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

from desktopcnn.training.curves import Array
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.plot_axis import Axis
from desktopcnn.ui.train.plot_marks import Mark, PlotMarks
from desktopcnn.ui.train.plot_style import LAYERS, MANY, Line, hair, pen, small_font
from desktopcnn.ui.train.readout import Readout

AXIS_WIDTH, AXIS_HEIGHT = 46, 32
LEAST = QSize(90, 80)
CROWDED = 100
"""Points from which on a line has no marks at them."""
ZOOMS: dict[int, float] = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
SHIFTS: dict[int, float] = {Qt.Key.Key_Left: -0.1, Qt.Key.Key_Right: 0.1}


class Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """x rises to the right; y is linear or logarithmic (values at or below zero are left out then)."""

    hovered = Signal(object)  # x under the mouse, or None when it has left
    cursor_dragged = Signal(float)  # x
    zoomed = Signal()  # by the user
    fit_wanted = Signal()

    def __init__(self, theme: Theme, suffix: str = "") -> None:
        super().__init__(enableMenu=False, axisItems={side: Axis(side) for side in ("left", "bottom")})
        self._theme, self._suffix = theme, suffix
        self._items: dict[tuple[str, str], pg.PlotDataItem] = {}
        self._drawn: dict[tuple[str, str], Line] = {}
        self.painting = 0.0  # seconds that the last time took
        self.x_name = ""
        self.log = False
        self.follows_y = True
        self.getAxis("left").setWidth(AXIS_WIDTH)
        self.getAxis("bottom").setHeight(AXIS_HEIGHT)
        self.getPlotItem().setContentsMargins(0, 6, 10, 0)
        for side in ("left", "bottom"):
            self.getAxis(side).setZValue(-1000)  # the grid lies under the curves
        self.getAxis("left").suffix = suffix
        menu = self.getPlotItem().ctrlMenu  # never shown, but there
        menu.setParent(self, menu.windowFlags())
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self._cursor = self._line(90, movable=True)
        self._hairs = (self._line(90), self._line(0))
        self._readout = Readout(self)
        self._marks = PlotMarks(self, self._line)
        self._cursor.sigDragged.connect(lambda line: self.cursor_dragged.emit(float(line.value())))
        self.scene().sigMouseMoved.connect(self._follow_mouse)
        self.getViewBox().sigRangeChangedManually.connect(self._tell_zoom)
        self.getViewBox().sigXRangeChanged.connect(self._draw_range)
        self.recolour()

    # what is shown

    def draw(self, lines: Sequence[Line]) -> None:
        """Show these lines and no others; only what differs from before is drawn anew."""
        wanted = {(line.run, line.name): line for line in lines if len(line.x)}
        for key in self._items.keys() - wanted.keys():
            self.removeItem(self._items.pop(key))
            del self._drawn[key]
        for key, line in wanted.items():
            item = self._items.get(key) or self._add(key, line)
            before = self._drawn.get(key)
            if before is None or _look(before) != _look(line):
                _dress(item, line)
            if before is None or before.version != line.version:
                item.setData(*line.within(*self.x_range()))
            self._drawn[key] = line
        self.getAxis("left").setStyle(showValues=bool(self._drawn))

    def lines(self) -> list[Line]:
        """What is shown now."""
        return list(self._drawn.values())

    def displayed(self) -> list[tuple[Line, Array, Array]]:
        """Each line with the points that are drawn of it; y as its power of ten on a logarithmic axis."""
        return [(line, *self._items[key].getData()) for key, line in self._drawn.items()]

    def set_log(self, log: bool) -> None:
        if log != self.log:
            self.log = log
            shown, free = self.x_range(), self.getViewBox().autoRangeEnabled()[0]
            self.setLogMode(False, log)  # which shows everything again
            if not free:
                self.set_x_range(*shown)
            self.follows_y = True  # the range of y has another meaning now

    def set_suffix(self, suffix: str) -> None:
        """What follows each number of the y axis: a unit with its space."""
        if suffix != self._suffix:
            self._suffix = suffix
            axis = self.getAxis("left")
            axis.suffix = suffix
            axis.picture = None
            axis.update()

    def set_x_name(self, name: str) -> None:
        """Name and unit of the x axis."""
        if name != self.x_name:
            self.x_name = name
            self.setLabel("bottom", name)

    def set_marks(self, marks: Sequence[Mark], labelled: bool) -> None:
        """Vertical lines that say what was changed there; those close together share a label."""
        self._marks.set(marks, labelled)

    def marks(self) -> list[tuple[float, str]]:
        """Place and text of each change that is marked."""
        return self._marks.all()

    def labels(self) -> list[tuple[float, str]]:
        """Place and text of each label of marks; of marks close together only how many they are."""
        return self._marks.labels()

    def set_cursor(self, x: float | None) -> None:
        """Put the cursor at x, or take it away."""
        self._cursor.setVisible(x is not None)
        if x is not None:
            self._cursor.setValue(x)

    def set_hair(self, x: float | None) -> None:
        """A vertical hair at x, without values: the mouse is on another plot."""
        self._readout.hide()
        self._hairs[1].hide()
        self._hairs[0].setVisible(x is not None)
        if x is not None:
            self._hairs[0].setValue(x)

    # what is visible of it

    def set_x_range(self, low: float, high: float) -> None:
        self.setXRange(low, high, padding=0)

    def x_range(self) -> tuple[float, float]:
        low, high = self.getViewBox().viewRange()[0]
        return float(low), float(high)

    def fit_y(self) -> None:
        """Let the y axis follow the lines again."""
        self.follows_y = True
        self.set_y_range(None)

    def set_y_range(self, bounds: tuple[float, float] | None) -> None:
        """What the y axis shows while it follows; None: all of the lines."""
        if not self.follows_y:
            return
        if bounds is None:
            self.enableAutoRange(axis="y")
        else:
            low, high = np.log10(bounds) if self.log else bounds
            self.setYRange(low, high, padding=0.02)

    # life

    def recolour(self) -> None:
        """Take the colours of the theme that is in force; lines bring their own."""
        colours = self._theme.colours
        self.setBackground(colours.card)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(colours.border)
            axis.setTickPen(colours.track)
            axis.setTextPen(colours.muted)
            axis.setTickFont(small_font(self))
            axis.label.setFont(small_font(self))
        self.getAxis("left").setGrid(255)
        self.getAxis("bottom").setLabel(self.x_name, **{"color": colours.muted, "font-size": "8pt"})
        self._cursor.setPen(hair(colours.accent, Qt.PenStyle.SolidLine, 2))
        self._cursor.setHoverPen(hair(colours.accent, Qt.PenStyle.SolidLine, 3))
        for line in self._hairs:
            line.setPen(hair(colours.hint, Qt.PenStyle.DashLine))

    def sizeHint(self) -> QSize:
        """The least that can be read; a layout gives it the rest."""
        return LEAST

    def paintEvent(self, event: QPaintEvent) -> None:
        began = time.perf_counter()
        super().paintEvent(event)
        self.painting = time.perf_counter() - began

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.set_hair(None)
        self.hovered.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.fit_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom, arrows move, Home shows everything."""
        box = self.getViewBox()
        low, high = self.x_range()
        if event.key() == Qt.Key.Key_Home:
            self.fit_wanted.emit()
        elif event.key() in ZOOMS:
            box.scaleBy(x=ZOOMS[event.key()])
            self._tell_zoom()
        elif event.key() in SHIFTS:
            box.translateBy(x=(high - low) * SHIFTS[event.key()])
            self._tell_zoom()
        else:
            event.ignore()

    def readout(self, x: float) -> list[tuple[Line, float, float]]:
        """Of each line the point that is nearest to x: the line, its x and its y."""
        low, high = self.x_range()
        near = (high - low) / 50
        found = []
        for line in self._drawn.values():
            right = int(np.clip(np.searchsorted(line.x, x), 1, max(len(line.x) - 1, 1)))
            place = min((right - 1, min(right, len(line.x) - 1)), key=lambda at: abs(line.x[at] - x))
            if line.x[0] - near <= x <= line.x[-1] + near:
                found.append((line, float(line.x[place]), float(line.y[place])))
        return found

    def _follow_mouse(self, place: QPointF) -> None:
        box = self.getViewBox()
        if not self._drawn or not box.sceneBoundingRect().contains(place):
            self.set_hair(None)
            self.hovered.emit(None)
            return
        at = box.mapSceneToView(place)
        self.set_hair(at.x())
        self._hairs[1].setValue(at.y())
        self._hairs[1].show()
        self._show_values(at.x(), place)
        self.hovered.emit(at.x())

    def _show_values(self, x: float, place: QPointF) -> None:
        number = f"{x:,.2f}" if self.x_range()[1] < 1000 else f"{x:,.0f}"
        values = [(line, y) for line, _, y in self.readout(x)]
        self._readout.say(f"{self.x_name} {number}", values, self._suffix, self._marks.near(x))
        self._readout.show_at(self.mapFromScene(place), self.width(), self.height() - AXIS_HEIGHT)

    def _draw_range(self) -> None:
        """Give the lines with very many points those that the new range needs."""
        for key, line in self._drawn.items():
            if len(line.x) > MANY:
                self._items[key].setData(*line.within(*self.x_range()))

    def _tell_zoom(self) -> None:
        self.follows_y = False
        self.zoomed.emit()

    def _line(self, angle: int, movable: bool = False) -> pg.InfiniteLine:
        line = pg.InfiniteLine(angle=angle, movable=movable)
        line.setZValue(10)
        line.hide()
        self.addItem(line, ignoreBounds=True)
        return line

    def _add(self, key: tuple[str, str], line: Line) -> pg.PlotDataItem:
        # of what scatters the highest and the lowest value in each pixel, of curves the mean of each half
        scatters = line.style == "faint"
        item = pg.PlotDataItem(antialias=not scatters, autoDownsampleFactor=1.0 if scatters else 2.0)
        item.setLogMode(False, self.log)
        self.addItem(item)
        item.setDownsampling(auto=True, method="peak" if scatters else "mean")
        item.setClipToView(True)
        item.setZValue(LAYERS[line.style])
        self._items[key] = item
        return item


def _look(line: Line) -> tuple[str, str, bool]:
    return line.colour, line.style, len(line.x) > CROWDED


def _dress(item: pg.PlotDataItem, line: Line) -> None:
    item.setPen(pen(line.colour, line.style))
    if line.style == "dotted":
        item.setSymbol("o" if len(line.x) <= CROWDED else None)
        item.setSymbolSize(5)
        item.setSymbolPen(None)
        item.setSymbolBrush(line.colour)

"""Plots over one x axis: they zoom and move together, share the cursor and the cross-hair."""

from PySide6.QtCore import QObject, Signal

from desktopcnn.ui.train.plot import Plot


class LinkedPlots(QObject):
    """Shows the whole range until the user zooms or moves, and again after `fit`.

    pyqtgraph's own links line plots of different widths up pixel by pixel, which is not meant here.
    """

    cursor_dragged = Signal(float)  # x

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._plots: list[Plot] = []
        self._end = 1.0
        self._cursor: float | None = None
        self.following = True

    def add(self, plot: Plot) -> None:
        self._plots.append(plot)
        plot.zoomed.connect(lambda: self._zoom_like(plot))
        plot.hovered.connect(lambda x: self._hover_like(plot, x))
        plot.cursor_dragged.connect(self.cursor_dragged)
        plot.fit_wanted.connect(self.fit)
        plot.set_cursor(self._cursor)
        plot.getViewBox().setLimits(xMin=0, xMax=self._end)
        plot.set_x_range(0, self._end)

    def set_end(self, end: float) -> None:
        """Where the whole range, which begins at 0, ends."""
        self._end = end
        for plot in self._plots:
            plot.getViewBox().setLimits(xMin=0, xMax=end)
            if self.following:
                plot.set_x_range(0, end)

    def set_cursor(self, x: float | None) -> None:
        self._cursor = x
        for plot in self._plots:
            plot.set_cursor(x)

    def fit(self) -> None:
        """Show everything, and follow it as it grows."""
        self.following = True
        self.set_end(self._end)
        for plot in self._plots:
            plot.fit_y()

    def _zoom_like(self, zoomed: Plot) -> None:
        self.following = False
        for plot in self._plots:
            if plot is not zoomed:
                plot.set_x_range(*zoomed.x_range())

    def _hover_like(self, hovered: Plot, x: float | None) -> None:
        for plot in self._plots:
            if plot is not hovered:
                plot.set_hair(x)

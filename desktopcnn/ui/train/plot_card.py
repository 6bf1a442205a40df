"""A card with plots side by side below one heading: title, unit, logarithmic or not, legend."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.legend import Legend, shortened
from desktopcnn.ui.train.plot import Plot
from desktopcnn.ui.train.plot_style import Line

HEADS = 72
"""Letters of the titles over several plots, together."""


class PlotCard(QFrame):
    """title: a text, or a widget that stands in its place."""

    changed = Signal()  # what it should show, by the user
    plot_added = Signal(object)  # Plot

    def __init__(
        self, theme: Theme, title: str | QWidget, unit: str = "", suffix: str = "", has_log: bool = True
    ) -> None:
        super().__init__()
        self._theme, self._suffix = theme, suffix
        self.setProperty("card", True)
        self.plots: list[Plot] = []
        self.legend = Legend(theme, align_right=True)
        self.legend.toggled.connect(self.changed)
        self.log_button = self._log_button()
        self._unit = QLabel(unit)
        self._unit.setProperty("muted", True)
        self._unit.setProperty("small", True)
        self.log_button.setVisible(has_log)
        self._hint = QLabel()
        self._hint.setProperty("muted", True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._heads: list[QLabel] = []
        if isinstance(title, str):
            label = QLabel(title)
            label.setProperty("strong", True)
            title = label
        self._lay_out(title)

    def set_unit(self, unit: str, suffix: str = "") -> None:
        """What the y axis counts; suffix: what follows each of its numbers."""
        self._unit.setText(unit)
        self._suffix = suffix
        for plot in self.plots:
            plot.set_suffix(suffix)

    def draw(
        self, parts: Sequence[tuple[str, list[Line]]], hint: str, y_range: tuple[float, float] | None = None
    ) -> None:
        """One plot for each title and its lines; the hint is shown where there is no line at all.

        y_range: what the y axes show until the user zooms; by default all of each plot's lines.
        """
        log = self.log_button.isChecked()
        while len(self.plots) < len(parts):
            self._add_plot()
        for place, plot in enumerate(self.plots):
            used = place < len(parts)
            plot.setVisible(used)
            self._heads[place].setVisible(used and len(parts) > 1)
            plot.set_log(log)
            plot.draw(parts[place][1] if used else ())
            plot.set_y_range(y_range)
            if used:
                self._heads[place].setText(shortened(parts[place][0], HEADS // len(parts)))
                self._heads[place].setToolTip(parts[place][0])
        empty = not any(len(line.x) for _, lines in parts for line in lines)
        self._hint.setText(hint)
        self._hint.setVisible(empty)
        self._hint.raise_()
        self.log_button.raise_()

    def recolour(self) -> None:
        self.legend.recolour()
        for plot in self.plots:
            plot.recolour()

    def _add_plot(self) -> None:
        plot = Plot(self._theme, self._suffix)
        plot.setMinimumSize(plot.sizeHint())
        head = QLabel()
        head.setProperty("small", True)
        head.setProperty("muted", True)
        head.setMinimumWidth(1)
        head.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(plot, 1)
        self._row.addLayout(column, 1)
        self.plots.append(plot)
        self._heads.append(head)
        self.plot_added.emit(plot)

    def _log_button(self) -> QToolButton:
        button = QToolButton()
        button.setText(self.tr("log"))
        button.setCheckable(True)
        button.setProperty("small", True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(self.tr("Logarithmic axis"))
        button.setToolTip(self.tr("Logarithmic or linear axis"))
        button.toggled.connect(lambda _: self.changed.emit())
        button.setStyleSheet("padding: 0px 3px;")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _lay_out(self, title: QWidget) -> None:
        self.heading = heading = QHBoxLayout()
        heading.setSpacing(6)
        heading.addWidget(title)
        heading.addWidget(self._unit)
        heading.addWidget(self.legend, 1)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 6)
        layout.setSpacing(4)
        layout.addLayout(heading)
        body = QGridLayout()
        body.addLayout(self._row, 0, 0)
        body.addWidget(self._hint, 0, 0, Qt.AlignmentFlag.AlignCenter)
        # the corner where the axes meet is free, and beside the axis that it is about
        body.addWidget(self.log_button, 0, 0, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(body, 1)

"""The bar over the curves: the runs that are shown, smoothing, unit of the x axis, fit, export."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QMenu, QSlider, QToolButton, QWidget

from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.curve_lines import Axis
from desktopcnn.ui.train.legend import Entry, Legend

SPANS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Steps over which the slider can average."""
USUAL = SPANS.index(50)
BESIDE = 1
"""Runs for which there is room beside the controls."""
FORMATS = ("csv", "png", "svg")


class CurvesBar(QWidget):
    """Holds what the user chose; says when it has changed."""

    changed = Signal()
    fit_wanted = Signal()
    export_wanted = Signal(str)  # one of FORMATS

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.runs = Legend(theme)
        self.runs.setAccessibleName(self.tr("Runs"))
        self.runs.toggled.connect(self.changed)
        self._span = QLabel()
        self._span.setProperty("muted", True)
        self._span.setFixedWidth(self._span.fontMetrics().horizontalAdvance("1,000 steps") + 4)
        self._slider = self._smoothing_slider()
        self._axis = self._axis_selector()
        label = QLabel(self.tr("Smooth"))
        label.setProperty("muted", True)
        label.setBuddy(self._slider)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(8)
        self._layout.setVerticalSpacing(4)
        self._layout.setColumnStretch(0, 1)
        controls = (label, self._slider, self._span, self._axis, self._fit_button(), self._export_button())
        for place, widget in enumerate(controls, 1):
            self._layout.addWidget(widget, 0, place)
        self.set_runs(())
        self._say_span()

    def set_runs(self, entries: Sequence[Entry]) -> None:
        """The runs that are shown: beside the controls, or in rows of their own where they are many."""
        own_row = len(entries) > BESIDE
        self._layout.addWidget(self.runs, int(own_row), 0, 1, self._layout.columnCount() if own_row else 1)
        self.runs.set_entries(entries)

    @property
    def smoothing(self) -> float:
        """Weight of the past in the smoothed loss: 0 to below 1."""
        return 1 - 1 / SPANS[self._slider.value()]

    @property
    def axis(self) -> Axis:
        """Unit of the x axis."""
        chosen: Axis = self._axis.currentData()
        return chosen

    def _smoothing_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName("smoothingSlider")
        slider.setAccessibleName(self.tr("Smoothing of the loss"))
        slider.setToolTip(self.tr("Over about how many steps the smoothed loss is averaged"))
        slider.setRange(0, len(SPANS) - 1)
        slider.setPageStep(1)
        slider.setValue(USUAL)
        slider.setFixedWidth(90)
        slider.valueChanged.connect(self._say_span)
        slider.valueChanged.connect(lambda _: self.changed.emit())
        return slider

    def _axis_selector(self) -> QComboBox:
        selector = QComboBox()
        selector.setObjectName("axisSelector")
        selector.setAccessibleName(self.tr("Unit of the horizontal axis"))
        selector.setToolTip(self.tr("Count in epochs (passes over the training images) or in steps"))
        selector.addItem(self.tr("Epochs"), "epoch")
        selector.addItem(self.tr("Steps"), "step")
        selector.currentIndexChanged.connect(lambda _: self.changed.emit())
        return selector

    def _fit_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("fitButton")
        button.setText(self.tr("Fit"))
        button.setAccessibleName(self.tr("Show the whole curves"))
        button.setToolTip(self.tr("Show the whole curves (double click on a plot, or Home)"))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(self.fit_wanted)
        return button

    def _export_button(self) -> QToolButton:
        menu = QMenu(self)
        texts = {
            "csv": self.tr("Numbers (CSV)…"),
            "png": self.tr("Picture (PNG)…"),
            "svg": self.tr("Drawing (SVG)…"),
        }
        for suffix in FORMATS:
            action = menu.addAction(texts[suffix])
            action.setObjectName(f"export-{suffix}")
            action.triggered.connect(lambda _=False, s=suffix: self.export_wanted.emit(s))
        button = QToolButton()
        button.setObjectName("exportButton")
        button.setText(self.tr("Export"))
        button.setAccessibleName(self.tr("Export the curves"))
        button.setToolTip(self.tr("Save the curves that are shown as numbers or as a picture"))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        button.setStyleSheet(
            "QToolButton { padding-right: 16px; }"
            " QToolButton::menu-indicator { subcontrol-position: right center; right: 4px; }"
        )
        return button

    def _say_span(self) -> None:
        span = SPANS[self._slider.value()]
        text = self.tr("{0:,} steps").format(span) if span > 1 else self.tr("off")
        self._span.setText(text)
        self._slider.setAccessibleDescription(text)

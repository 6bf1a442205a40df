"""The card whose plot can be chosen: gradients, silent ReLUs, learning rate, images per second."""

from PySide6.QtWidgets import QComboBox, QLabel

from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.curve_lines import BY_LAYER, Lines, Shown, Third, common_range
from desktopcnn.ui.train.legend import Entry
from desktopcnn.ui.train.plot_card import PlotCard


class ThirdCard(PlotCard):
    """By layer, each run has a plot of its own beside the others; else they share one."""

    def __init__(self, theme: Theme) -> None:
        self._selector = QComboBox()
        super().__init__(theme, self._selector)
        kinds: tuple[tuple[Third, str], ...] = (
            ("gradients", self.tr("Gradient by layer")),
            ("silent", self.tr("Silent ReLUs")),
            ("learning_rate", self.tr("Learning rate")),
            ("speed", self.tr("Speed")),
        )
        for kind, text in kinds:
            self._selector.addItem(text, kind)
        self._selector.setObjectName("thirdPlotSelector")
        self._selector.setAccessibleName(self.tr("Third plot"))
        self._selector.setToolTip(
            self.tr(
                "Gradient: Euclidean norm of each layer's gradient.\n"
                "Silent: share of a ReLU's units or maps that were zero for a whole batch."
            )
        )
        self._logs: dict[Third, bool] = {"gradients": True}
        self._shown: Third | None = None
        self.runs: list[list[Shown]] = []
        """Whose lines each of its plots has."""
        self._more = QLabel()
        self._more.setObjectName("moreRuns")
        self._more.setProperty("muted", True)
        self._more.setProperty("small", True)
        self._more.setToolTip(self.tr("Untick runs, or hide them by a click above, to see others here"))
        self._more.hide()
        self.heading.insertWidget(2, self._more)
        self._choose()
        self._selector.currentIndexChanged.connect(lambda _: self._choose())

    @property
    def kind(self) -> Third:
        chosen: Third = self._selector.currentData()
        return chosen

    def show_lines(self, lines: Lines) -> None:
        """Draw what was chosen."""
        layers = lines.layers(self.kind) if self.kind in BY_LAYER else []
        self.legend.set_entries(
            [Entry(name, name, lines.layer_colour(place), "solid") for place, name in enumerate(layers)]
        )
        hints = {
            "learning_rate": self.tr("Waiting for the first step"),
            "speed": self.tr("Comes with the first epoch"),
        }
        hint = hints.get(self.kind, self.tr("Nothing measured yet"))
        parts = lines.third(self.kind, self.legend.hidden) or [("", [])]
        more = len(lines.runs) - len(lines.apart) if self.kind in BY_LAYER else 0
        self._more.setText(self.tr("and {0} more runs").format(more) if more else "")
        self._more.setVisible(bool(more))
        self.runs = [[run] for run in lines.apart] if self.kind in BY_LAYER else [list(lines.runs)]
        self.draw(parts, hint, common_range(parts, self.log_button.isChecked()) if len(parts) > 1 else None)

    def _choose(self) -> None:
        """Take the unit of the kind that was chosen, and linear or logarithmic as it was left."""
        kind = self.kind
        if self._shown is not None:
            self._logs[self._shown] = self.log_button.isChecked()
        self._shown = kind
        units: dict[Third, str] = {"gradients": self.tr("norm"), "speed": self.tr("images/s")}
        self.set_unit(units.get(kind, ""), " %" if kind == "silent" else "")
        self.log_button.setChecked(self._logs.get(kind, False))
        self.changed.emit()

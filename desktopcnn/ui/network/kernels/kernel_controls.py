"""How the kernels are shown: scale of the colours, order, the change since the start, the table."""

from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktopcnn.inspection.kernels import Order, Scale
from desktopcnn.ui.number_box import keep_still


class KernelControls(QWidget):
    """A line that says what there is, with two toggles at its right; below it two selectors."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.summary = QLabel()
        self.summary.setProperty("muted", True)
        self.summary.setProperty("small", True)
        self.summary.setWordWrap(True)
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._scale = self._selector(
            "kernelScale", self.tr("Scale of the colours"),
            self.tr("What the ends of the colours stand for: the largest weight of each kernel, of the "
                    "layer, or of the whole network"),
            {"kernel": self.tr("Scale: kernel"), "layer": self.tr("Scale: layer"),
             "network": self.tr("Scale: network")},
        )  # fmt: skip
        self._order = self._selector(
            "kernelOrder", self.tr("Order of the kernels"),
            self.tr("As they are numbered, by the length of their weights, or by how strongly they answer "
                    "what is shown"),
            {"index": self.tr("Order: index"), "norm": self.tr("Order: norm"),
             "response": self.tr("Order: response")},
        )  # fmt: skip
        self._scale.setCurrentIndex(1)
        self._change = self._toggle("kernelChange", self.tr("Change"))
        self._table = self._toggle("kernelTable", self.tr("Table"))
        self._table.setToolTip(self.tr("Which output map sees which input maps, as a table"))
        self.allow_change("")
        self._lay_out()

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self.summary, 1)
        above.addWidget(self._table)
        above.addWidget(self._change)
        below.addWidget(self._scale)
        below.addWidget(self._order)
        below.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (layout, above, below):
            part.setSpacing(4)
        layout.addLayout(above)
        layout.addLayout(below)

    @property
    def scale(self) -> Scale:
        return cast("Scale", self._scale.currentData())

    @property
    def order(self) -> Order:
        return cast("Order", self._order.currentData())

    @property
    def change(self) -> bool:
        """Whether the change since the start is asked for."""
        return self._change.isChecked() and self._change.isEnabled()

    @property
    def table(self) -> bool:
        return self._table.isChecked() and not self._table.isHidden()

    def offer(self, *, orders: bool, table: bool) -> None:
        """Which of them make sense for the layer: orders of its kernels, a table of its connections.

        A table has neither colours nor an order.
        """
        self._order.setVisible(orders)
        self._table.setVisible(table)
        for selector in (self._scale, self._order):
            selector.setEnabled(not self.table)

    def allow_change(self, reason: str) -> None:
        """Whether the change since the start can be shown; `reason` says why not."""
        reason = self.tr("The table shows no weights") if self.table else reason
        self._change.setEnabled(not reason)
        self._change.setToolTip(
            reason or self.tr("What training added to each weight since the start, instead of the weights")
        )

    def _selector(self, name: str, called: str, tip: str, choices: dict[str, str]) -> QComboBox:
        box = QComboBox()
        box.setObjectName(name)
        box.setAccessibleName(called)
        box.setToolTip(tip)
        box.setProperty("small", True)
        for data, text in choices.items():
            box.addItem(text, data)
        keep_still(box)
        box.currentIndexChanged.connect(self.changed)
        return box

    def _toggle(self, name: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setAccessibleName(text)
        button.setProperty("small", True)
        button.setCheckable(True)
        button.toggled.connect(self.changed)
        return button

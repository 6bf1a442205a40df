"""The slider for the temperature of the softmax."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

STEPS = 100
"""Places of the slider from 1 to 10, as many from 0.1 to 1."""


class Temperature(QWidget):
    """0.1 to 10, 1 at the beginning."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("temperatureSlider")
        self._slider.setAccessibleName(self.tr("Temperature of the softmax"))
        self._slider.setToolTip(
            self.tr("Divides z before the softmax, in this view only: above 1 evens out, below 1 sharpens")
        )
        self._slider.setRange(-STEPS, STEPS)
        self._slider.setPageStep(STEPS // 4)
        self._value = QLabel()
        self._value.setFixedWidth(self._value.fontMetrics().horizontalAdvance("10.00") + 4)
        self._reset = QToolButton()
        self._reset.setObjectName("temperatureReset")
        self._reset.setText(self.tr("Reset"))
        self._reset.setAccessibleName(self.tr("Reset the temperature"))
        self._reset.setToolTip(self.tr("Back to the network's own temperature, 1"))
        self._reset.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._reset.clicked.connect(self.reset)
        label = QLabel(self.tr("Temperature T"))
        label.setProperty("muted", True)
        label.setBuddy(self._slider)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (label, self._slider, self._value, self._reset):
            layout.addWidget(widget)
        self._slider.valueChanged.connect(self._say)
        self._slider.valueChanged.connect(lambda _: self.changed.emit())
        self._say()

    @property
    def value(self) -> float:
        return math.pow(10, self._slider.value() / STEPS)

    def reset(self) -> None:
        """Back to 1."""
        self._slider.setValue(0)

    def _say(self) -> None:
        self._reset.setVisible(self._slider.value() != 0)
        self._value.setText(f"{self.value:.2f}")
        self._slider.setAccessibleDescription(self._value.text())

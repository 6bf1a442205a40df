"""A field for a number that takes what is typed as it is: nothing is clamped, the form says what is wrong."""

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QLocale, QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget

Stepper = Callable[[float, int], float]
"""From a value and a direction (1 up, -1 down) to the next value."""
MINIMUM_WIDTH, HEIGHT = 40, 24


def adding(amount: float) -> Stepper:
    """Up and down by that amount."""
    return lambda value, direction: round((round(value / amount) + direction) * amount, 12)


def doubling(value: float, direction: int) -> float:
    """The next power of two."""
    exponent = math.log2(max(value, 1))
    return 2.0 ** (math.floor(exponent) + 1 if direction > 0 else max(math.ceil(exponent) - 1, 0))


def decades(value: float, direction: int) -> float:
    """The next of ... 0.01, 0.02, 0.05, 0.1 ...; below 0.00001 comes 0."""
    ladder = [0.0, *(digit * 10.0**power for power in range(-5, 3) for digit in (1, 2, 5))]
    if direction > 0:
        return next((rung for rung in ladder if rung > value * (1 + 1e-9)), value)
    return next((rung for rung in reversed(ladder) if rung < value * (1 - 1e-9)), value)


def number_text(value: float) -> str:
    """A number as the user's locale writes it, without separators of thousands."""
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    if isinstance(value, int):
        return locale.toString(value)
    return locale.toString(value, "g", QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value)


def to_number(text: str, *, whole: bool) -> float | None:
    """The number that the text means in the user's locale, or in that of programs; None for no number."""
    for locale in (QLocale(), QLocale.c()):
        locale.setNumberOptions(QLocale.NumberOption.RejectGroupSeparator)
        value, right = locale.toLongLong(text.strip()) if whole else locale.toDouble(text.strip())
        if right:
            return value
    return None


class NumberBox(QAbstractSpinBox):
    """Whole numbers or any: 0.003, 3e-3, 0,003. Arrow keys step between the limits.

    `limits` only tells the steps where to end; what is typed is not looked at. `changed`: at every key;
    `committed`: after Enter, a step, or when the field is left.
    """

    changed = Signal()
    committed = Signal()

    def __init__(
        self,
        stepper: Stepper,
        limits: tuple[float, float],
        *,
        whole: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._stepper, self._limits, self._whole = stepper, limits, whole
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)  # two boxes stand in one row
        self.setMinimumSize(MINIMUM_WIDTH, HEIGHT)
        self.lineEdit().textChanged.connect(self.changed)
        self.editingFinished.connect(self.committed)
        keep_still(self)

    def value(self) -> float | None:
        """What stands there (an int where the field is for whole numbers); None if it is no number."""
        return to_number(self.text(), whole=self._whole)

    def set_value(self, value: float) -> None:
        """Show that number; leaves the text alone where it means the number already."""
        if self.value() != value:
            self.lineEdit().setText(number_text(value))

    def complaint(self) -> str:
        """A sentence where there is no number, else nothing."""
        if self.value() is not None:
            return ""
        kind = self.tr("a whole number") if self._whole else self.tr("a number")
        return self.tr("“{0}” is not {1}.").format(self.text(), kind)

    def stepBy(self, steps: int) -> None:
        low, high = self._limits
        value = self.value()
        if value is None:
            return
        for _ in range(abs(steps)):
            stepped = self._stepper(value, 1 if steps > 0 else -1)
            value = min(max(stepped, low), high)
        self.set_value(int(value) if self._whole else value)
        self.selectAll()
        self.committed.emit()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return (
            QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        )


class _WheelGuard(QObject):
    """Lets the wheel turn the page, never the value under the pointer."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def keep_still(widget: QAbstractSpinBox | QComboBox) -> None:
    """Let the wheel pass by that field."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_WheelGuard(widget))

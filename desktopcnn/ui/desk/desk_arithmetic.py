"""The arithmetic of one cell of the convolution desk, written out."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase
from PySide6.QtWidgets import QTextEdit

from desktopcnn.inspection.desk import ConvolutionStep, PoolingStep
from desktopcnn.ui.desk.desk_colours import figure, is_exact, signed
from desktopcnn.ui.desk.desk_state import DeskState
from desktopcnn.ui.theme import Theme

SPACE, TIMES, PLUS = "\N{NO-BREAK SPACE}", "·", " + "
POINTS = 10.0


class DeskArithmetic(QTextEdit):
    """Follows the state: the products of each channel, their sums, the bias, the outcome. Can be selected."""

    def __init__(self, state: DeskState, theme: Theme) -> None:
        super().__init__()
        self._state, self._theme = state, theme
        self.setObjectName("deskArithmetic")
        self.setAccessibleName(self.tr("Arithmetic of the cell"))
        self.setToolTip(self.tr("How the outlined cell of the output is computed"))
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameStyle(0)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(POINTS)
        font.setStyleHint(QFont.StyleHint.Monospace)
        self.document().setDefaultFont(font)
        state.moved.connect(self._write)
        theme.changed.connect(self._write)
        self._write()

    def sizeHint(self) -> QSize:
        return QSize(340, 200)

    def _write(self) -> None:
        step = self._state.step
        lines = self._pooled(step) if isinstance(step, PoolingStep) else self._convolved(step)
        self.setHtml("".join(f"<p style='margin: 0 0 7px 0'>{line}</p>" for line in lines))

    def _convolved(self, step: ConvolutionStep) -> list[str]:
        lines = [self._heading(self.tr("Output"), step)]
        for channel, products in enumerate(step.products):
            terms = (
                self._product(float(pixel), float(weight), float(value))
                for pixel, weight, value in zip(
                    step.patches[channel].flat, step.kernels[channel].flat, products.flat, strict=True
                )
            )
            name = self._muted(self.tr("Channel {0}").format(channel)) + "<br>"
            start = name if len(step.products) > 1 else ""
            lines.append(start + PLUS.join(terms) + self._outcome(float(step.sums[channel])))
        sums = PLUS.join(_bracketed(float(total)) for total in step.sums)
        bias = f"{SPACE}+{SPACE}{_bracketed(step.bias)}{SPACE}{self._muted(self.tr('(bias)'))}"
        lines.append(sums + bias + self._outcome(step.total))
        return lines

    def _pooled(self, step: PoolingStep) -> list[str]:
        lines = [self._heading(self.tr("Pooled"), step)]
        values = [float(value) for value in step.values.flat]
        if step.winner is not None:
            return [*lines, f"max({', '.join(map(figure, values))})" + self._outcome(step.total)]
        total = sum(values)
        lines.append(PLUS.join(map(_bracketed, values)) + self._outcome(total))
        return [*lines, f"{figure(total)}{SPACE}/{SPACE}{len(values)}" + self._outcome(step.total)]

    def _heading(self, name: str, step: ConvolutionStep | PoolingStep) -> str:
        maps = len(self._state.desk.kernels)
        name = f"{name} {step.map}" if maps > 1 else name
        text = self.tr("{0}, row {1}, column {2}").format(name, step.row, step.column)
        return f"<b>{text}</b><br>" + self._muted(
            self.tr("looks at rows {0}, columns {1}").format(_places(step.rows), _places(step.columns))
        )

    def _product(self, pixel: float, weight: float, value: float) -> str:
        """pixel · weight in the colour of their product; muted where it is 0."""
        text = (
            f"{figure(pixel)}{TIMES}{_bracketed(weight)}"
            if pixel >= 0
            else (f"{_bracketed(pixel)}{TIMES}{_bracketed(weight)}")
        )
        return self._muted(text) if value == 0 else _coloured(text, signed(self._theme)[value > 0])

    def _outcome(self, value: float) -> str:
        sign = "=" if is_exact(value) else "≈"
        text = f"<b>{figure(value)}</b>"
        coloured = text if value == 0 else _coloured(text, signed(self._theme)[value > 0])
        return f" {sign}{SPACE}{coloured}"

    def _muted(self, text: str) -> str:
        return _coloured(text, QColor(self._theme.colours.muted))


def _coloured(text: str, colour: QColor) -> str:
    return f"<span style='color:{colour.name()}'>{text}</span>"


def _bracketed(value: float) -> str:
    return f"({figure(value)})" if value < 0 and figure(value) != "0" else figure(value)


def _places(indices: Iterable[int]) -> str:
    """Rows or columns counted from 0; those of the padding come out as −1, −2 ... or beyond the last."""
    places = [*map(int, indices)]
    even = len(places) > 2 and places[1] - places[0] == 1
    dash = " to " if places[0] < 0 else "–"
    return f"{figure(places[0])}{dash}{figure(places[-1])}" if even else ", ".join(map(figure, places))

"""The bench of the convolution desk: all its grids, marked for the step that is explained."""

from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktopcnn.inspection.desk import ConvolutionStep, Numbers, Part, PoolingStep
from desktopcnn.inspection.desk_sizes import LIMITS, Mask, lost
from desktopcnn.ui.desk.desk_grid import NumberGrid
from desktopcnn.ui.desk.desk_layout import Key, arrange
from desktopcnn.ui.desk.desk_painting import Content
from desktopcnn.ui.desk.desk_state import DeskState
from desktopcnn.ui.theme import Theme

CHANNELS, MAPS = LIMITS["channels"][1], LIMITS["kernels"][1]


class Bench(QWidget):
    """Follows the state; what is typed and pointed at goes to it."""

    def __init__(self, state: DeskState, theme: Theme) -> None:
        super().__init__()
        self._state = state
        self._theme = theme
        self.grids: dict[Key, NumberGrid] = {}
        self.note = self._make_note()
        self._make_grids()
        self.setMinimumSize(420, 260)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        state.changed.connect(self._follow)
        state.moved.connect(self._mark)
        self._follow()

    def sizeHint(self) -> QSize:
        return QSize(720, 480)

    def _make_note(self) -> QLabel:
        note = QLabel(self)
        note.setObjectName("deskTypingNote")
        note.setProperty("message", True)
        note.setAutoFillBackground(True)
        note.setMargin(4)
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.hide()
        return note

    def _make_grids(self) -> None:
        """All that there can ever be: a grid that is not needed is hidden."""
        for channel in range(CHANNELS):
            self._add(("input", 0, channel), "image")
        for m in range(MAPS):
            for channel in range(CHANNELS):
                self._add(("kernel", m, channel), "kernels")
            self._add(("bias", m, 0), "biases")
        for kind in ("output", "pooled"):
            for m in range(MAPS):
                self._add((kind, m, 0), None)

    def _add(self, key: Key, part: Part | None) -> None:
        kind, m, channel = key
        grid = NumberGrid(self._theme, self, partial(self._type, key, part) if part else None)
        number = channel if kind == "input" else m
        grid.setObjectName(
            f"desk{kind.capitalize()}{number + 1}" + (f"_{channel + 1}" if kind == "kernel" else "")
        )
        if part:
            grid.setToolTip(self.tr("Type a number; arrow keys move, F2 changes what is there"))
            grid.refused.connect(partial(self._say, grid))
        else:
            grid.setToolTip(self.tr("Point at a cell to see the window that it comes from"))
            grid.hovered.connect(partial(self._point, key))
            grid.chosen.connect(partial(self._choose, key))
        self.grids[key] = grid

    # to the state

    def _type(self, key: Key, part: Part, row: int, column: int, number: float) -> None:
        kind, m, channel = key
        place = {"input": (channel, row, column), "kernel": (m, channel, row, column), "bias": (m,)}[kind]
        desk = self._state.desk
        if number != getattr(desk, part)[place]:
            self._state.put(self.tr("Type a number"), desk.with_number(part, place, number))

    def _point(self, key: Key, cell: tuple[int, int] | None) -> None:
        self._state.point(self._number(key, cell) if cell else None)

    def _choose(self, key: Key, row: int, column: int) -> None:
        self._state.go_to(self._number(key, (row, column)))

    def _number(self, key: Key, cell: tuple[int, int]) -> int:
        return self._state.desk.number_of((key[1], *cell), pooled=key[0] == "pooled")

    def _say(self, grid: NumberGrid, sentence: str) -> None:
        """Beside the field, inside the bench."""
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))
        if not sentence or grid.editor is None:
            return
        self.note.adjustSize()
        field = grid.editor.geometry()
        left = min(field.left(), self.width() - self.note.width())
        below = field.bottom() + 2 + self.note.height() <= self.height()
        top = field.bottom() + 2 if below else field.top() - 2 - self.note.height()
        self.note.move(QPoint(max(left, 0), top))
        self.note.raise_()

    # from the state

    def _follow(self) -> None:
        """Another desk: which grids there are, what they are called, where they lie."""
        desk = self._state.desk
        maps, channels = desk.kernels.shape[:2]
        for key, grid in self.grids.items():
            kind, m, channel = key
            needed = channel < channels and m < maps and (kind != "pooled" or desk.pooled is not None)
            if grid.editor:
                grid.editor.give_up()
            if not needed and grid.hasFocus():
                self.grids["input", 0, 0].setFocus()
            grid.setVisible(needed)
            if needed:
                name = self._name(key)
                grid.setAccessibleName(name)
                # under the first of its channels a kernel need not be named again
                grid.caption = self.tr("ch. {0}").format(channel) if kind == "kernel" and channel else name
        self.grids["input", 0, 0].read_only = desk.is_picture
        self._mark()
        self._arrange()

    def _name(self, key: Key) -> str:
        kind, m, channel = key
        desk = self._state.desk
        maps, channels = desk.kernels.shape[:2]
        if kind == "bias":
            return self.tr("Bias")
        if kind == "kernel":
            text = self.tr("Kernel {0}").format(m) if maps > 1 else self.tr("Kernel")
            return self.tr("{0}, ch. {1}").format(text, channel) if channels > 1 else text
        if kind == "input":
            text = self.tr("Channel {0}").format(channel) if channels > 1 else self.tr("Input")
            shape = desk.image.shape
        else:
            pooled = kind == "pooled" and desk.pooled is not None
            text = self.tr("Pooled") if pooled else self.tr("Output")
            text += f" {m}" if maps > 1 else ""
            shape = desk.pooled.shape if kind == "pooled" and desk.pooled is not None else desk.output.shape
        return f"{text} · {shape[1]} × {shape[2]}"

    def _arrange(self) -> None:
        desk = self._state.desk
        contents = {key: grid.content for key, grid in self.grids.items()}

        def size_of(key: Key, side: int) -> QSize:
            content = contents[key]
            assert content is not None
            return self.grids[key].size_for(content, side)

        maps, channels = desk.kernels.shape[:2]
        places = arrange(channels, maps, desk.pooled is not None, self.size(), size_of)
        for key, area in places.areas.items():
            self.grids[key].set_side(places.side_of(key))
            self.grids[key].setGeometry(area)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for grid in self.grids.values():
            if grid.editor:
                grid.editor.give_up()
        self._arrange()

    # marks

    def _mark(self) -> None:
        """Show the numbers as far as they are there, and the window of the step that is explained."""
        step = self._state.step
        for key, grid in self.grids.items():
            if not grid.isHidden():
                grid.show_content(
                    self._pooling_content(key, step)
                    if isinstance(step, PoolingStep)
                    else self._content(key, step)
                )

    def _content(self, key: Key, step: ConvolutionStep) -> Content:
        kind, m, channel = key
        desk = self._state.desk
        if kind == "input":
            numbers, largest, hatched = self._source(channel)
            return Content(
                numbers, largest, desk.padding, hatched, step.rows, step.columns, step.kernels[channel]
            )
        if kind in ("kernel", "bias"):
            return self._learnt(key)
        current = (step.row, step.column) if kind == "output" and m == step.map else None
        return self._made(key, current)

    def _pooling_content(self, key: Key, step: PoolingStep) -> Content:
        kind, m, channel = key
        if kind == "input":
            numbers, largest, hatched = self._source(channel)
            return Content(numbers, largest, self._state.desk.padding, hatched)
        if kind in ("kernel", "bias"):
            return self._learnt(key)
        current = (step.row, step.column) if kind == "pooled" and m == step.map else None
        made = self._made(key, current)
        if kind == "output" and m == step.map:
            return Content(
                made.numbers, made.largest, 0, made.hatched, step.rows, step.columns, winner=step.winner
            )
        return made

    def _source(self, channel: int) -> tuple[Numbers, float, Mask]:
        desk = self._state.desk
        return desk.image[channel], _largest(desk.image), desk.lost

    def _learnt(self, key: Key) -> Content:
        kind, m, channel = key
        desk = self._state.desk
        largest = _largest(desk.kernels)
        if kind == "bias":
            return Content(desk.biases[m].reshape(1, 1), max(largest, _largest(desk.biases)))
        return Content(desk.kernels[m, channel], largest)

    def _made(self, key: Key, current: tuple[int, int] | None) -> Content:
        """An output as far as it is filled; the cell that is pointed at shows its number too."""
        kind, m, _ = key
        desk, state = self._state.desk, self._state
        numbers = desk.output if kind == "output" or desk.pooled is None else desk.pooled
        first = desk.number_of((m, 0, 0), pooled=kind == "pooled")
        there = first + np.arange(numbers[m].size).reshape(numbers[m].shape)
        filled = (there <= state.position) | (there == state.pointed)
        hatched = lost(desk.pool_slides) if kind == "output" and desk.pool_slides else None
        shown = np.where(filled, numbers[m], np.nan)
        return Content(shown, _largest(numbers), hatched=hatched, current=current)


def _largest(numbers: Numbers) -> float:
    return float(np.abs(numbers).max()) or 1.0

"""The convolution desk: a window in which a convolution is computed number by number."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktopcnn.inspection.desk_presets import PRESETS
from desktopcnn.inspection.numbers import of_output
from desktopcnn.ui import figure
from desktopcnn.ui.desk.desk_arithmetic import DeskArithmetic
from desktopcnn.ui.desk.desk_bench import Bench
from desktopcnn.ui.desk.desk_form import DeskForm
from desktopcnn.ui.desk.desk_player import DeskPlayer
from desktopcnn.ui.desk.desk_sizes_label import DeskSizesLabel
from desktopcnn.ui.desk.desk_state import DeskState
from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.network.export.exported import Exported
from desktopcnn.ui.network.export.exporter import Exporter
from desktopcnn.ui.theme import Theme

FIRST = "nine-positions"
ASIDE = 350
"""Width in pixels of the column in which the arithmetic stands."""


class ConvolutionDesk(QDialog):
    """Not modal; keeps what lies on it while it is closed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("convolutionDesk")
        self.setWindowTitle(self.tr("Convolution desk"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._theme = theme
        self._random = np.random.default_rng()
        self.state = DeskState(PRESETS[FIRST], self)
        self.bench = Bench(self.state, theme)
        self.form = DeskForm(self.state, theme)
        self.player = DeskPlayer(self.state, theme)
        self.exporter = Exporter(self, (self,))
        self._presets = self._preset_selector()
        self._lay_out()
        self.form.play_wanted.connect(self.player.toggle)
        self.state.undo_stack.indexChanged.connect(self._follow)
        self._follow()
        self.resize(1100, 700)
        self.bench.grids["input", 0, 0].setFocus()

    # actions

    def load(self, name: str) -> None:
        """Lay the desk with that preset."""
        self.player.pause()
        self.state.put(self.tr("Preset"), PRESETS[name], 0)

    def fill_randomly(self) -> None:
        self.state.put(self.tr("Random numbers"), self.state.desk.randomised(self._random))

    def clear(self) -> None:
        self.state.put(self.tr("Clear"), self.state.desk.cleared())

    def copy(self) -> None:
        """Every map of the last output, as lines of numbers with tabs between."""
        QGuiApplication.clipboard().setText(self.state.desk.as_text())

    def exported(self) -> Exported:
        """The numbers with the arithmetic beside them; the output as it is when all is filled."""
        desk = self.state.desk
        parts = figure.beside([figure.of_widget(self.bench), figure.of_widget(self._aside)], 16)
        outputs = {self.tr("output"): desk.output, self.tr("pooled"): desk.pooled}
        return Exported(
            self.windowTitle(),
            "convolution",
            figure.framed(parts, self._theme.colours.window),
            tuple(of_output(name, each.astype("f4")) for name, each in outputs.items() if each is not None),
        )

    # keys and life

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the widget with the focus has no use for."""
        player = self.player
        actions: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Space: player.toggle,
            Qt.Key.Key_Right: lambda: player.step(1),
            Qt.Key.Key_Left: lambda: player.step(-1),
            Qt.Key.Key_Home: lambda: player.go_to(0),
            Qt.Key.Key_End: lambda: player.go_to(self.state.desk.steps - 1),
        }
        if event.key() in actions and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            actions[event.key()]()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # would press the first button
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.player.pause()
        super().closeEvent(event)

    # looks

    def _preset_selector(self) -> QComboBox:
        titles = {
            "nine-positions": self.tr("5 × 5, kernel 3 × 3: nine positions"),
            "picture": self.tr("28 × 28 with 5 × 5 gives 24 × 24"),
            "three-channels": self.tr("Three channels summed"),
            "two-kernels": self.tr("7 × 7 × 3 padded, stride 2, two kernels"),
            "edges": self.tr("Edge finder"),
            "lost-pixels": self.tr("Stride that loses pixels"),
            "dilation": self.tr("Dilation 2"),
            "pooling": self.tr("Max pooling after the convolution"),
        }
        selector = QComboBox()
        selector.setObjectName("deskPresets")
        selector.setAccessibleName(self.tr("Preset"))
        selector.setToolTip(self.tr("Examples to begin with; every number in them can be changed"))
        for name in PRESETS:
            selector.addItem(titles[name], name)
        selector.activated.connect(lambda place: self.load(selector.itemData(place)))
        return selector

    def _button(self, name: str, text: str, tip: str, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"desk{name.capitalize()}Button")
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setText(text)
        button.clicked.connect(slot)
        return button

    def _icon_button(
        self, name: str, text: str, key: QKeySequence.StandardKey, slot: Callable[[], None]
    ) -> QToolButton:
        keys = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        button = self._button(name, text, f"{text} ({keys})", slot)
        set_icon(button, name, self._theme)
        QShortcut(key, self).activated.connect(slot)
        return button

    def _bar(self) -> QHBoxLayout:
        stack = self.state.undo_stack
        standard = QKeySequence.StandardKey
        self._undo = self._icon_button("undo", self.tr("Undo"), standard.Undo, stack.undo)
        self._redo = self._icon_button("redo", self.tr("Redo"), standard.Redo, stack.redo)
        random_tip = self.tr("Small whole numbers everywhere")
        clear_tip = self.tr("Set all numbers to 0; sizes stay")
        copy_tip = self.tr("Copy the output as text, for a spreadsheet (Ctrl+C)")
        export = self._button(
            "export", self.tr("Export…"), self.tr("Save the desk as a picture, or its output as numbers"),
            lambda: self.exporter.ask(self),
        )  # fmt: skip
        copy = self._button("copy", self.tr("Copy output"), copy_tip, self.copy)
        QShortcut(QKeySequence.StandardKey.Copy, self).activated.connect(self.copy)
        QShortcut(QKeySequence("Ctrl+Shift+C"), self).activated.connect(self.exporter.copy)
        label = QLabel(self.tr("Preset"))
        label.setProperty("muted", True)
        label.setBuddy(self._presets)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        for widget in (
            label,
            self._presets,
            self._button("random", self.tr("Random numbers"), random_tip, self.fill_randomly),
            self._button("clear", self.tr("Clear"), clear_tip, self.clear),
            self._undo,
            self._redo,
        ):
            bar.addWidget(widget)
        bar.addStretch(1)
        bar.addWidget(export)
        bar.addWidget(copy)
        return bar

    def _lay_out(self) -> None:
        self._aside = aside = QFrame()
        aside.setProperty("card", True)
        aside.setFixedWidth(ASIDE)
        column = QVBoxLayout(aside)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(DeskArithmetic(self.state, self._theme), 1)
        column.addWidget(DeskSizesLabel(self.state))
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.bench, 1)
        middle.addWidget(aside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(self._bar())
        layout.addWidget(self.form)
        layout.addLayout(middle, 1)
        layout.addWidget(self.player)

    def _follow(self) -> None:
        """The preset's name as long as nothing in it was changed; what undo and redo would do."""
        stack, desk = self.state.undo_stack, self.state.desk
        name = next((name for name, preset in PRESETS.items() if preset is desk), None)
        self._presets.setCurrentIndex(self._presets.findData(name))
        self._presets.setPlaceholderText(self.tr("changed"))
        self._undo.setEnabled(stack.canUndo())
        self._redo.setEnabled(stack.canRedo())

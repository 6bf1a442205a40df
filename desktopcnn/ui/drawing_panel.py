"""The left column, always there: canvas, drawing tools, assembly line, answer."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from desktopcnn.ui.answer_panel import AnswerPanel
from desktopcnn.ui.assembly_line import AssemblyLine
from desktopcnn.ui.canvas import Canvas
from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.pen import WIDTHS
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.tool_button import tool_button


class DrawingPanel(QWidget):
    """Its actions (undo, redo, clear, pen, eraser) also stand in the window's menus."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self.actions_by_name = self._make_actions()
        self.canvas = Canvas(session, theme)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for key in ("Escape", "Delete"):  # keys that mean other things to those who work elsewhere
            shortcut = QShortcut(QKeySequence(key), self.canvas)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(session.pen.clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(self._tools())
        layout.addWidget(AssemblyLine(session))
        layout.addWidget(AnswerPanel(session, theme))

    def _make_actions(self) -> dict[str, QAction]:
        stack, pen = self._session.undo_stack, self._session.pen
        undo = QAction(self.tr("Undo"), self)
        undo.setShortcuts(QKeySequence.StandardKey.Undo)
        undo.setEnabled(stack.canUndo())
        undo.triggered.connect(pen.undo)
        stack.canUndoChanged.connect(undo.setEnabled)
        redo = QAction(self.tr("Redo"), self)
        redo.setShortcuts(QKeySequence.StandardKey.Redo)
        redo.setEnabled(stack.canRedo())
        redo.triggered.connect(pen.redo)
        stack.canRedoChanged.connect(redo.setEnabled)
        clear = QAction(self.tr("Clear"), self)
        clear.setShortcut("Ctrl+Backspace")
        clear.triggered.connect(pen.clear)
        eraser = QAction(self.tr("Eraser"), self)
        eraser.setCheckable(True)
        eraser.setShortcut("E")
        eraser.toggled.connect(pen.set_erasing)
        pen.changed.connect(lambda: eraser.setChecked(pen.erasing))
        return {"undo": undo, "redo": redo, "clear": clear, "eraser": eraser}

    def _tools(self) -> QHBoxLayout:
        tips = {
            "undo": self.tr("Take the last line back"),
            "redo": self.tr("Bring it back"),
            "clear": self.tr("Empty the canvas; Esc or Del while one draws"),
            "eraser": self.tr("Erase parts of lines instead of drawing"),
        }
        layout = QHBoxLayout()
        layout.setSpacing(6)
        for name, action in self.actions_by_name.items():
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{tips[name]} ({keys})")
            set_icon(action, name, self._theme)
            layout.addWidget(tool_button(action, name))
        layout.addWidget(self._width_slider(), 1)
        return layout

    def _width_slider(self) -> QSlider:
        pen = self._session.pen
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName("penWidth")
        slider.setAccessibleName(self.tr("Width of the pen"))
        slider.setToolTip(
            self.tr("Width of the pen. The network does not mind: lines are redrawn with its own pen.")
        )
        slider.setRange(*WIDTHS)
        slider.setValue(pen.width)
        slider.valueChanged.connect(pen.set_width)
        pen.changed.connect(lambda: slider.setValue(pen.width))
        return slider

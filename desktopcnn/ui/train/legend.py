"""A legend whose entries can be switched off: each with a sample of its line."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from desktopcnn.ui.flow import Flow
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.plot_style import Style, pen

SAMPLE = QSize(14, 12)
SCALE = 4
LONGEST = 28
"""Letters of a name that are shown; the tooltip has all of them."""
ROOM = 10
"""Pixels around sample and name: less than a tool button takes by itself."""


@dataclass(frozen=True)
class Entry:
    """key: what `Legend.hidden` holds when it is switched off; style None: a filled square."""

    key: str
    name: str
    colour: str
    style: Style | None = None


def shortened(name: str, longest: int = LONGEST) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"


class Chip(QToolButton):
    """As narrow as what it shows."""

    entry: Entry | None = None

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        text = self.fontMetrics().horizontalAdvance(self.text().replace("&&", "&"))
        return QSize(SAMPLE.width() + text + ROOM, size.height())


class Legend(QWidget):
    """Buttons in rows; a click hides or shows what they stand for."""

    toggled = Signal()

    def __init__(self, theme: Theme, align_right: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._entries: tuple[Entry, ...] = ()
        self._buttons: dict[str, Chip] = {}
        self._flow = Flow(self, align_right)
        self.hidden: set[str] = set()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these; what the user switched off stays so as long as its key is there."""
        if tuple(entries) == self._entries:
            return
        if [e.key for e in entries] != [e.key for e in self._entries]:
            self._build(entries)
        self._entries = tuple(entries)
        for entry in entries:
            self._dress(self._buttons[entry.key], entry)

    def recolour(self) -> None:
        """Take the theme's colours; those of the entries come with the next `set_entries`."""
        for entry in self._entries:
            self._dress(self._buttons[entry.key], entry)

    def _build(self, entries: Sequence[Entry]) -> None:
        for button in self._buttons.values():
            self._flow.removeWidget(button)
            button.deleteLater()
        self._buttons = {entry.key: self._button(entry.key) for entry in entries}

    def _button(self, key: str) -> Chip:
        button = Chip()
        button.setObjectName(f"legend-{key}")
        button.setProperty("small", True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setIconSize(SAMPLE)
        button.setCheckable(True)
        button.setChecked(key not in self.hidden)
        button.clicked.connect(lambda shown: self._toggle(key, shown))
        self._flow.addWidget(button)
        return button

    def _toggle(self, key: str, shown: bool) -> None:
        (self.hidden.discard if shown else self.hidden.add)(key)
        self.recolour()
        self.toggled.emit()

    def _dress(self, button: Chip, entry: Entry) -> None:
        button.entry = entry
        shown = entry.key not in self.hidden
        colours = self._theme.colours
        button.setText(shortened(entry.name).replace("&", "&&"))
        button.setAccessibleName(entry.name)
        tip = self.tr("Hide {0}") if shown else self.tr("Show {0}")
        button.setToolTip(tip.format(entry.name))
        button.setIcon(_sample(entry, colours.border if not shown else entry.colour))
        font = button.font()
        font.setStrikeOut(not shown)
        button.setFont(font)
        button.setStyleSheet(
            f"QToolButton {{ border: 1px solid transparent; background: transparent; padding: 1px;"
            f" color: {colours.text if shown else colours.muted}; }}"
            f" QToolButton:hover, QToolButton:focus {{ border-color: {colours.accent}; }}"
        )


def _sample(entry: Entry, colour: str) -> QIcon:
    pixmap = QPixmap(SAMPLE * SCALE)
    pixmap.setDevicePixelRatio(SCALE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = SAMPLE.height() / 2
    stroke = pen(colour, entry.style or "solid")
    stroke.setCosmetic(False)  # the picture is larger than what it stands for
    if entry.style is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(2, 1, 10, 10, 2, 2)
    elif entry.style == "faint":
        painter.setPen(stroke)
        ys = (middle, middle - 4, middle + 3, middle - 2, middle + 4, middle)
        painter.drawPolyline([QPointF(1 + 2.4 * place, y) for place, y in enumerate(ys)])
    else:
        painter.setPen(stroke)
        painter.drawLine(QLineF(1, middle, SAMPLE.width() - 1, middle))
        if entry.style == "dotted":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(QPointF(SAMPLE.width() / 2, middle), 3, 3)
    painter.end()
    return QIcon(pixmap)

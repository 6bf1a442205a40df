"""Light and dark: one object that knows the colours in force and tells when they change.

The native call for a colour scheme has no effect on a bare X11 desktop, so the program sets the Fusion
style and a palette of its own, and follows the system only for the choice between the two.
"""

from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktopcnn import paths
from desktopcnn.ui.palette import DARK, DIVERGING, LIGHT, SEQUENTIAL, Colours, colour_table, qt_palette

Choice = Literal["system", "light", "dark"]
CHOICES: tuple[Choice, ...] = get_args(Choice)

STYLE = """
QFrame[card="true"] {{ background: {card}; border: 1px solid {border}; border-radius: 6px; }}
QFrame[bar="true"] {{ background: {card}; border: none; border-bottom: 1px solid {border}; }}
QFrame[message="true"] {{ background: {warning}; border: none; border-top: 1px solid {border}; }}
QLabel[muted="true"] {{ color: {muted}; }}
*[small="true"] {{ font-size: 8pt; }}
QCheckBox[small="true"] {{ spacing: 3px; }}
QCheckBox::indicator {{
    width: 13px; height: 13px; border: 1px solid {muted}; border-radius: 3px; background: {card};
}}
QCheckBox[small="true"]::indicator {{ width: 10px; height: 10px; }}
QCheckBox::indicator:hover {{ background: {track}; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; image: url("{check}"); }}
QCheckBox::indicator:disabled {{ border-color: {border}; background: transparent; image: none; }}
QCheckBox::indicator:checked:disabled {{ background: {border}; image: url("{check}"); }}
QCheckBox:focus {{ color: {accent}; text-decoration: underline; }}
QLabel[strong="true"] {{ font-weight: 600; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {border}; }}
QTabBar::tab {{ padding: 7px 14px; color: {muted}; border: none; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; font-weight: 600; }}
QTabBar[slim="true"]::tab {{ padding: 3px 10px; }}
QTabBar::tab:focus {{ color: {accent}; }}
QPushButton[primary="true"]:enabled {{
    background: {accent}; color: {on_accent}; border: 1px solid {accent};
    border-radius: 4px; padding: 4px 10px;
}}
QPushButton[primary="true"]:focus {{ border-color: {text}; }}
QToolButton {{ padding: 4px; border: 1px solid {border}; border-radius: 5px; background: {card}; }}
QToolButton:hover {{ background: {track}; }}
QToolButton[vote="for"], QToolButton[vote="none"] {{ padding: 0; }}
QToolButton[vote="against"] {{
    padding: 0; background: {warning}; border-color: {muted}; font-weight: 700; text-decoration: underline;
}}
QToolButton:checked {{ background: {chosen}; border-color: {accent}; }}
QToolButton:focus {{ border: 2px solid {accent}; padding: 3px; }}
QToolButton:disabled {{ background: transparent; }}
QStatusBar {{ color: {muted}; border-top: 1px solid {border}; }}
QStatusBar::item {{ border: none; }}
QToolTip {{ color: {text}; background: {card}; border: 1px solid {border}; padding: 3px; }}
"""


class Theme(QObject):
    """The colours in force."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choice: Choice = "system"
        self.colours: Colours = LIGHT
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def is_dark(self) -> bool:
        return self.colours is DARK

    def choose(self, choice: str) -> None:
        """Take light, dark or the system's choice; anything else counts as the system's."""
        self.choice = next((known for known in CHOICES if known == choice), "system")
        self._apply()

    def sequential(self) -> list[int]:
        """The colour table for activations, its gap in the colour of a card."""
        return colour_table(SEQUENTIAL, self.colours.card)

    def diverging(self) -> list[int]:
        """The colour table for weights, zero in its middle."""
        return colour_table(DIVERGING, self.colours.card)

    def _apply(self) -> None:
        scheme = QGuiApplication.styleHints().colorScheme()
        dark = self.choice == "dark" or (self.choice == "system" and scheme == Qt.ColorScheme.Dark)
        self.colours = DARK if dark else LIGHT
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setStyle("Fusion")
        application.setPalette(qt_palette(self.colours))
        check = paths.shipped("resources") / "icons" / f"check-{'dark' if dark else 'light'}.svg"
        application.setStyleSheet(STYLE.format(**vars(self.colours), check=check.as_posix()))
        self.changed.emit()

"""A tab's page that is made when it is first looked at, while the window stays alive."""

from collections.abc import Callable, Iterator
from importlib import import_module

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktopcnn.errors import DesktopCNNError
from desktopcnn.ui.background import Background


class LazyPage(QWidget):
    """Says to wait until it was shown and made; then `content` is what was made.

    module is imported in a thread, for that can take half a second. Widgets must be made in the window's
    thread, so make, called with the page as their parent, makes them in steps: one in each turn of the
    event loop, the last of which yields the content.
    """

    made = Signal()
    failed = Signal(str)

    def __init__(self, module: str, make: Callable[[QWidget], Iterator[QWidget | None]]) -> None:
        super().__init__()
        self.content: QWidget | None = None
        self._module, self._make = module, make
        self._begun = False
        self._steps: Iterator[QWidget | None] = iter(())
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)
        self._background = Background(self)
        self._background.failed.connect(self.failed)
        self._wait = QLabel(self.tr("One moment…"))
        self._wait.setProperty("muted", True)
        self._wait.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._wait)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._begun:
            self._begun = True
            self._background.do(self._load, self._start)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what is being made, and the content with all that it does in the background."""
        self._begun = True
        self._background.close()
        self._timer.stop()
        if self.content:
            self.content.close()
        super().closeEvent(event)

    def _load(self) -> None:
        try:
            import_module(self._module)
        except ImportError as error:
            text = self.tr("This page cannot be loaded ({0}). Install DesktopCNN again: pip install .")
            raise DesktopCNNError(text.format(error)) from error

    def _start(self, _: None) -> None:
        self._steps = self._make(self)
        self._timer.start(0)

    def _go_on(self) -> None:
        content = next(self._steps)
        if content is not None:
            self._timer.stop()
            self.content = content
            self._wait.hide()
            self._layout.addWidget(content)
            self.made.emit()

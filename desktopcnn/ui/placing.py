"""Bringing a window onto its screen."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

FRAME = QSize(16, 48)
"""Room for what the window manager puts around a window; how much that is it tells only later."""


def fit(window: QWidget) -> None:
    """Shrink a window that is not shown yet until it lies, frame included, on its screen."""
    room = window.screen().availableGeometry().size() - FRAME
    if not (window.isMaximized() or window.isFullScreen()):
        window.resize(window.size().boundedTo(room))

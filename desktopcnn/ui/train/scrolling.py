"""A part of the window that scrolls where it has too little room, and does not make the window larger."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

WIDTH, HEIGHT = 240, 200
"""Pixels that such a part has at least."""


def scrolling(content: QWidget) -> QScrollArea:
    """An area without a frame around that widget, in the colour of what is behind."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setMinimumSize(WIDTH, HEIGHT)
    area.setWidget(content)
    for part in (area.viewport(), content):
        part.setAutoFillBackground(False)
    return area

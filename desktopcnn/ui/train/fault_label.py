"""What is wrong in a form, in the room that is kept for it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

LINES = 3
MARGIN = 3


class FaultLabel(QLabel):
    """As high from the beginning as it will be."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("formFault")
        self.setProperty("message", True)
        self.setProperty("small", True)
        self.setWordWrap(True)
        self.setMargin(MARGIN)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 2 * MARGIN)

    def say(self, sentences: Sequence[str]) -> None:
        """Show the first, and how many more there are; the tooltip has them all."""
        text = sentences[0] if sentences else ""
        if len(sentences) > 1:
            text = self.tr("{0} And {1} more.").format(text, len(sentences) - 1)
        self.setText(text)
        self.setToolTip("\n".join(sentences))

"""One bar for each class, or for the most probable of many: how probable the network holds it to be."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktopcnn.ui.theme import Theme

ROW = 15
ALL, BEST = 12, 10
"""Up to so many classes each has its row; of more classes so many rows, the most probable first."""
NAMES = 0.4
"""Share of the width beyond which names are shortened."""


class ProbabilityBars(QWidget):
    """Rows of class name, bar and per cent."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._classes: Sequence[str] = ()
        self._shares: npt.NDArray[np.float32] | None = None
        self._rows: list[int] = []  # the classes that are shown, from above
        self._widest = 0
        self._best = -1
        self.setObjectName("bars")
        self.setAccessibleName(self.tr("Probability of each class"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.update)

    def set_classes(self, classes: Sequence[str]) -> None:
        """Names of the classes."""
        self._classes = classes
        metrics = self.fontMetrics()
        self._widest = max((metrics.horizontalAdvance(name) for name in classes), default=0)
        text = self.tr("How probable the network holds each class to be (softmax of its outputs)")
        if self._sorts:
            text = self.tr("The {0} classes that the network holds to be the most probable, of {1}")
            text = text.format(BEST, len(classes))
        self.setToolTip(text)
        self.set_shares(None)
        self.updateGeometry()

    def set_shares(self, shares: npt.NDArray[np.float32] | None, best: int | None = None) -> None:
        """The probabilities (one for each class, 0 to 1), or None for no answer.

        best: the place of the answer, where it need not be the most probable class.
        """
        if shares is not None and len(shares) != len(self._classes):
            raise ValueError(f"{len(shares)} shares for {len(self._classes)} classes")
        self._shares = shares
        self._best = -1 if shares is None else int(shares.argmax()) if best is None else best
        self._rows = list(range(len(self._classes)))
        if self._sorts:
            self._rows = [] if shares is None else np.argsort(-shares, kind="stable")[:BEST].tolist()
        described = () if shares is None else [(self._classes[row], shares[row]) for row in self._rows]
        self.setAccessibleDescription(", ".join(f"{name} {100 * share:.1f} %" for name, share in described))
        self.update()

    @property
    def _sorts(self) -> bool:
        return len(self._classes) > ALL

    @property
    def _room(self) -> int:
        """How many rows there is room for."""
        return BEST if self._sorts else max(len(self._classes), 1)

    def sizeHint(self) -> QSize:
        return QSize(200, ROW * self._room)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 12 * self._room)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        left = min(self._widest, int(NAMES * self.width())) + 10
        right = metrics.horizontalAdvance("100.0 %") + 6
        height = min(self.height() / self._room, 2 * ROW)
        for place, row in enumerate(self._rows):
            area = QRectF(0, place * height, self.width(), height)
            self._paint_row(painter, area, left, right, row, row == self._best)

    def _paint_row(
        self, painter: QPainter, area: QRectF, left: int, right: int, row: int, best: bool
    ) -> None:
        colours = self._theme.colours
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colours.text if best else colours.muted))
        name = _shortened(self._classes[row], painter.fontMetrics(), left - 10)
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignLeft, name)
        track = QRectF(left, area.center().y() - 3.5, area.width() - left - right, 7)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.track))
        painter.drawRoundedRect(track, 3.5, 3.5)
        if self._shares is None:
            return
        share = float(self._shares[row])
        if share > 0.002:  # less is not a pixel wide
            painter.setBrush(QColor(colours.accent))
            filled = QRectF(track)
            filled.setWidth(max(track.width() * share, 2.0))
            painter.drawRoundedRect(filled, min(3.5, filled.width() / 2), 3.5)
        painter.setPen(QColor(colours.text if best else colours.muted))
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, f"{100 * share:.1f} %")


def _shortened(name: str, metrics: QFontMetrics, width: int) -> str:
    if metrics.horizontalAdvance(name) <= width:  # or a rounding would shorten what fits exactly
        return name
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width)

"""One bar for each class: how probable the network holds it to be."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktopcnn.ui.theme import Theme

ROW = 15


class ProbabilityBars(QWidget):
    """Rows of class name, bar and per cent."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._classes: Sequence[str] = ()
        self._shares: npt.NDArray[np.float32] | None = None
        self.setObjectName("bars")
        self.setAccessibleName(self.tr("Probability of each class"))
        self.setToolTip(self.tr("How probable the network holds each class to be (softmax of its outputs)"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.update)

    def set_classes(self, classes: Sequence[str]) -> None:
        """Names of the classes; their number is the number of rows."""
        self._classes = classes
        self.set_shares(None)
        self.updateGeometry()

    def set_shares(self, shares: npt.NDArray[np.float32] | None) -> None:
        """The probabilities (one for each class, 0 to 1), or None for no answer."""
        self._shares = shares
        described = () if shares is None else zip(self._classes, shares, strict=True)
        self.setAccessibleDescription(", ".join(f"{name} {100 * share:.1f} %" for name, share in described))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, ROW * max(len(self._classes), 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 12 * max(len(self._classes), 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        left = max((metrics.horizontalAdvance(name) for name in self._classes), default=0) + 10
        right = metrics.horizontalAdvance("100.0 %") + 6
        height = min(self.height() / max(len(self._classes), 1), 2 * ROW)
        best = -1 if self._shares is None else int(self._shares.argmax())
        for row, name in enumerate(self._classes):
            area = QRectF(0, row * height, self.width(), height)
            self._paint_row(painter, area, left, right, row, name, row == best)

    def _paint_row(
        self, painter: QPainter, area: QRectF, left: int, right: int, row: int, name: str, best: bool
    ) -> None:
        colours = self._theme.colours
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colours.text if best else colours.muted))
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

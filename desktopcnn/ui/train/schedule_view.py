"""The learning rate from the first step to the last, as a small curve."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.number_box import number_text
from desktopcnn.ui.theme import Theme

HEIGHT = 44
POINTS = 121
SMALL = 8.0
"""Points of the letters."""


class ScheduleView(QWidget):
    """Follows `set_recipe`; empty without one. The highest rate and the number of epochs stand beside it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._recipe: Recipe | None = None
        self.setObjectName("scheduleView")
        self.setAccessibleName(self.tr("Learning rate in the course of the training"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_recipe(self, recipe: Recipe | None) -> None:
        self._recipe = recipe
        text = ""
        if recipe:
            text = self.tr("Learning rate {0} at the first step, {1} at its highest, {2} at the last").format(
                number_text(recipe.learning_rate_at(0)),
                number_text(recipe.learning_rate),
                number_text(recipe.learning_rate_at(1)),
            )
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setPointSizeF(SMALL)
        painter.setFont(font)
        letters = painter.fontMetrics().height()
        plot = QRectF(self.rect()).adjusted(1, 4, -2, -letters - 2)
        painter.setPen(QPen(QColor(self._theme.colours.border), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        if self._recipe is None:
            return
        painter.setPen(QColor(self._theme.colours.muted))
        below = QRectF(plot.left(), plot.bottom() + 1, plot.width(), letters)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
        text = self.tr("epoch {0}").format(self._recipe.epochs)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, text)
        painter.setPen(QPen(QColor(self._theme.colours.accent), 1.5))
        painter.drawPolyline(self._curve(self._recipe, plot))

    def _curve(self, recipe: Recipe, plot: QRectF) -> QPolygonF:
        points = []
        for place in range(POINTS):
            progress = place / (POINTS - 1)
            share = recipe.learning_rate_at(progress) / recipe.learning_rate
            points.append(
                QPointF(plot.left() + progress * plot.width(), plot.bottom() - share * plot.height())
            )
        return QPolygonF(points)

"""The drawing canvas: pointer events in, the current input painted out."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPointerEvent,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)  # fmt: skip
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktopcnn.data.digit import CANVAS, Stroke
from desktopcnn.inspection.outline import INPUT
from desktopcnn.ui.inputs import Drawn, Pictured, Sample
from desktopcnn.ui.mosaic_view import grey_image, outline_box
from desktopcnn.ui.pen import ERASER_RADIUS, Place
from desktopcnn.ui.pictures import input_image
from desktopcnn.ui.sample import SEVEN
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme


class Canvas(QWidget):
    """A square sheet of paper; its coordinates are canvas units whatever its size on the screen."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self._hover: Place | None = None
        self._pointer = 0  # which finger draws
        self._image: QImage | None = None
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Drawing canvas"))
        self.setToolTip(self.tr("Draw a digit with the mouse, a pen or a finger"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 200)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        session.shown_changed.connect(self._show)
        session.network_changed.connect(self.update)
        session.pen.changed.connect(self.update)
        session.answered.connect(self.update)
        session.selection.field_changed.connect(self.update)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(280, 280)

    # pointer events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._session.pen.down(self._place(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._follow(event)
            self._session.pen.up()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def tabletEvent(self, event: QTabletEvent) -> None:
        pen = self._session.pen
        turned = event.pointerType() == QPointingDevice.PointerType.Eraser
        if event.type() == QEvent.Type.TabletPress and turned:
            pen.set_erasing(True)
        self._point(event)
        if event.type() == QEvent.Type.TabletRelease and turned:
            pen.set_erasing(False)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            self._point(event)
            return True
        return super().event(event)

    def _point(self, event: QPointerEvent) -> None:
        """A pen or the first finger; accepted, so that Qt does not make mouse events of it."""
        kind = event.type()
        if kind in (QEvent.Type.TabletPress, QEvent.Type.TouchBegin):
            self._pointer = event.points()[0].id()
            self._session.pen.down(self._place(event.points()[0].position()))
        elif kind in (QEvent.Type.TabletMove, QEvent.Type.TouchUpdate):
            for point in event.points():
                if point.id() == self._pointer:
                    self._session.pen.move(self._place(point.position()))
        elif kind in (QEvent.Type.TabletRelease, QEvent.Type.TouchEnd, QEvent.Type.TouchCancel):
            self._session.pen.up()
        event.accept()

    def _follow(self, event: QMouseEvent) -> None:
        self._hover = self._place(event.position())
        self._session.pen.move(self._hover)
        self.update()  # the outline of the pen goes along

    # geometry

    def _sheet(self) -> QRectF:
        """The square, centred in the widget."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _place(self, position: QPointF) -> Place:
        sheet = self._sheet()
        scale = CANVAS / sheet.width()
        return (position.x() - sheet.x()) * scale, (position.y() - sheet.y()) * scale

    # painting

    def _show(self, shown: object) -> None:
        self._image = None
        if isinstance(shown, Sample):
            self._image = input_image(shown.frame)
        elif isinstance(shown, Pictured):
            self._image = grey_image(shown.picture.ink)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = self._sheet().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(QColor(colours.paper))
        painter.drawRoundedRect(sheet, 6, 6)
        outline = QPainterPath()
        outline.addRoundedRect(sheet, 6, 6)
        painter.setClipPath(outline)
        shown = self._session.shown
        if isinstance(shown, Drawn):
            self._paint_drawing(painter, shown)
        else:
            self._paint_image(painter, sheet)
        self._paint_field(painter)
        if isinstance(shown, Sample):
            text = self.tr("picture {0}") if shown.own else self.tr("test digit {0}")
            self._paint_caption(painter, sheet, text.format(shown.index), shown.label)
        elif isinstance(shown, Pictured):
            self._paint_caption(painter, sheet, shown.title, "")

    def _paint_drawing(self, painter: QPainter, shown: Drawn) -> None:
        if not shown.drawing:
            self._paint_hint(painter)
        painter.save()
        sheet = self._sheet()
        painter.translate(sheet.topLeft())
        painter.scale(sheet.width() / CANVAS, sheet.height() / CANVAS)
        for stroke in shown.drawing:
            self._paint_stroke(painter, stroke)
        if self._hover and not self._session.pen.is_down:
            radius = ERASER_RADIUS if self._session.pen.erasing else self._session.pen.width / 2
            painter.setPen(QPen(QColor(self._theme.colours.hint), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(*self._hover), radius, radius)
        painter.restore()

    def _paint_hint(self, painter: QPainter) -> None:
        """An empty canvas says what to do, and shows it."""
        sheet = self._sheet()
        if not self._session.fits:
            self._paint_no_use(painter, sheet)
            return
        painter.save()
        painter.translate(sheet.topLeft())
        painter.scale(sheet.width() / CANVAS, sheet.height() / CANVAS)
        faint = QPen(QColor(self._theme.colours.track), 20)
        faint.setCapStyle(Qt.PenCapStyle.RoundCap)
        faint.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(faint)
        painter.drawPolyline([QPointF(x, y) for x, y in SEVEN])
        painter.restore()
        painter.setPen(QColor(self._theme.colours.hint))
        below = sheet.adjusted(8, 8, -8, -8)
        text = self.tr("Draw a digit here, or drop a picture of one")
        at_foot = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        painter.drawText(below, at_foot | Qt.TextFlag.TextWordWrap, text)

    def _paint_no_use(self, painter: QPainter, sheet: QRectF) -> None:
        """What is drawn would not be answered."""
        entry = self._session.entry
        if entry is None:
            return
        text = self.tr("{0} takes pictures of {1}, not drawings").format(
            entry.title, "×".join(map(str, entry.input_shape))
        )
        painter.setPen(QColor(self._theme.colours.hint))
        inner = sheet.adjusted(16, 16, -16, -16)
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def _paint_stroke(self, painter: QPainter, stroke: Stroke) -> None:
        points = [QPointF(x, y) for x, y in stroke.points]
        pen = QPen(QColor(self._theme.colours.ink), stroke.width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        if len(points) == 1:
            painter.drawPoint(points[0])
        else:
            painter.drawPolyline(points)

    def _image_target(self, image: QImage, sheet: QRectF) -> QRectF:
        size = image.size().scaled(sheet.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(sheet.center())
        return target

    def _paint_image(self, painter: QPainter, sheet: QRectF) -> None:
        if self._image is None:
            return
        target = self._image_target(self._image, sheet)
        smooth = isinstance(self._session.shown, Pictured)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(target, self._image)

    def _paint_field(self, painter: QPainter) -> None:
        """What the cell sees that is looked at; not under a moving pen, where it would jump about."""
        session, answer = self._session, self._session.answer
        area = session.selection.seen(INPUT)
        if area is None or session.pen.is_down or answer is None or answer.shown is not session.shown:
            return
        place = answer.stages[-1].place
        if place is None:
            return
        top, left, bottom, right = area
        x1, y1, x2, y2 = place.back(left, top, right, bottom)
        origin, unit = self._unit()
        box = QRectF(QPointF(x1, y1) * unit + origin, QPointF(x2, y2) * unit + origin)
        outline_box(painter, box, self._theme.colours.accent, self._theme.colours.card)

    def _unit(self) -> tuple[QPointF, float]:
        """Where place 0, 0 of what is shown is painted, and how long a unit (or pixel) of it is."""
        sheet = self._sheet()
        if self._image is None:
            return sheet.topLeft(), sheet.width() / CANVAS
        target = self._image_target(self._image, sheet)
        return target.topLeft(), target.width() / self._image.width()

    def _paint_caption(self, painter: QPainter, sheet: QRectF, left: str, right: str) -> None:
        """What is shown, and its true class at the top right, as in the book."""
        inner = sheet.adjusted(8, 4, -8, -4)
        picture = isinstance(self._session.shown, Sample)
        painter.setPen(QColor("#C9D2DC" if picture else self._theme.colours.muted))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, left)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, right)

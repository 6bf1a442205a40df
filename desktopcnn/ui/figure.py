"""A picture that is painted anew at any size: as pixels or as lines and letters."""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from desktopcnn.ui.saving import png

MARGIN, GAP = 12, 8
"""Around a figure and between its parts, in pixels of the window."""
NARROWEST, WIDEST = 16, 16_384
"""Pixels of a picture's width."""
MOST_PIXELS = 2**26
"""Of a picture: 256 MiB while it is painted."""
EMPTY_GROUP = re.compile(r"<g [^<>]*>\s*</g>\s*")
SIZE = re.compile(r'<svg width="[^"]*" height="[^"]*"')
FONT = re.compile(r'font-family="([^"]*)"')
CRISP = 'image-rendering="optimizeSpeed"'
"""What Qt writes for an image whose pixels shall stay squares."""
IMAGE = re.compile(r"(?<=data:image/png;base64,)[^\"]+")
MOST_TIMES, LARGE = 16, 2048
"""How many times an image is enlarged, at most, and pixels of a side up to which it is."""


@dataclass(frozen=True)
class Figure:
    """size: in pixels of the window; paint: paints it at (0, 0), in those."""

    size: QSize
    paint: Callable[[QPainter], None]

    def height_at(self, width: int) -> int:
        """Pixels of the height that belongs to that width."""
        return max(1, round(self.size.height() * width / self.size.width()))

    @property
    def widest(self) -> int:
        """Pixels of the largest width at which it can be painted."""
        return int(min(WIDEST, WIDEST / self._steepness, (MOST_PIXELS / self._steepness) ** 0.5))

    @property
    def _steepness(self) -> float:
        return self.size.height() / self.size.width()


def to_image(figure: Figure, width: int) -> QImage:
    """So many pixels wide; letters are drawn at that size, not enlarged."""
    size = QSize(width, figure.height_at(width))
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    _paint(painter, figure, size)
    painter.end()
    return image


def to_svg(figure: Figure, width: int, title: str) -> bytes:
    """The same as lines, letters and, for mosaics, images whose pixels stay squares. width: in pixels.

    Without clipping, which Qt writes in a way that other programs draw wrongly: a figure keeps to its size.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.SvgTiny12)
    size = QSize(width, figure.height_at(width))
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    generator.setResolution(QImage(1, 1, QImage.Format.Format_RGB32).logicalDpiX())  # or letters differ
    generator.setTitle(title)
    generator.setDescription("DesktopCNN")
    painter = QPainter(generator)
    _paint(painter, figure, size)
    painter.end()
    return _tidied(bytes(buffer.data().data()).decode(), size).encode()


def _paint(painter: QPainter, figure: Figure, size: QSize) -> None:
    """To the last pixel: height and width are rounded, each for itself."""
    painter.scale(size.width() / figure.size.width(), size.height() / figure.size.height())
    figure.paint(painter)


def _tidied(text: str, size: QSize) -> str:
    """What Qt writes, with a size in pixels, letters that every system has, and crisp images everywhere."""
    text = SIZE.sub(f'<svg width="{size.width()}" height="{size.height()}"', text, count=1)
    text = FONT.sub(r'font-family="\1, sans-serif"', text)
    text = text.replace(CRISP, f'{CRISP} style="image-rendering: pixelated"')
    text = IMAGE.sub(lambda found: _enlarged(found[0]), text)
    return EMPTY_GROUP.sub("", text)


def _enlarged(data: str) -> str:
    """An image with so many more pixels that a program which blurs it blurs little. data: as of `IMAGE`."""
    image = QImage.fromData(base64.b64decode(data))
    times = min(MOST_TIMES, LARGE // max(image.width(), image.height(), 1))
    if times < 2:
        return data
    size = image.size() * times
    return base64.b64encode(png(image.scaled(size))).decode()


# what figures are made of


def of_widget(widget: QWidget) -> Figure:
    """What the widget shows, all of it, also what is scrolled out of sight."""
    return Figure(
        widget.size(),
        lambda painter: widget.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren),
    )


def of_text(text: str, font: QFont, colour: str, width: int = 0) -> Figure:
    """Those words, broken into lines where they are wider than `width` pixels (0: never)."""
    flags = Qt.AlignmentFlag.AlignLeft | (Qt.TextFlag.TextWordWrap if width else Qt.TextFlag.TextSingleLine)
    room = QFontMetrics(font).boundingRect(QRect(0, 0, width or WIDEST, WIDEST), int(flags), text)

    def paint(painter: QPainter) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(QRect(QPoint(), room.size()), int(flags), text)

    return Figure(room.size(), paint)


def stacked(parts: Sequence[Figure], gap: int = GAP) -> Figure:
    """Below each other, left edges in line."""
    tops = accumulate((part.size.height() + gap for part in parts[:-1]), initial=0)
    return placed([(QPoint(0, top), part) for top, part in zip(tops, parts, strict=True)])


def beside(parts: Sequence[Figure], gap: int = GAP) -> Figure:
    """From left to right, upper edges in line."""
    lefts = accumulate((part.size.width() + gap for part in parts[:-1]), initial=0)
    return placed([(QPoint(left, 0), part) for left, part in zip(lefts, parts, strict=True)])


def placed(parts: Sequence[tuple[QPoint, Figure]]) -> Figure:
    """Each with its upper left corner at its place."""
    whole = QRect()
    for place, part in parts:
        whole = whole.united(QRect(place, part.size))

    def paint(painter: QPainter) -> None:
        for place, part in parts:
            painter.save()
            painter.translate(place)
            part.paint(painter)
            painter.restore()

    return Figure(QSize(whole.right() + 1, whole.bottom() + 1), paint)


def framed(part: Figure, colour: str) -> Figure:
    """On a ground of that colour, with a margin."""
    size = part.size + QSize(2 * MARGIN, 2 * MARGIN)

    def paint(painter: QPainter) -> None:
        painter.fillRect(QRect(QPoint(), size), QColor(colour))
        painter.translate(MARGIN, MARGIN)
        part.paint(painter)

    return Figure(size, paint)


def default_width(figure: Figure) -> int:
    """Twice as wide as it is seen, so that it can be printed."""
    return min(max(ceil(2 * figure.size.width()), NARROWEST), figure.widest)

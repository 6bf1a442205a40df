"""Icons from `resources/icons`, in the colour of the text around them."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from desktopcnn import paths
from desktopcnn.ui.theme import Theme

SIDE = 18
SCALE = 4
"""Icons are rendered this much larger, so that they stay sharp on any screen."""


def set_icon(target: QAction | QAbstractButton, name: str, theme: Theme) -> None:
    """Give `target` that icon, now and whenever the theme changes."""

    def apply() -> None:
        target.setIcon(_icon(name, theme.colours.text, theme.colours.muted))

    apply()
    theme.changed.connect(apply)


@lru_cache(maxsize=64)
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    svg = (paths.shipped("resources") / "icons" / f"{name}.svg").read_text("utf-8")
    icon = QIcon(_pixmap(svg, colour))
    icon.addPixmap(_pixmap(svg, disabled), QIcon.Mode.Disabled)
    return icon


def _pixmap(svg: str, colour: str) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", colour).encode()))
    pixmap = QPixmap(SIDE * SCALE, SIDE * SCALE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    return pixmap

"""The curves as a file: the numbers as CSV, what is seen as PNG or SVG."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QWidget

from desktopcnn import paths
from desktopcnn.errors import DataError
from desktopcnn.training.curves import Curves
from desktopcnn.training.curves_csv import to_csv
from desktopcnn.ui.saving import CsvExport, png
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.curves_svg import to_svg

MARGIN = 12
PNG_SCALE = 2
"""Pixels of the picture for each pixel of the window, so that it can be printed."""


def save_png(widgets: Sequence[QWidget], path: Path) -> None:
    """What these widgets show, below each other, as pixels. Raises `DataError` where it cannot be written."""
    image = QImage(_size(widgets) * PNG_SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(PNG_SCALE)
    image.fill(widgets[0].palette().window().color())
    painter = QPainter(image)
    for widget, place in zip(widgets, _places(widgets), strict=True):
        widget.render(painter, place)
    painter.end()
    paths.write_atomically(path, png(image))


def save_svg(widgets: Sequence[QWidget], path: Path, theme: Theme) -> None:
    """The same as lines and letters."""
    text = to_svg(widgets, _places(widgets), _size(widgets), theme)
    paths.write_atomically(path, text.encode())


def _places(widgets: Sequence[QWidget]) -> list[QPoint]:
    """Each below the one before."""
    tops = accumulate((widget.height() + MARGIN for widget in widgets[:-1]), initial=MARGIN)
    return [QPoint(MARGIN, top) for top in tops]


def _size(widgets: Sequence[QWidget]) -> QSize:
    return QSize(
        max(widget.width() for widget in widgets) + 2 * MARGIN,
        sum(widget.height() + MARGIN for widget in widgets) + MARGIN,
    )


class Exporter(QObject):
    """Asks where to, and writes: the curves as numbers, or a picture of some widgets."""

    written = Signal(str)  # the path
    failed = Signal(str)

    def __init__(self, owner: QWidget, theme: Theme, *pictured: QWidget) -> None:
        super().__init__(owner)
        self._owner, self._theme, self._pictured = owner, theme, pictured

    def ask(self, suffix: str, runs: Mapping[str, Curves]) -> None:
        """Let the user choose a file of that kind; the window stays alive meanwhile."""
        kinds = {"csv": self.tr("Table (*.csv)"), "png": self.tr("Picture (*.png)")}
        dialog = QFileDialog(self._owner, self.tr("Export the curves"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(kinds.get(suffix, self.tr("Drawing (*.svg)")))
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"curves.{suffix}")
        dialog.fileSelected.connect(lambda name: self.save(Path(name), runs))
        dialog.open()

    def save(self, path: Path, runs: Mapping[str, Curves]) -> None:
        """Write that file; its suffix says as what."""
        if path.suffix.lower() == ".csv":
            export = CsvExport(path, to_csv(runs), self)
            export.written.connect(self.written)
            export.failed.connect(self.failed)
            export.start()
            return
        try:
            if path.suffix.lower() == ".svg":
                save_svg(self._pictured, path, self._theme)
            else:
                save_png(self._pictured, path)
        except DataError as error:
            self.failed.emit(str(error))
        else:
            self.written.emit(str(path))

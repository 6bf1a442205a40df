"""Writes a view as a picture or as numbers, or copies it: asks what, then where."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from desktopcnn import paths
from desktopcnn.inspection import numbers
from desktopcnn.ui import figure
from desktopcnn.ui.background import Background
from desktopcnn.ui.network.export.export_dialog import ExportDialog, Request
from desktopcnn.ui.network.export.exported import Exported, View
from desktopcnn.ui.saving import CsvExport, png
from desktopcnn.ui.settings import Settings

FOLDER = "export_folder"
"""The setting that remembers where the last file was written."""


class Exporter(QObject):
    """Of some views. What is written is what they show at the moment of writing."""

    written = Signal(str)  # the path
    copied = Signal(str)  # the title of the view
    failed = Signal(str)

    def __init__(self, owner: QWidget, views: Sequence[View]) -> None:
        super().__init__(owner)
        self._owner, self._views = owner, views
        self._settings = Settings()
        self._background = Background(self)
        self._background.failed.connect(self.failed)

    def close(self) -> None:
        """Finish the pictures that are being written."""
        self._background.close()

    def ask(self, view: View | None) -> None:
        """Let the user choose; begin with that view, or the one with the focus, or the first."""
        offered = [(known, exported) for known in self._seen() if (exported := known.exported())]
        if not offered:
            self.failed.emit(self.tr("There is nothing to export yet."))
            return
        begin = view or self._focused()
        views = [known for known, _ in offered]
        chosen = views.index(begin) if begin in views else 0
        dialog = ExportDialog(self._owner, [exported for _, exported in offered], chosen)
        dialog.requested.connect(lambda request: self._ask_where(views[request.view], request))
        dialog.open()

    def copy(self) -> None:
        """Put the view with the focus, or else the first that has something, into the clipboard."""
        focused = self._focused()
        for view in [focused] if focused else self._seen():
            if exported := view.exported():
                width = figure.default_width(exported.picture)
                QGuiApplication.clipboard().setImage(figure.to_image(exported.picture, width))
                self.copied.emit(exported.title)
                return
        self.failed.emit(self.tr("There is nothing to copy yet."))

    def _seen(self) -> list[View]:
        return [view for view in self._views if view.isVisible()]

    def _focused(self) -> View | None:
        focus = QApplication.focusWidget()
        inside = (view for view in self._seen() if view.hasFocus() or (focus and view.isAncestorOf(focus)))
        return next(inside, None)

    def _ask_where(self, view: View, request: Request) -> None:
        exported = self._still(view)
        if exported is None:
            return
        names = {
            "png": self.tr("Picture (*.png)"), "svg": self.tr("Drawing (*.svg)"),
            "csv": self.tr("Table (*.csv)"), "npy": self.tr("Array of NumPy (*.npy)"),
        }  # fmt: skip
        dialog = QFileDialog(self._owner, self.tr("Export {0}").format(exported.title))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(names[request.kind])
        dialog.setDefaultSuffix(request.kind)
        folder = self._settings.text(FOLDER)
        if folder and Path(folder).is_dir():
            dialog.setDirectory(folder)
        name = re.sub(r"[^\w.]+", "-", exported.name).strip("-")
        dialog.selectFile(f"{name}.{request.kind}")
        dialog.fileSelected.connect(lambda name: self._save(view, request, Path(name)))
        dialog.open()

    def _still(self, view: View) -> Exported | None:
        exported = view.exported()
        if exported is None:
            self.failed.emit(self.tr("What was to be exported is not there any more."))
        return exported

    def _save(self, view: View, request: Request, path: Path) -> None:
        exported = self._still(view)
        if exported is None:
            return
        self._settings.write(FOLDER, str(path.parent))
        array = exported.arrays[request.array] if request.array < len(exported.arrays) else None
        if request.kind == "png":
            image = figure.to_image(exported.picture, request.width)
            self._write(path, lambda: png(image))
        elif request.kind == "svg":
            drawing = figure.to_svg(exported.picture, request.width, exported.title)
            self._write(path, lambda: drawing)
        elif request.kind == "npy" and array:
            self._write(path, lambda: numbers.to_npy(array.values))
        elif exported.table:
            self._write_table(path, iter(exported.table()))
        elif array:
            self._write_table(path, numbers.to_csv(array))

    def _write(self, path: Path, content: Callable[[], bytes]) -> None:
        """In the background: to compress a large picture takes a while."""
        self._background.do(
            lambda: paths.write_atomically(path, content()), lambda _: self.written.emit(str(path))
        )

    def _write_table(self, path: Path, blocks: Iterator[str]) -> None:
        export = CsvExport(path, blocks, self)
        export.written.connect(self.written)
        export.failed.connect(self.failed)
        export.start()

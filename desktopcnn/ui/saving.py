"""What every export of the window shares: a table written without a stall, a picture as a PNG."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSaveFile, QTimer, Signal
from PySide6.QtGui import QImage, QImageWriter


def png(image: QImage) -> bytes:
    """The bytes of a file of that kind."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


class CsvExport(QObject):
    """Writes a table block by block between other events of the window, then is done with itself.

    The file appears when it is whole; one that was there before stays until then, and for good if it fails.
    """

    written = Signal(str)  # the path
    failed = Signal(str)

    def __init__(self, path: Path, blocks: Iterator[str], parent: QObject) -> None:
        super().__init__(parent)
        self._path, self._blocks = path, blocks
        self._file = QSaveFile(str(path), self)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        if self._file.open(QIODevice.OpenModeFlag.WriteOnly):
            self._timer.start(0)
        else:
            self._end(False)

    def _go_on(self) -> None:
        block = next(self._blocks, None)
        if block is None:
            self._end(self._file.commit())
            return
        data = block.encode()
        if self._file.write(QByteArray(data)) != len(data):
            self._end(False)

    def _end(self, whole: bool) -> None:
        self._timer.stop()
        if whole:
            self.written.emit(str(self._path))
        else:
            reason = self._file.errorString()
            self._file.cancelWriting()
            self.failed.emit(self.tr("{0} cannot be written: {1}.").format(self._path, reason.rstrip(".")))
        self.deleteLater()

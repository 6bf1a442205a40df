"""Files of the exports."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from desktopcnn.ui.saving import CsvExport, png


def test_a_picture_reads_back(qapp: object) -> None:
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(QColor("#123456"))
    read = QImage.fromData(png(image))
    assert (read.width(), read.height(), read.pixelColor(2, 1).name()) == (3, 2, "#123456")


def test_a_table_appears_when_it_is_whole(qtbot: QtBot, tmp_path: Path) -> None:
    owner, path = QObject(), tmp_path / "table.csv"
    path.write_text("old")
    seen = []

    def blocks() -> list[str]:
        return ["a,b\r\n", "1,ü\r\n"]

    def watched() -> object:
        for block in blocks():
            seen.append(path.read_text())
            yield block

    export = CsvExport(path, watched(), owner)  # type: ignore[arg-type]
    with qtbot.waitSignal(export.written):
        export.start()
    assert seen == ["old", "old"]
    assert path.read_bytes() == "a,b\r\n1,ü\r\n".encode()


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_is_not_there_is_one_sentence(qtbot: QtBot, tmp_path: Path, there: bool) -> None:
    owner, path = QObject(), tmp_path / "missing" / "table.csv"
    if there:
        path = tmp_path  # a folder is no file
    export = CsvExport(path, iter(["a"]), owner)
    with qtbot.waitSignal(export.failed) as failed:
        export.start()
    (text,) = failed.args or ("",)
    assert text.startswith(f"{path} cannot be written: ")
    assert text.endswith(".")
    assert "\n" not in text

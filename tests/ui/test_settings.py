"""What is remembered, and that nonsense in the file reads as the default."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from desktopcnn.ui.settings import Settings


@pytest.fixture
def file(qapp: object) -> Path:
    return Path(os.environ["XDG_CONFIG_HOME"], "DesktopCNN", "DesktopCNN.ini")


@pytest.mark.usefixtures("qapp")
def test_a_first_start_reads_the_defaults() -> None:
    settings = Settings()
    assert settings.text("theme", "system") == "system"
    assert settings.number("pen_width", 20) == 20
    assert settings.state("geometry").isEmpty()


def test_what_was_written_is_read_by_the_next_start(file: Path) -> None:
    settings = Settings()
    settings.write("theme", "dark")
    settings.write("pen_width", 33)
    settings.write("geometry", QByteArray(b"\0\1\2\xff"))
    del settings
    assert file.is_file(), "in the folder of the test"
    later = Settings()
    assert later.text("theme") == "dark"
    assert later.number("pen_width", 20) == 33
    assert later.state("geometry") == QByteArray(b"\0\1\2\xff")


@pytest.mark.parametrize("value", ["wide", "", "3.7", "@ByteArray(x)", "1, 2"])
def test_a_number_that_is_none_reads_as_the_default(file: Path, value: str) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(f"[General]\npen_width={value}\n", "utf-8")
    assert Settings().number("pen_width", 20) == 20


def test_values_of_another_type_read_as_the_default(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text("[General]\ntheme=1, 2\ngeometry=text\n", "utf-8")
    assert Settings().text("theme", "system") == "system"
    assert Settings().state("geometry").isEmpty()


def test_a_file_of_rubbish_reads_as_the_default(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(range(256)) * 10)
    assert Settings().text("theme", "system") == "system"


@pytest.mark.usefixtures("qapp")
def test_the_tests_write_nothing_of_the_user(tmp_path: Path) -> None:
    store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "DesktopCNN", "DesktopCNN")
    assert Path(store.fileName()).is_relative_to(os.environ["XDG_CONFIG_HOME"])

"""A page that is made when it is first shown, in steps, and not before."""

import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QLabel, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from desktopcnn.ui.lazy_page import LazyPage

Show = Callable[..., None]


class Maker:
    """Makes a label in three steps, and notes what it did."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.then: Callable[[], object] = lambda: None
        """Done after each step."""

    def __call__(self, page: QWidget) -> Iterator[QWidget | None]:
        for step in ("first", "second"):
            self.told.append(step)
            self.then()
            yield None
        self.told.append("third")
        yield QLabel("content", page)


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """The name of a module with that text."""
    monkeypatch.syspath_prepend(tmp_path)

    def module(text: str) -> str:
        (tmp_path / "heavy_module.py").write_text(textwrap.dedent(text))
        monkeypatch.delitem(sys.modules, "heavy_module", raising=False)
        return "heavy_module"

    return module


def test_nothing_is_made_before_it_is_shown(maker: Maker, show: Show, qtbot: QtBot) -> None:
    page = LazyPage("json", maker)
    tabs = QTabWidget()
    tabs.addTab(QLabel("other"), "other")
    tabs.addTab(page, "page")
    show(tabs)
    assert page.content is None
    assert maker.told == []
    with qtbot.waitSignal(page.made):
        tabs.setCurrentIndex(1)
    assert page.content is not None
    qtbot.waitUntil(page.content.isVisible)
    assert page.content.size() == page.size()


def test_it_is_made_once(maker: Maker, show: Show, qtbot: QtBot) -> None:
    page = LazyPage("json", maker)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.made):
        page.show()
    content = page.content
    page.hide()
    page.show()
    qtbot.waitExposed(page)
    assert page.content is content
    assert maker.told == ["first", "second", "third"]


def test_it_asks_for_a_moment_until_it_is_made(maker: Maker, qtbot: QtBot) -> None:
    page = LazyPage("json", maker)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.made):
        page.show()
        label = page.findChild(QLabel)
        assert label.isVisible()
        assert "moment" in label.text()
    assert not label.isVisible()


def test_the_window_lives_between_the_steps(maker: Maker, qtbot: QtBot) -> None:
    page = LazyPage("json", maker)
    qtbot.addWidget(page)
    timer = QTimer(page)
    timer.timeout.connect(lambda: maker.told.append("alive"))
    with qtbot.waitSignal(page.made):
        timer.start(0)
        page.show()
    timer.stop()
    told = maker.told
    for before, after in (("first", "second"), ("second", "third")):
        assert "alive" in told[told.index(before) : told.index(after)]


def test_what_is_imported_is_imported_in_a_thread(
    maker: Maker, module: Callable[[str], str], qtbot: QtBot
) -> None:
    page = LazyPage(module("import threading; where = threading.current_thread()"), maker)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.made):
        page.show()
    assert sys.modules["heavy_module"].where is not threading.main_thread()


def test_a_package_that_is_missing_is_told_in_a_sentence(
    maker: Maker, module: Callable[[str], str], qtbot: QtBot
) -> None:
    page = LazyPage(module("import no_such_package"), maker)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.failed) as failed:
        page.show()
    assert failed.args
    assert "no_such_package" in failed.args[0]
    assert "Install" in failed.args[0]
    assert maker.told == []
    page.close()  # waits for the thread, which holds the page until its job is over


def test_closed_while_it_is_made_it_stays_unmade(maker: Maker, qtbot: QtBot) -> None:
    page = LazyPage("json", maker)
    qtbot.addWidget(page)
    maker.then = page.close
    page.show()
    qtbot.waitUntil(lambda: maker.told != [])
    with qtbot.assertNotEmitted(page.made):
        page.show()
        qtbot.waitExposed(page)
        QCoreApplication.processEvents()
    assert maker.told == ["first"]


def test_its_content_is_closed_with_it(qtbot: QtBot) -> None:
    closed: list[bool] = []

    class Content(QWidget):
        def closeEvent(self, event: object) -> None:
            closed.append(True)

    def make(page: QWidget) -> Iterator[QWidget | None]:
        yield Content(page)

    page = LazyPage("json", make)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.made):
        page.show()
    page.close()
    assert closed == [True]

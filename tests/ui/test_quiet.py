"""A label whose new texts disturb nobody."""

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktopcnn.ui.quiet import Quiet


class Requests(QObject):
    """Counts how often a window is asked to lay itself out, and keeps it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.count = 0
        self.window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def laid_out(show: Any, inner: QWidget) -> Requests:
    window = QWidget()
    QVBoxLayout(window).addWidget(inner)
    show(window, 300, 60)
    QCoreApplication.processEvents()
    return Requests(window)


def test_a_new_text_lays_nothing_out(show: Any) -> None:
    label = QLabel("0.1")
    requests = laid_out(show, Quiet(label))
    label.setText("a much longer text than there was before")
    QCoreApplication.processEvents()
    assert requests.count == 0
    assert label.isVisible()


def test_a_plain_label_would(show: Any) -> None:
    label = QLabel("0.1")
    requests = laid_out(show, label)
    label.setText("a much longer text than there was before")
    QCoreApplication.processEvents()
    assert requests.count > 0


def test_the_label_has_all_of_the_room(show: Any) -> None:
    label = QLabel("text")
    quiet = Quiet(label)
    requests = laid_out(show, quiet)
    assert requests.window.isVisible()
    assert label.size() == quiet.size()
    assert quiet.width() > 250
    assert quiet.height() >= label.sizeHint().height()

"""Starting the window, and taking a picture of it."""

import contextlib
import os
import re
import signal
import socket
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QSettings, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

import desktopcnn
from desktopcnn import paths
from desktopcnn.errors import DataError, DesktopCNNError
from desktopcnn.ui import preload
from desktopcnn.ui.main_window import MainWindow
from desktopcnn.ui.sample import SEVEN

ANSWER_WITHIN = 60_000
"""Milliseconds after which a picture is given up: torch can take long to import on a cold disk."""


def run() -> int:
    """Open the window and stay until it is closed; the exit code."""
    if not _has_screen():
        raise DesktopCNNError(
            "There is no screen to open a window on. Set DISPLAY, or use --screenshot FILE, which needs none."
        )
    preload.begin()
    application = _application()
    window = MainWindow()
    window.show()
    _close_on_interrupt(application, window)
    return application.exec()


def screenshot(file: Path) -> int:
    """Draw the sample digit, save a picture of the window to `file`, print the answer."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Qt's offscreen platform complains of what only a real window manager could do
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    with tempfile.TemporaryDirectory() as folder:  # the same picture whatever the user's window remembers
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        return _screenshot(_application(), file)


def _screenshot(application: QApplication, file: Path) -> int:
    window = MainWindow()
    window.show()
    failures: list[str] = []
    window.session.failed.connect(failures.append)
    _draw_sample(window)
    waiting = QEventLoop()
    window.session.answered.connect(waiting.quit)
    window.session.failed.connect(waiting.quit)
    QTimer.singleShot(ANSWER_WITHIN, waiting.quit)
    waiting.exec()
    if window.session.test is None and not failures:  # so that the picture shows the window ready
        window.session.test_loaded.connect(waiting.quit)
        waiting.exec()
    answer = window.session.answer
    application.processEvents()
    picture = window.grab()
    window.close()
    application.processEvents()
    if failures or answer is None:
        raise DesktopCNNError(failures[0] if failures else "The network gave no answer within a minute.")
    if not picture.save(str(file), "PNG"):
        raise DataError(f"{file} cannot be written. Choose another place for the picture.")
    best = answer.trace.answer
    name, share = answer.entry.card.classes[best], answer.trace.probabilities[best]
    print(f"{answer.entry.name} reads the sample digit as {name} ({share:.1%}); picture: {file}")
    return 0


def _draw_sample(window: MainWindow) -> None:
    pen = window.session.pen
    pen.down(SEVEN[0])
    for place in SEVEN[1:]:
        pen.move(place)
    pen.up()


def _application() -> QApplication:
    QCoreApplication.setApplicationName("DesktopCNN")
    QCoreApplication.setApplicationVersion(desktopcnn.__version__)
    # every place that the pointer passes counts: lines are drawn of them
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    application = QApplication(sys.argv[:1])
    application.setWindowIcon(QIcon(str(paths.shipped("resources") / "icons" / "desktopcnn.svg")))
    return application


def _has_screen() -> bool:
    """Whether Qt would find a screen; it aborts the process where it does not."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM", "xcb") not in (
        "xcb",
        "wayland",
    ):
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    display = os.environ.get("DISPLAY", "")
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if not local:
        return bool(display)  # on another machine: Qt will tell
    for address in (f"\0/tmp/.X11-unix/X{local[1]}", f"/tmp/.X11-unix/X{local[1]}"):
        with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
            probe.connect(address)
            return True
    return False


def _close_on_interrupt(application: QApplication, window: MainWindow) -> None:
    """Let Ctrl-C in the terminal close the window as a click does."""
    signal.signal(signal.SIGINT, lambda *_: QTimer.singleShot(0, window.close))
    wake = QTimer(application)  # Python looks at signals only while it runs
    wake.timeout.connect(lambda: None)
    wake.start(500)

"""Starting the window, and taking a picture of it."""

import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QSettings, QSocketNotifier, Qt, QThread, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktopcnn import paths
from desktopcnn.errors import DataError, DesktopCNNError
from desktopcnn.inspection.given import Given
from desktopcnn.ui import placing, preload, screen
from desktopcnn.ui.main_window import MainWindow
from desktopcnn.ui.sample import SEVEN
from desktopcnn.version import __version__

ANSWER_WITHIN = 60_000
"""Milliseconds after which a picture is given up: torch can take long to import on a cold disk."""

OURS = "desktopcnn"
"""Property of the application that was made here."""


def run() -> int:
    """Open the window and stay until it is closed; the exit code."""
    _check_screen()
    preload.begin()
    application = _application()
    window = MainWindow()
    placing.fit(window)
    window.show()
    with _closing_on_interrupt(window):
        return application.exec()


def inspect(given: Given) -> MainWindow | None:
    """Open the window on a network from outside, and stay until it is closed; None then.

    Where others see to the events (a notebook, a program with an application of its own) the window is
    returned at once. Raises `DesktopCNNError` where there is no screen.
    """
    _check_screen("Set DISPLAY.")
    cared_for = _joins_notebook() or _has_other_owner()
    application = QApplication.instance() or _application()
    window = MainWindow()
    placing.fit(window)
    window.session.look_at(given)
    window.show()
    if cared_for:
        _opened[:] = [opened for opened in _opened if opened.isVisible()]
        _opened.append(window)  # or it would go with the last variable that holds it
        return window
    with _closing_on_interrupt(window):
        application.exec()
    return None


_opened: list[MainWindow] = []


def _joins_notebook() -> bool:
    """Whether this runs in IPython, whose own loop then runs Qt's as well (`%gui qt`)."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        return False
    try:
        shell.enable_gui("qt")
    except Exception as error:  # another toolkit's loop runs, or a module for it is missing
        raise DesktopCNNError(f"IPython cannot show a window of Qt: {error}") from error
    return True


def _has_other_owner() -> bool:
    """Whether an application is there that others made, or that runs already."""
    application = QApplication.instance()
    if application is None:
        return False
    return not application.property(OURS) or QThread.currentThread().loopLevel() > 0


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
    name, share = answer.entry.classes[answer.best], answer.shares[answer.best]
    print(f"{answer.entry.name} reads the sample digit as {name} ({100 * share:.1f} %); picture: {file}")
    return 0


def _draw_sample(window: MainWindow) -> None:
    pen = window.session.pen
    pen.down(SEVEN[0])
    for place in SEVEN[1:]:
        pen.move(place)
    pen.up()


def _check_screen(remedy: str = "Set DISPLAY, or use --screenshot FILE, which needs none.") -> None:
    if screen.platform() not in screen.UNSEEN and not screen.has_screen():
        raise DesktopCNNError(f"There is no screen to open a window on. {remedy}")


def _application() -> QApplication:
    QCoreApplication.setApplicationName("DesktopCNN")
    QCoreApplication.setApplicationVersion(__version__)
    # every place that the pointer passes counts: lines are drawn of them
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    application = QApplication(sys.argv[:1])
    application.setProperty(OURS, True)
    application.setWindowIcon(QIcon(str(paths.shipped("resources") / "icons" / "desktopcnn.svg")))
    return application


@contextmanager
def _closing_on_interrupt(window: MainWindow) -> Iterator[None]:
    """Let Ctrl-C in the terminal close the window as a click does.

    Python looks at signals only while it runs: the byte that it writes when one comes wakes it.
    """
    reader, writer = socket.socketpair()
    with reader, writer:
        for end in (reader, writer):
            end.setblocking(False)
        wake = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
        wake.activated.connect(lambda: reader.recv(64))
        fd = signal.set_wakeup_fd(writer.fileno())
        before = signal.signal(signal.SIGINT, lambda *_: QTimer.singleShot(0, window.close))
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            signal.set_wakeup_fd(fd)
            wake.setEnabled(False)

"""The program as a process: its picture, its exit codes, its end."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from desktopcnn import paths
from desktopcnn.errors import DesktopCNNError
from desktopcnn.ui import app

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Without a screen, and with a folder for temporary files that can be looked at."""
    (tmp_path / "temporary").mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in SCREENS}
    source = os.pathsep.join([str(paths.PACKAGE.parent), os.environ.get("PYTHONPATH", "")])
    return {**kept, "PYTHONPATH": source, "TMPDIR": str(tmp_path / "temporary")}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=300
    )


def test_screenshot_draws_a_seven_and_saves_the_window(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "ein Fenster.png"
    done = run(environment, "-m", "desktopcnn", "--screenshot", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert " as 7 (" in done.stdout
    assert str(file) in done.stdout
    with Image.open(file) as image:
        assert (image.format, image.size) == ("PNG", (1280, 720))
        assert len(image.convert("RGB").getcolors(2**24) or ()) > 200, "the maps are painted"
    assert list(Path(environment["TMPDIR"]).iterdir()) == [], "nothing is left behind"
    assert not Path(environment["XDG_CONFIG_HOME"]).exists(), "the user's settings are not touched"


def test_a_picture_that_cannot_be_written_is_one_line(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "no such folder" / "window.png"
    done = run(environment, "-m", "desktopcnn", "--screenshot", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert str(file) in done.stderr


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a screen")
@pytest.mark.parametrize("display", [None, "", ":987", "unix:987", ":987.0"])
def test_without_a_screen_it_says_so_in_one_line(environment: dict[str, str], display: str | None) -> None:
    if display is not None:
        environment["DISPLAY"] = display
    done = run(environment, "-m", "desktopcnn")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "no screen" in done.stderr
    assert "--screenshot" in done.stderr


def test_the_window_needs_no_torch_to_stand(environment: dict[str, str]) -> None:
    heavy = "sorted({'torch', 'scipy', 'safetensors', 'PIL'} & set(sys.modules))"
    done = run(environment, "-c", f"import sys, desktopcnn.ui.app; print({heavy})")
    assert (done.stdout, done.stderr) == ("[]\n", "")


CLOSE_WHILE_TORCH_IS_IMPORTED = """
import signal, sys, threading
from PySide6.QtCore import QTimer
from desktopcnn.ui import answering, app

importing = threading.Event()
answering.preload.torch_libraries = importing.set
application = app._application()
window = app.MainWindow()
window.show()
look = QTimer()
look.timeout.connect(lambda: importing.is_set() and (look.stop(), {act}))
look.start(0)
with app._closing_on_interrupt(window):
    code = application.exec()
print("visible" if window.isVisible() else "closed", "torch" in sys.modules)
sys.exit(code)
"""


@pytest.mark.parametrize("act", ["window.close()", "signal.raise_signal(signal.SIGINT)"])
def test_closing_while_torch_is_imported_ends_cleanly(environment: dict[str, str], act: str) -> None:
    environment["QT_QPA_PLATFORM"] = "offscreen"
    environment["QT_LOGGING_RULES"] = "default.warning=false"
    done = run(environment, "-c", CLOSE_WHILE_TORCH_IS_IMPORTED.replace("{act}", act))
    assert (done.returncode, done.stdout, done.stderr) == (0, "closed True\n", "")


CLOSES_ITSELF = """
from PySide6.QtCore import QTimer
from desktopcnn.ui import main_window

made = main_window.MainWindow.__init__


def closing(window):
    made(window)
    close = lambda answer: answer and (print(answer.entry.title, len(window.session.outline)), later())
    later = lambda: QTimer.singleShot(0, window.close)
    window.session.answered.connect(close)
    window.session.failed.connect(print)


main_window.MainWindow.__init__ = closing
"""
TWO_NETWORKS = """
import numpy as np
import desktopcnn
from torch import nn

for classes in (3, 200):
    module = nn.Sequential(nn.Conv2d(3, 2, 5), nn.Flatten(), nn.Linear(2 * 28 * 28, classes))
    print(desktopcnn.inspect(module, np.zeros((2, 3, 32, 32)), title=f"{classes} classes"))
"""
JOINED = """
from PySide6.QtWidgets import QApplication

application = QApplication([])
import numpy as np
import desktopcnn
from torch import nn

window = desktopcnn.inspect(nn.Sequential(nn.Flatten(), nn.Linear(12, 2)), np.zeros((3, 2, 2)))
print(window.isVisible())
application.exec()
print(window.isVisible())
"""


@pytest.fixture
def unseen(environment: dict[str, str]) -> dict[str, str]:
    """Where a window can be opened that nobody sees."""
    return {**environment, "QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"}


def test_a_script_goes_on_when_the_window_is_closed(unseen: dict[str, str]) -> None:
    done = run(unseen, "-c", CLOSES_ITSELF + TWO_NETWORKS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["3 classes 4", "None", "200 classes 4", "None"]


def test_a_program_with_an_application_of_its_own_gets_the_window(unseen: dict[str, str]) -> None:
    done = run(unseen, "-c", CLOSES_ITSELF + JOINED)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["True", "Sequential 3", "False"]


def test_the_example_of_the_readme_opens_the_window(unseen: dict[str, str]) -> None:
    readme = (paths.PACKAGE.parent / "README.md").read_text("utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    done = run(unseen, "-c", CLOSES_ITSELF + example)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Sequential 6\n"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a screen")
def test_inspect_without_a_screen_is_one_sentence(environment: dict[str, str]) -> None:
    done = run(environment, "-c", TWO_NETWORKS)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("There is no screen to open a window on. Set DISPLAY.")


class Shell:
    """Stands for IPython's."""

    def __init__(self, error: Exception | None = None) -> None:
        self.loops: list[str] = []
        self._error = error

    def enable_gui(self, name: str) -> None:
        self.loops.append(name)
        if self._error:
            raise self._error


@pytest.mark.parametrize("shell", [None, Shell()])
def test_a_notebook_is_joined(monkeypatch: pytest.MonkeyPatch, shell: Shell | None) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert app._joins_notebook() is (shell is not None)
    if shell:
        assert shell.loops == ["qt"]


def test_a_notebook_that_cannot_be_joined_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Shell(RuntimeError("another loop runs"))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    with pytest.raises(DesktopCNNError, match="another loop runs"):
        app._joins_notebook()

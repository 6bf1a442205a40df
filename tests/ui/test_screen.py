"""Whether a window can be opened here, as `make run` asks it; the window's own answer: test_app.py."""

import os
import subprocess
import sys

import pytest

from desktopcnn import paths

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a screen")
@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, 1),
        ({"DISPLAY": ":987"}, 1),
        ({"WAYLAND_DISPLAY": "no-such-door"}, 1),
        ({"DISPLAY": ":987", "QT_QPA_PLATFORM": "xcb"}, 1),
        ({"QT_QPA_PLATFORM": "offscreen"}, 1),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600"}, 0),
    ],
)
def test_says_by_its_exit_code_whether_somebody_would_see_a_window(
    environment: dict[str, str], code: int
) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in SCREENS}
    done = subprocess.run(
        [sys.executable, "-m", "desktopcnn.ui.screen"],
        env={**kept, **environment}, cwd=paths.PACKAGE.parent, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")

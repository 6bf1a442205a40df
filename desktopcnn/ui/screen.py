"""Whether a window can be opened here: `python -m desktopcnn.ui.screen` exits with 0 then, else with 1.

A set DISPLAY proves little (a closed ssh session, another user's screen), and Qt ends the whole program
when it is wrong. So this knocks on the door, as Qt would.
"""

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

UNSEEN = ("offscreen", "minimal")
"""Platforms of Qt that paint where nobody looks; they need no screen."""


def platform() -> str:
    """The platform of Qt that was asked for, or an empty word."""
    return os.environ.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]


def has_screen() -> bool:
    """Whether somebody would see the window."""
    asked = platform()
    if asked in UNSEEN:
        return False
    if asked == "xcb":
        return _opens(_x11)
    if asked.startswith("wayland"):
        return _opens(_wayland)
    if asked or sys.platform in ("darwin", "win32"):  # vnc and the like: who asks for them has them
        return True
    return _opens(_wayland) or _opens(_x11)


def _x11() -> bool:
    if not os.environ.get("DISPLAY"):
        return False
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    opened = bool(xcb.xcb_connection_has_error(connection) == 0)
    xcb.xcb_disconnect(connection)
    return opened


def _wayland() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    with socket.socket(socket.AF_UNIX) as door:
        # joined to an absolute name, the folder is ignored: that is Wayland's rule, too
        door.connect(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/"), name)))
    return True


def _opens(door: Callable[[], bool]) -> bool:
    try:
        return door()
    except OSError:
        return False


if __name__ == "__main__":
    if sys.platform != "win32":
        signal.alarm(3)  # a DISPLAY on a machine that does not answer; the signal ends this process
    sys.exit(not has_screen())

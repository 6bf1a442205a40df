#!/usr/bin/env python3
"""Exit 0 if a window can be opened here, 1 if not.

A set DISPLAY proves little (a closed ssh session, another user's screen), and Qt ends the whole
program when it is wrong. So this knocks on the door, as Qt would.
"""

import ctypes
import os
import signal
import socket
import sys
from pathlib import Path


def x11() -> bool:
    if not os.environ.get("DISPLAY"):
        return False
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    return xcb.xcb_connection_has_error(connection) == 0


def wayland() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    with socket.socket(socket.AF_UNIX) as door:
        # Joined to an absolute name, the folder is ignored: that is Wayland's rule, too.
        door.connect(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/"), name)))
    return True


def opens(door) -> bool:
    try:
        return door()
    except OSError:
        return False


def has_screen() -> bool:
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if platform in ("offscreen", "minimal"):
        return False
    if platform == "xcb":
        return opens(x11)
    if platform.startswith("wayland"):
        return opens(wayland)
    if platform or sys.platform == "darwin":  # vnc and the like: who asks for them, has them
        return True
    return opens(wayland) or opens(x11)


if sys.platform != "win32":
    signal.alarm(3)  # a DISPLAY on a machine that does not answer; the signal ends this process
sys.exit(not has_screen())

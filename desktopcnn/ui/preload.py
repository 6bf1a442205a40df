"""Bringing torch's libraries into memory without stopping the window.

`import torch` maps about 200 MB of libraries while it holds the interpreter: the window would stand still
for 0.2 seconds. Called through ctypes the loader holds nothing, and the import finds them mapped. That
also may begin before Qt is imported, on another core (benchmarks/window.py start: 0.2 s won).
"""

import ctypes
import importlib.util
import os
import sys
import threading
from pathlib import Path

LIBRARIES = ("libtorch_global_deps.so", "libtorch_python.so")
"""In the order and, below, with the visibility that torch itself uses."""

_lock = threading.Lock()


def begin() -> None:
    """Start in a thread of its own; nobody need wait for it."""
    threading.Thread(target=torch_libraries, name="preload", daemon=True).start()


def torch_libraries() -> None:
    """Map the libraries, or wait until whoever began with it is done. Does nothing where they are not."""
    with _lock:
        spec = importlib.util.find_spec("torch")
        if "torch" in sys.modules or not sys.platform.startswith("linux") or not spec:
            return
        for folder in spec.submodule_search_locations or ():
            for name, scope in zip(LIBRARIES, (os.RTLD_GLOBAL, os.RTLD_LOCAL), strict=True):
                _map(Path(folder) / "lib" / name, scope | os.RTLD_NOW)


def _map(library: Path, mode: int) -> None:
    if library.is_file():
        dlopen = ctypes.CDLL(None).dlopen  # ctypes.CDLL(path) would hold the interpreter meanwhile
        dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
        dlopen(os.fsencode(library), mode)

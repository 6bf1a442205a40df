"""Memory that a training gives back and asks for again a hundred times a second."""

import ctypes

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""Parameters of `mallopt` in glibc's malloc.h."""


def keep_freed() -> None:
    """Let this process keep what a step frees, up to 128 MB, for the next step to use.

    glibc returns tensors of some hundred kilobytes to the system at once and the next step gets them as
    fresh pages, each cleared and mapped on first touch: a third of the time of `01-conv`
    (benchmarks/README.md). Where there is no glibc nothing happens.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # macOS and musl, or Windows
        return
    mallopt(TRIM_THRESHOLD, 128 * 2**20)
    mallopt(MMAP_THRESHOLD, 32 * 2**20)

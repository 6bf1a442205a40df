"""How many threads a training takes where nobody says so."""

import os
from contextlib import suppress


def cores() -> int:
    """How many threads this process may run at once."""
    with suppress(AttributeError):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def busy() -> int:
    """How many cores other programs kept busy in the last minute; 0 where that is unknown."""
    with suppress(AttributeError, OSError):  # not on Windows
        return round(os.getloadavg()[0])
    return 0


def idle(most: int | None = None) -> int:
    """How many threads find a core of their own: at least 1, and not more than `most`.

    Threads that wait for each other on a busy machine lose more than they gain: with two on two cores that
    others used as well, a training came from 12,171 images a second with one thread to 316.
    """
    return max(1, min(cores() - busy(), most or cores()))

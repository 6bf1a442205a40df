"""Who trains in a folder: one process at a time, and a mark that tells when one died over it.

A file that the operating system locks for the process that trains, and gives free when it ends, however
it ends. While somebody trains there is a word in the file; an orderly end takes it out. So a file with a
word that nobody holds is what a crash leaves.
"""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktopcnn.errors import DataError

FILE = "lock"
MARK = b"training\n"
TRIES, PAUSE = 5, 0.02
"""Somebody who only looks whether the file is locked holds it for an instant: ask again, seconds apart."""
TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    FAR = 2**30  # a locked byte cannot be read there, so one is locked that is never written

    def _lock(handle: int) -> None:
        os.lseek(handle, FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        os.lseek(handle, FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of the open file: holds within a process too

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep everybody else from training in that folder.

    Raises `DataError` where somebody does, or where the folder cannot be written. A file system that knows
    no locks does not keep anybody from training.
    """
    path = folder / FILE
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}.") from error
    try:
        if not _taken(handle):
            raise DataError(
                f"{folder} is being trained by another window or command. "
                "Wait until it ends, or stop it there."
            )
        _mark(handle, MARK)
        try:
            yield
        finally:
            _mark(handle, b"")
    finally:
        os.close(handle)  # and with it the lock


def held(folder: Path) -> bool:
    """Whether somebody trains in that folder now: another process, or this one."""
    try:
        handle = os.open(folder / FILE, os.O_RDWR)
    except OSError:
        return False  # never trained in, or not ours to write
    try:
        _lock(handle)
        _unlock(handle)
    except OSError as error:
        return error.errno in TAKEN
    finally:
        os.close(handle)
    return False


def left_behind(folder: Path) -> bool:
    """Whether a training in that folder died: it has begun, has not ended, and nobody carries it on."""
    try:
        begun = (folder / FILE).stat().st_size > 0
    except OSError:
        return False
    return begun and not held(folder)


def clear(folder: Path) -> None:
    """Forget that a training died there; one that goes on is left alone."""
    if left_behind(folder):
        with hold(folder):
            pass


def _taken(handle: int) -> bool:
    """Take the lock; False where somebody has it."""
    for attempt in range(TRIES):
        try:
            _lock(handle)
        except OSError as error:
            if error.errno not in TAKEN:
                return True
            if attempt + 1 < TRIES:
                time.sleep(PAUSE)
        else:
            return True
    return False


def _mark(handle: int, word: bytes) -> None:
    """What stands in the file; where it cannot be written (a full disk) a crash will pass for a stop."""
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, word)
        os.ftruncate(handle, len(word))  # afterwards: what a crash left is a mark at every moment
    except OSError:
        return

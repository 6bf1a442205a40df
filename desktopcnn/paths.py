"""Where the program's own files lie and where it may write the user's."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import platformdirs

from desktopcnn.errors import DataError

PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The folder `resources` or `trained`: inside an installed package, beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def user_data() -> Path:
    """The folder for what the user makes (runs, networks); not created here.

    The environment variable DESKTOPCNN_HOME replaces the place that the system prescribes.
    """
    home = os.environ.get("DESKTOPCNN_HOME")
    if home:
        return Path(home).expanduser()
    return platformdirs.user_data_path("desktopcnn", appauthor=False)


def runs() -> Path:
    """The folder that holds one folder for each training."""
    return user_data() / "runs"


def append_at(path: Path, size: int, content: bytes) -> None:
    """Add `content` to a file of which the first `size` bytes count; what an earlier failure left goes.

    Raises `DataError` where the file cannot be written.
    """
    try:
        with path.open("r+b") as file:
            file.truncate(size)
            file.seek(size)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}.") from error


def sweep(folder: Path, pattern: str = "*") -> None:
    """Remove what `write_atomically` left beside the files of that name when it was killed.

    Only for who alone writes these files: the temporary file of somebody at work would go too.
    """
    with suppress(OSError):
        for left in folder.glob(f".{pattern}.*.part"):
            left.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Raises `DataError` where `write_atomically` could not put a file at `path`; makes its folder."""
    if path.is_dir():
        raise DataError(f"{path} is a folder. Name a file in it.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}.") from error


def write_atomically(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Put `content` at `path` (mode 0644) so that a crash leaves the old file or the new one, whole.

    durable: also when the machine itself goes down; costs a wait for the disk.
    Raises `DataError` where the folder is missing, read-only or full; the old file is untouched then.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            beside.chmod(0o644)
            beside.replace(path)
        except BaseException:  # an interrupt must not leave it lying about either
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}.") from error

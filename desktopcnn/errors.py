"""The errors whose message is meant for the user: one sentence that names what is wrong and what to do."""

from collections.abc import Callable, Mapping
from typing import Any


class DesktopCNNError(Exception):
    """Base of all errors that are shown to the user as they are."""


class UsageError(DesktopCNNError):
    """Something was asked for that does not exist or contradicts itself (exit code 2)."""


class DataError(DesktopCNNError):
    """A data file, picture or folder cannot be read as what it should be."""


class NetworkError(DesktopCNNError):
    """An architecture or a weights file cannot be used."""


class UnsavedError(DataError):
    """What was trained cannot be written; it is in memory still.

    again: tries to write it once more, and raises as before; None where nobody can.
    """

    again: Callable[[], None] | None = None


class TrainingError(DesktopCNNError):
    """A training cannot go on. remedy: settings of its recipe that usually help, with their values."""

    def __init__(self, text: str, remedy: Mapping[str, Any] | None = None) -> None:
        super().__init__(text)
        self.remedy: Mapping[str, Any] = dict(remedy or {})

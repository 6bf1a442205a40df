"""The errors whose message is meant for the user: one sentence that names what is wrong and what to do."""


class DesktopCNNError(Exception):
    """Base of all errors that are shown to the user as they are."""


class UsageError(DesktopCNNError):
    """Something was asked for that does not exist or contradicts itself (exit code 2)."""


class DataError(DesktopCNNError):
    """A data file, picture or folder cannot be read as what it should be."""


class NetworkError(DesktopCNNError):
    """An architecture or a weights file cannot be used."""


class TrainingError(DesktopCNNError):
    """A training cannot go on."""

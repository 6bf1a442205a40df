"""What the window remembers: its state and the user's taste, never data. Every read is typed."""

from PySide6.QtCore import QByteArray, QSettings


class Settings:
    """A value that is missing or of another type reads as the default."""

    def __init__(self) -> None:
        # the same kind of file on every system, at a place that tests can move (QSettings.setPath)
        self._store = QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "DesktopCNN", "DesktopCNN"
        )

    def text(self, key: str, default: str = "") -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: int) -> int:
        try:
            return int(str(self._store.value(key, default)))
        except ValueError:
            return default

    def state(self, key: str) -> QByteArray:
        """A window's or splitter's saved state; empty at the first start."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def write(self, key: str, value: str | int | QByteArray) -> None:
        self._store.setValue(key, value)

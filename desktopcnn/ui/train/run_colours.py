"""The colours of runs: eight that colour-blind people can tell apart; a run keeps its own."""

import json
from collections.abc import Iterable

from desktopcnn.ui.settings import Settings
from desktopcnn.ui.theme import Theme

# The same order of hues for both themes. Contrast of 3:1 and more on a card; any two differ by more than ten
# hundredths in Oklab for people who lack one kind of cone (tests/ui/test_run_colours.py).
ON_LIGHT = ("#3D61CB", "#DB6C11", "#19A674", "#AA78BD", "#320673", "#680C18", "#825801", "#154E64")
ON_DARK = ("#21A2A7", "#F88C25", "#2EDE9A", "#B5A9EF", "#6764AE", "#A46638", "#EDE116", "#BAF5FD")


KEY = "run_colours"


class RunColours:
    """A run has a colour from when it is first seen: the one that the fewest have. Settings keep it."""

    def __init__(self, theme: Theme, settings: Settings | None = None) -> None:
        self._theme, self._settings = theme, settings
        self._places = _places(settings.text(KEY)) if settings else {}
        self._present: frozenset[str] = frozenset()

    def keep(self, folders: Iterable[str]) -> None:
        """These are there now, in the order in which they were created; others may come back."""
        folders = list(folders)
        self._present = frozenset(folders)
        for folder in folders:
            self._place(folder)
        if self._settings:
            kept = {folder: place for folder, place in self._places.items() if folder in self._present}
            self._settings.write(KEY, json.dumps(kept))

    def of(self, folder: str) -> str:
        """The colour (#RRGGBB) of the run in that folder under the present theme."""
        return (ON_DARK if self._theme.is_dark else ON_LIGHT)[self._place(folder)]

    def _place(self, folder: str) -> int:
        if folder not in self._places:
            used = [place for other, place in self._places.items() if other in self._present]
            self._places[folder] = min(range(len(ON_LIGHT)), key=used.count)
            self._present |= {folder}
        return self._places[folder]


def _places(text: str) -> dict[str, int]:
    """What was kept, as far as it can be read."""
    try:
        kept = json.loads(text)
    except ValueError:
        return {}
    pairs = kept.items() if isinstance(kept, dict) else ()
    return {folder: place for folder, place in pairs if place in range(len(ON_LIGHT))}

"""The colours of runs: eight that colour-blind people can tell apart; a run keeps its own."""

from collections.abc import Iterable

from desktopcnn.ui.theme import Theme

# The same order of hues for both themes. Contrast of 3:1 and more on a card; any two differ by more than ten
# hundredths in Oklab for people who lack one kind of cone (tests/ui/test_run_colours.py).
ON_LIGHT = ("#3D61CB", "#DB6C11", "#19A674", "#AA78BD", "#320673", "#680C18", "#825801", "#154E64")
ON_DARK = ("#21A2A7", "#F88C25", "#2EDE9A", "#B5A9EF", "#6764AE", "#A46638", "#EDE116", "#BAF5FD")


class RunColours:
    """A run has a colour from when it is first seen: the one that the fewest have."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._places: dict[str, int] = {}
        self._present: frozenset[str] = frozenset()

    def keep(self, folders: Iterable[str]) -> None:
        """These are there now, in the order in which they were created; others may come back."""
        folders = list(folders)
        self._present = frozenset(folders)
        for folder in folders:
            self._place(folder)

    def of(self, folder: str) -> str:
        """The colour (#RRGGBB) of the run in that folder under the present theme."""
        return (ON_DARK if self._theme.is_dark else ON_LIGHT)[self._place(folder)]

    def _place(self, folder: str) -> int:
        if folder not in self._places:
            used = [place for other, place in self._places.items() if other in self._present]
            self._places[folder] = min(range(len(ON_LIGHT)), key=used.count)
            self._present |= {folder}
        return self._places[folder]

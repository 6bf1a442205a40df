"""What a training costs: parameters, multiply-adds, and the time for an epoch on this machine."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktopcnn.networks.architecture import Architecture
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.train.previews import Facts, Load, Previews

if TYPE_CHECKING:
    from collections.abc import Hashable

PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


class CostLabel(QLabel):
    """Follows `show_cost`; has the time measured where it is not known, except while a training runs."""

    def __init__(self, previews: Previews) -> None:
        super().__init__()
        self._previews = previews
        self._architecture: Architecture | None = None
        self._load: Load | None = None
        self._running = False
        self._asked: Hashable = None
        self._facts: dict[str, Facts] = {}
        self._obstacle = ""
        self.setObjectName("costLabel")
        self.setAccessibleName(self.tr("Cost of the training"))
        self.setProperty("muted", True)
        self.setProperty("small", True)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setToolTip(
            self.tr("The time was measured here, just now, in half a second: a busy machine makes it longer.")
        )
        previews.learnt.connect(self._learn)
        previews.timed.connect(self._say)
        previews.unmeasured.connect(self._give_up)

    def show_cost(
        self,
        architecture: Architecture,
        recipe: Recipe | None,
        dataset: str,
        threads: int | None,
        running: bool,
    ) -> None:
        """Say what that costs; without a recipe or a number of threads there is no time to tell."""
        self._architecture, self._running = architecture, running
        self._load = None
        if recipe and threads:
            self._load = Load(architecture, recipe, dataset, threads)
        self._measure()
        self._say()

    def _measure(self) -> None:
        key = self._load.key if self._load and not self._running else None
        if key == self._asked:
            return
        self._asked = key
        self._obstacle = ""
        if key is None or self._load is None or self._previews.seconds(self._load) is not None:
            self._previews.leave_off()
        elif self._load.dataset in self._facts:
            self._previews.time(self._load)
        else:
            self._previews.leave_off()
            self._previews.learn(self._load.dataset)

    def _learn(self, facts: Facts) -> None:
        self._facts[facts.dataset] = facts
        self._asked = None
        self._measure()

    def _give_up(self, reason: str) -> None:
        self._obstacle = reason
        self._say()

    def _say(self) -> None:
        if self._architecture is None:
            return
        parts = [
            self.tr("{0:,} parameters").format(self._architecture.parameters),
            self.tr("{0} multiply-adds").format(_short(self._architecture.multiply_adds)),
        ]
        if self._load:
            seconds = self._previews.seconds(self._load)
            if seconds is not None:
                parts.append(self.tr("about {0} an epoch here").format(self._duration(seconds)))
            elif self._obstacle:
                parts.append(self.tr("time unknown: {0}").format(self._obstacle))
            elif not self._running:
                parts.append(self.tr("measuring…"))
        self.setText(" · ".join(parts))

    def _duration(self, seconds: float) -> str:
        """With the precision that a short probe can answer for."""
        for limit, size, text in (
            (1, 0.1, self.tr("{0:.1f} s")),
            (90, 1, self.tr("{0:.0f} s")),
            (5400, 60, self.tr("{0:.0f} min")),
        ):
            if seconds < limit:
                unit = 60 if size == 60 else 1
                return text.format(max(seconds / unit, size / unit))
        return self.tr("{0:.0f} h").format(seconds / 3600)


def _short(number: int) -> str:
    for size, prefix in PREFIXES:
        if number >= size:
            return f"{number / size:.2f} {prefix}"
    return str(number)

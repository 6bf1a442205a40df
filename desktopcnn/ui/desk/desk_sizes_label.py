"""How the sizes of the convolution desk's output come about, and which pixels are lost."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktopcnn.inspection.desk_sizes import Slide
from desktopcnn.ui.desk.desk_state import DeskState


class DeskSizesLabel(QLabel):
    """Follows the state."""

    def __init__(self, state: DeskState) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("deskSizes")
        self.setAccessibleName(self.tr("Sizes of the output"))
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("small", True)
        state.changed.connect(self._write)
        self._write()

    def _write(self) -> None:
        desk = self._state.desk
        lines = ["floor((n + 2p − d(k − 1) − 1) / s) + 1"]
        lines += self._formulas(desk.slides, self.tr("Output"))
        lines += self._losses(desk.slides, self.tr("pixels"))
        if desk.pool_slides:
            lines += self._formulas(desk.pool_slides, self.tr("Pooled"))
            lines += self._losses(desk.pool_slides, self.tr("output cells"))
        self.setText("\n".join(lines))

    def _formulas(self, slides: tuple[Slide, Slide], name: str) -> list[str]:
        down, along = slides
        if down == along:
            return [self.tr("{0}, rows and columns: {1}").format(name, down.formula)]
        return [
            self.tr("{0}, rows: {1}").format(name, down.formula),
            self.tr("{0}, columns: {1}").format(name, along.formula),
        ]

    def _losses(self, slides: tuple[Slide, Slide], what: str) -> list[str]:
        """Why some are hatched; nothing where none are."""
        down, along = slides
        lines = []
        if down.cut_off or along.cut_off:
            text = self.tr(
                "Hatched {0} are lost, {1} at the bottom and {2} at the right: no further window fits, and "
                "floor drops what is left over."
            )
            lines.append(
                text.format(what, self._count(down.cut_off, "row"), self._count(along.cut_off, "column"))
            )
        if down.skipped or along.skipped:
            text = self.tr(
                "Hatched {0} in {1} and {2} are skipped: they lie between those that any window looks at."
            )
            lines.append(
                text.format(what, self._count(down.skipped, "row"), self._count(along.skipped, "column"))
            )
        return lines

    def _count(self, number: int, kind: str) -> str:
        one = {"row": self.tr("1 row"), "column": self.tr("1 column")}
        many = {"row": self.tr("{0} rows"), "column": self.tr("{0} columns")}
        return one[kind] if number == 1 else many[kind].format(number)

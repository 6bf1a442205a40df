"""What differs between runs, one column for each; can be copied into a spreadsheet."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from desktopcnn.training.book import Row
from desktopcnn.training.compare import Difference, compare
from desktopcnn.ui.train.run_model import moment
from desktopcnn.ui.train.run_texts import duration, percent

NONE = "–"
SWATCH, ROW = 10, 24
"""Pixels."""
BETTER_HIGHER = ("validation", "test")


class CompareDialog(QDialog):
    """colours: of the runs' curves, #RRGGBB, in the same order."""

    def __init__(self, parent: QWidget | None, rows: Sequence[Row], colours: Sequence[str]) -> None:
        super().__init__(parent)
        self.setObjectName("compareDialog")
        self.setWindowTitle(self.tr("What differs between {0} runs").format(len(rows)))
        self._labels = self._texts()
        differences = compare(rows)
        self._table = QTableWidget(len(differences), len(rows))
        self._table.setObjectName("compareTable")
        self._table.setAccessibleName(self.tr("What differs between the runs"))
        self._table.setToolTip(self.tr("Ctrl+C copies what is selected"))
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setTabKeyNavigation(False)
        self._table.setIconSize(QSize(SWATCH, SWATCH))
        self._fill(rows, colours, differences)
        self._lay_out(all(difference.part == "result" for difference in differences))
        self.resize(min(900, 260 + 170 * len(rows)), min(560, 140 + ROW * len(differences)))

    def copied(self, *, everything: bool) -> str:
        """The table, or its selected part, as lines of cells with tabs between, headings included."""
        rows = range(self._table.rowCount())
        columns = range(self._table.columnCount())
        chosen = {(i.row(), i.column()) for i in self._table.selectedIndexes()}
        if chosen and not everything:
            rows = sorted({row for row, _ in chosen})  # type: ignore[assignment]
            columns = sorted({column for _, column in chosen})  # type: ignore[assignment]
        lines = [["", *(_plain(self._table.horizontalHeaderItem(column)) for column in columns)]]
        for row in rows:
            cells = [self._table.item(row, column) for column in columns]
            lines.append([_plain(self._table.verticalHeaderItem(row)), *map(_plain, cells)])
        return "\n".join("\t".join(line) for line in lines)

    def _fill(self, rows: Sequence[Row], colours: Sequence[str], differences: list[Difference]) -> None:
        for column, (row, colour) in enumerate(zip(rows, colours, strict=True)):
            heading = QTableWidgetItem(_swatch(colour), self._heading(row, rows))
            heading.setToolTip(f"{row.name}\n{row.folder.name}")
            self._table.setHorizontalHeaderItem(column, heading)
        for place, difference in enumerate(differences):
            self._table.setVerticalHeaderItem(place, QTableWidgetItem(self._label(difference)))
            best = _best(difference)
            for column, value in enumerate(difference.values):
                cell = QTableWidgetItem(self._value(difference, value))
                cell.setToolTip(cell.text() if difference.key != "checksum" else str(value))
                font = cell.font()
                font.setBold(best is not None and value == best)
                cell.setFont(font)
                self._table.setItem(place, column, cell)

    def _lay_out(self, same: bool) -> None:
        note = QLabel()
        note.setObjectName("compareNote")
        note.setProperty("muted", True)
        note.setText(
            self.tr("Settings, network and data are the same. The outcome of each:")
            if same
            else self.tr("The outcome, and every setting that is not the same in all of them:")
        )
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(70)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setTextElideMode(Qt.TextElideMode.ElideNone)  # eliding would take the second line away
        self._table.verticalHeader().setDefaultSectionSize(ROW)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip(self.tr("Close the comparison"))
        copy = buttons.addButton(self.tr("&Copy table"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("copyTableButton")
        copy.setToolTip(self.tr("Copy the whole table, for a spreadsheet or a text"))
        copy.clicked.connect(lambda: self._copy(everything=True))
        shortcut = QShortcut(QKeySequence.StandardKey.Copy, self._table)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(lambda: self._copy(everything=False))
        layout = QVBoxLayout(self)
        for widget in (note, self._table, buttons):
            layout.addWidget(widget)

    def _copy(self, *, everything: bool) -> None:
        QGuiApplication.clipboard().setText(self.copied(everything=everything))

    def _heading(self, row: Row, rows: Sequence[Row]) -> str:
        """The name, and where two runs have the same one, when they were begun."""
        alone = sum(other.name == row.name for other in rows) == 1
        return row.name if alone or not row.created else f"{row.name}\n{moment(row.created)}"

    def _label(self, difference: Difference) -> str:
        if difference.part == "layer":
            return self.tr("layer {0}").format(difference.key)
        if difference.part == "distortion":
            return self.tr("distortion: {0}").format(self._labels.get(difference.key, difference.key))
        if difference.part == "result" and difference.key == "epochs":
            return self.tr("epochs done")
        return self._labels.get(difference.key, difference.key.replace("_", " "))

    def _value(self, difference: Difference, value: object) -> str:
        if value is None or value == "":
            return NONE
        if isinstance(value, bool):
            return self.tr("yes") if value else self.tr("no")
        if difference.part == "result" and difference.key == "state":
            return self._labels.get(str(value), str(value))
        form = _FORMS.get((difference.part, difference.key))
        if form and isinstance(value, int | float):
            return form(value)
        if isinstance(value, float):
            return f"{value:g}"
        if isinstance(value, int) and difference.key != "seed":
            return f"{value:,}"
        return str(value)[:8] if difference.key == "checksum" else str(value)

    def _texts(self) -> dict[str, str]:
        """Settings by the names of their fields."""
        return {
            "validation": self.tr("best validation accuracy"), "test": self.tr("its test accuracy"),
            "best_epoch": self.tr("best epoch"), "epochs": self.tr("epochs"),
            "seconds": self.tr("time trained"), "state": self.tr("state"),
            "name": self.tr("recipe"), "batch_size": self.tr("batch size"),
            "optimizer": self.tr("optimiser"), "learning_rate": self.tr("learning rate"),
            "schedule": self.tr("schedule"), "weight_decay": self.tr("weight decay"),
            "momentum": self.tr("momentum"), "nesterov": self.tr("Nesterov's step"),
            "label_smoothing": self.tr("label smoothing"), "average": self.tr("average of weights"),
            "changes": self.tr("changed while training"), "origin": self.tr("branch of"),
            "seed": self.tr("seed"),
            "bfloat16": self.tr("in bfloat16"), "title": self.tr("architecture"),
            "parameters": self.tr("parameters"), "multiply_adds": self.tr("multiply-adds"),
            "dataset": self.tr("data set"), "checksum": self.tr("checksum of the data"),
            "cross": self.tr("shift crosswise, px"), "shift": self.tr("shift, px"),
            "rotation": self.tr("rotation, degrees"), "scale": self.tr("scale"), "shear": self.tr("shear"),
            "elastic": self.tr("elastic, px"), "thickness": self.tr("thickness, px"),
            "training": self.tr("in training"), "finished": self.tr("done"), "stopped": self.tr("stopped"),
            "crashed": self.tr("crashed"), "failed": self.tr("failed"), "damaged": self.tr("damaged"),
        }  # fmt: skip


_FORMS: dict[tuple[str, str], Callable[[float], str]] = {
    ("result", "validation"): lambda share: f"{percent(share)} %",
    ("result", "test"): lambda share: f"{percent(share)} %",
    ("result", "seconds"): duration,
}


def _best(difference: Difference) -> float | None:
    """The best of the outcomes, where they differ."""
    figures = [v for v in difference.values if isinstance(v, float)]
    wanted = difference.part == "result" and difference.key in BETTER_HIGHER and len(set(figures)) > 1
    return max(figures) if wanted else None


def _plain(item: QTableWidgetItem | None) -> str:
    return " ".join(item.text().split()) if item else ""


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(SWATCH, SWATCH)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)

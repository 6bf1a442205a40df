"""The costs of a network as a Qt model: a row for each layer and one for the sums."""

import csv
import io
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from desktopcnn.inspection.counting import Counted, Counts
from desktopcnn.inspection.part import times
from desktopcnn.ui.network.layer_texts import shape_text

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NOWHERE = QModelIndex()
KIB = 1024


class Column(IntEnum):
    """The columns, from left to right."""

    LAYER = 0
    KIND = 1
    OUTPUT = 2
    FORMULA = 3
    PARAMETERS = 4
    SHARE = 5
    COST = 6
    FIELD = 7
    MEMORY = 8


NUMBERS = (Column.PARAMETERS, Column.SHARE, Column.COST, Column.FIELD, Column.MEMORY)


class CountingModel(QAbstractTableModel):
    """Empty until it is given what was counted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._counts: Counts | None = None
        self._bold = QFont()
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._heads = {
            Column.LAYER: (self.tr("Layer"), self.tr("Name of the module")),
            Column.KIND: (self.tr("Kind"), ""),
            Column.OUTPUT: (self.tr("Output"), self.tr("Maps × rows × columns, or units")),
            Column.FORMULA: (self.tr("How the parameters are counted"), ""),
            Column.PARAMETERS: (self.tr("Parameters"), self.tr("Learnt numbers")),
            Column.SHARE: (self.tr("Share"), self.tr("Of the parameters of the network")),
            Column.COST: (self.tr("Multiply-adds"), self.tr("Multiplications with addition for one picture")),
            Column.FIELD: (self.tr("Sees"), self.tr("Receptive field: pixels of the input that a cell sees")),
            Column.MEMORY: (self.tr("Memory"), self.tr("Of the output for one picture, in float32")),
        }

    def set_counts(self, counts: Counts | None) -> None:
        """Show these; None shows nothing."""
        self.beginResetModel()
        self._counts = counts
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self._counts is None else len(self._counts.rows) + 1

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        text, tip = self._heads[Column(section)]
        if role == Role.TextAlignmentRole:
            return _alignment(Column(section))
        return {Role.DisplayRole: text, Role.ToolTipRole: tip or text}.get(Role(role))

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if self._counts is None or not index.isValid():
            return None
        column, last = Column(index.column()), index.row() == len(self._counts.rows)
        if role == Role.TextAlignmentRole:
            return _alignment(column)
        if role == Role.FontRole and last:
            return self._bold
        if role not in (Role.DisplayRole, Role.ToolTipRole):
            return None
        return self._sum(column) if last else self._text(self._counts.rows[index.row()], column)

    def texts(self) -> list[list[str]]:
        """The head and all rows, the sums last, as they are shown."""
        rows = [[self._heads[column][0] for column in Column]]
        for row in range(self.rowCount()):
            rows.append([str(self.index(row, column).data()) for column in Column])
        return rows

    def _text(self, row: Counted, column: Column) -> str:
        stop = row.stop
        texts = {
            Column.LAYER: stop.name,
            Column.KIND: stop.title,
            Column.OUTPUT: shape_text(stop.output_shape),
            Column.FORMULA: self.tr("counted above") if row.shared else stop.formula,
            Column.PARAMETERS: f"{row.parameters:,}" if row.parameters else "",
            Column.SHARE: _share(row.share) if row.parameters else "",
            Column.COST: "?" if stop.multiply_adds is None else _count(stop.multiply_adds),
            Column.FIELD: "" if row.sees is None else times(row.sees),
            Column.MEMORY: memory_text(row.memory),
        }
        return texts[column]

    def _sum(self, column: Column) -> str:
        counts = self._counts
        assert counts is not None
        cost = counts.multiply_adds
        texts = {
            Column.LAYER: self.tr("Sum"),
            Column.FORMULA: self.tr("{0} as float32").format(memory_text(counts.parameter_memory)),
            Column.PARAMETERS: f"{counts.parameters:,}",
            Column.COST: "?" if cost is None else f"{cost:,}",
            Column.MEMORY: memory_text(counts.memory),
        }
        return texts.get(column, "")


def as_csv(counts: Counts) -> str:
    """A head and a row for each layer; numbers as they are, memory in bytes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            "layer", "kind", "output", "parameters", "share", "multiply_adds", "receptive_field", "step",
            "values", "bytes", "formula",
        ]
    )  # fmt: skip
    for row in counts.rows:
        stop = row.stop
        writer.writerow(
            [
                stop.name, stop.kind, "x".join(map(str, stop.output_shape)), row.parameters,
                f"{row.share:.6f}", stop.multiply_adds, stop.field, stop.step, row.values, row.memory,
                stop.formula,
            ]
        )  # fmt: skip
    return out.getvalue()


def memory_text(size: int) -> str:
    """45.0 KiB, 1.2 MiB."""
    if size < KIB:
        return f"{size} B"
    return f"{size / KIB:,.1f} KiB" if size < KIB * KIB else f"{size / KIB / KIB:,.1f} MiB"


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _share(share: float) -> str:
    return f"{100 * share:.1f} %" if share >= 0.0005 else "< 0.1 %"


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter

"""What the network costs, layer by layer: parameters, multiply-adds, memory, and what each layer sees."""

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QPushButton, QTableView

from desktopcnn.inspection import counting
from desktopcnn.inspection.counting import Comparison, Counts
from desktopcnn.inspection.outline import Outline, Stop
from desktopcnn.ui.figure import of_text
from desktopcnn.ui.network.counting_model import NUMBERS, Column, CountingModel, as_csv, memory_text
from desktopcnn.ui.network.detail_card import DetailCard
from desktopcnn.ui.network.export.exported import Exported, titled
from desktopcnn.ui.session import Session
from desktopcnn.ui.table_figure import table_figure
from desktopcnn.ui.theme import Theme


class CountingView(DetailCard):
    """Follows the session's network; a chosen row is the chosen layer."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("countingView", theme)
        self._theme, self._selection = theme, session.selection
        self._counted: Outline | None = None
        self.set_heading(self.tr("What the network costs"))
        self._model = CountingModel(self)
        self.table = QTableView()
        self.table.setObjectName("countingTable")
        self.table.setAccessibleName(self.tr("Costs of the layers"))
        self.table.setToolTip(self.tr("Choose a row to choose that layer"))
        self.table.setModel(self._model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(Column.FORMULA, QHeaderView.ResizeMode.Stretch)
        self._sums = QLabel()
        self._sums.setObjectName("countingSums")
        self._sums.setWordWrap(True)
        self._comparison = QLabel()
        self._comparison.setObjectName("denseComparison")
        self._comparison.setWordWrap(True)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._sums)
        self.body.addWidget(self._comparison)
        self.add_control(self._button("copyCountsButton", self.tr("Copy as text"), self.copy_text))
        self.add_control(self._button("copyCsvButton", self.tr("Copy as CSV"), self.copy_csv))
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self._selection.changed.connect(self._follow)
        self._follow()

    def _button(self, name: str, text: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(self.tr("Put the table into the clipboard"))
        button.clicked.connect(slot)
        return button

    def copy_text(self) -> None:
        """The table as it is shown, with tabs between the columns."""
        lines = ["\t".join(row) for row in self._model.texts()]
        QGuiApplication.clipboard().setText("\n".join(lines) + "\n")

    def copy_csv(self) -> None:
        """Plain numbers, as of `as_csv`."""
        QGuiApplication.clipboard().setText(as_csv(counting.count(self._counted or ())))

    def exported(self) -> Exported | None:
        """The whole table with what stands below it."""
        counted = self._counted
        if not counted:
            return None
        texts, chosen = self._model.texts(), self._selection.layer
        marked = chosen + 1 if chosen >= 0 else None
        table = table_figure(texts, NUMBERS, self.font(), self._theme.colours, marked)
        below = [
            of_text(label.text(), label.font(), self._theme.colours.text, table.size.width())
            for label in (self._sums, self._comparison)
            if label.text()
        ]
        title = self.accessibleName()
        picture = titled(title, [table, *below], self.font(), self._theme)
        return Exported(title, "costs", picture, table=lambda: [as_csv(counting.count(counted))])

    def _follow(self) -> None:
        outline = self._selection.outline
        if outline != self._counted:
            self._counted = outline
            counts = counting.count(outline) if outline else None
            self._model.set_counts(counts)
            self._sums.setText(self._summed_up(counts) if counts else "")
        self.set_exportable("" if outline else self.tr("There is no network."))
        layer = self._selection.layer
        if layer >= 0:
            self.table.selectRow(layer)
        else:
            self.table.clearSelection()
        self._comparison.setText(self._compared())

    def _summed_up(self, counts: Counts) -> str:
        """What is always in sight, however many layers there are."""
        costs = "?" if counts.multiply_adds is None else f"{counts.multiply_adds:,}"
        text = self.tr("{0:,} parameters ({1}), {2} multiply-adds for one picture.")
        return text.format(counts.parameters, memory_text(counts.parameter_memory), costs)

    def _choose(self, row: QModelIndex) -> None:
        if row.isValid() and row.row() < len(self._counted or ()):
            self._selection.choose_layer(row.row())

    def _compared(self) -> str:
        """The chosen convolution, or else the first one, beside a dense layer."""
        layer = self._selection.layer
        stops = self._counted or ()
        for stop in (*stops[max(layer, 0) : layer + 1], *stops):
            compared = counting.against_dense(stop)
            if compared:
                return self._sentence(stop, compared)
        return ""

    def _sentence(self, stop: Stop, compared: Comparison) -> str:
        text = self.tr(
            "{0} has {1} parameters. A dense layer of 30 units on the same input would have {2}: "
            "{3} times as many."
        )
        factor = f"{compared.factor:,.0f}" if compared.factor >= 10 else f"{compared.factor:.1f}"
        return text.format(stop.name, compared.formula, compared.dense_formula, factor)

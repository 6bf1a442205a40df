"""The weights of one layer: their picture or table, what the colours mean, what the pointer is on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktopcnn.inspection.numbers import Numbers, of_weights
from desktopcnn.inspection.part import Part
from desktopcnn.inspection.sheet import Sheet
from desktopcnn.ui import figure
from desktopcnn.ui.colour_bar import ColourBar
from desktopcnn.ui.figure import Figure
from desktopcnn.ui.network.kernels import kernel_texts
from desktopcnn.ui.network.kernels.connection_table import ConnectionTable
from desktopcnn.ui.network.kernels.kernel_marks import Marks
from desktopcnn.ui.network.kernels.kernel_picture import KernelPicture
from desktopcnn.ui.network.kernels.kernel_texts import Weight
from desktopcnn.ui.theme import Theme


class KernelPage(QWidget):
    """Shows what it is given; tells which kernel was chosen and what the pointer is on."""

    chosen = Signal(int, int)
    pixel_hovered = Signal(object)  # (row, column), or None
    said = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.picture = KernelPicture(theme)
        self.picture.setObjectName("kernelPicture")
        self.picture.setAccessibleName(self.tr("Kernels"))
        self.table = ConnectionTable(theme)
        self.table.setObjectName("connectionTable")
        self.table.setAccessibleName(self.tr("Connection table"))
        self._colours = ColourBar(theme, theme.diverging())
        self._colours.setObjectName("kernelColours")
        self._part: Part | None = None
        self._sheet: Sheet | None = None
        self._marks = Marks()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.picture)
        self._pages.addWidget(self.table)
        self._pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._colours)
        self._connect()

    def _connect(self) -> None:
        self.picture.setToolTip(
            self.tr("Click: choose a kernel. Ctrl+wheel, + and -: zoom. Arrow keys: the next kernel; "
                    "with Shift: the next weight in it")
        )  # fmt: skip
        self.table.setToolTip(self.tr("A cross where the output map (column) sees the input map (row)"))
        self.picture.pointed.connect(self._point)
        self.picture.chosen.connect(self.chosen)
        self.table.chosen.connect(self.chosen)
        self.table.pointed.connect(self._point_at_kernel)
        self._theme.changed.connect(lambda: self._colours.set_table(self._theme.diverging()))

    def set_sheet(self, part: Part, sheet: Sheet) -> None:
        """The weights of `part`, or what was added to them."""
        self._part, self._sheet = part, sheet
        self.picture.set_sheet(sheet)
        if part.connections is not None:
            self.table.set_connections(part.connections, sheet.values.shape[1])
        self._describe()

    def numbers(self) -> tuple[Numbers, ...]:
        """The weights that are shown."""
        return (of_weights(self._part, self._sheet.values),) if self._part and self._sheet else ()

    def figures(self) -> list[Figure]:
        """The picture and its colour bar, or the table."""
        whole = self.picture.figure()
        if self._pages.currentWidget() is self.table or whole is None:
            return [figure.of_widget(self.table)]
        return [whole, figure.of_widget(self._colours)]

    def show_table(self, table: bool) -> None:
        """The connection table in place of the picture."""
        self._pages.setCurrentWidget(self.table if table else self.picture)
        self._colours.setVisible(not table)
        self._describe()

    def set_marks(
        self, kernel: tuple[int, int] | None, row: int | None, pixel: tuple[int, int] | None
    ) -> None:
        """The chosen kernel, the output map whose cell is looked at, the weight that is pointed at."""
        pointed = self._marks.pointed if pixel else None
        self._marks = Marks(kernel, row, pixel, pointed)
        self.picture.set_marks(self._marks)
        self.table.set_marks(kernel, row)
        self._describe()

    def _point(self, weight: Weight | None) -> None:
        pointed = weight and weight[:2]
        if pointed != self._marks.pointed:
            marks = self._marks
            self._marks = Marks(marks.kernel, marks.row, weight and weight[2:], pointed)
            self.picture.set_marks(self._marks)
        self.pixel_hovered.emit(weight and weight[2:])
        self._describe()

    def _point_at_kernel(self, kernel: tuple[int, int] | None) -> None:
        marks = self._marks
        self._marks = Marks(marks.kernel, marks.row, None, kernel)
        self._describe()

    def _describe(self) -> None:
        """Say what the pointer is on, or else what is chosen; the colour bar is that kernel's."""
        if self._part is None or self._sheet is None:
            return
        marks, values = self._marks, self._sheet.values
        kernel = marks.pointed or marks.kernel
        connections = self._part.connections if self._pages.currentWidget() is self.table else None
        if kernel is None or kernel[0] >= values.shape[0] or kernel[1] >= values.shape[1]:
            kernel = None
            text = (
                self.tr("Point at a weight to see its value. Ctrl+wheel zooms.")
                if connections is None
                else self.tr("Point at a column to see which channels its map sees.")
            )
        elif connections is not None:
            text = kernel_texts.sees(self, kernel[0], connections[kernel[0]])
        elif marks.pixel and self._fits(marks.pixel):
            text = kernel_texts.place(self, self._part, values, (*kernel, *marks.pixel))
        else:
            text = kernel_texts.about(self, self._part, values, kernel)
        end = float(self._sheet.ends[kernel or (int(self._sheet.order[0]), 0)])
        self._colours.set_range((-end, end))
        self.picture.setAccessibleDescription(text)
        self.table.setAccessibleDescription(text)
        self.said.emit(text)

    def _fits(self, pixel: tuple[int, int]) -> bool:
        assert self._sheet
        rows, columns = self._sheet.values.shape[2:]
        return bool(pixel[0] < rows and pixel[1] < columns)

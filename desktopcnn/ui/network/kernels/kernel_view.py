"""All weights of the chosen layer."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QToolButton, QWidget

from desktopcnn.inspection import sheet
from desktopcnn.inspection.numbers import Numbers
from desktopcnn.inspection.outline import Stop
from desktopcnn.inspection.part import Array, Part
from desktopcnn.networks.shapes import Shape
from desktopcnn.ui import figure
from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.network.detail_card import DetailCard
from desktopcnn.ui.network.export.exported import Exported, titled
from desktopcnn.ui.network.kernels import kernel_texts
from desktopcnn.ui.network.kernels.kernel_controls import KernelControls
from desktopcnn.ui.network.kernels.kernel_page import KernelPage
from desktopcnn.ui.network.kernels.weight_bars import WeightBars
from desktopcnn.ui.network.part_source import PartSource
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme


class KernelView(DetailCard):
    """Follows the session's selection and weights; does nothing while it is not visible."""

    weightless_changed = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("kernelView", theme)
        self._session, self._theme, self._selection = session, theme, session.selection
        self._source = PartSource(session, self)
        self._controls = KernelControls()
        self._page = KernelPage(theme)
        self._bars = WeightBars(theme)
        self._note, self._value = QLabel(), QLabel()
        self._whole = QToolButton()
        self._pages = QStackedWidget()
        self._stale = True
        self._key: tuple[object, ...] = ()
        self._rows: Mapping[str, Array] = {}
        self._ordered: tuple[tuple[object, ...], npt.NDArray[np.intp]] = ((), np.empty(0, np.intp))
        self.is_weightless: bool | None = None  # nobody looked yet
        set_icon(self._whole, "fit", theme)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._bars.setObjectName("weightBars")
        self._bars.setAccessibleName(self.tr("Numbers of each map"))
        self._bars.setToolTip(self.tr("Click or use the arrow keys: choose a map"))
        self._whole.setObjectName("kernelWhole")
        self._whole.setCheckable(True)
        self._whole.setAccessibleName(self.tr("Whole picture"))
        self._whole.setToolTip(self.tr("Show all kernels at once, however small"))
        self.add_control(self._whole)
        self._value.setObjectName("kernelValue")
        self._value.setAccessibleName(self.tr("Weight"))
        for label in (self._note, self._value):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._note.setProperty("muted", True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._value.setProperty("small", True)
        self._value.setFixedHeight(2 * self._value.fontMetrics().height())
        for page in (self._page, self._bars, self._note):
            self._pages.addWidget(page)
        self.body.addWidget(self._controls)
        self.body.addWidget(self._pages, 1)
        self.body.addWidget(self._value)

    def _connect(self) -> None:
        self._source.changed.connect(self._follow)
        self._session.answered.connect(self._follow)
        self._selection.changed.connect(self._follow)
        self._selection.hovered.connect(self._mark)
        self._controls.changed.connect(self._take_controls)
        self._whole.toggled.connect(self._page.picture.set_whole)
        self._page.picture.whole_changed.connect(self._whole.setChecked)
        self._page.chosen.connect(self._choose)
        self._page.pixel_hovered.connect(self._hover)
        self._page.said.connect(self._value.setText)
        self._bars.chosen.connect(self._choose_map)
        self._bars.pointed.connect(self._say_bar)

    # following

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what works in the background."""
        self._source.close()
        super().closeEvent(event)

    def _follow(self) -> None:
        """Something may be different now; it is looked at when somebody sees it."""
        self._stale = True
        if self.isVisible():
            self._refresh()

    def _take_controls(self) -> None:
        if self._controls.change:
            self._source.want_first()
        self._follow()

    @property
    def _stop(self) -> Stop | None:
        """The chosen layer; None for the input."""
        outline, layer = self._selection.outline, self._selection.layer
        return outline[layer] if 0 <= layer < len(outline) else None

    def _refresh(self) -> None:
        self._stale = False
        stop = self._stop
        part = self._source.parts.get(stop.name) if stop and self._source.parts else None
        self.set_heading(kernel_texts.heading(self, stop))
        if part is not None and part.kind in sheet.KINDS:
            self._show_sheet(part)
        elif part is not None and (rows := kernel_texts.bars(self, part)):
            self._show_bars(rows)
        else:
            self._show_note(kernel_texts.without_weights(self, stop, part))
        self._mark()
        noted = self._pages.currentWidget() is self._note
        self.set_exportable(self._note.text() if noted else "")
        weightless = noted and not (stop and stop.parameters)
        if weightless != self.is_weightless:
            self.is_weightless = weightless
            self.weightless_changed.emit()

    def exported(self) -> Exported | None:
        """The weights as they are shown, those too that are scrolled out of sight."""
        stop, shown = self._stop, self._pages.currentWidget()
        if stop is None or shown is self._note:
            return None
        if shown is self._page:
            said, parts, arrays = self._controls.summary, self._page.figures(), self._page.numbers()
        else:
            said, parts = self._value, [figure.of_widget(self._bars)]
            arrays = tuple(Numbers(name, values, ("map",)) for name, values in self._rows.items())
        summary = figure.of_text(said.text(), said.font(), self._theme.colours.muted)
        title = kernel_texts.heading(self, stop)
        picture = titled(title, [summary, *parts], self.font(), self._theme)
        return Exported(title, f"weights-{stop.name}", picture, arrays)

    def _show_sheet(self, part: Part) -> None:
        """Show the weights, or what was added to them; made anew only where something is different."""
        controls, source = self._controls, self._source
        controls.offer(orders=part.kind != "rbf", table=part.connections is not None)
        controls.allow_change(kernel_texts.why_no_change(self, part, known=source.begun is not None))
        begun = source.first if controls.change else None
        first = begun.get(part.name) if begun else None
        order = self._order(part)
        self._turn_to(self._page)
        self._page.show_table(controls.table)
        self._whole.setVisible(not controls.table)
        maps, per = self._maps(), controls.scale
        key = (part, maps, first, per, order.tobytes())
        if key != self._key:
            self._key = key
            parts = source.parts or {}
            largest = sheet.largest_of(parts, begun) if per == "network" else 0.0
            shown = sheet.sheet(part, maps, order, per, largest, first)
            self._page.set_sheet(part, shown)
            text = kernel_texts.summary(self, part, shown, changed=first is not None)
            controls.summary.setText(text)

    def _show_bars(self, rows: Mapping[str, Array]) -> None:
        self._forget_sheet()
        self._rows = rows
        self._bars.set_rows(rows)
        self._turn_to(self._bars)
        self._say_bar(None)

    def _show_note(self, text: str) -> None:
        self._forget_sheet()
        self._note.setText(text)
        self._turn_to(self._note)
        self._value.clear()

    def _forget_sheet(self) -> None:
        self._key = ()
        self._whole.hide()

    def _turn_to(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._controls.setVisible(page is self._page)
        self._value.setVisible(page is not self._note)

    def _maps(self) -> Shape | None:
        """The maps that a flatten laid out as this layer's input, as far as one is known."""
        outline, stop = self._selection.outline, self._stop
        source = stop.source if stop else None
        while source is not None and source >= 0 and outline[source].kind in ("dropout", "activation"):
            source = outline[source].source
        if source is None or source < 0 or outline[source].kind != "flatten":
            return None
        return outline[source].input_shape

    def _order(self, part: Part) -> npt.NDArray[np.intp]:
        """Of the maps. By response it stays for one network and input: training does not reshuffle it."""
        answer, output, by = self._session.answer, self._output(), self._controls.order
        if by != "response" or answer is None:
            return sheet.order(part, output, by)
        key = (answer.traced.name, self._selection.outline, part.name, answer.shown)
        if key == self._ordered[0]:
            return self._ordered[1]
        order = sheet.order(part, output, by)
        if output is not None:
            self._ordered = (key, order)
        return order

    def _output(self) -> Array | None:
        """What the layer gives for the current input."""
        answer, layer = self._session.answer, self._selection.layer
        if answer is None or layer >= len(answer.trace.steps) or answer.anatomy is not self._source.parts:
            return None
        return answer.trace.steps[layer].output

    # choosing

    def _mark(self) -> None:
        """Show what is chosen."""
        selection = self._selection
        cell = selection.cell
        self._page.set_marks(selection.kernel, cell[0] if cell else None, selection.pixel)
        self._bars.set_chosen(cell[0] if cell and len(cell) == 3 else None)
        if self._pages.currentWidget() is self._bars:
            self._say_bar(None)

    def _choose(self, number: int, channel: int) -> None:
        self._selection.choose_kernel((number, channel))
        if len(self._selection.shape) == 1:
            self._selection.choose_cell((number,))

    def _choose_map(self, number: int) -> None:
        self._selection.choose_cell((number, *(self._selection.cell or (0, 0, 0))[1:]))

    def _hover(self, pixel: tuple[int, int] | None) -> None:
        if (stop := self._stop) and stop.kind == "conv":
            self._selection.hover_pixel(pixel)

    def _say_bar(self, number: int | None) -> None:
        """The numbers of the map under the pointer, or of the chosen one."""
        chosen = self._selection.cell[0] if self._selection.cell else None
        number = chosen if number is None else number
        text = "" if number is None else kernel_texts.of_map(self, self._rows, number)
        self._value.setText(text)
        self._bars.setAccessibleDescription(text)

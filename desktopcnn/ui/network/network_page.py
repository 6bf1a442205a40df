"""The *Network* tab: the columns of all layers above, a close look at the chosen one below."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.network.cell.cell_view import CellView
from desktopcnn.ui.network.counting_view import CountingView
from desktopcnn.ui.network.detail_card import DetailCard
from desktopcnn.ui.network.export.exporter import Exporter
from desktopcnn.ui.network.kernels.kernel_view import KernelView
from desktopcnn.ui.network.layer_columns import LayerColumns
from desktopcnn.ui.network.maps.feature_map_view import FeatureMapView
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

NARROWEST = 140
"""Width in pixels to which a view can be pressed, so that the window fits on a small screen."""
ANY = 2**24 - 1
"""Qt's largest width: no limit."""
KERNELS = 260
"""Width in pixels of the kernels at first."""


class NetworkPage(QWidget):
    """The views follow `session.selection` and `session.answered`; they do not know each other.

    Esc goes back: from an enlarged view to all of them, from a view to the columns.
    """

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._selection = session.selection
        self.columns = LayerColumns(session, theme)
        self._maps = FeatureMapView(session, theme)
        self._counting = CountingView(session, theme)
        self._kernels = KernelView(session, theme)
        self._kernels.weightless_changed.connect(self._fit_kernels)
        self._close = (self._kernels, self._maps, CellView(session, theme))
        detail = self._detail = QSplitter(Qt.Orientation.Horizontal)
        for close in self._close:
            close.setMinimumWidth(NARROWEST)
            detail.addWidget(close)
        detail.setChildrenCollapsible(False)
        detail.setSizes([KERNELS, 300, 420])
        self._kernels_wide, self._narrow = KERNELS, True
        self._views: tuple[DetailCard, ...] = (*self._close, self._counting)
        self.exporter = Exporter(self, (self.columns, *self._views))
        self.exporter.failed.connect(session.failed)
        for view in self._views:
            view.enlarge_requested.connect(lambda large, view=view: self._enlarge(view if large else None))
            view.export_requested.connect(lambda view=view: self.exporter.ask(view))
        self._pages = QStackedWidget()
        self._pages.addWidget(detail)
        self._pages.addWidget(self._counting)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.columns)
        parts.addWidget(self._below(theme))
        parts.setChildrenCollapsible(False)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        parts.setSizes([240, 360])
        self.splitters = {"network_parts": parts, "network_detail": detail}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts)
        self.columns.entered.connect(self._go_down)

    def _below(self, theme: Theme) -> QWidget:
        self._tabs = QTabBar()
        self._tabs.setObjectName("detailTabs")
        self._tabs.setAccessibleName(self.tr("What is looked at"))
        self._tabs.setProperty("slim", True)
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        for text, tip in (
            (self.tr("Look inside"), self.tr("Kernels, feature maps and one cell of the chosen layer")),
            (self.tr("Count"), self.tr("Parameters, multiply-adds and memory of every layer")),
        ):
            self._tabs.setTabToolTip(self._tabs.addTab(text), tip)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        export = QToolButton()
        export.setObjectName("layerColumnsExport")
        export.setAccessibleName(self.tr("Export the whole network"))
        export.setToolTip(self.tr("Save the columns as a picture, or the numbers of all layers"))
        set_icon(export, "export", theme)
        export.clicked.connect(lambda: self.exporter.ask(self.columns))
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._tabs)
        head.addStretch(1)
        head.addWidget(export)
        below = QWidget()
        layout = QVBoxLayout(below)
        layout.setContentsMargins(8, 0, 8, 6)
        layout.setSpacing(4)
        layout.addWidget(self._head)
        layout.addWidget(self._pages, 1)
        return below

    def _enlarge(self, large: DetailCard | None) -> None:
        """Give one view the whole tab; None gives every view its place back."""
        self.columns.setVisible(large is None)
        self._head.setVisible(large is None)
        for view in self._close:
            view.setVisible(large in (None, view, self._counting))
        self._fit_kernels()

    def _fit_kernels(self) -> None:
        """A layer without weights leaves the room of its kernels to the other views."""
        first, *others = self._detail.sizes()
        alone, narrow = self.columns.isHidden(), bool(self._kernels.is_weightless)
        self._kernels.setMaximumWidth(NARROWEST if narrow and not alone else ANY)
        if alone or narrow == self._narrow or not sum(others):
            return
        self._narrow = narrow
        if first > NARROWEST:
            self._kernels_wide = first
        spare = first - (NARROWEST if narrow else self._kernels_wide)
        self._detail.setSizes([first - spare, *(size + spare * size // sum(others) for size in others)])

    # the keyboard

    def _go_down(self) -> None:
        """From the columns to what is below them."""
        if self._pages.currentIndex() == 0:
            self._maps.take_keyboard()
        else:
            self._counting.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        back = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self._has_way_back
        if back and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # or the key would empty the canvas
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._has_way_back:
            self._go_back()
        elif key in steps and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self._selection.step_layer(steps[key])
        else:
            super().keyPressEvent(event)

    @property
    def _has_way_back(self) -> bool:
        return self.columns.isHidden() or not self.columns.hasFocus()

    def _go_back(self) -> None:
        if self.columns.isHidden():
            for view in self._views:
                view.set_enlarged(False)
        else:
            self.columns.setFocus(Qt.FocusReason.OtherFocusReason)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what the views do in the background."""
        self.exporter.close()
        for view in self._views:
            view.close()
        super().closeEvent(event)

    # whether somebody looks

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._selection.set_watched(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._selection.set_watched(False)

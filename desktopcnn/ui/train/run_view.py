"""The table of the run book: its columns fit a narrow place, and a tick has the colour of the run's curve."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)  # fmt: skip
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QUndoStack,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)  # fmt: skip

from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.run_model import COLOUR, NUMBERS, Column

BOX = 12
"""Side of a tick box in pixels."""
NARROW = 24
PADDING = 9
WIDE = 400
"""Pixels of the table from which the state is written beside its sign."""


class RunView(QTreeView):
    """Whole rows are chosen; only names are edited."""

    edited = Signal()  # an editor was closed

    def __init__(self, theme: Theme, stack: QUndoStack) -> None:
        super().__init__()
        self._theme, self._stack = theme, stack
        self.setObjectName("runTable")
        self.setAccessibleName(self.tr("Runs"))
        self.setProperty("small", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegateForColumn(Column.SHOWN, _Ticks(theme, self))
        self.setIconSize(QSize(14, 14))
        theme.changed.connect(self._recolour)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self.setSortingEnabled(True)
        header = self.header()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # as they come: the latest first
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(NARROW)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        self._recolour()

    @property
    def is_editing(self) -> bool:
        return self.state() == QAbstractItemView.State.EditingState

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # reached only where no menu has these keys; an action here would stand in the way of the menu's
        if event.matches(QKeySequence.StandardKey.Undo):
            self._stack.undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self._stack.redo()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Give each column of figures what it needs, and names the rest."""
        header, metrics = self.header(), self.fontMetrics()
        if header.count() == 0:
            return
        header.resizeSection(Column.SHOWN, NARROW)
        model = self.model()
        wide = self.width() >= WIDE
        for column in NUMBERS:
            texts = {model.index(row, column).data() for row in range(model.rowCount())}
            texts.add(model.headerData(column, Qt.Orientation.Horizontal))
            header.resizeSection(column, max(map(metrics.horizontalAdvance, texts)) + PADDING * (1 + wide))
        words = metrics.horizontalAdvance(self.tr("in training elsewhere")) + 32
        header.resizeSection(Column.STATE, words if wide else NARROW)

    def _recolour(self) -> None:
        colours = self._theme.colours
        self.header().setStyleSheet(
            f"QHeaderView {{ background: {colours.card}; border: none; }}"
            f" QHeaderView::section {{ background: {colours.card}; color: {colours.muted}; font-size: 8pt;"
            f" border: none; border-bottom: 1px solid {colours.border}; padding: 2px 4px; }}"
            f" QHeaderView::up-arrow, QHeaderView::down-arrow {{ width: 0px; height: 0px; }}"
        )
        self.fit()


class _Ticks(QStyledItemDelegate):
    """A box in the run's colour: full with a tick, or empty. A click anywhere in the cell turns it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, option.palette.highlight())
        value = index.data(Qt.ItemDataRole.CheckStateRole)
        if value is None:
            return
        colours = self._theme.colours
        box = QRectF(0, 0, BOX, BOX)
        box.moveCenter(QRectF(option.rect).center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.card), 1.5))  # apart from the highlight too
        painter.setBrush(QColor(colours.card))
        painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 4, 4)
        painter.setPen(QPen(QColor(index.data(COLOUR)), 2))
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            painter.setBrush(QColor(index.data(COLOUR)))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 2, 2)
            painter.setPen(QPen(QColor(colours.card), 2))
            corner = box.topLeft()
            painter.drawPolyline([corner + QPointF(x, y) for x, y in ((3, 6), (5.2, 8.4), (9, 3.8))])
        else:
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 2, 2)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        if not index.flags() & Qt.ItemFlag.ItemIsUserCheckable or not isinstance(event, QMouseEvent):
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if event.type() == QEvent.Type.MouseButtonRelease:
            ticked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
            state = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
            return model.setData(index, state, Qt.ItemDataRole.CheckStateRole)
        return event.type() == QEvent.Type.MouseButtonDblClick

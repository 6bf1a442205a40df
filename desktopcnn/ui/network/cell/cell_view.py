"""One cell of the chosen layer: the numbers it was made of."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import QMenu, QToolButton

from desktopcnn.inspection import terms
from desktopcnn.inspection.explanations import Convolved, Explanation, Softmaxed
from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.network.cell import cell_channels, cell_layout, cell_single, cell_texts
from desktopcnn.ui.network.cell.cell_items import Hit, Item, Sight
from desktopcnn.ui.network.cell.cell_picture import CellPicture
from desktopcnn.ui.network.cell.cell_player import CellPlayer
from desktopcnn.ui.network.cell.cell_source import Close, close_look
from desktopcnn.ui.network.cell.temperature import Temperature
from desktopcnn.ui.network.detail_card import DetailCard
from desktopcnn.ui.network.export.exported import Exported, titled
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

PLAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Comma: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Period: 1}
ARROWS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)
}  # fmt: skip
MAPS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class CellView(DetailCard):
    """Follows the session's selection and answer; works nothing out while it is hidden.

    Keys: Space plays, left and right (or comma and full stop) step, up and down choose a channel, page up
    and down a map, Shift with an arrow lights a place of the kernel, Ctrl+C copies the arithmetic.
    """

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("cellView", theme)
        self._session, self._theme, self._selection = session, theme, session.selection
        self._close: Close | None = None
        self._lit: int | None = None  # the input map whose kernel the pointer is on
        self._stale = True
        self._heading.setMinimumWidth(1)  # a long one is cut: the view keeps its width while it plays
        self._player = CellPlayer(session.selection, theme)
        self._strongest = self._strongest_button(theme)
        self.add_control(self._player)
        self.add_control(self._strongest)
        self._picture = CellPicture(theme)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a press beside the picture is meant for it too
        self.setFocusProxy(self._picture)
        self._temperature = Temperature()
        self.body.addWidget(self._picture, 1)
        self.body.addWidget(self._temperature)
        self._picture.pointed.connect(self._point)
        self._picture.chosen.connect(self._choose_channel)
        self._temperature.changed.connect(self._refresh)
        self._selection.changed.connect(self._refresh)
        self._selection.hovered.connect(self._lay_out)
        session.answered.connect(self._refresh)
        session.network_changed.connect(self._temperature.reset)
        session.network_changed.connect(self._refresh)
        self._refresh()

    @property
    def explanation(self) -> Explanation | None:
        """Of the chosen cell; None where there is nothing to explain."""
        return self._close.explanation if self._close else None

    # what is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def _refresh(self) -> None:
        self._stale = not self.isVisible()
        if self._stale:
            return
        self._close = close_look(self._selection, self._session.answer, self._temperature.value)
        self.set_heading(self._close.heading)
        explanation = self._close.explanation
        self._temperature.setVisible(isinstance(explanation, Softmaxed))
        several = isinstance(explanation, Convolved) and len(explanation.channels) > 1
        self._strongest.setVisible(several)
        self._player.setEnabled(bool(self._selection.shape))
        self.set_exportable("" if explanation or self._close.image is not None else self._close.note)
        self._picture.setAccessibleDescription(
            cell_texts.sentence(explanation) if explanation else self._close.note
        )
        self._lay_out()

    def exported(self) -> Exported | None:
        """The picture of the arithmetic, and its numbers in a table."""
        close = self._close
        if close is None or (close.explanation is None and close.image is None):
            return None
        explanation = close.explanation
        return Exported(
            close.heading,
            f"cell-{close.heading}",
            titled(close.heading, [self._picture.figure()], self.font(), self._theme),
            table=partial(terms.to_csv, explanation) if explanation else None,
        )

    def _lay_out(self) -> None:
        if self._close and not self._stale:
            self._picture.set_layout(partial(self._items, self._close), self._selection.pixel)

    def _items(self, close: Close, room: Sight) -> list[Item]:
        if close.explanation is None and close.image is None:
            return cell_layout.saying(close.note, room)
        chosen = self._selection.kernel
        sight = Sight(
            room.width, room.height, room.line, *close.span,
            channel=chosen[1] if chosen else None, pixel=self._selection.pixel, lit=self._lit,
            strongest=self._strongest.isChecked(), classes=close.classes,
        )  # fmt: skip
        if close.image is not None:
            return cell_single.pixel(close.image, self._selection.cell or (0, 0, 0), sight)
        assert close.explanation is not None
        return cell_layout.explained(close.explanation, sight, close.constants)

    # what is done to it

    def _point(self, found: Hit) -> None:
        changed = found.channel != self._lit
        self._lit = found.channel if found.pixel else None
        if found.pixel != self._selection.pixel:
            self._selection.hover_pixel(found.pixel)
        elif changed:
            self._lay_out()

    def _choose_channel(self, channel: int) -> None:
        if self._selection.cell:
            self._selection.choose_kernel((self._selection.cell[0], channel))

    def _step_channel(self, step: int) -> bool:
        """Choose the next or the previous of several channels, in the order in which they are shown."""
        e = self.explanation
        if not isinstance(e, Convolved) or len(e.channels) < 2:
            return False
        order = cell_channels.order(e, self._strongest.isChecked())
        chosen = self._selection.kernel
        sight = Sight(0, 0, channel=chosen[1] if chosen else None, strongest=self._strongest.isChecked())
        place = order.index(cell_channels.chosen(e, sight))
        self._choose_channel(int(e.channels[order[min(max(place + step, 0), len(order) - 1)]]))
        return True

    def _step_pixel(self, down: int, right: int) -> None:
        """Light another place of the kernel."""
        size = self._close.window if self._close else None
        if size:
            row, column = self._selection.pixel or (size[0] // 2 - down, size[1] // 2 - right)
            self._selection.hover_pixel(
                (min(max(row + down, 0), size[0] - 1), min(max(column + right, 0), size[1] - 1))
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif shifted and key in ARROWS:
            self._step_pixel(*ARROWS[key])
        elif key == Qt.Key.Key_Space:
            self._player.toggle()
        elif key in PLAYS:
            self._player.step(PLAYS[key])
        elif key in ARROWS:
            if not self._step_channel(ARROWS[key][0]):
                self._selection.step_cell(*ARROWS[key])
        elif key in MAPS:
            self._selection.step_map(MAPS[key])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """The context menu."""
        menu = QMenu(self)
        copy = QAction(self.tr("Copy the arithmetic"), menu)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setEnabled(self.explanation is not None)
        copy.triggered.connect(self._copy)
        menu.addAction(copy)
        return menu

    def _copy(self) -> None:
        """The arithmetic as lines of text."""
        if self._close and self.explanation:
            text = "\n".join([self._close.heading, *cell_texts.lines(self.explanation)])
            QGuiApplication.clipboard().setText(text)

    def _strongest_button(self, theme: Theme) -> QToolButton:
        button = QToolButton()
        button.setObjectName("cellStrongest")
        button.setCheckable(True)
        button.setAccessibleName(self.tr("Strongest channels first"))
        button.setToolTip(self.tr("Order the input maps by the size of their sums, not by index"))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_icon(button, "strongest", theme)
        button.toggled.connect(self._lay_out)
        return button

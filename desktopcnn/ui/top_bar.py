"""The bar on top: which network answers, what it is shown, light or dark."""

from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel

from desktopcnn import paths
from desktopcnn.inspection.given import Given
from desktopcnn.ui.answering import AnyEntry
from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.inputs import Drawn, Input, Sample
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.tool_button import tool_button

DRAWING, DIGIT, PICTURE = range(3)
SAMPLES = ("previous", "next", "random")


class _NetworkSelector(QComboBox):
    """Tells before it opens, so that it can be brought up to date."""

    opening = Signal()

    def showPopup(self) -> None:
        self.opening.emit()
        super().showPopup()


class TopBar(QFrame):
    """Follows the session, and tells it what the user chose.

    Its actions (drawing, previous, next, random) also stand in the window's menus.
    """

    open_requested = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self.setProperty("bar", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(8)
        self._networks = self._network_selector()
        self._inputs = self._input_selector()
        self.actions_by_name = {
            "drawing": self._action("drawing", self.tr("Drawing"), ""),
            "previous": self._action("previous", self.tr("Previous test digit"), "Ctrl+Left"),
            "next": self._action("next", self.tr("Next test digit"), "Ctrl+Right"),
            "random": self._action("random", self.tr("A random test digit"), "Ctrl+R"),
        }
        self._open = self._action("open", self.tr("Open a picture (Ctrl+O), or drop one on the window"), "")
        self._theme_action = self._action("theme", self.tr("Switch between light and dark"), "")
        for text, widget in ((self.tr("Network"), self._networks), (self.tr("Input"), self._inputs)):
            label = QLabel(text)
            label.setProperty("muted", True)
            label.setBuddy(widget)
            layout.addWidget(label)
            layout.addWidget(widget)
        for name in SAMPLES:
            layout.addWidget(tool_button(self.actions_by_name[name], name))
            self.actions_by_name[name].setEnabled(False)
        layout.addWidget(tool_button(self._open, "open"))
        layout.addStretch(1)
        layout.addWidget(tool_button(self._theme_action, "theme"))
        self._connect()
        self._list_networks()

    def _network_selector(self) -> _NetworkSelector:
        selector = _NetworkSelector()
        selector.setObjectName("networkSelector")
        selector.setAccessibleName(self.tr("Network"))
        selector.setToolTip(self.tr("The network that answers, with its accuracy on the test images"))
        selector.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        selector.setMinimumWidth(220)
        return selector

    def _input_selector(self) -> QComboBox:
        selector = QComboBox()
        selector.setObjectName("inputSelector")
        selector.setAccessibleName(self.tr("Input"))
        selector.setToolTip(self.tr("What the network is shown"))
        selector.addItems([self.tr("Drawing"), self.tr("Test digit"), self.tr("Picture")])
        self._enable(selector, DIGIT, False)
        self._enable(selector, PICTURE, False)
        return selector

    def _action(self, name: str, text: str, keys: str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(keys)
        action.setToolTip(f"{text} ({keys})" if keys else text)
        if name != "drawing":  # stands in a menu only
            set_icon(action, name, self._theme)
        return action

    def _connect(self) -> None:
        session = self._session
        self._networks.activated.connect(self._choose_network)
        self._inputs.activated.connect(self._choose_input)
        actions = self.actions_by_name
        actions["drawing"].triggered.connect(lambda: self._choose_input(DRAWING))
        actions["previous"].triggered.connect(lambda: session.step_sample(-1))
        actions["next"].triggered.connect(lambda: session.step_sample(1))
        actions["random"].triggered.connect(session.show_random_sample)
        self._theme_action.triggered.connect(self._toggle_theme)
        self._open.triggered.connect(self.open_requested)
        self._networks.opening.connect(session.refresh_networks)
        session.networks_changed.connect(self._list_networks)
        session.network_changed.connect(self._follow_network)
        session.shown_changed.connect(self._follow_input)
        session.test_loaded.connect(self._enable_samples)

    def _list_networks(self) -> None:
        self._networks.clear()
        live = self._session.training.entry
        for entry in self._session.entries:
            title = entry.title
            if entry == live:
                title = self.tr("In training · {0}").format(title)
            else:
                if entry.path.is_relative_to(paths.runs()):
                    title = self.tr("Run · {0} · {1}").format(title, _moment(entry.name))
                if entry.accuracy is not None:
                    title += f" · {100 * entry.accuracy:.2f} %"
            self._networks.addItem(title, entry.name)
        self._follow_network(self._session.entry)

    def _follow_network(self, entry: AnyEntry | None) -> None:
        self._networks.setCurrentIndex(self._networks.findData(entry.name) if entry else -1)
        # a network that is in no list: the time machine's
        self._networks.setPlaceholderText(entry.name if entry else self.tr("none"))
        own = isinstance(entry, Given)
        self._inputs.setItemText(DIGIT, self.tr("Your pictures") if own else self.tr("Test digit"))
        texts = {
            "previous": self.tr("Your previous picture") if own else self.tr("Previous test digit"),
            "next": self.tr("Your next picture") if own else self.tr("Next test digit"),
            "random": self.tr("A random picture of yours") if own else self.tr("A random test digit"),
        }
        for name, text in texts.items():
            action = self.actions_by_name[name]
            action.setText(text)
            action.setToolTip(f"{text} ({action.shortcut().toString()})")
        self._enable_samples()

    def _follow_input(self, shown: Input) -> None:
        place = DRAWING if isinstance(shown, Drawn) else DIGIT if isinstance(shown, Sample) else PICTURE
        self._enable(self._inputs, PICTURE, self._session.has_picture)
        self._inputs.setCurrentIndex(place)

    def _choose_network(self, place: int) -> None:
        self._session.choose_network(self._networks.itemData(place))

    def _choose_input(self, place: int) -> None:
        if place == DIGIT:
            self._session.step_sample(0)
        elif place == PICTURE:
            self._session.show_picture()
        else:
            self._session.show_drawing()

    def _enable_samples(self) -> None:
        there = self._session.samples > 0
        self._enable(self._inputs, DIGIT, there)
        for name in SAMPLES:
            self.actions_by_name[name].setEnabled(there)

    def _toggle_theme(self) -> None:
        self._theme.choose("light" if self._theme.is_dark else "dark")

    @staticmethod
    def _enable(selector: QComboBox, place: int, enabled: bool) -> None:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        selector.setItemData(place, int(flags.value) if enabled else 0, Qt.ItemDataRole.UserRole - 1)


def _moment(name: str) -> str:
    """When a run was begun, as the folder says that it was given, in the short form of the locale."""
    try:
        moment = datetime.strptime(name[:17], "%Y-%m-%d %H%M%S").astimezone()
    except ValueError:  # the user gave it another name
        return name
    begun = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    return QLocale().toString(begun, QLocale.FormatType.ShortFormat)

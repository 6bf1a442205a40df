"""The bar on top: which network answers, what it is shown, light or dark."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QToolButton

from desktopcnn import paths
from desktopcnn.networks.library import Entry
from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.inputs import Drawn, Input, Sample
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

DRAWING, DIGIT, PICTURE = range(3)


class TopBar(QFrame):
    """Follows the session, and tells it what the user chose."""

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
        self._previous = self._button("previous", self.tr("Previous test digit"), "Left")
        self._next = self._button("next", self.tr("Next test digit"), "Right")
        self._random = self._button("random", self.tr("A random test digit"), "R")
        self._open = self._button("open", self.tr("Open a picture (Ctrl+O), or drop one on the window"), "")
        self._theme_button = self._button("theme", self.tr("Switch between light and dark"), "")
        for text, widget in ((self.tr("Network"), self._networks), (self.tr("Input"), self._inputs)):
            label = QLabel(text)
            label.setProperty("muted", True)
            label.setBuddy(widget)
            layout.addWidget(label)
            layout.addWidget(widget)
        for button in (self._previous, self._next, self._random):
            layout.addWidget(button)
            button.setEnabled(False)
        layout.addWidget(self._open)
        layout.addStretch(1)
        layout.addWidget(self._theme_button)
        self._connect()
        self._list_networks()

    def _network_selector(self) -> QComboBox:
        selector = QComboBox()
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

    def _button(self, name: str, tip: str, keys: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"{name}Button")
        button.setAccessibleName(tip)
        button.setToolTip(f"{tip} (Ctrl+{keys})" if keys else tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if keys:
            # a button's own shortcut acts late, and not at all while the key is held
            QShortcut(QKeySequence(f"Ctrl+{keys}"), button).activated.connect(button.click)
        set_icon(button, name, self._theme)
        return button

    def _connect(self) -> None:
        session = self._session
        self._networks.activated.connect(self._choose_network)
        self._inputs.activated.connect(self._choose_input)
        self._previous.clicked.connect(lambda: session.step_sample(-1))
        self._next.clicked.connect(lambda: session.step_sample(1))
        self._random.clicked.connect(session.show_random_sample)
        self._theme_button.clicked.connect(self._toggle_theme)
        self._open.clicked.connect(self.open_requested)
        session.networks_changed.connect(self._list_networks)
        session.network_changed.connect(self._follow_network)
        session.shown_changed.connect(self._follow_input)
        session.test_loaded.connect(self._enable_samples)

    def _list_networks(self) -> None:
        self._networks.clear()
        live = self._session.training.entry
        for entry in self._session.entries:
            title = entry.card.title
            if entry == live:
                title = self.tr("In training · {0}").format(title)
            else:
                if entry.path.is_relative_to(paths.runs()):
                    title = self.tr("Run · {0}").format(title)
                if entry.accuracy is not None:
                    title += f" · {100 * entry.accuracy:.2f} %"
            self._networks.addItem(title, entry.name)
        self._follow_network(self._session.entry)

    def _follow_network(self, entry: Entry | None) -> None:
        self._networks.setCurrentIndex(self._networks.findData(entry.name) if entry else -1)
        # a network that is in no list: the time machine's
        self._networks.setPlaceholderText(entry.name if entry else self.tr("none"))

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
        self._enable(self._inputs, DIGIT, True)
        for button in (self._previous, self._next, self._random):
            button.setEnabled(True)

    def _toggle_theme(self) -> None:
        self._theme.choose("light" if self._theme.is_dark else "dark")

    @staticmethod
    def _enable(selector: QComboBox, place: int, enabled: bool) -> None:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        selector.setItemData(place, int(flags.value) if enabled else 0, Qt.ItemDataRole.UserRole - 1)

"""The window: puts the panels together and owns menus, drops and remembered state. Nothing else."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
    QPaintEvent,
)  # fmt: skip
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSplitter,
    QTabWidget,
    QWidget,
)  # fmt: skip

from desktopcnn.inspection.given import Given
from desktopcnn.ui.about import AboutDialog
from desktopcnn.ui.answering import Pixels
from desktopcnn.ui.desk.desk import ConvolutionDesk
from desktopcnn.ui.drawing_panel import DrawingPanel
from desktopcnn.ui.lazy_page import LazyPage
from desktopcnn.ui.message_bar import MessageBar
from desktopcnn.ui.network.export.exporter import Exporter
from desktopcnn.ui.network.network_page import NetworkPage
from desktopcnn.ui.session import Session
from desktopcnn.ui.settings import Settings
from desktopcnn.ui.status import Status
from desktopcnn.ui.theme import CHOICES, Theme
from desktopcnn.ui.top_bar import TopBar
from desktopcnn.ui.training_messages import TrainingMessages

TOLD = 5000
"""Milliseconds for which the status line says something."""


class MainWindow(QMainWindow):
    """Can be built without arguments; `QApplication` must exist."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("DesktopCNN")
        self.setObjectName("mainWindow")
        self.setAcceptDrops(True)
        self.settings = Settings()
        self.theme = Theme(self)
        self.session = Session(self)
        self.message_bar = MessageBar(self.theme)
        self.drawing_panel = DrawingPanel(self.session, self.theme)
        self._top_bar = TopBar(self.session, self.theme)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("tabs")
        self._network_page = NetworkPage(self.session, self.theme)
        self.tabs.addTab(self._network_page, self.tr("Network"))
        self._train_page = LazyPage("desktopcnn.ui.train.train_panel", self._make_train_panel)
        self.tabs.addTab(self._train_page, self.tr("Train"))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._started = False
        self._desk: ConvolutionDesk | None = None
        self._messages = TrainingMessages(self.session, self.message_bar)
        self._lay_out()
        self._make_menus()
        self.statusBar().addWidget(Status(self.session), 1)
        self.session.failed.connect(self.message_bar.say)
        self.session.mended.connect(self.message_bar.take_back)
        self.session.told.connect(self.message_bar.say)
        self._messages.train_tab_wanted.connect(lambda: self.tabs.setCurrentWidget(self._train_page))
        self._train_page.failed.connect(self.message_bar.say)
        self._listen_to(self._network_page.exporter)
        self.session.network_changed.connect(self.message_bar.hide)
        self._restore()

    def _make_train_panel(self, page: QWidget) -> Iterator[QWidget | None]:
        from desktopcnn.ui.train.train_panel import in_steps  # brings pyqtgraph, which no other tab needs

        return in_steps(self.session, self.theme, page)

    def _lay_out(self) -> None:
        self._splitter.addWidget(self.drawing_panel)
        self._splitter.addWidget(self._tabs_and_messages())
        self._splitter.setStretchFactor(0, 1)  # the canvas grows too
        self._splitter.setStretchFactor(1, 3)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setSizes([300, 980])
        content = QWidget()
        self._top_bar.open_requested.connect(self._open)
        layout = QGridLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._top_bar, 0, 0)
        layout.addWidget(self._splitter, 1, 0)
        layout.setRowStretch(1, 1)
        self.setCentralWidget(content)
        self.resize(1280, 720)

    def _tabs_and_messages(self) -> QWidget:
        """Messages lie over the foot of the tabs: nothing moves, and the answer stays in sight."""
        together = QWidget()
        layout = QGridLayout(together)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs, 0, 0)
        layout.addWidget(self.message_bar, 0, 0, Qt.AlignmentFlag.AlignBottom)
        return together

    def _make_menus(self) -> None:
        file = self.menuBar().addMenu(self.tr("&File"))
        self._add(file, self.tr("Open picture…"), QKeySequence.StandardKey.Open, self._open)
        self._add(file, self.tr("Paste picture"), QKeySequence.StandardKey.Paste, self._paste)
        file.addSeparator()
        exporter = self._network_page.exporter
        export = self._add(
            file, self.tr("Export view…"), QKeySequence("Ctrl+Shift+E"), lambda _=False: exporter.ask(None)
        )
        file.addSeparator()
        self._add(file, self.tr("Quit"), QKeySequence.StandardKey.Quit, self.close)
        edit = self.menuBar().addMenu(self.tr("&Edit"))
        edit.addActions(list(self.drawing_panel.actions_by_name.values()))
        edit.addSeparator()
        copy = self._add(edit, self.tr("Copy view as picture"), QKeySequence("Ctrl+Shift+C"), exporter.copy)
        for action in (export, copy):  # they are about the views of that page
            self.tabs.currentChanged.connect(lambda place, action=action: action.setEnabled(place == 0))
        shown = self.menuBar().addMenu(self.tr("&Input"))
        shown.addActions(list(self._top_bar.actions_by_name.values()))
        view = self.menuBar().addMenu(self.tr("&View"))
        names = {
            "system": self.tr("Colours of the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        group = QActionGroup(self)
        for choice in CHOICES:
            action = group.addAction(names[choice])
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, c=choice: self.theme.choose(c))
            self.theme.changed.connect(lambda a=action, c=choice: a.setChecked(self.theme.choice == c))
        view.addActions(group.actions())
        view.addSeparator()
        self._add(view, self.tr("Convolution desk…"), QKeySequence("Ctrl+D"), self._open_desk)
        about = self.menuBar().addMenu(self.tr("&Help"))
        self._add(about, self.tr("About DesktopCNN"), None, self._about)

    def _add(
        self, menu: QMenu, text: str, key: QKeySequence.StandardKey | QKeySequence | None, slot: object
    ) -> QAction:
        action = QAction(text, self)
        if key is not None:
            action.setShortcut(key)
        action.triggered.connect(slot)
        menu.addAction(action)
        return action

    # life

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._started:
            self._started = True
            # the window stands: one can draw while torch is still being imported
            QTimer.singleShot(0, self.session.start)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self._started and self.isActiveWindow():
            self.session.refresh_networks()  # the command line may have trained one meanwhile

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.session.training.is_busy and not self._may_stop_training():
            event.ignore()
            return
        self.session.look_forward()  # a snapshot is no network to come back to
        self._remember()
        self.hide()  # the thread may be in the middle of something that takes a second
        self._network_page.close()
        self._train_page.close()
        self._messages.close()
        self.session.close()
        super().closeEvent(event)

    def _may_stop_training(self) -> bool:
        question = QMessageBox(QMessageBox.Icon.Question, self.tr("A training is under way"), "", parent=self)
        question.setText(self.tr("A training is under way. It can be saved and continued another time."))
        stop = question.addButton(self.tr("Save and close"), QMessageBox.ButtonRole.AcceptRole)
        question.addButton(self.tr("Keep training"), QMessageBox.ButtonRole.RejectRole)
        question.exec()
        question.deleteLater()
        return question.clickedButton() is stop

    def _restore(self) -> None:
        self.theme.choose(self.settings.text("theme", "system"))
        self.session.pen.set_width(self.settings.number("pen_width", self.session.pen.width))
        self.session.choose_network(self.settings.text("network"))
        self.restoreGeometry(self.settings.state("geometry"))
        self._splitter.restoreState(self.settings.state("splitter"))
        for name, splitter in self._network_page.splitters.items():
            splitter.restoreState(self.settings.state(name))

    def _remember(self) -> None:
        self.settings.write("theme", self.theme.choice)
        self.settings.write("pen_width", self.session.pen.width)
        entry = self.session.entry
        if entry and not isinstance(entry, Given):  # one that came from outside is not there next time
            self.settings.write("network", entry.name)
        self.settings.write("geometry", self.saveGeometry())
        self.settings.write("splitter", self._splitter.saveState())
        for name, splitter in self._network_page.splitters.items():
            self.settings.write(name, splitter.saveState())

    # pictures

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._take(event.mimeData(), self.tr("What was dropped is not a picture file."))
        event.acceptProposedAction()

    def _paste(self) -> None:
        self._take(QGuiApplication.clipboard().mimeData(), self.tr("There is no picture in the clipboard."))

    def _open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open picture"), "", self.tr("Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp)")
        )
        if name:
            self.message_bar.hide()
            self.session.open_picture(Path(name), Path(name).name)

    def _take(self, data: QMimeData, otherwise: str) -> None:
        self.message_bar.hide()  # what it says is about something else
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        image = data.imageData()
        if len(files) > 1:
            self.message_bar.say(self.tr("Only {0} was opened: one picture at a time.").format(files[0].name))
        if files:
            self.session.open_picture(files[0], files[0].name)
        elif isinstance(image, QImage) and not image.isNull():
            self.session.open_picture(_pixels(image), self.tr("Pasted picture"))
        else:
            self.message_bar.say(otherwise)

    def _open_desk(self) -> None:
        """There is one, which keeps what lies on it."""
        if self._desk is None:
            self._desk = ConvolutionDesk(self.theme, self)
            self._desk.exporter.failed.connect(self.session.failed)
            self._listen_to(self._desk.exporter)
        self._desk.show()
        self._desk.raise_()
        self._desk.activateWindow()

    def _listen_to(self, exporter: Exporter) -> None:
        """Say in the status line what went well."""
        tell = self.statusBar().showMessage
        written, copied = self.tr("{0} is written."), self.tr("{0}: copied.")
        exporter.written.connect(lambda path: tell(written.format(path), TOLD))
        exporter.copied.connect(lambda title: tell(copied.format(title), TOLD))

    def _about(self) -> None:
        AboutDialog(self.session, self).open()


def _pixels(image: QImage) -> Pixels:
    """A copy of the picture's pixels."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)

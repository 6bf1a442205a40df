"""What the program is, what it is made of and where its things lie: for people, and to send with a report."""

import platform
from importlib import metadata

from PySide6.QtCore import QCoreApplication, Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from desktopcnn import paths
from desktopcnn.training.threads import cores
from desktopcnn.ui.answering import THREADS
from desktopcnn.ui.session import Session
from desktopcnn.version import __version__


class AboutDialog(QDialog):
    """Goes away when it is closed."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle(self.tr("About DesktopCNN"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._text = QLabel(_facts(session))
        self._text.setObjectName("aboutText")
        self._text.setWordWrap(True)
        self._text.setMinimumWidth(520)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        copy = QPushButton(self.tr("Copy"))
        copy.setObjectName("copyAboutButton")
        copy.setToolTip(self.tr("Copy this text, to send it with a report"))
        copy.setAccessibleName(self.tr("Copy the text"))
        copy.clicked.connect(self._copy)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self._text)
        layout.addWidget(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.text())


def _facts(session: Session) -> str:
    """The text; versions come from the packages' own notes, so that none is imported for it."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("AboutDialog", text)

    training = session.training
    lines = [
        tr("DesktopCNN {0}").format(__version__),
        tr("Draw a digit and watch a convolutional network read it."),
        "",
        tr("Licence: MIT."),
        tr("Digits: MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, CC BY-SA 3.0."),
        "",
        tr("Python {0}, Qt {1}, torch {2}, {3} {4}").format(
            platform.python_version(), qVersion(), _version("torch"), platform.system(), platform.machine()
        ),
        tr("Device: CPU, {0} cores; threads to answer: {1}, to train: {2}").format(
            cores(), THREADS, training.threads if training.is_busy else tr("none now")
        ),
        "",
        tr("Runs and networks: {0}").format(paths.user_data()),
        tr("The program's own: {0}").format(paths.shipped("trained").parent),
    ]
    return "\n".join(lines)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "-"

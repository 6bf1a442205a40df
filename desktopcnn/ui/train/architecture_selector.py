"""Which architecture is trained: one of the catalogue, or one out of a file."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog

from desktopcnn.errors import NetworkError
from desktopcnn.networks import catalog
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.card import MAX_HEADER, read_card
from desktopcnn.ui.number_box import keep_still

OPEN = "\0open"
"""The data of the last item, which no architecture can be called."""


class ArchitectureSelector(QComboBox):
    """Its last item opens a file: an architecture as JSON, or a weights file, whose architecture is taken."""

    chosen = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._known = dict(catalog.CATALOG)
        self._current = next(iter(self._known))
        self.setObjectName("architectureSelector")
        self.setAccessibleName(self.tr("Architecture"))
        self.setToolTip(
            self.tr("The layers that are trained. Two conv layers are a good start; Open… takes a file.")
        )
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        keep_still(self)
        self._list()
        self.activated.connect(self._activate)

    def architecture(self) -> Architecture:
        return self._known[self._current]

    def set_architecture(self, architecture: Architecture) -> None:
        """Choose it; one that is not in the list is added."""
        if self._known.get(architecture.name) != architecture:
            self._known[architecture.name] = architecture
        self._current = architecture.name
        self._list()
        self.chosen.emit()

    def open_file(self, path: Path) -> None:
        """Take the architecture in that file; `refused` says why where there is none."""
        try:
            self.set_architecture(read_architecture(path))
        except NetworkError as error:
            self.refused.emit(str(error))

    def _list(self) -> None:
        self.clear()
        for name, architecture in self._known.items():
            self.addItem(architecture.title, name)
        self.insertSeparator(self.count())
        self.addItem(self.tr("Open…"), OPEN)
        self.setCurrentIndex(self.findData(self._current))

    def _activate(self, place: int) -> None:
        name = self.itemData(place)
        if name == OPEN:
            self.setCurrentIndex(self.findData(self._current))
            self._ask_for_file()
        elif name != self._current:
            self._current = name
            self.chosen.emit()

    def _ask_for_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Open architecture"),
            "",
            self.tr("Architectures and networks (*.json *.safetensors)"),
        )
        if name:
            self.open_file(Path(name))


def read_architecture(path: Path) -> Architecture:
    """The architecture in a JSON file, or that of a weights file. Raises `NetworkError` with the path."""
    if path.suffix == ".safetensors":
        return read_card(path).architecture
    try:
        with path.open("rb") as file:
            content = file.read(MAX_HEADER + 1)
        if len(content) > MAX_HEADER:
            raise NetworkError(f"more than {MAX_HEADER:,} bytes are too many for an architecture.")
        return Architecture.from_json(content.decode())
    except OSError as error:
        raise NetworkError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise NetworkError(f"{path} is not an architecture: it is not text.") from error
    except NetworkError as error:
        raise NetworkError(f"{path.name}: {error}") from error

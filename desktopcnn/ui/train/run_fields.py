"""The fields of a training that are no part of its recipe: data set, seed, threads, device."""

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from desktopcnn.data import catalog
from desktopcnn.errors import UsageError
from desktopcnn.ui.number_box import NumberBox, adding, keep_still
from desktopcnn.ui.train.form_grid import FormGrid

SEEDS = (0, 2**63 - 1)


def cores() -> int:
    """How many threads this process may run at once."""
    return max(QThread.idealThreadCount(), 1)


class RunFields(QObject):
    """Puts its rows into a grid."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        titles = {
            "mnist": self.tr("MNIST"),
            "mnist+pen": self.tr("MNIST and pens"),
            "mnist+pen20": self.tr("MNIST and pens, ten writers held out"),
        }
        self._dataset = self._choice(
            "datasetSelector",
            self.tr("Data set"),
            self.tr(
                "The images to learn from. MNIST: 50,000 digits, and 10,000 for validation. "
                "With pens: a file of pen strokes is needed as well (README)."
            ),
            {name: titles.get(name, name) for name in catalog.CATALOG},
        )
        self._seed = self._number(
            "seed",
            self.tr("Seed"),
            self.tr(
                "Decides everything random: the same seed and settings give the same network. Any will do."
            ),
            (0, SEEDS),
        )
        self._threads = self._number(
            "threads",
            self.tr("Threads"),
            self.tr("Cores to compute on, 1 to {0} here. Leave one to the window.").format(cores()),
            (max(cores() - 1, 1), (1, cores())),
        )
        # a device that torch knows under that name; more may come
        self._device = self._choice(
            "deviceSelector",
            self.tr("Device"),
            self.tr("What computes. A processor is quick enough for small networks."),
            {"cpu": self.tr("CPU")},
        )

    def fill_data(self, grid: FormGrid) -> None:
        grid.add(("dataset", self.tr("Data set"), self._dataset))

    def fill_machine(self, grid: FormGrid) -> None:
        grid.add(("seed", self.tr("Seed"), self._seed))
        grid.add(("threads", self.tr("Threads"), self._threads), ("device", self.tr("Device"), self._device))

    def dataset(self) -> str:
        """The name of the data set, as in `data.catalog`."""
        return str(self._dataset.currentData())

    def device(self) -> str:
        """What to compute on, as torch calls it."""
        return str(self._device.currentData())

    def seed(self) -> int:
        """Raises `UsageError` where it is none."""
        return _whole(self._seed, self.tr("The seed is {0}; it must lie between {1} and {2}."), SEEDS)

    def threads(self) -> int:
        """Raises `UsageError` where it is no number from 1 to that of the cores."""
        text = self.tr("The number of threads is {0}; it must lie between {1} and {2} here.")
        return _whole(self._threads, text, (1, cores()))

    def faults(self) -> dict[str, str]:
        """What is wrong, by field."""
        found = {}
        for name, ask in (("seed", self.seed), ("threads", self.threads)):
            try:
                ask()
            except UsageError as error:
                found[name] = str(error)
        return found

    def set_running(self, running: bool) -> None:
        """Nothing of this may be changed while a training runs."""
        for field in (self._dataset, self._seed, self._threads, self._device):
            field.setEnabled(not running)

    def _number(self, name: str, title: str, tip: str, values: tuple[int, tuple[int, int]]) -> NumberBox:
        value, limits = values
        box = NumberBox(adding(1), limits, whole=True)
        box.set_value(value)
        box.changed.connect(self.changed)
        _dress(box, name, title, tip)
        return box

    def _choice(self, name: str, title: str, tip: str, texts: dict[str, str]) -> QComboBox:
        choice = QComboBox()
        for value, text in texts.items():
            choice.addItem(text, value)
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.currentIndexChanged.connect(self.changed)
        keep_still(choice)
        _dress(choice, name, title, tip)
        return choice


def _dress(field: QWidget, name: str, title: str, tip: str) -> None:
    field.setObjectName(name)
    field.setAccessibleName(title)
    field.setToolTip(tip)


def _whole(box: NumberBox, text: str, limits: tuple[int, int]) -> int:
    value = box.value()
    if value is None:
        raise UsageError(box.complaint())
    low, high = limits
    if not low <= value <= high:
        raise UsageError(text.format(int(value), low, high))
    return int(value)

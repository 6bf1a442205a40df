"""The form of the *Train* tab: what is trained, on what, how, and what it will cost."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from desktopcnn.data.dataset import Part
from desktopcnn.data.distortion import Distortion
from desktopcnn.errors import UsageError
from desktopcnn.networks import catalog as architectures
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.library import DEFAULT
from desktopcnn.training import recipe as recipes
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.network.layer_texts import shape_text
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.architecture_selector import ArchitectureSelector
from desktopcnn.ui.train.cost_label import CostLabel
from desktopcnn.ui.train.distortion_form import DistortionForm
from desktopcnn.ui.train.fault_label import FaultLabel
from desktopcnn.ui.train.form_grid import FormGrid
from desktopcnn.ui.train.preset_selector import PresetSelector
from desktopcnn.ui.train.previews import Facts, Previews
from desktopcnn.ui.train.recipe_fields import RecipeFields
from desktopcnn.ui.train.run_fields import RunFields


class RecipeForm(QWidget):
    """Whoever owns it calls `close()` at the end: that ends its thread.

    `changed`: anything was changed, rightly or wrongly (see `is_valid`); `live_changed`: while a training
    runs, a setting that it can follow was changed, rightly, and Enter was pressed or the field left.
    """

    changed = Signal()
    live_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._running = self._filling = self._has_digits = False
        self._refused = ""
        self._faults: dict[str, str] = {}
        self._facts: dict[str, Facts] = {}
        self._unreadable: dict[str, str] = {}
        self._followed: Recipe | None = None
        self._previews = Previews(self)
        self._grid = FormGrid(theme)
        self._architectures = ArchitectureSelector()
        self._presets = PresetSelector(theme)
        self._run = RunFields(self)
        self._fields = RecipeFields(theme, self)
        self._distortion = DistortionForm(self._previews, theme)
        self._cost = CostLabel(self._previews)
        self._fault = FaultLabel()
        self._lay_out()
        self._architectures.set_architecture(architectures.find(DEFAULT))
        self.set_recipe(recipes.proposed(DEFAULT))
        self._connect()

    def _lay_out(self) -> None:
        self._grid.add(("architecture", self.tr("Architecture"), self._architectures))
        self._grid.add(("recipe", self.tr("Recipe"), self._presets))
        self._grid.add_wide(self._presets.note, column=1)
        self._run.fill_data(self._grid)
        self._fields.fill(self._grid)
        self._grid.add_wide(self._distortion)
        self._run.fill_machine(self._grid)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._grid)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        for part in (scroll.viewport(), page):  # the colour of the card behind
            part.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(scroll, 1)
        foot = QStackedLayout()  # as high as the higher one: nothing moves when something is wrong
        foot.addWidget(self._cost)
        foot.addWidget(self._fault)
        layout.addLayout(foot)
        self._foot = foot

    def _connect(self) -> None:
        self._architectures.chosen.connect(self._choose_architecture)
        self._architectures.refused.connect(self._refuse)
        self._presets.chosen.connect(self.set_recipe)
        for fields in (self._run, self._fields, self._distortion):
            fields.changed.connect(self._update)
        self._fields.committed.connect(self._commit)
        self._distortion.committed.connect(self._commit)
        self._previews.learnt.connect(self._learn)
        self._previews.unreadable.connect(self._miss)

    # what is set

    def architecture(self) -> Architecture:
        return self._architectures.architecture()

    def recipe(self) -> Recipe:
        """The recipe that is set. Raises `UsageError` where it is none, see `is_valid`."""
        for sentence in self._recipe_faults().values():
            raise UsageError(sentence)
        distortion = Distortion(**self._distortion.settings())
        name = self._presets.preset.name
        return self._presets.named(Recipe(name, **self._fields.settings(), distortion=distortion))

    def dataset(self) -> str:
        """The name of the data set, as in `data.catalog`."""
        return self._run.dataset()

    def seed(self) -> int:
        """Raises `UsageError` where it is none."""
        return self._run.seed()

    def threads(self) -> int:
        """Threads to train with. Raises `UsageError` where it is no number from 1 to that of the cores."""
        return self._run.threads()

    def device(self) -> str:
        """What to compute on, as torch calls it."""
        return self._run.device()

    def is_valid(self) -> bool:
        """Whether a training can begin with all that is set; the form says why not."""
        return not self._faults

    def obstacle(self) -> str:
        """The first sentence on what is wrong; empty where a training can begin."""
        return next(iter(self._faults.values()), "")

    # setting it

    def set_recipe(self, recipe: Recipe) -> None:
        """Fill the fields; the recipe counts as a change of the preset whose name it bears."""
        self._filling = True
        self._presets.choose(recipe)
        self._fields.set_recipe(recipe)
        self._distortion.set_distortion(recipe.distortion)
        self._filling = False
        self._update()

    def set_architecture(self, architecture: Architecture) -> None:
        """Choose it, and its recipe unless the user has changed the one that stands there."""
        self._architectures.set_architecture(architecture)

    def open_architecture(self, path: Path) -> None:
        """Take the architecture of a file; what is wrong with it is said beside the field."""
        self._architectures.open_file(path)

    def set_digits(self, digits: Part) -> None:
        """Distort these images in the preview, not the first ones of the data set."""
        self._has_digits = True
        self._distortion.preview.set_digits(digits)

    def set_running(self, running: bool) -> None:
        """While a training runs only what it can follow may be changed, and nothing is measured."""
        if running and not self._running:
            self._followed = self._valid_recipe()
        self._running = running
        for field in (self._architectures, self._presets):
            field.setEnabled(not running)
        self._run.set_running(running)
        self._fields.set_running(running)
        self._show()

    # life

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._previews.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._previews.close()
        super().closeEvent(event)

    # reactions

    def _choose_architecture(self) -> None:
        self._refused = ""
        if self._valid_recipe() == self._presets.preset:
            self.set_recipe(recipes.proposed(self.architecture().name))
        else:
            self._update()

    def _refuse(self, reason: str) -> None:
        self._refused = reason
        self._show()

    def _learn(self, facts: Facts) -> None:
        self._facts[facts.dataset] = facts
        if facts.dataset == self.dataset() and not self._has_digits:
            self._distortion.preview.set_digits(facts.digits)
        self._judge_again()

    def _miss(self, dataset: str, reason: str) -> None:
        self._unreadable[dataset] = reason
        self._judge_again()

    def _judge_again(self) -> None:
        """What has become known of a data set may make right wrong."""
        before = self._faults
        self._show()
        if self._faults != before:
            self.changed.emit()

    def _update(self) -> None:
        if not self._filling:
            self._show()
            self.changed.emit()

    def _commit(self) -> None:
        recipe = self._valid_recipe()
        if self._running and recipe and recipe != self._followed:
            self._followed = recipe
            self.live_changed.emit()

    def _show(self) -> None:
        """Bring everything that depends on the fields up to date."""
        self._faults = self._recipe_faults() | self._run.faults() | self._data_faults()
        recipe = self._valid_recipe()
        said = {name: text for name, text in {"architecture": self._refused, **self._faults}.items() if text}
        self._grid.say(said)
        self._fault.say(list(said.values()))
        self._foot.setCurrentWidget(self._fault if said else self._cost)
        self._distortion.say(self._faults)
        self._presets.follow(recipe)
        self._fields.schedule_view.set_recipe(recipe)
        if recipe:
            self._distortion.preview.set_distortion(recipe.distortion)
        threads = None if "threads" in self._faults else self.threads()
        self._cost.show_cost(self.architecture(), recipe, self.dataset(), threads, self._running)

    # what is wrong

    def _valid_recipe(self) -> Recipe | None:
        try:
            return self.recipe()
        except UsageError:
            return None

    def _recipe_faults(self) -> dict[str, str]:
        unread = self._fields.complaints()
        settings = {name: getattr(self._presets.preset, name) for name in unread} | self._fields.settings()
        return recipes.faults(settings) | unread | self._distortion.faults()

    def _data_faults(self) -> dict[str, str]:
        found = {}
        if reason := self._unreadable.get(self.dataset()):
            found["dataset"] = reason
        if sentence := self._misfit():
            found["architecture"] = sentence
        return found

    def _misfit(self) -> str:
        """What keeps the architecture and the data set apart, once that is known."""
        facts, architecture = self._facts.get(self.dataset()), self.architecture()
        if facts is None:
            return ""
        if facts.shape != architecture.input_shape:
            return self.tr("It takes pictures of {0}; those of the data set are {1}.").format(
                shape_text(architecture.input_shape), shape_text(facts.shape)
            )
        if facts.classes != architecture.output_shape[0]:
            return self.tr("It has {0} outputs; the data set has {1} classes.").format(
                architecture.output_shape[0], facts.classes
            )
        return ""

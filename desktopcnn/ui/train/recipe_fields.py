"""The fields of a recipe, all but its distortion."""

from dataclasses import dataclass
from typing import Any, get_args

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from desktopcnn.training.recipe import LIMITS, Optimizer, Recipe, Schedule
from desktopcnn.ui.number_box import NumberBox, Stepper, adding, decades, doubling, keep_still
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.form_grid import FormGrid
from desktopcnn.ui.train.schedule_view import ScheduleView

LIVE = ("learning_rate", "weight_decay")
"""The fields that may be changed while a training runs."""


@dataclass(frozen=True)
class Texts:
    """label: short, for a column; name: in full, for a screen reader; tip: what it does, what is good."""

    label: str
    name: str
    tip: str


class RecipeFields(QObject):
    """Puts its rows into a grid. `changed`: at every key; `committed`: when a value is meant to hold."""

    changed = Signal()
    committed = Signal()

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._texts = {**self._texts_of_steps(), **self._texts_of_optimiser(), **self._texts_of_smoothing()}
        self.numbers = {
            "epochs": self._number("epochs", adding(1)),
            "batch_size": self._number("batch_size", doubling),
            "momentum": self._number("momentum", adding(0.05)),
            "learning_rate": self._number("learning_rate", decades),
            "weight_decay": self._number("weight_decay", decades),
            "label_smoothing": self._number("label_smoothing", adding(0.01)),
            "average": self._number("average", adding(0.01)),
        }
        optimizers = {"sgd": self.tr("SGD"), "adamw": self.tr("AdamW"), "muon": self.tr("Muon")}
        schedules = {
            "constant": self.tr("constant"),
            "linear": self.tr("linear"),
            "cosine": self.tr("cosine"),
            "one-cycle": self.tr("one-cycle"),
        }
        self.choices = {
            "optimizer": self._choice("optimizer", {n: optimizers.get(n, n) for n in get_args(Optimizer)}),
            "schedule": self._choice("schedule", {n: schedules.get(n, n) for n in get_args(Schedule)}),
        }
        self.nesterov = QCheckBox(self._texts["nesterov"].label)
        self._dress(self.nesterov, "nesterov")
        self.nesterov.toggled.connect(self.changed)
        self.schedule_view = ScheduleView(theme)

    def fill(self, grid: FormGrid) -> None:
        """Add the rows."""
        grid.add(self._row("epochs"), self._row("batch_size"))
        grid.add(self._row("optimizer"))
        grid.add(self._row("momentum"), ("nesterov", "", self.nesterov))
        grid.add(self._row("learning_rate"), ("schedule", "", self.choices["schedule"]))
        grid.add_wide(self.schedule_view, column=1)
        grid.add(self._row("weight_decay"))
        grid.add(self._row("label_smoothing"), self._row("average"))

    def set_recipe(self, recipe: Recipe) -> None:
        for name, box in self.numbers.items():
            box.set_value(getattr(recipe, name))
        for name, choice in self.choices.items():
            choice.setCurrentIndex(choice.findData(getattr(recipe, name)))
        self.nesterov.setChecked(recipe.nesterov)

    def settings(self) -> dict[str, Any]:
        """The settings by field; those that are no numbers are left out, see `complaints`."""
        numbers = {name: box.value() for name, box in self.numbers.items()}
        return {
            **{name: value for name, value in numbers.items() if value is not None},
            **{name: choice.currentData() for name, choice in self.choices.items()},
            "nesterov": self.nesterov.isChecked(),
        }

    def complaints(self) -> dict[str, str]:
        """A sentence for each field whose text is no number."""
        found = {name: box.complaint() for name, box in self.numbers.items()}
        return {name: sentence for name, sentence in found.items() if sentence}

    def set_running(self, running: bool) -> None:
        """Leave only those fields open that a training under way follows."""
        for name, field in {**self.numbers, **self.choices, "nesterov": self.nesterov}.items():
            field.setEnabled(not running or name in LIVE)

    def _row(self, name: str) -> tuple[str, str, QWidget]:
        return name, self._texts[name].label, self.numbers.get(name) or self.choices[name]

    def _number(self, name: str, stepper: Stepper) -> NumberBox:
        whole = name in ("epochs", "batch_size")
        box = NumberBox(stepper, LIMITS[name], whole=whole)
        box.changed.connect(self.changed)
        box.committed.connect(self.committed)
        self._dress(box, name)
        return box

    def _choice(self, name: str, texts: dict[str, str]) -> QComboBox:
        choice = QComboBox()
        for value, text in texts.items():
            choice.addItem(text, value)
        choice.currentIndexChanged.connect(self.changed)
        # long items must not make the column wider
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        keep_still(choice)
        self._dress(choice, name)
        return choice

    def _dress(self, field: QWidget, name: str) -> None:
        first, *rest = name.split("_")
        field.setObjectName(first + "".join(word.capitalize() for word in rest))
        field.setAccessibleName(self._texts[name].name)
        field.setToolTip(self._texts[name].tip)

    def _texts_of_steps(self) -> dict[str, Texts]:
        return {
            "epochs": Texts(
                self.tr("Epochs"),
                self.tr("Epochs"),
                self.tr("Passes over the training images. 3 give a first idea, 10 to 40 the best result."),
            ),
            "batch_size": Texts(
                self.tr("Batch"),
                self.tr("Batch size"),
                self.tr(
                    "Images per step. 64 or 128 is quick and good; the book's 10 is slow. "
                    "A larger batch wants a higher learning rate."
                ),
            ),
        }

    def _texts_of_optimiser(self) -> dict[str, Texts]:
        return {
            "optimizer": Texts(
                self.tr("Optimiser"),
                self.tr("Optimiser"),
                self.tr("How gradients become steps. AdamW hardly needs tuning; SGD is the book's."),
            ),
            "momentum": Texts(
                self.tr("Momentum"),
                self.tr("Momentum"),
                self.tr("How much of the last step goes into the next. Good with SGD: 0.9; the book's: 0."),
            ),
            "nesterov": Texts(
                self.tr("Nesterov"),
                self.tr("Nesterov's step"),
                self.tr("Look at the gradient a step ahead. Often a little better; needs SGD with momentum."),
            ),
            "learning_rate": Texts(
                self.tr("Learning rate"),
                self.tr("Learning rate"),
                self.tr(
                    "Size of the steps, at its highest. Good: 0.001 to 0.005 with AdamW, "
                    "0.01 to 0.1 with SGD. 3e-3 is understood too."
                ),
            ),
            "schedule": Texts(
                "",
                self.tr("Course of the learning rate"),
                self.tr(
                    "How the learning rate changes. One-cycle rises, then falls, and is the quickest; "
                    "constant is the book's."
                ),
            ),
        }  # fmt: skip

    def _texts_of_smoothing(self) -> dict[str, Texts]:
        return {
            "weight_decay": Texts(
                self.tr("Weight decay"),
                self.tr("Weight decay"),
                self.tr(
                    "Draws the weights towards 0, so that the network does not learn by heart. "
                    "Good: 0.01 to 0.1 with AdamW, 0.00001 to 0.0005 with SGD."
                ),
            ),
            "label_smoothing": Texts(
                self.tr("Label smoothing"),
                self.tr("Label smoothing"),
                self.tr("The share of certainty that is spread over all classes. 0 to 0.1 is good."),
            ),
            "average": Texts(
                self.tr("Average"),
                self.tr("Average of the weights"),
                self.tr(
                    "Keeps a running mean of the weights, with this share of the old mean at each step. "
                    "0: none; 0.99 to 0.999 is good for long trainings."
                ),
            ),
        }

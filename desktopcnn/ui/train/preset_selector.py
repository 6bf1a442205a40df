"""Which recipe the settings began as, and the way back to it."""

from dataclasses import fields, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from desktopcnn.training.recipe import RECIPES, Recipe
from desktopcnn.ui.icons import set_icon
from desktopcnn.ui.number_box import keep_still
from desktopcnn.ui.theme import Theme

CHANGED = ", changed"
"""Behind the name of a recipe that differs from the preset of that name."""


class PresetSelector(QWidget):
    """A list of recipes and a button; `note` says what the recipe is, or that it was changed."""

    chosen = Signal(object)  # Recipe

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._presets = dict(RECIPES)
        self._titles = self._make_titles()
        self._list = self._make_list()
        self._back = self._make_button(theme)
        self.note = QLabel()
        self.note.setObjectName("recipeNote")
        self.note.setProperty("muted", True)
        self.note.setProperty("small", True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self._list)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._back)

    @property
    def preset(self) -> Recipe:
        """The recipe that was chosen, as it was."""
        return self._presets[self._list.currentData()]

    def choose(self, recipe: Recipe) -> None:
        """Show the preset that this recipe is or was made of; one of an unknown name becomes a preset."""
        name = recipe.name.removesuffix(CHANGED)
        if name not in self._presets:
            self._presets[name] = replace(recipe, name=name)
            self._list.addItem(name, name)
        self._list.setCurrentIndex(self._list.findData(name))

    def named(self, recipe: Recipe) -> Recipe:
        """The recipe under the name that it deserves: the preset's, or that of a changed one."""
        name = self.preset.name
        return replace(recipe, name=name if self._differences(recipe) == [] else name + CHANGED)

    def follow(self, recipe: Recipe | None) -> None:
        """Say how this recipe (None: none that is right) differs from the preset."""
        title = self._list.currentText()
        changes = self._differences(recipe)
        unchanged = changes == []
        self.note.setText(
            self._describe(self.preset) if unchanged else self.tr("changed from {0}").format(title)
        )
        self.note.setToolTip(
            "" if not changes else self.tr("Other than there: {0}").format(", ".join(changes))
        )
        tip = self.tr("Back to the settings of {0}").format(title)
        self._back.setToolTip(tip)
        self._back.setAccessibleName(tip)
        self._back.setEnabled(not unchanged)

    def _differences(self, recipe: Recipe | None) -> list[str] | None:
        if recipe is None:
            return None
        return [
            field.name.replace("_", " ")
            for field in fields(Recipe)
            if field.name != "name" and getattr(recipe, field.name) != getattr(self.preset, field.name)
        ]

    def _describe(self, recipe: Recipe) -> str:
        return self.tr("{0} epochs, batch {1}, {2}").format(
            recipe.epochs,
            recipe.batch_size,
            self.tr("SGD") if recipe.optimizer == "sgd" else self.tr("AdamW"),
        )

    def _make_list(self) -> QComboBox:
        choice = QComboBox()
        choice.setObjectName("recipeSelector")
        choice.setAccessibleName(self.tr("Recipe"))
        choice.setToolTip(
            self.tr("Settings that are known to work. Each architecture has its own; the book's are slow.")
        )
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for name in self._presets:
            choice.addItem(self._titles.get(name, name), name)
        choice.activated.connect(self._activate)
        keep_still(choice)
        return choice

    def _make_button(self, theme: Theme) -> QToolButton:
        button = QToolButton()
        button.setObjectName("presetButton")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_icon(button, "undo", theme)
        button.clicked.connect(self._activate)
        return button

    def _activate(self) -> None:
        self.chosen.emit(self.preset)

    def _make_titles(self) -> dict[str, str]:
        return {
            "quick": self.tr("quick, 30 seconds"),
            "book-dense": self.tr("the book's, 00 dense"),
            "book-conv": self.tr("the book's, 01 conv"),
            "book-relu": self.tr("the book's, 02 ReLU"),
            "book-expanded": self.tr("the book's, 03 expanded"),
            "book-dropout": self.tr("the book's, 04 dropout"),
            "best": self.tr("the best one"),
        }

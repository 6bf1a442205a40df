"""The form of a training: from widgets to a recipe, and from a recipe to widgets."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox
from pytestqt.qtbot import QtBot

from desktopcnn.data import catalog
from desktopcnn.data.distortion import Distortion
from desktopcnn.networks import catalog as architectures
from desktopcnn.networks import library
from desktopcnn.training.recipe import RECIPES, Recipe
from desktopcnn.ui.number_box import NumberBox
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.recipe_form import RecipeForm
from desktopcnn.ui.train.run_fields import cores

if TYPE_CHECKING:
    from .conftest import Hand

WITHIN = 60_000
Show = Callable[..., None]
OTHER = Recipe(
    "quick", 12, 100, "sgd", 0.05, "cosine", 0.0005, 0.9, True, 0.1, 0.99,
    Distortion(1, 1.5, 10, 0.1, 0.05, 0.5, 0.75),
)  # fmt: skip


def test_it_begins_with_the_default_and_its_recipe(form: RecipeForm, hand: "Hand") -> None:
    assert form.architecture() == architectures.find(library.DEFAULT)
    assert form.recipe() == RECIPES[library.DEFAULT]
    assert (form.dataset(), form.device(), form.seed()) == ("mnist", "cpu", 0)
    assert form.threads() == max(cores() - 1, 1)
    assert form.is_valid()
    assert hand.complaints() == []


def test_all_that_the_catalogues_hold_can_be_chosen(hand: "Hand") -> None:
    for name, known in (
        ("architectureSelector", architectures.CATALOG),
        ("recipeSelector", RECIPES),
        ("datasetSelector", catalog.CATALOG),
    ):
        box = hand.combo(name)
        assert set(known) <= {box.itemData(place) for place in range(box.count())}


def test_every_control_has_a_name_and_says_what_is_good(form: RecipeForm) -> None:
    controls = [
        widget
        for kind in (NumberBox, QComboBox, QAbstractButton)
        for widget in form.findChildren(kind)
        if widget.objectName() and not widget.objectName().startswith("qt_")
    ]
    assert len(controls) > 20
    for control in controls:
        assert control.accessibleName(), control
        assert control.toolTip(), control
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control


def test_the_keyboard_reaches_every_control(form: RecipeForm, hand: "Hand", show: Show) -> None:
    show(form, 290, 560)
    hand.button("distortionButton").click()
    reached = []
    hand.number("seed").setFocus()
    while (focus := form.focusWidget()) and focus.objectName() not in reached:
        reached.append(focus.objectName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    wanted = {
        "architectureSelector",
        "recipeSelector",
        "datasetSelector",
        "distortionPreview",
        "nesterov",
        "schedule",
    }
    assert wanted | {field.name for field in fields(Distortion)} <= set(reached)


def test_a_recipe_that_is_set_comes_back(form: RecipeForm) -> None:
    form.set_recipe(OTHER)
    assert replace(form.recipe(), name=OTHER.name) == OTHER
    assert form.is_valid()


@pytest.mark.parametrize("name", RECIPES)
def test_every_preset_comes_back_as_it_is(form: RecipeForm, hand: "Hand", name: str) -> None:
    hand.choose("recipeSelector", name)
    assert form.recipe() == RECIPES[name]
    assert form.is_valid()


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("epochs", "7", 7), ("batchSize", "10", 10), ("learningRate", "2e-3", 0.002),
        ("weightDecay", "0.1", 0.1), ("labelSmoothing", "0.05", 0.05), ("average", "0.9", 0.9),
    ],
)  # fmt: skip
def test_what_is_typed_is_in_the_recipe(
    form: RecipeForm, hand: "Hand", qtbot: QtBot, field: str, typed: str, value: float
) -> None:
    with qtbot.waitSignal(form.changed):
        hand.enter(field, typed)
    setting = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in field)
    assert getattr(form.recipe(), setting) == value


@pytest.mark.parametrize("field", [field.name for field in fields(Distortion)])
def test_every_distortion_is_in_the_recipe(form: RecipeForm, hand: "Hand", qtbot: QtBot, field: str) -> None:
    value = 1 if field == "cross" else 0.25
    with qtbot.waitSignal(form.changed):
        hand.enter(field, f"{value}")
    assert form.recipe().distortion == Distortion(**{field: value})
    assert hand.button("distortionButton").text() != "none"


def test_choices_and_switches_are_in_the_recipe(form: RecipeForm, hand: "Hand") -> None:
    hand.choose("optimizer", "sgd")
    hand.choose("schedule", "cosine")
    hand.enter("momentum", "0.9")
    hand.button("nesterov").click()
    recipe = form.recipe()
    assert (recipe.optimizer, recipe.schedule, recipe.momentum, recipe.nesterov) == (
        "sgd",
        "cosine",
        0.9,
        True,
    )


def test_seed_and_threads_are_read(form: RecipeForm, hand: "Hand", qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.changed):
        hand.enter("seed", "123456789012")
    hand.enter("threads", str(cores()))
    assert (form.seed(), form.threads()) == (123456789012, cores())


def test_setting_a_recipe_tells_once(form: RecipeForm) -> None:
    told: list[None] = []
    form.changed.connect(lambda: told.append(None))
    form.set_recipe(OTHER)
    assert len(told) == 1


def test_a_change_is_named_and_can_be_taken_back(form: RecipeForm, hand: "Hand") -> None:
    back = hand.button("presetButton")
    assert not back.isEnabled()
    hand.enter("epochs", "77")
    assert hand.text("recipeNote") == f"changed from {library.DEFAULT}"
    assert form.recipe().name == f"{library.DEFAULT}, changed"
    assert back.isEnabled()
    back.click()
    assert form.recipe() == RECIPES[library.DEFAULT]
    assert "changed" not in hand.text("recipeNote")
    assert not back.isEnabled()


def test_a_value_typed_back_is_no_change(form: RecipeForm, hand: "Hand") -> None:
    epochs = form.recipe().epochs
    hand.enter("epochs", "77")
    hand.enter("epochs", str(epochs))
    assert form.recipe() == RECIPES[library.DEFAULT]


def test_there_is_a_way_back_from_nonsense(form: RecipeForm, hand: "Hand") -> None:
    hand.enter("learningRate", "abc")
    hand.enter("shift", "99")
    hand.button("presetButton").click()
    assert form.is_valid()
    assert form.recipe() == RECIPES[library.DEFAULT]


def test_a_changed_recipe_finds_its_preset_again(
    form: RecipeForm, hand: "Hand", qtbot: QtBot, theme: Theme
) -> None:
    hand.enter("epochs", "77")
    other = RecipeForm(theme)
    qtbot.addWidget(other)
    other.set_recipe(form.recipe())
    assert other.recipe() == form.recipe()
    assert type(hand)(other).combo("recipeSelector").currentData() == library.DEFAULT


def test_a_recipe_of_an_unknown_name_becomes_a_preset(form: RecipeForm, hand: "Hand") -> None:
    mine = replace(OTHER, name="mine")
    form.set_recipe(mine)
    assert form.recipe() == mine
    hand.choose("recipeSelector", "quick")
    hand.choose("recipeSelector", "mine")
    assert form.recipe() == mine


def test_an_architecture_proposes_its_recipe(form: RecipeForm, hand: "Hand", qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.changed):
        hand.choose("architectureSelector", "00-dense")
    assert form.architecture() == architectures.find("00-dense")
    assert form.recipe() == RECIPES["00-dense"]


def test_an_architecture_leaves_what_the_user_changed(form: RecipeForm, hand: "Hand") -> None:
    hand.enter("epochs", "77")
    hand.choose("architectureSelector", "00-dense")
    assert form.recipe().epochs == 77

"""The recipes that can be asked for by name, and what is said of settings that are none."""

from typing import Any

import pytest

from desktopcnn.data.distortion import LIMITS as DISTORTION_LIMITS
from desktopcnn.data.distortion import Distortion
from desktopcnn.training.recipe import LIMITS, RECIPES, Recipe, faults, proposed


def settings(**changes: Any) -> dict[str, Any]:
    return vars(Recipe("test")) | changes


def test_the_book_trains_in_sixty_epochs_of_plain_descent() -> None:
    for name in ("book-dense", "book-conv", "book-relu"):
        recipe = RECIPES[name]
        assert (recipe.epochs, recipe.batch_size, recipe.optimizer) == (60, 10, "sgd")
        assert (recipe.schedule, recipe.momentum, recipe.distortion) == ("constant", 0, Distortion())


def test_the_book_has_its_own_rates_and_regularisation() -> None:
    assert [RECIPES[f"book-{name}"].learning_rate for name in ("dense", "conv", "relu")] == [0.1, 0.1, 0.03]
    assert RECIPES["book-dense"].weight_decay == RECIPES["book-conv"].weight_decay == 0
    assert RECIPES["book-relu"].weight_decay == pytest.approx(0.1 / 5000)  # 50,000 images in batches of 10


def test_the_book_sees_its_expanded_data_as_often_as_it_says() -> None:
    expanded, dropout = RECIPES["book-expanded"], RECIPES["book-dropout"]
    assert (expanded.epochs * 50_000, dropout.epochs * 50_000) == (60 * 250_000, 40 * 250_000)
    assert expanded.learning_rate == dropout.learning_rate == 0.03
    assert expanded.distortion == dropout.distortion == Distortion(cross=1)
    assert expanded.weight_decay == pytest.approx(0.1 / 25_000)
    assert dropout.weight_decay == 0


@pytest.mark.parametrize(("architecture", "name"), [("01-conv", "01-conv"), ("unheard-of", "quick")])
def test_an_architecture_has_a_recipe_proposed(architecture: str, name: str) -> None:
    assert proposed(architecture).name == name


def test_nothing_is_wrong_with_any_preset() -> None:
    assert [faults(vars(recipe)) for recipe in RECIPES.values()] == [{}] * len(RECIPES)


@pytest.mark.parametrize("name", LIMITS)
def test_every_number_has_its_limits(name: str) -> None:
    low, high = LIMITS[name]
    for value in (low - 1, high * 2, float("nan")):
        assert name in faults(settings(**{name: value}, optimizer="sgd"))
    for value in (low, high):
        assert faults(settings(**{name: value}, optimizer="sgd")) == {}


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = faults(settings(epochs=0, learning_rate=-1, optimizer="adamw", nesterov=True, schedule="odd"))
    assert set(found) == {"epochs", "learning_rate", "nesterov", "schedule"}
    assert "0" in found["epochs"]


def test_settings_without_a_part_in_the_time_of_a_step_have_none_in_the_workload() -> None:
    recipe = RECIPES["quick"]
    other = Recipe(
        "other", epochs=9, learning_rate=0.1, schedule="cosine", weight_decay=1, label_smoothing=0.1
    )
    assert recipe.workload() == other.workload()


@pytest.mark.parametrize(
    "changes",
    [{"batch_size": 10}, {"optimizer": "sgd"}, {"average": 0.9}]
    + [
        {"distortion": Distortion(**{name: 0.5 if limit < 1 else 1})}
        for name, limit in DISTORTION_LIMITS.items()
    ],
)
def test_settings_with_a_part_in_it_have_one(changes: dict[str, Any]) -> None:
    assert Recipe("test", **changes).workload() != Recipe("test").workload()


def test_the_amount_of_a_distortion_has_no_part_in_it() -> None:
    weak, strong = (Recipe("test", distortion=Distortion(rotation=angle)) for angle in (2, 20))
    assert weak.workload() == strong.workload()

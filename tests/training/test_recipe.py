"""What a recipe refuses, and how the learning rate goes."""

import json
import math
import re
from typing import Any

import pytest

from desktopcnn.data.distortion import Distortion
from desktopcnn.errors import UsageError
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.training.recipe import LIMITS, RECIPES, Recipe, faults, find, proposed


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"epochs": 0}, "The number of epochs is 0; it must lie between 1 and 10,000."),
        ({"epochs": 1.5}, "The number of epochs is 1.5; it must be a whole number."),
        ({"batch_size": -3}, "The batch size is -3"),
        ({"batch_size": 2.5}, "The batch size is 2.5; it must be a whole number."),
        ({"learning_rate": 0}, "The learning rate is 0"),
        ({"learning_rate": math.nan}, "The learning rate is nan"),
        ({"learning_rate": math.inf}, "The learning rate is inf"),
        ({"weight_decay": -0.1}, "The weight decay is -0.1"),
        ({"average": 1}, "The average is 1"),
        ({"label_smoothing": 1}, "The label smoothing is 1"),
        ({"momentum": 0.9}, "Momentum is a setting of SGD"),
        ({"optimizer": "sgd", "momentum": 1.0}, "The momentum is 1.0"),
        ({"optimizer": "sgd", "nesterov": True}, "Nesterov's step needs SGD with a momentum"),
        ({"nesterov": True}, "Nesterov's step needs SGD with a momentum"),
        ({"optimizer": "adam"}, "The optimizer 'adam' is unknown (known: sgd, adamw, muon)"),
        ({"schedule": "cosin"}, "The schedule 'cosin' is unknown"),
    ],
)
def test_contradictions_and_values_out_of_range_are_refused(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        Recipe("some", **settings)


def test_faults_names_every_field_that_must_change() -> None:
    settings = {**vars(Recipe("some")), "epochs": 0, "momentum": 0.9, "schedule": "up"}
    assert set(faults(settings)) == {"epochs", "momentum", "schedule"}
    assert faults(vars(Recipe("some", optimizer="sgd", momentum=0.9, nesterov=True))) == {}


@pytest.mark.parametrize("name", LIMITS)
def test_both_ends_of_a_range_are_allowed(name: str) -> None:
    for value in LIMITS[name]:
        settings: dict[str, Any] = {name: int(value) if name in ("epochs", "batch_size") else value}
        assert Recipe("some", optimizer="sgd", **settings)


@pytest.mark.parametrize(
    ("schedule", "at"),
    [
        ("constant", {0: 1, 0.5: 1, 0.999: 1}),
        ("linear", {0: 1, 0.25: 0.75, 0.5: 0.5, 1: 0}),
        ("cosine", {0: 1, 1 / 3: 0.75, 0.5: 0.5, 1: 0}),
        ("one-cycle", {0: 0.04, 0.125: 0.52, 0.25: 1, 0.625: 0.5, 1: 0}),
    ],
)
def test_schedules(schedule: Any, at: dict[float, float]) -> None:
    recipe = Recipe("some", schedule=schedule, learning_rate=0.02)
    for progress, factor in at.items():
        assert recipe.learning_rate_at(progress) == pytest.approx(0.02 * factor, abs=1e-12)


@pytest.mark.parametrize("schedule", ["constant", "linear", "cosine", "one-cycle"])
def test_no_step_stands_still_and_none_exceeds_the_highest(schedule: Any) -> None:
    recipe = Recipe("some", schedule=schedule, learning_rate=0.5)
    rates = [recipe.learning_rate_at(step / 200) for step in range(200)]
    assert 0 < min(rates) < max(rates) <= 0.5 or rates == [0.5] * 200
    highest = rates.index(max(rates))
    assert rates[:highest] == sorted(rates[:highest])
    assert rates[highest:] == sorted(rates[highest:], reverse=True)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.name)
def test_json_round_trip(recipe: Recipe) -> None:
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe
    bent = find(recipe.name, distortion=Distortion(cross=1, rotation=7.5))
    assert Recipe.from_json(json.loads(json.dumps(bent.to_json()))) == bent


@pytest.mark.parametrize(
    "data",
    [None, 3, "abc", [1], {}, {"name": "x", "colour": 3}, {"name": "x", "epochs": "3"},
     {"name": "x", "epochs": None}, {"name": "x", "distortion": {"cross": -1}},
     {"name": "x", "distortion": {"twist": 1}}, {"name": "x", "distortion": [1]},
     {"name": "x", "distortion": {"shift": "far"}}],
)  # fmt: skip
def test_json_that_is_no_recipe_is_refused(data: Any) -> None:
    with pytest.raises(UsageError):
        Recipe.from_json(data)


def test_find_changes_what_is_given() -> None:
    assert find("quick") == RECIPES["quick"]
    assert find("quick", epochs=7).epochs == 7
    assert find("quick", epochs=None, batch_size=3) == Recipe(**{**vars(RECIPES["quick"]), "batch_size": 3})
    with pytest.raises(UsageError, match=r"no recipe called 'slow'\. Known: quick"):
        find("slow")
    with pytest.raises(UsageError, match="must lie between"):
        find("quick", epochs=0)


def test_every_architecture_has_a_recipe() -> None:
    for name in CATALOG:
        assert proposed(name).name in (name, "quick")
    assert proposed("unheard-of") == RECIPES["quick"]
    assert all(recipe.name == name for name, recipe in RECIPES.items())

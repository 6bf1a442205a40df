"""A recipe: everything about a training except the network, the data and the seed."""

import math
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args

from desktopcnn.data.augment import Distortion
from desktopcnn.errors import UsageError

Optimizer = Literal["sgd", "adamw"]
Schedule = Literal["constant", "linear", "cosine", "one-cycle"]
WARM_UP = 0.25
"""The part of a one-cycle training in which the learning rate rises."""


@dataclass(frozen=True)
class Recipe:
    """How to train.

    epochs: passes over the training images; batch_size: images per step; learning_rate: of the
    optimiser, at its highest; momentum, nesterov: of "sgd" only; weight_decay: decoupled for "adamw",
    an L2 term for "sgd", on weights but never on biases; average: decay per step of an exponential
    average of the weights that is what gets validated and kept (0: none).
    Raises `UsageError` for a value out of range and for settings that contradict each other.
    """

    name: str
    epochs: int = 10
    batch_size: int = 64
    optimizer: Optimizer = "adamw"
    learning_rate: float = 3e-3
    schedule: Schedule = "one-cycle"
    weight_decay: float = 0.0
    momentum: float = 0.0
    nesterov: bool = False
    label_smoothing: float = 0.0
    average: float = 0.0
    distortion: Distortion = field(default_factory=Distortion)

    def __post_init__(self) -> None:
        for name, low, high in (
            ("epochs", 1, 10_000),
            ("batch_size", 1, 65_536),
            ("learning_rate", 1e-9, 1e3),
            ("weight_decay", 0, 100),
            ("momentum", 0, 0.9999),
            ("label_smoothing", 0, 0.99),
            ("average", 0, 0.99999),
        ):
            value = getattr(self, name)
            if not low <= value <= high:  # not a number fails here too
                raise UsageError(f"{_words(name)} is {value}; it must lie between {low} and {high}.")
        for name, known in (("optimizer", get_args(Optimizer)), ("schedule", get_args(Schedule))):
            if getattr(self, name) not in known:
                raise UsageError(
                    f"The {name} {getattr(self, name)!r} is unknown (known: {', '.join(known)})."
                )
        if self.optimizer != "sgd" and (self.momentum or self.nesterov):
            raise UsageError("Momentum is a setting of SGD; AdamW has its own. Set it to 0.")
        if self.nesterov and not self.momentum:
            raise UsageError("Nesterov's step needs a momentum above 0.")

    def learning_rate_at(self, progress: float) -> float:
        """The learning rate when this fraction (0 to 1) of all steps is done."""
        return self.learning_rate * _factor(self.schedule, progress)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Recipe":
        """The recipe that `to_json` wrote. Raises `UsageError` for anything else."""
        try:
            settings = dict(data)
            settings["distortion"] = Distortion(**settings.get("distortion", {}))
            return cls(**settings)
        except (TypeError, ValueError) as error:
            raise UsageError(f"This is not a recipe: {error}.") from error


def _factor(schedule: Schedule, progress: float) -> float:
    if schedule == "linear":
        return 1 - progress
    if schedule == "cosine":
        return (1 + math.cos(math.pi * progress)) / 2
    if schedule == "one-cycle":
        # a linear rise, then a linear fall (Smith and Topin 2017); never quite 0 at the first step
        if progress < WARM_UP:
            return 0.04 + 0.96 * progress / WARM_UP
        return (1 - progress) / (1 - WARM_UP)
    return 1.0


def _words(name: str) -> str:
    return "The " + name.replace("_", " ")


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("quick", epochs=2),
        Recipe("00-dense", epochs=30, batch_size=32, learning_rate=4e-3, weight_decay=0.05),
        Recipe("01-conv", epochs=20, batch_size=64, learning_rate=4e-3, weight_decay=0.15),
        Recipe("02-two-conv", epochs=6, batch_size=64, learning_rate=3e-3, weight_decay=0.02),
    )
}


def find(name: str, **changes: Any) -> Recipe:
    """The recipe of that name, with some settings changed. Raises `UsageError` for an unknown name."""
    if name not in RECIPES:
        raise UsageError(f"There is no recipe called {name!r}. Known: {', '.join(RECIPES)}.")
    known = {f.name for f in fields(Recipe)}
    return replace(RECIPES[name], **{k: v for k, v in changes.items() if k in known and v is not None})

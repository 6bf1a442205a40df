"""A recipe: everything about a training except the network, the data and the seed."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args

from desktopcnn.data.distortion import LIMITS as DISTORTION_LIMITS
from desktopcnn.data.distortion import Distortion
from desktopcnn.errors import UsageError

Optimizer = Literal["sgd", "adamw", "muon"]
Schedule = Literal["constant", "linear", "cosine", "one-cycle"]
CHANGEABLE = ("learning_rate", "weight_decay", "distortion", "epochs")
"""The settings of a recipe that may change while it is followed."""
WARM_UP = 0.25
"""The part of a one-cycle training in which the learning rate rises."""
LIMITS: dict[str, tuple[float, float]] = {
    "epochs": (1, 10_000),
    "batch_size": (1, 65_536),
    "learning_rate": (1e-9, 1e3),
    "weight_decay": (0, 100),
    "momentum": (0, 0.9999),
    "label_smoothing": (0, 0.99),
    "average": (0, 0.99999),
}
"""The least and the largest value of each setting that is a number."""


@dataclass(frozen=True)
class Recipe:
    """How to train.

    epochs: passes over the training images; batch_size: images per step; learning_rate: of the
    optimiser, at its highest; momentum, nesterov: of "sgd" only; weight_decay: decoupled for "adamw" and
    "muon", an L2 term for "sgd", on weights but never on biases; average: decay per step of an exponential
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
        for sentence in faults(vars(self)).values():
            raise UsageError(sentence)

    def learning_rate_at(self, progress: float) -> float:
        """The learning rate when this fraction (0 to 1) of all steps is done."""
        return self.learning_rate * _factor(self.schedule, progress)

    def workload(self) -> "Recipe":
        """The recipe with everything at a standard value that has no part in how long a step takes."""
        amounts: dict[str, Any] = {name: min(1, limit) for name, limit in DISTORTION_LIMITS.items()}
        return replace(
            self, name="workload", epochs=1, learning_rate=1e-6, schedule="constant", weight_decay=0.0,
            momentum=0.5 if self.momentum else 0.0, label_smoothing=0.0, average=0.5 if self.average else 0.0,
            distortion=Distortion(**{k: amounts[k] for k, v in vars(self.distortion).items() if v}),
        )  # fmt: skip

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


def faults(settings: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with these settings of a recipe: a sentence for each field that must be changed.

    Looks at ranges, unknown names and contradictions; the distortion has `faults` of its own.
    """
    found = {}
    for name, (low, high) in LIMITS.items():
        value = settings[name]
        if not low <= value <= high:  # not a number fails here too
            found[name] = f"{_words(name)} is {value}; it must lie between {low:g} and {high:,g}."
        elif name in ("epochs", "batch_size") and not isinstance(value, int):
            found[name] = f"{_words(name)} is {value}; it must be a whole number."
    for name, known in (("optimizer", get_args(Optimizer)), ("schedule", get_args(Schedule))):
        if settings[name] not in known:
            found[name] = f"The {name} {settings[name]!r} is unknown (known: {', '.join(known)})."
    if settings["optimizer"] != "sgd" and settings["momentum"]:
        found["momentum"] = "Momentum is a setting of SGD; the other optimisers have their own. Set it to 0."
    if settings["nesterov"] and (settings["optimizer"] != "sgd" or not settings["momentum"]):
        found["nesterov"] = "Nesterov's step needs SGD with a momentum above 0."
    return found


def _words(name: str) -> str:
    return "The number of epochs" if name == "epochs" else "The " + name.replace("_", " ")


BOOK_LAMBDA = 0.1
BOOK_BATCHES = 50_000 / 10
"""The book's program divides its lambda by the number of batches (network3.py), not of images."""

RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("quick", epochs=3, weight_decay=0.02),  # half a minute for 02-two-conv on one thread
        Recipe("00-dense", epochs=30, batch_size=32, learning_rate=4e-3, weight_decay=0.05),
        Recipe("01-conv", epochs=20, batch_size=64, learning_rate=4e-3, weight_decay=0.15),
        Recipe("02-two-conv", epochs=12, batch_size=64, learning_rate=3e-3, weight_decay=0.1),
        Recipe("03-expanded", 16, 64, weight_decay=0.1, distortion=Distortion(cross=1)),
        Recipe(
            "04-dropout",
            60,
            128,
            learning_rate=2e-3,
            weight_decay=0.2,
            label_smoothing=0.05,
            average=0.999,
            distortion=Distortion(shift=1.5, rotation=7, scale=0.07, shear=0.07, elastic=0.4),
        ),
        Recipe("lenet5-1998", 20, 32, learning_rate=1.5e-3, weight_decay=0.1, average=0.999),
        Recipe("lenet5", 16, 64, learning_rate=3e-3, weight_decay=0.1, average=0.99),
        Recipe(
            "pen",
            20,
            128,
            optimizer="muon",
            learning_rate=3e-3,
            weight_decay=0.1,
            label_smoothing=0.05,
            average=0.999,
            distortion=Distortion(shift=1, rotation=7, scale=0.07, shear=0.07, elastic=0.4, thickness=0.5),
        ),
        Recipe(  # one try: 99.65 % validation, 99.65 % test with seed 0
            "best",
            30,
            128,
            learning_rate=3e-3,
            weight_decay=0.1,
            label_smoothing=0.05,
            average=0.999,
            distortion=Distortion(shift=2, rotation=10, scale=0.1, shear=0.1, elastic=0.5),
        ),
        # the same plain recipe for the two deep networks, so that only the activation differs
        Recipe("deep", 10, 32, "sgd", 0.1, "linear"),
        # what chapter 6 of Nielsen's book says of its networks; an epoch over expanded data is five of ours
        Recipe("book-dense", 60, 10, "sgd", 0.1, "constant"),
        Recipe("book-conv", 60, 10, "sgd", 0.1, "constant"),
        Recipe("book-relu", 60, 10, "sgd", 0.03, "constant", weight_decay=BOOK_LAMBDA / BOOK_BATCHES),
        Recipe(
            "book-expanded",
            5 * 60,
            10,
            "sgd",
            0.03,
            "constant",
            weight_decay=BOOK_LAMBDA / (5 * BOOK_BATCHES),
            distortion=Distortion(cross=1),
        ),
        Recipe("book-dropout", 5 * 40, 10, "sgd", 0.03, "constant", distortion=Distortion(cross=1)),
    )
}


def proposed(architecture: str) -> Recipe:
    """The recipe for the architecture of that name: its own, or else the quick one."""
    return RECIPES.get(architecture, RECIPES["quick"])


def usual_rate(recipe: Recipe) -> float:
    """A learning rate that is known to work: of the recipe that this one is or was made of.

    With another optimiser than that has, or where it is unknown, what usually is good with the optimiser.
    """
    known = RECIPES.get(recipe.name.partition(",")[0])
    if known and known.optimizer == recipe.optimizer:
        return known.learning_rate
    return {"sgd": 0.1, "adamw": 3e-3, "muon": 3e-3}[recipe.optimizer]


def find(name: str, **changes: Any) -> Recipe:
    """The recipe of that name, with some settings changed. Raises `UsageError` for an unknown name."""
    if name not in RECIPES:
        raise UsageError(f"There is no recipe called {name!r}. Known: {', '.join(RECIPES)}.")
    known = {f.name for f in fields(Recipe)}
    return replace(RECIPES[name], **{k: v for k, v in changes.items() if k in known and v is not None})

"""How sure an answer is, and whether it should be given at all. No torch here.

Softmax must divide its whole certainty among the classes, so that a square is an 8 with 100 %. Two remedies:
a temperature that makes the confidence mean what it says (Guo et al. 2017, "On calibration of modern neural
networks"), and a score that is low where a picture is like none of the classes. What the scores are worth
was measured (`benchmarks/rejection.py`): a score is a guess until a network was shown what is no digit.

Logits are (number, classes); scores (number,), higher where a picture looks more like one of the classes.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from desktopcnn.errors import NetworkError

Array = npt.NDArray[np.floating[Any]]
TEMPERATURES = 0.05, 20.0
"""Where the best temperature is looked for."""
REFUSED = 0.008
"""Share of the digits refused by which a limit is set, so that on others, two standard errors off among
10,000, it is at most 1 %."""
SHRINKAGE = 0.01
"""Share of the mean variance that is added to every direction of a covariance, lest one have none."""


def energy(logits: Array) -> Array:
    """The logarithm of the sum of exp(logit): minus the free energy of Liu et al. 2020.

    After a training with pictures of no class (`Dataset.others`) it is the logarithm of the odds that the
    picture shows one of the classes, because the logit of none is 0.
    """
    highest = logits.max(-1, keepdims=True)
    summed: Array = (highest + np.log(np.exp(logits - highest).sum(-1, keepdims=True)))[..., 0]
    return summed


def highest_probability(logits: Array) -> Array:
    """The probability of the answer, at temperature 1."""
    certain: Array = np.exp(logits.max(-1) - energy(logits))
    return certain


def highest_logit(logits: Array) -> Array:
    """The largest logit."""
    highest: Array = logits.max(-1)
    return highest


def margin(logits: Array) -> Array:
    """By how much the largest logit leads."""
    ordered = np.sort(logits, -1)
    lead: Array = ordered[..., -1] - ordered[..., -2]
    return lead


SCORES: dict[str, Callable[[Array], Array]] = {
    "energy": energy, "highest probability": highest_probability, "highest logit": highest_logit,
    "margin": margin,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Classes:
    """Where the classes lie among the features of the last hidden layer.

    means: (classes, features); precision: (features, features), the inverse of the covariance within the
    classes, which they share (Lee et al. 2018).
    """

    means: Array
    precision: Array

    @classmethod
    def fitted(cls, features: Array, labels: npt.NDArray[np.integer[Any]]) -> "Classes":
        """From the features (number, features) of pictures that each belong to one of the classes."""
        means = np.stack([features[labels == label].mean(0) for label in np.unique(labels)])
        apart = features - means[np.searchsorted(np.unique(labels), labels)]
        covariance = apart.T @ apart / len(apart)
        covariance += SHRINKAGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
        return cls(means, np.linalg.inv(covariance))

    def nearness(self, features: Array) -> Array:
        """Minus the squared Mahalanobis distance to the nearest mean."""
        apart = features[:, None] - self.means
        near: Array = -np.einsum("ncf,fg,ncg->nc", apart, self.precision, apart, optimize=True).min(1)
        return near

    def likeness(self, features: Array) -> Array:
        """The cosine of the angle to the nearest mean."""
        lengths = np.linalg.norm(features, axis=1)[:, None] * np.linalg.norm(self.means, axis=1)
        like: Array = (features @ self.means.T / np.maximum(lengths, 1e-12)).max(1)
        return like


def mean_loss(logits: Array, labels: npt.NDArray[np.integer[Any]], temperature: float = 1.0) -> float:
    """Cross-entropy in nats of the probabilities at that temperature."""
    scaled = logits.astype(np.float64) / temperature
    return float((energy(scaled) - scaled[np.arange(len(labels)), labels]).mean())


def temperature(logits: Array, labels: npt.NDArray[np.integer[Any]]) -> float:
    """The one at which the probabilities have the smallest loss: golden section over its logarithm.

    The loss is convex in 1 / temperature and so has one valley here.
    """
    low, high = np.log(TEMPERATURES)
    ratio = (np.sqrt(5) - 1) / 2
    while high - low > 1e-4:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if mean_loss(logits, labels, np.exp(left)) < mean_loss(logits, labels, np.exp(right)):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def calibration_error(probabilities: Array, labels: npt.NDArray[np.integer[Any]], bins: int = 15) -> float:
    """Mean distance between confidence and share of right answers, in bins of equally many pictures."""
    order = np.argsort(probabilities.max(1), kind="stable")
    confidence, right = probabilities.max(1)[order], (probabilities.argmax(1) == labels)[order]
    groups = np.array_split(np.arange(len(order)), bins)
    gaps = [len(g) * abs(float(confidence[g].mean()) - float(right[g].mean())) for g in groups if len(g)]
    return sum(gaps) / len(order)


def threshold(scores: Array, refused: float) -> float:
    """The largest score below which at most that share of `scores` lies."""
    return float(np.sort(scores)[int(refused * len(scores))])


@dataclass(frozen=True)
class Rule:
    """When an answer is given, and how sure it is: what `card.metrics["rejection"]` holds.

    score: one of `SCORES`; below threshold nothing is answered.
    Raises `NetworkError` for an unknown score or numbers that are none.
    """

    temperature: float
    threshold: float
    score: str = "energy"

    def __post_init__(self) -> None:
        if self.score not in SCORES:
            raise NetworkError(f"the rejection score {self.score!r} is unknown (known: {', '.join(SCORES)})")
        numbers = (self.temperature, self.threshold)
        if not all(type(n) in (int, float) and np.isfinite(n) for n in numbers) or self.temperature <= 0:
            raise NetworkError("the temperature and the threshold of its rejection are not numbers")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def fitted(cls, logits: Array, labels: npt.NDArray[np.integer[Any]], score: str = "energy") -> "Rule":
        """From the answers to digits that the network did not learn from: all classes, no others."""
        return cls(temperature(logits, labels), threshold(SCORES[score](logits), REFUSED), score)

    @classmethod
    def of(cls, metrics: Mapping[str, Any]) -> "Rule | None":
        """The rule on a network's card; None where it has none. Raises `NetworkError` for a damaged one."""
        data = metrics.get("rejection")
        if data is None:
            return None
        try:
            return cls(data["temperature"], data["threshold"], data["score"])
        except (KeyError, TypeError) as error:
            raise NetworkError(f"its rule for rejection is damaged ({error})") from error


@dataclass(frozen=True)
class Judgement:
    """answer: index of the most probable class, also where it is refused; confidence: 0 to 1, calibrated."""

    answer: int
    confidence: float
    refused: bool


def judge(logits: Array, rule: Rule) -> Judgement:
    """What to say of one picture. logits: (classes,)."""
    scaled = logits.astype(np.float64) / rule.temperature
    confidence = float(highest_probability(scaled))
    return Judgement(
        int(logits.argmax()), confidence, bool(SCORES[rule.score](logits.astype(np.float64)) < rule.threshold)
    )

"""What a training reports: frozen values that may cross threads, and their place in a file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """One step of the optimiser: its number from 1, the batch's mean loss (nats) and the learning rate."""

    step: int
    loss: float
    learning_rate: float


@dataclass(frozen=True)
class Epoch:
    """The end of one pass over the training images.

    Losses are mean cross-entropies in nats, accuracies shares from 0 to 1; training figures are means
    over the epoch's batches as they were learnt from, distortions and dropout included. seconds: spent
    in this epoch, validation included; images_per_second: of its training steps alone.
    """

    epoch: int
    step: int
    training_loss: float
    training_accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float
    images_per_second: float


@dataclass(frozen=True)
class Measure:
    """A look into the network every few steps, by the names of its layers.

    gradients: the Euclidean norm of each layer's gradient (weights and bias together); silent: the share
    of each ReLU's units, or whole feature maps, that were zero for every image of the batch (0 to 1).
    """

    step: int
    gradients: Mapping[str, float]
    silent: Mapping[str, float]


@dataclass(frozen=True)
class Change:
    """Settings of the recipe that were changed after this step, with their new values."""

    step: int
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Notice:
    """Something the user should know, in one sentence; it is not written to the history."""

    step: int
    text: str


Event = Step | Epoch | Measure | Change | Notice
KINDS: dict[str, type[Event]] = {
    "step": Step, "epoch": Epoch, "measure": Measure, "change": Change
}  # fmt: skip


def to_line(event: Event) -> str:
    return json.dumps({"kind": type(event).__name__.lower(), **asdict(event)})


def from_line(line: str) -> Event:
    """The event that `to_line` wrote. Raises `ValueError` for anything else."""
    data: dict[str, Any] = json.loads(line)
    try:
        return KINDS[data.pop("kind")](**data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a line of a history: {line[:80]!r}") from error

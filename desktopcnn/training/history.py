"""What a training reports: frozen values that may cross threads, and their place in a file."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
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
    """Settings of the recipe that were changed after this step, with their new values, as in its JSON.

    before: the values until then; empty in histories that do not tell.
    """

    step: int
    settings: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)

    def differences(self) -> Iterator[tuple[str, Any, Any]]:
        """Each setting with its value before (None where unknown) and after, a distortion's one by one."""
        for name, after in self.settings.items():
            before = self.before.get(name)
            if not isinstance(after, Mapping):
                yield name, before, after
                continue
            known: Mapping[str, Any] = before if isinstance(before, Mapping) else {}
            for inner, value in after.items():
                if value != known.get(inner, 0):
                    yield inner, known.get(inner), value


@dataclass(frozen=True)
class Notice:
    """Something the user should know, in one sentence; it is not written to the history."""

    step: int
    text: str


Event = Step | Epoch | Measure | Change | Notice
KINDS: dict[str, type[Event]] = {
    "step": Step, "epoch": Epoch, "measure": Measure, "change": Change
}  # fmt: skip


def in_words(change: Change, call: Callable[[str], str] = str) -> str:
    """learning rate 0.01 → 0.003, rotation 0 → 10. call: what each name is called."""
    parts = []
    for name, before, after in change.differences():
        values = " → ".join(_figure(value) for value in (before, after) if value is not None)
        parts.append(f"{call(name.replace('_', ' '))} {values}")
    return ", ".join(parts)


def _figure(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def to_line(event: Event) -> str:
    return json.dumps({"kind": type(event).__name__.lower(), **asdict(event)})


def from_line(line: str) -> Event:
    """The event that `to_line` wrote. Raises `ValueError` for anything else."""
    data: dict[str, Any] = json.loads(line)
    try:
        return KINDS[data.pop("kind")](**data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a line of a history: {line[:80]!r}") from error

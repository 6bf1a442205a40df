"""How a network answers a whole set of pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from desktopcnn.data.dataset import Part
from desktopcnn.networks import ensemble
from desktopcnn.networks.ensemble import Rule

BATCH = 500


@dataclass(frozen=True, eq=False)
class Report:
    """labels: (number,) true classes; probabilities: (number, classes); loss: mean cross-entropy, nats.

    voted: (number,) what a vote answers by its rule, where it is one.
    """

    labels: npt.NDArray[np.uint8]
    probabilities: npt.NDArray[np.float32]
    loss: float
    voted: npt.NDArray[np.int64] | None = None

    @property
    def answers(self) -> npt.NDArray[np.int64]:
        """The most probable class of each picture, or the one that won the vote."""
        if self.voted is not None:
            return self.voted
        answers: npt.NDArray[np.int64] = self.probabilities.argmax(1)
        return answers

    @property
    def mistakes(self) -> npt.NDArray[np.int64]:
        """Indices of the pictures that are answered wrongly."""
        return np.flatnonzero(self.answers != self.labels)

    @property
    def errors(self) -> int:
        return len(self.mistakes)

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1."""
        return 1 - self.errors / len(self.labels)


def evaluate(module: nn.Module, part: Part, progress: Callable[[int], None] | None = None) -> Report:
    """Ask `module` (which gives logits) about every picture of `part`, in float32.

    `progress` is told how many pictures each batch had. The module is put into evaluation mode, and
    back afterwards.
    """
    training = module.training
    module.eval()
    logits = []
    with torch.inference_mode():
        for first in range(0, len(part), BATCH):
            batch = to_input(part.images[first : first + BATCH])
            logits.append(module(batch).float())
            if progress:
                progress(len(batch))
        answers = torch.cat(logits)
        labels = torch.from_numpy(part.labels.astype(np.int64))
        loss = functional.cross_entropy(answers, labels).item()
        probabilities = answers.softmax(1).numpy()
    module.train(training)
    return Report(part.labels, probabilities, loss)


def combine(rule: Rule, members: Sequence[Report]) -> Report:
    """What these networks, asked about the same pictures, answer as a vote.

    Its probabilities are the mean of theirs, by either rule.
    """
    labels, probabilities = members[0].labels, np.stack([report.probabilities for report in members])
    shares = ensemble.shares(probabilities)
    right = shares[np.arange(len(labels)), labels].astype(np.float64)
    loss = -float(np.log(right.clip(np.finfo(np.float32).tiny)).mean())
    return Report(labels, shares, loss, ensemble.winners(rule, probabilities))


def to_input(images: npt.NDArray[np.uint8]) -> torch.Tensor:
    """Pictures of 0 to 255 as the float input (0 to 1) of a network."""
    return torch.from_numpy(images.copy()).float().div_(255)

"""How well each score tells digits from what is none, and how well calibrated the answers are.

    python benchmarks/rejection.py --strokes FILE [--network N|FILE ...] [--kinds] [--each N]

A threshold is set so that 0.8 % of known digits are refused: of the MNIST validation images ("MNIST"),
or of those and of the drawings of five of the ten held-out writers ("both"). Then it is judged by others:
MNIST test images, the drawings of the other five writers, and drawings of what is no digit: of kinds that no
network learnt from (`nondigits.JUDGING`), of kinds that some did, and of letters that look like digits.

Besides the scores of `evaluation/rejection.py` stand the Mahalanobis distance and the cosine to the class
means among the last features, and a logistic regression on these features, trained with the kinds to learn.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from desktopcnn.data import catalog, nondigits, pens, strokes
from desktopcnn.data.dataset import Images, Part
from desktopcnn.evaluation import rejection
from desktopcnn.evaluation.rejection import Array
from desktopcnn.evaluation.report import to_input
from desktopcnn.networks import library, weights

NETWORKS = ("02-two-conv", "04-dropout", "best", "pen")
SEED = 7
"""Of the drawings here; the networks learnt from others."""


@dataclass(frozen=True, eq=False)
class Sets:
    """Digits to fit on, digits to judge by, and pictures of what is no digit (kind by kind)."""

    mnist: Part
    pens: Part
    mnist_judge: Part
    pens_judge: Part
    learnt: Images
    unseen: Images
    alike: Images


@dataclass(frozen=True, eq=False)
class Outputs:
    """logits: (number, 10); features: (number, units) that the last layer gets."""

    logits: Array
    features: Array


Score = Callable[[Outputs], Array]


def sets(file: Path, each: int) -> Sets:
    records = [record for record in strokes.read(file) if catalog.is_held_out(record)]
    writers = sorted({record.writer for record in records})
    first = [record for record in records if record.writer in writers[: len(writers) // 2]]
    second = [record for record in records if record.writer in writers[len(writers) // 2 :]]
    mnist = catalog.load("mnist")

    def others(kinds: tuple[str, ...]) -> Images:
        return nondigits.images(kinds, each, SEED, second)

    return Sets(
        mnist.validation, pens.real(first), mnist.test, pens.real(second),
        others(nondigits.TRAINING), others(nondigits.JUDGING), others(tuple(nondigits.LOOK_ALIKES)),
    )  # fmt: skip


def ask(module: nn.Sequential, images: Images) -> Outputs:
    logits, features = [], []
    with torch.inference_mode():
        for first in range(0, len(images), 500):
            inner = module[:-1](to_input(images[first : first + 500]))
            features.append(inner)
            logits.append(module[-1](inner))
    return Outputs(torch.cat(logits).double().numpy(), torch.cat(features).double().numpy())


def probe(digits: Array, others: Array) -> Callable[[Array], Array]:
    """A logistic regression that tells features of digits from others."""
    x = torch.from_numpy(np.concatenate([digits, others]))
    y = torch.cat([torch.ones(len(digits)), torch.zeros(len(others))]).double()
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    x = (x - mean) / deviation
    weight = torch.zeros(x.shape[1] + 1, dtype=torch.double, requires_grad=True)
    descent = torch.optim.LBFGS([weight], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        descent.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(x @ weight[:-1] + weight[-1], y)
        loss = loss + 1e-4 * weight.square().sum()
        loss.backward()
        return loss

    descent.step(closure)
    found = weight.detach().numpy()
    return lambda features: ((features - mean.numpy()) / deviation.numpy()) @ found[:-1] + found[-1]


def scores(mnist: Outputs, drawn: Outputs, labels: Array, others: Outputs) -> dict[str, Score]:
    """All of them; others: of kinds to learn from, in other drawings than those that judge."""
    classes = rejection.Classes.fitted(mnist.features, labels)
    trained = probe(np.concatenate([mnist.features, drawn.features]), others.features)
    return {
        **{name: lambda o, f=function: f(o.logits) for name, function in rejection.SCORES.items()},
        "Mahalanobis": lambda o: classes.nearness(o.features),
        "cosine": lambda o: classes.likeness(o.features),
        "regression": lambda o: trained(o.features),
    }


def judge(name: str, data: Sets, others: Images, each: int, *, by_kind: bool) -> None:
    network = weights.load(library.find(name).path)
    asked = {key: ask(network.module, getattr(part, "images", part)) for key, part in vars(data).items()}
    mnist, drawn = asked["mnist"], asked["pens"]
    print(f"\n{name}: MNIST test {accuracy(asked['mnist_judge'], data.mnist_judge)}, ", end="")
    print(f"unseen writers {accuracy(drawn, data.pens)} and {accuracy(asked['pens_judge'], data.pens_judge)}")
    print_calibration(asked, data)
    print(f"{'score':20} limit from  refused: MNIST  pens  unseen kinds  kinds to learn  look-alikes")
    known = ask(network.module, others)
    for score, function in scores(mnist, drawn, data.mnist.labels, known).items():
        limits = [rejection.threshold(function(part), rejection.REFUSED) for part in (mnist, drawn)]
        for source, limit in (("MNIST", limits[0]), ("both", min(limits))):
            keys = ("mnist_judge", "pens_judge", "unseen", "learnt", "alike")
            shares = [float((function(asked[key]) < limit).mean()) for key in keys]
            print(f"{score:20} {source:10} {100 * shares[0]:15.2f} {100 * shares[1]:5.2f}", end="")
            print(" ".join(f"{100 * share:14.1f}" for share in shares[2:]))
            if by_kind and source == "both":
                print_kinds(function(asked["unseen"]) < limit, nondigits.JUDGING, each)
                print_kinds(function(asked["learnt"]) < limit, nondigits.TRAINING, each)
                print_kinds(function(asked["alike"]) < limit, tuple(nondigits.LOOK_ALIKES), each)


def accuracy(outputs: Outputs, part: Part) -> str:
    return f"{100 * (outputs.logits.argmax(1) == part.labels).mean():.2f} %"


def print_calibration(asked: dict[str, Outputs], data: Sets) -> None:
    """Fitted on validation images and five writers, judged by the test images and the other five."""
    logits = np.concatenate([asked["mnist"].logits, asked["pens"].logits])
    found = rejection.temperature(logits, np.concatenate([data.mnist.labels, data.pens.labels]))
    for key, part in (("mnist_judge", data.mnist_judge), ("pens_judge", data.pens_judge)):
        row = []
        for value in (1.0, found):
            scaled = torch.from_numpy(asked[key].logits / value).softmax(1).numpy()
            loss = rejection.mean_loss(asked[key].logits, part.labels, value)
            row.append(f"loss {loss:.4f}, error {rejection.calibration_error(scaled, part.labels):.4f}")
        print(f"  {key:12} at temperature 1: {row[0]}; at {found:.2f}: {row[1]}")


def print_kinds(refused: np.ndarray, kinds: tuple[str, ...], each: int) -> None:
    groups: dict[str, list[str]] = {}
    for kind, share in zip(kinds, refused.reshape(len(kinds), each).mean(1), strict=True):
        groups.setdefault(nondigits.group(kind), []).append(f"{kind} {100 * share:.0f}")
    for group, found in groups.items():
        print(f"    {group}: {', '.join(found)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=Path, help="file of pen strokes; default: the user's")
    parser.add_argument("--network", nargs="+", default=NETWORKS, help="names or weights files")
    parser.add_argument("--each", type=int, default=50, help="drawings of every kind")
    parser.add_argument("--kinds", action="store_true", help="print every kind")
    options = parser.parse_args()
    torch.set_num_threads(1)
    file = options.strokes or strokes.place()
    data = sets(file, options.each)
    learnt = [record for record in strokes.read(file) if not catalog.is_held_out(record)]
    others = nondigits.images(nondigits.TRAINING, options.each, SEED + 1, learnt)
    for name in options.network:
        judge(name, data, others, options.each, by_kind=options.kinds)


if __name__ == "__main__":
    main()

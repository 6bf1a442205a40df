"""Put the rule of when to answer on a network's card: python tools/calibrate.py FILE [FILE ...]

Temperature and limit are fitted on the MNIST validation images; what the rule refuses is then counted on the
MNIST test images and on drawings of no digit of kinds that no network learnt from, and stands beside it.
Several digits at once are made of the drawings in the user's file of pen strokes, or in --strokes FILE.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from desktopcnn.data import catalog, nondigits, strokes
from desktopcnn.data.dataset import Images
from desktopcnn.evaluation.rejection import SCORES, Array, Rule
from desktopcnn.evaluation.report import to_input
from desktopcnn.networks import weights
from desktopcnn.networks.card import read_header

EACH, SEED = 50, 11
"""Drawings of every kind that judges, and what decides them."""
STORED = {"F16": torch.float16, "F32": torch.float32}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, help="weights files; their cards are changed")
    parser.add_argument("--strokes", type=Path, help="file of pen strokes; default: the user's")
    options = parser.parse_args()
    torch.set_num_threads(1)
    records = strokes.read(options.strokes or strokes.place())
    others = nondigits.images(nondigits.JUDGING, EACH, SEED, records)
    for file in options.files:
        network = weights.load(file)
        found = rejection(network.module, others)
        card = replace(network.card, metrics={**network.card.metrics, "rejection": found})
        dtype = next(
            STORED[tensor.dtype] for tensor in read_header(file).tensors.values() if tensor.dtype in STORED
        )
        weights.save(file, network.module, card, dtype)
        print(f"{file}: {', '.join(f'{name} {value}' for name, value in found.items())}")
    return 0


def rejection(module: torch.nn.Module, others: Images) -> dict[str, Any]:
    """The rule, and which shares of the test digits and of the others it refuses."""
    dataset = catalog.load("mnist")
    rule = Rule.fitted(logits(module, dataset.validation.images), dataset.validation.labels)

    def refused(images: Images) -> float:
        return round(float((SCORES[rule.score](logits(module, images)) < rule.threshold).mean()), 4)

    shares = {"refused_digits": refused(dataset.test.images), "refused_others": refused(others)}
    return {**rule.to_json(), **shares}


def logits(module: torch.nn.Module, images: Images) -> Array:
    with torch.inference_mode():
        parts = [module(to_input(images[n : n + 500])).double().numpy() for n in range(0, len(images), 500)]
    return np.concatenate(parts)


if __name__ == "__main__":
    sys.exit(main())

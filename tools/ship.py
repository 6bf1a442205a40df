"""Ship the best of several runs: python tools/ship.py NAME RUN [RUN ...]

The runs differ in nothing but their seed. The one with the best validation accuracy is written to
trained/NAME.safetensors, in half precision where that leaves its validation accuracy as it is, with the test
accuracies of all of them on its card.
"""

import argparse
import statistics
import sys
from dataclasses import replace
from pathlib import Path

import torch

from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset
from desktopcnn.evaluation.report import evaluate
from desktopcnn.networks import weights
from desktopcnn.networks.weights import Network
from desktopcnn.training import recipe as recipes
from desktopcnn.training import run as runs
from desktopcnn.training.run import Run

SHIPPED = Path(__file__).parents[1] / "trained"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="of the file, and of the recipe in the catalogue")
    parser.add_argument("runs", nargs="+", type=Path, help="folders of finished runs")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = [runs.read(folder) for folder in options.runs]
    recipe = recipes.RECIPES[options.name]
    for run in found:
        if replace(run.recipe, name=recipe.name) != recipe:
            sys.exit(f"{run.folder} followed another recipe than the catalogue's {recipe.name}.")
    ship(options.name, found)
    return 0


def ship(name: str, found: list[Run]) -> None:
    dataset = catalog.load("mnist")
    networks = [weights.load(run.best) for run in found]
    tests = [evaluate(network.module, dataset.test).accuracy for network in networks]
    validations = [float(network.card.metrics["validation_accuracy"]) for network in networks]
    chosen = max(range(len(found)), key=lambda place: validations[place])
    for run, validation, test in zip(found, validations, tests, strict=True):
        print(f"seed {run.seed}: validation {100 * validation:.2f} %, test {100 * test:.2f} %")
    network = networks[chosen]
    metrics = {
        **network.card.metrics,
        "seeds": [run.seed for run in found],
        "test_accuracies": tests,
        "test_mean": round(statistics.mean(tests), 6),
        "test_spread": round(statistics.stdev(tests), 6) if len(tests) > 1 else None,
    }
    card = replace(network.card, recipe={**network.card.recipe, "name": name}, metrics=metrics)
    path = SHIPPED / f"{name}.safetensors"
    save(path, Network(card, network.module), dataset)
    print(f"{path}: seed {found[chosen].seed}, {path.stat().st_size / 1e6:.1f} MB")


def save(path: Path, network: Network, dataset: Dataset) -> None:
    """In half precision unless that costs validation accuracy; the card's figures are those of the file."""
    wanted = network.card.metrics["validation_accuracy"]
    for dtype in (torch.float16, torch.float32):
        weights.save(path, network.module, network.card, dtype)
        stored = weights.load(path).module
        if evaluate(stored, dataset.validation).accuracy >= wanted:
            break
    report = evaluate(stored, dataset.test)
    metrics = {**network.card.metrics, "test_accuracy": report.accuracy, "test_errors": report.errors}
    weights.save(path, network.module, replace(network.card, metrics=metrics), dtype)


if __name__ == "__main__":
    sys.exit(main())

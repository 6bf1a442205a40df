"""Ship several runs as one vote: python tools/ship_vote.py NAME [--rule R] [--title T] RUN RUN [...]

The best network of each run is written to trained/members/, in half precision where that leaves its
validation accuracy as it is, and trained/NAME.json, which names them, with the test accuracy of the vote and
of each member, both measured on the stored files.
"""

import argparse
import statistics
import sys
from pathlib import Path

import ship
import torch

from desktopcnn.data import catalog
from desktopcnn.evaluation.report import Report, combine, evaluate
from desktopcnn.networks import ensemble, weights
from desktopcnn.networks.card import read_header
from desktopcnn.networks.ensemble import RULES, Ensemble, Member, Rule
from desktopcnn.training import run as runs
from desktopcnn.training.run import Run

MEMBERS = "members"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="of the file")
    parser.add_argument("runs", nargs="+", type=Path, help="folders of finished runs")
    parser.add_argument("--rule", choices=RULES, default="majority")
    parser.add_argument("--title", help="as the window shows it; default: the name")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = [runs.read(folder) for folder in options.runs]
    files = [member_file(run) for run in found]
    if len(set(files)) < len(files):
        sys.exit("Two of the runs have the same architecture and seed: their files would have one name.")
    title = options.title or options.name.replace("-", " ")
    ship_vote(ship.SHIPPED / f"{options.name}.json", title, options.rule, found)
    return 0


def member_file(run: Run) -> str:
    return f"{MEMBERS}/{run.architecture.name}-{run.seed}.safetensors"


def ship_vote(path: Path, title: str, rule: Rule, found: list[Run]) -> None:
    dataset = catalog.load("mnist")
    members, cards, validations, tests = [], [], [], []
    for run in found:
        file = path.parent / member_file(run)
        file.parent.mkdir(exist_ok=True)
        ship.save(file, weights.load(run.best), dataset)
        members.append(Member(member_file(run), read_header(file).metadata["sha256"]))
        stored = weights.load(file)
        validations.append(evaluate(stored.module, dataset.validation))
        tests.append(evaluate(stored.module, dataset.test))
        print(f"{file.name}: validation {percent(validations[-1])}, test {percent(tests[-1])}")
        cards.append(stored.card)
    test, validation = combine(rule, tests), combine(rule, validations)
    figures = {
        "test_accuracy": test.accuracy,
        "test_errors": test.errors,
        "validation_accuracy": validation.accuracy,
        "chosen": "; ".join(
            f"seed {run.seed}: {card.metrics['chosen']}" for run, card in zip(found, cards, strict=True)
        ),
        "dataset": dataset.name,
        "images_seen": sum(card.metrics["images_seen"] for card in cards),
        "seconds": round(sum(card.metrics["seconds"] for card in cards), 1),
        "seeds": [run.seed for run in found],
        "member_test_accuracies": [report.accuracy for report in tests],
        "member_test_mean": round(statistics.mean(report.accuracy for report in tests), 6),
    }
    ensemble.write(path, Ensemble(title, cards[0].classes, rule, tuple(members), figures))
    print(f"{path}: {rule}, validation {percent(validation)}, test {percent(test)}")


def percent(report: Report) -> str:
    return f"{100 * report.accuracy:.2f} %"


if __name__ == "__main__":
    sys.exit(main())

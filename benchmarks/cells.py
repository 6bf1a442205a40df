"""Every cell of every layer of every network, worked out beside what torch computed.

Prints, for each layer, the worst difference relative to the number itself (and how many differ by more
than 1e-4 of it), the worst relative to the sum of the sizes of the terms that were added, and how long one
cell takes. Ends with 1 when any cell disagrees as `arithmetic` defines it.

    python benchmarks/cells.py [--network NAME ...] [--step N] [--image N]

Networks that are shipped answer with their weights, others with those that they begin with.
"""

import argparse
import itertools
import time

import numpy as np
import torch

from desktopcnn.data import catalog as datasets
from desktopcnn.errors import UsageError
from desktopcnn.inspection.anatomy import anatomy
from desktopcnn.inspection.arithmetic import explain
from desktopcnn.inspection.explanations import Convolved, Explanation, Weighted
from desktopcnn.inspection.trace import trace
from desktopcnn.networks import library, modules, weights
from desktopcnn.networks.catalog import CATALOG


def terms(found: Explanation) -> float:
    """The sum of the sizes of what was added up, where that is not the number itself."""
    if isinstance(found, Convolved | Weighted):
        return float(np.abs(found.products).sum()) + abs(found.bias)
    return abs(found.computed)


def built(name: str) -> torch.nn.Module:
    for entry in library.shipped():
        if entry.name == name:
            return weights.load(entry.path).module
    return modules.build(CATALOG[name]).eval()


def measure(name: str, image: np.ndarray, step: int) -> bool:
    module = built(name)
    parts, good = anatomy(module), True
    for layer in trace(module, image).steps:
        cells = itertools.islice(itertools.product(*map(range, layer.output.shape)), 0, None, step)
        worst = to_terms = 0.0
        number = bad = over = 0
        began = time.perf_counter()
        for cell in cells:
            found = explain(parts[layer.name], layer, cell)
            number += 1
            if found is None:
                bad += 1
                continue
            bad += not found.agrees
            difference = abs(found.result - found.computed)
            if difference:
                over += difference > 1e-4 * abs(found.computed)
                worst = max(worst, difference / max(abs(found.computed), 1e-12))
                to_terms = max(to_terms, difference / max(terms(found), 1e-12))
        each = (time.perf_counter() - began) / number * 1e6
        good = good and not bad
        print(
            f"{name:14} {layer.name:9} {number:7,} cells  {bad:3} disagree  "
            f"{over:3} over 1e-4  relative {worst:8.1e}  to the terms {to_terms:8.1e}  {each:4.0f} us"
        )
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--network", nargs="*", default=list(CATALOG))
    parser.add_argument("--step", type=int, default=1, help="look at every N-th cell")
    parser.add_argument("--image", type=int, default=0, help="which test digit")
    given = parser.parse_args()
    if unknown := set(given.network) - set(CATALOG):
        raise UsageError(f"There is no network called {unknown.pop()!r}.")
    torch.set_num_threads(1)
    image = datasets.load_mnist_test().images[given.image].astype(np.float32) / 255
    good = [measure(name, image, given.step) for name in given.network]
    raise SystemExit(not all(good))


if __name__ == "__main__":
    main()

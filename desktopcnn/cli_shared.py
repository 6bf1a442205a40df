"""What the commands share: exit codes, a progress bar, JSON, whether a network fits a data set."""

import json
from typing import TYPE_CHECKING, Any

from desktopcnn.errors import DataError

if TYPE_CHECKING:
    from desktopcnn.data.dataset import Dataset

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130


def progress(total: int, unit: str, done: int = 0) -> Any:
    """A bar with the time left on a terminal; nothing in a pipe."""
    from tqdm import tqdm

    return tqdm(total=total, initial=done, unit=" " + unit, disable=None, leave=False)


def percent(share: float, decimals: int = 2) -> str:
    """A share of 0 to 1 as the window writes it."""
    return f"{100 * share:.{decimals}f} %"


def print_json(**values: object) -> None:
    print(json.dumps(values), flush=True)


def check_fit(name: str, shape: tuple[int, ...], classes: int, dataset: "Dataset") -> None:
    """Raises `DataError` where a network takes pictures of another shape or has other classes."""
    taken = shape, classes
    if taken != (given := (dataset.shape, len(dataset.classes))):
        kind = "pictures of {} (channels, height, width) in {} classes"
        raise DataError(f"{name} takes {kind.format(*taken)}; {dataset.title} has {kind.format(*given)}.")

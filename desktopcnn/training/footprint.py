"""How much memory a step of a training takes, how much there is, and which batch would fit."""

import math
import re
from collections.abc import Iterator
from pathlib import Path

from desktopcnn.errors import TrainingError
from desktopcnn.evaluation import report
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import Dropout, Flatten, MaxPool
from desktopcnn.training.recipe import Recipe

KERNELS = 64 * 2**20
"""Bytes that the first step takes whatever its size: code and buffers of torch's libraries."""
DISTORTION = 50
"""Bytes that distorting takes for each value of the input, sampling grid and displacements included."""
SPARE = 0.8
"""Part of the free memory that a batch may be said to fit into."""
SIGNS = re.compile(
    r"alloc_cpu|can't allocate memory|not enough memory|out of memory|bad_alloc"
    r"|could not (execute|create) a primitive$|could not create a memory",
    re.IGNORECASE,
)
"""What stands in torch's errors when an allocation fails; oneDNN, of the last line, does not say why."""


def step_bytes(architecture: Architecture, recipe: Recipe, images: int, *, bfloat16: bool) -> int:
    """Bytes that training takes beyond the weights, with `images` in a batch, right to about a third.

    Every output is kept for the way back, with the places of the maxima and the masks of the dropout; the
    gradients on the way take the room of what is no longer needed. Validation and saving are counted too.
    """
    item = 2 if bfloat16 else 4
    values = math.prod(architecture.input_shape)
    kept = 5 * values
    for row in architecture.rows:
        outputs = math.prod(row.output_shape)
        if not isinstance(row.layer, Flatten):
            kept += item * outputs
        kept += {MaxPool: 8, Dropout: item}.get(type(row.layer), 0) * outputs
    distorting = DISTORTION * values if any(vars(recipe.distortion).values()) else 0
    widest = max(math.prod(row.input_shape) + math.prod(row.output_shape) for row in architecture.rows)
    batch = max(images * max(kept, distorting), report.BATCH * 4 * widest)
    state = 8 if recipe.optimizer != "sgd" else 4 if recipe.momentum else 0
    saved = 4 + state + (4 if recipe.average else 0)
    return batch + architecture.parameters * (4 + state + 2 * saved) + KERNELS


def largest_batch(architecture: Architecture, recipe: Recipe, free: int, *, bfloat16: bool) -> int:
    """The largest power of two that fits into so many free bytes, at most the recipe's; 0: not even one."""
    size: int = 2 ** (recipe.batch_size.bit_length() - 1)
    while size and step_bytes(architecture, recipe, size, bfloat16=bfloat16) > SPARE * free:
        size //= 2
    return size


def check(
    architecture: Architecture, recipe: Recipe, images: int, free: int | None, *, bfloat16: bool
) -> None:
    """Raises `TrainingError` where a batch cannot fit: the system would end the program without a word.

    images: of the training set, which no batch exceeds; free: of `available`.
    """
    size = min(recipe.batch_size, images)
    needed = step_bytes(architecture, recipe, size, bfloat16=bfloat16)
    if free is not None and needed > free:
        fitting = largest_batch(architecture, recipe, free, bfloat16=bfloat16)
        raise _error(
            f"A batch of {size:,} images needs about {_gib(needed)} of memory, and {_gib(free)} are free.",
            fitting,
        )


def exhausted(error: BaseException) -> bool:
    """Whether that is how torch says that there is no memory left."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and bool(SIGNS.search(str(error).rstrip()))
    )


def shortage(
    architecture: Architecture, recipe: Recipe, step: int, free: int | None, *, bfloat16: bool
) -> TrainingError:
    """What to say after an error that is `exhausted`. free: before the training began."""
    smaller = recipe.batch_size // 2
    if free is not None:
        smaller = min(smaller, largest_batch(architecture, recipe, free, bfloat16=bfloat16))
    size = recipe.batch_size
    return _error(f"The memory ran out at step {step + 1}, with {size:,} images in a batch.", smaller)


def _error(text: str, fitting: int) -> TrainingError:
    if not fitting:
        return TrainingError(f"{text} Close other programs, or choose a smaller network.")
    return TrainingError(
        f"{text} A batch of {fitting:,} would fit; closing other programs helps too.", {"batch_size": fitting}
    )


def _gib(number: int) -> str:
    return f"{number / 2**30:,.1f} GiB"


def available() -> int | None:
    """Bytes that this process can still have without pushing others out; None where that is not known."""
    return min((max(0, found) for found in _bounds()), default=None)


def _bounds() -> Iterator[int]:
    """What the machine has, the control groups of a container, and the limit of the process leave."""
    memory = _table(Path("/proc/meminfo"))
    if "MemAvailable" in memory:
        yield memory["MemAvailable"] * 1024
    for group in _control_groups():
        try:
            limit = int((group / "memory.max").read_text())
            used = int((group / "memory.current").read_text())
        except (OSError, ValueError):  # ours has no limit ("max"), or the system knows no such groups
            continue
        cached = _table(group / "memory.stat")
        yield limit - used + cached.get("inactive_file", 0) + cached.get("active_file", 0)
    try:
        import resource  # not on Windows

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit != resource.RLIM_INFINITY:
            yield limit - int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        return


def _control_groups() -> Iterator[Path]:
    root = Path("/sys/fs/cgroup")
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        if line.startswith("0::"):
            own = root / line.removeprefix("0::").lstrip("/")
            yield from (own, *(folder for folder in own.parents if folder.is_relative_to(root)))


def _table(path: Path) -> dict[str, int]:
    """Lines of a name and a number."""
    try:
        parts = [line.replace(":", " ").split() for line in path.read_text().splitlines()]
    except OSError:
        return {}
    return {part[0]: int(part[1]) for part in parts if len(part) > 1 and part[1].isdecimal()}

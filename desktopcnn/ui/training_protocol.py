"""What passes between the window and the thread that trains: orders, a control, and what is told of it."""

import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from desktopcnn.networks.card import Card
from desktopcnn.training.history import Event

if TYPE_CHECKING:
    import torch

    from desktopcnn.networks.architecture import Architecture
    from desktopcnn.networks.weights import Network
    from desktopcnn.training.recipe import Recipe
    from desktopcnn.training.run import Origin, Run

How = Literal["done", "stopped", "failed"]


@dataclass(frozen=True)
class Order:
    """What to train: a new run, or one that is there already (`folder`).

    changes: settings of the recipe to change before the first step; threads: of torch; weights: a file of
    weights for a new run to begin with, origin: where they are from; like: an architecture whose first
    weights a new run begins with.
    """

    architecture: "Architecture | None" = None
    recipe: "Recipe | None" = None
    dataset: str = "mnist"
    seed: int = 0
    threads: int = 1
    folder: Path | None = None
    weights: Path | None = None
    origin: "Origin | None" = None
    like: "Architecture | None" = None
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Begun:
    """A training stands ready. past: its events so far; total: steps; images: in one epoch."""

    run: "Run"
    recipe: "Recipe"
    past: tuple[Event, ...]
    total: int
    images: int
    card: Card


@dataclass(frozen=True, eq=False)
class Weights:
    """A copy of the weights in training, for looking at."""

    step: int
    tensors: "Mapping[str, torch.Tensor]"


@dataclass(frozen=True)
class Ended:
    """How a training ended. card: of its best network, if an epoch was finished.

    text: what went wrong, also where the training itself is done or stopped and could not be saved; network:
    the best one then, which is nowhere but here. remedy: settings of the recipe that usually help.
    """

    how: How
    run: "Run | None"
    text: str = ""
    card: Card | None = None
    network: "Network | None" = None
    remedy: Mapping[str, Any] = field(default_factory=dict)
    is_unsaved: bool = False


class Control:
    """The window's side of a running training; every call returns at once."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.running = threading.Event()
        self.watched = threading.Event()
        self.changes: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
        self.running.set()

    def stop(self) -> None:
        self.stopped.set()
        self.running.set()

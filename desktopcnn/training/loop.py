"""The training loop: a generator that does one step at a time and reports it."""

import copy
import math
import time
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from desktopcnn.data.augment import distort
from desktopcnn.data.dataset import Dataset
from desktopcnn.errors import TrainingError, UsageError
from desktopcnn.evaluation.report import evaluate
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.modules import EuclideanRBF, SeededDropout, build, pooled_first
from desktopcnn.networks.weights import Network
from desktopcnn.training import memory
from desktopcnn.training.history import Change, Epoch, Event, Measure, Step
from desktopcnn.training.losses import Loss, loss_of
from desktopcnn.training.optimizers import Optimizer, optimizer
from desktopcnn.training.recipe import CHANGEABLE, LIMITS, Recipe, usual_rate

MEASURE_EVERY = 25
"""Steps between two looks at gradients and silent units; a look costs about a tenth of a step."""
EXPLODED = 1e4
"""A mean loss in nats that nothing healthy comes near: guessing among ten classes costs 2.3."""


@dataclass
class Training:
    """All that a training is made of at one moment; `run.py` writes it down and reads it back.

    module learns, by way of learner: the same layers in a faster order; average is its running mean, or the
    module itself; criterion is what gets small. recipe is the one in force, which `change` replaces; changes
    holds what was changed until somebody writes it down. step counts the optimiser's steps; order is the
    order of the images in the epoch under way. The sums are of that epoch: loss, right answers, images,
    seconds. best is the network of the best validation epoch that this process has seen, whether or not it
    could be written.
    """

    recipe: Recipe
    module: nn.Sequential
    learner: nn.Sequential
    average: nn.Sequential
    criterion: Loss
    optimizer: Optimizer
    generator: torch.Generator
    order: Tensor
    bfloat16: bool
    step: int = 0
    loss: float = 0.0
    right: float = 0.0
    images: int = 0
    seconds: float = 0.0
    changes: list[Change] = field(default_factory=list)
    measure: Measure | None = None
    best: Network | None = None


def begin(architecture: Architecture, recipe: Recipe, seed: int, *, bfloat16: bool | None = None) -> Training:
    """A training at its first step: weights drawn from `seed`, which decides everything else too."""
    generator = torch.Generator().manual_seed(seed)
    module = build(architecture, generator).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    for child in module.modules():
        if isinstance(child, SeededDropout):
            child.generator = generator
    if bfloat16 is None:
        bfloat16 = bfloat16_pays(architecture)
    return Training(
        recipe=recipe,
        module=module,
        learner=pooled_first(module),
        average=copy.deepcopy(module) if recipe.average else module,
        criterion=loss_of(architecture, recipe),
        optimizer=optimizer(module, recipe),
        generator=generator,
        order=torch.empty(0, dtype=torch.long),
        bfloat16=bfloat16,
    )


def bfloat16_pays(architecture: Architecture) -> bool:
    """Whether the arithmetic of that network is faster in bfloat16 here (benchmarks/loop.py).

    It is where the processor has the instructions and most of the work is convolution.
    """
    has_maps = any(len(row.output_shape) == 3 for row in architecture.rows)
    return has_maps and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def change(training: Training, **settings: Any) -> None:
    """Let other settings of the recipe hold from the next step on: `CHANGEABLE`, nothing else.

    Raises `UsageError` for a value out of range; nothing is changed then.
    """
    if odd := set(settings) - set(CHANGEABLE):
        raise UsageError(f"{', '.join(odd)} cannot be changed during a training.")
    before, training.recipe = training.recipe.to_json(), replace(training.recipe, **settings)
    after = training.recipe.to_json()
    for group in training.optimizer.param_groups:
        if group["decays"]:
            group["weight_decay"] = training.recipe.weight_decay
    changed = Change(
        training.step, {name: after[name] for name in settings}, {n: before[n] for n in settings}
    )
    training.changes.append(changed)


def total_steps(recipe: Recipe, images: int) -> int:
    """Steps of a whole training on so many images."""
    return math.ceil(images / recipe.batch_size) * recipe.epochs


def train(training: Training, dataset: Dataset) -> Generator[Event]:
    """Train until `recipe.epochs` passes are done, from wherever `training` stands.

    Yields a `Step` after every step, sometimes a `Measure`, and an `Epoch` after every pass, validation
    included; the caller may stop between two of them, keep `training`, and go on later with the same
    outcome, bit for bit. Raises `TrainingError` when the loss is no longer a number, or explodes.
    """
    images, labels = torch.from_numpy(dataset.train.images), torch.from_numpy(dataset.train.labels)
    per_epoch = math.ceil(len(labels) / training.recipe.batch_size)
    others = dataset.others and not isinstance(training.module[-1], EuclideanRBF)  # which has it already
    memory.keep_freed()
    training.module.train()
    while True:
        if training.measure:
            measured, training.measure = training.measure, None
            yield measured
        if training.images and training.step % per_epoch == 0:  # also when it was stopped just there
            yield _epoch(training, dataset, training.step // per_epoch)
        if training.step >= (total := total_steps(training.recipe, len(labels))):
            return
        recipe = training.recipe
        began = time.perf_counter()
        place = training.step % per_epoch
        if place == 0:
            training.order = torch.randperm(len(labels), generator=training.generator)
        chosen = training.order[place * recipe.batch_size : (place + 1) * recipe.batch_size]
        batch = distort(
            images.index_select(0, chosen).float().div_(255), recipe.distortion, training.generator
        )
        rate = recipe.learning_rate_at(training.step / total)
        with _watched(training) as measure:
            loss = _learn(training, batch, labels[chosen].long(), rate, recipe, others=others)
        training.step += 1
        training.seconds += time.perf_counter() - began
        training.measure = measure[0] if measure else None
        yield Step(training.step, loss, rate)


def _learn(
    training: Training, batch: Tensor, labels: Tensor, rate: float, recipe: Recipe, *, others: bool
) -> float:
    """One step of the optimiser; the loss before it."""
    batch = batch.contiguous(memory_format=torch.channels_last)
    with _precision(training.bfloat16):
        logits = training.learner(batch)
    if others:  # the class of what is none; softmax knows differences only, so one logit may stay 0
        logits = functional.pad(logits, (0, 1))
    loss = training.criterion(logits, labels)
    value = loss.item()
    if not math.isfinite(value):
        raise diverged("The loss is no longer a number", training.step + 1, recipe)
    if value > EXPLODED:
        raise diverged(f"The loss no longer falls, it explodes ({value:.1e})", training.step + 1, recipe)
    training.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    for group in training.optimizer.param_groups:
        group["lr"] = rate
    training.optimizer.step()
    if recipe.average:
        _update_average(training, recipe.average)
    training.loss += value * len(labels)
    training.right += (logits.argmax(1) == labels).sum().item()
    training.images += len(labels)
    return value


@contextmanager
def _watched(training: Training) -> Iterator[list[Measure]]:
    """Around one step: every `MEASURE_EVERY` steps the list holds a `Measure` of it afterwards."""
    measures: list[Measure] = []
    if training.step % MEASURE_EVERY:
        yield measures
        return
    silent: dict[str, float] = {}

    def look(name: str, output: Tensor) -> None:
        places = [dim for dim in range(output.ndim) if dim != 1]
        silent[name] = (output.detach().amax(places) <= 0).float().mean().item()

    relus = [(name, child) for name, child in training.module.named_children() if isinstance(child, nn.ReLU)]
    hooks = [
        relu.register_forward_hook(lambda _, __, output, name=name: look(name, output))
        for name, relu in relus
    ]
    try:
        yield measures
    finally:
        for hook in hooks:
            hook.remove()
    gradients = {
        name: math.sqrt(sum(float(p.grad.square().sum()) for p in child.parameters() if p.grad is not None))
        for name, child in training.module.named_children()
        if any(True for _ in child.parameters())
    }
    measures.append(Measure(training.step + 1, gradients, silent))


def diverged(what: str, step: int, recipe: Recipe) -> TrainingError:
    """What to say of a training that has left the numbers, and the learning rate that usually helps."""
    lower = min(float(f"{recipe.learning_rate / 3:.2g}"), usual_rate(recipe))
    lower = max(lower, LIMITS["learning_rate"][0])
    return TrainingError(
        f"{what} at step {step}. A lower learning rate than {recipe.learning_rate:g} usually helps, "
        f"say {lower:g}.",
        {"learning_rate": lower},
    )


def _precision(bfloat16: bool) -> AbstractContextManager[object]:
    return torch.autocast("cpu", torch.bfloat16) if bfloat16 else nullcontext()


def _update_average(training: Training, decay: float) -> None:
    """Move the average towards the weights; early on faster, so that the start is forgotten."""
    weight = 1 - min(decay, (1 + training.step) / (10 + training.step))
    with torch.no_grad():
        torch._foreach_lerp_(list(training.average.parameters()), list(training.module.parameters()), weight)
        for kept, current in zip(training.average.buffers(), training.module.buffers(), strict=True):
            kept.copy_(current)


def _epoch(training: Training, dataset: Dataset, number: int) -> Epoch:
    """The report on the epoch that is over; the sums begin anew."""
    began = time.perf_counter()
    report = evaluate(training.average, dataset.validation)
    epoch = Epoch(
        epoch=number,
        step=training.step,
        training_loss=training.loss / training.images,
        training_accuracy=training.right / training.images,
        validation_loss=report.loss,
        validation_accuracy=report.accuracy,
        seconds=training.seconds + time.perf_counter() - began,
        images_per_second=training.images / training.seconds,
    )
    training.loss = training.right = training.seconds = 0.0
    training.images = 0
    return epoch

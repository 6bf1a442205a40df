"""The loop: that it learns, that it repeats itself, and what it reports."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.data.distortion import Distortion
from desktopcnn.errors import TrainingError, UsageError
from desktopcnn.evaluation.report import evaluate, to_input
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.networks.layers import (
    Activation,
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    RBFOutput,
    Subsampling,
)
from desktopcnn.training import loop
from desktopcnn.training.history import Change, Epoch, Event, Measure, Step
from desktopcnn.training.losses import loss_of
from desktopcnn.training.recipe import Recipe

RELU = Activation("relu")
CONV: tuple[Layer, ...] = (Convolution(6, 3), RELU, MaxPool(2), Flatten(), Dense(16), RELU, Dense(3))
DROP: tuple[Layer, ...] = (*CONV[:-1], Dropout(0.4), Dense(3))
NORM: tuple[Layer, ...] = (Convolution(6, 3), BatchNorm(), RELU, MaxPool(2), Flatten(), Dense(3))
RBF: tuple[Layer, ...] = (
    Convolution(6, 3), RELU, Subsampling(2), Flatten(), Dense(16), Activation("scaled tanh"), RBFOutput(3)
)  # fmt: skip


def architecture(layers: tuple[Layer, ...] = CONV) -> Architecture:
    return Architecture("small", "Small", (1, 8, 8), layers)


def trained(
    dataset: Dataset, recipe: Recipe, layers: tuple[Layer, ...] = CONV, seed: int = 0, bfloat16: bool = False
) -> tuple[loop.Training, list[Event]]:
    training = loop.begin(architecture(layers), recipe, seed, bfloat16=bfloat16)
    return training, list(loop.train(training, dataset))


def weights(training: loop.Training) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in training.module.state_dict().values()])


RECIPE = Recipe("test", epochs=8, batch_size=16, learning_rate=0.01)


@pytest.mark.parametrize(
    ("recipe", "layers", "bfloat16"),
    [
        (RECIPE, CONV, False),
        (RECIPE, CONV, True),
        (replace(RECIPE, optimizer="sgd", momentum=0.9, nesterov=True, learning_rate=0.1), CONV, False),
        (replace(RECIPE, average=0.9), (CONV[0], BatchNorm(), *CONV[1:]), False),
        (replace(RECIPE, epochs=12), DROP, False),
        (replace(RECIPE, epochs=20, average=0.9), RBF, True),
        (replace(RECIPE, label_smoothing=0.05, distortion=Distortion(cross=1)), CONV, False),
    ],
    ids=["adamw", "bfloat16", "sgd", "average and norm", "dropout", "rbf", "smoothing and cross"],
)
def test_it_learns(bars: Dataset, recipe: Recipe, layers: tuple[Layer, ...], bfloat16: bool) -> None:
    training, events = trained(bars, recipe, layers, bfloat16=bfloat16)
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert epochs[0].training_accuracy < 0.8, "otherwise it is too easy to say anything"
    assert epochs[-1].training_loss < 0.5 * epochs[0].training_loss
    assert epochs[-1].validation_accuracy >= 0.95
    assert evaluate(training.average, bars.test).accuracy >= 0.95


def test_a_loop_that_cannot_learn_is_told_from_one_that_can(bars: Dataset) -> None:
    shuffled = replace(bars.train, labels=np.random.default_rng(0).permutation(bars.train.labels))
    training, _ = trained(replace(bars, train=shuffled), RECIPE)
    assert evaluate(training.average, bars.test).accuracy < 0.7


@pytest.mark.parametrize("layers", [CONV, DROP, NORM, RBF], ids=["conv", "dropout", "norm", "rbf"])
def test_the_seed_decides_everything(bars: Dataset, layers: tuple[Layer, ...]) -> None:
    recipe = replace(RECIPE, epochs=1, distortion=Distortion(cross=1, shift=1, rotation=5))
    torch.manual_seed(1)
    first, events = trained(bars, recipe, layers, seed=3)
    before = torch.random.get_rng_state()
    second, again = trained(bars, recipe, layers, seed=3)
    assert torch.equal(torch.random.get_rng_state(), before), "the global generator is left alone"
    other, _ = trained(bars, recipe, layers, seed=4)
    assert torch.equal(weights(first), weights(second))
    assert [e for e in events if isinstance(e, Step)] == [e for e in again if isinstance(e, Step)]
    assert not torch.equal(weights(first), weights(other))


def test_dropout_draws_from_the_trainings_generator(bars: Dataset) -> None:
    training = loop.begin(architecture(DROP), RECIPE, 0)
    state = training.generator.get_state()
    training.module.train()(torch.rand(4, 1, 8, 8))
    assert not torch.equal(training.generator.get_state(), state)
    after = training.generator.get_state()
    training.module.eval()(torch.rand(4, 1, 8, 8))
    assert torch.equal(training.generator.get_state(), after)


def test_events_count_every_step_and_every_image(bars: Dataset) -> None:
    recipe = replace(RECIPE, epochs=2)
    _, events = trained(bars, recipe)
    steps = [event for event in events if isinstance(event, Step)]
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert loop.total_steps(recipe, 203) == 26
    assert [step.step for step in steps] == list(range(1, 27))
    assert [step.learning_rate for step in steps] == [recipe.learning_rate_at(n / 26) for n in range(26)]
    assert [(epoch.epoch, epoch.step) for epoch in epochs] == [(1, 13), (2, 26)]
    assert events[-1] == epochs[-1]
    for number, epoch in enumerate(epochs):
        losses = [step.loss for step in steps[13 * number : 13 * (number + 1)]]
        mean = (16 * sum(losses[:12]) + 11 * losses[12]) / 203
        assert epoch.training_loss == pytest.approx(mean, rel=1e-6)
        assert epoch.seconds > 0
        assert epoch.images_per_second > 0


def test_every_image_is_seen_once_in_an_epoch_in_another_order(bars: Dataset) -> None:
    training = loop.begin(architecture(), replace(RECIPE, epochs=2), 0)
    orders = []
    for event in loop.train(training, bars):
        if isinstance(event, Epoch):
            orders.append(training.order)
    for order in orders:
        assert torch.equal(order.sort().values, torch.arange(203))
    assert not torch.equal(orders[0], orders[1])


def test_centres_are_not_learnt(bars: Dataset) -> None:
    training, _ = trained(bars, replace(RECIPE, epochs=1, average=0.9, weight_decay=0.5), RBF)
    drawn = loop.begin(architecture(RBF), RECIPE, 0).module.get_buffer("rbf1.centres")
    for module in (training.module, training.average):
        assert torch.equal(module.get_buffer("rbf1.centres"), drawn)


def test_the_loss_is_that_of_the_architecture(bars: Dataset) -> None:
    training = loop.begin(architecture(RBF), replace(RECIPE, epochs=1, batch_size=203), 0, bfloat16=False)
    images, labels = to_input(bars.train.images), torch.from_numpy(bars.train.labels).long()
    before = loss_of(architecture(RBF), RECIPE)(training.module(images), labels).item()
    step = next(loop.train(training, bars))
    assert isinstance(step, Step)
    assert step.loss == pytest.approx(before, rel=1e-5)


def test_validation_is_that_of_the_average(bars: Dataset) -> None:
    training, events = trained(bars, replace(RECIPE, epochs=1, average=0.95), NORM)
    epoch = events[-1]
    assert isinstance(epoch, Epoch)
    report = evaluate(training.average, bars.validation)
    assert (epoch.validation_accuracy, epoch.validation_loss) == (report.accuracy, report.loss)
    assert report.loss != evaluate(training.module, bars.validation).loss
    buffers = zip(training.average.buffers(), training.module.buffers(), strict=True)
    assert all(torch.equal(kept, current) for kept, current in buffers)


def test_the_average_is_the_running_mean_of_the_weights(bars: Dataset) -> None:
    training = loop.begin(architecture(), replace(RECIPE, average=0.5), 0)
    mean = weights(training).clone()
    for number, _ in enumerate(itertools.islice(_steps(training, bars), 5), 1):
        decay = min(0.5, number / (9 + number))
        mean = decay * mean + (1 - decay) * weights(training)
    average = torch.cat([p.detach().flatten() for p in training.average.parameters()])
    torch.testing.assert_close(average, mean, rtol=1e-4, atol=1e-6)


def _steps(training: loop.Training, dataset: Dataset) -> "itertools.filterfalse[Event]":
    return itertools.filterfalse(lambda event: not isinstance(event, Step), loop.train(training, dataset))


def test_weight_decay_spares_biases(bars: Dataset) -> None:
    training = loop.begin(architecture(NORM), replace(RECIPE, weight_decay=0.3), 0)
    decays = {
        id(p): group["weight_decay"] for group in training.optimizer.param_groups for p in group["params"]
    }
    names = {name: decays[id(p)] for name, p in training.module.named_parameters()}
    assert names == {
        "conv1.weight": 0.3, "conv1.bias": 0, "norm1.weight": 0, "norm1.bias": 0, "dense1.weight": 0.3,
        "dense1.bias": 0,
    }  # fmt: skip


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_a_loss_that_is_no_number_stops_the_training(bars: Dataset, optimizer: str) -> None:
    wild = Recipe("wild", epochs=50, optimizer=optimizer, learning_rate=1e3, schedule="constant")  # type: ignore[arg-type]
    training = loop.begin(architecture(), wild, 0, bfloat16=False)
    for parameter in training.module.parameters():
        parameter.data *= 1e18
    with pytest.raises(
        TrainingError, match=r"no longer a number at step \d+\. A lower learning rate than 1000"
    ):
        list(loop.train(training, bars))


def test_changes_hold_from_the_next_step_on(bars: Dataset) -> None:
    training = loop.begin(architecture(), replace(RECIPE, schedule="constant", epochs=1), 0)
    events = loop.train(training, bars)
    first = next(events)
    assert isinstance(first, Step)
    loop.change(training, learning_rate=0.5, weight_decay=0.25, epochs=2)
    rest = [event for event in events if isinstance(event, Step)]
    assert (first.learning_rate, {step.learning_rate for step in rest}) == (0.01, {0.5})
    assert len(rest) == 25
    assert [group["weight_decay"] for group in training.optimizer.param_groups] == [0.25, 0]
    settings = {"learning_rate": 0.5, "weight_decay": 0.25, "epochs": 2}
    before = {"learning_rate": 0.01, "weight_decay": RECIPE.weight_decay, "epochs": 1}
    assert training.changes == [Change(1, settings, before)]
    with pytest.raises(UsageError, match="batch_size cannot be changed"):
        loop.change(training, batch_size=3)
    with pytest.raises(UsageError, match="must lie between"):
        loop.change(training, learning_rate=-1)
    assert len(training.changes) == 1


def test_measures_are_what_the_layers_did(bars: Dataset) -> None:
    training = loop.begin(architecture(), replace(RECIPE, epochs=3), 0, bfloat16=False)
    with torch.no_grad():
        bias: torch.Tensor = training.module.conv1.bias  # type: ignore[assignment]
        bias[:2] = -100  # two of six maps are silent
    measures = []
    for event in loop.train(training, bars):
        if isinstance(event, Measure):
            measures.append(event)
        if isinstance(event, Step) and event.step == 1:
            gradients = {
                name: math.sqrt(sum(p.grad.square().sum().item() for p in child.parameters()))  # type: ignore[union-attr]
                for name, child in training.module.named_children()
                if [*child.parameters()]
            }
    assert [measure.step for measure in measures] == [1, 26]
    assert set(measures[0].gradients) == {"conv1", "dense1", "dense2"}
    assert measures[0].gradients == pytest.approx(gradients)
    assert measures[0].silent["relu1"] == pytest.approx(2 / 6)
    assert not training.module.relu1._forward_hooks


def test_bfloat16_is_for_networks_with_maps() -> None:
    assert not loop.bfloat16_pays(CATALOG["00-dense"])
    has = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    assert loop.bfloat16_pays(CATALOG["02-two-conv"]) == has
    assert loop.begin(CATALOG["02-two-conv"], RECIPE, 0).bfloat16 == has


def test_pictures_of_no_class_push_all_logits_down(bars: Dataset) -> None:
    """Those of the last class are shown as of none; a class whose logit stays 0 must win for them."""
    known = bars.train.labels < 2
    kept = replace(bars, classes=bars.classes[:2], validation=few(bars.validation), test=few(bars.test))
    assert kept.others
    assert not replace(kept, train=few(bars.train)).others
    training, events = trained(kept, RECIPE, (*CONV[:-1], Dense(2)))
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert epochs[-1].training_accuracy > 0.95
    assert epochs[-1].validation_accuracy > 0.8
    with torch.inference_mode():
        odds = training.average.eval()(to_input(bars.train.images)).logsumexp(1).numpy()
    assert (odds[known] > 0).mean() > 0.95
    assert (odds[~known] < 0).mean() > 0.95


def test_rbf_units_have_a_class_for_rubbish_already(bars: Dataset) -> None:
    kept = replace(bars, classes=bars.classes[:2], validation=few(bars.validation), test=few(bars.test))
    training, events = trained(kept, RECIPE, (*RBF[:-1], RBFOutput(2)))
    steps = [event.loss for event in events if isinstance(event, Step)]
    assert sum(steps[-13:]) < sum(steps[:13])
    with torch.inference_mode():
        outputs = training.average.eval()(to_input(bars.train.images)).amax(1).numpy()
    known = bars.train.labels < 2
    assert np.median(outputs[known]) > np.median(outputs[~known])


def few(part: Part) -> Part:
    """Only the pictures of the first two classes."""
    return Part(part.images[part.labels < 2], part.labels[part.labels < 2])

"""The report against numbers that can be counted by hand."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from desktopcnn.data.dataset import Part
from desktopcnn.evaluation import report as module_under_test
from desktopcnn.evaluation.report import Report, combine, evaluate, to_input
from desktopcnn.networks.ensemble import RULES


class Reads(nn.Module):
    """Answers with the value of the first pixel (0, 1 or 2), with logits of that size."""

    def __init__(self, certainty: float) -> None:
        super().__init__()
        self.certainty = certainty
        self.drop = nn.Dropout(0.9)
        self.seen: list[int] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.seen.append(len(x))
        classes = (x[:, 0, 0, 0] * 255).round().long()
        return self.drop(nn.functional.one_hot(classes, 3).float() * self.certainty)


def part(values: list[int], labels: list[int]) -> Part:
    images = np.zeros((len(values), 1, 2, 2), np.uint8)
    images[:, 0, 0, 0] = values
    return Part(images, np.array(labels, np.uint8))


def test_figures_by_hand() -> None:
    report = evaluate(Reads(2.0), part([0, 1, 2, 2, 0], [0, 1, 1, 2, 2]))
    assert report.answers.tolist() == [0, 1, 2, 2, 0]
    assert report.mistakes.tolist() == [2, 4]
    assert report.errors == 2
    assert report.accuracy == pytest.approx(0.6)
    e = math.exp(2)
    assert report.probabilities[0].tolist() == pytest.approx([e / (e + 2), 1 / (e + 2), 1 / (e + 2)])
    right, wrong = -math.log(e / (e + 2)), -math.log(1 / (e + 2))
    assert report.loss == pytest.approx((3 * right + 2 * wrong) / 5)


def test_batches_cover_everything_once_and_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_under_test, "BATCH", 4)
    module, heard = Reads(1.0), []
    values = [number % 3 for number in range(11)]
    report = evaluate(module, part(values, values), heard.append)
    assert module.seen == heard == [4, 4, 3]
    assert (report.accuracy, report.errors) == (1.0, 0)


def answered(*rows: list[float]) -> Report:
    return Report(np.array([0, 1, 2, 1], np.uint8), np.array(rows, np.float32), 0.0)


def test_members_are_combined_by_hand() -> None:
    first = answered([0.9, 0.1, 0.0], [0.6, 0.4, 0.0], [0.2, 0.3, 0.5], [0.6, 0.4, 0.0])
    second = answered([0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.3, 0.4, 0.3], [0.6, 0.4, 0.0])
    third = answered([0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.1, 0.0, 0.9], [0.0, 1.0, 0.0])
    majority, mean = (combine(rule, [first, second, third]) for rule in RULES)
    assert majority.answers.tolist() == [0, 1, 2, 0]
    assert mean.answers.tolist() == [0, 1, 2, 1], "the last was sure enough"
    assert (majority.mistakes.tolist(), majority.accuracy) == ([3], 0.75)
    assert (mean.errors, mean.accuracy) == (0, 1)
    assert (
        mean.probabilities[3].tolist() == majority.probabilities[3].tolist() == pytest.approx([0.4, 0.6, 0])
    )
    shares = (0.8, 0.6, 1.7 / 3, 0.6)
    assert majority.loss == mean.loss == pytest.approx(-sum(map(math.log, shares)) / 4)
    assert combine("mean", [third, first, second]).loss == mean.loss


def test_a_class_that_all_members_exclude_costs_a_finite_loss() -> None:
    excluded = answered(*([[1.0, 0.0, 0.0]] * 4))
    assert 50 < combine("mean", [excluded, excluded]).loss < 100


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_is_put_back_and_dropout_is_off(training: bool) -> None:
    module = Reads(1.0).train(training)
    assert evaluate(module, part([0, 1, 2] * 20, [0, 1, 2] * 20)).accuracy == 1
    assert module.training == module.drop.training == training


def test_input_goes_from_0_to_1() -> None:
    images = np.array([0, 51, 255], np.uint8).reshape(3, 1, 1, 1)
    tensor = to_input(images)
    assert tensor.dtype == torch.float32
    assert tensor.flatten().tolist() == pytest.approx([0, 0.2, 1])
    assert to_input(images[::-1]).flatten().tolist() == pytest.approx([1, 0.2, 0])
    assert images.flatten().tolist() == [0, 51, 255], "the pictures are not written to"
    images.flags.writeable = False
    assert to_input(images).shape == (3, 1, 1, 1)


def test_no_gradients_are_kept() -> None:
    module = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    evaluate(module, part([0, 1], [0, 1]))
    assert all(parameter.grad is None for parameter in module.parameters())

"""The optimisers: which parameters each of them moves, and how."""

import copy
from typing import Any

import pytest
import torch
from torch import nn

from desktopcnn.training.optimizers import MuonAndAdamW, optimizer
from desktopcnn.training.recipe import Recipe

MUON = Recipe("test", optimizer="muon", learning_rate=0.01, weight_decay=0.1)


@pytest.fixture
def module() -> nn.Sequential:
    torch.manual_seed(3)
    layers = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 3))
    return layers.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def learn(module: nn.Sequential) -> None:
    images = torch.linspace(-1, 1, 5 * 2 * 16).reshape(5, 2, 4, 4)
    module(images.contiguous(memory_format=torch.channels_last)).square().sum().backward()


def step(module: nn.Sequential, chosen: Any) -> None:
    chosen.zero_grad()
    learn(module)
    chosen.step()


def test_muon_moves_the_kernels_as_torch_moves_a_matrix(module: nn.Sequential) -> None:
    other = copy.deepcopy(module)
    step(module, optimizer(module, MUON))
    learn(other)

    def rows(kernels: torch.Tensor) -> torch.Tensor:
        return kernels.detach().permute(0, 2, 3, 1).reshape(4, 18).clone()

    matrix = nn.Parameter(rows(other[0].weight))
    matrix.grad = rows(other[0].weight.grad)
    torch.optim.Muon([matrix], 0.01, 0.1, adjust_lr_fn="match_rms_adamw").step()
    torch.testing.assert_close(rows(module[0].weight), matrix.data)
    assert not torch.equal(rows(module[0].weight), rows(other[0].weight))


def test_adamw_moves_the_rest(module: nn.Sequential) -> None:
    other = copy.deepcopy(module)
    step(module, optimizer(module, MUON))
    step(other, optimizer(other, Recipe("test", learning_rate=0.01, weight_decay=0.1)))
    for ours, theirs in zip(list(module.parameters())[1:], list(other.parameters())[1:], strict=True):
        torch.testing.assert_close(ours, theirs)


def test_one_learning_rate_serves_both(module: nn.Sequential) -> None:
    before = copy.deepcopy(module.state_dict())
    chosen = optimizer(module, MUON)
    for group in chosen.param_groups:
        group["lr"] = 0.0
    step(module, chosen)
    for name, value in module.named_parameters():
        assert torch.equal(value, before[name])


def test_only_weights_decay(module: nn.Sequential) -> None:
    for recipe in (MUON, Recipe("test", weight_decay=0.1)):
        groups = optimizer(module, recipe).param_groups
        decaying = sum(p.numel() for group in groups if group["weight_decay"] for p in group["params"])
        assert decaying == 4 * 2 * 9 + 16 * 3
        assert [group["decays"] for group in groups] == [group["weight_decay"] > 0 for group in groups]


def test_its_state_goes_out_and_comes_back(module: nn.Sequential) -> None:
    first = optimizer(module, MUON)
    step(module, first)
    twin = copy.deepcopy(module)
    second = optimizer(twin, MUON)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    for _ in range(2):
        step(module, first)
        step(twin, second)
    for ours, theirs in zip(module.parameters(), twin.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_without_kernels_muon_is_adamw() -> None:
    assert isinstance(optimizer(nn.Linear(3, 2), MUON), torch.optim.AdamW)


def test_muon_is_for_the_kernels(module: nn.Sequential) -> None:
    chosen = optimizer(module, MUON)
    assert isinstance(chosen, MuonAndAdamW)
    assert [tuple(p.shape) for p in chosen.param_groups[0]["params"]] == [(4, 18)]

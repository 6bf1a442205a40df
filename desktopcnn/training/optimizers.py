"""The optimisers that a recipe can name."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from desktopcnn.training.recipe import Recipe


class MuonAndAdamW:
    """Muon on the kernels of the convolutions, AdamW on all other parameters, as one optimiser.

    Muon (Jordan et al. 2024) steps in the direction of the orthogonal matrix nearest to the running mean of
    the gradient. It is made for matrices: kernels count as one, a row for each output map. Its steps are
    scaled to the size of AdamW's (Liu et al. 2025), so that one learning rate and weight decay serve both.
    """

    def __init__(self, kernels: Iterable[Tensor], others: list[dict[str, Any]], recipe: Recipe) -> None:
        """kernels: (maps, channels, rows, columns) in the channels-last format; others: groups for AdamW."""
        self._kernels = list(kernels)
        self._matrices = [nn.Parameter(_matrix(kernel.detach())) for kernel in self._kernels]
        self._muon = torch.optim.Muon(
            self._matrices, recipe.learning_rate, recipe.weight_decay, adjust_lr_fn="match_rms_adamw"
        )
        self._muon.param_groups[0]["decays"] = True
        self._adamw = torch.optim.AdamW(others, recipe.learning_rate, fused=True)

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        return [*self._muon.param_groups, *self._adamw.param_groups]

    def zero_grad(self, *, set_to_none: bool = True) -> None:
        self._adamw.zero_grad(set_to_none=set_to_none)
        for kernel in self._kernels:
            kernel.grad = None

    def step(self) -> None:
        for matrix, kernel in zip(self._matrices, self._kernels, strict=True):
            matrix.grad = None if kernel.grad is None else _matrix(kernel.grad)
        self._muon.step()  # type: ignore[no-untyped-call]  # changes the kernels, whose memory the matrices share
        self._adamw.step()

    def state_dict(self) -> dict[str, Any]:
        """As of one optimiser over all parameters: those of Muon first."""
        muon, adamw = self._muon.state_dict(), self._adamw.state_dict()
        behind = len(self._matrices)
        groups = [
            {**group, "params": [number + behind for number in group["params"]]}
            for group in adamw["param_groups"]
        ]
        state = {number + behind: value for number, value in adamw["state"].items()}
        return {"state": muon["state"] | state, "param_groups": [*muon["param_groups"], *groups]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take on what `state_dict` gave."""
        behind = len(self._matrices)
        mine = {n: value for n, value in state["state"].items() if n < behind}
        theirs = {n - behind: value for n, value in state["state"].items() if n >= behind}
        first, *rest = state["param_groups"]
        rest = [{**group, "params": [n - behind for n in group["params"]]} for group in rest]
        self._muon.load_state_dict({"state": mine, "param_groups": [first]})
        self._adamw.load_state_dict({"state": theirs, "param_groups": rest})


Optimizer = torch.optim.Optimizer | MuonAndAdamW


def _matrix(kernel: Tensor) -> Tensor:
    """A row for each output map; a view of a kernel in the channels-last format."""
    return kernel.permute(0, 2, 3, 1).reshape(len(kernel), -1)


def optimizer(module: nn.Module, recipe: Recipe) -> Optimizer:
    """The optimiser of that recipe for the parameters of `module`.

    Weight decay acts on weights, not on biases, batch norm and subsampling. "muon" is plain
    AdamW where there are no convolutions.
    """
    parameters = list(module.parameters())
    weights = [p for p in parameters if p.ndim > 1]
    rest = {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0, "decays": False}
    kernels = [p for p in weights if p.ndim == 4]
    if recipe.optimizer == "muon" and kernels:
        dense = [p for p in weights if p.ndim != 4]
        others = [{"params": dense, "weight_decay": recipe.weight_decay, "decays": True}, rest]
        return MuonAndAdamW(kernels, others, recipe)
    groups = [{"params": weights, "weight_decay": recipe.weight_decay, "decays": True}, rest]
    if recipe.optimizer == "sgd":
        return torch.optim.SGD(
            groups, recipe.learning_rate, recipe.momentum, nesterov=recipe.nesterov, fused=True
        )
    return torch.optim.AdamW(groups, recipe.learning_rate, fused=True)

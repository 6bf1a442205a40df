"""A training at one moment as a file: weights, optimiser, random generator, order of the images."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from desktopcnn.errors import DataError, NetworkError, UsageError
from desktopcnn.networks.weights import read_tensors, write_tensors
from desktopcnn.training.history import Measure
from desktopcnn.training.loop import Training
from desktopcnn.training.recipe import Recipe

COUNTERS = ("step", "loss", "right", "images", "seconds")


def save(path: Path, training: Training) -> None:
    """Write the training as it stands, atomically."""
    tensors = {f"module/{k}": v for k, v in training.module.state_dict().items()}
    if training.average is not training.module:
        tensors |= {f"average/{k}": v for k, v in training.average.state_dict().items()}
    for number, state in training.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer/{number}/{k}": v for k, v in state.items() if v is not None}
    tensors["generator"] = training.generator.get_state()
    tensors["order"] = training.order
    counters = {name: getattr(training, name) for name in COUNTERS}
    counters["recipe"] = training.recipe.to_json()
    counters["measure"] = training.measure and asdict(training.measure)
    contiguous = {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
    write_tensors(path, contiguous, {"training": json.dumps(counters)})


def is_finite(training: Training) -> bool:
    """Whether all weights are numbers."""
    return all(bool(torch.isfinite(tensor).all()) for tensor in training.module.state_dict().values())


def restore(path: Path, training: Training) -> None:
    """Put `training` back to the last checkpoint. Raises `DataError` for a file that does not fit."""
    try:
        tensors, metadata = read_tensors(path)
        training.module.load_state_dict(_under(tensors, "module/"))
        if training.average is not training.module:
            training.average.load_state_dict(_under(tensors, "average/"))
        parameters = [p for group in training.optimizer.param_groups for p in group["params"]]
        state: dict[int, dict[str, Any]] = {}
        for name, tensor in _under(tensors, "optimizer/").items():
            number, key = name.split("/")
            # a fused optimiser relies on its tensors having the memory format of the weights
            like = parameters[int(number)] if tensor.ndim else tensor
            state.setdefault(int(number), {})[key] = torch.empty_like(like).copy_(tensor)
        groups = training.optimizer.state_dict()["param_groups"]
        training.optimizer.load_state_dict({"state": state, "param_groups": groups})
        training.generator.set_state(tensors["generator"])
        training.order = tensors["order"]
        counters = json.loads(metadata["training"])
        training.recipe = Recipe.from_json(counters["recipe"])
        for name in COUNTERS:
            setattr(training, name, counters[name])
        if measure := counters.get("measure"):  # older files have none
            training.measure = Measure(**measure)
    except (
        NetworkError, UsageError, RuntimeError, LookupError, ValueError, TypeError, AttributeError
    ) as error:  # fmt: skip
        raise DataError(f"{path} does not fit its training: {str(error).rstrip('.')}.") from error


def _under(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}

"""The weights that a training began with."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from desktopcnn import paths
from desktopcnn.data.dataset import Dataset
from desktopcnn.inspection.anatomy import anatomy
from desktopcnn.networks import library, modules, weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.card import Card
from desktopcnn.networks.library import Entry
from desktopcnn.training import beginning, run, runner
from desktopcnn.training.beginning import Beginning
from desktopcnn.training.recipe import Recipe
from desktopcnn.training.run import Run

CLASSES = tuple(map(str, range(10)))
RECIPE = Recipe("short", epochs=1, batch_size=100, learning_rate=0.01)


def entry(path: Path, architecture: Architecture, **recipe: object) -> Entry:
    return Entry(path.stem, path, Card("title", architecture, CLASSES, recipe))


def kernels(module: torch.nn.Sequential) -> np.ndarray:  # type: ignore[type-arg]
    return anatomy(module)["conv1"].weights["weight"]


@pytest.fixture
def begun(few: Dataset, small: Architecture) -> Run:
    return run.create(small, RECIPE, few, seed=11, folder=paths.runs() / "one")


def train(begun: Run, few: Dataset) -> None:
    for _ in runner.proceed(begun, runner.resume(begun), few):
        pass


def test_a_network_is_asked_for_the_seed_on_its_card(small: Architecture, tmp_path: Path) -> None:
    found = beginning.of(entry(tmp_path / "a.safetensors", small, seed=5))
    assert found == Beginning(small, 5)
    drawn = modules.build(small, torch.Generator().manual_seed(5))
    assert np.array_equal(beginning.parts(found)["conv1"].weights["weight"], kernels(drawn))
    other = modules.build(small, torch.Generator().manual_seed(6))
    assert not np.array_equal(beginning.parts(found)["conv1"].weights["weight"], kernels(other))


@pytest.mark.parametrize("recipe", [{}, {"seed": None}, {"seed": "7"}, {"seed": True}])
def test_without_a_seed_nothing_is_claimed(
    small: Architecture, tmp_path: Path, recipe: dict[str, object]
) -> None:
    assert beginning.of(entry(tmp_path / "a.safetensors", small, **recipe)) is None


def test_a_run_knows_its_seed_for_each_of_its_networks(begun: Run, few: Dataset, small: Architecture) -> None:
    train(begun, few)
    snapshot = next(iter(sorted(begun.snapshots.glob("*"))))
    for path in (begun.best, begun.folder / "live", snapshot):
        found = beginning.of(entry(path, small))
        assert found
        assert found.seed == 11
        first = beginning.parts(found)["conv1"].weights["weight"]
        assert np.array_equal(first, kernels(modules.build(small, torch.Generator().manual_seed(11))))


def test_a_run_that_began_with_other_weights_began_with_those(
    begun: Run, few: Dataset, small: Architecture, tmp_path: Path
) -> None:
    other = modules.build(small, torch.Generator().manual_seed(99))
    weights.save(tmp_path / "other.safetensors", other, Card("other", small, CLASSES))
    runner.start_from(begun, tmp_path / "other.safetensors")
    train(begun, few)
    found = beginning.of(entry(begun.best, small))
    assert found
    first = beginning.parts(found)["conv1"].weights["weight"]
    drawn = kernels(modules.build(small, torch.Generator().manual_seed(11)))
    assert np.abs(first - kernels(other)).max() < 0.02 < np.abs(first - drawn).max()


def test_a_damaged_run_claims_nothing(begun: Run, small: Architecture) -> None:
    (begun.folder / "run.json").write_text("{")
    assert beginning.of(entry(begun.best, small, seed=3)) is None


def test_shipped_networks_began_where_their_cards_say() -> None:
    """The last layer, which training turns least, still points the way that its first weights did."""
    known = [entry for entry in library.shipped() if beginning.of(entry)]
    assert known
    for shipped in known:
        found = beginning.of(shipped)
        assert found
        last = [row.name for row in shipped.card.architecture.rows if row.parameters][-1]
        now = anatomy(weights.load(shipped.path).module)[last].weights["weight"].ravel()
        alike, chance = (
            np.corrcoef(now, beginning.parts(start)[last].weights["weight"].ravel())[0, 1]
            for start in (found, replace(found, seed=found.seed + 1))
        )
        assert alike > 0.15 > abs(chance)

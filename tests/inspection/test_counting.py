"""The arithmetic of parameters, as in chapter 6 of the book."""

import numpy as np
import pytest
from torch import nn

from desktopcnn.inspection import outline
from desktopcnn.inspection.counting import against_dense, count
from desktopcnn.networks.catalog import CATALOG


@pytest.mark.parametrize("name", CATALOG)
def test_sums_are_those_of_the_architecture(name: str) -> None:
    architecture = CATALOG[name]
    counts = count(outline.of_architecture(architecture))
    assert counts.parameters == architecture.parameters
    assert counts.multiply_adds == architecture.multiply_adds
    assert sum(row.share for row in counts.rows) == pytest.approx(1)
    assert counts.parameter_memory == 4 * architecture.parameters


def test_the_first_layer_of_the_book_against_a_dense_one() -> None:
    stops = outline.of_architecture(CATALOG["01-conv"])
    found = against_dense(stops[0])
    assert found
    assert (found.formula, found.parameters) == ("20 × (5×5 + 1) = 520", 520)
    assert (found.dense_formula, found.dense_parameters) == ("784 × 30 + 30 = 23,550", 23_550)
    assert round(found.factor) == 45
    assert against_dense(stops[1]) is None
    larger = against_dense(stops[0], units=60)
    assert larger
    assert larger.dense_parameters == 784 * 60 + 60


def test_one_row() -> None:
    row = count(outline.of_architecture(CATALOG["02-two-conv"])).rows[0]
    assert (row.stop.name, row.parameters, row.values, row.memory) == ("conv1", 520, 11_520, 46_080)
    assert row.share == 520 / 85_670
    assert not row.shared


class Twice(nn.Module):
    """One dense layer that runs twice."""

    def __init__(self) -> None:
        super().__init__()
        self.flatten, self.dense, self.own = nn.Flatten(), nn.Linear(4, 4), nn.PReLU()

    def forward(self, x: object) -> object:
        return self.own(self.dense(self.dense(self.flatten(x))))


def test_what_runs_twice_is_counted_once() -> None:
    counts = count(outline.of_module(Twice().eval(), np.zeros((1, 2, 2), np.float32)))
    assert [row.parameters for row in counts.rows] == [0, 20, 0, 1, 0]
    assert [row.shared for row in counts.rows] == [False, False, True, False, False]
    assert counts.parameters == 21
    assert counts.multiply_adds is None, "what the last one costs is not known"


def test_nothing_to_count() -> None:
    counts = count(outline.of_module(nn.Flatten().eval(), np.zeros((1, 2, 2), np.float32)))
    assert (counts.parameters, counts.multiply_adds, counts.memory) == (0, 0, 32)
    assert all(row.share == 0 for row in counts.rows)
    assert count(()).rows == ()

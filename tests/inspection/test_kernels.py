"""Kernels as pictures: which is where, in what order, with what scale."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from desktopcnn.inspection import kernels
from desktopcnn.inspection.anatomy import anatomy
from desktopcnn.inspection.part import Part
from desktopcnn.inspection.trace import trace
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.networks.modules import TableConvolution, build


def part(conv: nn.Module) -> Part:
    return anatomy(nn.Sequential(conv))["0"]


def weighing(*norms: float) -> Part:
    """One map for each norm, of one kernel of 2x2."""
    conv = nn.Conv2d(1, len(norms), 2)
    conv.weight.data = torch.tensor(norms)[:, None, None, None].expand(-1, 1, 2, 2) / 2
    return part(conv)


def test_the_grid_has_a_row_for_each_output_map() -> None:
    found = part(nn.Conv2d(3, 4, (2, 5)))
    grid = kernels.grid(found)
    assert grid.shape == (12, 2, 5)
    np.testing.assert_array_equal(grid[2 * 3 + 1], found.weights["weight"][2, 1])


def test_kernels_that_do_not_exist_are_no_numbers() -> None:
    found = part(TableConvolution(((0, 2), (1,)), 3, 2, 3))
    assert np.isnan(kernels.grid(found)).all((1, 2)).tolist() == [False, True, False, True, False, True]
    lenet = anatomy(build(CATALOG["lenet5-1998"]))["conv2"]
    grid = kernels.grid(lenet)
    assert len(grid) == 96
    assert np.isfinite(grid).all((1, 2)).sum() == 60


def test_order() -> None:
    found = weighing(1, 3, 0, 2)
    np.testing.assert_allclose(kernels.norms(found), [1, 3, 0, 2])
    output = np.array([[[1, -1]], [[0.5, 0]], [[-3, 0]], [[1, -1]]], np.float32)
    np.testing.assert_allclose(kernels.responses(output), [1, 0.25, 1.5, 1])
    assert kernels.order(found, output).tolist() == [0, 1, 2, 3]
    assert kernels.order(found, output, "norm").tolist() == [1, 3, 0, 2]
    assert kernels.order(found, output, "response").tolist() == [2, 0, 3, 1]
    assert kernels.order(found, None, "response").tolist() == [0, 1, 2, 3]


def test_dead_kernels() -> None:
    assert kernels.dead(weighing(1, 1e-4, 2, 0)).tolist() == [False, True, False, True]
    assert kernels.dead(weighing(0, 0, 0, 2)).tolist() == [True, True, True, False]
    assert kernels.dead(weighing(0, 0)).tolist() == [True, True]
    assert not kernels.dead(weighing(1e-6, 2e-6)).any(), "small ones among their like"


def test_silent_maps_are_silent_for_every_picture() -> None:
    module = build(CATALOG["02-two-conv"]).eval()
    conv = module.get_submodule("conv1")
    assert isinstance(conv, nn.Conv2d)
    assert conv.bias is not None
    conv.bias.data.fill_(10)
    conv.bias.data[5] = -100
    images = np.random.default_rng(0).random((3, 1, 28, 28), np.float32)
    outputs = [trace(module, image).layers[1].output for image in images]
    assert kernels.silent(outputs).nonzero()[0].tolist() == [5]
    assert kernels.silent([np.array([[-1, 0], [0, 1]], np.float32)]).tolist() == [True, False]
    with pytest.raises(ValueError, match="no outputs"):
        kernels.silent([])


def test_change_is_what_was_added() -> None:
    first = part(TableConvolution(((0,), (1,)), 2, 2, 1))
    now = replace(first, weights={"weight": first.weights["weight"] + np.float32(0.5)})
    added = kernels.change(now, first).ravel()
    np.testing.assert_allclose(added[[0, 3]], 0.5, rtol=1e-5)
    assert np.isnan(added[[1, 2]]).all()


def test_scales() -> None:
    grid = np.array([[[1, -2]], [[0.5, 0]], [[0, 0]], [[np.nan, np.nan]]], np.float32)
    assert kernels.scales(grid).tolist() == [2, 0.5, 1, 1]
    assert kernels.scales(grid, "layer").tolist() == [2, 2, 2, 2]
    assert kernels.scales(grid, "network", 7).tolist() == [7, 7, 7, 7]
    assert kernels.largest(grid) == 2
    assert kernels.largest(np.full((2, 1, 1), np.nan, np.float32)) == 0
    assert kernels.scales(grid * 0, "layer").tolist() == [1, 1, 1, 1]
    assert kernels.scales(grid).dtype == np.float32


def test_the_value_under_the_pointer() -> None:
    grid = np.array([[[1, -2]], [[np.nan, np.nan]]], np.float32)
    assert kernels.pixel_at(grid, 0, 0, 1) == -2
    assert kernels.pixel_at(grid, 1, 0, 1) is None

"""Which maps a cell depends on: told from gradients, and from the tables of the catalogue."""

import numpy as np
import torch

from desktopcnn.inspection.anatomy import anatomy
from desktopcnn.inspection.field_maps import maps_seen
from desktopcnn.inspection.outline import INPUT, of_architecture, of_module
from desktopcnn.networks import catalog, modules


def test_a_table_of_connections_is_followed_back() -> None:
    architecture = catalog.find("lenet5-1998")
    outline, parts = of_architecture(architecture), anatomy(modules.build(architecture))
    names = [stop.name for stop in outline]
    conv2 = names.index("conv2")
    table = parts["conv2"].connections
    assert table
    for number, taken in enumerate(table):
        for before in range(names.index("conv1"), conv2):
            assert maps_seen(outline, parts, conv2, (number, 2, 3), before) == tuple(sorted(taken))
        assert maps_seen(outline, parts, conv2, (number, 2, 3), INPUT) is None
        assert maps_seen(outline, parts, conv2, (number, 2, 3), conv2) == (number,)


def test_groups_and_flattened_cells_agree_with_the_gradient() -> None:
    torch.manual_seed(0)
    module = torch.nn.Sequential(
        torch.nn.Conv2d(6, 6, 3, groups=3), torch.nn.Sigmoid(), torch.nn.AvgPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(54, 4),
    ).eval()  # fmt: skip
    picture = torch.rand(1, 6, 8, 8, requires_grad=True)
    outline = of_module(module, picture[0].detach().numpy())
    parts = anatomy(module)
    flat = module[:4](picture)[0]
    for unit in (0, 17, 53):
        (gradient,) = torch.autograd.grad(flat[unit], picture, retain_graph=True)
        maps = np.flatnonzero(gradient[0].abs().sum((1, 2)).numpy())
        assert maps_seen(outline, parts, 3, (unit,), INPUT) == tuple(maps)
    assert maps_seen(outline, parts, 4, (1,), INPUT) is None


def test_without_weights_all_maps_count() -> None:
    outline = of_architecture(catalog.find("lenet5-1998"))
    conv2 = [stop.name for stop in outline].index("conv2")
    assert maps_seen(outline, {}, conv2, (0, 0, 0), conv2 - 1) is None

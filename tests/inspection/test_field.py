"""What a cell sees is what its number changes with."""

import numpy as np
import numpy.typing as npt
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from desktopcnn.inspection import outline
from desktopcnn.inspection.field import Rectangle, maps_before, seen_by
from desktopcnn.networks.catalog import CATALOG

Chain = list[nn.Conv2d | nn.AvgPool2d]


@st.composite
def chains(draw: st.DrawFn) -> tuple[Chain, npt.NDArray[np.float32]]:
    """Layers of positive weights, and an image that they fit over."""
    image = np.ones((1, draw(st.integers(4, 14)), draw(st.integers(4, 14))), np.float32)
    pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
    x, chain = torch.from_numpy(image)[None], []
    for _ in range(draw(st.integers(1, 4))):
        layer: nn.Conv2d | nn.AvgPool2d
        if draw(st.integers(0, 3)):
            padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
            layer = nn.Conv2d(1, 1, draw(pair), draw(pair), padding, draw(pair))
            nn.init.ones_(layer.weight)
        else:
            layer = nn.AvgPool2d(draw(pair), draw(pair))
        try:
            x = layer(x)
        except RuntimeError:  # the window does not fit
            continue
        chain.append(layer)
    assume(chain)
    return chain, image


def reached(chain: Chain, image: npt.NDArray[np.float32], cell: tuple[int, ...]) -> Rectangle:
    """The rectangle that has a gradient, of the image with the first layer's padding around it."""
    first = chain[0]
    down, across = first.padding if isinstance(first, nn.Conv2d) else (0, 0)
    assert isinstance(down, int)
    assert isinstance(across, int)
    x = torch.from_numpy(np.pad(image, ((0, 0), (down, down), (across, across))))[None].requires_grad_()
    kept, first.padding = first.padding, (0, 0)
    y: Tensor = nn.Sequential(*chain)(x)
    first.padding = kept
    y[(0, *cell)].backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    rows, columns = (found.numpy() for found in x.grad[0, 0].nonzero(as_tuple=True))
    if not len(rows):
        return 0, 0, 0, 0
    return rows.min() - down, columns.min() - across, rows.max() + 1 - down, columns.max() + 1 - across


@given(chains(), st.data())
@settings(deadline=None, max_examples=80)
def test_the_rectangle_is_that_of_the_gradient(
    drawn: tuple[Chain, npt.NDArray[np.float32]], data: st.DataObject
) -> None:
    chain, image = drawn
    stops = outline.of_module(nn.Sequential(*chain, nn.ReLU(), nn.Flatten()).eval(), image)
    shape = stops[len(chain)].output_shape
    cell = tuple(data.draw(st.integers(0, size - 1)) for size in shape)
    wanted = reached(chain, image, cell)
    assert seen_by(stops, len(chain) - 1, cell, outline.INPUT) == wanted
    assert seen_by(stops, len(chain), cell, outline.INPUT) == wanted, "the ReLU changes nothing"
    unit = int(np.ravel_multi_index(cell, shape))
    assert seen_by(stops, len(chain) + 1, (unit,), outline.INPUT) == wanted, "nor does flattening"


def test_through_the_layers_of_the_book() -> None:
    stops = outline.of_architecture(CATALOG["02-two-conv"])
    place = {stop.name: number for number, stop in enumerate(stops)}
    assert seen_by(stops, place["conv1"], (3, 0, 23), -1) == (0, 23, 5, 28)
    assert seen_by(stops, place["pool2"], (0, 1, 2), -1) == (4, 8, 20, 24)
    assert seen_by(stops, place["pool2"], (0, 1, 2), place["relu2"]) == (2, 4, 4, 6)
    assert seen_by(stops, place["pool2"], (0, 1, 2), place["conv1"]) == (4, 8, 16, 20)
    assert seen_by(stops, place["conv2"], (0, 1, 2), place["conv2"]) == (1, 2, 2, 3)
    assert seen_by(stops, place["dense1"], (7,), -1) == (0, 0, 28, 28)
    assert seen_by(stops, place["dense1"], (7,), place["pool2"]) == (0, 0, 4, 4)
    assert seen_by(stops, place["dense2"], (7,), place["relu3"]) == (0, 0, 1, 100)
    assert seen_by(stops, place["relu3"], (7,), place["dense1"]) == (0, 7, 1, 8)
    assert seen_by(stops, place["softmax"], (7,), -1) == (0, 0, 28, 28)
    assert seen_by(stops, place["conv1"], (0, 0, 0), place["pool2"]) is None, "that is behind it"


def test_padding_in_between_sees_nothing() -> None:
    chain = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1), nn.Conv2d(1, 1, 3, padding=1), nn.Flatten()).eval()
    stops = outline.of_module(chain, np.zeros((1, 6, 6), np.float32))
    assert seen_by(stops, 1, (0, 0, 3), 0) == (-1, 2, 2, 5)
    assert seen_by(stops, 1, (0, 0, 3), -1) == (-1, 1, 3, 6)


def test_what_no_module_made_hides_what_is_before(residual: nn.Module) -> None:
    stops = outline.of_module(residual, np.zeros((3, 32, 32), np.float32))
    names = [stop.name for stop in stops]
    norm = names.index("layer1.0.bn2")
    assert seen_by(stops, norm, (0, 5, 5), -1) == (3, 3, 18, 18)
    assert seen_by(stops, norm + 2, (0, 5, 5), -1) is None
    assert seen_by(stops, len(stops) - 1, (0,), norm + 2) is None
    assert seen_by(stops, names.index("pool"), (0, 0, 0), 14) == (0, 0, 8, 8)


def test_what_was_flattened_before_a_layer() -> None:
    stops = outline.of_architecture(CATALOG["04-dropout"])
    place = {stop.name: number for number, stop in enumerate(stops)}
    assert maps_before(stops, place["dense1"]) == (40, 4, 4), "through a dropout"
    assert maps_before(stops, place["dense2"]) is None
    assert maps_before(stops, place["conv1"]) is None
    assert maps_before(outline.of_architecture(CATALOG["00-dense"]), 1) == (1, 28, 28)

"""The layout of a convolution's cell, by its items."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from desktopcnn.inspection.explanations import Activated, Convolved
from desktopcnn.ui.network.cell import cell_channels, cell_convolution
from desktopcnn.ui.network.cell.cell_items import Column, Item, Matrix, Sight, Words, hit

COMPACT, LARGE = Sight(396, 280), Sight(950, 550)


def explanation(channels: tuple[int, ...] = (0,), kernel: int = 5, top: int = 3, **fields: Any) -> Convolved:
    """Random numbers; the window begins in row `top`, and rows below 0 lie in the padding."""
    generator = np.random.default_rng(1)
    shape = (len(channels), kernel, kernel)
    kernels = generator.normal(size=shape).astype(np.float32)
    inside = np.repeat(np.arange(top, top + kernel)[:, None] >= 0, kernel, 1)
    patches = generator.random(shape) * inside
    products = patches * kernels
    result = float(products.sum()) + 0.25
    settings: dict[str, Any] = {"cell": (2, top, 4), "result": result, "computed": result}
    settings |= {"agrees": True, "bias": 0.25} | fields
    return Convolved(
        **settings,
        channels=np.array(channels), patches=patches, kernels=kernels, products=products,
        sums=products.sum((1, 2)), rows=np.arange(top, top + kernel), columns=np.arange(4, 4 + kernel),
        inside=inside,
    )  # fmt: skip


def matrices(items: list[Item]) -> list[Matrix]:
    return [item for item in items if isinstance(item, Matrix)]


def texts(items: list[Item]) -> list[str]:
    return [item.text for item in items if isinstance(item, Words)]


def test_patch_kernel_and_products_stand_side_by_side() -> None:
    e = explanation()
    patch, kernel, products = matrices(cell_convolution.layout(e, COMPACT))
    assert np.array_equal(patch.values * kernel.values, products.values)
    assert patch.area.right() < kernel.area.left() < products.area.left()
    assert patch.area.top() == kernel.area.top() == products.area.top()
    assert patch.area.width() / 5 >= 22, "room for numbers"
    assert kernel.scale.low == -kernel.scale.high


def test_the_equation_has_the_numbers_of_the_chapter() -> None:
    sums = {"sums": np.array([-1.18]), "result": -0.93, "computed": -0.93}
    e = replace(explanation(activation=Activated("sigmoid", 0.283, 0.283)), **sums)
    words = texts(cell_convolution.layout(e, COMPACT))
    assert "z = Σ w·a + b = −1.180 + 0.250 = −0.930" in words
    assert "a = σ(z) = σ(−0.930) = 0.283" in words
    assert "network: z = −0.930, a = 0.283" in words
    assert "✓ agrees exactly" in words


def test_a_result_that_does_not_agree_says_so() -> None:
    e = explanation(result=1.0, computed=1.5, agrees=False)
    assert "✗ differs by 0.333 (relative)" in texts(cell_convolution.layout(e, COMPACT))


@pytest.mark.parametrize("sight", [COMPACT, LARGE, Sight(250, 160)], ids=["compact", "large", "least"])
@pytest.mark.parametrize("kernel", [1, 3, 5, 11])
@pytest.mark.parametrize("channels", [1, 2, 20, 512])
def test_everything_lies_in_its_room_whatever_the_kernel(sight: Sight, kernel: int, channels: int) -> None:
    e = explanation(tuple(range(channels)), kernel)
    items = cell_convolution.layout(e, sight)
    room = QRectF(0, 0, sight.width, sight.height)
    if sight.height > 200:
        areas = [item.area for item in items if not isinstance(item, Words)]
        assert all(room.contains(area) for area in areas)
        found = [item.area for item in matrices(items)]
        assert not any(a.intersects(b) for a in found for b in found if a is not b)
    assert len(matrices(items)) % 3 == 0
    assert matrices(items)


def test_cells_of_the_padding_are_told_apart() -> None:
    patch, kernel, products = matrices(cell_convolution.layout(explanation(top=-2), COMPACT))
    assert patch.inside is not None
    assert patch.inside.sum() == 15
    assert products.inside is not None
    assert kernel.inside is None
    assert "padding" in patch.tip(0, 0)
    assert "padding" not in patch.tip(4, 0)


def test_one_bar_for_each_channel_and_one_for_the_bias() -> None:
    e = explanation((1, 4, 9))
    bars = [item for item in cell_convolution.layout(e, COMPACT) if isinstance(item, Column)]
    assert [bar.channel for bar in bars] == [1, 4, 9, None]
    assert [bar.value for bar in bars] == pytest.approx([*e.sums, e.bias])
    assert [bar.chosen for bar in bars] == [True, False, False, False]


def test_the_chosen_channel_is_shown_in_full() -> None:
    e = explanation(tuple(range(20)))
    items = cell_convolution.layout(e, Sight(396, 280, channel=13))
    assert np.array_equal(matrices(items)[0].values, e.patches[13])
    assert {item.channel for item in matrices(items)} == {13}


def test_a_channel_that_is_not_connected_gives_way_to_the_first() -> None:
    items = cell_convolution.layout(explanation((3, 4, 5)), Sight(396, 280, channel=0))
    assert matrices(items)[0].channel == 3


def test_the_strongest_come_first() -> None:
    e = explanation(tuple(range(6)))
    order = cell_channels.order(e, strongest=True)
    sizes = np.abs(e.sums[order])
    assert (np.diff(sizes) <= 0).all()
    items = cell_convolution.layout(e, Sight(396, 280, strongest=True))
    bars = [item.channel for item in items if isinstance(item, Column)]
    assert bars[:-1] == order
    assert matrices(items)[0].channel == order[0]


def test_a_large_view_shows_several_channels_with_the_chosen_one_among_them() -> None:
    items = cell_convolution.layout(explanation(tuple(range(20))), Sight(950, 550, channel=13))
    shown = {item.channel for item in matrices(items)}
    assert 13 in shown
    assert len(shown) >= 4
    assert len([text for text in texts(items) if text.startswith("Σ = ")]) == len(shown)


def test_what_has_no_room_among_the_bars_is_counted() -> None:
    e = explanation(tuple(range(512)))
    items = cell_convolution.layout(e, COMPACT)
    bars = [item for item in items if isinstance(item, Column)]
    rest = 512 - (len(bars) - 1)
    assert rest > 0
    assert any(f"{rest} more add" in text for text in texts(items))


def test_the_product_that_is_pointed_at_is_written_out() -> None:
    e = explanation((0, 1), result=0.0)
    items = cell_convolution.layout(e, Sight(396, 280, pixel=(1, 2)))
    assert cell_convolution.product(e, 0, 1, 2) in texts(items)
    beyond = cell_convolution.layout(e, Sight(396, 280, pixel=(7, 7)))
    assert not any(text.startswith("w · a =") for text in texts(beyond))


def test_the_pointer_finds_the_place_and_its_channel() -> None:
    items = cell_convolution.layout(explanation((3, 4)), COMPACT)
    kernel = matrices(items)[1]
    cell = kernel.area.width() / 5
    found = hit(items, kernel.area.topLeft() + QRectF(3.5 * cell, 1.5 * cell, 0, 0).topLeft())
    assert found
    assert (found.pixel, found.channel, found.chooses) == ((1, 3), 3, False)
    assert "row 4, column 7" in found.tip
    assert "w · a =" in found.tip
    bar = next(item for item in items if isinstance(item, Column) and item.channel == 4)
    found = hit(items, bar.area.center())
    assert found
    assert found.chooses
    assert found.channel == 4

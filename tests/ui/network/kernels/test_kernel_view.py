"""The view of all kernels: follows the chosen layer and the weights."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktopcnn.inspection import sheet
from desktopcnn.inspection.anatomy import anatomy
from desktopcnn.inspection.trace import trace
from desktopcnn.networks import library, modules, weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.card import Card
from desktopcnn.networks.catalog import CATALOG
from desktopcnn.networks.layers import BatchNorm, Convolution, Dense, Flatten
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.inputs import Drawn
from desktopcnn.ui.network.kernels.connection_table import ConnectionTable
from desktopcnn.ui.network.kernels.kernel_picture import KernelPicture
from desktopcnn.ui.network.kernels.kernel_view import KernelView
from desktopcnn.ui.network.kernels.weight_bars import WeightBars
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

NORMED = Architecture("normed", "normed", (1, 28, 28), (Convolution(4, 9), BatchNorm(), Flatten(), Dense(10)))


@pytest.fixture
def view(session: Session, theme: Theme, show: Any) -> KernelView:
    view = KernelView(session, theme)
    show(view, 270, 340)
    return view


@pytest.fixture
def look(session: Session, answer: Any) -> Any:
    """Has the session show an answer of that network, and looks at one of its layers."""

    def look(layer: str, network: str = "02-two-conv") -> Answer:
        session.choose_network(network)
        entry = session.entry
        assert isinstance(entry, library.Entry)
        given = answer(entry=entry)
        module = weights.load(entry.path).module
        real = replace(given, trace=trace(module, given.frame[None]), anatomy=anatomy(module))
        session.answer = real
        session.answered.emit(real)
        session.selection.choose_layer([stop.name for stop in session.outline].index(layer))
        return real

    return look


@pytest.fixture
def save() -> Any:
    """Saves an untrained network of the user's, whose seed is on its card or not."""

    def save(architecture: Architecture, **recipe: object) -> str:
        classes = tuple(map(str, range(10)))
        library.folder().mkdir(parents=True, exist_ok=True)
        card = Card(architecture.title, architecture, classes, recipe)
        path = library.folder() / "mine.safetensors"
        weights.save(path, modules.build(architecture), card)
        return path.stem

    return save


def part(view: KernelView, kind: type, name: str) -> Any:
    found = view.findChild(kind, name)
    assert found
    return found


def value(view: KernelView) -> str:
    return str(part(view, QLabel, "kernelValue").text())


def page(view: KernelView) -> type | None:
    """Which of the pictures is seen."""
    kinds = (KernelPicture, ConnectionTable, WeightBars)
    return next((kind for kind in kinds if view.findChild(kind).isVisible()), None)


def words(view: KernelView) -> str:
    return " ".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def choose(view: KernelView, selector: str, data: str) -> None:
    box = part(view, QComboBox, selector)
    box.setCurrentIndex(box.findData(data))


def test_the_value_under_the_pointer_is_said(view: KernelView, session: Session, look: Any) -> None:
    real = look("conv2")
    picture = part(view, KernelPicture, "kernelPicture")
    rect = picture.rect_of(2, 3)
    QTest.mouseMove(picture.viewport(), QPoint(int(rect.x() + 0.5), int(rect.bottom() - 0.5)))
    weight = float(real.anatomy["conv2"].weights["weight"][2, 3, 4, 0])
    assert value(view).replace("−", "-") == f"kernel 2, channel 3, row 4, column 0: {weight:.4f}"
    assert session.selection.pixel == (4, 0)
    assert picture.accessibleDescription() == value(view)


def test_a_click_chooses_the_kernel_and_the_map(view: KernelView, session: Session, look: Any) -> None:
    look("conv2")
    picture = part(view, KernelPicture, "kernelPicture")
    at = picture.rect_of(3, 5).center().toPoint()
    QTest.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert session.selection.kernel == (3, 5)
    assert session.selection.cell
    assert session.selection.cell[0] == 3


def test_a_kernel_that_is_chosen_elsewhere_is_described(
    view: KernelView, session: Session, look: Any
) -> None:
    real = look("conv2")
    session.selection.choose_kernel((7, 2))
    kernel = real.anatomy["conv2"].weights["weight"][7, 2]
    assert value(view).replace("−", "-") == f"kernel 7, channel 2: {kernel.min():.4f} to {kernel.max():.4f}"


def test_the_ends_of_the_colours_are_those_of_the_chosen_scale(view: KernelView, look: Any) -> None:
    real = look("conv2")
    tables = {name: p.weights["weight"] for name, p in real.anatomy.items() if "weight" in p.weights}
    largest = {
        "kernel": np.abs(tables["conv2"][0, 0]).max(),
        "layer": np.abs(tables["conv2"]).max(),
        "network": max(np.abs(table).max() for table in tables.values()),
    }
    assert len(set(largest.values())) == 3
    for scale, end in largest.items():
        choose(view, "kernelScale", scale)
        bar = view.findChild(object, "kernelColours")
        assert bar.accessibleDescription() == f"−{end:.2f} … {end:.2f}"


def test_kernels_are_sorted_as_asked_for(view: KernelView, look: Any) -> None:
    real = look("conv1")
    picture = part(view, KernelPicture, "kernelPicture")
    norms = np.linalg.norm(real.anatomy["conv1"].weights["weight"].reshape(20, -1), axis=1)
    loud = np.abs(real.trace.steps[0].output).mean((1, 2))
    for by, first in (("index", 0), ("norm", int(norms.argmax())), ("response", int(loud.argmax()))):
        choose(view, "kernelOrder", by)
        corner = min((picture.rect_of(n, 0).y(), picture.rect_of(n, 0).x(), n) for n in range(20))
        assert corner[2] == first, by


def test_training_does_not_reshuffle_the_order_by_response(
    view: KernelView, session: Session, look: Any
) -> None:
    real = look("conv1")
    choose(view, "kernelOrder", "response")
    picture = part(view, KernelPicture, "kernelPicture")

    def order() -> list[int]:
        return sorted(range(20), key=lambda n: (picture.rect_of(n, 0).y(), picture.rect_of(n, 0).x()))

    def other(**changes: Any) -> Answer:
        steps = list(real.trace.layers)
        louder = np.arange(1, 21, dtype=np.float32)[:, None, None] ** 9
        steps[0] = replace(steps[0], output=steps[0].output * louder)
        entry = session.entry
        assert isinstance(entry, library.Entry)
        parts = anatomy(weights.load(entry.path).module)
        return replace(real, trace=replace(real.trace, layers=tuple(steps)), anatomy=parts, **changes)

    before = order()
    session.answer = other()
    session.answered.emit(session.answer)
    assert order() == before
    session.answer = other(shown=Drawn(real.shown.drawing))  # type: ignore[union-attr]
    session.answered.emit(session.answer)
    assert order() != before


def test_the_change_since_the_start_is_found_in_a_thread(
    view: KernelView, session: Session, look: Any, qtbot: QtBot
) -> None:
    session.test = object()  # type: ignore[assignment]  # as when the core is there
    real = look("conv1", "01-conv")
    button = part(view, QToolButton, "kernelChange")
    qtbot.waitUntil(button.isEnabled)
    button.click()
    qtbot.waitUntil(lambda: "change since the start" in words(view), timeout=60_000)
    session.selection.choose_kernel((2, 0))
    first = modules.build(session.entry.card.architecture)[0].weight.detach().numpy()  # type: ignore[union-attr]
    added = real.anatomy["conv1"].weights["weight"][2, 0] - first[2, 0]
    assert f"{added.max():.4f}" in value(view)
    button.click()
    assert "change since the start" not in words(view)


def test_without_a_known_start_the_toggle_says_why(
    view: KernelView, session: Session, save: Any, look: Any
) -> None:
    name = save(CATALOG["01-conv"])
    session.refresh_networks()
    look("conv1", name)
    button = part(view, QToolButton, "kernelChange")
    assert not button.isEnabled()
    assert "not known" in button.toolTip()


def test_the_connection_table_is_a_table_and_missing_kernels_do_not_exist(
    view: KernelView, session: Session, save: Any, look: Any
) -> None:
    name = save(CATALOG["lenet5-1998"], seed=0)
    session.refresh_networks()
    look("conv1", name)
    toggle = part(view, QToolButton, "kernelTable")
    assert not toggle.isVisible()
    look("conv2", name)
    assert "60 kernels" in words(view)
    assert page(view) is KernelPicture
    session.selection.choose_kernel((0, 5))
    assert "does not exist" in value(view)
    toggle.click()
    assert page(view) is ConnectionTable
    for name_of in ("kernelScale", "kernelOrder", "kernelChange"):
        assert not view.findChild(QWidget, name_of).isEnabled()
    assert value(view) == "map 0 sees channels 0, 1, 2"
    table = view.findChild(ConnectionTable)
    assert isinstance(table, ConnectionTable)
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=table.cell(3, 4).center().toPoint())
    assert session.selection.kernel == (3, 4)
    QTest.mouseMove(table, table.cell(3, 0).center().toPoint())
    assert value(view) == "map 3 sees channels 3, 4, 5"
    toggle.click()
    assert part(view, QComboBox, "kernelScale").isEnabled()
    toggle.click()
    look("conv1", name)
    assert page(view) is KernelPicture


def test_each_kind_of_layer_is_shown_as_what_it_is(
    view: KernelView, session: Session, save: Any, look: Any
) -> None:
    name = save(CATALOG["lenet5-1998"], seed=0)
    session.refresh_networks()
    for layer, shown, text in (
        ("sub1", WeightBars, "coefficient 0.2500, bias 0.0000"),
        ("tanh1", None, "has no weights"),
        ("conv3", KernelPicture, "120 maps × 16 channels"),
        ("flatten", None, "one vector"),
        ("dense1", KernelPicture, "84 units × 120 inputs"),
        ("rbf1", KernelPicture, "10 centres, pictures of 12×7"),
        ("softmax", None, "probabilities"),
    ):
        look(layer, name)
        assert page(view) is shown, layer
        assert text in words(view), layer
    look("pool1")
    assert "largest of each 2×2 window" in words(view)
    look("dense1")
    assert "100 units × 40 maps of 4×4" in words(view)
    session.selection.choose_layer(-1)
    assert "The input has no weights" in words(view)


def test_the_numbers_of_a_batch_norm_are_bars(
    view: KernelView, session: Session, save: Any, look: Any
) -> None:
    name = save(NORMED)
    session.refresh_networks()
    look("norm1", name)
    bars = view.findChild(WeightBars)
    assert isinstance(bars, WeightBars)
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=bars.bar(0, 2).center().toPoint())
    assert session.selection.cell
    assert session.selection.cell[0] == 2
    assert value(view) == "map 2: scale 1.0000, shift 0.0000, mean 0.0000, variance 1.0000"


def test_dead_kernels_are_counted(
    view: KernelView, session: Session, save: Any, look: Any, answer: Any
) -> None:
    look("conv1")
    assert "dead" not in words(view)
    entry = session.entry
    assert isinstance(entry, library.Entry)
    module = weights.load(entry.path).module
    module[0].weight.data[[3, 8]] = 0  # type: ignore[operator]
    session.answered.emit(replace(answer(entry=entry), anatomy=anatomy(module)))
    assert "2 dead" in words(view)


def test_the_same_weights_are_not_laid_out_again(
    view: KernelView, session: Session, look: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = look("conv2")
    made = []
    make = sheet.sheet
    monkeypatch.setattr(sheet, "sheet", lambda *given, **named: made.append(1) or make(*given, **named))
    for _ in range(3):
        session.answered.emit(replace(real))
    assert not made
    session.answered.emit(replace(real, anatomy=dict(real.anatomy)))
    assert not made  # its parts are the same
    entry = session.entry
    assert isinstance(entry, library.Entry)
    session.answered.emit(replace(real, anatomy=anatomy(weights.load(entry.path).module)))
    assert len(made) == 1


def test_nothing_is_done_while_nobody_looks(
    view: KernelView, session: Session, look: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    make = sheet.sheet
    monkeypatch.setattr(sheet, "sheet", lambda *given, **named: made.append(1) or make(*given, **named))
    view.hide()
    look("conv2")
    look("conv1")
    assert not made
    view.show()
    assert len(made) == 1
    assert "20 kernels of 5×5" in words(view)


def test_kernels_are_there_before_anything_is_drawn(
    live: Session, theme: Theme, show: Any, qtbot: QtBot
) -> None:
    view = KernelView(live, theme)
    show(view, 270, 340)
    qtbot.waitUntil(lambda: page(view) is KernelPicture, timeout=60_000)
    assert live.answer is None


def test_a_network_whose_file_is_damaged_leaves_no_kernels_of_another(
    live: Session, damaged: str, theme: Theme, show: Any, qtbot: QtBot
) -> None:
    view = KernelView(live, theme)
    show(view, 270, 340)
    qtbot.waitUntil(lambda: page(view) is KernelPicture, timeout=60_000)
    live.refresh_networks()
    live.choose_network(damaged)
    assert page(view) is None
    assert "Draw a digit" in words(view)


@pytest.mark.usefixtures("no_networks")
def test_without_networks_it_is_empty(session: Session, theme: Theme, show: Any) -> None:
    view = KernelView(session, theme)
    show(view, 270, 340)
    assert page(view) is None

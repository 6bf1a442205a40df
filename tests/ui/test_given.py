"""A network of the user's own in the window: a residual one, in colour, with names and labels."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from torch import Tensor, nn

from desktopcnn.inspection import arithmetic
from desktopcnn.inspection.given import Given, given
from desktopcnn.inspection.outline import INPUT
from desktopcnn.networks import library
from desktopcnn.networks.architecture import Architecture
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.inputs import Drawn, Sample
from desktopcnn.ui.main_window import MainWindow
from desktopcnn.ui.mosaic_view import MosaicView
from desktopcnn.ui.network.layer_columns import LayerColumns
from desktopcnn.ui.network.part_source import PartSource
from desktopcnn.ui.probability_bars import ProbabilityBars
from desktopcnn.ui.sample import SEVEN
from desktopcnn.ui.session import Session
from desktopcnn.ui.training_protocol import Order

CLASSES = ("aeroplane", "automobile", "bird", "cat", "deer", "dog", "frog")


class Residual(nn.Module):
    """conv, norm, relu, conv, + shortcut, the same relu, mean, dense."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, 2, 1)
        self.block = nn.ModuleDict({"conv1": nn.Conv2d(4, 4, 3, 1, 1), "conv2": nn.Conv2d(4, 4, 3, 1, 1)})
        self.norm, self.relu = nn.BatchNorm2d(4), nn.ReLU(inplace=True)
        self.fc = nn.Linear(4, 7)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.norm(self.stem(x)))
        x = self.relu(self.block["conv2"](self.relu(self.block["conv1"](x))) + x)
        scores: Tensor = self.fc(x.mean((2, 3)))
        return scores


@pytest.fixture
def own() -> Given:
    """Three pictures: rather red, rather green, rather blue."""
    torch.manual_seed(0)
    images = np.random.default_rng(0).random((3, 3, 32, 32), np.float32) / 4
    for number in range(3):
        images[number, number] += 0.75
    return given(Residual(), images, CLASSES, [0, 5, 3], "Mine")


@pytest.fixture
def grey() -> Given:
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv2d(1, 3, 5), nn.LeakyReLU(), nn.Flatten(), nn.Linear(3 * 576, 100))
    return given(module, np.random.default_rng(0).random((2, 28, 28), np.float32)[:, None])


@pytest.fixture
def said(session: Session) -> list[str]:
    said: list[str] = []
    session.failed.connect(said.append)
    return said


def look(session: Session, entry: Given, qtbot: QtBot) -> None:
    with qtbot.waitSignal(
        session.answered, timeout=60_000, check_params_cb=lambda answer: answer and answer.entry is entry
    ):
        session.look_at(entry)


# the session


def test_its_first_picture_is_answered(live: Session, own: Given, qtbot: QtBot) -> None:
    look(live, own, qtbot)
    assert live.entry is own
    assert live.entries[0] is own
    assert live.samples == 3
    assert isinstance(live.shown, Sample)
    assert (live.shown.index, live.shown.label) == (0, "aeroplane")
    assert live.answer
    np.testing.assert_array_equal(live.answer.trace.image, own.images[0])
    names = [step.name for step in live.answer.trace.steps]
    assert names == [stop.name for stop in live.outline]
    assert names == ["stem", "norm", "relu", "block.conv1", "relu", "block.conv2", "relu", "fc", "softmax"]
    assert [stop.source for stop in live.outline] == [INPUT, 0, 1, 2, 3, 4, None, None, 7]


def test_its_pictures_are_stepped_through(live: Session, own: Given, qtbot: QtBot) -> None:
    look(live, own, qtbot)
    for step, place in ((1, 1), (1, 2), (1, 0), (-1, 2)):
        with qtbot.waitSignal(live.answered, timeout=60_000):
            live.step_sample(step)
        assert live.answer
        np.testing.assert_array_equal(live.answer.frame, own.images[place])


def test_every_cell_of_it_agrees(live: Session, own: Given, qtbot: QtBot) -> None:
    look(live, own, qtbot)
    assert live.answer
    explained = 0
    for step in live.answer.trace.steps:
        part = live.answer.anatomy[step.name]
        assert arithmetic.reason(part, step) == ""
        for cell in np.ndindex(step.output.shape):
            explanation = arithmetic.explain(part, step, cell)
            assert explanation
            assert explanation.agrees, (step.name, cell)
            explained += 1
    assert explained == 7 * 4 * 16 * 16 + 7 + 7


def test_a_drawing_of_another_shape_is_refused_once(
    live: Session, own: Given, said: list[str], line: Any, qtbot: QtBot
) -> None:
    look(live, own, qtbot)
    live.pen.down((20, 20))
    for x in range(30, 90, 5):
        live.pen.move((x, x))
    live.pen.up()
    assert isinstance(live.shown, Drawn)
    assert live.answer is None
    (text,) = said
    assert "Mine takes pictures of 3×32×32 only" in text
    live.show_sample(1)
    live.show_drawing()
    assert said == [text, text], "after one that fits it is news again"


def test_another_network_takes_the_drawing_and_it_its_pictures(
    live: Session, own: Given, said: list[str], line: Any, qtbot: QtBot
) -> None:
    drawing = Drawn(line(*SEVEN))
    live.show_drawing(drawing)
    look(live, own, qtbot)
    with qtbot.waitSignal(live.answered, timeout=60_000, check_params_cb=lambda answer: answer is not None):
        live.choose_network(library.DEFAULT)
    assert live.shown is drawing
    assert live.answer
    assert live.answer.trace.answer == 7
    with qtbot.waitSignal(live.answered, timeout=60_000, check_params_cb=lambda answer: answer is not None):
        live.choose_network(own.name)
    assert isinstance(live.shown, Sample)
    assert said == []


def test_grey_ones_of_its_size_take_drawings(live: Session, grey: Given, line: Any, qtbot: QtBot) -> None:
    look(live, grey, qtbot)
    assert isinstance(live.shown, Sample)
    with qtbot.waitSignal(live.answered, timeout=60_000):
        live.show_drawing(Drawn(line(*SEVEN)))
    assert live.answer
    assert live.answer.entry is grey
    assert len(live.answer.trace.probabilities) == 100


def test_several_are_listed_and_told_apart(live: Session, own: Given, qtbot: QtBot) -> None:
    twin = given(Residual(), own.images, CLASSES, title="Mine")
    look(live, own, qtbot)
    look(live, twin, qtbot)
    assert live.entries[:2] == [own, twin]
    assert live.entry is twin
    live.choose_network(own.name)
    assert live.entry is own
    live.refresh_networks()
    assert live.entry is own


class Moody(nn.Module):
    """Takes another way for dark pictures, and none for black ones."""

    def __init__(self) -> None:
        super().__init__()
        self.bright, self.dark = nn.Flatten(), nn.Flatten()

    def forward(self, x: Tensor) -> Tensor:
        if x.sum() == 0:
            raise KeyError("black")
        flat: Tensor = self.bright(x) if x.mean() > 0.5 else self.dark(x)
        return flat


@pytest.mark.parametrize(("level", "words"), [(0.1, "runs through other layers"), (0.0, "KeyError: 'black'")])
def test_what_goes_wrong_with_one_picture_is_said(
    live: Session, said: list[str], qtbot: QtBot, level: float, words: str
) -> None:
    images = np.stack([np.full((1, 2, 2), 1.0), np.full((1, 2, 2), level)])
    look(live, given(Moody(), images, title="Moody"), qtbot)
    with qtbot.waitSignal(live.failed, timeout=60_000):
        live.show_sample(1)
    assert words in said[0]
    assert live.answer is None
    with qtbot.waitSignal(live.answered, timeout=60_000):
        live.show_sample(0)


def test_its_weights_are_there_without_an_answer(session: Session, own: Given) -> None:
    source = PartSource(session, session)
    session.look_at(own)
    session.show_drawing()
    assert session.answer is None
    assert source.parts is own.anatomy
    assert source.begun is None
    source.close()


# the window


def text(window: MainWindow, name: str) -> str:
    label = window.findChild(QLabel, name)
    assert label is not None
    return label.text()


@pytest.fixture
def opened(window: MainWindow, own: Given, qtbot: QtBot) -> MainWindow:
    look(window.session, own, qtbot)
    return window


def test_the_window_shows_it_in_colour(opened: MainWindow, pixels: Any) -> None:
    columns = opened.findChild(LayerColumns)
    shown = [view.objectName() for view in columns.findChildren(MosaicView)]
    assert shown[:4] == ["maps-input", "maps-stem", "maps-norm", "maps-relu"]
    assert columns.findChild(MosaicView, "maps-input").values.shape == (3, 32, 32)
    for name in ("canvas", "frameView"):
        widget = opened.findChild(QWidget, name)
        red, green, blue = np.median(pixels(widget)[20:-20, 20:-20].reshape(-1, 3), axis=0)
        assert red > 150 > max(green, blue), name
    assert opened.findChild(QWidget, "frameView").toolTip() == "The 32 × 32 pixels that the network gets"


def test_the_answer_is_right_or_says_what_it_should_be(opened: MainWindow, qtbot: QtBot) -> None:
    session = opened.session
    for index in range(3):
        with qtbot.waitSignal(session.answered, timeout=60_000):
            session.show_sample(index)
        assert session.answer
        best, label = CLASSES[session.answer.trace.answer], CLASSES[(0, 5, 3)[index]]
        remark = "right" if best == label else f"<b>wrong</b>: should be {label}"
        assert remark in {label.text() for label in opened.findChildren(QLabel)}
        assert opened.findChild(QLabel, "prediction").accessibleDescription() == best
    assert opened.findChild(ProbabilityBars).accessibleDescription().startswith("aeroplane ")


def test_the_bar_steps_through_ones_own_pictures(opened: MainWindow, qtbot: QtBot) -> None:
    inputs, networks = (
        opened.findChild(QComboBox, "inputSelector"),
        opened.findChild(QComboBox, "networkSelector"),
    )
    assert (inputs.currentText(), networks.currentText()) == ("Your pictures", "Mine")
    button = opened.findChild(QToolButton, "nextButton")
    assert button.toolTip() == "Your next picture (Ctrl+Right)"
    with qtbot.waitSignal(opened.session.answered, timeout=60_000):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert isinstance(opened.session.shown, Sample)
    assert opened.session.shown.index == 1
    assert any("go to the network" in label.text() for label in opened.findChildren(QLabel))
    opened.session.choose_network(library.DEFAULT)
    assert inputs.itemText(1) == "Test digit"
    assert button.toolTip() == "Next test digit (Ctrl+Right)"


def test_drawing_on_it_says_why_there_is_no_answer(opened: MainWindow, draw: Any) -> None:
    draw(opened.findChild(QWidget, "canvas"), SEVEN)
    assert "3×32×32" in text(opened, "message")
    assert text(opened, "prediction") == ""
    texts = {label.text() for label in opened.findChildren(QLabel) if label.isVisible()}
    assert "Choose one of your pictures to see what this layer computes." in texts
    opened.message_bar.hide()
    draw(opened.findChild(QWidget, "canvas"), SEVEN)
    assert opened.message_bar.isHidden()


def test_what_was_said_goes_when_it_is_no_longer_so(opened: MainWindow, draw: Any) -> None:
    draw(opened.findChild(QWidget, "canvas"), SEVEN)
    assert opened.message_bar.isVisible()
    opened.session.step_sample(1)
    assert opened.message_bar.isHidden()
    opened.message_bar.say("The disk is full.")
    opened.session.step_sample(1)
    assert opened.message_bar.isVisible()


def test_all_layers_and_views_are_walked_through(opened: MainWindow) -> None:
    session = opened.session
    for layer in range(INPUT, len(session.outline)):
        session.selection.choose_layer(layer)
        session.selection.step_cell(1, 1)
        session.selection.step_map(1)
        QCoreApplication.processEvents()
    cell = opened.findChild(QWidget, "cellView")
    assert any("softmax" in label.text() for label in cell.findChildren(QLabel))


def test_it_is_no_network_to_come_back_to(opened: MainWindow) -> None:
    opened.close()
    assert opened.settings.text("network") == ""


def test_the_time_machine_comes_back_to_it(live: Session, own: Given, qtbot: QtBot) -> None:
    look(live, own, qtbot)
    snapshot = replace(library.shipped()[0], name="step 5")
    live.look_back(snapshot)
    live.refresh_networks()
    assert live.entry is snapshot
    assert isinstance(live.shown, Drawn)
    live.look_forward()
    assert live.entry is own
    assert isinstance(live.shown, Sample)


@pytest.mark.usefixtures("few_digits")
def test_a_training_goes_on_beside_it(
    opened: MainWindow, own: Given, small: Architecture, qtbot: QtBot
) -> None:
    session = opened.session
    with qtbot.waitSignal(session.training.begun, timeout=60_000):
        session.training.start(Order(small, Recipe("test", epochs=9_000, batch_size=50)))
    assert session.entry is own
    live = session.training.entry
    assert live
    session.choose_network(live.name)
    assert isinstance(session.shown, Drawn)
    with qtbot.waitSignal(session.training.ended, timeout=120_000):
        session.training.stop()
    session.choose_network(own.name)
    assert session.entry is own

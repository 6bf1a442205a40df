"""The form of a training: what its thread finds out, what holds while a training runs, how it looks."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.data.distortion import Distortion
from desktopcnn.errors import DataError
from desktopcnn.networks import catalog as architectures
from desktopcnn.networks import library
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import Dense, Flatten
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.number_box import NumberBox
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.distortion_preview import DistortionPreview
from desktopcnn.ui.train.recipe_form import RecipeForm

if TYPE_CHECKING:
    from .conftest import Hand

WITHIN = 60_000
Show = Callable[..., None]
NARROW = Architecture("narrow", "Narrow", (1, 20, 20), (Flatten(), Dense(10)))
SHORT = Architecture("short", "Short", (1, 28, 28), (Flatten(), Dense(5)))


@pytest.mark.parametrize(("architecture", "words"), [(NARROW, "20×20"), (SHORT, "5 outputs")])
def test_an_architecture_that_does_not_fit_the_data_is_said(
    form: RecipeForm, hand: "Hand", show: Show, qtbot: QtBot, architecture: Architecture, words: str
) -> None:
    form.set_architecture(architecture)
    assert form.is_valid()  # nobody knows better yet
    with qtbot.waitSignal(form.changed, timeout=WITHIN):
        show(form, 290, 560)
    assert not form.is_valid()
    assert words in hand.complaints()[0]
    form.set_architecture(architectures.find(library.DEFAULT))
    assert form.is_valid()


def test_a_data_set_that_cannot_be_read_is_said(
    form: RecipeForm, hand: "Hand", show: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Dataset:
        raise DataError("The files are gone.")

    monkeypatch.setitem(catalog.CATALOG, "mnist", fail)
    show(form, 290, 560)
    qtbot.waitUntil(lambda: not form.is_valid(), timeout=WITHIN)
    assert hand.complaints() == ["The files are gone."]


def test_the_cost_is_said(form: RecipeForm, hand: "Hand", show: Show, qtbot: QtBot) -> None:
    assert hand.text("costLabel") == "85,670 parameters · 1.63 M multiply-adds · measuring…"
    show(form, 290, 560)
    qtbot.waitUntil(lambda: "about 5 s an epoch here" in hand.text("costLabel"), timeout=WITHIN)


def test_only_what_matters_is_measured_again(
    form: RecipeForm, hand: "Hand", show: Show, qtbot: QtBot, probed: list[Recipe]
) -> None:
    show(form, 290, 560)
    qtbot.waitUntil(lambda: "about 5 s" in hand.text("costLabel"), timeout=WITHIN)
    hand.enter("epochs", "77")
    hand.enter("learningRate", "0.001")
    assert "about 5 s" in hand.text("costLabel")
    assert len(probed) == 1
    hand.number("batchSize").set_value(32)
    assert "measuring" in hand.text("costLabel")
    qtbot.waitUntil(lambda: "about 5 s" in hand.text("costLabel"), timeout=WITHIN)
    assert [recipe.batch_size for recipe in probed] == [64, 32]
    hand.number("batchSize").set_value(64)
    assert "about 5 s" in hand.text("costLabel")


def test_a_faulty_recipe_has_no_time(hand: "Hand") -> None:
    hand.enter("epochs", "0")
    assert hand.text("costLabel") == "85,670 parameters · 1.63 M multiply-adds"


def test_nothing_is_measured_while_a_training_runs(
    form: RecipeForm, hand: "Hand", show: Show, qtbot: QtBot, probed: list[Recipe]
) -> None:
    form.set_running(True)
    show(form, 290, 560)
    preview = form.findChild(DistortionPreview)
    assert isinstance(preview, DistortionPreview)
    form.set_digits(catalog.load("mnist").test)
    qtbot.waitUntil(lambda: preview.shown == 8, timeout=WITHIN)  # the thread works
    assert probed == []
    assert "measuring" not in hand.text("costLabel")
    form.set_running(False)
    qtbot.waitUntil(lambda: "about 5 s" in hand.text("costLabel"), timeout=WITHIN)


def shades(hand: "Hand", pixels: Callable[[QWidget], npt.NDArray[np.uint8]]) -> list[int]:
    """The grey in the middle of each of the eight digits."""
    strip = pixels(hand.button("distortionPreview"))[..., 0]
    height, width = strip.shape
    return [int(strip[height // 2, (2 * place + 1) * width // 16]) for place in range(8)]


def test_digits_of_the_data_set_are_shown_distorted(
    form: RecipeForm,
    hand: "Hand",
    show: Show,
    qtbot: QtBot,
    pixels: Callable[[QWidget], npt.NDArray[np.uint8]],
) -> None:
    show(form, 284, 560)
    preview = form.findChild(DistortionPreview)
    assert isinstance(preview, DistortionPreview)
    qtbot.waitUntil(lambda: preview.shown == 8, timeout=WITHIN)
    before = pixels(preview)
    hand.number("rotation").set_value(45)
    qtbot.waitUntil(lambda: not np.array_equal(pixels(preview), before), timeout=WITHIN)


def test_the_preview_shows_the_digits_it_is_given_and_then_others(
    form: RecipeForm,
    hand: "Hand",
    show: Show,
    qtbot: QtBot,
    pixels: Callable[[QWidget], npt.NDArray[np.uint8]],
) -> None:
    show(form, 284, 560)
    images = np.repeat(np.arange(100, 116, dtype=np.uint8), 28 * 28).reshape(16, 1, 28, 28)
    form.set_digits(Part(images, np.zeros(16, np.uint8)))
    qtbot.waitUntil(lambda: shades(hand, pixels) == list(range(100, 108)), timeout=WITHIN)
    preview = hand.button("distortionPreview")
    preview.click()
    qtbot.waitUntil(lambda: shades(hand, pixels) == list(range(108, 116)), timeout=WITHIN)
    preview.click()
    qtbot.waitUntil(lambda: shades(hand, pixels) == list(range(100, 108)), timeout=WITHIN)


def test_only_what_a_training_can_follow_stays_open(form: RecipeForm, hand: "Hand") -> None:
    form.set_running(True)
    opened = {"learningRate", "weightDecay", *(field.name for field in fields(Distortion))}
    for box in form.findChildren(NumberBox):
        assert box.isEnabled() == (box.objectName() in opened), box.objectName()
    for name in (
        "architectureSelector",
        "recipeSelector",
        "datasetSelector",
        "optimizer",
        "schedule",
        "deviceSelector",
    ):
        assert not hand.combo(name).isEnabled()
    for name in ("nesterov", "presetButton"):
        assert not hand.button(name).isEnabled()
    form.set_running(False)
    assert all(box.isEnabled() for box in form.findChildren(NumberBox))


@pytest.mark.parametrize("field", ["learningRate", "weightDecay", "rotation"])
def test_a_change_reaches_the_training_when_it_is_meant(
    form: RecipeForm, hand: "Hand", qtbot: QtBot, field: str
) -> None:
    form.set_running(True)
    with qtbot.assertNotEmitted(form.live_changed):
        hand.enter(field, "0.04")
    with qtbot.waitSignal(form.live_changed):
        QTest.keyClick(hand.number(field), Qt.Key.Key_Return)
    with qtbot.assertNotEmitted(form.live_changed):  # nothing new
        QTest.keyClick(hand.number(field), Qt.Key.Key_Return)


def test_a_pause_does_not_swallow_a_change(form: RecipeForm, hand: "Hand", qtbot: QtBot) -> None:
    form.set_running(True)
    hand.enter("weightDecay", "0.04")
    form.set_running(True)
    with qtbot.waitSignal(form.live_changed):
        QTest.keyClick(hand.number("weightDecay"), Qt.Key.Key_Return)


def test_a_wrong_change_does_not_reach_the_training(form: RecipeForm, hand: "Hand", qtbot: QtBot) -> None:
    form.set_running(True)
    with qtbot.assertNotEmitted(form.live_changed):
        hand.enter("learningRate", "-1")
        QTest.keyClick(hand.number("learningRate"), Qt.Key.Key_Return)
    assert not form.is_valid()


def test_without_a_training_no_change_is_live(form: RecipeForm, hand: "Hand", qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(form.live_changed):
        hand.enter("learningRate", "0.5")
        QTest.keyClick(hand.number("learningRate"), Qt.Key.Key_Return)


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_the_schedule_is_drawn(
    form: RecipeForm,
    hand: "Hand",
    show: Show,
    theme: Theme,
    count: Callable[[QWidget, str], int],
    choice: str,
) -> None:
    theme.choose(choice)
    show(form, 290, 560)
    curve = form.findChild(QWidget, "scheduleView")
    assert isinstance(curve, QWidget)
    pictures = set()
    for schedule in ("constant", "linear", "cosine", "one-cycle"):
        hand.choose("schedule", schedule)
        pictures.add(curve.grab().toImage().bits().tobytes())
    assert len(pictures) == 4
    assert "0.003" in curve.accessibleDescription()
    hand.enter("epochs", "0")
    assert curve.accessibleDescription() == ""


@pytest.mark.parametrize("opened", [False, True])
def test_it_fits_a_column_of_290_pixels(form: RecipeForm, hand: "Hand", show: Show, opened: bool) -> None:
    show(form, 266, 400)
    hand.button("distortionButton").setChecked(opened)
    for box in (*form.findChildren(NumberBox), *form.findChildren(QComboBox)):
        if box.isVisible():
            right = box.mapTo(form, box.rect().topRight()).x()
            assert right <= 266, box.objectName()


def test_the_form_needs_no_torch_to_stand() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from desktopcnn.ui.train.recipe_form import RecipeForm; from desktopcnn.ui.theme import Theme;"
        "form = RecipeForm(Theme()); form.recipe(); form.close(); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

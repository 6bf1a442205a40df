"""A form of a training, and a hand that uses it."""

from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktopcnn.data import catalog
from desktopcnn.data.dataset import Dataset, Part
from desktopcnn.training import probe
from desktopcnn.training.recipe import Recipe
from desktopcnn.ui.number_box import NumberBox
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.recipe_form import RecipeForm

Kind = TypeVar("Kind", bound=QWidget)


class Hand:
    """Finds controls by their stable names, and uses them as a user does."""

    def __init__(self, form: RecipeForm) -> None:
        self._form = form

    def number(self, name: str) -> NumberBox:
        return self._find(NumberBox, name)

    def combo(self, name: str) -> QComboBox:
        return self._find(QComboBox, name)

    def button(self, name: str) -> QAbstractButton:
        return self._find(QAbstractButton, name)

    def text(self, name: str) -> str:
        return self._find(QLabel, name).text()

    def enter(self, name: str, typed: str) -> None:
        """Type over what stands in that field."""
        box = self.number(name)
        box.selectAll()
        QTest.keyClicks(box, typed)

    def choose(self, name: str, value: str) -> None:
        """Choose the item that stands for that value."""
        place = self.combo(name).findData(value)
        assert place >= 0
        self._activate(self.combo(name), place)

    def open_item(self) -> None:
        """Choose *Open…*."""
        box = self.combo("architectureSelector")
        self._activate(box, box.count() - 1)

    def complaints(self) -> list[str]:
        """The sentences that can be read beside fields."""
        labels = self._form.findChildren(QLabel)
        return [label.text() for label in labels if label.property("message") and not label.isHidden()]

    @staticmethod
    def _activate(box: QComboBox, place: int) -> None:
        box.setCurrentIndex(place)
        box.activated.emit(place)

    def _find(self, kind: type[Kind], name: str) -> Kind:
        found = self._form.findChild(kind, name)
        assert isinstance(found, kind)
        return found


@pytest.fixture
def form(qtbot: QtBot, theme: Theme) -> RecipeForm:
    """A form that is not shown yet: its thread is not started."""
    form = RecipeForm(theme)
    qtbot.addWidget(form)
    return form


@pytest.fixture
def hand(form: RecipeForm) -> Hand:
    return Hand(form)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """A data set of a hundred bars in place of MNIST, each image in a grey of its own."""
    images = np.zeros((100, 1, 28, 28), np.uint8)
    images[..., 10:18] = np.arange(100, 200, dtype=np.uint8)[:, None, None, None]
    part = Part(images, np.arange(100, dtype=np.uint8) % 10)
    dataset = Dataset("mnist", "Bars", catalog.DIGITS, part, part[:20], part[:10])
    monkeypatch.setitem(catalog.CATALOG, "mnist", lambda: dataset)
    return dataset


@pytest.fixture(autouse=True)
def probed(monkeypatch: pytest.MonkeyPatch) -> list[Recipe]:
    """The recipes that were timed; each takes 4.6 seconds an epoch."""
    calls: list[Recipe] = []

    def fake(architecture: object, recipe: Recipe, *_: object, **__: object) -> float:
        calls.append(recipe)
        return 4.6

    monkeypatch.setattr(probe, "seconds_per_epoch", fake)
    return calls

"""The form of a training: what is wrong is said at once, beside its field."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktopcnn.errors import UsageError
from desktopcnn.networks import catalog as architectures
from desktopcnn.networks import library
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import Dense, Flatten
from desktopcnn.training.recipe import RECIPES
from desktopcnn.ui.number_box import NumberBox
from desktopcnn.ui.train.recipe_form import RecipeForm

if TYPE_CHECKING:
    from .conftest import Hand

WITHIN = 60_000
Show = Callable[..., None]
SHORT = Architecture("short", "Short", (1, 28, 28), (Flatten(), Dense(5)))


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("epochs", "0"), ("epochs", "1.5"), ("batchSize", "-1"), ("learningRate", "0"),
        ("learningRate", "abc"), ("learningRate", ""), ("learningRate", "nan"), ("weightDecay", "1e9"),
        ("labelSmoothing", "1"), ("average", "1"), ("shift", "9"), ("rotation", "x"), ("thickness", "-1"),
        ("seed", "-1"), ("seed", "x"), ("threads", "0"), ("threads", "100000"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_once_and_stays_as_typed(
    form: RecipeForm, hand: "Hand", field: str, typed: str
) -> None:
    box = hand.number(field)
    box.selectAll()
    QTest.keyClick(box, Qt.Key.Key_Delete)
    QTest.keyClicks(box, typed)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert not form.is_valid()
    assert box.text() == typed
    assert len(hand.complaints()) == 1
    assert hand.complaints()[0] == box.accessibleDescription()
    with pytest.raises(UsageError):
        form.recipe(), form.seed(), form.threads()


def test_the_sentence_goes_when_the_value_is_right(form: RecipeForm, hand: "Hand") -> None:
    hand.enter("epochs", "0")
    assert "between 1 and 10,000" in hand.complaints()[0]
    hand.enter("epochs", "3")
    assert hand.complaints() == []
    assert form.is_valid()


def test_contradictions_are_said_beside_the_field_that_can_end_them(form: RecipeForm, hand: "Hand") -> None:
    hand.enter("momentum", "0.9")
    assert not form.is_valid()
    assert "SGD" in hand.number("momentum").accessibleDescription()
    hand.choose("optimizer", "sgd")
    assert form.is_valid()
    hand.button("nesterov").click()
    assert form.is_valid()
    hand.enter("momentum", "0")
    assert "momentum above 0" in hand.button("nesterov").accessibleDescription()
    assert not form.is_valid()


def test_several_faults_are_said_at_once(hand: "Hand") -> None:
    hand.enter("epochs", "0")
    hand.enter("batchSize", "0")
    hand.enter("seed", "x")
    (said,) = hand.complaints()
    assert said.endswith("between 1 and 10,000. And 2 more.")


def test_what_is_wrong_moves_nothing(form: RecipeForm, hand: "Hand") -> None:
    def places() -> list[QRect]:
        fields = form.findChildren(NumberBox)
        return [QRect(field.mapTo(form, QPoint()), field.size()) for field in fields if field.isVisible()]

    before = places()
    hand.enter("epochs", "0")
    hand.enter("seed", "x" * 200)
    QApplication.processEvents()
    assert hand.complaints()
    assert places() == before


def test_a_fault_in_the_distortion_opens_it(hand: "Hand") -> None:
    assert not hand.button("distortionButton").isChecked()
    hand.number("shear").set_value(3)
    assert hand.button("distortionButton").isChecked()
    assert "shear" in hand.complaints()[0]


@pytest.fixture
def answer_dialog(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | str], None]:
    """Choose *Open…* and that file."""

    def answer(path: Path | str) -> None:
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))

    return answer


def test_an_architecture_file_is_opened(
    form: RecipeForm, hand: "Hand", answer_dialog: Any, tmp_path: Path
) -> None:
    path = tmp_path / "mine 数字.json"
    path.write_text(SHORT.to_json(), "utf-8")
    answer_dialog(path)
    hand.open_item()
    assert form.architecture() == SHORT
    assert hand.combo("architectureSelector").currentText() == "Short"
    assert form.recipe() == RECIPES["quick"]


def test_the_architecture_of_a_weights_file_is_opened(form: RecipeForm) -> None:
    form.open_architecture(library.find("00-dense").path)
    assert form.architecture() == library.find("00-dense").card.architecture


def test_a_dialog_that_is_cancelled_changes_nothing(hand: "Hand", answer_dialog: Any) -> None:
    answer_dialog("")
    hand.open_item()
    assert hand.combo("architectureSelector").currentData() == library.DEFAULT
    assert hand.complaints() == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b"{}", json.dumps({"name": "x"}).encode(), b" " * 2**21],
    ids=["empty", "no text", "list", "no keys", "too few keys", "too long"],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(
    form: RecipeForm, hand: "Hand", tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    form.open_architecture(path)
    assert "odd.json" in hand.complaints()[0]
    assert form.architecture() == architectures.find(library.DEFAULT)
    assert form.is_valid()  # the one that stands there is right
    hand.choose("architectureSelector", "00-dense")
    assert hand.complaints() == []


@pytest.mark.parametrize("name", ["missing.json", "missing.safetensors"])
def test_a_missing_file_is_refused(form: RecipeForm, hand: "Hand", tmp_path: Path, name: str) -> None:
    form.open_architecture(tmp_path / name)
    assert name in hand.complaints()[0]


def test_an_architecture_that_is_set_is_chosen(form: RecipeForm, qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.changed):
        form.set_architecture(SHORT)
    assert form.architecture() == SHORT

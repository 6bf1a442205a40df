"""A field for numbers: what is typed, stepped and shown, in several locales."""

import math
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktopcnn.ui.number_box import NumberBox, adding, decades, doubling, number_text, to_number

Show = Callable[..., None]


@pytest.fixture
def locale() -> Iterator[Callable[[str], None]]:
    """Sets the locale, for this test."""
    before = QLocale()
    yield lambda name: QLocale.setDefault(QLocale(name))
    QLocale.setDefault(before)


@pytest.fixture
def box(qtbot: QtBot) -> NumberBox:
    box = NumberBox(decades, (0, 1))
    qtbot.addWidget(box)
    return box


def wheel(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.003", 0.003), ("3e-3", 0.003), (" 3E-3 ", 0.003), ("-1", -1),
        ("1,000", None), ("abc", None), ("", None),
    ],
)  # fmt: skip
def test_numbers_are_read(text: str, value: float | None, locale: Callable[[str], None]) -> None:
    locale("en_US")
    assert to_number(text, whole=False) == value


@pytest.mark.parametrize("name", ["de_DE", "fr_FR", "ru_RU"])
def test_the_locale_has_its_decimal_comma(name: str, locale: Callable[[str], None]) -> None:
    locale(name)
    assert to_number("0,003", whole=False) == 0.003
    assert to_number("3e-3", whole=False) == 0.003
    assert to_number("0.003", whole=False) == 0.003  # as programs write it: never three
    assert number_text(0.003) == "0,003"
    assert to_number(number_text(1e-7), whole=False) == 1e-7


@pytest.mark.parametrize(("text", "value"), [("64", 64), ("6.4", None), ("1e3", None), (str(2**63), None)])
def test_whole_numbers_are_whole(text: str, value: int | None) -> None:
    assert to_number(text, whole=True) == value


@pytest.mark.parametrize("value", [0.1 + 0.2, 1 / 3, 2e-5, 12345678.9, 0, 2**62])
def test_what_is_shown_is_read_as_the_same_number(box: NumberBox, value: float) -> None:
    box.set_value(value)
    assert box.value() == value


def test_what_was_typed_stays(box: NumberBox, qtbot: QtBot) -> None:
    with qtbot.waitSignal(box.changed):
        QTest.keyClicks(box, "3e-3")
    box.set_value(0.003)
    assert (box.text(), box.value()) == ("3e-3", 0.003)


@pytest.mark.parametrize("text", ["7", "-1", "nan", "1e300"])
def test_nothing_is_clamped(box: NumberBox, text: str) -> None:
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.text() == text
    assert box.complaint() == ""


def test_what_is_no_number_is_said(box: NumberBox) -> None:
    QTest.keyClicks(box, "12x")
    assert box.value() is None
    assert "12x" in box.complaint()


def test_a_change_is_told_at_every_key_and_committed_at_enter(box: NumberBox, qtbot: QtBot) -> None:
    committed: list[None] = []
    box.committed.connect(lambda: committed.append(None))
    with qtbot.waitSignals([box.changed] * 3):
        QTest.keyClicks(box, "0.5")
    assert committed == []
    with qtbot.waitSignal(box.committed):
        QTest.keyClick(box, Qt.Key.Key_Return)


def test_arrow_keys_step_and_commit(box: NumberBox, qtbot: QtBot) -> None:
    box.set_value(0.003)
    with qtbot.waitSignal(box.committed):
        QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 0.005
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.value() == 0.001


def test_steps_end_at_the_limits(box: NumberBox) -> None:
    box.set_value(0.5)
    for _ in range(5):
        QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 1
    for _ in range(40):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.value() == 0


def test_there_is_no_step_from_what_is_no_number(box: NumberBox) -> None:
    QTest.keyClicks(box, "abc")
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.text() == "abc"


def test_whole_numbers_step_to_whole_numbers(qtbot: QtBot) -> None:
    box = NumberBox(doubling, (1, 1000), whole=True)
    qtbot.addWidget(box)
    box.set_value(100)
    box.stepUp()
    assert box.text() == "128"
    box.stepBy(-8)
    assert box.text() == "1"


def test_steps_of_a_sum_leave_no_crumbs(qtbot: QtBot) -> None:
    box = NumberBox(adding(0.1), (0, 1))
    qtbot.addWidget(box)
    box.set_value(0)
    box.stepBy(3)
    assert box.text() == number_text(0.3)


@pytest.mark.parametrize("stepper", [adding(0.25), doubling, decades])
@pytest.mark.parametrize("value", [0.0, 0.3, 1.0, 64.0])
def test_steps_go_up_and_down(stepper: Callable[[float, int], float], value: float) -> None:
    assert stepper(value, 1) > value
    assert stepper(value, -1) < value or value == 0 or stepper is doubling
    assert math.isfinite(stepper(value, -1))


def test_the_wheel_turns_the_page_and_never_the_value(box: NumberBox, show: Show) -> None:
    show(box, 80, 24)
    box.clearFocus()
    box.set_value(0.1)
    wheel(box)
    assert box.value() == 0.1
    box.setFocus()
    wheel(box)
    assert box.value() == 0.1

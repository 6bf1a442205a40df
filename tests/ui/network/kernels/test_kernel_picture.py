"""The picture of all kernels: what is painted where, zoom, keys."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktopcnn.inspection import sheet
from desktopcnn.inspection.sheet import Sheet
from desktopcnn.ui.network.kernels import kernel_lens
from desktopcnn.ui.network.kernels.kernel_marks import Marks
from desktopcnn.ui.network.kernels.kernel_picture import KernelPicture
from desktopcnn.ui.theme import Theme


def drawn(*shape: int, order: list[int] | None = None, dead: tuple[int, ...] = ()) -> Sheet:
    values = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    is_dead = np.isin(np.arange(shape[0]), dead)
    return Sheet(values, sheet.scales(values, "layer"), np.array(order or range(shape[0])), is_dead)


@pytest.fixture
def picture(theme: Theme, show: Any) -> KernelPicture:
    picture = KernelPicture(theme)
    picture.chosen.connect(lambda number, channel: picture.set_marks(Marks((number, channel))))
    show(picture, 300, 220)
    return picture


def middle(picture: KernelPicture, number: int, channel: int) -> QPoint:
    return picture.rect_of(number, channel).center().toPoint()


def wheel(picture: KernelPicture, at: QPoint, turn: int, modifier: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(picture.viewport().mapToGlobal(at)), QPoint(), QPoint(0, turn),
        Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(picture.viewport(), event)


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5], [3, 5, 0, 1, 4, 2]])
@pytest.mark.parametrize("channels", [1, 4])
def test_each_weight_is_painted_in_its_colour_where_it_is_pointed_at(
    picture: KernelPicture, pixels: Any, qtbot: QtBot, order: list[int], channels: int
) -> None:
    shown = drawn(6, channels, 3, 3, order=order)
    picture.set_sheet(shown)
    painted = pixels(picture.viewport())
    end = float(shown.ends[0, 0])
    for number, channel in [(0, 0), (5, channels - 1), (2, 0)]:
        rect = picture.rect_of(number, channel)
        for row, column in np.ndindex(3, 3):
            x = rect.x() + (column + 0.5) * rect.width() / 3
            y = rect.y() + (row + 0.5) * rect.height() / 3
            with qtbot.waitSignal(picture.pointed) as heard:
                QTest.mouseMove(picture.viewport(), QPoint(int(x), int(y)))
            assert heard.args == [(number, channel, row, column)]
            value = shown.values[number, channel, row, column]
            red, _, blue = (int(part) for part in painted[int(y), int(x)])
            if abs(value) > 0.1 * end:
                assert (red > blue) == (value > 0)


def test_a_click_chooses_and_the_choice_is_framed(picture: KernelPicture, count: Any, theme: Theme) -> None:
    picture.set_sheet(drawn(6, 4, 3, 3))
    frame = count(picture.viewport(), theme.colours.accent)  # of the focus
    QTest.mousePress(picture.viewport(), Qt.MouseButton.LeftButton, pos=middle(picture, 3, 2))
    rect = picture.rect_of(3, 2)
    around = 2 * 2 * (rect.width() + rect.height())
    assert 0.6 * around < count(picture.viewport(), theme.colours.accent) - frame < 1.8 * around


def test_dead_kernels_are_crossed_out(picture: KernelPicture, pixels: Any) -> None:
    picture.set_sheet(drawn(6, 1, 5, 5))
    before = pixels(picture.viewport()).astype(int)
    picture.set_sheet(drawn(6, 1, 5, 5, dead=(4,)))
    changed = (pixels(picture.viewport()) != before).any(-1)
    rect = picture.rect_of(4, 0).toAlignedRect().adjusted(-2, -2, 2, 2)
    assert changed[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1].sum() == changed.sum()
    assert changed.sum() >= rect.height()


def test_keys_walk_through_the_kernels_as_they_lie(picture: KernelPicture, qtbot: QtBot) -> None:
    picture.set_sheet(drawn(8, 1, 5, 5, order=[7, 6, 5, 4, 3, 2, 1, 0]))
    chosen: list[tuple[int, int]] = []
    picture.chosen.connect(lambda number, channel: chosen.append((number, channel)))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(picture, key)
    assert chosen == [(7, 0), (6, 0), (7, 0), (0, 0), (7, 0)]
    QTest.keyClick(picture, Qt.Key.Key_Down)
    assert picture.rect_of(*chosen[-1]).x() == picture.rect_of(7, 0).x()
    assert picture.rect_of(*chosen[-1]).y() > picture.rect_of(7, 0).y()


def test_shift_and_arrows_point_at_the_weights_of_the_chosen_kernel(
    picture: KernelPicture, qtbot: QtBot
) -> None:
    picture.set_sheet(drawn(6, 4, 3, 3))
    picture.set_marks(Marks((2, 1), pixel=(1, 1)))
    with qtbot.waitSignal(picture.pointed) as heard:
        QTest.keyClick(picture, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert heard.args == [(2, 1, 2, 1)]


def test_what_is_under_the_pointer_stays_there_when_it_is_enlarged(picture: KernelPicture) -> None:
    picture.set_sheet(drawn(64, 64, 3, 3))
    before, at = picture.rect_of(5, 4), middle(picture, 5, 4)
    for _ in range(3):
        wheel(picture, at, 120, Qt.KeyboardModifier.ControlModifier)
    after = picture.rect_of(5, 4)
    assert after.width() == pytest.approx(before.width() * 1.25**3)
    assert after.adjusted(-2, -2, 2, 2).contains(QPointF(at))
    QTest.keyClick(picture, Qt.Key.Key_Minus)
    assert picture.rect_of(5, 4).width() == pytest.approx(before.width() * 1.25**2)


def test_the_wheel_alone_scrolls(picture: KernelPicture) -> None:
    picture.set_sheet(drawn(64, 64, 3, 3))
    before = picture.rect_of(0, 0)
    wheel(picture, QPoint(100, 100), -120, Qt.KeyboardModifier.NoModifier)
    assert picture.rect_of(0, 0).y() < before.y()
    assert picture.rect_of(0, 0).width() == before.width()


def test_a_kernel_that_is_chosen_out_of_sight_comes_into_sight(picture: KernelPicture) -> None:
    picture.set_sheet(drawn(64, 64, 3, 3))
    for kernel in ((63, 63), (0, 0), (30, 63)):
        picture.set_marks(Marks(kernel))
        assert picture.viewport().rect().contains(picture.rect_of(*kernel).toAlignedRect())


def test_the_whole_picture_is_shown_when_it_is_asked_for(picture: KernelPicture, qtbot: QtBot) -> None:
    picture.set_sheet(drawn(64, 64, 3, 3))
    assert picture.verticalScrollBar().maximum() > 0
    picture.set_whole(True)
    for bar in (picture.horizontalScrollBar(), picture.verticalScrollBar()):
        assert bar.maximum() == 0
    for kernel in ((0, 0), (63, 63), (0, 63), (63, 0)):
        assert picture.viewport().rect().contains(middle(picture, *kernel))
    with qtbot.waitSignal(picture.whole_changed) as heard:
        picture.zoom_by(2)
    assert heard.args == [False]


def test_the_picture_is_made_once_for_the_same_weights(
    picture: KernelPicture, pixels: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    make = sheet.picture
    monkeypatch.setattr(sheet, "picture", lambda *given: made.append(1) or make(*given))
    picture.set_sheet(drawn(64, 64, 3, 3))
    for mark in (Marks(), Marks((1, 1)), Marks((1, 2), 1, (0, 0))):
        picture.set_marks(mark)
        pixels(picture)
    picture.verticalScrollBar().setValue(50)
    picture.zoom_by(1.5)
    pixels(picture)
    assert len(made) == 1
    picture.set_sheet(drawn(64, 64, 3, 3, order=list(range(63, -1, -1))))
    pixels(picture)
    assert len(made) == 2


def test_follows_the_theme(picture: KernelPicture, count: Any, theme: Theme) -> None:
    picture.set_sheet(drawn(6, 4, 3, 3))
    for choice in ("light", "dark"):
        theme.choose(choice)
        assert count(picture.viewport(), theme.colours.card) > 100, "the gaps are no values"
        assert count(picture.viewport(), theme.colours.muted) > 0


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_kernel_that_does_not_exist_is_hatched(
    picture: KernelPicture, pixels: Any, theme: Theme, choice: str
) -> None:
    theme.choose(choice)
    shown = drawn(6, 4, 3, 3)
    shown.values[2, 1] = np.nan
    picture.set_sheet(shown)
    painted = pixels(picture.viewport())
    rect = picture.rect_of(2, 1).toAlignedRect().adjusted(2, 2, -2, -2)
    inside = painted[rect.top() : rect.bottom(), rect.left() : rect.right()].reshape(-1, 3)
    colours = {f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in np.unique(inside, axis=0)}
    assert colours == {theme.colours.card, theme.colours.hint}


@pytest.mark.parametrize("size", [(300, 220), (1200, 600)])
@pytest.mark.parametrize("shape", [(20, 1, 5, 5), (16, 6, 5, 5)])
@pytest.mark.parametrize("whole", [False, True])
def test_every_row_has_its_number_at_its_left(
    picture: KernelPicture,
    count: Any,
    pixels: Any,
    theme: Theme,
    size: tuple[int, int],
    shape: Any,
    whole: bool,
) -> None:
    picture.resize(*size)
    picture.set_whole(whole)
    picture.set_sheet(drawn(*shape))
    painted = pixels(picture.viewport()).astype(int)
    muted = QColor(theme.colours.muted)
    ink = np.abs(painted - (muted.red(), muted.green(), muted.blue())).sum(-1) < 60
    for number in range(shape[0]):
        rect = picture.rect_of(number, 0).toAlignedRect()
        assert rect.left() >= 10
        assert ink[rect.top() : rect.bottom(), rect.left() - 10 : rect.left()].any(), number
    right = max(picture.rect_of(number, 0).x() for number in range(shape[0]))
    heads = [picture.rect_of(0, channel) for channel in range(1, shape[1])]
    heads += [head.translated(right - heads[0].x(), 0) for head in heads]
    for head in heads:
        assert ink[: int(head.top()), int(head.left()) - 2 : int(head.right()) + 2].any()


@pytest.mark.parametrize("shape", [(20, 1, 5, 5), (16, 6, 5, 5), (512, 3, 3, 3), (64, 64, 3, 3)])
@pytest.mark.parametrize("whole", [False, True])
def test_there_is_room_for_a_number_between_strips_side_by_side(
    shape: tuple[int, int, int, int], whole: bool
) -> None:
    lens = kernel_lens.fitted(shape, QSize(1400, 420), (20, 12), 14, whole=whole)
    assert lens.plan.across > 1
    assert lens.extent.width() <= 1380
    assert lens.rect(0, 0).left() >= 20
    for place in range(1, lens.plan.across):
        before, after = lens.rect(place - 1, shape[1] - 1), lens.rect(place, 0)
        assert after.left() - before.right() >= 16


@pytest.mark.parametrize(
    "shape", [(20, 1, 5, 5), (40, 20, 5, 5), (64, 64, 3, 3), (512, 512, 3, 3), (10, 1000, 1, 1), (1, 1, 1, 1)]
)
@pytest.mark.parametrize("whole", [False, True])
def test_no_weight_is_too_small_to_be_seen_unless_all_are_to_be(
    shape: tuple[int, int, int, int], whole: bool
) -> None:
    lens = kernel_lens.fitted(shape, QSize(250, 200), (20, 12), 14, whole=whole)
    if whole:
        assert lens.hidden == QSize(0, 0)
    else:
        assert lens.zoom >= 0.75 * kernel_lens.LEAST
    for scroll in (QPoint(0, 0), QPoint(10**6, 10**6)):
        seen = lens.scrolled(scroll)
        place = seen.places_in_sight()[-1 if scroll.x() else 0]
        channel = shape[1] - 1 if scroll.x() else 0
        at = seen.rect(place, channel).center()
        assert (found := seen.weight_at(at))
        assert found[:2] == (place, channel)

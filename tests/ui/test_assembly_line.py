"""The assembly line: a picture and a switch for each step."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from desktopcnn.data.digit import ALL_STEPS, Steps
from desktopcnn.ui.assembly_line import AssemblyLine
from desktopcnn.ui.frame_view import FrameView
from desktopcnn.ui.inputs import Drawn, Sample
from desktopcnn.ui.session import Session

STEPS = [field.name for field in fields(Steps)]
SAMPLE = Sample(0, "7", np.full((28, 28), 0.5, np.float32))


@pytest.fixture
def panel(session: Session, show: Any) -> AssemblyLine:
    panel = AssemblyLine(session)
    show(panel, 280, 80)
    return panel


def switch(panel: AssemblyLine, step: str) -> QCheckBox:
    return panel.findChild(QCheckBox, f"{step}Switch")


def click(box: QCheckBox) -> None:
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())


@pytest.mark.parametrize("step", STEPS)
def test_a_switch_takes_its_step_out_and_in(panel: AssemblyLine, session: Session, step: str) -> None:
    assert switch(panel, step).isChecked()
    click(switch(panel, step))
    assert [getattr(session.steps, name) for name in STEPS] == [name != step for name in STEPS]
    click(switch(panel, step))
    assert session.steps == ALL_STEPS


@pytest.mark.parametrize("step", STEPS)
def test_a_switch_follows_the_session(panel: AssemblyLine, session: Session, step: str) -> None:
    session.set_step(step, False)
    assert [switch(panel, name).isChecked() for name in STEPS] == [name != step for name in STEPS]


def test_every_step_has_its_picture(panel: AssemblyLine, session: Session, answer: Any, pixels: Any) -> None:
    views = sorted(panel.findChildren(FrameView), key=FrameView.x)
    assert len(views) == 1 + len(STEPS)
    assert not any(pixels(view).any() for view in views)
    given = answer()
    session.answered.emit(given)
    for view, stage in zip(views, given.stages, strict=True):
        painted = pixels(view)[..., 0]
        rows, columns = np.nonzero(stage.frame > 0.9)
        scale = len(painted) / 28
        at = painted[((rows + 0.5) * scale).astype(int), ((columns + 0.5) * scale).astype(int)]
        assert at.min() > 220, stage.step
    session.answered.emit(None)
    assert not any(pixels(view).any() for view in views)


def test_a_digit_of_the_data_set_has_nothing_to_switch(
    panel: AssemblyLine, session: Session, answer: Any, pixels: Any
) -> None:
    session.shown_changed.emit(SAMPLE)
    session.answered.emit(answer(shown=SAMPLE))
    assert not any(switch(panel, step).isEnabled() for step in STEPS)
    first, *others = sorted(panel.findChildren(FrameView), key=FrameView.x)
    assert pixels(first).any()
    assert not any(pixels(view).any() for view in others)
    session.shown_changed.emit(Drawn())
    assert all(switch(panel, step).isEnabled() for step in STEPS)


def test_a_switch_changes_what_the_network_is_given(
    live: Session, show: Any, line: Any, qtbot: QtBot
) -> None:
    panel = AssemblyLine(live)
    show(panel, 280, 80)
    with qtbot.waitSignal(live.answered):
        live.show_drawing(Drawn(line((30, 30), (30, 90))))
    assert live.answer
    before = live.answer.frame
    with qtbot.waitSignal(live.answered):
        click(switch(panel, "fit_box"))
    assert live.answer.frame.sum() < before.sum()

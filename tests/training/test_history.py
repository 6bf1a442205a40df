"""Events to lines and back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktopcnn.training.history import Change, Epoch, Event, Measure, Step, from_line, to_line

EVENTS: tuple[Event, ...] = (
    Step(1, 2.302585092994046, 1e-3),
    Epoch(2, 40, 0.1, 0.97, 0.2, 0.95, 3.25, 12_000.5),
    Measure(25, {"conv1": 0.125}, {"relu1": 0.5}),
    Change(7, {"learning_rate": 0.01, "epochs": 12}),
    Change(7, {"learning_rate": 0.01}, {"learning_rate": 0.02}),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_round_trip(event: Event) -> None:
    line = to_line(event)
    assert "\n" not in line
    assert json.loads(line)["kind"] == type(event).__name__.lower()
    assert from_line(line) == event


@given(st.integers(1), st.floats(allow_nan=False), st.floats(allow_nan=False))
@settings(deadline=None)
def test_numbers_come_back_to_the_last_bit(step: int, loss: float, rate: float) -> None:
    assert from_line(to_line(Step(step, loss, rate))) == Step(step, loss, rate)


@pytest.mark.parametrize(
    "line",
    [
        "", "{", "3", "null", "[]", '"step"', "{}", '{"kind": "step"}', '{"kind": ["step"]}',
        '{"kind": "rest", "step": 1}', '{"kind": "step", "step": 1, "loss": 2, "learning_rate": 3, "x": 4}',
        to_line(EVENTS[0])[:-5],
    ],
)  # fmt: skip
def test_anything_else_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"not a line of a history|line 1 column"):
        from_line(line)

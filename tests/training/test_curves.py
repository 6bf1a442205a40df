"""Curves: events in, arrays out."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktopcnn.training.curves import BUCKET, LEAST, Curves, Table, smooth
from desktopcnn.training.history import Change, Epoch, Event, Measure, Notice, Step


def steps(first: int, last: int, loss: float = 1.0) -> list[Event]:
    return [Step(number, loss / number, 0.1 / number) for number in range(first, last + 1)]


def epoch(number: int, step: int) -> Epoch:
    return Epoch(number, step, 0.5 / number, 0.9, 0.4 / number, 0.91, 2.0, 5000.0 + number)


def slowly(values: Iterable[float], weight: float) -> list[float]:
    """The exponential average as it is defined, one value at a time."""
    state, averages = 0.0, []
    for count, value in enumerate(values, 1):
        state = weight * state + (1 - weight) * value
        averages.append(state / (1 - weight**count))
    return averages


def test_a_new_run_has_nothing() -> None:
    curves = Curves()
    assert len(curves.step) == len(curves.loss) == len(curves.smoothed) == len(curves.learning_rate) == 0
    assert len(curves.epochs) == 0
    assert curves.gradients == curves.silent == {}
    assert curves.changes == ()
    assert curves.end == 0


def test_steps_are_taken_in_across_many_calls() -> None:
    curves = Curves()
    for number in range(1, 3 * LEAST + 1):
        curves.extend(steps(number, number))
    assert curves.step.tolist() == list(range(1, 3 * LEAST + 1))
    assert curves.loss[9] == pytest.approx(0.1)
    assert curves.learning_rate[9] == pytest.approx(0.01)


def test_epochs_measures_and_changes_are_kept_by_what_they_are() -> None:
    curves = Curves()
    curves.extend(
        [
            *steps(1, 10),
            Measure(10, {"conv1": 0.5, "dense1": 0.25}, {"relu1": 0.125}),
            epoch(1, 10),
            Change(10, {"learning_rate": 0.01}),
            *steps(11, 20),
            Measure(20, {"conv1": 0.4, "dense1": 0.2}, {"relu1": 0.25}),
            epoch(2, 20),
        ]
    )
    assert list(curves.gradients) == ["conv1", "dense1"]
    assert curves.gradients["conv1"]["step"].tolist() == [10, 20]
    assert curves.gradients["dense1"]["value"].tolist() == [0.25, 0.2]
    assert curves.silent["relu1"]["value"].tolist() == [0.125, 0.25]
    assert curves.epochs["step"].tolist() == [10, 20]
    assert curves.epochs["images_per_second"].tolist() == [5001, 5002]
    assert curves.epochs["validation_loss"].tolist() == [0.4, 0.2]
    assert [change.step for change in curves.changes] == [10]


def test_a_notice_leaves_the_curves_alone() -> None:
    curves = Curves()
    curves.extend([*steps(1, 3), Notice(3, "The disk is full.")])
    assert len(curves.step) == 3
    assert curves.changes == ()


def test_the_length_of_an_epoch_is_learnt_or_given() -> None:
    learns, knows = Curves(), Curves(steps_per_epoch=7.0)
    assert learns.steps_per_epoch is None
    for curves in (learns, knows):
        curves.extend([*steps(1, 20), epoch(2, 20)])
    assert learns.steps_per_epoch == 10
    assert knows.steps_per_epoch == 7


def test_the_end_is_what_is_planned_or_was_done() -> None:
    curves = Curves(last_step=30)
    curves.extend(steps(1, 10))
    assert curves.end == 30
    curves.extend(steps(11, 40))
    assert curves.end == 40


def test_every_change_is_a_new_revision() -> None:
    curves = Curves()
    revisions = [curves.revision]
    curves.extend(steps(1, 3))
    revisions.append(curves.revision)
    curves.smoothing = 0.5
    revisions.append(curves.revision)
    curves.truncate(2)
    revisions.append(curves.revision)
    assert revisions == sorted(set(revisions))


@given(
    st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=200),
    st.sampled_from([0.0, 0.3, 0.9, 0.98, 0.999]),
    st.integers(1, 60),
)
def test_smoothing_bit_by_bit_is_the_average_as_defined(
    losses: list[float], weight: float, piece: int
) -> None:
    curves = Curves(weight)
    events = [Step(number, loss, 0.1) for number, loss in enumerate(losses, 1)]
    for start in range(0, len(events), piece):
        curves.extend(events[start : start + piece])
    np.testing.assert_allclose(curves.smoothed, slowly(losses, weight), rtol=1e-9)


def test_another_smoothing_is_computed_for_all_that_was() -> None:
    curves = Curves(0.9)
    curves.extend(steps(1, 500))
    before = curves.smoothed
    curves.smoothing = 0.99
    np.testing.assert_allclose(curves.smoothed, slowly(curves.loss, 0.99))
    np.testing.assert_allclose(before, slowly(curves.loss, 0.9))
    curves.extend(steps(501, 600))
    np.testing.assert_allclose(curves.smoothed, slowly(curves.loss, 0.99))


def test_a_constant_loss_is_its_own_average_from_the_first_step() -> None:
    np.testing.assert_allclose(smooth(np.full(5000, 3.0), 0.999), 3.0)


@pytest.mark.parametrize("weight", [-0.1, 1.0, 2.0])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weight of the past"):
        Curves(weight)
    with pytest.raises(ValueError, match="weight of the past"):
        Curves().smoothing = weight


def test_a_run_taken_up_again_forgets_what_came_after() -> None:
    curves, straight = Curves(), Curves()
    begun: list[Event] = [*steps(1, 100), epoch(1, 100), Measure(100, {"c": 1.0}, {}), Change(100, {"a": 1})]
    lost: list[Event] = [*steps(101, 190, 9.0), Measure(150, {"c": 9.0}, {}), Change(150, {"a": 2})]
    again: list[Event] = [*steps(101, 200), epoch(2, 200), Measure(200, {"c": 2.0}, {})]
    curves.extend([*begun, *lost])
    curves.extend(again)
    straight.extend([*begun, *again])
    for name in ("step", "loss", "smoothed", "learning_rate"):
        np.testing.assert_allclose(getattr(curves, name), getattr(straight, name))
    assert curves.epochs["step"].tolist() == [100, 200]
    assert curves.gradients["c"]["value"].tolist() == [1, 2]
    assert [change.step for change in curves.changes] == [100]
    for name, peaks in curves.peaks.items():
        np.testing.assert_allclose(peaks["high"], straight.peaks[name]["high"])


def test_truncation_keeps_the_step_that_is_named() -> None:
    curves = Curves()
    curves.extend([*steps(1, 10), epoch(1, 10), *steps(11, 20), epoch(2, 20)])
    curves.truncate(10)
    assert curves.step.tolist() == list(range(1, 11))
    assert curves.epochs["epoch"].tolist() == [1]
    curves.truncate(0)
    assert len(curves.step) == len(curves.epochs) == len(curves.smoothed) == 0


def test_what_was_handed_out_never_changes() -> None:
    curves = Curves()
    curves.extend(steps(1, 50))
    held = curves.loss
    copy = held.copy()
    curves.extend(steps(51, 500))
    curves.truncate(10)
    curves.extend(steps(11, 60, 7.0))
    np.testing.assert_array_equal(held, copy)
    with pytest.raises(ValueError, match="read-only"):
        held[0] = 3


def test_peaks_are_the_extremes_of_each_full_bucket() -> None:
    curves = Curves()
    losses = np.random.default_rng(3).random(5 * BUCKET + 7)
    for start in range(0, len(losses), 50):
        chunk = losses[start : start + 50].tolist()
        curves.extend(Step(start + place + 1, loss, 0.1) for place, loss in enumerate(chunk))
    buckets = losses[: 5 * BUCKET].reshape(5, BUCKET)
    np.testing.assert_array_equal(curves.peaks["loss"]["low"], buckets.min(1))
    np.testing.assert_array_equal(curves.peaks["loss"]["high"], buckets.max(1))
    assert len(curves.peaks["smoothed"]) == len(curves.peaks["learning_rate"]) == 5


def test_a_table_knows_its_columns_and_refuses_others() -> None:
    pairs = Table("a", "b")
    pairs.append([[1, 2], [3, 4]])
    assert pairs["b"].tolist() == [3, 4]
    with pytest.raises(KeyError):
        pairs["c"]
    with pytest.raises(ValueError, match="inhomogeneous"):
        pairs.append([[1], [2, 3]])
    assert len(pairs) == 2

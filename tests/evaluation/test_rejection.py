"""Confidence and rejection: scores, the temperature, the limit, and what is said of one picture."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from desktopcnn.errors import NetworkError
from desktopcnn.evaluation import rejection
from desktopcnn.evaluation.rejection import Classes, Rule, judge

LOGITS = np.array([[2.0, 0.0, -1.0], [-5.0, -4.0, -6.0]])


def test_scores_are_what_their_names_say() -> None:
    totals = [sum(math.exp(value) for value in row) for row in LOGITS.tolist()]
    np.testing.assert_allclose(rejection.energy(LOGITS), np.log(totals))
    np.testing.assert_allclose(
        rejection.highest_probability(LOGITS), [math.exp(2) / totals[0], math.exp(-4) / totals[1]]
    )
    np.testing.assert_array_equal(rejection.highest_logit(LOGITS), [2, -4])
    np.testing.assert_array_equal(rejection.margin(LOGITS), [2, 1])


@given(hnp.arrays(float, (3, 4), elements=st.floats(-1e4, 1e4)))
def test_scores_are_numbers_for_logits_of_any_size(logits: np.ndarray) -> None:
    for score in rejection.SCORES.values():
        found = score(logits)
        assert found.shape == (3,)
        assert np.isfinite(found).all()


@pytest.mark.parametrize("true", [0.3, 1.0, 4.0])
def test_the_temperature_undoes_that_of_the_logits(true: float) -> None:
    generator = np.random.default_rng(0)
    honest = generator.normal(0, 2, (4000, 5))
    chances = np.exp(honest) / np.exp(honest).sum(1, keepdims=True)
    labels = np.array([generator.choice(5, p=row) for row in chances])
    found = rejection.temperature(honest * true, labels)
    assert found == pytest.approx(true, rel=0.1)
    best = rejection.mean_loss(honest * true, labels, found)
    for other in (found * 0.9, found * 1.1):
        assert rejection.mean_loss(honest * true, labels, other) > best
    assert rejection.calibration_error(chances, labels) < 0.03


def test_the_calibration_error_is_the_gap_between_confidence_and_right() -> None:
    sure = np.tile([0.9, 0.1], (100, 1))
    labels = np.array([0, 1] * 50)
    assert rejection.calibration_error(sure, labels) == pytest.approx(0.4, abs=0.1)
    assert rejection.calibration_error(sure, np.zeros(100, int)) == pytest.approx(0.1)


@given(
    hnp.arrays(float, st.integers(1, 300), elements=st.floats(-1e6, 1e6)), st.sampled_from([0.0, 0.01, 0.2])
)
def test_the_limit_refuses_at_most_its_share(scores: np.ndarray, share: float) -> None:
    limit = rejection.threshold(scores, share)
    assert (scores < limit).sum() <= share * len(scores)
    assert limit in scores


def test_classes_are_near_their_means_and_alike_in_their_direction() -> None:
    generator = np.random.default_rng(0)
    labels = np.repeat([0, 1], 500)
    features = generator.normal(0, [3.0, 0.1], (1000, 2)) + np.array([[20.0, 0], [0, 20]])[labels]
    classes = Classes.fitted(features, labels)
    np.testing.assert_allclose(classes.means, [[20, 0], [0, 20]], atol=0.5)
    along, across, between = classes.nearness(np.array([[23.0, 0], [20, 3], [10, 10]]))
    assert along > across, "the classes are long in the first direction"
    assert across > between
    like = classes.likeness(np.array([[5.0, 0], [1, 1], [0, 0]]))
    np.testing.assert_allclose(like, [1, math.sqrt(0.5), 0], atol=0.05)


def test_judge_refuses_below_the_limit_and_is_calibrated() -> None:
    rule = Rule(2.0, 0.0)
    digit, other = (judge(row, rule) for row in LOGITS)
    assert (digit.answer, digit.refused) == (0, False)
    assert digit.confidence == pytest.approx(math.e / (math.e + 1 + math.exp(-0.5)))
    assert (other.answer, other.refused) == (1, True)
    assert judge(LOGITS[0].astype(np.float32), Rule(2.0, 3.0)).refused


def test_a_rule_is_fitted_to_digits_of_every_class() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(1000) % 3
    logits = generator.normal(0, 1, (1000, 3)) + 6 * np.eye(3)[labels]
    rule = Rule.fitted(logits, labels)
    assert rule.temperature == rejection.temperature(logits, labels)
    refused = sum(judge(row, rule).refused for row in logits)
    assert refused == round(rejection.REFUSED * 1000)
    assert judge(np.full(3, -4.0), rule).refused


def test_a_rule_travels_on_a_card() -> None:
    rule = Rule(0.7, -1.5, "margin")
    assert Rule.of({"rejection": rule.to_json()}) == rule
    assert Rule.of({"test_accuracy": 0.99}) is None


@pytest.mark.parametrize(
    "data",
    [
        3, [], {}, {"temperature": 1, "threshold": 0},
        {"temperature": 0, "threshold": 0, "score": "energy"},
        {"temperature": "1", "threshold": 0, "score": "energy"},
        {"temperature": 1, "threshold": float("nan"), "score": "energy"},
        {"temperature": 1, "threshold": 0, "score": "gut feeling"},
        {"temperature": 1, "threshold": 0, "score": []},
    ],
)  # fmt: skip
def test_a_damaged_rule_is_refused(data: object) -> None:
    with pytest.raises(NetworkError):
        Rule.of({"rejection": data})

"""Assessment of arrays: metrics, intervals and differences without a model or a release."""

from __future__ import annotations

import numpy as np
import pytest

from annotate.baseline.assessment import Answers, assess, assess_under, draws
from annotate.errors import UndefinedError

LABELS = ("no", "yes")
GOLD = np.array([0, 1, 1, 0])
CHANCES = np.array([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.8, 0.2]])
DOCUMENTS = ["🕊", "🕊", "b", "b"]


def test_answers_are_made_from_probabilities_thresholds_and_labels() -> None:
    """The most probable label; the positive one from its threshold on; certainty."""
    assert Answers.most_probable(CHANCES).predicted.tolist() == [0, 1, 0, 0]
    assert Answers.from_threshold(CHANCES, 1, 0.3).predicted.tolist() == [0, 1, 1, 0]
    assert Answers.from_threshold(CHANCES, 0, 0.75).predicted.tolist() == [0, 1, 1, 0]
    assert Answers.certain(np.array([1, 0]), 2).probabilities.tolist() == [[0, 1], [1, 0]]
    assert Answers.most_probable(CHANCES).of(np.array([1])).probabilities.tolist() == [[0.4, 0.6]]


def test_every_metric_by_hand() -> None:
    """One positive of two is found and nothing else: P 1, R 1/2, F1 2/3; ranks 1 and 2 are the positives: AP 1."""
    found = assess(LABELS, GOLD, Answers.most_probable(CHANCES), DOCUMENTS)
    yes = found.scores.labels["yes"]
    assert found.confusion == ((2, 0), (1, 1))
    assert (yes.support, yes.predicted) == (2, 1)
    values = [yes.precision, yes.recall, yes.f1, yes.average_precision]
    assert [estimate.value for estimate in values] == pytest.approx([1, 1 / 2, 2 / 3, 1])
    assert found.scores.accuracy.value == pytest.approx(3 / 4)
    assert found.scores.macro_f1.value == pytest.approx((4 / 5 + 2 / 3) / 2)
    brier = (0.1**2 + 0.4**2 + 0.7**2 + 0.2**2) / 4
    assert yes.brier.value == pytest.approx(brier)
    assert found.scores.brier.value == pytest.approx(brier)
    assert yes.calibration_error.value == pytest.approx((0.1 + 0.4 + 0.7 + 0.2) / 4)


def test_others_stand_beside_on_the_same_resamples() -> None:
    """Ours minus theirs; a system is ahead of itself by exactly nothing in every resample."""
    ours = Answers.most_probable(CHANCES)
    never = Answers.certain(np.zeros(4, dtype=np.int64), 2)
    found = assess(LABELS, GOLD, ours, DOCUMENTS, {"itself": ours, "never": never}, resamples=50, seed=3)
    assert found.others["itself"] == found.scores
    same = found.differences["itself"].macro_f1
    assert (same.value, same.low, same.high, same.resamples) == (0, 0, 0, 50)
    assert found.differences["never"].accuracy.value == pytest.approx(3 / 4 - 2 / 4)
    assert found.others["never"].labels["yes"].precision.undefined == "no item is predicted 'yes'"
    why = found.differences["never"].labels["yes"].precision.undefined
    assert why == "undefined for one of the two: no item is predicted 'yes'"


def test_the_same_seed_gives_the_same_intervals() -> None:
    """Names of groups only say which items belong together."""
    ours = Answers.most_probable(CHANCES)
    first = assess(LABELS, GOLD, ours, DOCUMENTS, seed=1)
    assert assess(LABELS, GOLD, ours, ["x", "x", "y", "y"], seed=1) == first
    assert assess_under(draws(2, seed=1), LABELS, GOLD, ours, np.array([0, 0, 1, 1])) == first
    assert draws(2, resamples=5).shape == (6, 2)
    assert draws(2, resamples=5)[0].tolist() == [1, 1]


def test_nothing_to_assess_is_an_error() -> None:
    """Without items there is no number."""
    with pytest.raises(UndefinedError, match="no item"):
        assess(LABELS, GOLD[:0], Answers.most_probable(CHANCES[:0]), [])


@pytest.mark.parametrize(
    ("answers", "groups", "message"),
    [
        (Answers(GOLD, CHANCES[:3]), DOCUMENTS, "for 4 items of 2 labels"),
        (Answers(GOLD, np.ones((4, 3))), DOCUMENTS, "for 4 items of 2 labels"),
        (Answers(GOLD + 1, CHANCES), DOCUMENTS, "a label outside 0 to 1"),
        (Answers(GOLD, CHANCES * 2), DOCUMENTS, r"a probability outside \[0, 1\]"),
        (Answers(GOLD, CHANCES * np.nan), DOCUMENTS, r"a probability outside \[0, 1\]"),
        (Answers(GOLD, CHANCES), DOCUMENTS[:3], "3 groups for 4 items"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(answers: Answers, groups: list[str], message: str) -> None:
    """Never cut to length, never read past a label, never averaged over NaN."""
    with pytest.raises(ValueError, match=message):
        assess(LABELS, GOLD, answers, groups)

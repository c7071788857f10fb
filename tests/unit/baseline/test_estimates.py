"""Estimates: intervals over articles, or the reason why there is no number."""

from __future__ import annotations

import numpy as np
import pytest

from annotate.baseline import metrics
from annotate.baseline.estimates import measure, scores

LABELS = ("no", "yes")


def measured(gold: list[int], predicted: list[int], groups: list[int], draws: int = 200):  # noqa: ANN201 - a helper whose type is the tested function's
    """Return the measures of labels with one-hot probabilities."""
    n_groups = len(set(groups)) or 1
    weights = np.vstack([np.ones(n_groups), metrics.resamples(n_groups, draws, 0)])
    chosen = np.array(predicted, dtype=np.int64)
    return measure(np.array(gold, dtype=np.int64), chosen, np.eye(2)[chosen], np.array(groups, dtype=np.int64), weights)


def test_the_value_is_of_the_split_and_the_interval_over_articles() -> None:
    """One article all right, one all wrong: accuracy is 0.5, and resamples reach from 0 to 1."""
    found = scores(measured([0, 1, 0, 1], [0, 1, 1, 0], [0, 0, 1, 1]), LABELS).accuracy
    assert (found.value, found.low, found.high, found.resamples) == (0.5, 0.0, 1.0, 200)
    assert found.undefined is None


def test_articles_are_drawn_whole() -> None:
    """A hundred items of two articles give an interval as wide as two articles are, not as narrow as a hundred items."""
    found = scores(measured([0] * 100, [0] * 50 + [1] * 50, [0] * 50 + [1] * 50), LABELS).accuracy
    assert (found.low, found.high) == (0.0, 1.0)


def test_one_article_has_values_and_no_interval() -> None:
    """There is nothing to resample."""
    found = scores(measured([0, 1], [0, 1], [0, 0]), LABELS)
    assert found.macro_f1.value == 1
    assert (found.macro_f1.low, found.macro_f1.high, found.macro_f1.resamples) == (None, None, 0)


def test_undefined_numbers_say_why() -> None:
    """Never 0 or 1: what has no value has a reason."""
    found = scores(measured([0, 0], [0, 0], [0, 1]), LABELS).labels["yes"]
    assert found.support == found.predicted == 0
    assert found.precision.value is None
    assert found.precision.undefined == "no item is predicted 'yes'"
    assert found.recall.undefined == found.average_precision.undefined == "no item is labelled 'yes'"
    assert found.f1.undefined == "no item is labelled or predicted 'yes'"


def test_without_items_everything_is_undefined() -> None:
    """A split whose items are all contested has no score at all."""
    found = scores(measured([], [], []), LABELS)
    assert found.accuracy.undefined == found.macro_f1.undefined == "no item has a majority label"


def test_resamples_in_which_a_number_is_undefined_are_left_out_and_counted() -> None:
    """The one positive item's article is missing from about a quarter of the resamples of two."""
    found = scores(measured([1, 0], [1, 0], [0, 1], draws=1000), LABELS).labels["yes"].recall
    assert found.value == 1
    assert 650 < found.resamples < 850


def test_a_difference_is_taken_resample_by_resample() -> None:
    """A system is ahead of itself by exactly nothing, although its own interval is wide."""
    ours = measured([0, 1, 0, 1], [0, 1, 1, 0], [0, 0, 1, 1])
    found = scores(ours - ours, LABELS).accuracy
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_a_difference_from_something_undefined_is_undefined() -> None:
    """It says that one of the two has no value."""
    ours, theirs = measured([0, 1], [0, 1], [0, 1]), measured([0, 1], [0, 0], [0, 1])
    found = scores(ours - theirs, LABELS, "undefined for one of the two: ").labels["yes"].precision
    assert found.value is None
    assert found.undefined == "undefined for one of the two: no item is predicted 'yes'"
    assert scores(ours - theirs, LABELS).accuracy.value == pytest.approx(0.5)

"""Metrics: against numbers worked out by hand, and against scikit-learn's on random data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs

from annotate.baseline import metrics

CONFUSION = np.array([[3.0, 1.0, 0.0], [1.0, 1.0, 0.0], [2.0, 0.0, 0.0]])
"""Gold by predicted: label 0 is right 3 of 4 times, label 1 once of twice, label 2 never and is never predicted."""


def average_precision(gold: list[int], scores: list[float]) -> float:
    """Return it with every item an article of its own, each counting once."""
    groups, ones = np.arange(len(gold)), np.ones((1, len(gold)))
    return float(metrics.average_precision(np.array(gold, dtype=bool), np.array(scores), groups, ones)[0])


def test_confusions_are_counted_by_group() -> None:
    """Each article has its own table, gold by predicted; together they are the whole."""
    gold, predicted, groups = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0])
    found = metrics.confusions(gold, predicted, groups, 2, 2)
    assert found.tolist() == [[[1, 0], [0, 1]], [[0, 1], [0, 1]]]
    assert metrics.confusions(gold[:0], predicted[:0], groups[:0], 1, 2).tolist() == [[[0, 0], [0, 0]]]


def test_precision_recall_and_f1_by_hand() -> None:
    """Of three labels: 3/6 and 1/2; 3/4, 1/2 and 0/2; 6/10, 2/4 and 0/2. A label never predicted has no precision."""
    np.testing.assert_allclose(metrics.precision(CONFUSION), [3 / 6, 1 / 2, np.nan])
    np.testing.assert_allclose(metrics.recall(CONFUSION), [3 / 4, 1 / 2, 0])
    np.testing.assert_allclose(metrics.f1(CONFUSION), [6 / 10, 2 / 4, 0])
    assert metrics.accuracy(CONFUSION) == pytest.approx(4 / 8)


def test_a_label_nobody_has_and_nothing_predicts_has_no_f1() -> None:
    """0 of 0 is undefined, not 0; where the label is predicted, F1 is 0."""
    assert np.isnan(metrics.f1(np.array([[2.0, 0.0], [0.0, 0.0]]))[1])
    assert metrics.f1(np.array([[1.0, 1.0], [0.0, 0.0]]))[1] == 0
    assert np.isnan(metrics.accuracy(np.zeros((2, 2))))


def test_macro_f1_is_over_the_labels_that_occur() -> None:
    """Labels outside the gold do not count; without any label there is no mean."""
    among = np.array([True, True, True])
    assert metrics.macro_f1(CONFUSION, among) == pytest.approx((0.6 + 0.5 + 0) / 3)
    assert metrics.macro_f1(CONFUSION, np.array([True, True, False])) == pytest.approx(0.55)
    assert np.isnan(metrics.macro_f1(CONFUSION, ~among))


def test_average_precision_by_hand() -> None:
    """Ranks 1 and 3 of 4 positive: (1/1 + 2/3) / 2."""
    assert average_precision([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]) == pytest.approx((1 + 2 / 3) / 2)


def test_tied_scores_are_one_step() -> None:
    """The order within a tie changes nothing: two of three at the top, then one of four is 2/3 of the way at 2/3."""
    tied = (2 / 3) * (2 / 3) + (1 / 3) * (3 / 4)
    assert average_precision([1, 0, 1, 1], [0.9, 0.9, 0.9, 0.2]) == pytest.approx(tied)
    assert average_precision([0, 1, 1, 1], [0.9, 0.9, 0.9, 0.2]) == pytest.approx(tied)
    assert average_precision([1, 0, 0, 0], [0.5] * 4) == pytest.approx(1 / 4)


def test_average_precision_without_a_positive_item_is_undefined() -> None:
    """Neither in the whole set nor in a resample that misses all positive articles."""
    assert np.isnan(average_precision([0, 0], [0.1, 0.2]))
    gold, scores, groups = np.array([True, False]), np.array([0.1, 0.2]), np.array([0, 1])
    found = metrics.average_precision(gold, scores, groups, np.array([[1.0, 1.0], [0.0, 2.0], [2.0, 0.0]]))
    np.testing.assert_allclose(found, [0.5, np.nan, 1.0])


@given(seed=st.integers(0, 2**32), n_items=st.integers(1, 60), n_labels=st.integers(2, 4), coarse=st.booleans())
def test_all_equal_scikit_learn(seed: int, n_items: int, n_labels: int, *, coarse: bool) -> None:
    """On random labels and scores, with many ties too, the numbers are scikit-learn's."""
    rng = np.random.default_rng(seed)
    gold, predicted = rng.integers(0, n_labels, n_items), rng.integers(0, n_labels, n_items)
    table = metrics.confusions(gold, predicted, np.zeros_like(gold), 1, n_labels)[0]
    labels = list(range(n_labels))
    assert (table == theirs.confusion_matrix(gold, predicted, labels=labels)).all()
    expected = theirs.precision_recall_fscore_support(gold, predicted, labels=labels, zero_division=np.nan)
    for ours, value in zip((metrics.precision, metrics.recall, metrics.f1), expected, strict=False):
        np.testing.assert_allclose(ours(table), value)
    present = np.unique(gold)
    among = np.isin(labels, present)
    macro = theirs.f1_score(gold, predicted, labels=present, average="macro", zero_division=0)
    assert metrics.macro_f1(table, among) == pytest.approx(macro)
    assert metrics.accuracy(table) == pytest.approx(theirs.accuracy_score(gold, predicted))
    scores = rng.integers(0, 4, n_items) / 4 if coarse else rng.random(n_items)
    positive = gold == gold[0]
    assert average_precision(list(positive), list(scores)) == pytest.approx(
        theirs.average_precision_score(positive, scores)
    )


@given(st.integers(0, 2**32))
def test_a_resample_is_the_same_as_repeating_its_articles(seed: int) -> None:
    """Weights say how often an article counts: average precision of row i is that of the repeated items."""
    rng = np.random.default_rng(seed)
    gold, scores, groups = rng.integers(0, 2, 12) > 0, rng.integers(0, 5, 12) / 5, rng.integers(0, 4, 12)
    weights = metrics.resamples(4, 5, seed)
    found = metrics.average_precision(gold, scores, groups, weights)
    for row, value in zip(weights, found, strict=True):
        times = row[groups].astype(int)
        again = np.repeat(gold, times)
        if again.any():
            assert value == pytest.approx(theirs.average_precision_score(again, np.repeat(scores, times)))
        else:
            assert np.isnan(value)


def test_large_tables_are_cut_without_changing_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resamples worked off a few at a time give what they give all at once."""
    rng = np.random.default_rng(1)
    gold, scores, groups = rng.integers(0, 2, 30) > 0, rng.random(30), rng.integers(0, 5, 30)
    weights = metrics.resamples(5, 40, 0)
    whole = metrics.average_precision(gold, scores, groups, weights)
    monkeypatch.setattr(metrics, "CELLS", 70)
    assert (metrics.average_precision(gold, scores, groups, weights) == whole).all()


def test_resamples_draw_as_many_articles_as_there_are() -> None:
    """Each row draws n articles with replacement; the same seed draws the same."""
    found = metrics.resamples(7, 50, seed=3)
    assert (found.sum(axis=1) == 7).all()
    assert found.max() > 1
    assert (found == metrics.resamples(7, 50, seed=3)).all()
    assert (found != metrics.resamples(7, 50, seed=4)).any()


def test_a_curve_falls_from_the_highest_threshold() -> None:
    """Thresholds 0.9, 0.5 (a tie), 0.1 give precision 1, 2/3, 2/4 and recall 1/2, 1, 1."""
    gold, scores = np.array([True, False, True, False]), np.array([0.9, 0.5, 0.5, 0.1])
    assert list(metrics.curve(gold, scores)) == [
        (0.9, 1.0, 0.5),
        (0.5, pytest.approx(2 / 3), 1.0),
        (0.1, 0.5, 1.0),
    ]
    assert list(metrics.curve(~gold & gold, scores)) == []
    assert list(metrics.curve(gold[:0], scores[:0])) == []


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    """Of 5,000 thresholds, 200 are kept, the first and the last among them."""
    scores = np.linspace(1, 0, 5000)
    found = list(metrics.curve(scores > 0.5, scores))
    assert len(found) == 200
    assert (found[0][0], found[-1][0]) == (1.0, 0.0)


def test_the_best_threshold_lies_midway() -> None:
    """Positive down to 0.6, negative at 0.4: the threshold is 0.5; below the lowest score it is half of it."""
    gold = np.array([True, True, False])
    assert metrics.best_threshold(gold, np.array([0.9, 0.6, 0.4])) == pytest.approx(0.5)
    assert metrics.best_threshold(np.array([False, True]), np.array([0.8, 0.4])) == pytest.approx(0.2)
    with pytest.raises(ValueError, match="no item is positive"):
        metrics.best_threshold(~gold & gold, np.array([0.9, 0.6, 0.4]))


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=1, max_size=30).filter(
        lambda x: any(g for g, _ in x)
    )
)
def test_no_other_threshold_has_a_better_f1(items: list[tuple[bool, int]]) -> None:
    """Every threshold that scores can tell apart is tried by brute force."""
    gold, scores = np.array([g for g, _ in items]), np.array([s / 8 for _, s in items])

    def f1(threshold: float) -> float:
        return float(theirs.f1_score(gold, scores >= threshold, zero_division=0))

    best = max(f1(threshold) for threshold in [*np.unique(scores), 2.0])
    assert f1(metrics.best_threshold(gold, scores)) == pytest.approx(best)


def test_brier_scores_by_hand() -> None:
    """Of three labels, one item: .2, .3 and 1 - .5, each squared; of two articles, each resample has its own mean."""
    ones = np.ones((1, 1))
    chances = np.array([[0.2, 0.3, 0.5]])
    found = metrics.brier(np.array([2]), chances, np.array([0]), ones)
    np.testing.assert_allclose(found, [[0.04, 0.09, 0.25]])
    chances, weights = np.array([[0.9, 0.1], [0.4, 0.6]]), np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 0.0]])
    found = metrics.brier(np.array([0, 1]), chances, np.array([0, 1]), weights)
    np.testing.assert_allclose(found[:, 1], [(0.01 + 0.16) / 2, 0.01, np.nan])


def test_calibration_error_by_hand() -> None:
    """Two items near .2, of which half are so: 1/2 x .275; two at .8, both so: 1/2 x .2."""
    yes = np.array([0.2, 0.25, 0.8, 0.8])
    chances, gold = np.stack([1 - yes, yes], axis=1), np.array([0, 1, 1, 1])
    weights = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    found = metrics.calibration_error(gold, chances, np.array([0, 0, 1, 1]), weights)
    np.testing.assert_allclose(found[:, 1], [0.2375, 0.275, np.nan])
    assert list(metrics.reliability(gold == 1, yes)) == [(2, pytest.approx(0.225), 0.5), (2, pytest.approx(0.8), 1.0)]
    assert list(metrics.reliability(gold[:0] == 1, yes[:0])) == []


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=20))
def test_binary_brier_is_scikit_learns(items: list[tuple[bool, float]]) -> None:
    """Both labels of two have the same one."""
    gold, yes = np.array([int(g) for g, _ in items]), np.array([p for _, p in items])
    chances = np.stack([1 - yes, yes], axis=1)
    found = metrics.brier(gold, chances, np.zeros_like(gold), np.ones((1, 1)))[0]
    expected = theirs.brier_score_loss(gold, yes, pos_label=1)
    np.testing.assert_allclose(found, [expected, expected], atol=1e-12)


def test_risk_by_coverage_by_hand() -> None:
    """The surest is right; the next two are equally sure, one of them wrong; with the last, one error of four."""
    found = list(metrics.risks(np.array([True, False, True, True]), np.array([0.9, 0.8, 0.8, 0.1])))
    assert found == [(0.25, 0.0), (0.75, pytest.approx(1 / 3)), (1.0, 0.25)]
    assert list(metrics.risks(np.array([], dtype=bool), np.array([]))) == []
    assert len(list(metrics.risks(np.ones(50, dtype=bool), np.arange(50.0), most=10))) == 10

"""Measures against chance: by hand, equal to other libraries on ordinary data, and undefined where they must be."""

from __future__ import annotations

import krippendorff
import numpy as np
import pandas as pd
import pytest
from crowdkit.metrics.data import alpha_krippendorff
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

from annotate.quality.chance import ac1, cohen_kappa, commonest_votes, fleiss, gwet_ac1
from annotate.quality.coincidence import coincidence, coincidences, nominal_alpha, ordinal_alpha

FLEISS_1971 = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
VOTES = st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=4, max_size=30)


def counts_of(votes: list[list[int]], labels: int = 4) -> np.ndarray:
    """Return votes a label, of items with a vote each annotator."""
    return np.stack([np.bincount(own, minlength=labels) for own in votes]).astype(np.int64)


def test_cohen_by_hand() -> None:
    """Of fifty, 35 alike and half expected: (.7 - .5) / (1 - .5)."""
    assert float(cohen_kappa(np.array([[20.0, 5], [10, 15]]))) == pytest.approx(0.4)
    assert np.isnan(cohen_kappa(np.array([[7.0, 0], [0, 0]])))
    assert np.isnan(cohen_kappa(np.zeros((2, 2))))


def test_fleiss_by_hand() -> None:
    """Ten subjects with fourteen votes: observed .378, by chance .213, kappa .210; one label alone has none."""
    assert fleiss(np.array(FLEISS_1971)) == pytest.approx(0.210, abs=5e-4)
    assert np.isnan(fleiss(np.array([[3, 0], [3, 0]])))


def test_ac1_by_hand() -> None:
    """Votes yy, nn, yn, nn: .75 alike, 2 * .375 * .625 by chance; unanimity is 1."""
    counts = np.array([[2, 0], [0, 2], [1, 1], [0, 2], [1, 0]])
    assert ac1(counts) == pytest.approx((0.75 - 0.46875) / (1 - 0.46875))
    assert ac1(np.array([[2, 0], [3, 0]])) == 1
    assert np.isnan(gwet_ac1(np.array(2.0), np.array(2.0), np.array([2.0])))


def test_ordinal_alpha_by_hand() -> None:
    """Votes ab and cc: middles at .5, 1.5 and 3, so that 1 - 3 * 2 / 36."""
    matrix = coincidence(np.array([[1, 1, 0], [0, 0, 2]]))
    assert float(ordinal_alpha(matrix)) == pytest.approx(5 / 6)
    far = coincidence(np.array([[1, 0, 1], [0, 2, 0], [2, 0, 0]]))
    near = coincidence(np.array([[1, 1, 0], [0, 0, 2], [2, 0, 0]]))
    assert float(ordinal_alpha(far)) < float(ordinal_alpha(near))
    assert np.isnan(ordinal_alpha(coincidence(np.array([[2, 0], [2, 0]]))))


def test_coincidences_add_up() -> None:
    """The matrix of all items is the sum of the articles'."""
    counts = counts_of([[0, 1, 1], [2, 2, 2], [0, 3, 1], [1, 1, 0]])
    parts = coincidences(counts, np.array([0, 0, 1, 2]), 3)
    assert np.allclose(coincidence(counts), parts.sum(axis=0))


@given(VOTES)
def test_equal_to_other_libraries(votes: list[list[int]]) -> None:
    """Alpha is krippendorff's and crowd-kit's, Fleiss' kappa statsmodels', Cohen's scikit-learn's, where they differ at all."""
    if len({label for own in votes for label in own}) < 2:
        return
    counts = counts_of(votes)
    matrix = coincidence(counts)
    for level, ours in (("nominal", nominal_alpha(matrix)), ("ordinal", ordinal_alpha(matrix))):
        theirs = krippendorff.alpha(value_counts=counts, level_of_measurement=level)
        assert float(ours) == pytest.approx(theirs, abs=1e-9)
    rows = [(item, who, label) for item, own in enumerate(votes) for who, label in enumerate(own)]
    table = pd.DataFrame(rows, columns=["task", "worker", "label"])
    assert float(nominal_alpha(matrix)) == pytest.approx(alpha_krippendorff(table), abs=1e-9)
    assert fleiss(counts) == pytest.approx(statsmodels_fleiss(counts), abs=1e-9)
    one, other = [own[0] for own in votes], [own[1] for own in votes]
    if len({*one, *other}) > 1:
        confusion = np.bincount(np.array(one) * 4 + np.array(other), minlength=16).reshape(4, 4).astype(float)
        assert float(cohen_kappa(confusion)) == pytest.approx(cohen_kappa_score(one, other), abs=1e-9)


def test_the_commonest_number_of_votes() -> None:
    """Most items decide, the greater of two that are as common; single votes are no choice."""
    assert commonest_votes(np.array([[1, 1], [2, 0], [3, 0], [1, 0], [1, 0], [1, 0]])) == 2
    assert commonest_votes(np.array([[1, 1], [3, 0]])) == 3
    assert commonest_votes(np.array([[1, 0]])) == 0
    assert commonest_votes(np.zeros((0, 2), dtype=np.int64)) == 0

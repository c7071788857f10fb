"""The solvers: scikit-learn's results where it has them, numbers by hand where it has not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from annotate.baseline.solver import from_texts, from_tokens, rest_or_one

RNG = np.random.default_rng(0)
DENSE = (RNG.random((60, 5)) < 0.4).astype(float)
MATRIX = sparse.csr_matrix(DENSE)
LABELS = (DENSE[:, 0] + RNG.normal(0, 0.4, 60) > 0.5).astype(float)


def test_tokens_are_learnt_from_as_by_logistic_regression() -> None:
    """The same weights and intercept as scikit-learn's."""
    coef, intercept = from_tokens(MATRIX, LABELS, 1.0)
    theirs = LogisticRegression(C=1.0, tol=1e-8, max_iter=1000).fit(DENSE, LABELS)
    np.testing.assert_allclose(coef, theirs.coef_[0], atol=1e-3)
    assert intercept == pytest.approx(theirs.intercept_[0], abs=1e-3)


def test_a_text_of_one_token_is_its_token() -> None:
    """Noisy-or over one event is that event."""
    tokens, texts = from_tokens(MATRIX, LABELS, 0.5), from_texts(MATRIX, np.arange(60), LABELS, 0.5)
    np.testing.assert_allclose(texts[0], tokens[0], atol=1e-3)
    assert texts[1] == pytest.approx(tokens[1], abs=1e-3)


def test_the_word_that_makes_texts_positive_is_found() -> None:
    """Of three words a text, the one that stands in every positive text gets the weight; empty texts count for nothing."""
    words = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0], [0, 0, 1], [0, 1, 0]] * 5, dtype=float)
    text = np.repeat(np.arange(10), 3)
    coef, intercept = from_texts(sparse.csr_matrix(words), text, np.array([1.0, 0.0] * 5 + [1.0]), 1.0)
    assert coef[0] > 1
    assert coef[1] < 0
    assert intercept < 0


def test_votes_count_by_their_shares() -> None:
    """A third of the votes trains as one of three copies."""
    shares = LABELS.copy()
    shares[:10] = 1 / 3
    coef, intercept = rest_or_one(MATRIX, shares, 3.0)
    rows = np.repeat(np.arange(60), 3)
    votes = (np.tile([0, 1, 2], 60) < np.round(np.repeat(shares, 3) * 3)).astype(int)
    theirs = LogisticRegression(C=1.0, tol=1e-8, max_iter=1000).fit(DENSE[rows], votes)
    np.testing.assert_allclose(coef, theirs.coef_[0], atol=2e-2)
    assert intercept == pytest.approx(theirs.intercept_[0], abs=2e-2)


@pytest.mark.parametrize(("share", "sign"), [(0.0, -1), (1.0, 1)])
def test_one_label_alone_teaches_no_weights(share: float, sign: int) -> None:
    """The intercept says which."""
    coef, intercept = rest_or_one(MATRIX, np.full(60, share), 1.0)
    assert not coef.any()
    assert np.sign(intercept) == sign


def test_votes_that_all_lean_one_way_teach_their_share() -> None:
    """Two thirds yes everywhere: log-odds of 2."""
    coef, intercept = rest_or_one(MATRIX, np.full(60, 2 / 3), 1.0)
    assert intercept + coef.sum() * 0 == pytest.approx(np.log(2), abs=0.35)

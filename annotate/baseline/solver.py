"""Training of linear classifiers on sparse features."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from annotate.baseline.linear import Floats, Ints

STEPS = 80
"""Most steps of the tagger's solver."""
ROWS = 1 << 15
"""Rows that are multiplied at once."""
HALF = 0.5
"""Share of the votes from which on a label has them."""
HIGHEST = 500.0
"""Summed evidence beyond which nothing changes."""
START = -4.0
"""A token's log-odds before anything is learnt."""


def rest_or_one(matrix: Any, shares: Floats, strength: float, each: Floats | None = None) -> tuple[Floats, float]:
    """Return weights ``(n_features,)`` and intercept of one label against the rest, by scikit-learn's logistic regression.

    An item whose votes differ counts on both sides, by their shares. Where every item is on one side the weights are 0.

    Args:
        matrix: CSR ``(n_items, n_features)``; float32 takes half the time and memory.
        shares: the label's share of the votes ``(n_items,)``.
        strength: scikit-learn's C.
        each: how much each item counts ``(n_items,)``.
    """
    from sklearn.linear_model import LogisticRegression

    total = shares.sum()
    if not 0 < total < len(shares):
        return np.zeros(matrix.shape[1]), -8.0 if total == 0 else 8.0
    split = np.flatnonzero((shares > 0) & (shares < 1))
    most = shares >= HALF
    labels, weights = most.astype(np.int64), np.maximum(shares, 1 - shares)
    if len(split):
        rows = np.concatenate([np.arange(len(shares)), split])
        matrix, each = matrix[rows], None if each is None else each[rows]
        labels = np.concatenate([labels, 1 - labels[split]])
        weights = np.concatenate([weights, np.minimum(shares, 1 - shares)[split]])
    if each is not None:
        weights = weights * each
    if len(np.unique(labels)) == 1:
        return np.zeros(matrix.shape[1]), float(np.log(total / (len(shares) - total)))
    model = LogisticRegression(C=strength, max_iter=300).fit(matrix, labels, sample_weight=weights)
    return model.coef_[0].astype(np.float64), float(model.intercept_[0])


def _minimise(matrix: Any, loss: Any, strength: float, start: float) -> tuple[Floats, float]:
    """Return the weights and intercept with the least ``loss(log-odds) + |weights|² / (2 strength)``."""
    from scipy.optimize import minimize

    parts = list(_parts(matrix))

    def value(point: Floats) -> tuple[float, Floats]:
        weights, intercept = point[:-1], point[-1]
        cost, slope = loss(np.concatenate([part @ weights for _, part in parts]) + intercept)
        gradient = np.append(weights / strength, slope.sum())
        for rows, part in parts:
            gradient[:-1] += part.T @ slope[rows]
        return cost + weights @ weights / (2 * strength), gradient

    first = np.zeros(matrix.shape[1] + 1)
    first[-1] = start
    found = minimize(value, first, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 8})
    return found.x[:-1], float(found.x[-1])


def _parts(matrix: Any) -> Iterator[tuple[slice, Any]]:
    """Yield some rows of a matrix after others, with their numbers; nothing is copied, and where all entries are 1 they share them."""
    from scipy.sparse import csr_matrix

    ends, ones = matrix.indptr, np.ones(0)
    for first in range(0, matrix.shape[0], ROWS):
        last = min(first + ROWS, matrix.shape[0])
        at = slice(ends[first], ends[last])
        if len(ones) < at.stop - at.start:
            ones = np.ones(at.stop - at.start)
        data = ones[: at.stop - at.start] if matrix.dtype == np.uint8 else matrix.data[at]
        part = (data, matrix.indices[at], ends[first : last + 1] - ends[first])
        yield slice(first, last), csr_matrix(part, shape=(last - first, matrix.shape[1]))


def from_tokens(matrix: Any, positive: Floats, strength: float) -> tuple[Floats, float]:
    """Return a detector trained on tokens.

    Args:
        matrix: CSR ``(n_tokens, n_features)``; of 8-bit numbers where every entry is 1.
        positive: 1 for tokens of a cue, else 0 ``(n_tokens,)``.
        strength: scikit-learn's C.
    """

    def loss(log_odds: Floats) -> tuple[float, Floats]:
        cost = (np.logaddexp(0, log_odds) - positive * log_odds).sum()
        return float(cost), _logistic(log_odds) - positive

    return _minimise(matrix, loss, strength, START)


def from_texts(matrix: Any, text: Ints, shares: Floats, strength: float) -> tuple[Floats, float]:
    """Return a detector trained on texts: a text is positive unless none of its tokens is.

    Args:
        matrix: CSR ``(n_tokens, n_features)``.
        text: each token's text ``(n_tokens,)``, from 0.
        shares: share of the votes that call the text positive ``(n_texts,)``.
        strength: scikit-learn's C.
    """
    size = len(shares)
    held = np.bincount(text, minlength=size) > 0

    def loss(log_odds: Floats) -> tuple[float, Floats]:
        summed = np.maximum(np.bincount(text, np.logaddexp(0, log_odds), minlength=size), 1e-10)
        cost = (1 - shares) * summed - shares * np.log(-np.expm1(-summed))
        slope = (1 - shares) - shares / np.expm1(np.minimum(summed, HIGHEST))
        return float(cost[held].sum()), slope[text] * _logistic(log_odds)

    return _minimise(matrix, loss, strength, START - 1)


def _logistic(log_odds: Floats) -> Floats:
    found: Floats = (1 + np.tanh(log_odds / 2)) / 2
    return found

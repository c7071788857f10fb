"""Training of linear classifiers on sparse features."""

from __future__ import annotations

from typing import Any

import numpy as np

from annotate.baseline.linear import Floats, Ints

STEPS = 80
"""Most steps of the tagger's solver."""
HALF = 0.5
"""Share of the votes from which on a label has them."""
HIGHEST = 500.0
"""Summed evidence beyond which nothing changes."""
START = -4.0
"""A token's log-odds before anything is learnt."""


def rest_or_one(matrix: Any, shares: Floats, strength: float, each: Floats | None = None) -> tuple[Floats, float]:
    """Return weights ``(n_features,)`` and intercept of one label against the rest, by liblinear.

    An item whose votes differ counts on both sides, by their shares. Where every item is on one side the weights are 0.

    Args:
        matrix: CSR ``(n_items, n_features)``.
        shares: the label's share of the votes ``(n_items,)``.
        strength: scikit-learn's C.
        each: how much each item counts ``(n_items,)``.
    """
    from sklearn.linear_model import LogisticRegression

    total = shares.sum()
    if not 0 < total < len(shares):
        return np.zeros(matrix.shape[1]), -8.0 if total == 0 else 8.0
    split = np.flatnonzero((shares > 0) & (shares < 1))
    rows = np.concatenate([np.arange(len(shares)), split])
    most = shares >= HALF
    labels = np.concatenate([most, ~most[split]]).astype(np.int64)
    weights = np.concatenate([np.maximum(shares, 1 - shares), np.minimum(shares, 1 - shares)[split]])
    if each is not None:
        weights = weights * each[rows]
    if len(np.unique(labels)) == 1:
        return np.zeros(matrix.shape[1]), float(np.log(total / (len(shares) - total)))
    model = LogisticRegression(C=strength, solver="liblinear", tol=1e-3, max_iter=300)
    model.fit(matrix[rows], labels, sample_weight=weights)
    return model.coef_[0], float(model.intercept_[0])


def _minimise(matrix: Any, loss: Any, strength: float, start: float) -> tuple[Floats, float]:
    """Return the weights and intercept with the least ``loss(log-odds) + |weights|² / (2 strength)``."""
    from scipy.optimize import minimize

    across = matrix.T.tocsr()

    def value(point: Floats) -> tuple[float, Floats]:
        weights, intercept = point[:-1], point[-1]
        cost, slope = loss(matrix @ weights + intercept)
        gradient = np.append(across @ slope + weights / strength, slope.sum())
        return cost + weights @ weights / (2 * strength), gradient

    first = np.zeros(matrix.shape[1] + 1)
    first[-1] = start
    found = minimize(value, first, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 8})
    return found.x[:-1], float(found.x[-1])


def from_tokens(matrix: Any, positive: Floats, strength: float) -> tuple[Floats, float]:
    """Return a detector trained on tokens.

    Args:
        matrix: CSR ``(n_tokens, n_features)``.
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

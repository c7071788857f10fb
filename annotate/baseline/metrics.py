"""How good labels and scores are, on the data as they are and on resamples of their articles.

Every function takes leading axes: a number for the whole set and one for each bootstrap resample come from the same
lines. Undefined values are NaN here; :mod:`annotate.baseline.estimates` says why.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CELLS = 4_000_000
"""Size of the largest table made at once (resamples x items), in numbers."""


def confusions(gold: Ints, predicted: Ints, groups: Ints, n_groups: int, n_labels: int) -> Floats:
    """Return one confusion matrix a group, gold by predicted: ``(n_groups, n_labels, n_labels)``."""
    cells = (groups * n_labels + gold) * n_labels + predicted
    counts = np.bincount(cells, minlength=n_groups * n_labels * n_labels)
    return counts.reshape(n_groups, n_labels, n_labels).astype(np.float64)


def ratio(part: Floats, whole: Floats) -> Floats:
    """Return ``part / whole``, NaN where the whole is 0."""
    found: Floats = np.full(np.shape(whole), np.nan)
    return np.divide(part, whole, out=found, where=whole > 0)


def precision(confusion: Floats) -> Floats:
    """Return each label's precision ``(..., n_labels)``; NaN where nothing was predicted so."""
    return ratio(_right(confusion), confusion.sum(axis=-2))


def recall(confusion: Floats) -> Floats:
    """Return each label's recall ``(..., n_labels)``; NaN where no item has it."""
    return ratio(_right(confusion), confusion.sum(axis=-1))


def f1(confusion: Floats) -> Floats:
    """Return each label's F1, ``2 right / (labelled + predicted)``; NaN where no item has it and none was predicted."""
    return ratio(2 * _right(confusion), confusion.sum(axis=-1) + confusion.sum(axis=-2))


def accuracy(confusion: Floats) -> Floats:
    """Return the share of items whose label is right ``(...)``; NaN without items."""
    return ratio(_right(confusion).sum(axis=-1), confusion.sum(axis=(-2, -1)))


def macro_f1(confusion: Floats, among: Bools) -> Floats:
    """Return the mean F1 over some labels ``(...)``, those undefined left out; NaN where all are.

    Args:
        confusion: gold by predicted.
        among: which labels count ``(n_labels,)``: those that occur in the gold of the whole set, so that a model and
            its controls, and all resamples, are averaged over the same labels.
    """
    values = f1(confusion)[..., among]
    defined = ~np.isnan(values)
    return ratio(np.where(defined, values, 0.0).sum(axis=-1), defined.sum(axis=-1).astype(np.float64))


def _right(confusion: Floats) -> Floats:
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def average_precision(gold: Bools, scores: Floats, groups: Ints, weights: Floats) -> Floats:
    """Return the average precision under each row of weights ``(n_rows,)``; NaN where no positive item has weight.

    AP = sum over distinct scores, from the highest, of (recall gained) x (precision there), as in
    ``sklearn.metrics.average_precision_score``: ties are one step.

    Args:
        gold: which items are positive ``(n_items,)``.
        scores: the higher, the more positive ``(n_items,)``.
        groups: each item's group ``(n_items,)``.
        weights: how often each group counts ``(n_rows, n_groups)``.
    """
    if not gold.any():
        return np.full(len(weights), np.nan)
    order, ends = _steps(scores)
    gold, groups = gold[order], groups[order]
    rows = max(1, CELLS // len(gold))
    found = []
    for at in range(0, len(weights), rows):
        each = weights[at : at + rows, groups]
        chosen = np.cumsum(each, axis=1)[:, ends]
        right = np.cumsum(each * gold, axis=1)[:, ends]
        precisions = np.divide(right, chosen, out=np.zeros_like(right), where=chosen > 0)
        gained = np.diff(right, axis=1, prepend=0.0)
        found.append(ratio((gained * precisions).sum(axis=1), right[:, -1]))
    return np.concatenate(found)


def _steps(scores: Floats) -> tuple[Ints, Ints]:
    """Return the items from the highest score on, and the last place of each distinct score."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    return order, ends


def curve(gold: Bools, scores: Floats, most: int = 200) -> Iterator[tuple[float, float, float]]:
    """Yield (threshold, precision, recall) from the highest threshold on, evenly thinned to ``most`` points.

    Nothing is yielded where no item is positive.
    """
    if not gold.any():
        return
    order, ends = _steps(scores)
    right = np.cumsum(gold[order])[ends]
    kept = np.unique(np.linspace(0, len(ends) - 1, min(most, len(ends))).round().astype(np.int64))
    for at in kept:
        end = ends[at]
        yield float(scores[order[end]]), float(right[at] / (end + 1)), float(right[at] / right[-1])


def best_threshold(gold: Bools, scores: Floats) -> float:
    """Return the threshold (score >= it is positive) with the best F1: midway between two scores, the highest if tied.

    Raises:
        ValueError: no item is positive.
    """
    if not gold.any():
        message = "no item is positive"
        raise ValueError(message)
    order, ends = _steps(scores)
    right = np.cumsum(gold[order])[ends]
    best = int(np.argmax(2 * right / (ends + 1 + gold.sum())))
    here = float(scores[order[ends[best]]])
    below = float(scores[order[ends[best + 1]]]) if best + 1 < len(ends) else 0.0
    return (here + below) / 2


def resamples(n_groups: int, draws: int, seed: int) -> Floats:
    """Return how often each group is drawn in each bootstrap resample ``(draws, n_groups)``; rows sum to ``n_groups``.

    Resampling whole articles: Davison and Hinkley 1997, *Bootstrap Methods and their Application*, section 3.8.
    """
    rng = np.random.default_rng(seed)
    return rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=draws).astype(np.float64)

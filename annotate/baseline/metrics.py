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
BINS = 10
"""Bins of equal width that probabilities are put into to see whether they are right."""


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


def brier(gold: Ints, probabilities: Floats, groups: Ints, weights: Floats) -> Floats:
    """Return each label's Brier score, one against the rest, under each row of weights ``(n_rows, n_labels)``.

    It is the mean of (probability - 1 if the item has the label, else 0) squared, in [0, 1], 0 the best (Brier 1950,
    doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2). NaN where no item has weight.

    Args:
        gold: index of each item's label ``(n_items,)``.
        probabilities: ``(n_items, n_labels)``.
        groups: each item's group ``(n_items,)``.
        weights: how often each group counts ``(n_rows, n_groups)``.
    """
    n_labels, n_groups = probabilities.shape[1], weights.shape[1]
    squares = np.square(probabilities - np.eye(n_labels)[gold])
    by_group = np.stack([np.bincount(groups, squares[:, k], n_groups) for k in range(n_labels)], axis=1)
    items = weights @ np.bincount(groups, minlength=n_groups)
    return ratio(weights @ by_group, np.repeat(items[:, None], n_labels, axis=1))


def calibration_error(gold: Ints, probabilities: Floats, groups: Ints, weights: Floats) -> Floats:
    """Return each label's expected calibration error, one against the rest ``(n_rows, n_labels)``.

    Over `BINS` bins of the label's probability: the share of items in a bin x |mean probability there - share that has
    the label|, in [0, 1] (Naeini, Cooper and Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602). It is biased upwards where
    bins hold few items. NaN where no item has weight.

    Args:
        gold: index of each item's label ``(n_items,)``.
        probabilities: ``(n_items, n_labels)``.
        groups: each item's group ``(n_items,)``.
        weights: how often each group counts ``(n_rows, n_groups)``.
    """
    n_labels, n_groups = probabilities.shape[1], weights.shape[1]
    gaps = probabilities - np.eye(n_labels)[gold]
    places = groups[:, None] * BINS + bins_of(probabilities)
    found = []
    for column in range(n_labels):
        by_group = np.bincount(places[:, column], gaps[:, column], n_groups * BINS).reshape(n_groups, BINS)
        found.append(np.abs(weights @ by_group).sum(axis=1))
    items = weights @ np.bincount(groups, minlength=n_groups)
    return ratio(np.stack(found, axis=1), np.repeat(items[:, None], n_labels, axis=1))


def bins_of(probabilities: Floats) -> Ints:
    """Return each probability's bin, from 0; a bin holds its lower bound, the last one both.

    >>> bins_of(np.array([0.0, 0.09, 0.1, 0.3, 0.95, 1.0])).tolist()
    [0, 0, 1, 3, 9, 9]
    """
    edges = np.arange(1, BINS) / BINS
    return np.searchsorted(edges, probabilities, side="right").astype(np.int64)


def reliability(gold: Bools, probabilities: Floats) -> Iterator[tuple[int, float, float]]:
    """Yield (items, mean probability, share that is positive) of each bin that holds items, lowest first.

    Args:
        gold: which items are positive ``(n_items,)``.
        probabilities: of being positive ``(n_items,)``.
    """
    bins = bins_of(probabilities)
    for number in np.unique(bins):
        inside = bins == number
        yield int(inside.sum()), float(probabilities[inside].mean()), float(gold[inside].mean())


def risks(right: Bools, confidence: Floats, most: int = 200) -> Iterator[tuple[float, float]]:
    """Yield (coverage, risk), coverage ascending: the share of items kept, surest first, and the share of errors there.

    Items that are equally sure are one step; evenly thinned to ``most`` points (El-Yaniv and Wiener 2010, *On the
    foundations of noise-free selective classification*).

    Args:
        right: which labels are right ``(n_items,)``.
        confidence: the higher, the surer ``(n_items,)``.
        most: how many points at most.
    """
    if not len(right):
        return
    order, ends = _steps(confidence)
    wrong = np.cumsum(~right[order])[ends]
    kept = np.unique(np.linspace(0, len(ends) - 1, min(most, len(ends))).round().astype(np.int64))
    for at in kept:
        yield float((ends[at] + 1) / len(right)), float(wrong[at] / (ends[at] + 1))


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

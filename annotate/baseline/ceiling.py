"""How far the annotators agree, and how far the model agrees with them: both against the votes of single annotators.

A model that is scored against majority labels and people who are scored against one another are not on one scale. Here
both are: the reference is always one annotator's vote, each item counts once, and contested items count too. Being
right about the majority is easier than being one of the annotators, so that a model can pass the human figure.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotate.baseline import metrics
from annotate.baseline.assessment import ONE_UNDEFINED
from annotate.baseline.estimates import estimate
from annotate.baseline.evaluation import Ceiling, VoteScores
from annotate.baseline.items import Floats, Ints

Found = dict[str, Floats]
"""Metric → on the split and on its resamples ``(1 + resamples,)``, F1 with one more axis, of the labels."""


def against_votes(predicted: Ints, votes: Ints) -> Floats:
    """Return for each item the votes (rows) by the label it is given (columns), as shares ``(n_items, n, n)``.

    >>> against_votes(np.array([0]), np.array([[2, 1]])).round(2).tolist()
    [[[0.67, 0.0], [0.33, 0.0]]]
    """
    n_labels = votes.shape[1]
    shares = votes / np.maximum(votes.sum(axis=1, keepdims=True), 1)
    found: Floats = shares[:, :, None] * np.eye(n_labels)[predicted][:, None, :]
    return found


def among_votes(votes: Ints) -> Floats:
    """Return for each item one annotator's vote (rows) by another's (columns), as shares of all pairs ``(n_items, n, n)``.

    >>> among_votes(np.array([[2, 1]])).round(2).tolist()
    [[[0.33, 0.33], [0.33, 0.0]]]
    """
    pairs = votes[:, :, None] * votes[:, None, :] - votes[:, :, None] * np.eye(votes.shape[1], dtype=np.int64)
    every = votes.sum(axis=1) * (votes.sum(axis=1) - 1)
    found: Floats = pairs / np.maximum(every, 1)[:, None, None]
    return found


def agreements(predicted: Ints, votes: Ints, groups: Ints, weights: Floats) -> tuple[Found, Found, int]:
    """Return the model's figures, the annotators', and of how many articles, on items with two votes or more.

    Args:
        predicted: index of the label that each item is given ``(n_items,)``.
        votes: number of votes ``(n_items, n_labels)``.
        groups: number of each item's article.
        weights: how often each article counts ``(1 + resamples, n_articles)``.
    """
    rows = np.flatnonzero(votes.sum(axis=1) > 1)
    predicted, votes, groups = predicted[rows], votes[rows], groups[rows]
    among = votes.sum(axis=0) > 0
    ours = _found(against_votes(predicted, votes), groups, weights, among)
    theirs = _found(among_votes(votes), groups, weights, among)
    return ours, theirs, len(np.unique(groups))


def _found(tables: Floats, groups: Ints, weights: Floats, among: metrics.Bools) -> Found:
    n_groups, n_labels = weights.shape[1], tables.shape[1]
    by_group = np.zeros((n_groups, n_labels, n_labels))
    np.add.at(by_group, groups, tables)
    summed = (weights @ by_group.reshape(n_groups, -1)).reshape(-1, n_labels, n_labels)
    return {
        "agreement": metrics.accuracy(summed),
        "macro_f1": metrics.macro_f1(summed, among),
        "f1": metrics.f1(summed),
    }


def ceiling(labels: Sequence[str], predicted: Ints, votes: Ints, groups: Ints, weights: Floats) -> Ceiling | None:
    """Return the model beside the annotators, or None where no item has two votes.

    Args:
        labels: names of the labels.
        predicted: index of the label that each item is given ``(n_items,)``.
        votes: number of votes ``(n_items, n_labels)``.
        groups: number of each item's article.
        weights: how often each article counts ``(1 + resamples, n_articles)``.
    """
    items = int((votes.sum(axis=1) > 1).sum())
    if not items:
        return None
    ours, theirs, clusters = agreements(predicted, votes, groups, weights)
    apart = {name: ours[name] - theirs[name] for name in ours}
    return Ceiling(
        items=items,
        model=_scores(ours, labels, clusters),
        human=_scores(theirs, labels, clusters),
        difference=_scores(apart, labels, clusters, ONE_UNDEFINED),
    )


def _scores(found: Found, labels: Sequence[str], clusters: int, why: str = "") -> VoteScores:
    return VoteScores(
        agreement=estimate(found["agreement"], f"{why}no item has two votes", clusters),
        macro_f1=estimate(found["macro_f1"], f"{why}no item has two votes", clusters),
        f1={
            label: estimate(found["f1"][:, column], f"{why}nobody voted {label!r} and nothing is called so", clusters)
            for column, label in enumerate(labels)
        },
    )

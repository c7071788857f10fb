"""Folds by article, and the settings that out-of-fold scores choose."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from annotate.baseline import metrics
from annotate.baseline.fit import Settings, features, fit, fit_features, probabilities
from annotate.baseline.items import Floats, Ints, Items, Labels
from annotate.errors import UndefinedError

FOLDS = 5
"""Folds where there are articles enough."""
STRENGTHS = (0.5, 2.0, 8.0)
"""Values of C that are tried."""

Progress = Callable[[Iterable[Any], str, int], Iterable[Any]]
"""Shows a loop's progress: (what is looped over, a word for it, how many) → the same."""


@dataclass(frozen=True)
class Chosen:
    """What out-of-fold scores chose for one target.

    Attributes:
        settings: with the best macro F1; the simplest first where tied.
        threshold: for a two-label target, from which probability on an item is positive.
        macro_f1: of the out-of-fold labels, items without a majority label left out.
    """

    settings: Settings
    threshold: float | None
    macro_f1: float


def folds(items: Items, seed: int) -> list[tuple[Ints, Ints]]:
    """Return (training rows, held-out rows) of each fold: no article is on both sides, label shares are kept near.

    There are `FOLDS` of them, or as many as there are articles.

    Raises:
        UndefinedError: all items come from one article.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    count = min(FOLDS, items.n_articles)
    if count < 2:  # noqa: PLR2004 - one part to train on and one to hold out
        message = f"the {items.split} split has {items.n_articles} article; out-of-fold scores need two"
        raise UndefinedError(message, hint="label more articles, or split the release otherwise")
    golds = np.stack([labels.gold for labels in items.targets.values()], axis=1)
    strata = np.unique(golds, axis=0, return_inverse=True)[1]
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    with warnings.catch_warnings():  # strata rarer than folds are ordinary here and only make shares less even
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        try:
            return list(splitter.split(golds, strata, items.groups))
        except ValueError:  # every stratum is rarer than folds
            return list(splitter.split(golds, np.zeros_like(strata), items.groups))


def choose(
    items: Items,
    positives: dict[str, str | None],
    parts: list[tuple[Ints, Ints]],
    progress: Progress,
) -> dict[str, Chosen]:
    """Return the settings and threshold of each target.

    Args:
        items: the training split.
        positives: target → its positive label, or None where it has more than two labels.
        parts: the folds.
        progress: shows the loop over folds.
    """
    tried = [Settings(strength, balanced=balanced) for balanced, strength in product((False, True), STRENGTHS)]
    held_out = {
        (name, settings): np.zeros_like(labels.soft) for name, labels in items.targets.items() for settings in tried
    }
    texts = np.array(items.texts, dtype=object)
    for train, test in progress(parts, "out-of-fold scores", len(parts)):
        union = features()
        seen, unseen = fit_features(union, texts[train]), union.transform(texts[test])
        for (name, settings), scores in held_out.items():
            model = fit(seen, items.targets[name].soft[train], settings)
            scores[test] = probabilities(model, unseen, scores.shape[1])
    return {
        name: max((_judged(items.targets[name], held_out[name, s], s, positive) for s in tried), key=_macro_f1)
        for name, positive in positives.items()
    }


def _macro_f1(chosen: Chosen) -> float:
    return chosen.macro_f1


def _judged(labels: Labels, scores: Floats, settings: Settings, positive: str | None) -> Chosen:
    used = labels.gold >= 0
    gold, scores = labels.gold[used], scores[used]
    threshold = None
    predicted = scores.argmax(axis=1)
    if positive is not None:
        column = labels.names.index(positive)
        threshold = metrics.best_threshold(gold == column, scores[:, column])
        predicted = np.where(scores[:, column] >= threshold, column, 1 - column)
    n_labels = len(labels.names)
    table = metrics.confusions(gold, predicted, np.zeros_like(gold), 1, n_labels)[0]
    among = np.bincount(gold, minlength=n_labels) > 0
    return Chosen(settings, threshold, float(metrics.macro_f1(table, among)))

"""What is left when a model may abstain: how many items it decides, and how many of these it gets right."""

from __future__ import annotations

import numpy as np

from annotate.baseline import metrics
from annotate.baseline.estimates import estimate
from annotate.baseline.evaluation import Abstention
from annotate.baseline.items import Floats, Ints


def abstention(decided: metrics.Bools, right: metrics.Bools, groups: Ints, weights: Floats, kept: float) -> Abstention:
    """Return coverage and accuracy of what is decided.

    Args:
        decided: which items are not abstained from ``(n_items,)``.
        right: which labels are right ``(n_items,)``.
        groups: number of each item's article ``(n_items,)``.
        weights: how often each article counts ``(1 + resamples, n_articles)``.
        kept: the precision that the model was made to keep.
    """
    n_groups = weights.shape[1]
    items, sure, hits = (
        weights @ np.bincount(groups, some.astype(np.float64), n_groups)
        for some in (np.ones_like(decided), decided, decided & right)
    )
    return Abstention(
        kept=kept,
        decided=int(decided.sum()),
        coverage=estimate(metrics.ratio(sure, items), "no item has a majority label", n_groups),
        accuracy=estimate(metrics.ratio(hits, sure), "every item is abstained from", n_groups),
    )

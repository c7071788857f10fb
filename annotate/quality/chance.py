"""Agreement beyond chance other than alpha: Cohen's and Fleiss' kappa, Gwet's AC1.

Each takes sums that add up over articles, with any leading axes, and gives nan where it is undefined, for the caller to
explain.
"""

from __future__ import annotations

import numpy as np

from annotate.quality.coincidence import Floats, pair_agreement
from annotate.quality.items import Codes


def cohen_kappa(confusion: Floats) -> Floats:
    """Return Cohen's kappa of two annotators, of counts ``(..., n_labels, n_labels)``: one's labels by the other's.

    Nan where both gave one label alone. J. Cohen, A Coefficient of Agreement for Nominal Scales (1960),
    doi:10.1177/001316446002000104: (observed - expected) / (1 - expected), expected from each one's own shares.
    """
    items = confusion.sum(axis=(-1, -2))
    same = np.trace(confusion, axis1=-2, axis2=-1)
    by_chance = (confusion.sum(axis=-1) * confusion.sum(axis=-2)).sum(axis=-1)
    return _ratio(items * same - by_chance, items**2 - by_chance)


def fleiss_kappa(agreeing: Floats, items: Floats, labels: Floats) -> Floats:
    """Return Fleiss' kappa of items that all have the same number of votes.

    Nan where every vote is one label. J. L. Fleiss, Measuring Nominal Scale Agreement Among Many Raters (1971),
    doi:10.1037/h0031619.

    Args:
        agreeing: sum over items of the share of pairs of votes that agree ``(...)``.
        items: how many there are ``(...)``.
        labels: votes of each label ``(..., n_labels)``.
    """
    observed = _ratio(agreeing, items)
    shares = _ratio(labels, labels.sum(axis=-1)[..., None])
    by_chance = (shares**2).sum(axis=-1)
    return _ratio(observed - by_chance, 1 - by_chance)


def gwet_ac1(agreeing: Floats, items: Floats, shares: Floats) -> Floats:
    """Return Gwet's AC1, defined even where every vote is one label; nan with a single label to choose.

    K. L. Gwet, Computing inter-rater reliability and its variance in the presence of high agreement (2008),
    doi:10.1348/000711006X126600: chance agreement is the mean over labels of p (1 - p), times n_labels / (n_labels - 1).

    Args:
        agreeing: sum over items of the share of pairs of votes that agree ``(...)``.
        items: how many there are ``(...)``.
        shares: sum over items of the share of votes of each label ``(..., n_labels)``, of all labels to choose from.
    """
    if shares.shape[-1] < 2:  # noqa: PLR2004 - with one label there is no choice
        return np.full(np.shape(items), np.nan)
    part = _ratio(shares, items[..., None])
    by_chance = (part * (1 - part)).sum(axis=-1) / (shares.shape[-1] - 1)
    return _ratio(_ratio(agreeing, items) - by_chance, 1 - by_chance)


def fleiss(counts: Codes) -> float:
    """Return Fleiss' kappa of votes ``(n_items, n_labels)``, as many on every item."""
    agreeing, items = pair_agreement(counts).sum(), np.float64(len(counts))
    return float(fleiss_kappa(np.asarray(agreeing), np.asarray(items), counts.sum(axis=0).astype(np.float64)))


def ac1(counts: Codes) -> float:
    """Return Gwet's AC1 of votes ``(n_items, n_labels)``; items with fewer than two are left out."""
    paired = counts[counts.sum(axis=1) > 1]
    shares = (paired / paired.sum(axis=1, keepdims=True)).sum(axis=0)
    return float(gwet_ac1(np.asarray(pair_agreement(paired).sum()), np.asarray(np.float64(len(paired))), shares))


def commonest_votes(counts: Codes) -> int:
    """Return the number of votes, at least two, that most items have; the greater of two; 0 where none has two."""
    items = np.bincount(counts.sum(axis=1).astype(np.int64), minlength=3)
    items[:2] = 0
    return int(len(items) - 1 - items[::-1].argmax()) if items.any() else 0


def _ratio(above: Floats, below: Floats) -> Floats:
    below = np.broadcast_to(below, np.shape(above))
    return np.asarray(np.divide(above, below, out=np.full(np.shape(above), np.nan), where=np.abs(below) > ROUNDING))


ROUNDING = 1e-12
"""What a difference of shares may be by rounding alone."""

"""The counts behind agreement, by article, so that they add up over any choice of articles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotate.quality.items import Codes

Floats = NDArray[np.float64]


def label_counts(item: Codes, label: Codes, n_items: int, n_labels: int) -> Codes:
    """Return how many votes each label has on each item ``(n_items, n_labels)``."""
    return np.bincount(item * n_labels + label, minlength=n_items * n_labels).reshape(n_items, n_labels)


def pair_agreement(counts: Codes) -> Floats:
    """Return for each item the share of pairs of its votes that agree ``(n_items,)``, 0 where there is no pair.

    It is the P_i of Fleiss (1971), doi:10.1037/h0031619.
    """
    votes = counts.sum(axis=1)
    pairs = votes * (votes - 1)
    agreeing = (counts * (counts - 1)).sum(axis=1)
    shares: Floats = np.divide(agreeing, pairs, out=np.zeros(len(counts)), where=pairs > 0)
    return shares


def coincidences(counts: Codes, article: Codes, n_articles: int) -> Floats:
    """Return Krippendorff's coincidence matrix of each article ``(n_articles, n_labels, n_labels)``.

    Every pair of votes on an item with m votes adds 1 / (m - 1), in both orders; items with fewer than two add nothing.
    """
    votes = counts.sum(axis=1)
    weight = np.divide(1.0, votes - 1, out=np.zeros(len(counts)), where=votes > 1)
    n_labels = counts.shape[1]
    found = np.empty((n_articles, n_labels, n_labels))
    for one in range(n_labels):
        for other in range(n_labels):
            pairs = counts[:, one] * (counts[:, other] - (one == other))
            found[:, one, other] = np.bincount(article, weights=weight * pairs, minlength=n_articles)
    return found


def nominal_alpha(coincidence: Floats) -> Floats:
    """Return Krippendorff's alpha for labels without an order, of coincidence matrices ``(..., n_labels, n_labels)``.

    1 is full agreement and 0 what chance gives; below 0 is worse than chance. Nan (for the caller to explain) where no
    two votes pair or all pairable votes are one label, since then no disagreement is to be expected. Formula: K.
    Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: 1 - (n - 1) * observed / expected.
    """
    label = coincidence.sum(axis=-1)
    total = label.sum(axis=-1)
    observed = total - np.trace(coincidence, axis1=-2, axis2=-1)
    expected = total**2 - (label**2).sum(axis=-1)
    ratio = np.divide(observed, expected, out=np.full(np.shape(total), np.nan), where=expected > 0)
    return np.asarray(1 - (total - 1) * ratio)


def coincidence(counts: Codes) -> Floats:
    """Return Krippendorff's coincidence matrix of all items together ``(n_labels, n_labels)``."""
    paired = counts[counts.sum(axis=1) > 1].astype(np.float64)
    weighted = paired / (paired.sum(axis=1, keepdims=True) - 1)
    return np.asarray(weighted.T @ paired - np.diag(weighted.sum(axis=0)))


def ordinal_alpha(coincidence: Floats) -> Floats:
    """Return Krippendorff's alpha for labels in an order, of coincidence matrices ``(..., n_labels, n_labels)``.

    Two labels are as far apart as the votes between them, half of their own counted; nan as in `nominal_alpha`. Formula:
    K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section E.
    """
    label = coincidence.sum(axis=-1)
    total = label.sum(axis=-1)
    middle = np.cumsum(label, axis=-1) - label / 2
    apart = (middle[..., :, None] - middle[..., None, :]) ** 2
    observed = (coincidence * apart).sum(axis=(-1, -2))
    expected = (label[..., :, None] * label[..., None, :] * apart).sum(axis=(-1, -2))
    ratio = np.divide(observed, expected, out=np.full(np.shape(total), np.nan), where=expected > 0)
    return np.asarray(1 - (total - 1) * ratio)

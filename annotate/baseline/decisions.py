"""What out-of-fold scores decide: which combination is worth its pieces, thresholds, and from where on a label is certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.baseline import metrics
from annotate.baseline.linear import Floats, Ints

NOISE = 1.645
"""How many standard errors (of the difference, over articles) a combination must be better by to be worth its pieces."""
MIDDLE, FEW = 0.5, 250
"""A threshold lies between the best one out of fold and this one, which counts as much as so many positive texts do."""
PRECISION = 0.9
"""What the decisions that are not abstained from are to keep."""


@dataclass(frozen=True)
class Comparison:
    """How one combination did, out of fold.

    Attributes:
        loss: mean log loss a text.
        behind: mean difference to the best combination's, and its standard error over articles.
    """

    loss: float
    behind: float
    error: float


def drawn_in(positive: NDArray[np.bool_], chance: Floats) -> float:
    """Return the threshold with the best F1, drawn towards `MIDDLE`: the best one of few texts is mostly chance.

    Args:
        positive: which texts have the positive label ``(n_texts,)``.
        chance: its calibrated probability ``(n_texts,)``.

    >>> drawn_in(np.array([False, True] * 125), np.array([0.2, 0.4] * 125)).__round__(3)
    0.433
    """
    count = int(positive.sum())
    return float((count * metrics.best_threshold(positive, chance) + FEW * MIDDLE) / (count + FEW))


def log_losses(soft: Floats, found: Floats) -> Floats:
    """Return the log loss of each text ``(n_texts,)``, by the shares of its votes."""
    each: Floats = -(soft * np.log(np.clip(found, 1e-6, 1))).sum(axis=1)
    return each


def compare(every: dict[str, Floats], soft: Floats, groups: Ints) -> dict[str, Comparison]:
    """Return how combinations did beside the best of them, by log loss; errors are over articles."""
    losses = {name: log_losses(soft, found) for name, found in every.items()}
    best = losses[min(losses, key=lambda name: float(losses[name].mean()))]
    _, group = np.unique(groups, return_inverse=True)
    n_groups = int(group.max()) + 1
    found = {}
    for name, loss in losses.items():
        behind = loss - best
        sums = np.bincount(group, behind - behind.mean())
        error = float(np.sqrt((sums**2).sum() * n_groups / max(n_groups - 1, 1)) / len(loss))
        found[name] = Comparison(float(loss.mean()), float(behind.mean()), error)
    return found


def certain(gold: Ints, predicted: Ints, found: Floats, names: Sequence[str]) -> dict[str, float | None]:
    """Return label → the least probability from which on its predictions were right often enough (`PRECISION`).

    >>> certain(np.array([1, 1, 0]), np.array([1, 1, 1]), np.array([[.1, .9], [.2, .8], [.4, .6]]), ("no", "yes"))
    {'no': None, 'yes': 0.7}
    """
    cuts: dict[str, float | None] = {}
    for number, name in enumerate(names):
        mine = predicted == number
        chance = np.sort(found[mine, number])[::-1]
        right = (gold[mine] == number)[np.argsort(-found[mine, number], kind="stable")]
        ends = np.append(np.flatnonzero(np.diff(chance)), len(chance) - 1) if len(chance) else np.zeros(0, dtype=int)
        kept = ends[np.cumsum(right)[ends] >= PRECISION * (ends + 1)] if len(ends) else ends
        if not len(kept):
            cuts[name] = None
            continue
        last = int(kept[-1])
        below = float(chance[last + 1]) if last + 1 < len(chance) else 0.0
        cuts[name] = round((float(chance[last]) + below) / 2, 12)
    return cuts

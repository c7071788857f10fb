"""Intervals over articles: whole articles are drawn again, since sentences of one article are not independent.

Cluster bootstrap: C. A. Field and A. H. Welsh, Bootstrapping clustered data (2007), doi:10.1111/j.1467-9868.2007.00593.x.
"""

from __future__ import annotations

import numpy as np

from annotate.quality.coincidence import Floats
from annotate.records import Record

TAIL = 0.025
"""Share of the resamples beyond each end of an interval."""
DEFINED_AT_LEAST = 0.95
"""Share of the resamples in which a number must be defined; with fewer, its quantiles would be of another number."""
CELLS = 4_000_000
"""Most draws held at once, which bounds the memory."""


class Interval(Record, frozen=True, kw_only=True):
    """A percentile bootstrap interval.

    Attributes:
        resamples: those in which the number was defined.
    """

    low: float
    high: float
    level: float
    resamples: int


def resampled(sums: Floats, *, resamples: int, seed: int) -> Floats:
    """Return the sums over articles drawn with replacement ``(resamples, n_sums)``.

    Args:
        sums: what each article adds ``(n_articles, n_sums)``, at least one article.
        resamples: how many times as many articles are drawn as there are.
        seed: of the draws; the same seed and articles draw the same.
    """
    draw = np.random.default_rng(seed)
    articles = len(sums)
    at_once = max(1, CELLS // articles)
    found: list[Floats] = [np.empty((0, sums.shape[1]))]
    for start in range(0, resamples, at_once):
        count = min(at_once, resamples - start)
        drawn = draw.integers(articles, size=(count, articles)) + articles * np.arange(count)[:, None]
        times = np.bincount(drawn.ravel(), minlength=count * articles).reshape(count, articles)
        found.append(times @ sums)
    return np.concatenate(found)


def interval(values: Floats, articles: int) -> Interval | str:
    """Return the interval of a number, or why there is none.

    Args:
        values: the number in each resample ``(resamples,)``, nan where it is undefined.
        articles: how many articles were drawn from.
    """
    if articles < 2:  # noqa: PLR2004 - one article drawn again is the same article
        return "all items come from one article"
    if not len(values):
        return "no resamples were asked for"
    defined = values[~np.isnan(values)]
    if len(defined) < DEFINED_AT_LEAST * len(values):
        return f"undefined in {len(values) - len(defined):,} of {len(values):,} resamples"
    low, high = np.quantile(defined, [TAIL, 1 - TAIL])
    return Interval(low=float(low), high=float(high), level=1 - 2 * TAIL, resamples=len(defined))

"""Intervals of a share."""

from __future__ import annotations

import math

Z = 1.959963984540054
"""Normal quantile of a two-sided 95 % interval."""


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share of at least one trial, in [0, 1] (Wilson 1927, doi:10.2307/2276774).

    >>> [round(bound, 3) for bound in wilson(8, 10)]
    [0.49, 0.943]
    """
    share, z2 = hits / trials, Z * Z
    middle = share + z2 / (2 * trials)
    reach = Z * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    scale = 1 + z2 / trials
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)

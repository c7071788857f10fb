"""A number with its interval and what it rests on, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from annotate.quality.bootstrap import Interval, interval, resampled
from annotate.quality.coincidence import Floats
from annotate.quality.items import Codes
from annotate.records import Record

Formula = Callable[[Floats], Floats]
"""Sums that add up over articles ``(..., n_sums)`` → a number ``(...)``, nan where it is undefined."""


class Measure(Record, frozen=True, kw_only=True):
    """A number, or why there is none; and likewise its interval.

    Attributes:
        value: none where it is undefined.
        undefined: why it is.
        interval: over articles.
        interval_undefined: why there is none, where the value is defined.
        used: what the number counts, items unless its field says otherwise; none where that stands beside it.
        left_out: reason → how many of them were left out.
    """

    value: float | None
    undefined: str | None = None
    interval: Interval | None = None
    interval_undefined: str | None = None
    used: int | None = None
    left_out: dict[str, int] = msgspec.field(default_factory=dict)


class Draws:
    """What each article adds to some sums, and the same sums over articles drawn again.

    Attributes:
        articles: how many add anything.
        total: the sums over all ``(n_sums,)``.
        drawn: the sums in each resample ``(n_resamples, n_sums)``.
    """

    def __init__(self, sums: Floats, *, resamples: int, seed: int, undrawn: str | None = None) -> None:
        """Draw the articles that add anything.

        Args:
            sums: what each article adds ``(n_articles, n_sums)``.
            resamples: how many times as many articles are drawn.
            seed: of the draws.
            undrawn: why nothing is drawn, if so.
        """
        self.undrawn = undrawn
        resamples = 0 if undrawn else resamples
        own = sums[(sums != 0).any(axis=1)]
        self.articles = len(own)
        self.total: Floats = own.sum(axis=0)
        self.drawn: Floats = (
            resampled(own, resamples=resamples, seed=seed) if len(own) else np.empty((0, sums.shape[1]))
        )

    def measure(
        self,
        formula: Formula,
        undefined: str | None,
        *,
        used: int | None = None,
        left_out: dict[str, int] | None = None,
        otherwise: str = "there is nothing to count",
    ) -> Measure:
        """Return a number of these sums with its interval.

        Args:
            formula: the number.
            undefined: why there is none, if so.
            used: what it counts.
            left_out: what it does not.
            otherwise: why there is none where the formula gives none.
        """
        value = float(formula(self.total)) if undefined is None else float("nan")
        if undefined is not None or np.isnan(value):
            return Measure(value=None, undefined=undefined or otherwise, used=used, left_out=left_out or {})
        found = self.undrawn or interval(formula(self.drawn), self.articles)
        if isinstance(found, str):
            return Measure(value=value, interval_undefined=found, used=used, left_out=left_out or {})
        return Measure(value=value, interval=found, used=used, left_out=left_out or {})


def share(sums: Floats) -> Floats:
    """Return the first of two sums over the second, nan where that is 0."""
    found: Floats = np.divide(
        sums[..., 0], sums[..., 1], out=np.full(np.shape(sums[..., 1]), np.nan), where=sums[..., 1] > 0
    )
    return found


def of_article(values: Floats, article: Codes, articles: int) -> Floats:
    """Return the sums of rows ``(n_rows, n_columns)`` over each article ``(n_articles, n_columns)``."""
    columns = [np.bincount(article, weights=column, minlength=articles) for column in np.asarray(values, np.float64).T]
    return np.stack(columns, axis=1).astype(np.float64)

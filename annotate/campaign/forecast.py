"""A pilot's lead times → how many hours a plan will take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median

import numpy as np

from annotate.campaign.assignments import Assignment
from annotate.errors import UndefinedError
from annotate.quality.bootstrap import interval, resampled
from annotate.records import Annotation, Article, Record, Status

PAUSE = 10
"""An annotation that took so many times the median time a word is taken for a page left open, and does not count."""
RESAMPLES = 1000
HOUR = 3600


class Pace(Record, frozen=True, kw_only=True):
    """How fast people label.

    Attributes:
        seconds: a word: all seconds over all words.
        low: lower end of its 95 % interval over articles; none where all come from one article.
        high: upper end.
        annotations: how many it rests on.
        pauses: left out, since a page seems to have been left open.
        unmeasured: left out, since they carry no time.
    """

    seconds: float
    low: float | None
    high: float | None
    annotations: int
    pauses: int
    unmeasured: int


class Forecast(Record, frozen=True, kw_only=True):
    """Hours of work.

    Attributes:
        hours: at the pace.
        low: at the lower end of the pace's interval.
        high: at its upper end.
        by_annotator: hours of each.
    """

    hours: float
    low: float | None
    high: float | None
    by_annotator: dict[str, float]


def pace(annotations: Iterable[Annotation], articles: Mapping[str, Article], *, seed: int = 0) -> Pace:
    """Return how fast submitted annotations were made.

    Raises:
        UndefinedError: none of them carries a time.
    """
    timed: list[tuple[str, float, int]] = []
    unmeasured = 0
    for one in annotations:
        article = articles.get(one.article_id)
        if one.status is not Status.SUBMITTED or article is None:
            continue
        shown = article.text if one.item is None else one.item.of(article.text)
        if one.lead_time and one.lead_time > 0 and shown.split():
            timed.append((one.article_id, one.lead_time, len(shown.split())))
        else:
            unmeasured += 1
    if not timed:
        message = f"none of the {unmeasured} submitted annotations of these articles says how long it took"
        raise UndefinedError(message, hint="times are measured where people label in the browser")
    usual = median(seconds / words for _, seconds, words in timed)
    kept = [(key, seconds, words) for key, seconds, words in timed if seconds / words <= PAUSE * usual]
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for key, seconds, words in kept:
        sums[key][0] += seconds
        sums[key][1] += words
    totals = np.array([sums[key] for key in sorted(sums)])
    drawn = resampled(totals, resamples=RESAMPLES, seed=seed)
    ends = interval(drawn[:, 0] / drawn[:, 1], len(totals))
    return Pace(
        seconds=float(totals[:, 0].sum() / totals[:, 1].sum()),
        low=None if isinstance(ends, str) else ends.low,
        high=None if isinstance(ends, str) else ends.high,
        annotations=len(kept),
        pauses=len(timed) - len(kept),
        unmeasured=unmeasured,
    )


def forecast(assignments: Iterable[Assignment], at: Pace) -> Forecast:
    """Return the hours that assignments take at a pace."""
    words: dict[str, int] = defaultdict(int)
    for one in assignments:
        words[one.annotator] += one.words
    total = sum(words.values())
    return Forecast(
        hours=total * at.seconds / HOUR,
        low=None if at.low is None else total * at.low / HOUR,
        high=None if at.high is None else total * at.high / HOUR,
        by_annotator={name: count * at.seconds / HOUR for name, count in words.items()},
    )

"""When, where and how long annotators worked: outlets, times, and lead times with their quartiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import numpy as np

from annotate.quality.labelled import Labelled, moment
from annotate.records import Record
from annotate.studio.results import DELETED

PERIODS = 4
"""Most periods that a campaign is divided into."""
PER_PERIOD = 2
"""Fewest articles of a period."""


class Done(NamedTuple):
    """One annotator's work on one article."""

    article: str
    outlet: str
    annotator: str
    seconds: float | None
    when: datetime | None
    characters: int
    spans: int


class LeadTime(Record, frozen=True, kw_only=True):
    """How long an annotator took for an article, in seconds as the tool measured them.

    Attributes:
        articles: those with a time.
        left_out: reason → articles without.
        median: likewise `low` and `high`, the quartiles; none without any.
        per_thousand: median seconds for a thousand characters.
    """

    annotator: str
    articles: int
    left_out: dict[str, int]
    median: float | None
    low: float | None
    high: float | None
    per_thousand: float | None


class Work:
    """Notes who did what and when, while articles pass through.

    Attributes:
        done: in the order of the articles.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.done: list[Done] = []

    def counted(self, stream: Iterable[Labelled]) -> Iterator[Labelled]:
        """Yield the articles as they come, noted."""
        for found in stream:
            for name, own in found.by_annotator().items():
                times = [one.lead_time for one in own if one.lead_time is not None]
                moments = [when for one in own if (when := moment(one.updated) or moment(one.created)) is not None]
                self.done.append(
                    Done(
                        article=found.article.id,
                        outlet=found.article.outlet or "not named",
                        annotator=name,
                        seconds=sum(times) if times else None,
                        when=max(moments, default=None),
                        characters=len(found.article.text),
                        spans=sum(len(one.spans) for one in own),
                    )
                )
            yield found

    def lead_times(self) -> tuple[LeadTime, ...]:
        """Return each annotator's lead times, by name."""
        return tuple(lead_time(name, [one for one in self.done if one.annotator == name]) for name in self.annotators)

    @property
    def annotators(self) -> list[str]:
        """Those who labelled anything, by name."""
        return sorted({one.annotator for one in self.done})

    def notes(self) -> tuple[str, ...]:
        """Return what a reader should know before any number: who has no name, marked nothing, or worked alone."""
        people, spans = Counter(one.annotator for one in self.done), Counter[str]()
        for one in self.done:
            spans[one.annotator] += one.spans
        found = [
            f"{articles(people[name])} of {name!r}: whose account was deleted has no name, and two such people would be one"
            for name in self.annotators
            if name.startswith(DELETED)
        ]
        found += [
            f"{name} submitted {articles(people[name])} and marked nothing: that counts as a vote for nothing everywhere"
            for name in self.annotators
            if not spans[name]
        ]
        together = Counter(one.article for one in self.done)
        if len(people) == 1:
            found.append(f"only {self.annotators[0]} labelled: nobody is there to agree with")
        elif people and max(together.values()) == 1:
            found.append("no article was labelled by two: nothing can be compared")
        return tuple(found)

    def periods(self) -> dict[str, tuple[str, str]]:
        """Return article → number of its period, and the days of it: as many articles each, by when they were done.

        An article is done when the last of its annotators is; articles without a time are in none.
        """
        last: dict[str, datetime] = {}
        for one in self.done:
            if one.when is not None:
                last[one.article] = max(one.when, last.get(one.article, one.when))
        order = sorted(last, key=lambda article: (last[article], article))
        count = min(PERIODS, len(order) // PER_PERIOD)
        found: dict[str, tuple[str, str]] = {}
        for number, part in enumerate(np.array_split(np.arange(len(order)), count) if count else [], start=1):
            own = [order[place] for place in part]
            days = f"{last[own[0]]:%Y-%m-%d} to {last[own[-1]]:%Y-%m-%d}"
            found |= dict.fromkeys(own, (str(number), days))
        return found


def articles(count: int) -> str:
    """Return a count of articles in words.

    >>> articles(1), articles(1200)
    ('1 article', '1,200 articles')
    """
    return "1 article" if count == 1 else f"{count:,} articles"


def lead_time(annotator: str, done: Iterable[Done]) -> LeadTime:
    """Return one annotator's lead time."""
    counts: Counter[str] = Counter()
    seconds, paces = [], []
    for one in done:
        if one.seconds is None:
            counts["no_time"] += 1
            continue
        seconds.append(one.seconds)
        if one.characters:
            paces.append(1000 * one.seconds / one.characters)
    low, median, high = (float(q) for q in np.quantile(seconds, [0.25, 0.5, 0.75])) if seconds else (None,) * 3
    return LeadTime(
        annotator=annotator,
        articles=len(seconds),
        left_out=dict(counts),
        median=median,
        low=low,
        high=high,
        per_thousand=float(np.median(paces)) if paces else None,
    )

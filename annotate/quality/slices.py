"""Agreement on parts of the votes: by outlet, batch, arm, or period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from annotate.quality.annotator_agreement import WithOthers, with_others
from annotate.quality.items import LabelTable
from annotate.quality.measures import Measure
from annotate.quality.target_agreement import core_measures
from annotate.records import Record

Key = Callable[[str, str], str | None]
"""Article id and annotator → the part that the annotator's votes on the article are in; none for no part."""


class SliceTarget(Record, frozen=True, kw_only=True):
    """Agreement on one target, within one part of the votes: only votes of one part are paired.

    Attributes:
        items: those with at least two votes of this part.
        with_others: each annotator against all others.
    """

    items: int
    left_out: dict[str, int]
    percent: Measure
    alpha: Measure
    ac1: Measure
    with_others: tuple[WithOthers, ...] = ()


class Slice(Record, frozen=True, kw_only=True):
    """One part of the votes.

    Attributes:
        by: what the votes are parted by.
        value: which part.
        articles: those with a vote in it; likewise `annotators`.
        votes: on each target.
        detail: more on the part, such as the days of a period.
    """

    by: str
    value: str
    articles: int
    annotators: int
    votes: int
    targets: dict[str, SliceTarget]
    detail: str = ""


def slices(
    table: LabelTable, by: str, key: Key, *, resamples: int, seed: int, annotators: bool = False
) -> tuple[Slice, ...]:
    """Return agreement in each part, by its name.

    Args:
        table: of all votes.
        by: what the votes are parted by.
        key: the part of a vote.
        resamples: draws behind each interval.
        seed: of the draws.
        annotators: whether each annotator is compared with the others too.
    """
    article = table.article[table.item] if len(table.item) else table.item
    places: dict[str, list[tuple[int, int]]] = {}
    for one, who in sorted({(int(a), int(b)) for a, b in zip(article, table.annotator, strict=True)}):
        value = key(table.articles[one], table.annotators[who])
        if value is not None:
            places.setdefault(value, []).append((one, who))
    people = len(table.annotators)
    votes = article * people + table.annotator
    found = []
    for value, own in sorted(places.items()):
        part = subset(table, np.isin(votes, [one * people + who for one, who in own]))
        targets = {}
        for name in table.names:
            core = core_measures(part, name, resamples=resamples, seed=seed)
            others = with_others(part, part.labels[name], resamples=resamples, seed=seed) if annotators else ()
            targets[name] = SliceTarget(
                items=core.items,
                left_out=core.left_out,
                percent=core.percent,
                alpha=core.alpha,
                ac1=core.ac1,
                with_others=others,
            )
        found.append(
            Slice(
                by=by,
                value=value,
                articles=len({one for one, _ in own}),
                annotators=len({who for _, who in own}),
                votes=len(part.item),
                targets=targets,
            )
        )
    return tuple(found)


def subset(table: LabelTable, chosen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> LabelTable:
    """Return the table of some votes ``(n_votes,)``, with the items and annotators that they have."""
    items, item = np.unique(table.item[chosen], return_inverse=True)
    annotators, annotator = np.unique(table.annotator[chosen], return_inverse=True)
    return replace(
        table,
        extents=tuple(table.extents[number] for number in items),
        annotators=tuple(table.annotators[number] for number in annotators),
        item=item.astype(np.int64),
        annotator=annotator.astype(np.int64),
        labels={name: label[chosen] for name, label in table.labels.items()},
    )

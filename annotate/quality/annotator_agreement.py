"""Agreement by annotator: every two of them, each with all others, and all others without each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from annotate.quality.chance import cohen_kappa
from annotate.quality.coincidence import Floats, coincidences, label_counts, nominal_alpha
from annotate.quality.items import Codes, LabelTable
from annotate.quality.measures import Draws, Measure, share
from annotate.records import Record

MANY = 100
"""Most pairs, and most annotators, that are each drawn again; beyond them numbers come without intervals."""


class Pair(Record, frozen=True, kw_only=True):
    """Two annotators, and on how many of the items that both labelled they gave the same label.

    Attributes:
        kappa: Cohen's.
        confusion: counts ``(n_labels, n_labels)`` in the codebook's order: the first's labels down, the other's across.
    """

    annotators: tuple[str, str]
    items: int
    agreeing: int
    kappa: Measure | None = None
    confusion: tuple[tuple[int, ...], ...] = ()

    @property
    def percent(self) -> float:
        """Share in [0, 1]."""
        return self.agreeing / self.items


class WithOthers(Record, frozen=True, kw_only=True):
    """One annotator against all others.

    Attributes:
        annotator: pseudonym.
        votes: pairs of one of this annotator's votes and another's on the same item.
        percent: share of these pairs that agree, in [0, 1].
    """

    annotator: str
    votes: int
    percent: Measure


class Without(Record, frozen=True, kw_only=True):
    """All annotators but one.

    Attributes:
        annotator: who is left out.
        alpha: Krippendorff's alpha of the others.
    """

    annotator: str
    alpha: Measure


class Met(NamedTuple):
    """Every two votes on one item, the annotator with the smaller code first.

    Attributes:
        one: annotator code of one vote; `other` of the other.
        first: label code of one vote; `second` of the other.
        article: article code.
    """

    one: Codes
    other: Codes
    first: Codes
    second: Codes
    article: Codes


def met(table: LabelTable, label: Codes) -> Met:
    """Return every two votes on one item: votes stand by item, so they are some rows apart."""
    ones: list[Codes] = [np.empty(0, dtype=np.int64)]
    others: list[Codes] = [np.empty(0, dtype=np.int64)]
    for apart in range(1, int(np.bincount(table.item).max(initial=0))):
        same: Codes = np.flatnonzero(table.item[apart:] == table.item[:-apart]).astype(np.int64)
        ones.append(same)
        others.append(same + apart)
    one, other = np.concatenate(ones), np.concatenate(others)
    swap = table.annotator[one] > table.annotator[other]
    one, other = np.where(swap, other, one), np.where(swap, one, other)
    article = table.article[table.item[one]] if len(one) else one
    return Met(table.annotator[one], table.annotator[other], label[one], label[other], article)


def pairs(table: LabelTable, label: Codes, labels: int, *, resamples: int, seed: int) -> tuple[Pair, ...]:
    """Return every two annotators with an item in common."""
    found, people, cells = met(table, label), len(table.annotators), labels**2
    keys, pair = np.unique(found.one * people + found.other, return_inverse=True)
    cell = pair * cells + found.first * labels + found.second
    confusion = np.bincount(cell, minlength=len(keys) * cells).reshape(len(keys), labels, labels)
    order = np.argsort(pair, kind="stable")
    starts = np.searchsorted(pair[order], np.arange(len(keys) + 1))
    undrawn = too_many(len(keys), "pairs")
    made = []
    for number, key in enumerate(keys):
        own = order[starts[number] : starts[number + 1]]
        used, place = np.unique(found.article[own], return_inverse=True)
        flat = place * cells + found.first[own] * labels + found.second[own]
        sums = np.bincount(flat, minlength=len(used) * cells).reshape(len(used), cells).astype(np.float64)
        kappa = Draws(sums, resamples=resamples, seed=seed, undrawn=undrawn).measure(
            lambda sums: cohen_kappa(sums.reshape(*sums.shape[:-1], labels, labels)),
            None,
            used=len(own),
            otherwise="both gave one label alone, so no disagreement is to be expected",
        )
        made.append(
            Pair(
                annotators=(table.annotators[key // people], table.annotators[key % people]),
                items=len(own),
                agreeing=int(np.trace(confusion[number])),
                kappa=kappa,
                confusion=tuple(tuple(row) for row in confusion[number].tolist()),
            )
        )
    return tuple(made)


def with_others(table: LabelTable, label: Codes, *, resamples: int, seed: int) -> tuple[WithOthers, ...]:
    """Return each annotator who met another, with the share of agreeing votes and its interval over articles."""
    return tuple(_with_others(table, met(table, label), resamples, seed))


def _with_others(table: LabelTable, found: Met, resamples: int, seed: int) -> Iterator[WithOthers]:
    agree = (found.first == found.second).astype(np.float64)
    people, articles = len(table.annotators), len(table.articles)
    undrawn = too_many(people, "annotators")
    both = np.concatenate([found.one, found.other])  # a pair counts for each of its two
    order = np.argsort(both, kind="stable")
    starts = np.searchsorted(both[order], np.arange(people + 1))
    for number, name in enumerate(table.annotators):
        own = order[starts[number] : starts[number + 1]] % max(len(agree), 1)
        if not len(own):
            continue
        columns = [np.bincount(found.article[own], weights, minlength=articles) for weights in (agree[own], None)]
        draws = Draws(np.stack(columns, axis=1).astype(np.float64), resamples=resamples, seed=seed, undrawn=undrawn)
        yield WithOthers(annotator=name, votes=len(own), percent=draws.measure(share, None, used=len(own)))


def without(table: LabelTable, label: Codes, labels: int, *, resamples: int, seed: int) -> tuple[Without, ...]:
    """Return the alpha of all others, each annotator left out in turn; nothing where that leaves fewer than two.

    Only the items that the annotator labelled are counted again.
    """
    people = len(table.annotators)
    if people <= 2:  # noqa: PLR2004 - one is left, who agrees with nobody
        return ()
    counts = label_counts(table.item, label, len(table.extents), labels)
    articles, article = len(table.articles), table.article
    total = coincidences(counts, article, articles)
    undrawn = too_many(people, "annotators")
    made = []
    for number, name in enumerate(table.annotators):
        own = table.annotator == number
        touched, of = table.item[own], article[table.item[own]]
        fewer = counts[touched].copy()
        fewer[np.arange(len(touched)), label[own]] -= 1
        places, place = np.unique(of, return_inverse=True)
        left = total.copy()
        left[places] += coincidences(fewer, place, len(places)) - coincidences(counts[touched], place, len(places))
        used = int((counts.sum(axis=1) > 1).sum() - ((counts[touched].sum(axis=1) > 1) & (fewer.sum(axis=1) < 2)).sum())  # noqa: PLR2004 - two votes make a pair
        left[np.abs(left) < SMALL] = 0
        alpha = Draws(left.reshape(articles, -1), resamples=resamples, seed=seed, undrawn=undrawn).measure(
            lambda sums: nominal_alpha(_square(sums, labels)),
            None if used else "no item has two votes of others",
            used=used,
            otherwise="every vote of the others is the same, so no disagreement is to be expected",
        )
        made.append(Without(annotator=name, alpha=alpha))
    return tuple(made)


def too_many(count: int, what: str) -> str | None:
    """Return why none of so many is drawn again, if so."""
    return f"more than {MANY} {what}" if count > MANY else None


def _square(sums: Floats, side: int) -> Floats:
    return sums.reshape(*sums.shape[:-1], side, side)


SMALL = 1e-9
"""What is left of a coincidence that was taken away again, by rounding."""

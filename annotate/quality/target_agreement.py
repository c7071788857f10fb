"""Agreement on one target: percent, Krippendorff's alpha, Fleiss' kappa, Gwet's AC1, by label and by annotator."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from annotate.quality.annotator_agreement import Pair, WithOthers, Without, pairs, with_others, without
from annotate.quality.chance import commonest_votes, fleiss_kappa, gwet_ac1
from annotate.quality.coincidence import (
    Floats,
    coincidences,
    label_counts,
    nominal_alpha,
    ordinal_alpha,
    pair_agreement,
)
from annotate.quality.items import Codes, LabelTable
from annotate.quality.measures import Draws, Formula, Measure, of_article, share
from annotate.quality.token_agreement import collapsed
from annotate.records import Record

FEWER = "fewer_than_two_votes"
UNEQUAL = "another_number_of_votes"
"""Why Fleiss' kappa leaves an item out: it wants as many votes on each."""


class TargetAgreement(Record, frozen=True, kw_only=True):
    """Agreement on one target.

    Attributes:
        title: the codebook's words for the target.
        items: those with at least two votes, which the numbers rest on.
        left_out: reason → items left out.
        votes: label → votes, in the codebook's order, those on items left out included.
        percent: mean over items of the share of pairs of votes that agree, in [0, 1] (Fleiss' observed agreement).
        alpha: Krippendorff's, for labels without an order, at most 1.
        by_label: label → alpha of this label against all others.
        with_others: each annotator against all others.
        pairs: those that labelled an item in common.
        ordinal: Krippendorff's alpha for labels in an order, where the codebook gives them one.
        fleiss: Fleiss' kappa, over the items with the commonest number of votes.
        ac1: Gwet's AC1.
        without: alpha of all others, each annotator left out in turn.
    """

    title: str
    items: int
    left_out: dict[str, int]
    votes: dict[str, int]
    percent: Measure
    alpha: Measure
    by_label: dict[str, Measure]
    with_others: tuple[WithOthers, ...]
    pairs: tuple[Pair, ...]
    ordinal: Measure | None = None
    fleiss: Measure | None = None
    ac1: Measure | None = None
    without: tuple[Without, ...] = ()


class Core(NamedTuple):
    """The numbers on a target that take votes alone."""

    items: int
    left_out: dict[str, int]
    percent: Measure
    alpha: Measure
    ordinal: Measure
    fleiss: Measure
    ac1: Measure
    by_label: dict[str, Measure]


def on_target(
    table: LabelTable, target: str, title: str, *, ordered: bool, resamples: int, seed: int
) -> TargetAgreement:
    """Return agreement on a target of a table of labels."""
    names, label = table.names[target], table.labels[target]
    core = core_measures(table, target, resamples=resamples, seed=seed)
    return TargetAgreement(
        title=title,
        items=core.items,
        left_out=core.left_out,
        votes=dict(zip(names, np.bincount(label, minlength=len(names)).tolist(), strict=True)),
        percent=core.percent,
        alpha=core.alpha,
        ordinal=core.ordinal if ordered else None,
        fleiss=core.fleiss,
        ac1=core.ac1,
        by_label=core.by_label,
        with_others=with_others(table, label, resamples=resamples, seed=seed),
        without=without(table, label, len(names), resamples=resamples, seed=seed),
        pairs=pairs(table, label, len(names), resamples=resamples, seed=seed),
    )


def core_measures(table: LabelTable, target: str, *, resamples: int, seed: int) -> Core:
    """Return the numbers on a target that take votes alone, drawn together."""
    names = table.names[target]
    n, width = len(names), len(names) ** 2
    counts = label_counts(table.item, table.labels[target], len(table.extents), n)
    votes = counts.sum(axis=1)
    paired = votes > 1
    left_out = {FEWER: int((votes == 1).sum()), "no_votes": int((votes == 0).sum())}
    counts, article, articles = counts[paired], table.article[paired], len(table.articles)
    agreeing, alike = pair_agreement(counts), votes[paired] == commonest_votes(counts)
    sums = np.concatenate(
        [
            of_article(np.stack([agreeing, np.ones(len(counts))], axis=1), article, articles),
            coincidences(counts, article, articles).reshape(articles, width),
            of_article(np.column_stack([agreeing, np.ones(len(counts)), counts])[alike], article[alike], articles),
            of_article(counts / counts.sum(axis=1, keepdims=True), article, articles),
        ],
        axis=1,
    )
    draws = Draws(sums, resamples=resamples, seed=seed)
    why_not, unanimous = no_pairs(table, len(counts)), _unanimous(counts, names)
    left = {reason: count for reason, count in left_out.items() if count}
    unequal = int((~alike).sum())

    def measure(formula: Formula, undefined: str | None, *, used: int = len(counts), more: int = 0) -> Measure:
        return draws.measure(formula, undefined, used=used, left_out=left | ({UNEQUAL: more} if more else {}))

    def matrix(sums: Floats) -> Floats:
        return sums[..., 2 : 2 + width].reshape(*sums.shape[:-1], n, n)

    def fleiss(sums: Floats) -> Floats:
        own = sums[..., 2 + width : 4 + width + n]
        return fleiss_kappa(own[..., 0], own[..., 1], own[..., 2:])

    return Core(
        items=len(counts),
        left_out=left,
        percent=measure(lambda sums: share(sums[..., :2]), why_not),
        alpha=measure(lambda sums: nominal_alpha(matrix(sums)), why_not or unanimous),
        ordinal=measure(lambda sums: ordinal_alpha(matrix(sums)), why_not or unanimous),
        fleiss=measure(fleiss, why_not or _unanimous(counts[alike], names), used=len(counts) - unequal, more=unequal),
        ac1=measure(
            lambda sums: gwet_ac1(sums[..., 0], sums[..., 1], sums[..., 4 + width + n :]),
            why_not or ("there is one label alone" if n == 1 else None),
        ),
        by_label={
            name: measure(
                lambda sums, number=number: nominal_alpha(collapsed(matrix(sums), number)),  # type: ignore[misc]  # a default binds the loop's number
                why_not or _never(counts, number, name),
            )
            for number, name in enumerate(names)
        },
    )


def no_pairs(table: LabelTable, items: int) -> str | None:
    """Return why no number can be given, if so."""
    if items:
        return None
    if not len(table.item):
        return "nothing was labelled"
    return "only one annotator" if len(table.annotators) == 1 else "no item has two votes"


def _never(counts: Codes, label: int, name: str) -> str | None:
    given = counts[:, label].sum()
    if given == 0:
        return f"no vote is {name!r}"
    return f"every vote is {name!r}" if given == counts.sum() else None


def _unanimous(counts: Codes, names: tuple[str, ...]) -> str | None:
    """Return why a number against chance is undefined, if all votes that can be paired are for one label."""
    given = np.flatnonzero(counts.sum(axis=0))
    return f"every vote is {names[given[0]]!r}, so no disagreement is to be expected" if len(given) == 1 else None

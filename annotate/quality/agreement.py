"""How far annotators agree on each target: percent agreement and Krippendorff's alpha."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from annotate.codebook import Codebook
from annotate.quality.bootstrap import interval, resampled
from annotate.quality.coincidence import Floats, coincidences, label_counts, nominal_alpha, pair_agreement
from annotate.quality.identical_spans import Identical, IdenticalSpans
from annotate.quality.items import Codes, LabelTable, label_table
from annotate.quality.labelled import Labelled, labelled
from annotate.quality.mapping import Mark
from annotate.quality.measures import Measure
from annotate.quality.token_agreement import LayerAgreement, TokenCounts, collapsed
from annotate.records import Annotation, Article, CodebookRef, Outcome, Record, Suggestion

RESAMPLES = 1000


class Pair(Record, frozen=True, kw_only=True):
    """Two annotators, and on how many of the items that both labelled they gave the same label."""

    annotators: tuple[str, str]
    items: int
    agreeing: int

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


class Worked(Record, frozen=True, kw_only=True):
    """How many items, of how many articles, an annotator labelled."""

    annotator: str
    items: int
    articles: int


class Agreement(Record, frozen=True, kw_only=True):
    """Agreement on every target of a codebook.

    Attributes:
        item: what one label is of: ``sentence`` or ``article``.
        articles: those that somebody labelled; likewise `items`.
        resamples: draws behind each interval, made from this `seed`.
        layers: agreement on spans, token by token.
        identical: how many spans were marked exactly alike.
    """

    codebook: CodebookRef
    item: str
    articles: int
    items: int
    annotators: tuple[Worked, ...]
    resamples: int
    seed: int
    targets: dict[str, TargetAgreement]
    layers: dict[str, LayerAgreement]
    identical: tuple[Identical, ...]


def agreement(
    annotations: Iterable[Annotation],
    articles: Iterable[Article],
    codebook: Codebook,
    table: Mapping[Mark, Mark | None] | None = None,
    *,
    suggestions: Mapping[str, Suggestion] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Agreement:
    """Return how far the annotators agree; what cannot count is left out as :func:`labelled` says.

    Raises:
        CodebookError: annotations were made under another codebook.
    """
    stream = Outcome(labelled(annotations, articles, codebook, table))
    return measured(stream, codebook, suggestions=suggestions, resamples=resamples, seed=seed)


def measured(
    stream: Iterable[Labelled],
    codebook: Codebook,
    *,
    suggestions: Mapping[str, Suggestion] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Agreement:
    """Return how far the annotators of these articles agree.

    Args:
        stream: articles with their annotations.
        codebook: under which they were made.
        suggestions: article id → what was suggested for it, to be compared with what was marked.
        resamples: draws behind each interval.
        seed: of the draws.
    """
    tokens, identical = TokenCounts(codebook), IdenticalSpans(suggestions)
    table = label_table(identical.counted(tokens.counted(stream)), codebook)
    article = table.article[table.item]
    worked = []
    for number, name in enumerate(table.annotators):
        own = table.annotator == number
        worked.append(Worked(annotator=name, items=int(own.sum()), articles=len(np.unique(article[own]))))
    return Agreement(
        codebook=codebook.ref,
        item=codebook.item,
        articles=len(table.articles),
        items=len(table.extents),
        annotators=tuple(worked),
        resamples=resamples,
        seed=seed,
        targets={
            name: _on_target(table, name, target.title, resamples, seed) for name, target in codebook.targets().items()
        },
        layers=tokens.measures(resamples=resamples, seed=seed),
        identical=identical.shares(),
    )


def _on_target(table: LabelTable, target: str, title: str, resamples: int, seed: int) -> TargetAgreement:
    names, label = table.names[target], table.labels[target]
    counts = label_counts(table.item, label, len(table.extents), len(names))
    paired = counts.sum(axis=1) > 1
    counts, article = counts[paired], table.article[paired]
    used, article = np.unique(article, return_inverse=True)
    columns = (
        np.bincount(article, weights=pair_agreement(counts), minlength=len(used)),
        np.bincount(article, minlength=len(used)),
        *coincidences(counts, article, len(used)).reshape(len(used), len(names) ** 2).T,
    )
    sums = np.stack(columns, axis=1)
    why_not = _no_pairs(table, len(counts))
    drawn = resampled(sums, resamples=resamples, seed=seed) if len(used) else sums
    left_out = len(paired) - len(counts)
    return TargetAgreement(
        title=title,
        items=len(counts),
        left_out={"fewer_than_two_votes": left_out} if left_out else {},
        votes=dict(zip(names, np.bincount(label, minlength=len(names)).tolist(), strict=True)),
        percent=_measure(_percent(sums.sum(axis=0)), _percent(drawn), len(used), why_not),
        alpha=_measure(_alpha(sums.sum(axis=0)), _alpha(drawn), len(used), why_not or _unanimous(counts, names)),
        by_label={
            name: _measure(
                nominal_alpha(collapsed(_matrix(sums.sum(axis=0)), n)),
                nominal_alpha(collapsed(_matrix(drawn), n)),
                len(used),
                why_not or _never(counts, n, name),
            )
            for n, name in enumerate(names)
        },
        with_others=tuple(_with_others(table, label, resamples, seed)),
        pairs=_pairs(table, label),
    )


def _percent(sums: Floats) -> Floats:
    items = sums[..., 1]
    shares: Floats = np.divide(sums[..., 0], items, out=np.full(np.shape(items), np.nan), where=items > 0)
    return shares


def _alpha(sums: Floats) -> Floats:
    return nominal_alpha(_matrix(sums))


def _matrix(sums: Floats) -> Floats:
    matrix = sums[..., 2:]
    side = int(np.sqrt(matrix.shape[-1]))
    return matrix.reshape(*matrix.shape[:-1], side, side)


def _never(counts: Codes, label: int, name: str) -> str | None:
    given = counts[:, label].sum()
    if given == 0:
        return f"no vote is {name!r}"
    return f"every vote is {name!r}" if given == counts.sum() else None


def _no_pairs(table: LabelTable, items: int) -> str | None:
    """Return why no number can be given, if so."""
    if items:
        return None
    if not len(table.item):
        return "nothing was labelled"
    return "only one annotator" if len(table.annotators) == 1 else "no item has two votes"


def _unanimous(counts: Codes, names: tuple[str, ...]) -> str | None:
    """Return why alpha is undefined, if all votes that can be paired are for one label."""
    given = np.flatnonzero(counts.sum(axis=0))
    return f"every vote is {names[given[0]]!r}, so no disagreement is to be expected" if len(given) == 1 else None


def _measure(value: Floats, drawn: Floats, articles: int, undefined: str | None) -> Measure:
    if undefined:
        return Measure(value=None, undefined=undefined)
    found = interval(drawn, articles)
    if isinstance(found, str):
        return Measure(value=float(value), interval_undefined=found)
    return Measure(value=float(value), interval=found)


def _met(table: LabelTable) -> tuple[Codes, Codes]:
    """Return every two votes on one item, as places in the table: votes stand by item, so they are some rows apart."""
    ones: list[Codes] = [np.empty(0, dtype=np.int64)]
    others: list[Codes] = [np.empty(0, dtype=np.int64)]
    for apart in range(1, int(np.bincount(table.item).max(initial=0))):
        same: Codes = np.flatnonzero(table.item[apart:] == table.item[:-apart]).astype(np.int64)
        ones.append(same)
        others.append(same + apart)
    return np.concatenate(ones), np.concatenate(others)


def _with_others(table: LabelTable, label: Codes, resamples: int, seed: int) -> Iterator[WithOthers]:
    """Yield each annotator who met another, with the share of agreeing votes and its interval over articles."""
    one, other = _met(table)
    agree = (label[one] == label[other]).astype(np.float64)
    article = table.article[table.item[one]] if len(one) else one
    for number, name in enumerate(table.annotators):
        own = (table.annotator[one] == number) | (table.annotator[other] == number)
        if not own.any():
            continue
        used, place = np.unique(article[own], return_inverse=True)
        sums: Floats = np.stack([np.bincount(place, weights=agree[own]), np.bincount(place).astype(np.float64)], axis=1)
        drawn = resampled(sums, resamples=resamples, seed=seed)
        share = _percent(sums.sum(axis=0))
        yield WithOthers(
            annotator=name, votes=int(own.sum()), percent=_measure(share, _percent(drawn), len(used), None)
        )


def _pairs(table: LabelTable, label: Codes) -> tuple[Pair, ...]:
    """Return every two annotators with an item in common."""
    one, other = _met(table)
    n = len(table.annotators)
    both = np.stack([table.annotator[one], table.annotator[other]])
    keys, inverse = np.unique(both.min(axis=0) * n + both.max(axis=0), return_inverse=True)
    shared = np.bincount(inverse, minlength=len(keys))
    agreeing = np.bincount(inverse, weights=label[one] == label[other], minlength=len(keys))
    return tuple(
        Pair(annotators=(table.annotators[key // n], table.annotators[key % n]), items=int(items), agreeing=int(same))
        for key, items, same in zip(keys, shared, agreeing, strict=True)
    )

"""Spans by what an aggregator believes: whether one is there, what it is, and how far its boundaries are spread.

1. Spans of one layer cluster whatever their labels, the most alike first, so that every two of a cluster share a
   character and an annotator has one span in it at most.
2. A cluster is an item: whoever marked a span of it voted for its label, whoever was shown the place and marked none of it
   voted for none. The aggregator learns one model a layer from all clusters of all articles.
3. A span is kept where a label together with the others has more than half of the belief; its label has the most of it.
4. Its boundaries are the medians of its annotators', each weighted by their skill; how far theirs lie apart is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotate.codebook import Codebook
from annotate.quality.aggregators import Aggregator
from annotate.quality.clusters import Marked, Tokens
from annotate.quality.labelled import Labelled
from annotate.quality.span_matching import common
from annotate.records import Record, Span

NONE = "(none)"
"""The vote of an annotator who was shown a place and marked nothing there."""


class SpanPosterior(Record, frozen=True, kw_only=True):
    """What is believed of one place where somebody marked a span.

    Attributes:
        label: the most probable one.
        start: where it most probably begins; `end` likewise.
        exists: probability that a span is here.
        posterior: label → probability; the rest is that nothing is here.
        starts: first and last of the annotators' own; `ends` likewise.
        annotators: those who marked it; `shown` counts all who were shown the place.
        kept: whether gold has it.
    """

    article_id: str
    layer: str
    label: str
    start: int
    end: int
    text: str
    exists: float
    posterior: dict[str, float]
    starts: tuple[int, int]
    ends: tuple[int, int]
    annotators: tuple[str, ...]
    shown: int
    kept: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A cluster: the spans of several annotators that are of one place, and who was shown it."""

    article: int
    layer: str
    marked: tuple[Marked, ...]
    shown: frozenset[str]


def places(found: Labelled, number: int, layer: str) -> Iterator[Place]:
    """Yield the clusters of a layer in an article, in text order."""
    tokens = Tokens(found.article.text)
    marked = [
        Marked(annotation.annotator, span, tokens.touched(span.start, span.end))
        for annotation in found.annotations
        for span in annotation.spans
        if span.layer == layer
    ]
    marked.sort(key=lambda one: (one.span.start, one.span.end, one.annotator))
    for own in sorted(_clustered(marked), key=lambda own: own[0]):
        together = tuple(marked[place] for place in own)
        shown = {
            one.annotator
            for one in found.annotations
            if one.item is None or any(one.item.overlaps(other.span) for other in together)
        }
        yield Place(number, layer, together, frozenset(shown))


def _clustered(marked: Sequence[Marked]) -> list[list[int]]:
    """Return clusters of places in a list, each rising."""
    ranked = []
    for i, one in enumerate(marked):
        for j in range(i + 1, len(marked)):
            if marked[j].span.start >= one.span.end:
                break
            if marked[j].annotator != one.annotator:
                same = marked[j].span.label == one.span.label
                ranked.append((-common(one.span, marked[j].span), not same, i, j))
    cluster = {place: [place] for place in range(len(marked))}
    for _, _, i, j in sorted(ranked):
        left, right = cluster[i], cluster[j]
        if left is not right and all(_together(marked[a], marked[b]) for a in left for b in right):
            left += right
            cluster |= dict.fromkeys(right, left)
    return [sorted(own) for own in {id(own): own for own in cluster.values()}.values()]


def _together(one: Marked, other: Marked) -> bool:
    return one.annotator != other.annotator and one.span.overlaps(other.span)


def posteriors(
    articles: Sequence[Labelled], codebook: Codebook, models: Mapping[str, Aggregator]
) -> Iterator[tuple[Place, SpanPosterior]]:
    """Yield what is believed of every place, by layer, article and text.

    Args:
        articles: with their annotations, all at once: a model learns from all of them.
        codebook: under which they were made.
        models: layer → a new aggregator for it.
    """
    import pandas as pd

    for layer in codebook.layer:
        found = [place for n, article in enumerate(articles) for place in places(article, n, layer.name)]
        if not found:
            continue
        rows = [
            (number, name, votes.get(name, NONE))
            for number, place in enumerate(found)
            for votes in [{one.annotator: one.span.label for one in place.marked}]
            for name in sorted(place.shown | votes.keys())
        ]
        model = models[layer.name].fit(pd.DataFrame(rows, columns=["item", "annotator", "label"]))
        shares, names = model.probas_.to_numpy(), list(model.probas_.columns)
        for place, row in zip(found, shares, strict=True):
            yield place, _believed(place, articles[place.article], dict(zip(names, row.tolist(), strict=True)), model)


def _believed(place: Place, found: Labelled, shares: dict[str, float], model: Aggregator) -> SpanPosterior:
    absent = shares.pop(NONE, 0.0)
    label = max(shares, key=lambda name: (shares[name], name))
    weights = [float(np.nan_to_num(model.skills_[one.annotator])) for one in place.marked]
    start = weighted_median([one.span.start for one in place.marked], weights)
    end = max(start + 1, weighted_median([one.span.end for one in place.marked], weights))
    return SpanPosterior(
        article_id=found.article.id,
        layer=place.layer,
        label=label,
        start=start,
        end=end,
        text=found.article.text[start:end],
        exists=1 - absent,
        posterior={name: share for name, share in shares.items() if share > 0},
        starts=(min(one.span.start for one in place.marked), max(one.span.start for one in place.marked)),
        ends=(min(one.span.end for one in place.marked), max(one.span.end for one in place.marked)),
        annotators=tuple(sorted(one.annotator for one in place.marked)),
        shown=len(place.shown),
        kept=1 - absent > 0.5,  # noqa: PLR2004 - more than half
    )


def as_span(place: SpanPosterior) -> Span:
    """Return the span that gold keeps, its score being the belief in its label."""
    return Span(
        id="",
        layer=place.layer,
        label=place.label,
        start=place.start,
        end=place.end,
        text=place.text,
        score=place.posterior.get(place.label, 0.0),
    )


def weighted_median(values: Sequence[int], weights: Sequence[float]) -> int:
    """Return the smallest value up to which lies half of the weight; equal weights where there is none.

    >>> weighted_median([3, 9, 5], [1, 1, 1]), weighted_median([3, 9], [0.2, 0.9])
    (5, 9)
    """
    own = np.array(weights) if sum(weights) > 0 else np.ones(len(values))
    order = np.argsort(values, kind="stable")
    reach = np.cumsum(own[order])
    return int(np.array(values)[order][np.searchsorted(reach, reach[-1] / 2 - 1e-12)])

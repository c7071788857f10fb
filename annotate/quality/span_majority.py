"""Spans and links that more than half of the annotators marked.

The rule, where ``n`` annotators submitted the article:

1. Spans with the same layer and label that share a token form a cluster, directly or through others (a chain). An
   annotator has one vote in it, however many spans. More than ``n / 2`` votes keep the cluster.
2. Its boundaries are those of its majority tokens: the ones that more than half of its own annotators marked. A chain so
   loose that no token has that majority is not kept: nobody agrees where it is.
3. Only in a chain can majority tokens stand apart. Where more than half of the cluster's annotators marked several spans
   in it, they saw several: each run of majority tokens becomes a span, if more than ``n / 2`` annotators marked a token
   of it. Otherwise they are one span, from the first majority token to the last.
4. A link is kept where more than ``n / 2`` annotators drew it: from one of their spans that shares a token with a kept
   span to one that shares a token with the other, each in its cluster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from annotate.codebook import Codebook
from annotate.quality.clusters import Cluster, Marked, Tokens, clusters
from annotate.records import Annotation, Article, Link, Span
from annotate.studio.interface import basis_layer


@dataclass(frozen=True, slots=True)
class Kept:
    """A span that the majority marked, and the annotators' spans behind it."""

    span: Span
    behind: tuple[Marked, ...]


def span_majority(
    article: Article, annotations: Sequence[Annotation], codebook: Codebook
) -> tuple[tuple[Span, ...], tuple[Link, ...]]:
    """Return the spans, in text order with the ids ``g1``, ``g2`` and so on, and the links between them.

    A claim's basis is the one most of its annotators chose, where it fits the label, else the codebook's first that
    holds.
    """
    tokens = Tokens(article.text)
    found = [
        kept
        for cluster in clusters(annotations, tokens, codebook)
        for kept in _kept(cluster, tokens, article.text, _shown_to(cluster.marked[0].span, annotations))
    ]
    return numbered(found, annotations, codebook)


def numbered(
    found: list[Kept], annotations: Sequence[Annotation], codebook: Codebook
) -> tuple[tuple[Span, ...], tuple[Link, ...]]:
    """Return kept spans in text order with their ids and a claim's basis, and the links between them."""
    found.sort(key=lambda kept: (kept.span.start, kept.span.end))  # stable: the codebook's order among equals
    named = [
        Kept(msgspec.structs.replace(kept.span, id=f"g{number}"), kept.behind) for number, kept in enumerate(found, 1)
    ]
    links = tuple(_links(named, annotations, codebook))
    layer = basis_layer(codebook)
    linked = {link.from_ for link in links}
    spans = tuple(
        _with_basis(kept, codebook, linked=kept.span.id in linked) if kept.span.layer == layer else kept.span
        for kept in named
    )
    return spans, links


def _shown_to(span: Span, annotations: Sequence[Annotation]) -> int:
    """Return how many annotators were shown the place of a span."""
    return len({one.annotator for one in annotations if one.item is None or one.item.overlaps(span)})


def _kept(cluster: Cluster, tokens: Tokens, text: str, submitted: int) -> Iterator[Kept]:
    voters = len(cluster.annotators)
    if 2 * voters <= submitted:
        return
    marks = Counter(token for _, token in {(one.annotator, token) for one in cluster.marked for token in one.tokens})
    core = sorted(token for token, count in marks.items() if 2 * count > voters)
    if not core:
        return
    spans_by = Counter(one.annotator for one in cluster.marked)
    several = sum(1 for count in spans_by.values() if count > 1)
    for run in _runs(core) if 2 * several > voters else [range(core[0], core[-1] + 1)]:
        behind = tuple(one for one in cluster.marked if one.tokens.start < run.stop and run.start < one.tokens.stop)
        if 2 * len({one.annotator for one in behind}) > submitted:
            start, end = tokens.starts[run.start], tokens.ends[run.stop - 1]
            span = Span(id="", layer=cluster.layer, label=cluster.label, start=start, end=end, text=text[start:end])
            yield Kept(span, behind)


def _runs(numbers: Sequence[int]) -> Iterator[range]:
    """Yield the runs of a rising sequence, as ranges."""
    start = before = numbers[0]
    for number in numbers[1:]:
        if number > before + 1:
            yield range(start, before + 1)
            start = number
        before = number
    yield range(start, before + 1)


def _links(kept: Sequence[Kept], annotations: Sequence[Annotation], codebook: Codebook) -> Iterator[Link]:
    stands_for: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(kept):
        for marked in one.behind:
            stands_for.setdefault((marked.annotator, marked.span.id), []).append(number)
    drawn = Counter(
        ends
        for annotation in annotations
        for ends in {
            (one, other)
            for link in annotation.links
            for one in stands_for.get((annotation.annotator, link.from_), ())
            for other in stands_for.get((annotation.annotator, link.to), ())
            if one != other
        }
    )
    for (first, second), count in sorted(drawn.items()):
        ends = kept[first].span, kept[second].span
        if 2 * count > _shown_to(kept[first].span, annotations) and (
            name := codebook.link_type(ends[0].layer, ends[1].layer)
        ):
            yield Link(type=name, from_=ends[0].id, to=ends[1].id)


def _with_basis(kept: Kept, codebook: Codebook, *, linked: bool) -> Span:
    by_annotator = {one.annotator: one.span.basis for one in kept.behind}
    ranked = Counter(by_annotator.values()).most_common(1)
    chosen = ranked[0][0] if 2 * ranked[0][1] > len(by_annotator) else None
    return msgspec.structs.replace(kept.span, basis=codebook.basis_of(kept.span.label, linked=linked, chosen=chosen))

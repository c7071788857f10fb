"""Where annotators of one article marked differently.

A place is a stretch of one layer that somebody marked: all spans of the layer that share a token, directly or through
others. Each annotator has one vote there: the label of the own span that covers most of it, none without a span. A place
is contested where the votes are not all the same; other boundaries alone do not make it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotate.codebook import Codebook
from annotate.quality.clusters import Tokens
from annotate.quality.labelled import Labelled
from annotate.records import Annotation, Article, Extent, Link, Span


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an article that somebody marked in a layer.

    Attributes:
        votes: annotator → label given there; none where nothing was marked.
    """

    layer: str
    extent: Extent
    votes: Mapping[str, str | None]

    @property
    def contested(self) -> bool:
        """Whether the votes differ."""
        return len(set(self.votes.values())) > 1


@dataclass(frozen=True, slots=True)
class Case:
    """An article with its contested places."""

    found: Labelled
    places: tuple[Place, ...]

    @property
    def article(self) -> Article:
        """The article."""
        return self.found.article


def cases(found: Iterable[Labelled], codebook: Codebook) -> list[Case]:
    """Return the articles on which annotators differ, that with the most contested places first."""
    made = [Case(one, tuple(place for place in places(one, codebook) if place.contested)) for one in found]
    return sorted((one for one in made if one.places), key=lambda one: (-len(one.places), one.article.id))


def places(found: Labelled, codebook: Codebook) -> Iterator[Place]:
    """Yield the places of an article, by layer in the codebook's order, then in text order."""
    tokens = Tokens(found.article.text)
    for layer in codebook.layer:
        spans = [span for one in found.annotations for span in one.spans if span.layer == layer.name]
        for extent in connected(spans, tokens):
            yield Place(layer.name, extent, votes(found.annotations, layer.name, extent))


def connected(spans: Iterable[Span], tokens: Tokens) -> Iterator[Extent]:
    """Yield the extents of spans that share a token, directly or through others, in text order."""
    start = end = reach = -1
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        touched = tokens.touched(span.start, span.end)
        if not touched:
            continue
        if touched.start >= reach:
            if end >= 0:
                yield Extent(start=start, end=end)
            start, end, reach = span.start, span.end, touched.stop
        else:
            end, reach = max(end, span.end), max(reach, touched.stop)
    if end >= 0:
        yield Extent(start=start, end=end)


def votes(annotations: Sequence[Annotation], layer: str, extent: Extent) -> dict[str, str | None]:
    """Return the label that each annotator gave there; none where nothing was marked."""
    found: dict[str, str | None] = {}
    most: dict[str, int] = {}
    for one in annotations:
        found.setdefault(one.annotator, None)
        for span in one.spans:
            covered = min(span.end, extent.end) - max(span.start, extent.start)
            if span.layer == layer and covered > most.get(one.annotator, 0):
                found[one.annotator], most[one.annotator] = span.label, covered
    return found


def agreed(found: Labelled) -> tuple[tuple[Span, ...], tuple[Link, ...]]:
    """Return the spans that every annotator marked exactly alike, and the links between them that all drew."""
    marks = [{_mark(span): span for span in one.spans} for one in found.annotations]
    first, others = found.annotations[0], marks[1:]
    kept = {key: span for key, span in marks[0].items() if all(key in one for one in others)}
    drawn = [
        {
            (_mark(ends[link.from_]), _mark(ends[link.to]))
            for link in one.links
            if link.from_ in (ends := {span.id: span for span in one.spans}) and link.to in ends
        }
        for one in found.annotations
    ]
    own = {span.id: _mark(span) for span in first.spans}
    links = [
        link
        for link in first.links
        if link.from_ in own
        and link.to in own
        and own[link.from_] in kept
        and own[link.to] in kept
        and all((own[link.from_], own[link.to]) in one for one in drawn)
    ]
    names = {key: span.id for key, span in kept.items()}
    renamed = [Link(type=link.type, from_=names[own[link.from_]], to=names[own[link.to]]) for link in links]
    return tuple(kept.values()), tuple(dict.fromkeys(renamed))


def _mark(span: Span) -> tuple[str, str, int, int]:
    return span.layer, span.label, span.start, span.end

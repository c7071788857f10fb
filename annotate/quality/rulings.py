"""An adjudicator's rulings on what annotators marked differently, and gold after them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from annotate.codebook import Codebook
from annotate.errors import SpanError
from annotate.records import Extent, Gold, GoldItem, Link, SetAside, Span
from annotate.studio.interface import basis_layer

CAUSES = ("guideline_gap", "slip", "ambiguity", "missing_context")
"""Why annotators differed: the guidelines do not say; one overlooked something; the text allows both; the text says too little."""


class Ruling(Extent, frozen=True, kw_only=True):
    """What stands at one place of an article, and why some labels there were overruled.

    Attributes:
        article_id: the article's id.
        layer: the codebook's layer that it is about.
        text: what the place reads.
        label: what stands there; none where nothing does.
        votes: annotator → label each gave there; none where nothing was marked.
        cause: one of guideline_gap, slip, ambiguity, missing_context.
        reason: the sentence that overrules.
    """

    article_id: str
    layer: str
    text: str
    label: str | None
    votes: dict[str, str | None]
    cause: str
    reason: str

    @property
    def overruled(self) -> dict[str, str | None]:
        """Those who gave another label than the one that stands."""
        return {annotator: label for annotator, label in self.votes.items() if label != self.label}


def ruled(golds: Iterable[Gold], rulings: Iterable[Ruling], codebook: Codebook) -> Iterator[Gold | SetAside]:
    """Yield each gold with the rulings on it carried out; a ruling that does not fit its text comes as a `SetAside`.

    A ruling takes the place of all spans of its layer that it overlaps, and their links go over to it. Items that it
    touches get the labels that follow from the spans that now stand, and are contested no more; their votes stay.
    """
    by_article: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        by_article.setdefault(ruling.article_id, []).append(ruling)
    for gold in golds:
        fitting: list[Ruling] = []
        for ruling in by_article.pop(gold.article.id, []):
            problem = _problem(ruling, gold.article.text, codebook)
            if problem:
                yield SetAside(reason="ruling", where=f"article {gold.article.id}", detail=problem)
            else:
                fitting.append(ruling)
        yield _ruled(gold, fitting, codebook) if fitting else gold
    for article, left in by_article.items():
        detail = f"{len(left)} rulings are on an article without gold"
        yield SetAside(reason="unknown_article", where=f"article {article}", detail=detail)


def _problem(ruling: Ruling, text: str, codebook: Codebook) -> str | None:
    span = Span(id="", layer=ruling.layer, label="", start=ruling.start, end=ruling.end, text=ruling.text)
    try:
        span.check(text)
    except SpanError as error:
        return str(error)
    if ruling.label is not None and ruling.label not in codebook.labels(ruling.layer):
        return f"the codebook has no label {ruling.layer}.{ruling.label}"
    if ruling.cause not in CAUSES:
        return f"cause {ruling.cause!r} is none of {', '.join(CAUSES)}"
    return None if ruling.reason.strip() else "it gives no reason"


def _ruled(gold: Gold, rulings: Sequence[Ruling], codebook: Codebook) -> Gold:
    spans: list[Span] = []
    goes_to: dict[str, str] = {}
    names = {id(ruling): f"r{number}" for number, ruling in enumerate(rulings, 1) if ruling.label is not None}
    for span in gold.spans:
        over = [ruling for ruling in rulings if ruling.layer == span.layer and ruling.overlaps(span)]
        if not over:
            spans.append(span)
            goes_to[span.id] = span.id
        elif kept := [names[id(ruling)] for ruling in over if id(ruling) in names]:
            goes_to[span.id] = kept[0]
    spans += [
        Span(
            id=names[id(ruling)],
            layer=ruling.layer,
            label=ruling.label,
            start=ruling.start,
            end=ruling.end,
            text=ruling.text,
        )
        for ruling in rulings
        if ruling.label is not None
    ]
    links = dict.fromkeys(
        Link(type=link.type, from_=goes_to[link.from_], to=goes_to[link.to])
        for link in gold.links
        if link.from_ in goes_to and link.to in goes_to
    )
    linked = {link.from_ for link in links}
    whole = tuple(
        msgspec.structs.replace(span, basis=codebook.basis_of(span.label, linked=span.id in linked))
        if span.basis is None and span.layer == basis_layer(codebook)
        else span
        for span in sorted(spans, key=lambda span: (span.start, span.end))
    )
    items = tuple(_item(item, whole, rulings, codebook) for item in gold.sentences)
    return msgspec.structs.replace(gold, spans=whole, links=tuple(links), sentences=items)


def _item(item: GoldItem, spans: Sequence[Span], rulings: Sequence[Ruling], codebook: Codebook) -> GoldItem:
    inside = [span for span in spans if span.overlaps(item)]
    claims = tuple(span.id for span in inside if span.layer == "claim")
    if not any(ruling.overlaps(item) for ruling in rulings):
        return msgspec.structs.replace(item, claims=claims)
    labels = codebook.decide(inside).labels
    targets = {
        name: msgspec.structs.replace(target, label=labels[name], contested=False)
        for name, target in item.targets.items()
    }
    return msgspec.structs.replace(item, claims=claims, targets=targets)

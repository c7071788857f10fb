"""One article with its spans and links: what every form is written from and read into."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from annotate.codebook import Codebook
from annotate.corpus.article import make_article
from annotate.corpus.text import frozen as freeze
from annotate.corpus.text import remap
from annotate.errors import DataError, SpanError
from annotate.records import Annotation, Article, CodebookRef, Gold, Link, Origin, SetAside, Span, Status

FOREIGN = "foreign:"


class Marks(NamedTuple):
    """An article's text with what is marked in it, whoever marked it."""

    article_id: str
    text: str
    spans: tuple[Span, ...]
    links: tuple[Link, ...] = ()


def of_gold(gold: Gold) -> Marks:
    """Return the gold's spans and links."""
    return Marks(gold.article.id, gold.article.text, gold.spans, gold.links)


def joined(span: Span) -> str:
    """Return a span's label as other tools name it: ``claim.unverified``."""
    return f"{span.layer}.{span.label}"


def parted(name: str, joint: str = ".") -> tuple[str, str]:
    """Return layer and label of such a name; of one without a joint, the layer ``label``.

    >>> parted("hedge.may"), parted("Source")
    (('hedge', 'may'), ('label', 'Source'))
    """
    layer, found, label = name.partition(joint)
    return (layer, label) if found and layer and label else ("label", name)


def as_annotations(
    read: Iterable[Marks | SetAside],
    codebook: Codebook,
    annotator: str,
    tool: str,
    articles: Mapping[str, Article] | None = None,
) -> Iterator[Annotation | SetAside]:
    """Yield what was read as one annotator's submitted work, each span proved; a span that fails comes as a `SetAside`.

    Where every label is the codebook's, it is made under the codebook; else under a foreign one, with its labels as they are
    (`annotate gold` then asks for ``--map``).

    Args:
        read: articles with their marks.
        codebook: whose labels are looked for.
        annotator: name of whoever made the file.
        tool: where it comes from.
        articles: frozen articles by id; without, the text that was read counts.
    """
    for marks in read:
        if isinstance(marks, SetAside):
            yield marks
            continue
        article = articles.get(marks.article_id) if articles is not None else None
        if articles is not None and article is None:
            yield SetAside(
                reason="no_article", where=f"article {marks.article_id}", detail="it is not among the articles"
            )
            continue
        text = article.text if article is not None else marks.text
        kept: list[Span] = []
        for span in marks.spans:
            try:
                span.check(text)
            except SpanError as error:
                yield SetAside(reason="span", where=f"article {marks.article_id}, span {span.id}", detail=str(error))
            else:
                kept.append(span)
        ids = {span.id for span in kept}
        links = tuple(link for link in marks.links if {link.from_, link.to} <= ids)
        known = all(span.label in codebook.labels(span.layer) for span in kept)
        yield Annotation(
            article_id=marks.article_id,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            annotator=annotator,
            status=Status.SUBMITTED,
            codebook=codebook.ref if known else _foreign(kept),
            spans=tuple(_based(span, links, codebook) if known else span for span in kept),
            links=links,
            origin=Origin(tool=tool),
        )


def frozen(read: Iterable[Marks | SetAside], made: dict[str, Article]) -> Iterator[Marks | SetAside]:
    """Yield the marks on the articles that their texts become, their offsets moved with the text; add these to ``made``."""
    for marks in read:
        if isinstance(marks, SetAside):
            yield marks
            continue
        try:
            article = make_article(marks.text)
            offsets = remap(marks.text, [offset for span in marks.spans for offset in (span.start, span.end)])
        except DataError as error:
            yield SetAside(reason="text", where=marks.article_id, detail=str(error))
            continue
        whole = freeze(marks.text)
        lead = len(whole) - len(whole.lstrip())
        pairs = zip(offsets[::2], offsets[1::2], marks.spans, strict=True)
        spans = tuple(
            msgspec.structs.replace(
                span, start=start - lead, end=end - lead, text=article.text[max(start - lead, 0) : end - lead]
            )
            for start, end, span in pairs
        )
        made.setdefault(article.id, article)
        yield Marks(article.id, article.text, spans, marks.links)


def _based(span: Span, links: Iterable[Link], codebook: Codebook) -> Span:
    if span.basis is not None or not any(basis.label == span.label for basis in codebook.basis):
        return span
    return msgspec.structs.replace(
        span, basis=codebook.basis_of(span.label, linked=any(link.from_ == span.id for link in links))
    )


def _foreign(spans: Iterable[Span]) -> CodebookRef:
    layers = sorted({span.layer for span in spans})
    digest = hashlib.sha256(msgspec.json.encode(layers)).hexdigest()[:16]
    return CodebookRef(name=f"{FOREIGN}{digest[:8]}", version="0", hash=digest)

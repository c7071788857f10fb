"""Small articles and annotations, written as a person would mark them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotate.codebook import Codebook, load
from annotate.records import (
    Annotation,
    Article,
    Extent,
    Link,
    Segment,
    SegmentKind,
    Span,
    Status,
    article_id,
)

MakeArticle = Callable[..., Article]
MakeAnnotation = Callable[..., Annotation]


@pytest.fixture(scope="session")
def book() -> Codebook:
    """The default codebook."""
    return load()


@pytest.fixture(scope="session")
def make_article() -> MakeArticle:
    """Make an article of one body segment from its sentences."""

    def make(*sentences: str, kind: SegmentKind = SegmentKind.BODY) -> Article:
        text = " ".join(sentences)
        extents, position = [], 0
        for sentence in sentences:
            extents.append(Extent(start=position, end=position + len(sentence)))
            position += len(sentence) + 1
        segments = (Segment(start=0, end=len(text), kind=kind),) if text else ()
        return Article(id=article_id(text), text=text, segments=segments, sentences=tuple(extents))

    return make


@pytest.fixture(scope="session")
def by(book: Codebook) -> MakeAnnotation:
    """Make an annotation from marks such as ``("claim.unverified", "taxes fell")``; ids are s0, s1 and so on."""

    def make(annotator: str, article: Article, *marks: tuple[str, str], **fields: object) -> Annotation:
        spans = []
        for number, (mark, quote) in enumerate(marks):
            layer, label = mark.split(".")
            start = article.text.index(quote)
            end = start + len(quote)
            spans.append(Span(id=f"s{number}", layer=layer, label=label, start=start, end=end, text=quote))
        values: dict[str, object] = {
            "article_id": article.id,
            "text_sha256": article.sha256,
            "annotator": annotator,
            "status": Status.SUBMITTED,
            "codebook": book.ref,
            "spans": tuple(spans),
        }
        if "links" in fields:
            ends = fields.pop("links")
            assert isinstance(ends, list)
            fields["links"] = tuple(Link(type="attributed_to", from_=f"s{a}", to=f"s{b}") for a, b in ends)
        return Annotation(**(values | fields))  # type: ignore[arg-type]  # the fields are as the test says

    return make

"""Gold with everything that a form may lose."""

from __future__ import annotations

import pytest

from annotate.codebook import Codebook, load
from annotate.corpus.article import make_article
from annotate.records import Article, Gold, Link, Span

TEXT = (
    "Weir leaks 🌊, 王小明 says\nThe keeper, “Łucja”, said the weir may\nfail by Friday. =SUM(A1) was 3, the log reads."
)


@pytest.fixture(scope="session")
def book() -> Codebook:
    """The default codebook."""
    return load()


@pytest.fixture(scope="session")
def article() -> Article:
    """An article with an emoji, a CJK name, quotes and a word that a spreadsheet would run."""
    return make_article(TEXT)


def mark(article: Article, name: str, layer: str, label: str, quote: str, basis: str | None = None) -> Span:
    """Return the span that reads so."""
    start = article.text.index(quote)
    return Span(id=name, layer=layer, label=label, start=start, end=start + len(quote), text=quote, basis=basis)


@pytest.fixture(scope="session")
def gold(article: Article, book: Codebook) -> Gold:
    """Spans that overlap, nest and run over a line's end, links and bases."""
    spans = (
        mark(article, "g1", "source", "person", "王小明"),
        mark(article, "g2", "source", "person", "The keeper, “Łucja”"),
        mark(article, "g3", "claim", "disputed", "the weir may\nfail by Friday", "contradicted"),
        mark(article, "g4", "hedge", "epistemic", "may"),
        mark(article, "g5", "claim", "unverified", "weir may\nfail", "attributed"),
        mark(article, "g6", "claim", "verified", "=SUM(A1) was 3", "record"),
        mark(article, "g7", "source", "document", "the log"),
    )
    links = (
        Link(type="attributed_to", from_="g3", to="g2"),
        Link(type="attributed_to", from_="g5", to="g2"),
        Link(type="attributed_to", from_="g6", to="g7"),
        Link(type="relays", from_="g2", to="g1"),
    )
    return Gold(article=article, codebook=book.ref, spans=spans, links=links)

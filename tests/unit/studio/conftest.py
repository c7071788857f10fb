"""A small article and what Label Studio would send of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotate.codebook import Codebook, load
from annotate.records import Article, Link, Span, Suggestion, Task, article_id, text_sha256
from annotate.studio.payload import codebook_name

TEXT = "Dam may fail 🌊, said 王小明.\nThe board denied it: “Nothing leaks.”"


@pytest.fixture(scope="session")
def book() -> Codebook:
    """The default codebook."""
    return load()


@pytest.fixture(scope="session")
def article() -> Article:
    """An article with an emoji, a CJK name, a line break and quotation marks."""
    return Article(id=article_id(TEXT), text=TEXT, title="Dam may fail")


@pytest.fixture(scope="session")
def spans() -> tuple[Span, ...]:
    """A claim, a hedge inside it, its source, and the one who denies it."""

    def span(name: str, layer: str, label: str, quote: str, **more: Any) -> Span:
        start = TEXT.index(quote)
        return Span(id=name, layer=layer, label=label, start=start, end=start + len(quote), text=quote, **more)

    return (
        span("c", "claim", "disputed", "Dam may fail 🌊", score=0.8),
        span("h", "hedge", "epistemic", "may"),
        span("s", "source", "person", "王小明"),
        span("b", "source", "organisation", "The board"),
    )


@pytest.fixture(scope="session")
def task(article: Article, book: Codebook, spans: tuple[Span, ...]) -> Task:
    """The article with a suggestion."""
    link = Link(type="attributed_to", from_="c", to="s")
    suggestion = Suggestion(model="patterns 1", spans=spans, links=(link,), score=0.8)
    return Task(article_id=article.id, article=article, codebook=book.ref, suggestion=suggestion)


@pytest.fixture
def exported(book: Codebook) -> Callable[..., dict[str, Any]]:
    """Makes a task as Label Studio exports it, with the annotations given."""

    def make(*annotations: dict[str, Any], text: str = TEXT, **more: Any) -> dict[str, Any]:
        data = {"article_id": article_id(text), "text": text, "text_sha256": text_sha256(text)}
        task = {"id": 7, "data": data | {"codebook": codebook_name(book.ref)}}
        return task | {"annotations": list(annotations), "drafts": [], "predictions": []} | more

    return make


@pytest.fixture
def done() -> Callable[..., dict[str, Any]]:
    """Makes an annotation as Label Studio exports it."""

    def make(number: int = 1, who: Any = "ada@localhost", result: Any = (), **more: Any) -> dict[str, Any]:
        times = {"created_at": "2026-02-01T10:00:00Z", "updated_at": f"2026-02-01T10:{number % 60:02d}:00Z"}
        made = {"id": number, "completed_by": {"id": 1, "email": who} if isinstance(who, str) else who}
        return made | {"result": list(result), "was_cancelled": False, "lead_time": 3.5} | times | more

    return make

"""Small campaigns: articles of known length, and plans of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotate.campaign.assignments import Arm, Assignment, Kind
from annotate.codebook import Codebook, load
from annotate.corpus.article import make_article
from annotate.records import Article

MakeArticles = Callable[..., list[Article]]


@pytest.fixture(scope="session")
def book() -> Codebook:
    """The default codebook."""
    return load()


@pytest.fixture(scope="session")
def make_articles() -> MakeArticles:
    """Make so many articles, each some words longer than the one before."""

    def make(count: int, first: int = 20, more: int = 3) -> list[Article]:
        return [make_article(f"The weir 🌊 of day {n} " + "leaks " * (first + more * n)) for n in range(count)]

    return make


@pytest.fixture(scope="session")
def assign() -> Callable[..., Assignment]:
    """Make an assignment of an article."""

    def make(article: Article | str, annotator: str, **fields: object) -> Assignment:
        values: dict[str, object] = {"batch": 1, "arm": Arm.SUGGESTED, "kind": Kind.OVERLAP}
        key = article if isinstance(article, str) else article.id
        words = 10 if isinstance(article, str) else len(article.text.split())
        return Assignment(article=key, annotator=annotator, **({"words": words} | values | fields))  # type: ignore[arg-type]  # as the test says

    return make

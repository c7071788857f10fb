"""Suggestions in a form that a test can read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotate.codebook import Codebook, load
from annotate.corpus.article import make_article
from annotate.language.patterns import Patterns, load_patterns
from annotate.language.suggester import PatternSuggester
from annotate.records import Suggestion

Suggest = Callable[[str], Suggestion]


@pytest.fixture(scope="session")
def book() -> Codebook:
    """The default codebook."""
    return load()


@pytest.fixture(scope="session")
def patterns() -> Patterns:
    """The default codebook's patterns."""
    return load_patterns()


@pytest.fixture(scope="session")
def suggester(book: Codebook, patterns: Patterns) -> PatternSuggester:
    """The suggester of the default codebook."""
    return PatternSuggester(book, patterns)


@pytest.fixture(scope="session")
def suggest(suggester: PatternSuggester) -> Suggest:
    """Suggest for a text."""

    def suggested(text: str) -> Suggestion:
        return suggester.suggest(make_article(text))

    return suggested


@pytest.fixture(scope="session")
def layer(suggest: Suggest) -> Callable[[str, str], list[tuple[str, str]]]:
    """Return (label, text) of the spans of one layer that are suggested for a text."""

    def found(text: str, name: str) -> list[tuple[str, str]]:
        return [(span.label, span.text) for span in suggest(text).spans if span.layer == name]

    return found


@pytest.fixture(scope="session")
def links(suggest: Suggest) -> Callable[[str], set[tuple[str, str, str]]]:
    """Return (type, text of the one end, text of the other) of the links that are suggested for a text."""

    def found(text: str) -> set[tuple[str, str, str]]:
        made = suggest(text)
        texts = {span.id: span.text for span in made.spans}
        return {(link.type, texts[link.from_], texts[link.to]) for link in made.links}

    return found

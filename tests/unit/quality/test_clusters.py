"""Tokens, and spans that overlap under one label."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from annotate.codebook import Codebook
from annotate.quality.clusters import Tokens, clusters
from annotate.records import Annotation, Article

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]


def test_words_and_single_marks_are_tokens() -> None:
    """A run of letters and digits is one token, every other mark is its own, an emoji too."""
    text = "Dr. Łuc’s 2,000 🎉 习近平"
    tokens = Tokens(text)
    found = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert found == ["Dr", ".", "Łuc", "’", "s", "2", ",", "000", "🎉", "习近平"]


@given(st.text("ab .🎉\n", max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_touched_tokens_share_a_character(text: str, one: int, other: int) -> None:
    """Bisection finds exactly the tokens that overlap."""
    start, end = sorted((one, other))
    tokens = Tokens(text)
    expected = [
        number
        for number, (begins, ends) in enumerate(zip(tokens.starts, tokens.ends, strict=True))
        if max(begins, start) < min(ends, end)
    ]
    if start < end:
        assert list(tokens.touched(start, end)) == expected


def test_a_cluster_is_connected_by_tokens(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Chains are one cluster; a shared space or another label connects nothing, part of a word does."""
    article = make_article("one two three four five six")
    made = [
        by("a", article, ("claim.verified", "one two"), ("claim.verified", "four "), ("claim.disputed", "one two")),
        by("b", article, ("claim.verified", "wo three"), ("claim.verified", " five")),
        by("c", article, ("claim.verified", "thr"), ("hedge.epistemic", "six")),
    ]
    found = [
        (cluster.label, [one.span.text for one in cluster.marked], sorted(cluster.annotators))
        for cluster in clusters(made, Tokens(article.text), book)
    ]
    assert found == [
        ("verified", ["one two", "wo three", "thr"], ["a", "b", "c"]),
        ("verified", ["four "], ["a"]),
        ("verified", [" five"], ["b"]),
        ("disputed", ["one two"], ["a"]),
        ("epistemic", ["six"], ["c"]),
    ]

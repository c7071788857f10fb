"""Phrases compressed into one expression."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from annotate.language.trie import bounded, pattern

WORDS = st.lists(st.sampled_from(["no", "not", "nor", "a", "an", "🎉", "習", "c++"]), min_size=1, max_size=3).map(
    " ".join
)


def test_no_phrases_match_nothing() -> None:
    """An empty list is an expression that never matches."""
    assert not bounded([]).search("anything at all")


def test_words_are_whole() -> None:
    """Neither part of a word nor part of a hyphened compound matches; white space may be of any kind and length."""
    found = bounded(["may", "may not"])
    assert [match.group() for match in found.finditer("may not maybe may-day mid-may may  \n not dismay may.")] == [
        "may not",
        "may  \n not",
        "may",
    ]


@given(st.lists(WORDS, min_size=1, max_size=8), WORDS)
def test_equals_the_list_it_was_made_of(phrases: list[str], text: str) -> None:
    """It matches a text as a whole exactly where the text is one of the phrases."""
    assert (re.fullmatch(pattern(phrases), text) is not None) == (text in phrases)

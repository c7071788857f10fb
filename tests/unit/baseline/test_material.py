"""Counts of n-grams: scikit-learn's, in less memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from annotate.baseline.fit import MIN_CHARS, MIN_WORDS
from annotate.baseline.material import MOST, material
from annotate.baseline.ngrams import CHAR_RANGE, WORD_RANGE
from annotate.baseline.surface import Surface

ODD = ["", "...", "İstanbul ΑΣ it rained", "It rained,\u00a0it may rain", "may\u2028rain it", "🕊 🕊 it rained", "a"]


def assert_scikit_learns(texts: list[str]) -> None:
    """Assert that all n-grams in texts enough are there, in scikit-learn's order and with its counts."""
    found = material(texts, Surface(None), ngrams=True, tokens_too=False, grams=False).ngrams
    assert found is not None
    first = 0
    for names, analyzer, size, least in (
        (found.words, "word", WORD_RANGE, MIN_WORDS),
        (found.chars, "char_wb", CHAR_RANGE, MIN_CHARS),
    ):
        ours = found.matrix[:, first : first + len(names)].toarray()
        first += len(names)
        vectorizer = CountVectorizer(analyzer=analyzer, ngram_range=size)
        try:
            theirs = vectorizer.fit_transform(texts).toarray()
        except ValueError:  # no n-gram at all
            assert not names
            continue
        place = {name: column for column, name in enumerate(vectorizer.get_feature_names_out())}
        columns = [place[name] for name in names]
        assert columns == sorted(columns)
        assert set(columns) >= set(np.flatnonzero((theirs > 0).sum(axis=0) >= least).tolist())
        np.testing.assert_array_equal(ours, np.minimum(theirs[:, columns], MOST))


def test_counts_are_scikit_learns() -> None:
    """On odd spaces, letters that change their length, no letters, and a count beyond what is kept."""
    assert_scikit_learns([*ODD, *ODD, *ODD, "ha" * 70_000 + " it rained"])


@given(st.lists(st.text(alphabet="aAbİß, .\n\u00a0'", max_size=30), min_size=1, max_size=12))
def test_counts_of_any_texts_are_scikit_learns(texts: list[str]) -> None:
    """Whatever stands between the words."""
    assert_scikit_learns(texts)


@pytest.mark.parametrize("texts", [[""], ["...", "!"], ["a"]])
def test_texts_without_n_grams_have_none(texts: list[str]) -> None:
    """An empty matrix, and no error."""
    found = material(texts, Surface(None), ngrams=True, tokens_too=False, grams=False).ngrams
    assert found is not None
    assert found.matrix.shape[0] == len(texts)

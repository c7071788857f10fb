"""Texts as the matrices that the pieces of a model are fitted on; made once, and never from labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotate.baseline.linear import Floats, Ints
from annotate.baseline.ngrams import CHAR_RANGE, WORD_RANGE
from annotate.baseline.surface import Surface
from annotate.baseline.tokens import GRAMS, WINDOW, Marks, Tokens, Vocabulary, keys, tokens


@dataclass(frozen=True)
class Sparse:
    """A matrix with the name of each column.

    Attributes:
        matrix: CSR.
        names: of the columns: whole numbers, ascending, or strings.
    """

    matrix: Any
    names: Any


@dataclass(frozen=True)
class Material:
    """What some texts are made of.

    Attributes:
        known: the patterns' cues.
        surface: ``(n_texts, n_surface)``.
        tokens: of all texts.
        vocabulary: the values of the tokens' attributes.
        window: the tagger's features ``(n_tokens, n_window)``.
        grams: which n-grams and skip-grams of tokens occur ``(n_texts, n_grams)``.
        words: counts of words and pairs of words ``(n_texts, n_words)``; likewise `chars`.
    """

    known: Marks
    surface: Floats
    tokens: Tokens
    vocabulary: Vocabulary
    window: Sparse | None
    grams: Sparse | None
    words: Sparse | None
    chars: Sparse | None

    @property
    def firsts(self) -> Ints:
        """Number of the first token of each text, and of the end ``(n_texts + 1,)``."""
        return np.concatenate([[0], np.cumsum(self.tokens.counts)])

    def token_rows(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return the tokens of some texts, and which of these texts each belongs to (from 0)."""
        firsts, counts = self.firsts[rows], self.tokens.counts[rows]
        text = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(len(text)) - np.repeat(np.cumsum(counts) - counts, counts)
        return firsts[text] + within, text


def material(texts: Sequence[str], surface: Surface, *, ngrams: bool, tokens_too: bool, grams: bool) -> Material:
    """Return what texts are made of; pieces that are not wanted are left out."""
    known = surface.cues(texts)
    found = tokens(texts, known)
    vocabulary = Vocabulary.of(found)
    table, places = vocabulary.table(found), vocabulary.places(found)
    window = _window(table, places) if tokens_too else None
    every = _features(table, places, found.text, len(texts), GRAMS) if grams else None
    words, chars = _counts(texts, "word") if ngrams else None, _counts(texts, "char_wb") if ngrams else None
    return Material(known, surface.values(texts, known), found, vocabulary, window, every, words, chars)


def _window(table: Ints, places: Ints) -> Sparse:
    """Return which of the tagger's features each token has, those that occur once in all left out.

    A token has one feature a template at most, so the rows are filled in place: 4 bytes a feature and one of data, which
    is what lets some hundred thousand texts be learnt from in a few gigabytes.
    """
    from scipy import sparse

    columns = np.full((len(places), len(WINDOW)), -1, dtype=np.int32)
    names, width = [], 0
    for number in range(len(WINDOW)):
        key = keys(table, places, WINDOW, number)
        known = np.flatnonzero(key >= 0)
        distinct, which, counts = np.unique(key[known], return_inverse=True, return_counts=True)
        kept = counts > 1
        place = np.where(kept, np.cumsum(kept) - 1 + width, -1)
        columns[known, number] = place[which]
        names.append(distinct[kept])
        width += int(kept.sum())
    there = columns >= 0
    ends = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    indices = columns[there]
    data = np.ones(len(indices), dtype=np.uint8)
    return Sparse(sparse.csr_matrix((data, indices, ends), shape=(len(places), width)), np.concatenate(names))


def _features(table: Ints, places: Ints, row: Ints, n_rows: int, templates: Any) -> Sparse:
    """Return which features occur in each row, those that occur once in all left out."""
    from scipy import sparse

    names, rows, columns, width = [], [], [], 0
    for number in range(len(templates)):
        key = keys(table, places, templates, number)
        known = np.flatnonzero(key >= 0)
        distinct, which, counts = np.unique(key[known], return_inverse=True, return_counts=True)
        kept = counts > 1
        place = np.cumsum(kept) - 1 + width
        use = kept[which]
        rows.append(row[known[use]])
        columns.append(place[which[use]].astype(np.int32))
        names.append(distinct[kept])
        width += int(kept.sum())
    at = (np.concatenate(rows), np.concatenate(columns))
    matrix = sparse.coo_matrix((np.ones(len(at[0])), at), shape=(n_rows, width)).tocsr()
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return Sparse(matrix, np.concatenate(names))


def _counts(texts: Sequence[str], analyzer: str) -> Sparse | None:
    from sklearn.feature_extraction.text import CountVectorizer

    size = WORD_RANGE if analyzer == "word" else CHAR_RANGE
    vectorizer = CountVectorizer(analyzer=analyzer, ngram_range=size, dtype=np.float64)
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:  # "empty vocabulary"
        return None
    return Sparse(matrix, vectorizer.get_feature_names_out())

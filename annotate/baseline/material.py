"""Texts as the matrices that the pieces of a model are fitted on; made once, and never from labels."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotate.baseline.fit import MIN_CHARS, MIN_WORDS
from annotate.baseline.linear import Floats, Ints
from annotate.baseline.ngrams import CHAR_RANGE, chunks, words
from annotate.baseline.surface import Surface
from annotate.baseline.tokens import GRAMS, WINDOW, Marks, Tokens, Vocabulary, keys, tokens

TOGETHER = 8192
"""Rows of a matrix that are worked on at once; it bounds the memory, and no result depends on it."""
MOST = float(np.iinfo(np.uint16).max)
"""What occurs more often in one text counts as so often."""


RARE, RARE_OF_MANY, MANY = 2, 4, 60_000
"""How often a feature of tokens must occur, and how often where there are so many texts or more."""


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
class Counts:
    """How often the n-grams of words and, after them, of characters occur in each text.

    Attributes:
        matrix: CSR of 16-bit counts ``(n_texts, n_words + n_chars)``.
        words: the n-grams of words, in the order of their columns; likewise `chars`.
    """

    matrix: Any
    words: list[str]
    chars: list[str]


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
        ngrams: counts of words, pairs of words and characters inside words.
    """

    known: Marks
    surface: Floats
    tokens: Tokens
    vocabulary: Vocabulary
    window: Sparse | None
    grams: Sparse | None
    ngrams: Counts | None

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
    least = RARE if len(texts) < MANY else RARE_OF_MANY
    window = _window(table, places, least) if tokens_too else None
    every = _features(table, places, found.text, len(texts), least) if grams else None
    del table, places
    vocabulary.forget()
    counts = _counts(texts) if ngrams else None
    return Material(known, surface.values(texts, known), found, vocabulary, window, every, counts)


def _window(table: NDArray[np.int32], places: Ints, least: int) -> Sparse:
    """Return which of the tagger's features each token has, those that occur less often in all left out.

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
        kept = counts >= least
        place = np.where(kept, np.cumsum(kept) - 1 + width, -1)
        columns[known, number] = place[which]
        names.append(distinct[kept])
        width += int(kept.sum())
    there = columns >= 0
    ends = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    indices = columns[there]
    data = np.ones(len(indices), dtype=np.uint8)
    return Sparse(sparse.csr_matrix((data, indices, ends), shape=(len(places), width)), np.concatenate(names))


def _features(table: NDArray[np.int32], places: Ints, row: Ints, n_rows: int, least: int) -> Sparse:
    """Return which n-grams and skip-grams occur in each row, those that occur less often in all left out."""
    from scipy import sparse

    names, rows, columns, width = [], [], [], 0
    for number in range(len(GRAMS)):
        key = keys(table, places, GRAMS, number)
        known = np.flatnonzero(key >= 0)
        distinct, which, counts = np.unique(key[known], return_inverse=True, return_counts=True)
        kept = counts >= least
        place = np.cumsum(kept) - 1 + width
        use = kept[which]
        rows.append(row[known[use]])
        columns.append(place[which[use]].astype(np.int32))
        names.append(distinct[kept])
        width += int(kept.sum())
    at = (np.concatenate(rows), np.concatenate(columns))
    matrix = sparse.coo_matrix((np.ones(len(at[0]), dtype=np.float32), at), shape=(n_rows, width)).tocsr()
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return Sparse(matrix, np.concatenate(names))


def _counts(texts: Sequence[str]) -> Counts:
    """Return how often n-grams occur; those that are in too few texts for any fit to keep them are left out.

    n-grams of characters never cross white space: scikit-learn counts them in each distinct chunk, and a product of two
    sparse matrices in some texts after others, which gives the same counts several times as fast and in less memory.
    """
    from scipy import sparse

    single, word_names = _words(texts)
    held, chars, char_names = _chars(texts)
    parts = []
    for first in range(0, len(texts), TOGETHER):
        part = held[first : first + TOGETHER] @ chars
        part.sort_indices()
        part.data = np.minimum(part.data, MOST).astype(np.uint16)
        parts.append(sparse.hstack([single[first : first + TOGETHER].astype(np.uint16), part], format="csr"))
    return Counts(_stacked(parts), word_names, char_names)


def _words(texts: Sequence[str]) -> tuple[Any, list[str]]:
    """Return how often words and pairs of words occur in each text, and their names in order.

    Pairs are counted as pairs of the words' numbers: most occur once and are never written out.
    """
    from scipy import sparse

    numbers: dict[str, int] = {}
    found, ends = array("q"), array("q", [0])
    for text in texts:
        found.extend(numbers.setdefault(word, len(numbers)) for word in words(text))
        ends.append(len(found))
    known, size = list(numbers), max(len(numbers), 1)
    single, row = np.asarray(found), np.repeat(np.arange(len(texts)), np.diff(np.asarray(ends)))
    inside = row[1:] == row[:-1]
    names: list[str] = []
    rows, columns = [], []
    for values, at in ((single, row), ((single[:-1] * size + single[1:])[inside], row[1:][inside])):
        distinct, which, counts = np.unique(values, return_inverse=True, return_counts=True)
        place = np.where(counts >= MIN_WORDS, np.cumsum(counts >= MIN_WORDS) - 1 + len(names), -1)[which]
        rows.append(at[place >= 0])
        columns.append(place[place >= 0])
        kept = distinct[counts >= MIN_WORDS].tolist()
        names += [known[value] for value in kept] if values is single else [_pair(known, value) for value in kept]
    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    column = place[np.concatenate(columns)]
    made = (np.ones(len(column), dtype=np.float32), (np.concatenate(rows), column))
    matrix = sparse.coo_matrix(made, shape=(len(texts), len(names))).tocsr()
    return matrix, [names[number] for number in order]


def _pair(known: Sequence[str], value: int) -> str:
    left, right = divmod(value, len(known))
    return f"{known[left]} {known[right]}"


def _chars(texts: Sequence[str]) -> tuple[Any, Any, list[str]]:
    """Return how often chunks between white space occur in each text, and n-grams of characters in each chunk; the n-grams."""
    from scipy import sparse
    from sklearn.feature_extraction.text import CountVectorizer

    numbers: dict[str, int] = {}
    columns, ends = array("i"), array("q", [0])
    for text in texts:
        columns.extend(numbers.setdefault(chunk, len(numbers)) for chunk in chunks(text))
        ends.append(len(columns))
    made = (np.ones(len(columns), dtype=np.float32), np.asarray(columns), np.asarray(ends))
    held = sparse.csr_matrix(made, shape=(len(texts), len(numbers)))
    held.sum_duplicates()
    vectorizer = CountVectorizer(analyzer="char_wb", ngram_range=CHAR_RANGE, dtype=np.float32)
    try:
        counted = vectorizer.fit_transform(numbers)
    except ValueError:  # "empty vocabulary"
        return held, sparse.csr_matrix((len(numbers), 0), dtype=np.float32), []
    in_texts = np.bincount(held.indices, minlength=len(numbers))
    chunk = np.repeat(np.arange(len(numbers)), np.diff(counted.indptr))
    most = np.bincount(counted.indices, in_texts[chunk], minlength=counted.shape[1])  # texts that may hold it
    kept = np.flatnonzero(most >= MIN_CHARS)
    return held, counted[:, kept], [str(name) for name in vectorizer.get_feature_names_out()[kept]]


def _stacked(parts: list[Any]) -> Any:
    """Return matrices one below the other; each is let go once it was copied, since together they are large."""
    from scipy import sparse

    width = parts[0].shape[1] if parts else 0
    ends = (
        np.concatenate([[0], np.cumsum(np.concatenate([np.diff(part.indptr) for part in parts]))])
        if parts
        else np.zeros(1, int)
    )
    indices, data = np.empty(ends[-1], dtype=np.int32), np.empty(ends[-1], dtype=np.uint16)
    first = 0
    for part in _taken(parts):
        indices[first : first + part.nnz], data[first : first + part.nnz] = part.indices, part.data
        first += part.nnz
    return sparse.csr_matrix((data, indices, ends), shape=(len(ends) - 1, width))


def rows_of(matrix: Any, rows: Ints) -> Any:
    """Return some rows of a matrix, CSR: without a copy where each follows the one before."""
    from scipy import sparse

    if not len(rows) or (np.diff(rows) != 1).any():
        return matrix[rows]
    first, last = int(rows[0]), int(rows[-1]) + 1
    at = slice(matrix.indptr[first], matrix.indptr[last])
    ends = matrix.indptr[first : last + 1] - matrix.indptr[first]
    return sparse.csr_matrix((matrix.data[at], matrix.indices[at], ends), shape=(len(rows), matrix.shape[1]))


def _taken(parts: list[Any]) -> Iterator[Any]:
    parts.reverse()
    while parts:
        yield parts.pop()

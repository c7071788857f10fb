"""Texts → log-odds: TF-IDF and a linear model with numpy alone.

The numbers are scikit-learn's: ``TfidfVectorizer(sublinear_tf=True)`` a block (each block of unit length), and the
decision function of ``LogisticRegression``. Only the order of summation differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotate.baseline.ngrams import char_ngrams, chunks, word_ngrams

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BATCH = 1024
"""Texts scored at once."""
CACHED_CHUNKS, CACHED_LENGTH = 200_000, 64
"""How many distinct chunks' columns are remembered (past it the memory starts anew), and the longest chunk remembered.

They bound the memory; results do not depend on them."""


class Cells(NamedTuple):
    """A sparse matrix of features: entry ``i`` is ``values[i]`` at (``rows[i]``, ``columns[i]``), no place twice."""

    rows: Ints
    columns: Ints
    values: Floats


class Linear:
    """Weights of word and character n-grams.

    Args:
        words: word n-grams, by column.
        chars: character n-grams, by column after the words.
        idf: inverse document frequencies ``(n_features,)``.
        coef: weights ``(n_features, n_outputs)``.
        intercept: ``(n_outputs,)``.
    """

    def __init__(
        self, words: Sequence[str], chars: Sequence[str], idf: Floats, coef: NDArray[np.floating], intercept: Floats
    ) -> None:
        """Index the vocabularies."""
        self.words, self.chars, self.intercept = words, chars, intercept
        self.idf, self.coef = (
            np.asarray(idf),
            np.asarray(coef),
        )  # plain views: slicing a mapped file costs several times as much
        self._word_columns = {term: column for column, term in enumerate(words)}
        self._char_columns = {term: column for column, term in enumerate(chars, start=len(words))}
        self._chunk_columns: dict[str, Ints] = {}

    def log_odds(self, texts: Sequence[str]) -> Floats:
        """Return each output's log-odds ``(n_texts, n_outputs)``."""
        parts = [self._log_odds(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.intercept)))

    def _log_odds(self, texts: Sequence[str]) -> Floats:
        scores = np.tile(self.intercept, (len(texts), 1))
        for cells in (self._cells(texts, self._of_words), self._cells(texts, self._of_chars)):
            weights = self._weights(cells)
            for output in range(scores.shape[1]):
                products = cells.values * weights[:, output]
                scores[:, output] += np.bincount(cells.rows, products, minlength=len(texts))
        return scores

    def terms(self, text: str, direction: Floats, most: int) -> dict[str, float]:
        """Return the text's word n-grams that move one log-odds most, with how far, the furthest first.

        Args:
            text: one text.
            direction: weight of each output in the log-odds asked about, ``(n_outputs,)``.
            most: how many at most.
        """
        counts = Counter(column for column in map(self._word_columns.get, word_ngrams(text)) if column is not None)
        if not counts:
            return {}
        columns = np.array(sorted(counts))
        values = (1 + np.log([counts[column] for column in columns.tolist()])) * self.idf[columns]
        moved = values / np.sqrt(values @ values) * (self.coef[columns] @ direction)
        order = np.argsort(-np.abs(moved), kind="stable")[:most]
        return {self.words[columns[i]]: float(moved[i]) for i in order if moved[i]}

    def _weights(self, cells: Cells) -> Floats:
        return np.asarray(self.coef[cells.columns], dtype=np.float64)

    def _of_words(self, text: str) -> Ints:
        found = (self._word_columns.get(term) for term in word_ngrams(text))
        return np.array([column for column in found if column is not None], dtype=np.int64)

    def _of_chars(self, text: str) -> Ints:
        parts = [self._of_chunk(chunk) for chunk in chunks(text)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    def _of_chunk(self, chunk: str) -> Ints:
        columns = self._chunk_columns.get(chunk)
        if columns is None:
            found = (self._char_columns.get(term) for term in char_ngrams(chunk))
            columns = np.array([column for column in found if column is not None], dtype=np.int64)
            if len(self._chunk_columns) >= CACHED_CHUNKS:
                self._chunk_columns.clear()
            if len(chunk) <= CACHED_LENGTH:
                self._chunk_columns[chunk] = columns
        return columns

    def _cells(self, texts: Iterable[str], columns_of: Callable[[str], Ints]) -> Cells:
        """Return one block of the feature matrix: (1 + ln count) x idf, each row of length 1."""
        found = [columns_of(text) for text in texts]
        width = len(self.idf)
        places = np.repeat(np.arange(len(found)), [len(columns) for columns in found]) * width
        places += np.concatenate(found)
        places, counts = np.unique(places, return_counts=True)
        rows, columns = np.divmod(places, width)
        values = (1 + np.log(counts)) * self.idf[columns]
        lengths = np.sqrt(np.bincount(rows, values**2, minlength=len(found)))
        return Cells(rows, columns, values / lengths[rows])

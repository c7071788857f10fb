"""The compiled form of TF-IDF and a linear model: an index of the n-grams, and sums of their weights.

What is remembered of the texts (chunks between white space) belongs to one thread, as in :mod:`annotate.baseline.fast_tokens`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotate.baseline import ngram_kernels as kernels
from annotate.baseline.characters import classes, points
from annotate.baseline.fast_tables import REMEMBERED, compiled, leading_to, placed, placed_names, slots, tree
from annotate.baseline.linear import Floats, Linear

LONGEST_CHUNK = 64
"""The longest chunk that is remembered."""
MOST = 1 << 25
"""n-grams that the loops can number; a model of more is scored without them."""
LOGS = 1 << 12
"""Counts whose logarithm is kept."""


class NgramIndex:
    """The n-grams of a model by hash: characters as a tree, words by their letters, pairs by their words' numbers.

    Args:
        linear: n-grams and their weights.
    """

    def __init__(self, linear: Linear) -> None:
        """Place everything."""
        n_words = len(linear.words)
        order = np.argsort(linear.idf, kind="stable")  # frequent n-grams stand together, near the processor
        self.weights = np.concatenate([linear.idf[:, None], linear.idf[:, None] * linear.coef], axis=1)[order]
        column: NDArray[np.int32] = np.empty(len(order), dtype=np.int32)
        column[order] = np.arange(len(order))
        self.logs = np.concatenate([[0.0], 1 + np.log(np.arange(1, LOGS))])
        self._place_chars(linear.chars, column[n_words:])
        self._place_words(linear.words, column[:n_words])

    def _place_chars(self, terms: Sequence[str], columns: NDArray[np.int32]) -> None:
        made = tree(terms)
        self.edges = made.edges
        own: NDArray[np.int32] = np.full(len(made.keys), -1, dtype=np.int32)
        own[made.ends] = columns
        self.fails: NDArray[np.int32] = np.zeros(len(own), dtype=np.int32)
        self.ends: NDArray[np.int32] = np.zeros((len(own), 2), dtype=np.int32)
        self.together = np.zeros((len(own), self.weights.shape[1]))
        parents, letters = made.keys >> 21, made.keys & 0x1FFFFF
        compiled(kernels.link)(self.edges, parents, letters, own, self.weights, self.fails, self.ends, self.together)
        self.ends[1:, 0] = np.cumsum(self.ends[:-1, 1])
        self.listed: NDArray[np.int32] = np.zeros(self.ends[:, 1].sum(), dtype=np.int32)
        compiled(kernels.list_ends)(own, self.fails, self.ends, self.listed)

    def _place_words(self, terms: Sequence[str], columns: NDArray[np.int32]) -> None:
        numbers: dict[str, int] = {}
        pairs: dict[int, int] = {}
        singles: list[tuple[int, int]] = []
        for column, term in zip(columns.tolist(), terms, strict=True):
            words = [numbers.setdefault(word, len(numbers)) for word in term.split(" ")]
            if len(words) == 1:
                singles.append((words[0], column))
            else:
                pairs[words[0] << 31 | words[1]] = column
        self.word_columns = np.full(max(1, len(numbers)), -1, dtype=np.int32)
        for word, column in singles:
            self.word_columns[word] = column
        self.word_arena, self.word_records, self.word_slots = placed_names(list(numbers), np.uint32)
        keys = np.array(sorted(pairs), dtype=np.int64)
        entries, self.pair_gate = placed(keys)
        self.pairs = leading_to(entries, np.array([pairs[key] for key in keys.tolist()], dtype=np.int64))


class NgramSums:
    """Texts → summed weights of their n-grams, remembering chunks. One thread's.

    Args:
        made: the model's n-grams.
    """

    def __init__(self, made: NgramIndex) -> None:
        """Start without a memory."""
        self._made = made
        self._counts, self._inner = (np.zeros(len(made.weights) + 1, dtype=np.uint8) for _ in range(2))
        self._often, self._touched = (np.zeros(len(made.weights) + 1, dtype=np.int32) for _ in range(2))
        self._forget(0)

    def _forget(self, longest: int) -> None:
        room = REMEMBERED + longest + 2
        self._slots: NDArray[np.int32] = slots(room, 0, np.int32)
        self._records = np.zeros((room, 6), dtype=np.int32)
        self._arena = np.zeros(REMEMBERED * 12 + longest + 1, dtype=np.uint32)
        self._parts = np.zeros(REMEMBERED * 40 + 4 * longest + 9, dtype=np.uint32)
        self._words = np.zeros(REMEMBERED * 2 + longest + 1, dtype=np.int32)
        self._sums = np.zeros((room, self._made.weights.shape[1]))
        self._state = np.array([1, 0, 0, 0], dtype=np.int64)
        self._longest = longest

    def log_odds(self, texts: Sequence[str], intercept: Floats) -> Floats:
        """Return each output's log-odds ``(n_texts, n_outputs)``."""
        out = np.tile(intercept, (len(texts), 1))
        buffer, offsets = points([text.lower() for text in texts])
        longest = int(np.diff(offsets).max(initial=0))
        if longest > max(self._longest, REMEMBERED // 2):
            self._forget(longest)
        run = np.empty(longest // 2 + 2, dtype=np.int32)
        made, first = self._made, 0
        while first < len(texts):
            done = compiled(kernels.ngram_sums)(
                buffer,
                offsets[first:],
                classes(),
                LONGEST_CHUNK,
                made.edges,
                made.fails,
                made.ends,
                made.listed,
                made.together,
                made.word_slots,
                made.word_records,
                made.word_arena,
                made.word_columns,
                made.pairs,
                made.pair_gate,
                made.weights,
                made.logs,
                self._slots,
                self._records,
                self._arena,
                self._parts,
                self._words,
                self._sums,
                self._state,
                self._counts,
                self._inner,
                self._often,
                self._touched,
                run,
                out[first:],
            )
            first += done
            if first < len(texts):
                self._forget(self._longest)
        return out

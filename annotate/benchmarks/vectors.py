"""Words as vectors, from the company that they keep in a corpus's own texts; a sentence is the mean of its words.

Positive pointwise mutual information of a word and the words before and after it, the most frequent of these apart, cut down
by a singular value decomposition (Levy, Goldberg and Dagan 2015, doi:10.1162/tacl_a_00134). Frequent words count less in the
mean (Arora, Liang and Ma 2017, *A Simple but Tough-to-Beat Baseline for Sentence Embeddings*). Labels are not read.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from annotate.baseline.items import Floats, Ints
from annotate.baseline.tokens import Tokens
from annotate.benchmarks.sequence import shifted, words

STEPS = (-2, -1, 1, 2)
"""Which neighbours of a word are its company."""
NAMED = 4000
"""So many of the most frequent words are told apart as company."""
LEAST = 4
"""A word that occurs less often has no vector."""
FLAT = 0.75
"""Exponent of the company's frequencies, so that rare company is not all that counts."""
ROUNDS = 6
"""Power iterations of the decomposition."""
NOISE = 1e-6
"""Share of the first singular value below which one is rounding."""
RARE = 1e-3
"""A word with this share of all words counts half in a sentence."""


def sentence_vectors(made: Tokens, size: int) -> Floats:
    """Return each text's vector ``(n_texts, size)``, or fewer columns where there are few words.

    Args:
        made: the texts' tokens.
        size: how many columns.
    """
    from scipy import sparse
    from sklearn.utils.extmath import randomized_svd

    if not len(made.kind):
        return np.zeros((made.n_texts, 0))
    word = words(made)
    counts = np.bincount(word)
    table = _information(word, counts, made.text)
    left, values, _ = randomized_svd(table, min(size, *table.shape), n_iter=ROUNDS, random_state=0)
    vectors = left * np.sqrt(np.where(values > NOISE * values[0], values, 0))
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(float).tiny)
    weights = (RARE / (RARE + counts / len(word)))[word]
    shape = (made.n_texts, len(counts))
    total = np.bincount(made.text, weights, minlength=made.n_texts)
    summed = sparse.csr_matrix((weights, (made.text, word)), shape=shape) @ vectors
    found: Floats = summed / np.where(total > 0, total, 1)[:, None]
    return found


def _information(word: Ints, counts: Ints, text: Ints) -> Any:
    """Return the positive pointwise mutual information of words and their company, CSR ``(n_words, n_company)``."""
    from scipy import sparse

    rank = np.empty(len(counts), dtype=np.int64)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    company = np.minimum(rank, NAMED)
    rows, columns = [], []
    for number, step in enumerate(STEPS):
        beside = shifted(word, step, text, -1)
        there = np.flatnonzero((beside >= 0) & (counts[word] >= LEAST))
        rows.append(word[there])
        columns.append(company[beside[there]] + number * (NAMED + 1))
    row, column = np.concatenate(rows), np.concatenate(columns)
    shape = (len(counts), len(STEPS) * (NAMED + 1))
    table = sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=shape).tocoo()
    of_word, of_company = np.bincount(row, minlength=shape[0]), np.bincount(column, minlength=shape[1]) ** FLAT
    expected = of_word[table.row] * of_company[table.col] / max(of_company.sum(), 1)
    information = np.maximum(np.log(table.data / expected), 0)
    return sparse.csr_matrix((information, (table.row, table.col)), shape=shape)

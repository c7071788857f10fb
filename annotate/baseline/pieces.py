"""The pieces of a model, each fitted on some of the texts and scoring others: n-grams, ratios of n-grams, the tagger.

A piece gives each text columns of log-odds. A target of two labels has one column (of its second label), one of more has a
column a label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotate.baseline.fit import MIN_CHARS, MIN_WORDS
from annotate.baseline.linear import Floats, Ints, Linear
from annotate.baseline.material import TOGETHER, Material, Sparse, rows_of
from annotate.baseline.solver import from_texts, from_tokens, rest_or_one
from annotate.baseline.tagger import Cue, evidence, token_types

NGRAMS, RATIOS, TAGGER = "ngrams", "ratios", "tagger"
STRENGTH = {NGRAMS: 5.0, RATIOS: 0.1, TAGGER: 1.0, "texts": 0.1}
"""scikit-learn's C of each piece; of the tagger where texts' labels train it, under ``texts``. Measured in notes before this
was written, on other corpora; not chosen again."""
SMOOTHING = 0.5
"""Added to every count before ratios are taken."""
MOST_TOKENS = 1_000_000
"""The tagger learns from at most so many tokens; beyond that from texts drawn evenly."""


@dataclass(frozen=True)
class Learning:
    """What the pieces learn: labels, and cue spans where there are any.

    Attributes:
        soft: target → shares of the votes ``(n_texts, n_labels)``.
        names: target → labels.
        types: types of the cue spans; empty where there are none.
        token_type: which type each token has, -1 for none ``(n_tokens,)``; None where there are no spans.
    """

    soft: dict[str, Floats]
    names: dict[str, tuple[str, ...]]
    types: tuple[str, ...]
    token_type: Ints | None

    def detectors(self) -> tuple[tuple[str, int], ...]:
        """Return (target, label) of each detector; without spans each label but a target's first has one."""
        if self.types:
            return ()
        return tuple((name, label) for name, labels in self.names.items() for label in range(1, len(labels)))


def learning(
    material: Material, soft: dict[str, Floats], names: dict[str, tuple[str, ...]], cues: Sequence[Sequence[Cue]] | None
) -> Learning:
    """Return what the pieces learn from labels and from cue spans, if there is at least one."""
    types = tuple(sorted({cue.type for each in cues or () for cue in each}))
    kind = token_types(material.tokens, cues or (), types) if types else None
    return Learning(soft, names, types, kind if kind is not None and (kind >= 0).any() else None)


def outputs(n_labels: int) -> range:
    """Return the labels that have a column."""
    return range(1, 2) if n_labels == 2 else range(n_labels)  # noqa: PLR2004 - a binary classifier has one


class Ngrams:
    """TF-IDF of words and of characters inside words, and logistic regression; as scikit-learn's vectorizers give it."""

    def __init__(self, material: Material, rows: Ints, learning: Learning) -> None:
        """Fit on some texts."""
        assert material.ngrams is not None  # noqa: S101 - for the type checker: whoever wants this piece made it
        self._counts = material.ngrams
        matrix = rows_of(self._counts.matrix, rows)
        seen = np.bincount(matrix.indices, minlength=matrix.shape[1])
        least = np.full(matrix.shape[1], MIN_CHARS)
        least[: len(self._counts.words)] = MIN_WORDS
        self.kept = seen >= least
        self.idf = np.where(self.kept, np.log((1 + len(rows)) / (1 + seen)) + 1, 0)
        del matrix
        self.coef, self.intercept = _by_label(self.matrix(rows), rows, learning, STRENGTH[NGRAMS])

    def matrix(self, rows: Ints) -> Any:
        """Return the features of texts, CSR of float32; n-grams that were not kept are 0.

        They are weighed some rows at a time and in place: this is the largest array of a training.
        """
        from scipy.sparse import csr_matrix

        counts = rows_of(self._counts.matrix, rows)
        matrix = csr_matrix((counts.data.astype(np.float32), counts.indices, counts.indptr), shape=counts.shape)
        del counts
        idf, n_words = self.idf.astype(np.float32), len(self._counts.words)
        for first in range(0, len(rows), TOGETHER):
            ends = matrix.indptr[first : first + TOGETHER + 1]
            columns, values = matrix.indices[ends[0] : ends[-1]], matrix.data[ends[0] : ends[-1]]
            np.log(values, out=values)
            values += 1
            values *= idf[columns]
            block = 2 * np.repeat(np.arange(len(ends) - 1), np.diff(ends)) + (columns >= n_words)
            lengths = np.sqrt(np.bincount(block, values.astype(np.float64) ** 2, minlength=2 * len(ends)))
            values /= np.where(lengths > 0, lengths, 1).astype(np.float32)[block]
        return matrix

    def scores(self, rows: Ints) -> dict[str, Floats]:
        """Return target → log-odds of texts ``(n_rows, n_columns)``."""
        matrix = self.matrix(rows)
        return {name: matrix @ coef + self.intercept[name] for name, coef in self.coef.items()}

    def linear(self) -> Linear:
        """Return the n-grams that were kept with the weights of all targets, side by side in the order of their names."""
        coef, intercept = side_by_side(self.coef, self.intercept)
        n_words = len(self._counts.words)
        words = list(compress(self._counts.words, self.kept[:n_words]))
        chars = list(compress(self._counts.chars, self.kept[n_words:]))
        return Linear(words, chars, self.idf[self.kept], coef[self.kept], intercept)


def side_by_side(coef: dict[str, Floats], intercept: dict[str, Floats]) -> tuple[NDArray[np.float32], Floats]:
    """Return the targets' weights as one table, in the order of the targets' names."""
    order = sorted(coef)
    table = np.concatenate([coef[name] for name in order], axis=1).astype(np.float32)
    return table, np.concatenate([intercept[name] for name in order])


class Ratios:
    """n-grams and skip-grams weighted by how much commoner they are with a label than without, and logistic regression.

    Wang and Manning 2012, *Baselines and Bigrams*, https://aclanthology.org/P12-2018/.
    """

    def __init__(self, material: Material, rows: Ints, learning: Learning) -> None:
        """Fit on some texts."""
        assert material.grams is not None  # noqa: S101 - for the type checker: whoever wants this piece made it
        self._sparse: Sparse = material.grams
        matrix = rows_of(self._sparse.matrix, rows)
        self.kept = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) > 1)
        matrix = matrix[:, self.kept]
        self.coef: dict[str, Floats] = {}
        self.intercept: dict[str, Floats] = {}
        for name, soft in learning.soft.items():
            fitted = [ratio(matrix, soft[rows, label], STRENGTH[RATIOS], SMOOTHING) for label in outputs(soft.shape[1])]
            self.coef[name] = np.stack([coef for coef, _ in fitted], axis=1)
            self.intercept[name] = np.array([intercept for _, intercept in fitted])

    @property
    def keys(self) -> Ints:
        """The features that were kept, ascending."""
        found: Ints = self._sparse.names[self.kept]
        return found

    def scores(self, rows: Ints) -> dict[str, Floats]:
        """Return target → log-odds of texts ``(n_rows, n_columns)``."""
        matrix = rows_of(self._sparse.matrix, rows)[:, self.kept]
        return {name: matrix @ coef + self.intercept[name] for name, coef in self.coef.items()}


def ratio(
    matrix: Any, shares: Floats, strength: float, smoothing: float, weights: Floats | None = None
) -> tuple[Floats, float]:
    """Return weights of plain features and the intercept: those learnt on features times the ratios, times the ratios.

    Args:
        matrix: CSR ``(n_items, n_features)``, nothing negative.
        shares: the label's share of the votes ``(n_items,)``.
        strength: scikit-learn's C.
        smoothing: added to every count.
        weights: how much each item counts ``(n_items,)``.
    """
    from scipy import sparse as sp

    each = np.ones(len(shares)) if weights is None else weights
    with_label, without = matrix.T @ (each * shares) + smoothing, matrix.T @ (each * (1 - shares)) + smoothing
    ratios = np.log((with_label / with_label.sum()) / (without / without.sum()))
    coef, intercept = rest_or_one(matrix @ sp.diags(ratios), shares, strength, weights)
    return coef * ratios, intercept


class TaggerPiece:
    """The hedge tagger on the training texts."""

    def __init__(self, material: Material, rows: Ints, learning: Learning, seed: int) -> None:
        """Fit on some texts."""
        assert material.window is not None  # noqa: S101 - for the type checker: whoever wants this piece made it
        self._material, self._sparse = material, material.window
        rows = _fewer(rows, material, seed)
        token_rows, text = material.token_rows(rows)
        matrix = rows_of(self._sparse.matrix, token_rows)
        self.kept = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) > 1)
        matrix = matrix[:, self.kept]
        if learning.token_type is None:
            detectors = learning.detectors()
            self.names = tuple(learning.names[target][label] for target, label in detectors)
            self.types: tuple[str, ...] = ()
            fitted = [
                from_texts(matrix, text, learning.soft[target][rows, label], STRENGTH["texts"])
                for target, label in detectors
            ]
        else:
            self.names, self.types = ("cue",), learning.types
            kind = learning.token_type[token_rows]
            fitted = [from_tokens(matrix, (kind >= 0).astype(np.float64), STRENGTH[TAGGER])]
            cue = np.flatnonzero(kind >= 0)
            among = matrix[cue].astype(np.float32)
            seen = np.unique(among.indices)  # features that no cue has weigh nothing, and are most
            for number in range(len(self.types)):
                coef = np.zeros(matrix.shape[1])
                is_type = (kind[cue] == number).astype(np.float64)
                coef[seen], intercept = rest_or_one(among[:, seen], is_type, STRENGTH[TAGGER])
                fitted.append((coef, intercept))
        self.coef = np.stack([coef for coef, _ in fitted], axis=1)
        self.intercept = np.array([intercept for _, intercept in fitted])

    @property
    def keys(self) -> Ints:
        """The features that were kept, ascending."""
        found: Ints = self._sparse.names[self.kept]
        return found

    def log_odds(self, rows: Ints) -> Floats:
        """Return the log-odds of the texts' tokens ``(n_tokens, n_outputs)``."""
        token_rows, _ = self._material.token_rows(rows)
        weights = np.zeros((self._sparse.matrix.shape[1], self.coef.shape[1]))
        weights[self.kept] = self.coef
        found = np.empty((len(token_rows), self.coef.shape[1]))
        for first in range(0, len(found), TOGETHER):
            found[first : first + TOGETHER] = (
                rows_of(self._sparse.matrix, token_rows[first : first + TOGETHER]) @ weights
            )
        found += self.intercept
        return found

    def scores(self, rows: Ints, log_odds: Floats) -> Floats:
        """Return what the tokens say of their texts ``(n_rows, n_columns)``."""
        return evidence(_Some(*self._material.token_rows(rows), len(rows)), log_odds, len(self.names))


@dataclass(frozen=True)
class _Some:
    """The tokens of some texts, as far as :func:`evidence` reads them."""

    token: Ints
    text: Ints
    n_texts: int


def _fewer(rows: Ints, material: Material, seed: int) -> Ints:
    """Return all rows, or as many as have `MOST_TOKENS` tokens, drawn evenly."""
    total = int(material.tokens.counts[rows].sum())
    if total <= MOST_TOKENS:
        return rows
    drawn = np.random.default_rng(seed).permutation(len(rows))[: int(len(rows) * MOST_TOKENS / total)]
    return rows[np.sort(drawn)]


def _by_label(
    matrix: Any, rows: Ints, learning: Learning, strength: float
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    coefs, intercepts = {}, {}
    for name, soft in learning.soft.items():
        fitted = [rest_or_one(matrix, soft[rows, label], strength) for label in outputs(soft.shape[1])]
        coefs[name] = np.stack([coef for coef, _ in fitted], axis=1)
        intercepts[name] = np.array([intercept for _, intercept in fitted])
    return coefs, intercepts

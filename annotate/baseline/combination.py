"""What the pieces say of a text, put together: one small logistic regression, which is also the calibration.

The columns of a text are what the pieces of a combination say of it. With *context* they are joined by the same columns of the
sentence before and after, and of the mean of the article's other sentences (what was predicted, never a label).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotate.baseline.linear import Floats, Ints
from annotate.baseline.pieces import NGRAMS, RATIOS, TAGGER
from annotate.records import Record

SURFACE, CONTEXT = "surface", "context"
COMBINATIONS: dict[str, tuple[str, ...]] = {
    "patterns": (SURFACE,),
    "simple": (NGRAMS,),
    "tagger": (SURFACE, TAGGER),
    "words": (SURFACE, NGRAMS, TAGGER),
    "grams": (SURFACE, NGRAMS, RATIOS, TAGGER),
    "stack": (SURFACE, NGRAMS, RATIOS, TAGGER, CONTEXT),
}
"""The combinations that are compared, the simplest first."""


class Calibration(Record, frozen=True, kw_only=True):
    """A logistic regression over few columns.

    Attributes:
        mean: of each column in training ``(n_columns,)``; likewise `scale`, its standard deviation.
        coef: weights ``(n_columns, n_outputs)``: one output for two fitted labels, else one each.
        intercept: ``(n_outputs,)``.
        fitted: numbers of the labels that the training data have.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    coef: tuple[tuple[float, ...], ...]
    intercept: tuple[float, ...]
    fitted: tuple[int, ...]

    def probabilities(self, columns: Floats, n_labels: int) -> Floats:
        """Return ``(n_texts, n_labels)``, rows summing to 1; 0 for labels that are not fitted."""
        found = np.zeros((len(columns), n_labels))
        if len(self.fitted) == 1:
            found[:, self.fitted[0]] = 1
            return found
        shape = (len(self.mean), len(self.intercept))
        log_odds = standard(columns, np.array(self.mean), np.array(self.scale)) @ np.reshape(self.coef, shape)
        log_odds += np.array(self.intercept)
        if shape[1] == 1:
            second = (1 + np.tanh(log_odds[:, 0] / 2)) / 2
            fitted = np.stack([1 - second, second], axis=1)
        else:
            powers = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
            fitted = powers / powers.sum(axis=1, keepdims=True)
        found[:, list(self.fitted)] = fitted
        return found


def standard(columns: Floats, mean: Floats, scale: Floats) -> Floats:
    """Return columns with mean 0 and deviation 1; what is not there (NaN) counts as the mean."""
    found: Floats = np.nan_to_num((columns - mean) / scale)
    return found


def columns(pieces: Sequence[str], parts: dict[str, Floats], groups: Ints) -> Floats:
    """Return what a combination's pieces say of texts ``(n_texts, n_columns)``; NaN where there is no neighbour.

    Args:
        pieces: of the combination.
        parts: piece → its columns.
        groups: number of each text's article; texts of one article stand in its order.
    """
    own = [parts[name] for name in pieces if name != CONTEXT]
    if CONTEXT not in pieces:
        return np.concatenate(own, axis=1)
    said = np.concatenate([parts[name] for name in pieces if name not in {CONTEXT, SURFACE}], axis=1)
    return np.concatenate([*own, context(said, groups)], axis=1)


def context(said: Floats, groups: Ints) -> Floats:
    """Return what was said of the text before, the one after, and the article's other texts in the mean; then where it stands.

    >>> context(np.array([[1.0], [2.0], [6.0]]), np.array([0, 0, 0]))[1].round(2).tolist()
    [1.0, 6.0, 3.5, 1.39, 0.5]
    """
    size, width = said.shape
    if not size:
        return np.zeros((0, 3 * width + 2))
    order = np.argsort(groups, kind="stable")
    said, group = said[order], groups[order]
    same = group[1:] == group[:-1]
    before, after = np.full((size, width), np.nan), np.full((size, width), np.nan)
    before[1:][same], after[:-1][same] = said[:-1][same], said[1:][same]
    _, number, counts = np.unique(group, return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), width))
    np.add.at(sums, number, said)
    others = np.where(counts[number] > 1, counts[number] - 1, np.nan)[:, None]
    firsts = np.cumsum(counts) - counts
    place = (np.arange(size) - firsts[number]) / np.maximum(counts[number] - 1, 1)
    there = np.stack([np.log1p(counts[number]), place], axis=1)
    found = np.empty((size, 3 * width + 2))
    found[order] = np.concatenate([before, after, (sums[number] - said) / others, there], axis=1)
    return found


def calibrate(table: Floats, soft: Floats, strength: float) -> Calibration:
    """Return the logistic regression of soft labels on columns.

    Args:
        table: ``(n_texts, n_columns)``, NaN where something is not there.
        soft: shares of the votes ``(n_texts, n_labels)``.
        strength: scikit-learn's C.
    """
    from sklearn.linear_model import LogisticRegression

    there = ~np.isnan(table)
    count = np.maximum(there.sum(axis=0), 1)
    mean = np.where(there, table, 0).sum(axis=0) / count
    scale = np.sqrt(np.where(there, (table - mean) ** 2, 0).sum(axis=0) / count)
    scale = np.where(scale > 1e-9, scale, 1.0)  # noqa: PLR2004 - a column that never changes
    rows, labels = np.nonzero(soft)
    fitted = np.unique(labels)
    plain = {"mean": tuple(mean.tolist()), "scale": tuple(scale.tolist()), "fitted": tuple(fitted.tolist())}
    if len(fitted) == 1:
        return Calibration(coef=(), intercept=(), **plain)
    model = LogisticRegression(C=strength, max_iter=200)
    model.fit(standard(table, mean, scale)[rows], labels, sample_weight=soft[rows, labels])
    coef = tuple(tuple(row) for row in model.coef_.T.tolist())
    return Calibration(coef=coef, intercept=tuple(model.intercept_.tolist()), **plain)

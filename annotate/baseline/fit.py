"""The scikit-learn side: features, and logistic regression on soft labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from annotate.baseline.items import Floats
from annotate.baseline.ngrams import CHAR_RANGE, WORD_RANGE
from annotate.errors import DataError

MIN_WORDS, MIN_CHARS = 2, 3
"""In how many items of the training split an n-gram must occur: words, characters."""
ITERATIONS = 1000
"""Most steps of the solver."""


class Settings(NamedTuple):
    """What is chosen of a target's classifier: scikit-learn's C, and whether the labels weigh the same in sum."""

    strength: float
    balanced: bool


def features() -> Any:
    """Return an unfitted union of the two TF-IDF vectorizers."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import FeatureUnion

    words = TfidfVectorizer(ngram_range=WORD_RANGE, min_df=MIN_WORDS, sublinear_tf=True)
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=CHAR_RANGE, min_df=MIN_CHARS, sublinear_tf=True)
    return FeatureUnion([("word", words), ("char", chars)])


def fit_features(union: Any, texts: Sequence[str]) -> Any:
    """Fit a union of vectorizers and return the features, CSR ``(n_texts, n_features)``.

    Raises:
        DataError: no n-gram occurs in texts enough.
    """
    try:
        return union.fit_transform(texts)
    except ValueError as error:  # "empty vocabulary", "after pruning, no terms remain"
        message = f"{len(texts)} texts share too few words to learn from: {error}"
        raise DataError(message, where="train split", hint="label more articles") from error


def fit(matrix: Any, soft: Floats, settings: Settings) -> Any:
    """Return a classifier fitted on soft labels: `LogisticRegression`, or a constant where there is one label alone.

    An item counts once for each label somebody gave it, with the label's share of the votes as weight. The matrix is
    taken as 32-bit floats, which halves the solver's time.

    Args:
        matrix: CSR ``(n_items, n_features)``.
        soft: shares of the votes ``(n_items, n_labels)``.
        settings: C and balance.
    """
    from sklearn.dummy import DummyClassifier
    from sklearn.linear_model import LogisticRegression

    rows, labels = np.nonzero(soft)
    weights = soft[rows, labels]
    if settings.balanced:
        sums = soft.sum(axis=0)
        weights = weights * soft.sum() / (np.count_nonzero(sums) * sums[labels])
    if len(np.unique(labels)) == 1:
        return DummyClassifier().fit(matrix[rows], labels)
    model = LogisticRegression(C=settings.strength, max_iter=ITERATIONS)
    return model.fit(matrix[rows].astype(np.float32), labels, sample_weight=weights.astype(np.float32))


def probabilities(model: Any, matrix: Any, n_labels: int) -> Floats:
    """Return ``(n_items, n_labels)``; 0 for labels that the training rows do not have."""
    found = np.zeros((matrix.shape[0], n_labels))
    found[:, model.classes_] = model.predict_proba(matrix)
    return found

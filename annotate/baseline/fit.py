"""The n-grams of words and characters as scikit-learn's own vectorizers make them: the reference in the plain form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotate.baseline.ngrams import CHAR_RANGE, WORD_RANGE
from annotate.errors import DataError

MIN_WORDS, MIN_CHARS = 2, 3
"""In how many items of the training split an n-gram must occur: words, characters."""


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

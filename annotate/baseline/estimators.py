"""Two of the pieces as scikit-learn estimators, for pipelines and notebooks of one's own. Needs scikit-learn at import.

`RatioClassifier` keeps all of scikit-learn's rules for estimators (`check_estimator`). `TextClassifier` takes texts, which those
rules do not know; it keeps the others: parameters, cloning, learnt state with a trailing underscore.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from annotate.baseline.examples import examples
from annotate.baseline.pieces import SMOOTHING, STRENGTH, ratio
from annotate.baseline.stack import BEST, learn
from annotate.baseline.tagger import Cue
from annotate.language.patterns import load_patterns


class RatioClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Logistic regression on features weighted by how much commoner they are with a label than without.

    Wang and Manning 2012, *Baselines and Bigrams*, https://aclanthology.org/P12-2018/. Features are counts or their
    presence, never negative. More than two classes are told apart one against the rest.

    Args:
        C: strength of the logistic regression, as in scikit-learn.
        smoothing: added to every count before ratios are taken.

    Attributes:
        classes_: labels.
        coef_: weights of plain features ``(n_features, n_outputs)``: one output for two classes, of the second.
        intercept_: ``(n_outputs,)``.
    """

    def __init__(self, C: float = STRENGTH["ratios"], smoothing: float = SMOOTHING) -> None:  # noqa: N803 - scikit-learn's name
        """Keep the parameters."""
        self.C = C
        self.smoothing = smoothing

    def __sklearn_tags__(self) -> Any:
        """Say what inputs are taken."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> RatioClassifier:  # noqa: N803 - scikit-learn's name
        """Learn from features ``(n_samples, n_features)`` and a label each."""
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)  # noqa: N806 - scikit-learn's name
        check_classification_targets(y)
        weights = _check_sample_weight(sample_weight, X)
        if (
            X.shape[0]
            and (X.data if sparse.issparse(X) else X).size
            and (X.data if sparse.issparse(X) else X).min() < 0
        ):
            message = "Negative values in data passed to RatioClassifier"
            raise ValueError(message)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        matrix = sparse.csr_matrix(X)
        wanted = range(1, 2) if len(self.classes_) == 2 else range(len(self.classes_))  # noqa: PLR2004 - a binary classifier has one output
        fitted = [ratio(matrix, (numbers == n).astype(np.float64), self.C, self.smoothing, weights) for n in wanted]
        self.coef_ = np.stack([coef for coef, _ in fitted], axis=1)
        self.intercept_ = np.array([intercept for _, intercept in fitted])
        return self

    def _log_odds(self, X: Any) -> Any:  # noqa: N803 - scikit-learn's name
        """Return log-odds: of the second class ``(n_samples,)``, or of each ``(n_samples, n_classes)``."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)  # noqa: N806 - scikit-learn's name
        log_odds = X @ self.coef_ + self.intercept_
        return log_odds[:, 0] if log_odds.shape[1] == 1 and len(self.classes_) == 2 else log_odds  # noqa: PLR2004 - as said

    def predict_proba(self, X: Any) -> Any:  # noqa: N803 - scikit-learn's name
        """Return probabilities ``(n_samples, n_classes)``, rows summing to 1; not calibrated."""
        chance = (1 + np.tanh(np.asarray(self._log_odds(X)) / 2)) / 2
        if chance.ndim == 1:
            return np.stack([1 - chance, chance], axis=1)
        total = chance.sum(axis=1, keepdims=True)
        return np.where(total > 0, chance / np.maximum(total, np.finfo(float).tiny), 1 / chance.shape[1])

    def predict(self, X: Any) -> Any:  # noqa: N803 - scikit-learn's name
        """Return the more probable class of each sample."""
        log_odds = self._log_odds(X)
        return self.classes_[(log_odds > 0).astype(int) if log_odds.ndim == 1 else log_odds.argmax(axis=1)]


class TextClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """The whole baseline as a classifier of texts: tagger, n-grams and what out-of-fold scores make of them.

    Args:
        take: ``best``, ``stack``, ``simple`` or another name of `COMBINATIONS`.
        codebook: whose cue patterns are used; None for none.
        seed: of the folds.

    Attributes:
        classes_: labels.
        learnt_: what `learn` returned: out-of-fold probabilities, thresholds, the predictor.
    """

    def __init__(self, take: str = BEST, codebook: str | None = "credibility", seed: int = 0) -> None:
        """Keep the parameters."""
        self.take = take
        self.codebook = codebook
        self.seed = seed

    def fit(
        self,
        X: Sequence[str],  # noqa: N803 - scikit-learn's name
        y: Sequence[Any],
        groups: Sequence[Any] | None = None,
        cues: Sequence[Sequence[Cue]] | None = None,
    ) -> TextClassifier:
        """Learn from texts and a label each; texts of one group (an article) never stand on both sides of a fold."""
        given = examples(
            list(X), [str(label) for label in y], list(groups) if groups is not None else range(len(X)), cues=cues
        )
        patterns = load_patterns(self.codebook) if self.codebook else None
        self.learnt_ = learn(given, patterns=patterns, take=self.take, seed=self.seed)
        known = {str(label): label for label in y}
        self.classes_ = np.array([known[name] for name in given.names["label"]])
        return self

    def predict_proba(self, X: Sequence[str], groups: Any = None) -> Any:  # noqa: N803 - scikit-learn's name
        """Return calibrated probabilities ``(n_texts, n_classes)``."""
        check_is_fitted(self)
        predictor = self.learnt_.predictor
        assert predictor is not None  # noqa: S101 - for the type checker: `learn` was asked for one
        numbers = None if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
        return predictor.say(list(X), numbers).probabilities["label"]

    def predict(self, X: Sequence[str], groups: Any = None) -> Any:  # noqa: N803 - scikit-learn's name
        """Return each text's class: of two, the second from its threshold on; else the most probable."""
        chances = self.predict_proba(X, groups)
        threshold = self.learnt_.targets["label"].threshold
        chosen = chances.argmax(axis=1) if threshold is None else (chances[:, 1] >= threshold).astype(int)
        return self.classes_[chosen]

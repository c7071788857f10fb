"""The estimators keep scikit-learn's rules where they claim to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from annotate.baseline.estimators import RatioClassifier, TextClassifier

TEXTS = [
    text.format(n) for n in range(6) for text in ("The dam {} may fall 🕊.", "The dam {} fell.", "Nobody saw dam {}.")
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks([RatioClassifier()])
def test_ratios_keep_scikit_learns_rules(estimator: Any, check: Any) -> None:
    """Every check that scikit-learn has for classifiers of counts."""
    check(estimator)


def test_weights_are_of_plain_features() -> None:
    """The feature of the second class speaks for it; what stands with both says next to nothing; sparse and dense alike."""
    dense = np.array([[1, 0, 1], [1, 0, 1], [0, 1, 1], [0, 1, 1]] * 5, dtype=float)
    labels = np.array(["no", "no", "yes", "yes"] * 5)
    found = RatioClassifier(C=1.0).fit(dense, labels)
    assert found.coef_[0, 0] < 0 < found.coef_[1, 0]
    assert abs(found.coef_[2, 0]) < 0.01
    np.testing.assert_array_equal(found.coef_, RatioClassifier(C=1.0).fit(sparse.csr_matrix(dense), labels).coef_)
    assert found.predict([[1, 0, 0], [0, 1, 0]]).tolist() == ["no", "yes"]


def test_texts_are_classified_whole() -> None:
    """Fit, predict and clone; labels come back as they were given; an empty text has a probability as well."""
    found = TextClassifier().fit(TEXTS, [1, 0, 0] * 6, groups=[n // 3 for n in range(18)])
    assert found.classes_.tolist() == [0, 1]
    assert found.predict(TEXTS[:3]).tolist() == [1, 0, 0]
    assert found.predict_proba(["", "🕊"], groups=["a", "a"]).shape == (2, 2)
    copy = clone(found)
    assert copy.get_params() == found.get_params()
    assert not hasattr(copy, "learnt_")

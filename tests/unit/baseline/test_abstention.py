"""Abstention: what is decided, and how much of it is right, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from annotate.baseline.abstention import abstention
from annotate.baseline.assessment import draws


def test_coverage_and_accuracy_by_hand() -> None:
    """Three of four are decided, two of these right."""
    decided, right = np.array([True, True, False, True]), np.array([True, False, True, True])
    found = abstention(decided, right, np.array([0, 0, 1, 1]), draws(2, resamples=50), 0.9)
    assert (found.kept, found.decided) == (0.9, 3)
    assert found.coverage.value == pytest.approx(3 / 4)
    assert found.accuracy.value == pytest.approx(2 / 3)
    assert (found.coverage.low, found.coverage.high) == (0.5, 1.0)
    assert (found.accuracy.low, found.accuracy.high) == (0.5, 1.0)


def test_a_model_that_never_decides_has_no_accuracy() -> None:
    """Undefined, not 1; without items there is no coverage either."""
    never = np.zeros(2, dtype=bool)
    found = abstention(never, never, np.array([0, 1]), draws(2), 0.9)
    assert found.coverage.value == 0
    assert found.accuracy.undefined == "every item is abstained from"
    nothing = abstention(never[:0], never[:0], np.zeros(0, dtype=np.int64), draws(1), 0.9)
    assert nothing.coverage.undefined == "no item has a majority label"

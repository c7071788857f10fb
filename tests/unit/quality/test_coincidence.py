"""The counts behind agreement, against a published example and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.quality.coincidence import coincidences, label_counts, nominal_alpha, pair_agreement

# Krippendorff (2011), section C: four observers, twelve units, 0 where an observer was silent.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)


def published() -> np.ndarray:
    """Return the example's counts, units by values."""
    given = [(unit, value - 1) for row in OBSERVERS for unit, value in enumerate(row) if value]
    unit, value = np.array(given).T
    return label_counts(unit, value, 12, 5)


def test_krippendorffs_published_example() -> None:
    """His coincidence matrix and his nominal alpha, .743, come out."""
    matrix = coincidences(published(), np.zeros(12, dtype=np.int64), 1)[0]
    expected = [
        [7, 4 / 3, 1 / 3, 1 / 3, 0],
        [4 / 3, 10, 4 / 3, 1 / 3, 0],
        [1 / 3, 4 / 3, 8, 1 / 3, 0],
        [1 / 3, 1 / 3, 1 / 3, 4, 0],
        [0, 0, 0, 0, 3],
    ]
    assert matrix == pytest.approx(np.array(expected))
    assert float(nominal_alpha(matrix)) == pytest.approx(0.743, abs=0.0005)


def test_articles_add_up() -> None:
    """The matrices of the articles sum to the matrix of all items."""
    article = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 4, 4, 4])
    parts = coincidences(published(), article, 5)
    assert parts[3].sum() == 0
    assert parts.sum(axis=0) == pytest.approx(coincidences(published(), article * 0, 1)[0])


def test_pairs_of_votes_that_agree() -> None:
    """Of three votes 2 + 1, one pair in three agrees; a single vote and none have no pair."""
    counts = np.array([[2, 1], [3, 0], [1, 1], [1, 0], [0, 0]])
    assert pair_agreement(counts) == pytest.approx([1 / 3, 1, 0, 0, 0])


def test_alpha_is_undefined_without_expected_disagreement() -> None:
    """Unanimity on one label and no pairs at all give nan; perfect agreement on two labels gives 1."""
    matrices = np.array([[[6.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]], [[4.0, 0.0], [0.0, 2.0]]])
    found = nominal_alpha(matrices)
    assert np.isnan(found[:2]).all()
    assert found[2] == 1


@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=4), min_size=1, max_size=12))
def test_alpha_equals_its_definition_by_pairs(units: list[list[int]]) -> None:
    """The vectorised form equals counting every ordered pair of votes on a unit, each weighing 1 / (m - 1)."""
    observed: dict[tuple[int, int], float] = {}
    for votes in units:
        for i, one in enumerate(votes):
            for j, other in enumerate(votes):
                if i != j:
                    observed[one, other] = observed.get((one, other), 0) + 1 / (len(votes) - 1)
    n = sum(observed.values())
    of = [sum(weight for (one, _), weight in observed.items() if one == label) for label in range(3)]
    differing = sum(weight for (one, other), weight in observed.items() if one != other)
    expected = sum(of[one] * of[other] for one in range(3) for other in range(3) if one != other)
    item = np.array([unit for unit, votes in enumerate(units) for _ in votes])
    counts = label_counts(item, np.array([v for votes in units for v in votes]), len(units), 3)
    found = float(nominal_alpha(coincidences(counts, np.zeros(len(units), dtype=np.int64), 1)[0]))
    if expected == 0:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(1 - (n - 1) * differing / expected)

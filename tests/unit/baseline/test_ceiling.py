"""The human ceiling: a model and annotators measured alike, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.baseline.assessment import draws
from annotate.baseline.ceiling import among_votes, ceiling

LABELS = ("no", "yes")


def test_model_and_annotators_by_hand() -> None:
    """Votes 3:0 and 1:2, called no and yes: the model meets (1 + 2/3) / 2 of the votes, annotators (1 + 1/3) / 2."""
    votes, groups = np.array([[3, 0], [1, 2]]), np.array([0, 1])
    found = ceiling(LABELS, np.array([0, 1]), votes, groups, draws(2))
    assert found is not None
    assert found.items == 2
    assert found.model.agreement.value == pytest.approx((1 + 2 / 3) / 2)
    assert found.human.agreement.value == pytest.approx((1 + 1 / 3) / 2)
    assert found.difference.agreement.value == pytest.approx(1 / 6)
    assert (found.human.agreement.low, found.human.agreement.high) == (pytest.approx(1 / 3), 1.0)
    # of the pairs of the second item a third is yes by yes, a third each way differs: F1 = 2 x 1/3 / (2/3 + 2/3)
    assert found.human.f1["yes"].value == pytest.approx(1 / 2)
    # votes for yes are 2/3 of one item, the model calls one item so: F1 = 2 x 2/3 / (2/3 + 1)
    assert found.model.f1["yes"].value == pytest.approx(4 / 5)
    # no by no: one whole item; votes for no on either side: 1 + 1/3. F1 = 2 x 1 / (4/3 + 4/3)
    assert found.human.f1["no"].value == pytest.approx(3 / 4)
    assert found.human.macro_f1.value == pytest.approx((1 / 2 + 3 / 4) / 2)


def test_contested_items_count_and_single_votes_do_not() -> None:
    """An even split is half right whatever is said; an item with one vote says nothing of agreement."""
    found = ceiling(LABELS, np.array([0, 1]), np.array([[1, 1], [0, 1]]), np.array([0, 1]), draws(2))
    assert found is not None
    assert (found.items, found.model.agreement.value, found.human.agreement.value) == (1, 0.5, 0.0)
    assert found.model.agreement.low is None


def test_without_two_votes_there_is_no_ceiling() -> None:
    """Single votes, no votes, no items."""
    for votes in (np.array([[1, 0], [0, 0]]), np.zeros((0, 2), dtype=np.int64)):
        rows = np.zeros(len(votes), dtype=np.int64)
        assert ceiling(LABELS, rows, votes, rows, draws(1)) is None


def test_a_label_nobody_gives_has_no_f1_and_says_why() -> None:
    """Undefined, not 0."""
    found = ceiling(LABELS, np.array([0]), np.array([[2, 0]]), np.array([0]), draws(1))
    assert found is not None
    assert found.human.f1["yes"].undefined == "nobody voted 'yes' and nothing is called so"
    assert (
        found.difference.f1["yes"].undefined
        == "undefined for one of the two: nobody voted 'yes' and nothing is called so"
    )


@given(st.lists(st.integers(0, 5), min_size=2, max_size=5).filter(lambda counts: sum(counts) > 1))
def test_pairs_of_votes_are_counted_as_if_one_by_one(counts: list[int]) -> None:
    """Every ordered pair of two different annotators once."""
    every = [label for label, count in enumerate(counts) for _ in range(count)]
    expected = np.zeros((len(counts), len(counts)))
    for first, one in enumerate(every):
        for second, other in enumerate(every):
            if first != second:
                expected[one, other] += 1
    np.testing.assert_allclose(among_votes(np.array([counts]))[0], expected / expected.sum())

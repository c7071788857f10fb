"""Thresholds are chosen where nothing is judged, and folds keep documents together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotate.benchmarks.systems import balanced, grouped, nested, one_against_rest, threshold


@given(st.lists(st.integers(0, 8), min_size=1, max_size=40), st.integers(2, 10), st.integers(0, 3))
def test_no_document_is_in_two_folds(groups: list[int], count: int, seed: int) -> None:
    """Folds are numbered from 0 without a gap, as many as asked for or as there are documents."""
    fold = grouped(np.array(groups), count, seed)
    assert sorted(set(fold.tolist())) == list(range(min(count, len(set(groups)))))
    for group in set(groups):
        assert len(set(fold[np.array(groups) == group].tolist())) == 1


def test_each_fold_is_decided_by_the_others() -> None:
    """A fold's own labels never move its threshold: with them upside down, its answers stay as they were."""
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 2, 60)
    chance = np.clip(0.3 * gold + rng.random(60) * 0.6, 0, 1)
    out, fold = np.stack([1 - chance, chance], axis=1), np.arange(60) % 3
    before = nested(threshold, gold, out, fold).predicted[fold == 1]
    upside_down = np.where(fold == 1, 1 - gold, gold)
    assert np.array_equal(nested(threshold, upside_down, out, fold).predicted[fold == 1], before)


def test_balanced_lifts_a_label_that_is_never_most_probable() -> None:
    """Where a rare label always comes second, weights make it win where it is likelier than usual."""
    gold = np.array([0, 0, 0, 1, 2, 2])
    out = np.array(
        [[0.7, 0.1, 0.2], [0.7, 0.1, 0.2], [0.7, 0.1, 0.2], [0.5, 0.4, 0.1], [0.2, 0.1, 0.7], [0.2, 0.1, 0.7]]
    )
    assert out.argmax(axis=1).tolist() != gold.tolist()
    assert balanced(gold, out)(out).tolist() == gold.tolist()


def test_without_a_positive_item_half_decides() -> None:
    """A training part without the label has no best threshold: one half is taken."""
    out = np.array([[0.6, 0.4], [0.2, 0.8]])
    assert threshold(np.array([0, 0]), out)(out).tolist() == [0, 1]


def test_one_against_rest_sums_to_one() -> None:
    """The chance of a label stands beside that of all others together."""
    assert np.allclose(one_against_rest(np.array([[0.2, 0.3, 0.5]]), 1), [[0.7, 0.3]])

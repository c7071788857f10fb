"""Pieces put together: neighbours, what is not there, and the logistic regression over few columns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from annotate.baseline.combination import calibrate, context, standard


def test_neighbours_are_of_the_same_article() -> None:
    """Before, after and the others' mean; an article of one text has none; articles may be mixed in any order."""
    said, groups = np.array([[1.0], [9.0], [2.0], [6.0]]), np.array([0, 1, 0, 0])
    found = context(said, groups)
    nan = np.nan
    expected = [[nan, 2, 4], [nan, nan, nan], [1, 6, 3.5], [2, nan, 1.5]]
    np.testing.assert_allclose(found[:, :3], expected)
    np.testing.assert_allclose(found[:, 3], np.log1p([3, 1, 3, 3]))
    np.testing.assert_allclose(found[:, 4], [0, 0, 0.5, 1])
    assert context(np.zeros((0, 1)), np.zeros(0, dtype=int)).shape == (0, 5)


@given(st.permutations(range(6)))
def test_the_order_of_articles_does_not_matter(order: list[int]) -> None:
    """Only that of the texts within one: rows move with their articles."""
    said, groups = np.arange(6.0)[:, None], np.array([0, 0, 0, 1, 1, 2])
    place = sorted(range(6), key=lambda n: (order[groups[n]], n))
    np.testing.assert_array_equal(context(said[place], groups[place]), context(said, groups)[place])


def test_what_is_not_there_counts_as_the_mean() -> None:
    """It moves nothing."""
    found = standard(np.array([[np.nan, 3.0]]), np.array([1.0, 1.0]), np.array([1.0, 2.0]))
    assert found.tolist() == [[0.0, 1.0]]


def test_probabilities_are_scikit_learns() -> None:
    """Two labels and three, votes as weights."""
    rng = np.random.default_rng(0)
    table = rng.normal(size=(40, 2))
    for n_labels in (2, 3):
        soft = np.eye(n_labels)[rng.integers(0, n_labels, 40)]
        model = LogisticRegression(C=0.3, tol=1e-8).fit((table - table.mean(0)) / table.std(0), soft.argmax(1))
        ours = calibrate(table, soft, 0.3).probabilities(table, n_labels)
        theirs = model.predict_proba((table - table.mean(0)) / table.std(0))
        np.testing.assert_allclose(ours, theirs, atol=2e-3)


def test_a_label_that_is_not_there_has_probability_0() -> None:
    """One alone has all of it."""
    table = np.arange(6.0)[:, None]
    soft = np.eye(3)[[0, 0, 0, 2, 2, 2]]
    found = calibrate(table, soft, 1.0)
    assert found.fitted == (0, 2)
    chances = found.probabilities(table, 3)
    assert chances[:, 1].tolist() == [0] * 6
    assert chances.sum(axis=1) == pytest.approx(np.ones(6))
    assert (calibrate(table, np.eye(3)[[1] * 6], 1.0).probabilities(table, 3) == [0, 1, 0]).all()


def test_a_column_that_never_changes_moves_nothing() -> None:
    """Its scale is taken as 1."""
    table = np.stack([np.arange(6.0), np.full(6, 7.0)], axis=1)
    found = calibrate(table, np.eye(2)[[0, 0, 0, 1, 1, 1]], 1.0)
    assert (found.scale[1], found.coef[1]) == (1.0, (0.0,))

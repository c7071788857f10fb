"""Folds by article, soft labels, and what out-of-fold scores choose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.baseline.fit import Settings, features, fit, fit_features, probabilities
from annotate.baseline.folds import STRENGTHS, choose, folds
from annotate.baseline.items import Items, Labels, read_items
from annotate.codebook import Codebook
from annotate.errors import DataError, UndefinedError


def items(articles: list[int], gold: list[int], n_labels: int = 3) -> Items:
    """Return items of numbered articles whose one target has one vote each."""
    soft = np.eye(n_labels)[gold]
    labels = Labels(tuple("abcd"[:n_labels]), np.array(gold, dtype=np.int64), soft, soft.astype(np.int64))
    names = tuple(map(str, articles))
    numbers = tuple(range(len(articles)))
    return Items("train", names, numbers, numbers, tuple("x" for _ in articles), {"t": labels})


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2)), min_size=2, max_size=60), st.integers(0, 99))
def test_no_article_stands_in_two_folds(rows: list[tuple[int, int]], seed: int) -> None:
    """Whatever the articles' sizes and labels: every item is held out once, and no fold is empty on either side."""
    found = items([article for article, _ in rows], [label for _, label in rows])
    if found.n_articles < 2:
        return
    parts = folds(found, seed)
    assert len(parts) == min(5, found.n_articles)
    assert sorted(row for _, test in parts for row in test) == list(range(len(rows)))
    for train, test in parts:
        assert len(train)
        assert len(test)
        assert not set(found.groups[train]) & set(found.groups[test])
        assert len(train) + len(test) == len(rows)


def test_fewer_articles_than_folds_make_as_many_folds_as_articles() -> None:
    """Three articles make three folds, each holding one out."""
    parts = folds(items([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1]), 0)
    assert [len(test) for _, test in parts] == [2, 2, 2]


def test_one_article_cannot_be_folded() -> None:
    """There is nothing to hold out, and the error says what to do."""
    with pytest.raises(UndefinedError, match="has 1 article") as caught:
        folds(items([0, 0], [0, 1]), 0)
    assert "label more articles" in (caught.value.hint or "")


def test_the_same_seed_gives_the_same_folds() -> None:
    """Another seed gives others."""
    found = items(list(range(20)) * 2, [0, 1] * 20)
    first, again, other = (folds(found, seed) for seed in (1, 1, 2))
    assert all((a[1] == b[1]).all() for a, b in zip(first, again, strict=True))
    assert any(not np.array_equal(a[1], b[1]) for a, b in zip(first, other, strict=True))


TEXTS = ["it may rain", "it may snow", "it rained", "it snowed"] * 3
CERTAIN = np.array([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]] * 3)


def test_soft_labels_count_by_their_shares() -> None:
    """An item that two of three call positive pulls its probability up, but less than one that all do."""
    matrix = fit_features(features(), TEXTS)
    settings = Settings(8.0, balanced=False)
    shared = CERTAIN.copy()
    shared[::4] = [1 / 3, 2 / 3]
    hard, soft = (probabilities(fit(matrix, labels, settings), matrix, 2)[0, 1] for labels in (CERTAIN, shared))
    assert 0.5 < soft < hard


def test_soft_labels_are_scikit_learns_sample_weights() -> None:
    """A vote of 1/3 to 2/3 trains exactly as three copies of the item with one vote each, a third of the weight."""
    matrix = fit_features(features(), TEXTS)
    shares = np.array([[1 / 3, 2 / 3]] * 4 + [[1.0, 0.0]] * 8)
    votes = np.repeat(np.arange(12), 3)
    copied = np.eye(2)[[0, 1, 1] * 4 + [0] * 24]
    soft = fit(matrix, shares, Settings(1.0, balanced=False))
    hard = fit(matrix[votes], copied, Settings(1 / 3, balanced=False))
    np.testing.assert_allclose(soft.coef_, hard.coef_, atol=2e-3)


def test_balance_gives_rare_labels_as_much_weight_in_sum() -> None:
    """A label of one item in six is given higher probability than without balance."""
    matrix, labels = fit_features(features(), TEXTS), np.array([[1.0, 0.0]] * 10 + [[0.0, 1.0]] * 2)
    plain, balanced = (
        probabilities(fit(matrix, labels, Settings(0.5, balanced=b)), matrix, 2)[:, 1].mean() for b in (False, True)
    )
    assert plain < 0.3 < balanced


def test_a_fold_with_one_label_alone_gives_it_probability_1() -> None:
    """Nothing can be learnt from it, and nothing fails."""
    matrix = fit_features(features(), TEXTS)
    found = fit(matrix, np.array([[0.0, 1.0, 0.0]] * 12), Settings(1.0, balanced=True))
    assert (probabilities(found, matrix, 3) == [0, 1, 0]).all()


@pytest.mark.parametrize("texts", [["one", "two"], ["🕊", "…"], ["a b", "c d"]])
def test_texts_that_share_no_words_are_an_error(texts: list[str]) -> None:
    """Too few, or without letters: there is no vocabulary."""
    with pytest.raises(DataError, match="share too few words"):
        fit_features(features(), texts)


def test_settings_are_chosen_among_all_by_out_of_fold_scores(release: Path, book: Codebook) -> None:
    """Each fold is told of once; two-label targets get a threshold, others none; the macro F1 is of unseen articles."""
    split = read_items(release, "train").under(book)
    steps: list[tuple[str, int]] = []

    def progress(loop: list[object], label: str, total: int) -> list[object]:
        steps.append((label, total))
        return loop

    chosen = choose(split, {"status": None, "hedged": "yes"}, folds(split, 0), progress)  # type: ignore[arg-type]  # any loop is passed through
    assert steps == [("out-of-fold scores", 5)]
    assert chosen["status"].threshold is None
    assert 0 < (chosen["hedged"].threshold or 0) < 1
    for found in chosen.values():
        assert found.settings.strength in STRENGTHS
        assert 0 < found.macro_f1 <= 1


def test_ties_go_to_the_simplest_settings(release: Path, book: Codebook) -> None:
    """Where all settings do as well, the strongest regularisation without balance is taken."""
    split = read_items(release, "train").under(book)
    chosen = choose(split, {"hedged": "yes"}, folds(split, 0), lambda loop, _label, _total: loop)
    assert chosen["hedged"].macro_f1 == 1
    assert chosen["hedged"].settings == Settings(STRENGTHS[0], balanced=False)

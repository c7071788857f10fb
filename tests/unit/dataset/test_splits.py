"""Splits: whole clusters, the right sizes, even labels, and the same for the same seed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.dataset.splits import SPLITS, Cluster, assign, quotas

CLUSTERS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=25).map(
    lambda rows: [Cluster(name=f"{n:03}", articles=size, counts=(a, b)) for n, (size, a, b) in enumerate(rows)]
)


@pytest.mark.parametrize(
    ("articles", "expected"),
    [
        (0, (0, 0, 0)),
        (1, (1, 0, 0)),
        (2, (1, 0, 1)),
        (3, (1, 1, 1)),
        (4, (2, 1, 1)),
        (7, (5, 1, 1)),
        (10, (7, 1, 2)),
        (12, (8, 2, 2)),
        (100, (70, 15, 15)),
    ],
)
def test_quotas_by_hand(articles: int, expected: tuple[int, int, int]) -> None:
    """The largest remainders are rounded up; train comes before test, and test before validation."""
    assert tuple(quotas(articles).values()) == expected


@given(st.integers(0, 100_000))
def test_quotas_add_up(articles: int) -> None:
    """Nothing is lost, train is never empty, and three articles or more leave no split empty."""
    found = quotas(articles)
    assert list(found) == list(SPLITS)
    assert sum(found.values()) == articles
    assert not articles or found["train"]
    assert articles < 3 or min(found.values()) > 0


@settings(max_examples=50, deadline=None)
@given(CLUSTERS, st.integers(0, 3), st.randoms(use_true_random=False))
def test_the_order_of_the_clusters_does_not_count(clusters: list[Cluster], seed: int, random: object) -> None:
    """The same clusters in another order go to the same splits."""
    found = dict(zip((c.name for c in clusters), assign(clusters, [2], seed), strict=True))
    shuffled = list(clusters)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis' random numbers
    assert dict(zip((c.name for c in shuffled), assign(shuffled, [2], seed), strict=True)) == found


@settings(max_examples=50, deadline=None)
@given(CLUSTERS, st.integers())
def test_no_split_is_empty_that_need_not_be(clusters: list[Cluster], seed: int) -> None:
    """Train always has a cluster, test where there are two, validation where there are three."""
    found = Counter(assign(clusters, [2], seed))
    assert found.total() == len(clusters)
    assert found["train"]
    assert len(clusters) < 2 or found["test"]
    assert len(clusters) < 3 or found["validation"]


def test_rare_labels_reach_every_split() -> None:
    """Of twenty articles three are flagged: each split has one, and the sizes are kept."""
    clusters = [Cluster(name=f"{n}", articles=1, counts=(9, 1 if n in {3, 4, 11} else 0)) for n in range(20)]
    for seed in range(5):
        found = assign(clusters, [2], seed)
        assert Counter(found) == {"train": 14, "validation": 3, "test": 3}
        assert {found[3], found[4], found[11]} == set(SPLITS)


def test_the_only_flagged_article_is_for_training() -> None:
    """What only one article has stands where it can be learnt."""
    clusters = [Cluster(name=f"{n}", articles=1, counts=(9, int(n == 5))) for n in range(10)]
    assert assign(clusters, [2], 0)[5] == "train"


def test_a_large_cluster_goes_to_train() -> None:
    """Nine near-duplicates of twelve articles are trained on; the others are left for the other splits."""
    clusters = [Cluster(name=f"{n}", articles=9 if n == 2 else 1, counts=(1,)) for n in range(4)]
    assert assign(clusters, [1], 0)[2] == "train"


def test_seeds_differ() -> None:
    """Another seed draws another division; the same seed draws the same."""
    clusters = [Cluster(name=f"{n}", articles=1, counts=(1, 1)) for n in range(40)]
    found = {tuple(assign(clusters, [2], seed)) for seed in range(6)}
    assert len(found) == 6
    assert assign(clusters, [2], 1) == assign(clusters, [2], 1)


def test_nothing_to_divide() -> None:
    """No cluster has no split."""
    assert assign([], [2], 0) == []

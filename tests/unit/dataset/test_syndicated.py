"""Clusters of near-duplicates among many articles: as in memory, and whatever the order."""

from __future__ import annotations

import random

import numpy as np
import pytest

from annotate.dataset import syndicated
from annotate.dataset.clusters import Clusters
from annotate.dataset.near_duplicates import near_duplicates, signature
from annotate.dataset.syndicated import Gathering, Syndicated
from annotate.records import Article, article_id


def article(text: str) -> Article:
    """Return an article with this text alone."""
    return Article(id=article_id(text), text=text)


def corpus(seed: int = 0) -> list[Article]:
    """Return stories of random words, each passed on some times with a few words changed."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    found = [article("🕊"), article("It rained.")]
    for story in range(30):
        words = [f"w{draw.randrange(500)}" for _ in range(80)]
        for copy in range(draw.choice([1, 1, 2, 5])):
            changed = [word if draw.random() > 0.03 * (copy > 0) else "changed" for word in words]
            found.append(article(" ".join([f"Outlet {copy}.", *changed, f"Story {story}."])))
    return found


def clusters(articles: list[Article]) -> list[Syndicated]:
    """Return the clusters of articles that pass."""
    with Gathering() as gathering:
        assert list(gathering.passing(articles)) == articles
        return list(gathering.clusters())


def test_clusters_are_those_found_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files or memory, blocks of any size: the same articles belong together, and single ones are not told."""
    articles = corpus()
    together = Clusters(len(articles))
    for one, other in near_duplicates(np.array([signature(one.text) for one in articles])):
        together.join(one, other)
    expected = [[articles[n].id for n in group] for group in together.groups() if len(group) > 1]
    assert len(expected) > 5
    for block in (1, 7, 1024):
        monkeypatch.setattr(syndicated, "BLOCK", block)
        found: dict[str, list[str]] = {}
        for one in clusters(articles):
            found.setdefault(one.cluster, []).append(one.article_id)
        assert sorted(map(sorted, found.values())) == sorted(map(sorted, expected))
        assert all(name == min(members) for name, members in found.items())


def test_the_order_does_not_matter() -> None:
    """The same articles shuffled give the same clusters, with the same names and sizes."""
    articles = corpus(1)
    first = clusters(articles)
    random.Random(2).shuffle(articles)  # noqa: S311 - no secret
    assert sorted(clusters(articles), key=lambda one: one.article_id) == sorted(first, key=lambda one: one.article_id)


def test_a_story_passed_on_very_often() -> None:
    """Two thousand copies are one cluster, and no search of each against all."""
    articles = [article(f"{'The ministry denied the report of a leak again. ' * 9}{n}") for n in range(2000)]
    found = clusters(articles)
    assert {one.size for one in found} == {2000}
    assert len({one.cluster for one in found}) == 1


def test_nothing_alike() -> None:
    """No article, or one alone, has no near-duplicate."""
    assert clusters([]) == []
    assert clusters([article("🕊")]) == []

"""What comes next: the least sure, the most disputed, the most unlike, or a draw."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.campaign.selection import chosen, disagreement, divergence, entropy, scores, uncertainty
from annotate.campaign.strategy import Strategy
from annotate.corpus.article import make_article
from annotate.errors import DataError, UsageError
from annotate.records import Article, Score

DISTRIBUTION = st.lists(st.floats(0.01, 1), min_size=2, max_size=5).map(lambda v: [x / sum(v) for x in v])


def flag(article: Article, yes: float, start: int = 0) -> Score:
    """Return what a model says of the first sentence of an article."""
    return Score(
        article_id=article.id, start=start, end=start + 1, target="hedged", probabilities={"yes": yes, "no": 1 - yes}
    )


@given(DISTRIBUTION)
def test_entropy_is_a_share(values: list[float]) -> None:
    """It lies in [0, 1], and is 1 of even odds alone."""
    assert 0 <= entropy(values) <= 1 + 1e-12
    assert entropy([1 / len(values)] * len(values)) == pytest.approx(1)


def test_measures_by_hand() -> None:
    """Entropy of (0.9, 0.1) is 0.469 bits; two models at 0.9 and 0.1 diverge by 1 - 0.469 bits."""
    bits = -(0.9 * math.log2(0.9) + 0.1 * math.log2(0.1))
    assert entropy([0.9, 0.1]) == pytest.approx(bits)
    assert divergence([{"a": 0.9, "b": 0.1}, {"a": 0.1, "b": 0.9}]) == pytest.approx(1 - bits)
    assert divergence([{"a": 1.0}, {"a": 1.0}]) == 0
    assert uncertainty({}) == 0
    assert disagreement([{}, {}]) == 0


@given(st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(st.floats(0.01, 1), min_size=n, max_size=n), min_size=2)))
def test_divergence_is_a_share(rows: list[list[float]]) -> None:
    """It lies in [0, 1] for any committee."""
    tables = [{str(n): x / sum(row) for n, x in enumerate(row)} for row in rows]
    assert -1e-9 <= divergence(tables) <= 1 + 1e-9


def test_the_least_sure_article_comes_first(make_articles: Callable[..., list[Article]]) -> None:
    """Articles are ordered by the mean entropy of their sentences; planned ones and those without scores are left."""
    articles = make_articles(5)
    said = [(0, 0.99), (1, 0.6), (2, 0.8), (3, 0.5)]
    model = scores([flag(articles[n], yes) for n, yes in said] + [flag(articles[1], 0.5, start=5)])
    found = chosen(articles, Strategy.UNCERTAINTY, 2, models=[model], planned={articles[3].id})
    assert [article for article, _ in found] == [articles[1], articles[2]]
    assert found[0][1] == pytest.approx((1 + entropy([0.6, 0.4])) / 2)


def test_the_most_disputed_article_comes_first(make_articles: Callable[..., list[Article]]) -> None:
    """Two models that are sure of opposite things make an article worth more than two that are both unsure."""
    articles = make_articles(3)
    one = scores([flag(articles[0], 0.9), flag(articles[1], 0.5), flag(articles[2], 0.9)])
    other = scores([flag(articles[0], 0.1), flag(articles[1], 0.5), flag(articles[2], 0.7)])
    found = chosen(articles, Strategy.DISAGREEMENT, 3, models=[one, other])
    assert [article for article, _ in found] == [articles[0], articles[2], articles[1]]


def test_what_is_unlike_the_rest_comes_first() -> None:
    """Of two near-copies of a planned article and one of other words, the other one is chosen, then a copy."""
    planned = make_article("the weir leaks and the keeper warned of floods 🌊")
    copies = [make_article(f"the weir leaks and the keeper warned of floods {n}") for n in "12"]
    other = make_article("mayors vote on a new library tax tomorrow")
    found = chosen([*copies, other, planned], Strategy.DIVERSITY, 2, planned={planned.id})
    assert found[0] == (other, pytest.approx(1))
    assert found[1][0] in copies
    assert len(chosen(copies, Strategy.DIVERSITY, 9)) == 2


def test_a_draw_is_the_same_for_the_same_seed(make_articles: Callable[..., list[Article]]) -> None:
    """The order of the file does not count."""
    articles = make_articles(20)
    found = chosen(articles, Strategy.RANDOM, 5, seed=3)
    assert chosen(articles[::-1], Strategy.RANDOM, 5, seed=3) == found
    assert chosen(articles, Strategy.RANDOM, 5, seed=4) != found
    assert chosen([], Strategy.RANDOM, 5) == []
    assert chosen([], Strategy.DIVERSITY, 5) == []


def test_missing_scores_are_said(make_articles: Callable[..., list[Article]]) -> None:
    """A strategy without its scores is refused, and so are scores of other articles."""
    articles = make_articles(2)
    model = scores([flag(make_article("elsewhere"), 0.5)])
    with pytest.raises(UsageError, match="uncertainty needs the scores of one model"):
        chosen(articles, Strategy.UNCERTAINTY, 1)
    with pytest.raises(UsageError, match="disagreement needs the scores of two or more models"):
        chosen(articles, Strategy.DISAGREEMENT, 1, models=[model])
    with pytest.raises(DataError, match="none of the 2 articles left was scored by all models"):
        chosen(articles, Strategy.UNCERTAINTY, 1, models=[model])

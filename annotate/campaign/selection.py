"""A model's scores → which articles to label next.

- *uncertainty*: the highest mean normalised entropy of the model's probabilities over an article's sentences and targets
  (Lewis and Gale 1994, doi:10.1007/978-1-4471-2099-5_1; entropy: Settles 2009).
- *disagreement*: the highest mean Jensen-Shannon divergence between several models, in [0, 1] (query by committee,
  Dagan and Engelson 1995, doi:10.1016/B978-1-55860-377-6.50027-X).
- *diversity*: greedy k-centre over the words of the articles, beginning with what is farthest from those planned
  already (Sener and Savarese 2018, arXiv:1708.00489). It needs no scores.
- *random*: drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from annotate.campaign.strategy import Strategy
from annotate.errors import DataError, UsageError
from annotate.records import Article, Score

Floats: TypeAlias = npt.NDArray[np.float64]
COMMITTEE = 2
"""Fewest models that can disagree."""
FEATURES = 2**16
TAKEN = -1.0
"""Less than any distance."""

Scores = Mapping[str, Mapping[tuple[int, int], Mapping[str, Mapping[str, float]]]]
"""Article id → item → target → label → probability."""


def scores(read: Iterable[Score]) -> Scores:
    """Return what one model says of every item, by article."""
    found: dict[str, dict[tuple[int, int], dict[str, Mapping[str, float]]]] = defaultdict(lambda: defaultdict(dict))
    for one in read:
        found[one.article_id][one.start, one.end][one.target] = one.probabilities
    return found


def entropy(probabilities: Iterable[float]) -> float:
    """Return the entropy of a distribution as a share of the greatest it could have; 0 of a single label.

    >>> entropy([0.5, 0.5]), entropy([1.0, 0.0]), entropy([1.0])
    (1.0, 0.0, 0.0)
    """
    values = np.fromiter(probabilities, float)
    if len(values) < 2:  # noqa: PLR2004 - one label alone leaves nothing open
        return 0.0
    inside = values[values > 0]
    return float(abs(-(inside * np.log(inside)).sum()) / np.log(len(values)))


def divergence(distributions: Sequence[Mapping[str, float]]) -> float:
    """Return the Jensen-Shannon divergence of distributions over the same labels, as a share of the greatest, in [0, 1].

    >>> divergence([{"yes": 1.0, "no": 0.0}, {"yes": 0.0, "no": 1.0}]), divergence([{"yes": 0.5, "no": 0.5}] * 3)
    (1.0, 0.0)
    """
    labels = sorted({label for one in distributions for label in one})
    table = np.array([[one.get(label, 0.0) for label in labels] for one in distributions])
    logs = np.log(np.where(table > 0, table, 1.0))
    mean = table.mean(axis=0)
    apart = float(-(mean * np.log(np.where(mean > 0, mean, 1.0))).sum() + (table * logs).sum() / len(table))
    return max(apart, 0.0) / float(np.log(min(len(table), max(len(labels), COMMITTEE))))


def uncertainty(of_article: Mapping[tuple[int, int], Mapping[str, Mapping[str, float]]]) -> float:
    """Return how unsure a model is of an article: the mean over its items and targets; 0 where it has none."""
    found = [entropy(one.values()) for targets in of_article.values() for one in targets.values()]
    return float(np.mean(found)) if found else 0.0


def disagreement(committee: Sequence[Mapping[tuple[int, int], Mapping[str, Mapping[str, float]]]]) -> float:
    """Return how far several models are apart on an article, over the items and targets that all scored."""
    items = set(committee[0]).intersection(*committee[1:])
    found = [
        divergence([one[item][target] for one in committee])
        for item in sorted(items)
        for target in committee[0][item]
        if all(target in one[item] for one in committee)
    ]
    return float(np.mean(found)) if found else 0.0


def chosen(
    articles: Sequence[Article],
    strategy: Strategy,
    count: int,
    *,
    models: Sequence[Scores] = (),
    planned: Collection[str] = (),
    seed: int = 0,
) -> list[tuple[Article, float]]:
    """Return the articles to label next with what each was chosen by, the best first.

    Equals are in the order of a draw, so that the file's order decides nothing.

    Args:
        articles: those that could be labelled.
        strategy: what makes one worth labelling.
        count: how many; fewer where there are not so many.
        models: what each model says, as `scores` returns it.
        planned: ids of articles that are planned already; they are not chosen.
        seed: of the draw.

    Raises:
        UsageError: the strategy needs scores that are not given.
        DataError: no article that is left was scored by all models.
    """
    needed = {Strategy.UNCERTAINTY: 1, Strategy.DISAGREEMENT: COMMITTEE}.get(strategy, 0)
    if len(models) < needed or (strategy is Strategy.UNCERTAINTY and len(models) > 1):
        message = f"{strategy} needs the scores of {'one model' if needed == 1 else 'two or more models'}"
        raise UsageError(message, hint="give --scores for each model, as `annotate flag --scores` writes them")
    by_id = {article.id: article for article in articles}
    draw = np.random.default_rng(seed)
    left = sorted(key for key in by_id if key not in planned)
    shuffled = [left[n] for n in draw.permutation(len(left))]
    if strategy is Strategy.RANDOM:
        return [(by_id[key], 0.0) for key in shuffled[:count]]
    if strategy is Strategy.DIVERSITY:
        others = [by_id[key] for key in sorted(planned) if key in by_id]
        return _spread([by_id[key] for key in shuffled], others, count)
    scored = [key for key in shuffled if all(key in model for model in models)]
    if not scored and shuffled:
        message = f"none of the {len(shuffled)} articles left was scored by all models"
        raise DataError(message, hint="score them with `annotate flag MODEL articles.jsonl --scores scores.jsonl`")
    worth = {
        key: uncertainty(models[0][key]) if needed == 1 else disagreement([model[key] for model in models])
        for key in scored
    }
    return [(by_id[key], worth[key]) for key in sorted(scored, key=lambda key: -worth[key])[:count]]


def _spread(articles: Sequence[Article], others: Sequence[Article], count: int) -> list[tuple[Article, float]]:
    """Return articles by greedy k-centre: each the farthest, by cosine, from all that are planned or chosen before."""
    from sklearn.feature_extraction.text import HashingVectorizer

    if not articles:
        return []
    vectors = HashingVectorizer(n_features=FEATURES, alternate_sign=False).transform(
        [article.text for article in (*articles, *others)]
    )
    rows, centres = vectors[: len(articles)], vectors[len(articles) :]
    apart: Floats = np.ones(len(articles))
    for n in range(len(others)):
        apart = np.minimum(apart, _distances(rows, centres[n]))
    found: list[tuple[Article, float]] = []
    for _ in range(min(count, len(articles))):
        best = int(np.argmax(apart))
        found.append((articles[best], float(apart[best])))
        apart = np.minimum(apart, _distances(rows, rows[best]))
        apart[best] = TAKEN
    return found


def _distances(rows: Any, centre: Any) -> Floats:
    """Return one less the cosine of each row with a centre ``(n_rows,)``; both are sparse and of unit length."""
    return np.clip(1 - np.asarray((rows @ centre.T).todense(), dtype=float).ravel(), 0.0, 1.0)

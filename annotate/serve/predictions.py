"""Tasks as Label Studio sends them → its predictions: one a task, in the same order, all of one model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotate.corpus.article import make_article
from annotate.errors import DataError
from annotate.records import Article, Extent, Segment, SegmentKind, article_id
from annotate.serve.hot import Serving
from annotate.studio.entries import task_data
from annotate.studio.interface import TEXT, config_hash, label_config
from annotate.studio.payload import items

Prediction = dict[str, Any]


def predictions(tasks: Sequence[Any], model: Serving) -> list[Prediction]:
    """Return a prediction for each task; an empty one, with the score 0, for a task without a text that can be read.

    The score is a confidence, in [0, 1]: Label Studio's uncertainty sampling shows the lowest first.
    """
    return [_prediction(task, model) for task in tasks]


def _prediction(task: Any, model: Serving) -> Prediction:
    article = _article(task_data(task), model)
    result: list[dict[str, Any]] = []
    score = 0.0
    if article is not None:
        found = model.suggest(article)
        result, score = items(found, article.text, model.book, f"article {article.id}"), found.score
    return {"model_version": model.name, "score": score, "result": result}


def _article(data: dict[str, Any], model: Serving) -> Article | None:
    """Return what a task shows as an article; none where its text is none that this toolkit froze."""
    text, title = data.get(TEXT), data.get("title")
    if not isinstance(text, str):
        return None
    try:
        if model.book.unit == "sentence":
            whole = Segment(start=0, end=len(text), kind=SegmentKind.BODY)
            extents = (Extent(start=0, end=len(text)),)
            return Article(id=article_id(text), text=text, segments=(whole,), sentences=extents) if text else None
        article = make_article(text, title if isinstance(title, str) else None)
    except (DataError, UnicodeEncodeError):  # a lone surrogate, which no frozen text has
        return None
    return article if article.text == text else None


def fits(config: Any, model: Serving) -> bool:
    """Return whether a project's screen asks for what the model suggests; an empty one says nothing against it."""
    if not isinstance(config, str) or not config.strip():
        return True
    try:
        return config_hash(config) == config_hash(label_config(model.book))
    except DataError:  # a screen that this toolkit cannot have made
        return False

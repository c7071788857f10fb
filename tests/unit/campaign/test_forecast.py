"""Hours from a pilot: all seconds over all words, pauses left out, undefined without times."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotate.campaign.assignments import Assignment
from annotate.campaign.forecast import forecast, pace
from annotate.codebook import Codebook
from annotate.corpus.article import make_article
from annotate.errors import UndefinedError
from annotate.records import Annotation, Article, Status


@pytest.fixture
def timed(book: Codebook) -> Callable[..., Annotation]:
    """Make a submitted annotation that took so long."""

    def make(article: Article, seconds: float | None, status: Status = Status.SUBMITTED) -> Annotation:
        return Annotation(
            article_id=article.id,
            text_sha256=article.sha256,
            annotator="a1",
            status=status,
            codebook=book.ref,
            lead_time=seconds,
        )

    return make


def test_hours_are_words_at_the_pilots_pace(
    timed: Callable[..., Annotation], assign: Callable[..., Assignment]
) -> None:
    """Two articles of 10 and 30 words in 20 and 100 s make 3 s a word; 1,200 words then take an hour."""
    short, long = make_article("🌊 " + "word " * 9), make_article("w " * 30)
    articles = {short.id: short, long.id: long}
    at = pace([timed(short, 20), timed(long, 100)], articles)
    assert (at.seconds, at.annotations, at.pauses, at.unmeasured) == (3.0, 2, 0, 0)
    assert at.low == pytest.approx(2.0)
    assert at.high == pytest.approx(100 / 30)
    hours = forecast([assign("1", "ada", words=900), assign("2", "ben", words=300)], at)
    assert hours.hours == pytest.approx(1.0)
    assert hours.by_annotator == pytest.approx({"ada": 0.75, "ben": 0.25})
    assert hours.low == pytest.approx(2 / 3)


def test_a_page_left_open_is_no_work(timed: Callable[..., Annotation]) -> None:
    """What took over ten times the median a word is left out and counted; so is what carries no time."""
    articles = [make_article(f"{n} " + "w " * 9) for n in range(4)]
    found = [timed(article, seconds) for article, seconds in zip(articles, (10, 20, 9000, None), strict=True)]
    skipped = timed(articles[0], 5, Status.SKIPPED)
    at = pace([*found, skipped], {article.id: article for article in articles})
    assert (at.seconds, at.annotations, at.pauses, at.unmeasured) == (1.5, 2, 1, 1)


def test_one_article_has_no_interval(timed: Callable[..., Annotation]) -> None:
    """Drawn again, one article says nothing of others."""
    article = make_article("w " * 10)
    at = pace([timed(article, 10)], {article.id: article})
    assert (at.low, at.high) == (None, None)
    assert forecast([], at).hours == 0


def test_without_times_there_is_no_pace(timed: Callable[..., Annotation]) -> None:
    """The error says why."""
    article = make_article("w")
    with pytest.raises(UndefinedError, match="none of the 1 submitted annotations"):
        pace([timed(article, None)], {article.id: article})
    with pytest.raises(UndefinedError, match="none of the 0"):
        pace([], {})

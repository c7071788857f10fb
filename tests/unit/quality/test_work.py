"""When and how long annotators worked: quartiles, what has no time, and periods with as many articles each."""

from __future__ import annotations

from collections.abc import Callable

from annotate.codebook import Codebook
from annotate.quality.agreement import measured
from annotate.quality.labelled import Labelled
from annotate.quality.work import Done, Work, lead_time
from annotate.records import Annotation, Article

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]


def done(seconds: float | None, characters: int = 500) -> Done:
    """Return one annotator's work on an article."""
    return Done("a", "not named", "ann", seconds, None, characters, 0)


def test_lead_times_by_hand() -> None:
    """Of 60, 120 and 300 seconds the middle counts; what was not timed is left out and said."""
    found = lead_time("ann", [done(60), done(300), done(None), done(120, 1000)])
    assert (found.articles, found.left_out) == (3, {"no_time": 1})
    assert (found.low, found.median, found.high) == (90, 120, 210)
    assert found.per_thousand == 120
    none = lead_time("bo", [done(None)])
    assert (none.articles, none.median, none.per_thousand) == (0, None, None)


def test_drift_shows_by_period(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Two who agree at first and not at last: the halves of the campaign differ, in the order of the work."""
    stream = []
    for number in range(4):
        article = make_article(f"Taxes {number} may fall.", "Rain.")
        marks = [("hedge.epistemic", "may")]
        late = number >= 2
        times = [f"2026-01-0{number + 1}T10:00:00Z", f"2026-01-0{number + 1}T09:00:00Z"]
        pair = by("a", article, *marks, updated=times[0]), by("b", article, *([] if late else marks), created=times[1])
        stream.append(Labelled(article, pair))
    first, last = measured(stream[::-1], book, resamples=10).periods
    assert (first.by, first.value, first.detail) == ("period", "1", "2026-01-01 to 2026-01-02")
    assert (first.articles, last.articles) == (2, 2)
    assert (first.targets["hedged"].percent.value, last.targets["hedged"].percent.value) == (1, 0.5)
    assert [one.annotator for one in last.targets["hedged"].with_others] == ["a", "b"]


def test_work_without_a_time_is_in_no_period(make_article: MakeArticle, by: By) -> None:
    """Nothing is guessed, and one article is too few for a period."""
    work = Work()
    article = make_article("Rain.")
    list(work.counted([Labelled(article, (by("a", article), by("b", article, created="not a time")))]))
    assert work.periods() == {}
    assert [one.when for one in work.done] == [None, None]
    assert work.annotators == ["a", "b"]

"""Spans by belief: clusters without chains, weighted boundaries, and gold whose labels are posteriors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.codebook import Codebook
from annotate.errors import UsageError
from annotate.quality.aggregators import NAMES, aggregator
from annotate.quality.labelled import Labelled
from annotate.quality.model_gold import model_gold
from annotate.quality.span_posterior import SpanPosterior, places, posteriors, weighted_median
from annotate.records import Annotation, Article, Gold, SetAside

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]


def made(
    annotations: Sequence[Annotation], articles: Sequence[Article], book: Codebook, method: str
) -> tuple[list[Gold], list[SpanPosterior]]:
    """Return gold, and what is believed of each place."""
    told: list[SpanPosterior] = []
    found = list(model_gold(annotations, articles, book, method=method, tell=told.append))
    return [one for one in found if isinstance(one, Gold)], told


def test_a_long_span_joins_no_two_places(make_article: MakeArticle, by: By) -> None:
    """Two saw two hedges, one marked both as one: two places, the long span in the one it covers more of."""
    article = make_article("It may or perhaps fall 🎉.")
    two = [("hedge.epistemic", "may"), ("hedge.epistemic", "perhaps")]
    found = Labelled(
        article,
        (by("a", article, *two), by("b", article, *two), by("c", article, ("hedge.epistemic", "may or perhaps"))),
    )
    own = list(places(found, 0, "hedge"))
    assert [[one.span.text for one in place.marked] for place in own] == [
        ["may", "may"],
        ["may or perhaps", "perhaps", "perhaps"],
    ]
    assert {place.shown for place in own} == {frozenset("abc")}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20), st.integers(1, 8)), max_size=12))
def test_places_hold_each_annotator_once(marks: list[tuple[str, int, int]]) -> None:
    """Whatever is marked, each span is in one place, where all overlap and nobody is twice."""
    from annotate.quality.clusters import Marked
    from annotate.quality.span_posterior import _clustered
    from annotate.records import Span

    marked = sorted(
        (
            Marked(who, Span(id=str(n), layer="x", label="y", start=start, end=start + long, text=""), range(0))
            for n, (who, start, long) in enumerate(marks)
        ),
        key=lambda one: (one.span.start, one.span.end),
    )
    clusters = _clustered(marked)
    assert sorted(place for own in clusters for place in own) == list(range(len(marked)))
    for own in clusters:
        assert len({marked[place].annotator for place in own}) == len(own)
        assert all(marked[a].span.overlaps(marked[b].span) for a in own for b in own)


def test_boundaries_are_weighted_and_their_spread_kept(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """By majority's skill all weigh alike: the median of three ends, and the first and last of them beside it."""
    article = make_article("Ilse said taxes fell sharply last year.")
    quotes = ("taxes fell", "taxes fell sharply", "taxes fell sharply last year")
    found = Labelled(
        article, tuple(by(who, article, ("claim.unverified", q)) for who, q in zip("abc", quotes, strict=True))
    )
    models = {layer.name: aggregator("majority") for layer in book.layer}
    ((_, place),) = posteriors([found], book, models)
    assert place.text == "taxes fell sharply"
    assert (place.starts, place.ends) == ((10, 10), (20, 38))
    assert (place.exists, place.posterior, place.kept) == (1, {"unverified": 1}, True)
    assert weighted_median([3, 9], [0, 0]) == 3


@pytest.mark.parametrize("method", ["dawid-skene", "mace"])
def test_gold_by_skill(method: str, book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Two who agree outweigh one who marks at random: their spans, links and labels are gold, with the belief in them."""
    articles = [make_article(f"Ilse {n} said taxes may fall.", "Rain.") for n in range(12)]
    annotations = []
    for number, article in enumerate(articles):
        marks = [("claim.unverified", "taxes may fall"), ("source.person", f"Ilse {number}")]
        if number % 2:
            marks.append(("hedge.epistemic", "may"))
        annotations += [by(who, article, *marks, links=[(0, 1)]) for who in ("a", "b")]
        annotations.append(by("c", article, ("hedge.epistemic", "Rain")))
    golds, told = made(annotations, articles, book, method)
    assert [gold.article.id for gold in golds] == [article.id for article in articles]
    for number, gold in enumerate(golds):
        assert {span.text for span in gold.spans} >= {"taxes may fall", f"Ilse {number}"}
        assert "Rain" not in {span.text for span in gold.spans}
        assert [span.id for span in gold.spans] == [f"g{n}" for n in range(1, len(gold.spans) + 1)]
        assert len(gold.links) == 1
        assert gold.sentences[0].claims
        for item in gold.sentences:
            for target in item.targets.values():
                assert sum(target.soft.values()) == pytest.approx(1, abs=1e-5)
                assert set(target.votes) == {"a", "b", "c"}
        assert gold.sentences[0].targets["hedged"].label == ("yes" if number % 2 else "no")
    rain = [place for place in told if place.text == "Rain"]
    assert len(rain) == 12
    assert not any(place.kept for place in rain)
    assert all(place.shown == 3 and place.annotators == ("c",) for place in rain)


def test_ties_stay_contested(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """One vote against one is settled by nobody: no label, half the belief each."""
    article = make_article("Taxes may fall.")
    golds, _ = made([by("a", article, ("hedge.epistemic", "may")), by("b", article)], [article], book, "dawid-skene")
    hedged = golds[0].sentences[0].targets["hedged"]
    assert (hedged.label, hedged.contested) == (None, True)
    assert hedged.soft == pytest.approx({"no": 0.5, "yes": 0.5})


def test_nothing_and_unknown_names(book: Codebook, make_article: MakeArticle) -> None:
    """No annotations give no gold and a reason; an aggregator that does not exist is named."""
    found = list(model_gold([], [make_article("Rain.")], book, method="mace"))
    assert [one.reason for one in found if isinstance(one, SetAside)] == ["not_labelled"]
    assert len(found) == 1
    with pytest.raises(UsageError, match="no aggregator 'vote'"):
        list(model_gold([], [], book, method="vote"))
    assert [type(aggregator(name)).__name__ for name in NAMES] == ["MajorityVote", "DawidSkene", "Mace"]

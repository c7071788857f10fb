"""What became of suggestions, and how far seeing them moved annotators, by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotate.codebook import Codebook
from annotate.quality.agreement import Agreement, measured
from annotate.quality.assignments import Assignment
from annotate.quality.labelled import Labelled
from annotate.records import Annotation, Article, Suggestion

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]
MAY, WELL = ("hedge.epistemic", "may"), ("hedge.epistemic", "may well")


def trial(book: Codebook, make_article: MakeArticle, by: By, arms: dict[str, str]) -> Agreement:
    """Return two articles with `may` suggested: kept by who saw it, made longer or left out by who did not."""
    articles = [make_article("Taxes may well fall 🎉."), make_article("Rents may well rise.")]
    suggestions = {
        article.id: Suggestion(model="m", spans=by("x", article, MAY, ("hedge.approximator", "well")).spans)
        for article in articles
    }
    seen = [by("seer", article, MAY) for article in articles]
    blind = [by("unseen", articles[0], WELL), by("unseen", articles[1])]
    stream = [Labelled(article, pair) for article, pair in zip(articles, zip(seen, blind, strict=True), strict=True)]
    plan = {
        (article.id, who): Assignment(article=article.id, annotator=who, batch="1", arm=arm)
        for article in articles
        for who, arm in arms.items()
    }
    return measured(stream, book, suggestions=suggestions, plan=plan, by=("arm", "batch", "outlet"), resamples=50)


def test_acceptance_by_hand(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Of two suggestions an article, one is kept and one removed by the seer; the other shares too little with either."""
    seer, unseen = trial(book, make_article, by, {}).acceptance
    assert (seer.annotator, seer.arm, seer.articles) == ("seer", "", 2)
    assert (seer.kept, seer.changed, seer.removed, seer.added) == (2, 0, 2, 0)
    assert (seer.share.value, seer.share.used) == (0.5, 4)
    # "may well" has eight characters: well covers half of it, may three eighths
    assert (unseen.kept, unseen.changed, unseen.removed, unseen.added) == (0, 1, 3, 0)
    assert unseen.share.value == 0


def test_anchoring_by_hand(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Half is kept by those who saw against none: .5 in every resample, and a mean of one span against a half."""
    found = trial(book, make_article, by, {"seer": "suggested", "unseen": "blind"})
    (one,) = found.anchoring
    assert (one.arm, one.annotations, one.blind) == ("suggested", 2, 2)
    assert one.kept.value == 0.5
    assert one.kept.interval is not None
    assert (one.kept.interval.low, one.kept.interval.high) == (0.5, 0.5)
    assert one.near.value == pytest.approx(0.5 - 0.25)
    assert one.spans.value == pytest.approx(1 - 0.5)
    assert [(who.annotator, who.arm) for who in found.acceptance] == [("seer", "suggested"), ("unseen", "blind")]


def test_without_a_blind_arm_nothing_is_claimed(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """One arm alone has no difference, and says so; no plan has no arms at all."""
    (one,) = trial(book, make_article, by, {"seer": "suggested", "unseen": "suggested"}).anchoring
    assert one.kept.value is None
    assert one.kept.undefined == "no annotation is of the arm 'blind'"
    assert trial(book, make_article, by, {}).anchoring == ()
    assert measured([], book).anchoring == ()


def test_blindness_that_nobody_enforced_is_said(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Where the plan has a blind arm, the first lines say what Label Studio Community does not enforce; else nothing does."""
    blind = trial(book, make_article, by, {"seer": "suggested", "unseen": "blind"})
    assert [note for note in blind.notes if "nobody enforced that the blind arm saw no suggestions" in note]
    seen = trial(book, make_article, by, {"seer": "suggested", "unseen": "suggested"})
    assert not [note for note in seen.notes if "enforced" in note]


def test_parts_of_the_votes(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Within an arm only its own votes are paired; a batch and an outlet take in both annotators."""
    found = trial(book, make_article, by, {"seer": "suggested", "unseen": "blind"})
    parts = {(part.by, part.value): part for part in found.slices}
    assert set(parts) == {("arm", "blind"), ("arm", "suggested"), ("batch", "1"), ("outlet", "not named")}
    alone = parts["arm", "blind"].targets["hedged"]
    assert (alone.items, alone.percent.value, alone.percent.undefined) == (0, None, "only one annotator")
    both = parts["batch", "1"]
    assert (both.articles, both.annotators, both.votes) == (2, 2, 4)
    assert both.targets["hedged"].percent.value == 0.5
    assert both.targets["hedged"] == parts["outlet", "not named"].targets["hedged"]

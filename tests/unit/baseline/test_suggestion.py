"""Suggestions: the patterns' candidates as a model sees them."""

from __future__ import annotations

import pytest

from annotate.baseline.judgement import Judgement
from annotate.baseline.scorer import Model
from annotate.baseline.suggestion import Suggesting
from annotate.codebook import Codebook
from annotate.records import Article, Extent, Link, Segment, SegmentKind, Span, Suggestion, article_id

SENTENCES = (Extent(start=0, end=20), Extent(start=21, end=40))


def judged(status: str, hedged: str, sure: float = 0.8) -> Judgement:
    """Return what a model says of one sentence, each label with this probability."""
    labels = {"status": status, "hedged": hedged}
    return Judgement(labels, (), {name: {label: sure} for name, label in labels.items()})


def span(layer: str, label: str, start: int, end: int, name: str = "x", basis: str | None = None) -> Span:
    """Return a candidate whose text is of no account here."""
    return Span(id=name, layer=layer, label=label, start=start, end=end, text="…", score=0.5, basis=basis)


def seen(book: Codebook, candidates: Suggestion, *judgements: Judgement) -> Suggestion:
    """Return what is left of the candidates."""
    return Suggesting(book, SENTENCES[: len(judgements)], judgements).seen(candidates, "model")


def test_a_span_takes_the_label_and_probability_of_its_sentence(book: Codebook) -> None:
    """A claim is relabelled, a cue keeps its type; both are as sure as the model is."""
    candidates = Suggestion(model="p", spans=(span("claim", "unverified", 0, 9), span("hedge", "epistemic", 2, 5)))
    found = seen(book, candidates, judged("disputed", "yes"))
    assert [(s.layer, s.label, s.score) for s in found.spans] == [
        ("claim", "disputed", 0.8),
        ("hedge", "epistemic", 0.8),
    ]
    assert found.spans[0].basis == "contradicted"
    assert (found.model, found.score) == ("model", 0.8)


def test_what_the_model_does_not_see_is_dropped_with_its_links(book: Codebook) -> None:
    """No claim here, no hedge here; the source stays with the patterns' score."""
    candidates = Suggestion(
        model="p",
        spans=(
            span("claim", "unverified", 0, 9, "c"),
            span("hedge", "epistemic", 2, 5, "h"),
            span("source", "person", 11, 19, "s"),
        ),
        links=(Link(type="attributed_to", from_="c", to="s"),),
    )
    found = seen(book, candidates, judged("none", "no"))
    assert [(s.id, s.score) for s in found.spans] == [("s", 0.5)]
    assert found.links == ()


def test_links_between_spans_that_stay_are_kept(book: Codebook) -> None:
    """And a relabelled claim that is attributed keeps standing on that."""
    candidates = Suggestion(
        model="p",
        spans=(span("claim", "disputed", 0, 9, "c", "contradicted"), span("source", "person", 11, 19, "s")),
        links=(Link(type="attributed_to", from_="c", to="s"),),
    )
    found = seen(book, candidates, judged("unverified", "no"))
    assert found.links == candidates.links
    assert (found.spans[0].label, found.spans[0].basis) == ("unverified", "attributed")


def test_a_label_that_stays_keeps_its_basis(book: Codebook) -> None:
    """The record shown cannot be told from a confirmation by the label alone."""
    candidates = Suggestion(model="p", spans=(span("claim", "verified", 0, 9, basis="record"),))
    assert seen(book, candidates, judged("verified", "no")).spans[0].basis == "record"


def test_a_span_belongs_to_the_sentence_it_begins_in(book: Codebook) -> None:
    """One over two sentences follows the first; one between sentences is left alone."""
    spans = (span("claim", "unverified", 15, 30, "over"), span("claim", "unverified", 21, 30, "second"))
    found = seen(book, Suggestion(model="p", spans=spans), judged("none", "no"), judged("verified", "no"))
    assert [(s.id, s.label) for s in found.spans] == [("second", "verified")]
    outside = Suggestion(model="p", spans=(span("claim", "unverified", 45, 50),))
    assert seen(book, outside, judged("none", "no"), judged("none", "no")).spans == outside.spans


def test_nothing_to_see_is_a_sure_suggestion(book: Codebook) -> None:
    """No candidates, no sentences: the score is 1."""
    assert Suggesting(book, [], []).seen(Suggestion(model="p"), "m") == Suggestion(model="m", score=1.0)


def test_a_model_suggests_from_the_patterns_in_its_folder(model: Model) -> None:
    """Spans read as the text does, scores are probabilities, and the name is the model's."""
    text = "The dam may have been damaged 🕊, officials believe. The owner of the mill denied that it had leaked."
    end = text.index(". ") + 1
    article = Article(
        id=article_id(text),
        text=text,
        segments=(Segment(start=0, end=len(text), kind=SegmentKind.BODY),),
        sentences=(Extent(start=0, end=end), Extent(start=end + 1, end=len(text))),
    )
    found = model.suggest(article)
    assert found.model == model.name
    assert {"may", "believe"} <= {s.text for s in found.spans if s.layer == "hedge"}
    for each in found.spans:
        each.check(text)
        assert each.score is not None
        assert 0 <= each.score <= 1
    assert found.score == min(s.score for s in found.spans if s.score is not None)


def test_an_empty_article_has_no_suggestion(model: Model) -> None:
    """Nothing is made up."""
    found = model.suggest(Article(id=article_id(""), text=""))
    assert (found.spans, found.links) == ((), ())


@pytest.mark.parametrize("label", ["unverified", "verified", "disputed"])
def test_every_status_can_be_suggested(book: Codebook, label: str) -> None:
    """Whatever the model says of the claim's sentence."""
    candidates = Suggestion(model="p", spans=(span("claim", "unverified", 0, 9),))
    assert seen(book, candidates, judged(label, "no")).spans[0].label == label

"""Adjudication: contested places, what all agreed on, the adjudicator's screen, and rulings from the word that came back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from annotate.campaign.adjudication import AGREED, _told, adjudicators, causes, payload, rulings, screen
from annotate.campaign.disagreement import agreed, cases, places, votes
from annotate.campaign.rehearsal import settled_items
from annotate.codebook import Codebook, Decision, load
from annotate.corpus.article import make_article
from annotate.errors import CodebookError
from annotate.quality.labelled import Labelled
from annotate.quality.rulings import CAUSES, Ruling
from annotate.records import Annotation, Article, Extent, Gold, Link, SetAside, Span, Status
from annotate.studio.interface import controls

BOOK = load()
ARTICLE = make_article("The weir 🌊 may fail, said its keeper. The board reportedly denied it.")
CLAIM, KEEPER = "The weir 🌊 may fail", "its keeper"
WHOLE = {"cause": "ambiguity", "reason": "Both can be read 王"}


def by(annotator: str, *marks: tuple[str, str], links: tuple[tuple[int, int], ...] = ()) -> Annotation:
    """Return what an annotator submitted, from marks such as ``("claim.unverified", "taxes fell")``."""
    spans = []
    for number, (mark, quote) in enumerate(marks):
        layer, label = mark.split(".")
        start = ARTICLE.text.index(quote)
        spans.append(Span(id=f"s{number}", layer=layer, label=label, start=start, end=start + len(quote), text=quote))
    return Annotation(
        article_id=ARTICLE.id,
        text_sha256=ARTICLE.sha256,
        annotator=annotator,
        status=Status.SUBMITTED,
        codebook=BOOK.ref,
        spans=tuple(spans),
        links=tuple(Link(type="attributed_to", from_=f"s{a}", to=f"s{b}") for a, b in links),
    )


def of(*annotations: Annotation, article: Article = ARTICLE) -> Labelled:
    """Return an article with its annotations."""
    return Labelled(article, annotations)


def ruled(word: Annotation, found: Labelled, **more: Any) -> list[Ruling | SetAside]:
    """Return the rulings of an adjudicator's word, by default with a cause and a reason for the article."""
    return list(rulings(word, found, BOOK, **({"whole": WHOLE, "regions": {}} | more)))


def test_places_are_contested_where_labels_differ() -> None:
    """Another label and a missing span make a place contested; other boundaries alone do not."""
    found = of(
        by("a", ("claim.unverified", CLAIM), ("hedge.epistemic", "may"), ("source.person", KEEPER)),
        by("b", ("claim.disputed", "weir 🌊 may fail"), ("hedge.epistemic", "may")),
    )
    told = [(place.layer, dict(place.votes), place.contested) for place in places(found, BOOK)]
    assert told == [
        ("claim", {"a": "unverified", "b": "disputed"}, True),
        ("hedge", {"a": "epistemic", "b": "epistemic"}, False),
        ("source", {"a": "person", "b": None}, True),
    ]
    assert next(places(found, BOOK)).extent.of(ARTICLE.text) == CLAIM
    apart = of(by("a", ("hedge.epistemic", "may")), by("b", ("hedge.epistemic", "may fail")))
    assert not [place for place in places(apart, BOOK) if place.contested]


def test_the_most_contested_article_comes_first() -> None:
    """Articles come by their number of contested places; those without any do not come."""
    other = make_article("Nothing happened.")
    much = of(by("a", ("claim.unverified", CLAIM), ("source.person", KEEPER)), by("b"))
    little = of(by("a", ("hedge.epistemic", "may")), by("b"), article=make_article(ARTICLE.text + " 🌧"))
    none = of(by("a"), by("b"), article=other)
    assert [case.found for case in cases([none, little, much], BOOK)] == [much, little]
    assert cases([], BOOK) == []


def test_a_vote_is_the_label_that_covers_most() -> None:
    """Of two spans of one annotator in a place, the longer one speaks."""
    one = by("a", ("claim.disputed", "The weir"), ("claim.unverified", "🌊 may fail"))
    assert votes([one, by("b")], "claim", Extent(start=0, end=20)) == {"a": "unverified", "b": None}


def test_what_all_agreed_on_is_what_all_marked_exactly_alike() -> None:
    """A span or link that one annotator has not, or has elsewhere, is none of it."""
    marks = (("claim.unverified", CLAIM), ("source.person", KEEPER))
    spans, links = agreed(of(by("a", *marks, links=((0, 1),)), by("b", *marks[::-1], links=((1, 0),))))
    assert [span.text for span in spans] == [CLAIM, KEEPER]
    assert [(link.from_, link.to) for link in links] == [("s0", "s1")]
    spans, links = agreed(of(by("a", *marks, links=((0, 1),)), by("b", marks[0], ("source.unnamed", KEEPER))))
    assert [span.text for span in spans] == [CLAIM]
    assert links == ()
    assert agreed(of(by("a", *marks), by("b"))) == ((), ())


def test_a_task_has_a_prediction_an_annotator_and_last_what_all_agreed_on() -> None:
    """Predictions are told apart by the pseudonym; none has a score; decisions are shown too."""
    two = replace(by("b", ("hedge.epistemic", "may")), decisions={"article": ("no_claim",), "note": ("🌊",)})
    [case] = cases([of(by("a", ("claim.unverified", CLAIM), ("hedge.epistemic", "may")), two)], BOOK)
    made = payload(case, BOOK)
    assert [one["model_version"] for one in made["predictions"]] == ["a", "b", AGREED]
    shown = [[(i["type"], i["value"].get("text")) for i in one["result"]] for one in made["predictions"]]
    assert shown[0] == [("labels", CLAIM), ("labels", "may")]
    assert shown[1] == [("labels", "may"), ("choices", None), ("textarea", ["🌊"])]
    assert shown[2] == [("labels", "may")]
    assert all("score" not in one for one in made["predictions"])


def test_the_screen_asks_for_cause_and_reason_first() -> None:
    """The article's cause and reason stand above the labels, those of a region beside them; all else is the codebook's."""
    found = controls(screen(BOOK))
    assert list(found)[:2] == ["cause", "reason"]
    assert found["cause"].labels == found["place_cause"].labels == tuple(sorted(CAUSES))
    assert {layer.name for layer in BOOK.layer} <= set(found)
    assert screen(BOOK) == screen(BOOK)


def test_a_codebook_that_has_a_cause_itself_is_refused() -> None:
    """Two controls of one name would be one."""
    clash = replace(BOOK, decision=(*BOOK.decision, Decision(name="cause", title="Cause", text=True)))
    with pytest.raises(CodebookError, match="a layer or decision called 'cause'"):
        adjudicators(clash)


def test_what_stands_and_what_is_gone_become_rulings() -> None:
    """A span that stands overrules who said otherwise; where nothing stands, who marked is overruled."""
    found = of(
        by("a", ("claim.unverified", CLAIM), ("source.person", KEEPER), ("hedge.epistemic", "may")),
        by("b", ("claim.disputed", CLAIM), ("hedge.epistemic", "may")),
    )
    made = ruled(by("dora", ("claim.disputed", CLAIM), ("hedge.epistemic", "may")), found)
    assert [(one.layer, one.label, one.text, one.overruled) for one in made if isinstance(one, Ruling)] == [
        ("claim", "disputed", CLAIM, {"a": "unverified"}),
        ("source", None, KEEPER, {"a": "person"}),
    ]
    assert {(one.cause, one.reason) for one in made if isinstance(one, Ruling)} == {("ambiguity", WHOLE["reason"])}
    assert causes([one for one in made if isinstance(one, Ruling)]) == {"ambiguity": 2}


def test_a_span_that_nobody_marked_overrules_all() -> None:
    """What only the adjudicator saw stands against every annotator; what all said and stands is no ruling."""
    [made] = ruled(by("dora", ("hedge.evidential", "reportedly")), of(by("a"), by("b")))
    assert isinstance(made, Ruling)
    assert made.votes == {"a": None, "b": None}
    same = by("a", ("hedge.epistemic", "may"))
    assert ruled(same, of(same, same)) == []


def test_a_regions_own_cause_goes_before_the_articles() -> None:
    """What is said of a region counts for its place alone; what it leaves out is the article's."""
    found = of(by("a", ("source.person", KEEPER)), by("b"))
    word = by("dora", ("claim.disputed", CLAIM), ("hedge.epistemic", "may"))
    regions = {"s0": {"cause": "slip", "reason": "overlooked"}, "s1": {"cause": "guideline_gap", "reason": ""}}
    made = ruled(word, found, regions=regions)
    assert [(one.layer, one.cause, one.reason) for one in made if isinstance(one, Ruling)] == [
        ("claim", "slip", "overlooked"),
        ("hedge", "guideline_gap", WHOLE["reason"]),
        ("source", "ambiguity", WHOLE["reason"]),
    ]


@pytest.mark.parametrize(("whole", "reason"), [({}, "no_cause"), ({"cause": "slip"}, "no_reason")])
def test_without_a_cause_or_a_reason_nothing_is_overruled(whole: dict[str, str], reason: str) -> None:
    """The place is set aside, and stays as the votes leave it."""
    [made] = ruled(by("dora"), of(by("a", ("claim.unverified", CLAIM)), by("b")), whole=whole)
    assert isinstance(made, SetAside)
    assert made.reason == reason
    assert "[0, 19)" in made.where


def test_what_most_said_needs_no_cause_to_stand() -> None:
    """Two against one stand without a word, marked or not; a tie is settled by none; a cause makes it a ruling."""
    kept, none = by("a", ("claim.unverified", CLAIM)), by("c")
    two = of(kept, by("b", ("claim.unverified", CLAIM)), none)
    one = of(kept, by("b"), none)
    assert ruled(kept, two, whole={}) == ruled(none, one, whole={}) == []
    for word, found in ((none, two), (kept, one), (kept, of(kept, none)), (none, of(kept, none))):
        [made] = ruled(word, found, whole={})
        assert isinstance(made, SetAside)
    [made] = ruled(kept, two)
    assert isinstance(made, Ruling)
    assert made.overruled == {"c": None}
    [made] = ruled(kept, two, whole={"cause": "slip"})
    assert isinstance(made, SetAside)


@given(st.lists(st.sampled_from([("claim.unverified", CLAIM), ("claim.disputed", "weir 🌊"), ("source.person", KEEPER),
                                 ("hedge.epistemic", "may"), ("claim.verified", "may fail")]), unique=True),
       st.lists(st.sampled_from([("claim.disputed", CLAIM), ("claim.verified", "The weir")]), unique=True))  # fmt: skip
def test_rulings_never_touch_one_another(marks: list[tuple[str, str]], word: list[tuple[str, str]]) -> None:
    """Places where nothing stands lie apart from the spans that stand, and every ruling reads as it says."""
    made = [one for one in ruled(by("dora", *word), of(by("a", *marks), by("b"))) if isinstance(one, Ruling)]
    for one in made:
        assert one.of(ARTICLE.text) == one.text
        assert one.votes != {"a": one.label, "b": one.label}
        assert not [x for x in made if one.label is None and x is not one and x.layer == one.layer and x.overlaps(one)]


def test_what_is_said_of_regions_is_read_apart() -> None:
    """Answers for a region leave the result, by annotation; other items stay, whatever they are."""
    region = {"id": "r1", "from_name": "place_cause", "type": "choices", "value": {"choices": ["slip"]}}
    text = {"id": "r1", "from_name": "place_reason", "type": "textarea", "value": {"text": ["one", "two"]}}
    other = {"id": "r1", "from_name": "claim", "type": "labels", "value": {}}
    task = {"id": 1, "annotations": [{"id": 7, "result": [region, other, text, "odd"]}], "drafts": None}
    told, bare = _told(task)
    assert told == {7: {"r1": {"cause": "slip", "reason": "one two"}}}
    assert bare["annotations"] == [{"id": 7, "result": [other, "odd"]}]
    assert bare["drafts"] == []


def test_settled_gold_is_submitted_with_the_causes_of_its_rulings() -> None:
    """A ruled span carries its cause and reason, another none; what fell gives the article's."""
    word = by("dora", ("claim.disputed", CLAIM), ("hedge.epistemic", "may"))
    why = ruled(word, of(by("a", ("source.person", KEEPER)), by("b", *[("claim.disputed", CLAIM)])))
    kept = [one for one in why if isinstance(one, Ruling) and one.layer != "hedge"]
    gold = Gold(article=ARTICLE, codebook=BOOK.ref, spans=word.spans)
    made = settled_items(gold, {ARTICLE.id: kept}, BOOK)
    told, _ = _told({"annotations": [{"id": 1, "result": made}]})
    assert told == {1: {"s0": {"cause": "ambiguity", "reason": WHOLE["reason"]}}}
    assert [(item["from_name"], item["value"]) for item in made[-2:]] == [
        ("cause", {"choices": ["ambiguity"]}),
        ("reason", {"text": [WHOLE["reason"]]}),
    ]
    assert settled_items(gold, {}, BOOK) == made[:2]


def test_any_codebook_gets_a_screen(book: Codebook) -> None:
    """A codebook without decisions gets cause and reason as well."""
    found = controls(screen(replace(book, decision=(), basis=())))
    assert {"cause", "reason", "place_cause", "place_reason"} <= set(found)

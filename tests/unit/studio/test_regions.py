"""Result items → spans, links, decisions: a suggestion comes back as it was sent, and nothing makes it raise."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.codebook import Codebook, load
from annotate.records import Link, Span, Suggestion, Task
from annotate.studio.interface import BASIS
from annotate.studio.payload import items
from annotate.studio.regions import Reading, read
from annotate.studio.terms import AsTheyAre, Known

BOOK = load()
MARKS = [(layer.name, label.name) for layer in BOOK.layer for label in layer.label]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 60) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["a", "b", "", "claim", "hedge", "text", "basis", "article", "note"])
HOSTILE = st.fixed_dictionaries(
    {"type": st.sampled_from(["labels", "choices", "textarea", "relation", "taxonomy", "rectanglelabels", ""])},
    optional={
        "id": JSON | NAMES,
        "from_name": JSON | NAMES,
        "from_id": JSON | NAMES,
        "to_id": JSON | NAMES,
        "direction": JSON | st.sampled_from(["left", "right", "bi"]),
        "labels": JSON,
        "origin": JSON,
        "value": JSON
        | st.fixed_dictionaries(
            {},
            optional={
                "start": JSON,
                "end": JSON,
                "text": JSON,
                "labels": JSON | st.lists(st.sampled_from(["verified", "epistemic", "Claim", "claim.verified"])),
                "choices": JSON | st.lists(st.sampled_from(["verified", "record", "no_claim"])),
                "taxonomy": JSON,
            },
        ),
    },
)


def reading(result: list[Any], text: str, book: Codebook = BOOK) -> Reading:
    """Return what a codebook reads in a result."""
    return read(result, text, Known(book), "here", Counter())


def region(start: int, end: int, text: str, label: str, control: str = "hedge", name: str = "r") -> dict[str, Any]:
    """Return a region as the browser sends it."""
    value = {"start": start, "end": end, "text": text[start:end], "labels": [label]}
    return {"id": name, "from_name": control, "to_name": "text", "type": "labels", "value": value}


@st.composite
def suggestions(draw: st.DrawFn) -> tuple[str, Suggestion]:
    """A text and a suggestion whose spans and links are the codebook's."""
    text = draw(st.text(alphabet=st.sampled_from("ab, \n“é王🌊👩‍🔧"), min_size=1, max_size=50))
    spans = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        quote = text[start:end]
        if quote == quote.strip():
            layer, label = draw(st.sampled_from(MARKS))
            spans.append(Span(id=f"s{number}", layer=layer, label=label, start=start, end=end, text=quote))
    ends = [(a, b) for a in spans for b in spans if a is not b and BOOK.link_type(a.layer, b.layer)]
    drawn = draw(st.lists(st.sampled_from(ends), unique=True, max_size=4)) if ends else []
    links = [Link(type=BOOK.link_type(a.layer, b.layer) or "", from_=a.id, to=b.id) for a, b in drawn]
    return text, Suggestion(model="m", spans=tuple(spans), links=tuple(links))


@given(suggestions())
def test_a_suggestion_comes_back_as_it_was_sent(sent: tuple[str, Suggestion]) -> None:
    """Task → payload → result → annotation keeps every span, offset and link."""
    text, suggestion = sent
    found = reading(items(suggestion, text, BOOK, "here"), text)
    assert found.aside == []
    assert [(s.id, s.layer, s.label, s.start, s.end, s.text) for s in found.spans] == [
        (s.id, s.layer, s.label, s.start, s.end, s.text) for s in suggestion.spans
    ]
    assert found.links == list(suggestion.links)


@given(st.lists(HOSTILE | JSON, max_size=6))
def test_no_result_makes_it_raise(result: list[Any]) -> None:
    """Whatever stands in ``result``, what cannot be used is set aside, and each span that is kept reads as it says."""
    text = "Dam may fail 🌊, said 王小明."
    for terms in (Known(BOOK), AsTheyAre()):
        found = read(result, text, terms, "here", Counter())
        for span in found.spans:
            span.check(text)
        names = {span.id for span in found.spans}
        assert len(names) == len(found.spans)
        assert all({link.from_, link.to} <= names for link in found.links)


def test_a_choice_for_a_claim_is_its_basis(task: Task, book: Codebook) -> None:
    """Where the annotator says that the record is shown, the claim rests on it; else on what the links say."""
    text = task.article.text
    claim = region(0, 12, text, "verified", "claim", "c")
    said = {"id": "c", "from_name": BASIS, "to_name": "text", "type": "choices"}
    said["value"] = {"start": 0, "end": 12, "text": text[:12], "choices": ["record"]}
    assert [span.basis for span in reading([claim, said], text, book).spans] == ["record"]
    assert [span.basis for span in reading([claim], text, book).spans] == ["confirmed"]
    assert [span.basis for span in reading([region(0, 12, text, "unverified", "claim")], text).spans] == ["own_voice"]


def test_a_link_says_what_a_claim_rests_on(task: Task, book: Codebook) -> None:
    """An unverified claim that is linked to a source is attributed; the type of a link follows from its ends."""
    text = task.article.text
    at = text.index("王小明")
    tie = {"type": "relation", "from_id": "s", "to_id": "c", "direction": "left"}
    result = [region(0, 12, text, "unverified", "claim", "c"), region(at, at + 3, text, "person", "source", "s"), tie]
    found = reading(result, text, book)
    assert found.links == [Link(type="attributed_to", from_="c", to="s")]
    assert found.spans[0].basis == "attributed"


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"type": "relation", "from_id": "r", "to_id": "gone"}, "link_end"),
        ({"type": "relation", "from_id": "r", "to_id": "r2"}, "unknown_link"),
        (
            {"id": "z", "type": "choices", "from_name": "basis", "value": {"start": 0, "choices": ["record"]}},
            "no_region",
        ),
        ({"id": "z", "type": "choices", "from_name": "mood", "value": {"choices": ["x"]}}, "unknown_control"),
        ({"id": "z", "type": "choices", "from_name": "article", "value": {"choices": ["x"]}}, "unknown_label"),
        (
            {"id": "z", "type": "labels", "from_name": "hedge", "value": {"start": 0, "end": 3, "text": "Dam"}},
            "no_label",
        ),
        ({"id": 1.5, "type": "labels"}, "schema"),
        ("text", "schema"),
    ],
)
def test_each_fault_has_its_reason(item: Any, reason: str) -> None:
    """What cannot be used is set aside with a countable reason; the good regions beside it stay."""
    text = "Dam may fail"
    good = [region(4, 7, text, "epistemic"), region(0, 3, text, "epistemic", name="r2")]
    found = reading([*good, item], text)
    assert [one.reason for one in found.aside] == [reason]
    assert len(found.spans) == 2


def test_one_region_with_two_labels_is_two_spans() -> None:
    """A region that carries two labels gives two spans with ids of their own."""
    both = region(4, 7, "Dam may fail", "epistemic")
    both["value"]["labels"].append("doxastic")
    found = reading([both], "Dam may fail")
    assert [(span.id, span.label) for span in found.spans] == [("r", "epistemic"), ("r.2", "doxastic")]


def test_an_empty_result_is_an_empty_reading() -> None:
    """Nothing gives nothing."""
    assert reading([], "") == Reading()

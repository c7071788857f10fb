"""A task as Label Studio imports it: proved on the way out, because the server checks nothing."""

from __future__ import annotations

import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.errors import AnnotateError, CodebookError, RecordError, SpanError
from annotate.records import CodebookRef, Link, Span, Suggestion, Task
from annotate.studio.payload import to_label_studio
from annotate.studio.results import parse_ref


def test_data_are_strings_and_name_the_codebook(task: Task, book: Codebook) -> None:
    """All data are strings; the article is known by its id, and the codebook can be read back."""
    sent = to_label_studio(task, book)
    assert {type(value) for value in sent["data"].values()} == {str}
    assert (sent["data"]["article_id"], sent["data"]["text"]) == (task.article_id, task.article.text)
    assert parse_ref(sent["data"]["codebook"]) == book.ref


def test_the_suggestion_is_one_prediction_with_its_confidence(task: Task, book: Codebook) -> None:
    """A suggestion becomes one prediction: regions, then relations, and a score that is a confidence."""
    [prediction] = to_label_studio(task, book)["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("patterns 1", 0.8)
    assert [item["type"] for item in prediction["result"]] == ["labels"] * 4 + ["relation"]
    assert prediction["result"][0]["score"] == 0.8
    assert prediction["result"][-1] == {"type": "relation", "from_id": "c", "to_id": "s", "direction": "right"}


def test_without_a_suggestion_there_is_no_prediction(task: Task, book: Codebook) -> None:
    """A task without a suggestion is sent bare."""
    assert to_label_studio(msgspec.structs.replace(task, suggestion=None), book)["predictions"] == []


def test_a_basis_that_annotators_choose_is_an_answer_on_the_region(task: Task, book: Codebook) -> None:
    """Only a basis that the screen asks for is sent with its claim."""
    assert task.suggestion is not None
    claims = [
        msgspec.structs.replace(task.suggestion.spans[0], id=name, label="verified", basis=name)
        for name in ("record", "confirmed")
    ]
    suggestion = msgspec.structs.replace(task.suggestion, spans=tuple(claims), links=())
    result = to_label_studio(msgspec.structs.replace(task, suggestion=suggestion), book)["predictions"][0]["result"]
    assert [(item["id"], item["type"]) for item in result] == [
        ("record", "labels"),
        ("record", "choices"),
        ("confirmed", "labels"),
    ]


def bent(task: Task, *spans: Span, links: tuple[Link, ...] = ()) -> Task:
    """Return the task with another suggestion."""
    return msgspec.structs.replace(task, suggestion=Suggestion(model="m", spans=spans, links=links))


def test_what_would_draw_nonsense_is_refused(task: Task, book: Codebook, spans: tuple[Span, ...]) -> None:
    """Another codebook, an unknown label, a span that reads otherwise, a double id, and bad links are errors."""
    claim, hedge, source, _ = spans
    change = msgspec.structs.replace
    cases: list[tuple[Task, type[AnnotateError]]] = [
        (change(task, codebook=CodebookRef(name="other", version="1", hash="0")), CodebookError),
        (bent(task, change(hedge, label="nonsense")), CodebookError),
        (bent(task, change(hedge, layer="nonsense")), CodebookError),
        (bent(task, change(hedge, start=hedge.start + 1)), SpanError),
        (bent(task, change(hedge, end=9999)), SpanError),
        (bent(task, hedge, hedge), RecordError),
        (bent(task, claim, links=(Link(type="attributed_to", from_="c", to="s"),)), RecordError),
        (bent(task, claim, source, links=(Link(type="relays", from_="c", to="s"),)), CodebookError),
        (bent(task, hedge, source, links=(Link(type="relays", from_="h", to="s"),)), CodebookError),
    ]
    for wrong, error in cases:
        with pytest.raises(error):
            to_label_studio(wrong, book)

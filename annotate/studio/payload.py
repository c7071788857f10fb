"""A task → what is sent to Label Studio: its data, and one prediction with the suggested spans and links.

The server checks almost nothing of a prediction, so it is proved here, on the way out.
"""

from __future__ import annotations

from typing import Any

from annotate.codebook import Codebook
from annotate.errors import CodebookError, RecordError
from annotate.records import CodebookRef, Link, Span, Suggestion, Task
from annotate.studio.interface import BASIS, TEXT

Item = dict[str, Any]
"""One item of Label Studio's ``result`` list."""


def to_label_studio(task: Task, codebook: Codebook) -> dict[str, Any]:
    """Return a task as Label Studio imports it.

    ``data`` holds only strings, empty where the article does not say (the screen shows them as they are). A task with a
    suggestion gets exactly one prediction; its score is a confidence, so that the server can show the least sure first.

    Raises:
        CodebookError: the task was made under another codebook, or a label or link is not the codebook's.
        SpanError: a span does not read as it says.
        RecordError: a link ends in no span, or an id is given twice.
    """
    where = f"article {task.article_id}"
    if task.codebook != codebook.ref:
        message = f"the task was made under {codebook_name(task.codebook)}, this is {codebook_name(codebook.ref)}"
        raise CodebookError(message, where=where, hint="run `annotate suggest` again, with this codebook")
    article = task.article
    data = {
        "article_id": article.id,
        TEXT: article.text,
        "title": article.title or "",
        "text_sha256": article.sha256,
        "url": article.url or "",
        "outlet": article.outlet or "",
        "published": article.published or "",
        "codebook": codebook_name(task.codebook),
    }
    if task.suggestion is None:
        return {"data": data, "predictions": []}
    result = items(task.suggestion, article.text, codebook, where)
    prediction = {"model_version": task.suggestion.model, "score": task.suggestion.score, "result": result}
    return {"data": data, "predictions": [prediction]}


def codebook_name(ref: CodebookRef) -> str:
    """Return a codebook's name as task data carry it: ``name@version#hash``."""
    return f"{ref.name}@{ref.version}#{ref.hash}"


def items(suggestion: Suggestion, text: str, codebook: Codebook, where: str) -> list[Item]:
    """Return a suggestion as result items: a region a span, then the links between them.

    Raises:
        CodebookError: a label or link is not the codebook's.
        SpanError: a span does not read as it says.
        RecordError: a link ends in no span, or an id is given twice.
    """
    spans = {span.id: span for span in suggestion.spans}
    if len(spans) != len(suggestion.spans):
        raise RecordError("two suggested spans have the same id", where=where)
    result: list[Item] = []
    for span in suggestion.spans:
        span.check(text)
        if span.label not in codebook.labels(span.layer):
            raise CodebookError(f"the codebook has no label {span.layer}.{span.label}", where=where)
        result += _region(span, codebook)
    for link in suggestion.links:
        if link.from_ not in spans or link.to not in spans:
            raise RecordError(f"a link from {link.from_!r} to {link.to!r} ends in no suggested span", where=where)
        known = codebook.link_type(spans[link.from_].layer, spans[link.to].layer)
        if known != link.type:
            raise CodebookError(f"a link is called {link.type!r}, by its ends it is {known!r}", where=where)
        result.append(_relation(link))
    return result


def _region(span: Span, codebook: Codebook) -> list[Item]:
    place: Item = {"start": span.start, "end": span.end, "text": span.text}
    region: Item = {"id": span.id, "from_name": span.layer, "to_name": TEXT, "type": "labels"}
    region["value"] = {**place, "labels": [span.label]}
    if span.score is not None:
        region["score"] = span.score
    said = {basis.name for basis in codebook.basis if basis.choice}
    if span.basis not in said:
        return [region]
    answer = {**region, "from_name": BASIS, "type": "choices", "value": {**place, "choices": [span.basis]}}
    return [region, answer]


def _relation(link: Link) -> Item:
    return {"type": "relation", "from_id": link.from_, "to_id": link.to, "direction": "right"}

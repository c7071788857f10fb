"""A task → what is sent to Label Studio: its data, and one prediction with the suggested spans and links.

The server checks almost nothing of a prediction, so it is proved here, on the way out.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from annotate.codebook import Codebook
from annotate.errors import CodebookError, RecordError
from annotate.records import CodebookRef, Link, Span, Suggestion, Task
from annotate.studio.interface import BASIS, TEXT

CONTEXT = 600
"""Characters shown on each side of a sentence that is a task by itself."""

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
    article, item = task.article, task.item
    shown = article.text if item is None else item.of(article.text)
    data = {
        "task": task.key,
        "article_id": article.id,
        TEXT: shown,
        "title": article.title or "",
        "text_sha256": article.sha256,
        "url": article.url or "",
        "outlet": article.outlet or "",
        "published": article.published or "",
        "codebook": codebook_name(task.codebook),
    }
    if item is not None:
        data |= {"before": _context(article.text[: item.start], last=True), "after": _context(article.text[item.end :])}
    if task.suggestion is None:
        return {"data": data, "predictions": []}
    suggestion = task.suggestion if item is None else shifted(task.suggestion, -item.start)
    result = items(suggestion, shown, codebook, where)
    prediction = {"model_version": task.suggestion.model, "score": task.suggestion.score, "result": result}
    return {"data": data, "predictions": [prediction]}


def _context(text: str, *, last: bool = False) -> str:
    """Return the end (or the beginning) of a text, whole words, for what stands around a sentence."""
    text = text.strip()
    if len(text) <= CONTEXT:
        return text
    cut = text[-CONTEXT:].partition(" ")[2] if last else text[:CONTEXT].rpartition(" ")[0]
    return f"… {cut}" if last else f"{cut} …"


def shifted(suggestion: Suggestion, by: int) -> Suggestion:
    """Return a suggestion with its spans moved by so many code points."""
    spans = tuple(replace(span, start=span.start + by, end=span.end + by) for span in suggestion.spans)
    return replace(suggestion, spans=spans)


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

"""One token a line with its offsets and a BIO column a layer; of spans of one layer that overlap, the longest stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from annotate.formats.marks import Marks
from annotate.records import Extent, SetAside, Span

_TOKEN = re.compile(r"\w+|[^\w\s]")


def lines(marked: Iterable[tuple[Marks, Sequence[Extent]]], layers: Sequence[str]) -> Iterator[str | SetAside]:
    """Yield the file line by line, sentences apart by an empty line; a span that a column cannot hold as a `SetAside`.

    Args:
        marked: articles with their marks and sentences.
        layers: the columns.
    """
    yield "\t".join(["token", "start", "end", *layers]) + "\n"
    for marks, sentences in marked:
        yield f"# article = {marks.article_id}\n"
        columns = {}
        for layer in layers:
            kept, lost = _apart([span for span in marks.spans if span.layer == layer])
            columns[layer] = kept
            for span in lost:
                detail = f"{layer}.{span.label} [{span.start}, {span.end}) overlaps a longer span of its layer"
                yield SetAside(reason="overlap", where=f"article {marks.article_id}", detail=detail)
        for sentence in sentences:
            for token in _TOKEN.finditer(marks.text, sentence.start, sentence.end):
                tags = (_tag(columns[layer], token.start(), token.end(), marks.text) for layer in layers)
                yield "\t".join([token.group(), str(token.start()), str(token.end()), *tags]) + "\n"
            yield "\n"


def _apart(spans: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    kept: list[Span] = []
    lost: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start - one.end, one.start)):
        (lost if any(span.overlaps(other) for other in kept) else kept).append(span)
    return sorted(kept, key=lambda one: one.start), lost


def _tag(spans: Sequence[Span], start: int, end: int, text: str) -> str:
    for span in spans:
        if span.start < end and start < span.end:
            first = _TOKEN.search(text, span.start)
            return f"{'B' if first is None or start <= first.start() else 'I'}-{span.label}"
    return "O"

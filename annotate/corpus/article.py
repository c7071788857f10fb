"""One article from one text: frozen, typed, split, and named by its hash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack

from annotate.corpus.anatomy import segments
from annotate.corpus.quotes import quotes
from annotate.corpus.sentences import sentences
from annotate.corpus.text import frozen, remap
from annotate.errors import SpanError
from annotate.records import Article, Copy, Segment, SegmentKind, article_id

_PLAIN = str.maketrans("‘’“”–—‑", "''\"\"---")


class Facts(TypedDict, total=False):
    """What else is known of an article: fields of `annotate.records.Article`, taken over as they are."""

    url: str | None
    outlet: str | None
    author: str | None
    published: str | None
    language: str
    license: str | None
    copies: tuple[Copy, ...]
    source: str | None
    supersedes: str | None


def make_article(
    text: str, title: str | None = None, *, known: Sequence[Segment] | None = None, **facts: Unpack[Facts]
) -> Article:
    """Return the article with this text, frozen, with segments, sentences and quotations.

    The text loses white space at its ends and gets the title as its first line, unless it has it there already. Made
    again from its own text, an article has the same text and the same id.

    Args:
        text: decoded text, one paragraph a line.
        title: the headline; where none is given, a first line that stands like one becomes it.
        known: segments, in offsets of ``text``, whose kind is known from the page; see `annotate.corpus.anatomy`.
        facts: further fields.

    Raises:
        RecordError: the text holds a lone surrogate.
        SpanError: known segments overlap or lie outside the text.
    """
    whole = frozen(text)
    body = whole.strip()
    headline = " ".join(frozen(title or "").split())
    first = body.partition("\n")[0].rstrip()
    if headline and folded(first) == folded(headline):
        headline = first
        full, shift = body, 0
    elif headline:
        full = f"{headline}\n{body}".rstrip()
        shift = len(headline) + 1
    else:
        full, shift = body, 0
    shift -= len(whole) - len(whole.lstrip())
    placed = None if known is None else _placed(text, known, shift, full)
    parts = segments(full, headline or None, placed)
    if not headline and parts and parts[0].kind is SegmentKind.HEADLINE:
        headline = parts[0].of(full)
    return Article(
        id=article_id(full),
        text=full,
        title=headline or None,
        segments=parts,
        sentences=tuple(extent for part in parts for extent in sentences(full, part.start, part.end)),
        quotes=quotes(full, parts),
        **facts,
    )


def folded(line: str) -> str:
    """Return a line in a form in which case, spacing and the shape of quotation marks and dashes do not count.

    >>> folded("Mayor’s  Plan") == folded("mayor's plan")
    True
    """
    return " ".join(line.translate(_PLAIN).casefold().split())


def _placed(text: str, known: Sequence[Segment], shift: int, full: str) -> list[Segment]:
    """Return known segments in the offsets of the finished text."""
    edges = remap(text, [edge for segment in known for edge in (segment.start, segment.end)])
    placed = []
    for index, segment in enumerate(known):
        start, end = edges[2 * index], edges[2 * index + 1]
        if start > end:
            raise SpanError(f"segment [{segment.start}, {segment.end}) ends before it starts")
        inside = [min(max(edge + shift, 0), len(full)) for edge in (start, end)]
        placed.append(Segment(start=inside[0], end=inside[1], kind=segment.kind))
    return placed

"""Typed segments of an article: headline, subheading, dateline, body, post, promo, credit, disclaimer, caption.

A paragraph is a line. Nothing is deleted, only typed: the segments cover every character that is not white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from annotate.corpus.dateline import dateline_end
from annotate.corpus.rules import is_byline, kind_of, signature_start
from annotate.errors import SpanError
from annotate.records import Extent, Segment, SegmentKind

_LINE = re.compile(r"[^\n]+")
_SOLID = re.compile(r"\S")
_FINAL = re.compile(r"[.!,;:…。！？][\"'”’»)\]]*$")
_LISTED = re.compile(r"[-*•·‣▪◦#>@\d(\[]|[QA]\.\s")

HEADLINE_LENGTH = 160
"""A longer first line, in characters, is no headline."""
SUBHEADING_WORDS = 12
"""A longer line, in words, is no subheading."""
QUESTION_WORDS = 8
"""A longer question, in words, is no subheading."""
TOP = 4
"""Paragraphs at the start among which bylines are looked for."""
END = 3
"""Paragraphs at the end among which small print is looked for."""


class _Piece:
    """A paragraph, or the part of it that is not known yet, with its kind once that is found."""

    def __init__(self, extent: Extent, text: str, kind: SegmentKind | None) -> None:
        self.start, self.end, self.kind = extent.start, extent.end, kind
        self.line = extent.of(text)


def segments(text: str, title: str | None = None, known: Sequence[Segment] | None = None) -> tuple[Segment, ...]:
    """Return the typed segments of a text, in order, disjoint, with only white space between them.

    Args:
        text: frozen text, one paragraph a line.
        title: its first line, where that is known to be the title.
        known: pieces whose kind the page itself gives. Where anything but none is given, headings are marked, and
            no short line is taken for one.

    Raises:
        SpanError: known segments overlap or lie outside the text.
    """
    pieces = _pieces(text, known or ())
    if title and pieces and pieces[0].line == title:
        pieces[0].kind = SegmentKind.HEADLINE
    elif known is None:
        _first_line(pieces)
    _by_own_words(pieces)
    pieces = _posts(text, pieces)
    if known is None:
        _subheadings(pieces)
    return tuple(_typed(pieces))


def _pieces(text: str, known: Sequence[Segment]) -> list[_Piece]:
    found = [_Piece(part, text, segment.kind) for segment in known if (part := _trimmed(text, segment)) is not None]
    found.sort(key=lambda piece: piece.start)
    for before, after in pairwise(found):
        if after.start < before.end:
            message = f"segment [{after.start}, {after.end}) begins before the one ahead of it ends, at {before.end}"
            raise SpanError(message)
    gaps = pairwise([0, *(edge for piece in found for edge in (piece.start, piece.end)), len(text)])
    for index, (start, end) in enumerate(gaps):
        if index % 2 == 0:
            lines = (Extent(start=m.start(), end=m.end()) for m in _LINE.finditer(text, start, end))
            found += [_Piece(part, text, None) for line in lines if (part := _trimmed(text, line)) is not None]
    return sorted(found, key=lambda piece: piece.start)


def _trimmed(text: str, extent: Extent) -> Extent | None:
    """Return the extent without white space at its ends; none where nothing is left."""
    if not 0 <= extent.start <= extent.end <= len(text):
        raise SpanError(f"segment [{extent.start}, {extent.end}) lies outside the text of {len(text)} characters")
    covered = extent.of(text)
    start = extent.start + len(covered) - len(covered.lstrip())
    end = extent.start + len(covered.rstrip())
    return Extent(start=start, end=end) if start < end else None


def _first_line(pieces: list[_Piece]) -> None:
    """Type a title-less text's first line as its headline where it stands there like one."""
    if len(pieces) > 1 and pieces[0].kind is None and dateline_end(pieces[0].line) is None:
        line, following = pieces[0].line, pieces[1].line
        short = len(line) <= HEADLINE_LENGTH and not _FINAL.search(line) and not _LISTED.match(line)
        if short and len(following) > len(line) / 2 and kind_of(line) is None and signature_start(line) is None:
            pieces[0].kind = None if is_byline(line) else SegmentKind.HEADLINE


def _by_own_words(pieces: list[_Piece]) -> None:
    for index, piece in enumerate(pieces):
        if piece.kind is None:
            piece.kind = kind_of(piece.line, last=index >= len(pieces) - END)
            if piece.kind is None and index < TOP and is_byline(piece.line) and signature_start(piece.line) is None:
                piece.kind = SegmentKind.CREDIT


def _posts(text: str, pieces: list[_Piece]) -> list[_Piece]:
    """Join each embedded post with its signature into one piece.

    Where blank lines stand between paragraphs, the post is all that stands together with its signature; elsewhere it
    is the one paragraph above.
    """
    spaced = sum(text.count("\n", a.end, b.start) > 1 for a, b in pairwise(pieces)) * 2 >= len(pieces) - 1
    joined: list[_Piece] = []
    for piece in pieces:
        signature = signature_start(piece.line) if piece.kind is None else None
        first = piece
        if signature is not None:
            piece.kind = SegmentKind.POST
        while signature == 0 and joined and _of_post(joined[-1]):
            apart = text.count("\n", joined[-1].end, first.start) > 1
            if first is not piece and apart:
                break
            first = joined.pop()
            if not spaced or apart:
                break
        if first is not piece:
            piece = _Piece(Extent(start=first.start, end=piece.end), text, SegmentKind.POST)  # noqa: PLW2901 - the joined piece takes its place
        joined.append(piece)
    return joined


def _of_post(piece: _Piece) -> bool:
    return piece.kind is None and not piece.line.endswith(":")


def _subheadings(pieces: list[_Piece]) -> None:
    """Type short lines without a full stop that stand before a paragraph."""
    for before, piece, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
        if piece.kind is None and before.kind is not SegmentKind.SUBHEADING and _heads(piece.line, after):
            piece.kind = SegmentKind.SUBHEADING


def _heads(line: str, after: _Piece) -> bool:
    words = len(line.split())
    limit = QUESTION_WORDS if line.endswith("?") else SUBHEADING_WORDS
    if words > limit or _FINAL.search(line) or _LISTED.match(line) or not any(c.isalpha() for c in line):
        return False
    return after.kind is None and len(after.line) > len(line) and _FINAL.search(after.line) is not None


def _typed(pieces: list[_Piece]) -> Iterator[Segment]:
    """Yield the segments, a dateline apart from the body of the same line."""
    for piece in pieces:
        end = dateline_end(piece.line) if piece.kind is None else None
        if end is not None:
            yield Segment(start=piece.start, end=piece.start + end, kind=SegmentKind.DATELINE)
        solid = _SOLID.search(piece.line, end or 0)
        if solid:
            yield Segment(start=piece.start + solid.start(), end=piece.end, kind=piece.kind or SegmentKind.BODY)

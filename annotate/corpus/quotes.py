"""Quotations: where each begins and ends, its marks included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from annotate.records import Extent, Segment, SegmentKind

_CLOSERS = {"“": "”", "«": "»", "„": "“”", "‘": "’", '"': '"', "'": "'", "「": "」", "『": "』", "»": "«"}
_MARK = re.compile("[\"'“”„«»‘’「」『』]")
_BEFORE_OPEN = re.compile(r"(?:^|[\s(\[{—–/…:-]|[\"“‘'«„])$")
_ELISION = re.compile(r"['‘’](?:\d0s|\d\ds?\b|(?:tis|twas|twere|em|til|cause|cos|bout|round|n)\b)", re.IGNORECASE)
_SINGLE = "'‘"

MARKS_AHEAD = 64
"""Marks within which the end of a quotation in single marks is looked for."""


def quotes(text: str, segments: Sequence[Segment]) -> tuple[Extent, ...]:
    r"""Return the outermost quotations of a text, in order.

    Straight, curly, low and angle marks are read; an apostrophe is none. A quotation that is open at the end of its
    paragraph goes on where the next segment is of the same kind and opens with the same mark; otherwise it ends with
    its paragraph. Single marks count where they are closed in their paragraph.

    >>> text = '"He left.\n"Nobody saw him," she said.'
    >>> body = [Segment(start=0, end=9, kind=SegmentKind.BODY), Segment(start=10, end=37, kind=SegmentKind.BODY)]
    >>> [extent.of(text) for extent in quotes(text, body)]
    ['"He left.\n"Nobody saw him,"']
    """
    found: list[Extent] = []
    started: int | None = None
    mark, kind = "", SegmentKind.BODY
    before = 0
    for segment in segments:
        at = segment.start
        if started is not None:
            if segment.kind is kind and text.startswith(mark, at):
                at += 1
            else:
                found.append(Extent(start=started, end=before))
                started = None
        started, mark = _read(text, at, segment.end, started, mark, found)
        before, kind = segment.end, segment.kind
    if started is not None:
        found.append(Extent(start=started, end=before))
    return tuple(found)


def _read(text: str, at: int, end: int, started: int | None, mark: str, found: list[Extent]) -> tuple[int | None, str]:
    """Add a segment's quotations to ``found``; return the start and the mark of one that is still open at its end."""
    for place in _marks(text, at, end):
        if started is None:
            if _opens(text, place, at, end):
                started, mark = place, text[place]
        elif _closes(text, place, at, end, mark):
            found.append(Extent(start=started, end=place + 1))
            started = None
    return started, mark


def _marks(text: str, start: int, end: int) -> Iterator[int]:
    return (found.start() for found in _MARK.finditer(text, start, end))


def _opens(text: str, place: int, start: int, end: int) -> bool:
    """Return whether the mark here begins a quotation."""
    mark = text[place]
    if mark not in _CLOSERS or place + 1 >= end or text[place + 1].isspace():
        # French angle marks keep a space inside
        return mark == "«" and place + 1 < end
    if mark in "“«„「『":
        return True
    if not _BEFORE_OPEN.search(text[max(start, place - 1) : place]):
        return False
    if mark in _SINGLE and (_ELISION.match(text, place, end) or not text[place + 1].isalnum()):
        return False
    if mark in _SINGLE or mark == "»":
        ahead = islice(_marks(text, place + 1, end), MARKS_AHEAD)
        return any(_closes(text, later, start, end, mark) for later in ahead)
    return True


def _closes(text: str, place: int, start: int, end: int, mark: str) -> bool:
    """Return whether the mark here ends a quotation that ``mark`` began."""
    if text[place] not in _CLOSERS[mark]:
        return False
    if mark not in "'‘\"":
        return True
    after = text[place + 1] if place + 1 < end else " "
    if after.isalnum():
        return False
    before = text[place - 1] if place > start else " "
    if before.isspace():
        return mark == '"' and not after.isalnum()
    return mark == '"' or not _possessive(text, place, end, mark)


def _possessive(text: str, place: int, end: int, mark: str) -> bool:
    """Return whether a mark after an s, with a word to follow, is an apostrophe: a likelier end comes later."""
    if text[place - 1] not in "sS" or not re.match(r"\s[^\W_]", text[place + 1 : min(place + 3, end)]):
        return False
    for later in islice(_marks(text, place + 1, end), MARKS_AHEAD):
        if text[later] == "‘":
            return False
        if text[later] in _CLOSERS[mark]:
            after = text[later + 1] if later + 1 < end else " "
            if not after.isalnum() and (text[later - 1] not in "sS" or text[later - 1] in ".,!?"):
                return True
    return False

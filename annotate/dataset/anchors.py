"""Short selectors by which labels find their place in a text again, where a release holds no text.

A selector has the extent's offsets, its first characters and the hash of the whole. Both are taken of the folded text
(white space as one space, typographic quotes and dashes as plain ones), so that a page that was only set anew still
proves equal. Words that were changed do not.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from annotate.dataset.features import NUMBER, TEXT, Features
from annotate.records import Gold

HEAD = 12
"""Longest quote in a selector, in characters."""
DIGITS = 16

_PLAIN = {
    **dict.fromkeys(range(0x2018, 0x201C), "'"),
    **dict.fromkeys((*range(0x201C, 0x2020), 0xAB, 0xBB), '"'),
    **dict.fromkeys(range(0x2010, 0x2016), "-"),
}
"""Typographic quotes and dashes, and what they are folded to: one character for one."""


class Folded:
    """A text as selectors see it, with the way back to its offsets.

    Attributes:
        text: folded.
        starts: offset in the text of each folded character.
    """

    def __init__(self, text: str) -> None:
        """Fold a text."""
        plain = text.translate(_PLAIN)
        kept, starts, blank = [], [], True
        for place, character in enumerate(plain):
            if not character.isspace():
                kept.append(character)
                starts.append(place)
                blank = False
            elif not blank:
                kept.append(" ")
                starts.append(place)
                blank = True
        self.text, self.starts = "".join(kept), starts

    def extent(self, start: int, end: int) -> tuple[int, int]:
        """Return the folded offsets of an extent of the text, white space at its ends left out."""
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        while first < last and self.text[first] == " ":
            first += 1
        while last > first and self.text[last - 1] == " ":
            last -= 1
        return first, last

    def back(self, first: int, last: int) -> tuple[int, int]:
        """Return the extent of the text that these folded offsets cover."""
        return self.starts[first], self.starts[last - 1] + 1


def digest(folded: str) -> str:
    """Return the beginning of the SHA-256 of a folded text."""
    return hashlib.sha256(folded.encode("utf-8")).hexdigest()[:DIGITS]


@dataclass(frozen=True)
class Anchor:
    """A selector: offsets in the text it was made of, length when folded, first characters and hash."""

    start: int
    end: int
    length: int
    head: str
    sha256: str

    def places(self, text: Folded) -> Iterator[tuple[int, int]]:
        """Yield the folded extents of a text that read exactly so, in its order."""
        place = text.text.find(self.head)
        while place >= 0 and self.length:
            if digest(text.text[place : place + self.length]) == self.sha256:
                yield place, place + self.length
            place = text.text.find(self.head, place + 1)


def anchors(text: str, extents: Iterable[tuple[int, int]]) -> Iterator[Anchor]:
    """Yield the selectors of these extents of a text."""
    folded = Folded(text)
    for start, end in extents:
        first, last = folded.extent(start, end)
        covered = folded.text[first:last]
        yield Anchor(start, end, last - first, covered[:HEAD], digest(covered))


class Anchors:
    """One row an item or span: its selector. Only in a release without text."""

    name = "anchors"
    row = "where an item or a span stands, by its first characters and a hash"
    rows_at_once = 50_000

    def __init__(self) -> None:
        """The columns are the same under every codebook."""
        self.features: Features = {
            "article_id": TEXT,
            **dict.fromkeys(("start", "end", "length"), NUMBER),
            **dict.fromkeys(("head", "sha256"), TEXT),
        }

    def rows(self, gold: Gold) -> Iterator[dict[str, Any]]:
        """Yield the rows of one article, in text order."""
        extents = {(one.start, one.end) for one in (*gold.sentences, *gold.spans)}
        for found in anchors(gold.article.text, sorted(extents)):
            yield {"article_id": gold.article.id, **vars(found)}


def disclosed(extents: Iterable[tuple[int, int]]) -> int:
    """Return how many characters of a text the selectors of these extents give away.

    >>> disclosed([(0, 37), (0, 4)])
    12
    """
    return len({place for start, end in extents for place in range(start, min(end, start + HEAD))})

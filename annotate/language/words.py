"""A sentence as words with their places, and which of them stand in quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec

from annotate.language.matcher import lowered
from annotate.records import Article, Extent

LONGEST = 2000
"""A longer sentence, in characters, is a list or a table: it is read for hedges, not for who says what."""

_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., a.m.
    r"|(?:[Mm]rs?|Ms|Drs?|Prof|Sir|St|Col|Gen|Lt|Sgt|Capt|Cpl|Maj|Sen|Rep|Gov|Rev|Fr|Messrs|Adm|Brig|Hon|Pres|Insp|Supt)\."
    r"|\d+(?:[.,:/]\d+)*\w*"
    r"|\w+(?:(?:[-'’&/·]|\.(?=[a-z]))\w+)*|\S"
)


class Word(msgspec.Struct, frozen=True):
    """A word or a single mark, with its place in the article's text."""

    start: int
    end: int
    text: str
    low: str

    @property
    def capital(self) -> bool:
        """Whether it is written like a name: with a capital, or in a script that has none."""
        first = self.text[0]
        return first.isupper() or (first.isalpha() and first.lower() == first.upper())

    @property
    def solid(self) -> bool:
        """Whether it is a word and no mark."""
        return self.text[0].isalnum()

    @property
    def possessive(self) -> bool:
        """Whether another word belongs to it."""
        return self.low.endswith("'s")

    @property
    def bare(self) -> str:
        """It in lower case without a possessive ending or a full stop."""
        return self.low.removesuffix("'s").rstrip(".")


class Sentence:
    """One sentence of an article, read for who says what.

    Attributes:
        text: the article's text.
        start: where it begins.
        end: where it ends.
    """

    def __init__(self, article: Article, extent: Extent, segment: int, quotes: Sequence[Extent]) -> None:
        """Take a sentence with the quotations in it; ``segment`` is where its segment begins."""
        self.text, self.start, self.end, self.segment = article.text, extent.start, extent.end, segment
        self.quotes = [quote for quote in quotes if quote.overlaps(extent)]

    @cached_property
    def words(self) -> list[Word]:
        """Its words and marks, in order; empty for one longer than `LONGEST`."""
        if self.end - self.start > LONGEST:
            return []
        return [
            Word(found.start(), found.end(), found.group(), lowered(found.group()))
            for found in _WORD.finditer(self.text, self.start, self.end)
        ]

    def at(self, place: int) -> int:
        """Return the index of the first word that ends after ``place``; the number of words where there is none."""
        return bisect_right([word.end for word in self.words], place)

    def quote_at(self, place: int) -> Extent | None:
        """Return the quotation that this place lies in, marks included; none outside of any."""
        return next((quote for quote in self.quotes if quote.start <= place < quote.end), None)


def read(article: Article, kinds: tuple[str, ...]) -> Iterator[Sentence]:
    """Yield the sentences that lie in segments of these kinds, in text order."""
    starts = [segment.start for segment in article.segments]
    opens = [quote.start for quote in article.quotes]
    for extent in article.read_sentences(kinds):
        first, last = max(bisect_right(opens, extent.start) - 1, 0), bisect_left(opens, extent.end)
        yield Sentence(article, extent, starts[bisect_right(starts, extent.start) - 1], article.quotes[first:last])

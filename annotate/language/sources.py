"""The sources of an article as spans, and which of them each attribution and each claim has."""

from __future__ import annotations

import re
from bisect import bisect_right

from annotate.corpus.rules import signature_start
from annotate.language.attributions import Attribution
from annotate.language.chains import Relayed
from annotate.language.claims import Claim
from annotate.language.patterns import Patterns
from annotate.language.reading import Reading, ReadSentence
from annotate.records import SegmentKind, Span

LAYER = "source"

_SIGNED = re.compile(r"(?:[—–―]|--)\s?(?P<name>[^\n]*?\S)\s*\(@")


class Sources:
    """The source spans of one article, disjoint and in text order.

    Attributes:
        spans: the sources.
    """

    def __init__(self, reading: Reading, relayed: list[list[Relayed]], patterns: Patterns) -> None:
        """Collect them: beside attributions, behind relay phrases, and under posts."""
        self._reading, self._prior = reading, patterns.prior
        self.spans: list[Span] = []
        self._kinds: list[str] = []
        self._signatures: dict[int, Span] = {}
        for one, links in zip(reading.sentences, relayed, strict=True):
            places = {link.to: 0 for link in links}
            places |= {found.source: found.apart for found in speaking(one) if found.source}
            for (start, end), apart in sorted(places.items()):
                self._add(start, end, one, apart=bool(apart))
        for start in dict.fromkeys(one.sentence.segment for one in reading.sentences if one.kind is SegmentKind.POST):
            self._sign(start)
        self.spans.sort(key=lambda span: span.start)
        self._starts = [span.start for span in self.spans]

    def _add(self, start: int, end: int, one: ReadSentence, *, apart: bool) -> None:
        if self.spans and start < self.spans[-1].end:
            return
        words = [word for word in one.sentence.words if start <= word.start < end]
        kind, guessed = self._reading.naming.kind(words, self._kinds)
        rule = "source_guessed" if guessed else "source_apart" if apart else "source_beside"
        self._kinds.append(kind)
        self.spans.append(self._span(start, end, kind, rule))

    def _sign(self, segment: int) -> None:
        """Add the name under a post."""
        text = self._reading.article.text
        end = next(part.end for part in self._reading.article.segments if part.start == segment)
        line = text.rfind("\n", segment, end) + 1 or segment
        start = signature_start(text[line:end])
        found = _SIGNED.match(text, line + start, end) if start is not None else None
        if found:
            at, stop = found.span("name")
            if not any(span.start < stop and at < span.end for span in self.spans):
                self._signatures[segment] = self._span(at, stop, "person", "source_apart")
                self.spans.append(self._signatures[segment])

    def _span(self, start: int, end: int, kind: str, rule: str) -> Span:
        text = self._reading.article.text[start:end]
        return Span(id=f"s{start}", layer=LAYER, label=kind, start=start, end=end, text=text, score=self._prior[rule])

    def index(self, place: int) -> int:
        """Return the index of the last source that begins at or before this place; -1 where there is none."""
        return bisect_right(self._starts, place) - 1

    def at(self, place: int) -> Span | None:
        """Return the source that covers this place of the text."""
        index = self.index(place)
        return self.spans[index] if index >= 0 and place < self.spans[index].end else None

    def of(self, found: Attribution, one: ReadSentence) -> Span | None:
        """Return the source of an attribution; of the one before it where it shares that; none where it has none."""
        if found.source:
            return self.at(found.source[0])
        if found.again:
            earlier = [other for other in one.attributions if other.start < found.start and other.source]
            return self.at(earlier[-1].source[0]) if earlier and earlier[-1].source else None
        return None

    def behind(self, claim: Claim) -> Span | None:
        """Return the source that a claim is attributed to; none in the outlet's own voice."""
        one = self._reading.sentences[claim.sentence]
        found = self._reading.attribution(claim)
        if found is not None:
            return self.of(found, one) if found.name != "deny" else None
        if one.kind is SegmentKind.POST:
            return self._signatures.get(one.sentence.segment)
        return self._carried(claim, one) if claim.quoted else None

    def _carried(self, claim: Claim, one: ReadSentence) -> Span | None:
        """Return the speaker of a quotation, named in one of its other sentences or last before it in the paragraph."""
        quote = one.sentence.quote_at(claim.start)
        if quote is None:
            return None
        near = [
            (abs(other.sentence.start - claim.start), found.source[0])
            for other in self._reading.sentences[max(claim.sentence - 9, 0) : claim.sentence + 10]
            if other.sentence.start < quote.end and quote.start < other.sentence.end
            for found in speaking(other)
            if found.source and not quote.start <= found.source[0] < quote.end
        ]
        if near:
            return self.at(min(near)[1])
        last = bisect_right(self._starts, quote.start) - 1
        return self.spans[last] if last >= 0 and self.spans[last].start >= one.sentence.segment else None


def speaking(one: ReadSentence) -> list[Attribution]:
    """Return the attributions of a sentence whose source says something: not those of proposals and promises alone."""
    shared = [n for n, found in enumerate(one.attributions) if found.again]
    return [
        found
        for n, found in enumerate(one.attributions)
        if found.name != "act" or any(other == n + 1 for other in shared)
    ]

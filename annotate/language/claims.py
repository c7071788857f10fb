"""What an article claims: the extent of each statement, and the attribution it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from annotate.language.attributions import Attribution, Side
from annotate.language.clauses import clauses, dependent, trimmed
from annotate.language.modality import Modality
from annotate.language.patterns import Patterns
from annotate.language.words import Sentence
from annotate.records import Span

SHORTEST = 2
"""Fewest words of a claim."""
OPEN = frozenset(["explicitly_unverified", "investigation"])
"""Hedges that speak of a statement instead of making one: the words around them claim nothing."""

_SUBORDINATE = re.compile(r"(?:as|when|while|after|before|once|until|although|though|because)\b[^,]*$", re.IGNORECASE)
_VERB_FIRST = re.compile(r"(?:is|are|was|were|has|have|had|did|does)\b")
_CLOSED = ",—–"
_QUOTED = '"”’»'
_OPENED = ':"“'
_ASKS = frozenset(["how", "what", "why", "who", "when", "where"])
_INDIRECT = frozenset(["how", "why", "who", "whether", "if"])
_CONTINUES = frozenset(["and", "but", "while"])
_NOMINAL = frozenset(["confirm", "deny"])


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A statement ``[start, end)`` with the attribution that it stands under, none in the outlet's own voice.

    Attributes:
        sentence: index of its sentence among the read ones.
        under: index of its attribution in the sentence.
        quoted: it stands in a quotation whose speaker another sentence names.
    """

    start: int
    end: int
    sentence: int
    under: int | None = None
    quoted: bool = False


class Claiming:
    """Finds the claims of one sentence."""

    def __init__(
        self,
        sentence: Sentence,
        found: Sequence[Attribution],
        modality: Modality,
        hedges: Sequence[Span],
        patterns: Patterns,
    ) -> None:
        """Take a sentence with its attributions and hedges."""
        self._sentence, self._found, self._modality, self._patterns = sentence, found, modality, patterns
        hits = list(patterns.status.find(sentence.text, sentence.start, sentence.end))
        self._denials = [hit.start for hit in hits if "denied" in hit.names]
        self._pointing = [hit.start for hit in hits if hit.names & {"denied", "corroborated"}]
        self._open = [hedge.start for hedge in hedges if hedge.label in OPEN]

    def claims(self, index: int) -> list[Claim]:
        """Return the claims in text order; ``index`` is the sentence's place among the read ones."""
        sentence = self._sentence
        if (
            not sentence.words
            or sentence.words[0].low in _ASKS
            or self._modality.requests()
            or sentence.text[sentence.start : sentence.end].rstrip("\"”’') ").endswith("?")
        ):
            return []
        made = []
        for start, end, under in self._stretches():
            found = None if under is None else self._found[under]
            if found is not None and (found.name == "act" or self._modality.weighs(found.start, found.end)):
                continue
            for first, last in self._statements(start, end, under):
                quote = sentence.quote_at(first)
                quoted = under is None and quote is not None and quote.end >= last
                made.append(Claim(start=first, end=last, sentence=index, under=under, quoted=quoted))
        return made

    def _stretches(self) -> Iterator[tuple[int, int, int | None]]:
        """Yield the stretches that an attribution leaves, with the attribution each stands under."""
        order = sorted(range(len(self._found)), key=lambda n: (self._found[n].start, -self._found[n].end))
        edges: list[tuple[int, int, int]] = []
        for n in order:
            one = self._found[n]
            if edges and one.start < edges[-1][1]:
                outer = edges[-1]
                edges[-1] = (
                    outer[0],
                    max(outer[1], one.end),
                    n if self._found[outer[2]].name == "phrase" else outer[2],
                )
            else:
                edges.append((one.start, one.end, n))
        place = self._sentence.start
        left: int | None = None
        rest: list[tuple[int, int, int | None]] = [*edges, (self._sentence.end, self._sentence.end, None)]
        for begins, stops, m in rest:
            if place < begins:
                owner = self._owner(place, begins, left, m)
                if owner is not False:
                    yield place, begins, owner
            place, left = stops, m

    def _owner(self, start: int, end: int, left: int | None, right: int | None) -> int | bool | None:
        """Return the attribution that a stretch stands under, none for the outlet's own voice, False for no statement."""
        piece = self._sentence.text[start:end]
        if left is not None and self._found[left].side is Side.AFTER:
            return left
        if right is not None and self._found[right].side is Side.BEFORE:
            return right
        words = piece.replace(",", " ").split()
        if left is not None:
            goes_on = words and words[0].lower() in _CONTINUES and self._modality.first_verb(start, end) is not None
            return left if goes_on or self._reopens(start, end) else False
        if right is None:
            return None
        if piece.rstrip()[-1:] in _QUOTED or (
            piece.rstrip()[-1:] == "," and self._sentence.text[self._found[right].end - 1] in _OPENED
        ):
            return right
        ends = piece.rstrip()[-1:] in _CLOSED and not dependent(piece)
        return None if ends or (words and words[-1].lower() in _CONTINUES) else False

    def _reopens(self, start: int, end: int) -> bool:
        """Return whether a quotation begins in the first marks of the stretch: *"…," it said, "…"*."""
        return any(
            start <= q.start < end and not self._sentence.text[start : q.start].strip(" ,.:;—–")
            for q in self._sentence.quotes
        )

    def _statements(self, start: int, end: int, under: int | None) -> Iterator[tuple[int, int]]:
        openers = self._patterns.words("opener")
        leads = any(one.start == end for one in self._found)
        nominal = under is not None and self._nominal(self._found[under], start, end)
        if (
            under is not None
            and not nominal
            and self._found[under].name in _NOMINAL
            and not self._found[under].introduced
        ):
            return
        for first, last in clauses(self._sentence, start, end, self._modality, openers):
            first = trimmed(self._sentence.text, self._modality.carried(first, last), last, openers)[0]  # noqa: PLW2901 - the booster is left out
            if len(self._sentence.text[first:last].split()) < SHORTEST or any(first <= at < last for at in self._open):
                continue
            if self._sentence.text[first:last].split()[0].lower() in _INDIRECT:
                continue
            if _SUBORDINATE.match(self._sentence.text[first:last]) or _VERB_FIRST.match(
                self._sentence.text[first:last]
            ):
                continue
            if under is None and any(first <= at < last for at in self._denials):
                continue
            if leads and under is not None and self._found[under].name in _NOMINAL:
                continue
            if self._modality.states(first, last) or nominal or self._perfect(start, first):
                yield self._figures(first, last), last

    def _nominal(self, found: Attribution, start: int, end: int) -> bool:
        """Return whether the attribution takes a noun for its statement: *confirmed the breach*, *denied having …*."""
        if found.name not in _NOMINAL or found.introduced:
            return False
        if any(found.start <= place < found.end for place in self._pointing):
            return False
        return found.name == "confirm" or self._sentence.text[start:end].split()[0].endswith("ing")

    def _perfect(self, start: int, first: int) -> bool:
        """Return whether *to have* was left out before the statement."""
        return self._sentence.text[start:first].split()[-2:-1] == ["to"]

    def _figures(self, first: int, last: int) -> int:
        """Return where the quotation begins that a bare lead-in such as *This includes* only presents."""
        words = [word for word in self._sentence.words if first <= word.start < last][:3]
        if words and words[0].low in {"this", "that", "it", "these", "they"}:
            for quote in self._sentence.quotes:
                led = self._sentence.text[first : quote.start].split()
                if first < quote.start and last <= quote.end and len(led) <= len(words) - 1:
                    return quote.start + 1
        return first

"""Who says what in a sentence: each verb or phrase of attribution with its source and the side its statement is on."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from annotate.language.introductions import AFTERWARDS, CLOSED, OPENING, Introductions
from annotate.language.matcher import Hit
from annotate.language.modality import Modality, passive
from annotate.language.naming import Naming
from annotate.language.patterns import Patterns
from annotate.language.phrases import NounPhrase, Phrases
from annotate.language.words import Sentence

ORDER = ("phrase", "deny", "confirm", "act", "distance", "say", "find")
"""Which name counts where a verb has several."""
_PARTICIPLE = re.compile(r"ing$")
_NOUNED = frozenset(["of", "for", "to", "'s"])
_PREPOSITIONS = frozenset(["on", "in", "at", "by", "near", "under", "inside", "with", "among", "from"])
_SPEAKING = frozenset(["say", "distance"])
_HEARD = frozenset(["told", "tells", "tell"])


class Side(StrEnum):
    """Where the statement stands that an attribution belongs to."""

    BEFORE = "before"
    AFTER = "after"


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """An attribution ``[start, end)``: source, verb and the word that introduces the statement.

    Attributes:
        name: say, distance, find, confirm, deny, act or phrase.
        source: offsets of the source; none where the text leaves it out.
        apart: words stand between the source and its verb.
        again: the source is the one of the attribution before it in the sentence.
        introduced: *that*, a colon or a quotation introduces the statement.
    """

    name: str
    start: int
    end: int
    side: Side
    source: tuple[int, int] | None = None
    apart: bool = False
    again: bool = False
    introduced: bool = False


class Attributing:
    """Finds the attributions of one sentence."""

    def __init__(self, sentence: Sentence, modality: Modality, naming: Naming, patterns: Patterns) -> None:
        """Take a sentence."""
        self._sentence, self._modality, self._naming, self._patterns = sentence, modality, naming, patterns
        self._words = sentence.words
        self._phrases = Phrases(self._words, patterns)
        self._introductions = Introductions(sentence, modality, self._phrases, patterns)

    def found(self) -> list[Attribution]:
        """Return the attributions, in the order of their verbs."""
        made: list[Attribution] = []
        if not self._words:
            return made
        for hit in self._patterns.attribution.find(self._sentence.text, self._sentence.start, self._sentence.end):
            name = next(name for name in ORDER if name in hit.names)
            first, last = self._sentence.at(hit.start), self._sentence.at(hit.end - 1)
            one = self._phrase(first, last) if name == "phrase" else self._verb(hit, name, first, last, made)
            if one is not None and not (made and one.start < made[-1].end and one.end <= made[-1].end):
                made.append(one)
        return made

    def _phrase(self, first: int, last: int) -> Attribution | None:
        if self._sentence.quote_at(self._words[first].start):
            return None
        phrase = self._phrases.after(last + 1)
        opens = not any(word.solid and word.low not in self._patterns.words("opener") for word in self._words[:first])
        return self._made(
            "phrase", first, phrase.last if phrase else last + 1, phrase, Side.AFTER if opens else Side.BEFORE
        )

    def _verb(self, hit: Hit, name: str, first: int, last: int, made: list[Attribution]) -> Attribution | None:
        """Return the attribution of a verb; none where it is a noun, tells nothing, or has no source that counts."""
        if not self._is_verb(hit, first, last):
            return None
        verb = self._words[first].low
        quoted = self._sentence.quote_at(hit.start) is not None
        inverted = self._inverted(first, last) if hit.names & _SPEAKING and not quoted and verb not in _HEARD else None
        if inverted:
            return self._made(name, first, inverted.last, inverted, Side.BEFORE)
        if passive(self._before(first)) and not _PARTICIPLE.search(verb):
            return self._told(name, first, last) if verb == "told" and not quoted else None
        return self._direct(hit, name, (first, last), made)

    def _direct(self, hit: Hit, name: str, verb: tuple[int, int], made: list[Attribution]) -> Attribution | None:
        """Return the attribution of a verb whose source stands before it, or is the one of the verb before."""
        first, last = verb
        end, introduced = self._introductions.introduced(last + 1)
        low, quoted = self._words[first].low, self._sentence.quote_at(hit.start) is not None
        if made and not quoted and self._again(first, low) and (introduced or low not in {"adding", "saying"}):
            return self._made(name, first, end, None, Side.AFTER, again=True, introduced=introduced)
        phrase = None if _PARTICIPLE.search(low) else self._subject(hit, first)
        if phrase is None or not (introduced or self._takes(hit, phrase)):
            return None
        start = phrase.first if phrase.opens is None else phrase.opens
        if not introduced and self._introductions.trails(start, end):
            return self._made(name, start, last + 1, phrase, Side.BEFORE)
        if not introduced and not any(word.solid for word in self._words[end:]):
            return None
        return self._made(name, start, end, phrase, Side.AFTER, introduced=introduced)

    def _is_verb(self, hit: Hit, first: int, last: int) -> bool:
        """Return whether the word is a verb here, and one that takes a statement."""
        before = self._words[first - 1] if first else None
        following = self._words[last + 1].low if last + 1 < len(self._words) else "."
        if before is not None and (before.possessive or before.low in self._patterns.words("determiner") | _NOUNED):
            return False
        if (hit.names <= {"find", "object"} and following in _PREPOSITIONS) or (self._words[first].capital and first):
            return False
        return not (self._words[first].low.startswith("believ") and following == "in")

    def _subject(self, hit: Hit, first: int) -> NounPhrase | None:
        """Return the source before its verb; inside a quotation only one that counts there."""
        quote = self._sentence.quote_at(hit.start)
        phrase = self._phrases.before(first)
        if quote is None:
            return phrase or (self._phrases.guessed(first) if hit.names & _SPEAKING else None)
        return phrase if phrase is not None and self._quotable(phrase, quote.start, hit) else None

    def _takes(self, hit: Hit, phrase: NounPhrase) -> bool:
        """Return whether the verb takes a statement that nothing introduces: *found* only of a document, with a verb."""
        if "object" in hit.names:
            return False
        found = hit.names <= {"find"}
        verb = self._modality.first_verb(hit.end, self._sentence.end)
        return not found or (self._kind(phrase) == "document" and verb is not None)

    def _before(self, first: int) -> str:
        return " ".join(word.low for word in self._words[max(first - 4, 0) : first])

    def _told(self, name: str, first: int, last: int) -> Attribution:
        """Return the attribution of *the court was told*, whose source the text leaves out."""
        hearer = self._phrases.before(first)
        start = hearer.first if hearer else first
        end, introduced = self._introductions.introduced(last + 1)
        side = Side.BEFORE if not introduced and self._introductions.trails(start, end) else Side.AFTER
        return self._made(name, start, end, None, side, introduced=introduced)

    def _again(self, first: int, verb: str) -> bool:
        """Return whether the verb shares the source of the one before it: *…, stating that*, *… and noted that*."""
        before = self._words[first - 1].low if first else ""
        return (before == "," and _PARTICIPLE.search(verb) is not None) or before in {"and", "but"}

    def _kind(self, phrase: NounPhrase) -> str:
        return self._naming.kind(self._words[phrase.first : phrase.last], ())[0]

    def _quotable(self, phrase: NounPhrase, quote_start: int, hit: Hit) -> bool:
        """Return whether a verb inside a quotation has a source that counts: one outside, or a document that finds."""
        outside = self._words[phrase.first].start < quote_start
        return outside or (hit.names == {"find"} and self._kind(phrase) == "document")

    def _inverted(self, first: int, last: int) -> NounPhrase | None:
        """Return the source that follows its verb: *…, said the minister*."""
        if first and self._words[first - 1].text not in CLOSED:
            return None
        phrase = self._phrases.after(last + 1)
        if phrase is None or self._words[phrase.first].low in {"it", "i"}:
            return None
        following = self._words[phrase.last].low if phrase.last < len(self._words) else "."
        ends = not following[0].isalnum() or following in AFTERWARDS or following in {"who", "of", "and"}
        return phrase if ends and following not in OPENING else None

    def _made(
        self,
        name: str,
        first: int,
        last: int,
        phrase: NounPhrase | None,
        side: Side,
        *,
        again: bool = False,
        introduced: bool = False,
    ) -> Attribution:
        source = (self._words[phrase.first].start, self._words[phrase.last - 1].end) if phrase else None
        return Attribution(
            name=name,
            start=self._words[first].start,
            end=self._words[last - 1].end,
            side=side,
            source=source,
            apart=phrase.apart if phrase else False,
            again=again,
            introduced=introduced,
        )

"""Who passes on whom: the sources behind the speakers of a sentence."""

from __future__ import annotations

import msgspec

from annotate.language.attributions import Attribution, Side
from annotate.language.patterns import Patterns
from annotate.language.phrases import Phrases
from annotate.language.reading import ReadSentence

_PASSING = frozenset(["say", "distance", "phrase", "confirm"])
_FROM = frozenset(["from", "by", "of", "in"])

Place = tuple[int, int]
"""Offsets of a source."""


class Relayed(msgspec.Struct, frozen=True):
    """The source at ``speaker`` has it from the one at ``to``."""

    speaker: Place
    to: Place


class Chains:
    """Finds the relays of one sentence."""

    def __init__(self, one: ReadSentence, patterns: Patterns) -> None:
        """Take a sentence."""
        self._one, self._patterns = one, patterns
        self._sentence = one.sentence
        self._named = [found for found in one.attributions if found.source]
        self._pronouns = patterns.words("pronoun")

    def relayed(self) -> list[Relayed]:
        """Return the relays: by a relay phrase, by a reporter of the speaker, by a statement that names its source."""
        if not self._sentence.words or not self._named:
            return []
        cited = self._cited()
        links = [*cited, *self._reported(), *self._inside(cited)]
        return list(dict.fromkeys(link for link in links if link.speaker != link.to))

    def _cited(self) -> list[Relayed]:
        """Return the relays of *Boe said, citing the bureau*."""
        sentence, words, made = self._sentence, self._sentence.words, []
        phrases = Phrases(words, self._patterns)
        for hit in self._patterns.relay.find(sentence.text, sentence.start, sentence.end):
            if sentence.quote_at(hit.start):
                continue
            index = sentence.at(hit.end - 1) + 1
            start = words[index].start if index < len(words) else sentence.end
            through = next(self._patterns.through.find(sentence.text, start, sentence.end), None)
            phrase = None
            if through is not None and through.start == start:
                after = sentence.at(through.end - 1) + 1
                if after < len(words) and words[after].low in _FROM:
                    phrase = phrases.after(after + 1)
            phrase = phrase or phrases.after(index)
            speaker = self._speaker(hit.start)
            if phrase is not None and speaker is not None and words[phrase.first].low not in self._pronouns:
                made.append(Relayed(speaker, (words[phrase.first].start, words[phrase.last - 1].end)))
        return made

    def _speaker(self, place: int) -> Place | None:
        """Return the source named last before a place, or else the first one after it."""
        before = [found for found in self._named if found.source and found.source[1] <= place]
        return (before[-1] if before else self._named[0]).source

    def _reported(self) -> list[Relayed]:
        """Return the relays of *the bureau, as per the agency, said*: the one after *as per* passes the speaker on."""
        return [
            Relayed(found.source, other.source)
            for found in self._named
            if found.name == "phrase"
            for other in self._named
            if other.name != "phrase" and found.source and other.source and other.start <= found.start < other.end
        ]

    def _inside(self, cited: list[Relayed]) -> list[Relayed]:
        """Return the relays of *letters show this, the minister said*: the speaker's statement names its own source."""
        made = []
        for outer in self._named:
            inner = [found for found in self._named if found is not outer and self._within(found, outer)]
            if not inner or outer.source is None or outer.name not in _PASSING:
                continue
            first = min(inner, key=lambda found: abs(found.start - outer.start))
            behind = [link.to for link in cited if link.speaker == outer.source]
            speaker = behind[0] if behind else outer.source
            if (
                first.source is not None
                and self._sentence.words[self._sentence.at(first.source[0])].low not in self._pronouns
            ):
                made.append(Relayed(speaker, first.source))
        return made

    def _within(self, inner: Attribution, outer: Attribution) -> bool:
        if (
            inner.name not in {"say", "find", "distance"}
            or outer.name == "confirm"
            or (inner.end > outer.start and inner.start < outer.end)
        ):
            return False
        if outer.side is Side.BEFORE:
            return inner.side is Side.AFTER and inner.start < outer.start
        gap = self._sentence.text[outer.end : inner.start]
        return (
            inner.start >= outer.end
            and not any(mark in gap for mark in ",;")
            and " and " not in gap
            and " but " not in gap
        )

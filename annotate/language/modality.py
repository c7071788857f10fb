"""Which stretches of a sentence state that something is or was so, and which only foresee, weigh, ask or wish it."""

from __future__ import annotations

import re
from itertools import pairwise

from annotate.language.patterns import Patterns
from annotate.language.words import Sentence

_RELATIVE = re.compile(
    r"\b(?:who|which|whom|whose|where|when|because|after|before|since|until|although|though|while|as|that)\b[^,;]*",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"(?:will|shall|would|'ll|'d|won't|wouldn't|should|shouldn't|must|can|could|may|might|can't|cannot)$"
)
_BE = frozenset(["am", "is", "are", "was", "were", "be", "been", "being"])
_ADVERBS = frozenset(["also", "now", "then", "still", "not", "never", "already", "once", "later", "even"])
_REQUEST = re.compile(r"[\"“‘\s]*(?:please|don't|do not|let's|let us|never mind|make sure)\b", re.IGNORECASE)

DEMONSTRATIVES = frozenset(
    [
        "this",
        "that",
        "these",
        "those",
        "some",
        "many",
        "most",
        "other",
        "others",
        "all",
        "both",
        "each",
        "few",
        "one",
        "another",
    ]
)
"""Determiners that also stand alone, before a verb."""


class Modality:
    """The verbs and the moods of one sentence."""

    def __init__(self, sentence: Sentence, patterns: Patterns) -> None:
        """Find them."""
        self._sentence, self._text = sentence, sentence.text
        self.verbs: list[int] = []
        self.moods: list[tuple[int, int, frozenset[str]]] = []
        self._determiners = patterns.words("determiner") - DEMONSTRATIVES
        if not sentence.words:
            return
        self._past()
        for hit in patterns.statement.find(sentence.text, sentence.start, sentence.end):
            if hit.names & {"finite"} and self._finite(hit.start, hit.end):
                self.verbs.append(hit.start)
            if moods := hit.names - {"finite", "opener", "perfect"}:
                self.moods.append((hit.start, hit.end, moods))
            if hit.names & {"perfect"}:
                self.verbs.append(hit.start)
        self.verbs = sorted(set(self.verbs))

    def _past(self) -> None:
        """Add words in -ed that follow a noun or an adverb, as a past tense does."""
        words = self._sentence.words
        for before, word in pairwise(words):
            led = before.solid and before.low not in self._determiners and not before.possessive
            if word.low.endswith("ed") and len(word.low) > len("need") and led and not word.capital:
                self.verbs.append(word.start)

    def _finite(self, start: int, end: int) -> bool:
        word = self._text[start:end]
        at = self._sentence.at(start)
        before = self._sentence.words[at - 1].low if at else ""
        leads = before in self._determiners or before in {"to", "of", "for"} or before.endswith("'s")
        return not (word.lower().endswith("ing") or leads or (word[0].isupper() and at > 0))

    def first_verb(self, start: int, end: int) -> int | None:
        """Return where the first verb in the stretch stands, in any mood; none where it has none."""
        places = [place for place in self.verbs if start <= place < end]
        places += [place for place, _, moods in self.moods if start <= place < end and moods & {"future", "possible"}]
        return min(places, default=None)

    def carried(self, start: int, end: int) -> int:
        """Return where the statement begins that a booster carries, as in *no doubt that*; ``start`` where none does."""
        return max(
            (stop for place, stop, moods in self.moods if "carrier" in moods and start <= place < end), default=start
        )

    def weighs(self, start: int, end: int) -> bool:
        """Return whether the stretch holds a word of opinion."""
        return any("opinion" in moods and start < stop and place < end for place, stop, moods in self.moods)

    def requests(self) -> bool:
        """Return whether the sentence asks for something."""
        return _REQUEST.match(self._text, self._sentence.start, self._sentence.end) is not None

    def states(self, start: int, end: int) -> bool:
        """Return whether the stretch states that something is or was so."""
        piece = self._text[start:end]
        if self.first_verb(start, end) is None or _REQUEST.match(piece) or piece.rstrip("\"”’') ").endswith("?"):
            return False
        for main in ([*self._main(start, end)], [(start, end)]):
            inside = [(a, b, moods) for a, b, moods in self.moods if any(s <= a < e for s, e in main)]
            verbs = [v for v in self.verbs if any(s <= v < e for s, e in main)]
            if inside or verbs:
                return self._told(inside, verbs, start)
        return False

    def _main(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the stretch without its subordinate clauses."""
        edges, place = [], start
        for found in _RELATIVE.finditer(self._text, start, end):
            edges.append((place, found.start()))
            place = found.end()
        return [*edges, (place, end)]

    def _told(self, moods: list[tuple[int, int, frozenset[str]]], verbs: list[int], start: int) -> bool:
        for place, stop, names in moods:
            if names & {"opinion"} or (names & {"conditional"} and place - start <= len("even if")):
                return False
            if names & {"future", "possible"}:
                modal = _MODAL.search(self._text[place:stop].lower()) is not None
                if not modal or not any(verb < place for verb in verbs):
                    return False
        return bool(verbs)


def passive(text: str) -> bool:
    """Return whether a form of *be* ends the text, adverbs aside.

    >>> passive("the four were quickly"), passive("the minister is also"), passive("the minister")
    (True, True, False)
    """
    words = [word for word in text.lower().split() if not (word.endswith("ly") or word in _ADVERBS)]
    return bool(words) and words[-1] in _BE

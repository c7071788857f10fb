"""How a statement and its attribution stand to one another: introduced by a word, or told before it."""

from __future__ import annotations

from annotate.language.modality import Modality
from annotate.language.patterns import Patterns
from annotate.language.phrases import Phrases
from annotate.language.words import Sentence

AHEAD = 10
"""Most words between a verb and the *that*, the colon or the quotation of its statement."""
CLOSED = ',—–"”’»'
"""Marks that may stand between a statement and the attribution behind it."""
OPENING = '"“‘«„'
"""Marks that open a quotation."""
AFTERWARDS = frozenset(
    "after in on at during by before when as while from through via to yesterday earlier later late".split()  # noqa: SIM905 - reads better than a list
)
"""Words that begin a circumstance behind an attribution."""


class Introductions:
    """The surroundings of the attributions of one sentence."""

    def __init__(self, sentence: Sentence, modality: Modality, phrases: Phrases, patterns: Patterns) -> None:
        """Take a sentence."""
        self._sentence, self._modality, self._phrases, self._patterns = sentence, modality, phrases, patterns
        self._words = sentence.words

    def introduced(self, index: int) -> tuple[int, bool]:
        """Return the index after the words that introduce the statement, and whether there are any."""
        for place in range(index, min(index + AHEAD, len(self._words))):
            word = self._words[place]
            if (word.low == "that" and not self._relative(place)) or word.text == ":":
                return place + 1, True
            if word.text in OPENING and self._opens(word.start):
                return (place, True) if place - index < AHEAD // 2 else (index, False)
            if (
                word.text in ",;.—–)"
                or (place > index and word.start in self._modality.verbs)
                or (word.low in {"and", "but", "if", "who"})
            ):
                break
        hearer = self._phrases.after(index) if self._words[index - 1].low in {"told", "tells", "tell"} else None
        return (hearer.last if hearer else index), False

    def _relative(self, place: int) -> bool:
        """Return whether *that* stands for a noun: a verb follows at once, as in *a statement that named them*."""
        after = self._words[place + 1 : place + 2]
        return (
            bool(after) and after[0].low not in self._patterns.words("stop") and after[0].start in self._modality.verbs
        )

    def _opens(self, place: int) -> bool:
        return any(quote.start == place for quote in self._sentence.quotes)

    def trails(self, start: int, end: int) -> bool:
        """Return whether a statement stands before ``start`` and nothing but circumstances after ``end``."""
        if not start:
            return False
        last = self._words[start - 1]
        begins, ends = self._sentence.start, last.end
        if last.text not in CLOSED or self._modality.first_verb(begins, ends) is None:
            return False
        following = self._words[end].low if end < len(self._words) else "."
        return (
            not following[0].isalnum() or following in AFTERWARDS | self._patterns.words("calendar") or self._short(end)
        )

    def _short(self, end: int) -> bool:
        return self._modality.first_verb(self._words[end].start, self._sentence.end) is None

"""What kind of source a phrase names, by the phrase itself and by what the rest of the article knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from annotate.language.patterns import Patterns
from annotate.language.words import Sentence, Word

_TITLED = re.compile(r"(?:(?:[^\W\d_]\.)+|(?:Mc|Mac|O['’]|D['’])?[^\W\d_][^\WA-Z\d_]*(?:[-'’]\w+)*)")
PEOPLE = ("he", "she", "i")
LONGEST_NAME = 4
"""Most words of a person's name."""


class Naming:
    """Who is who in one article.

    Attributes:
        people: words of the names that belong to people.
        roles: nouns that stand before a person's name, as *minister* in *minister Boe*.
    """

    def __init__(self, sentences: Iterable[Sentence], patterns: Patterns) -> None:
        """Read the names of an article."""
        self._patterns = patterns
        self.people: set[str] = set()
        self.roles: set[str] = set()
        for sentence in sentences:
            self._read(sentence.words)

    def _read(self, words: Sequence[Word]) -> None:
        place = 0
        while place < len(words):
            stop = place
            while stop < len(words) and self.is_name(words[stop]):
                stop += 1
            if stop == place:
                place += 1
                continue
            run = [word for word in words[place:stop] if self._patterns.kind(word.bare) != "person"]
            roles = [
                word.bare for word in words[max(place - 2, 0) : stop] if self._patterns.kind(word.bare) == "person"
            ]
            led = bool(roles) and self._leads(words, place, stop)
            if run and len(run) <= LONGEST_NAME and not self._body(run) and (led or self._full(run)):
                self.people.update(
                    word.bare for word in (run if not led else run[-2:]) if word.text.upper() != word.text
                )
                self.roles.update(roles if led else ())
            place = stop

    def _leads(self, words: Sequence[Word], place: int, stop: int) -> bool:
        """Return whether a role stands right before the last name of the run, or inside it."""
        inside = [at for at in range(place, stop) if self._patterns.kind(words[at].bare) == "person"]
        if inside:
            return inside[-1] < stop - 1
        before = words[place - 1] if place else None
        return before is not None and self._patterns.kind(before.bare) == "person" and not before.possessive

    def is_name(self, word: Word) -> bool:
        """Return whether a word is written like a name."""
        return (
            word.capital
            and word.bare not in self._patterns.words("calendar")
            and word.low not in self._patterns.words("stop")
        )

    def _body(self, run: Sequence[Word]) -> bool:
        """Return whether a run of names is a body's or a place's."""
        return (
            any(self._patterns.kind(word.bare) in {"organisation", "document", "collective"} for word in run)
            or run[-1].bare in self._patterns.words("body")
            or run[0].bare in self._patterns.words("place")
            or any(word.possessive for word in run[:-1])
        )

    @staticmethod
    def _full(run: Sequence[Word]) -> bool:
        """Return whether a run looks like a first and a last name."""
        return 1 < len(run) < LONGEST_NAME and all(_TITLED.fullmatch(word.text) for word in run)

    def kind(self, words: Sequence[Word], before: Sequence[str]) -> tuple[str, bool]:
        """Return the kind of source these words name, and whether it is guessed.

        Args:
            words: the phrase.
            before: kinds of the sources named so far, in text order.
        """
        if len(words) == 1 and words[0].low in self._patterns.words("pronoun"):
            return _of_pronoun(words[0].low, before)
        head = self._head(words)
        names = [word for word in head if self.is_name(word) and self._patterns.kind(word.bare) is None]
        nouns = [found for word in head if (found := self._patterns.kind(word.bare))]
        if nouns and nouns[-1] != "person" and "person" not in nouns:
            return nouns[-1], False
        if names:
            return self._of_name(head, names, person="person" in nouns)
        if "person" in nouns:
            definite = words[0].low in self._patterns.words("definite") and "person" in before
            named = definite or any(word.bare in self.roles for word in head)
            return ("person" if named else "unnamed"), False
        return ("unnamed" if words[0].low in self._patterns.words("determiner") else "organisation"), True

    def _of_name(self, head: Sequence[Word], names: Sequence[Word], *, person: bool) -> tuple[str, bool]:
        if self._patterns.kind(head[-1].bare) == "person" and head[-1].capital:
            return "organisation", True  # *Casteldoro General* is no general
        if person or names[-1].bare in self.people:
            return "person", False
        return "organisation", len(names) > 1

    def _head(self, words: Sequence[Word]) -> Sequence[Word]:
        """Return the words up to the first preposition, without what a possessive belongs to."""
        joins = self._patterns.words("join")
        stop = next((n for n, word in enumerate(words) if n and word.low in joins), len(words))
        start = max((n + 1 for n, word in enumerate(words[:stop]) if word.possessive), default=0)
        return words[start:stop] or words


def _of_pronoun(pronoun: str, kinds: Sequence[str]) -> tuple[str, bool]:
    if pronoun in PEOPLE:
        fitting, otherwise = {"person", "unnamed"}, "person"
    elif pronoun == "it":
        fitting, otherwise = {"organisation", "document"}, "organisation"
    else:
        fitting, otherwise = {"unnamed", "collective", "organisation"}, "collective"
    found = next((kind for kind in reversed(kinds) if kind in fitting), None)
    return found or otherwise, found is None

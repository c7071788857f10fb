"""Where a source is named: the noun phrase that ends before a word, or begins after one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from annotate.language.patterns import Patterns
from annotate.language.words import Word

REACH = 12
"""Most words of a phrase."""
INNER = 3
"""Most words of the unknown noun behind a preposition, as in *people at the scene*."""
GUESSED = 5
"""Most words of a source that is known only by its place."""
INSERTED = 14
"""Most words between the commas of an insertion."""

_NOBODY = frozenset(["no", "nobody", "none"])


class NounPhrase(msgspec.Struct, frozen=True):
    """The words ``[first, last)`` of a sentence that name a source; ``apart`` where words stand between it and its verb."""

    first: int
    last: int
    apart: bool = False
    opens: int | None = None
    """Where the description begins that the name stands in apposition to."""


class Phrases:
    """Finds noun phrases in the words of one sentence."""

    def __init__(self, words: Sequence[Word], patterns: Patterns) -> None:
        """Take a sentence's words."""
        self._words, self._patterns = words, patterns
        self._stop = patterns.words("stop")
        self._determiners, self._pronouns = patterns.words("determiner"), patterns.words("pronoun")
        self._between, self._calendar = patterns.words("between"), patterns.words("calendar")
        self._joins = patterns.words("join")

    def _low(self, index: int) -> str:
        return self._words[index].low if 0 <= index < len(self._words) else ""

    def _noun(self, index: int) -> bool:
        word = self._words[index]
        return self._patterns.kind(word.bare) is not None

    def _name(self, index: int) -> bool:
        """Return whether the word is part of a name."""
        word = self._words[index]
        if not word.capital or word.bare in self._calendar or word.low in self._stop | self._pronouns:
            return False
        return index > 0 or len(word.text) > 1

    def _modifier(self, index: int) -> bool:
        word = self._words[index]
        return (
            word.solid and word.low not in self._stop and word.low not in self._pronouns and not word.low.endswith("ly")
        )

    def before(self, index: int) -> NounPhrase | None:
        """Return the phrase whose verb is the word at ``index``, over adverbs, dates and insertions between the two."""
        last, apart, described = self._skipped(index)
        if last < 0:
            return None
        word = self._words[last]
        if word.low in self._pronouns:
            return NounPhrase(last, last + 1, apart=apart)
        if word.possessive or not (self._name(last) or self._noun(last) or self._modifier(last)):
            return None
        first = self._first(last)
        if self._words[first].low in _NOBODY:
            return None
        if not (self._name(last) or self._noun(last)) and not self._placed(first, last):
            return None
        opens = self._first(described) if described is not None and self._noun(described) else None
        return NounPhrase(first, last + 1, apart=apart, opens=opens)

    def guessed(self, index: int) -> NounPhrase | None:
        """Return the few words between a mark and the verb at ``index``, whose noun is not known."""
        first = index
        while first > 0 and self._words[first - 1].solid and index - first <= GUESSED:
            first -= 1
        words = self._words[first:index]
        if not 0 < len(words) <= GUESSED or not first or self._words[first - 1].text not in ',—–"”':
            return None
        led = words[0].low in self._determiners or words[0].capital
        known = all(word.low not in self._stop for word in words[1:])
        return NounPhrase(first, index, apart=True) if led and known and words[0].low not in _NOBODY else None

    def _placed(self, first: int, last: int) -> bool:
        """Return whether a known noun stands before a preposition here, as in *relatives outside the gates*."""
        join = next((at for at in range(first + 1, last) if self._words[at].low in self._joins), None)
        return join is not None and any(self._noun(at) for at in range(first, join))

    def _skipped(self, index: int) -> tuple[int, bool, int | None]:
        """Return the index of the phrase's last word, whether an insertion was passed, and what a name stands apposed to."""
        place, apart, floor = index - 1, False, index - 4 * REACH
        while place >= max(floor, 0):
            word = self._words[place]
            if (
                word.low in self._between
                or word.bare in self._calendar
                or word.text.isdigit()
                or word.low.endswith("ly")
            ):
                place -= 1
            elif place == index - 1 and word.text in '"“«':
                place -= 1  # *he had "proved that*
            elif word.text == ")" and (opened := self._back(place, "(")) is not None:
                place = opened - 1
            elif word.low == "who":
                place -= 1
                if self._low(place) == ",":
                    place -= 1
            elif word.text in ",—–" and (opened := self._back(place, word.text)) is not None:
                if self._named(opened + 1, place):
                    return place - 1, True, opened - 1
                place, apart = opened - 1, True
            else:
                return place, apart, None
        return -1, apart, None

    def _named(self, first: int, last: int) -> bool:
        """Return whether these words are a name alone, as in *her son, Duarte Melim, says*."""
        return last > first and all(self._name(index) for index in range(first, last))

    def _back(self, place: int, mark: str) -> int | None:
        """Return the index of the mark that begins the insertion that ends at ``place``; none where it is no insertion."""
        for index in range(place - 1, max(place - INSERTED, 0), -1):
            word = self._words[index]
            if word.text == mark:
                led = self._low(index + 1)
                inside = {other.low for other in self._words[index + 1 : place]}
                return index if "that" not in inside or led.endswith("ing") or led in {"who", "which"} else None
            if word.text in '"“”();:' or (mark == "," and word.low in {"and", "but"}):
                return None
        return None

    def _first(self, last: int) -> int:
        """Return where the phrase that ends with the word at ``last`` begins."""
        first, common = last, not self._name(last)
        best, place = last, last - 1
        while place >= 0 and last - place < REACH:
            word = self._words[place]
            if word.low in self._determiners or word.low in self._patterns.words("number") or word.text.isdigit():
                best = place
                if self._low(place - 1) not in (self._determiners | self._joins) - {"that"}:
                    break
            elif word.possessive and word.solid:
                best, common = place, True
            elif word.low in self._joins and place > 0 and (start := self._joined(place)) is not None:
                place = best = start
                common = not self._name(start)
            elif self._name(place) or (self._noun(place) and word.low not in self._stop):
                best = place
                common = common or not self._name(place)
            elif not (common and self._modifier(place)):
                break
            place -= 1
        first = best
        while first < last and self._words[first].low in self._patterns.words("opener"):
            first += 1
        return first

    def _joined(self, place: int) -> int | None:
        """Return the index of the noun before a preposition that belongs to the same phrase."""
        places = range(place - 1, max(place - 4, -1), -1)  # *letters seen by*, *the study made by*
        found = next((at for at in places if self._patterns.kind(self._words[at].bare) == "document"), None)
        if found is not None and (found < place - 1 or self._words[place].low in {"by", "on"}):
            return found
        if self._words[place].low in {"by", "on"}:
            return None
        before = place - 1
        if self._noun(before) and not self._words[before].possessive:
            return before
        return before if self._words[place].low == "of" and self._name(before) else None

    def after(self, index: int) -> NounPhrase | None:
        """Return the phrase that begins at the word at ``index``; the name that stands in apposition to it, if any."""
        if index >= len(self._words):
            return None
        if self._low(index) in self._pronouns:
            return NounPhrase(index, index + 1)
        last = self._last(index, inner=False)
        if last is None:
            return None
        named = self._apposed(last)
        return NounPhrase(last + 1, named, apart=True) if named else NounPhrase(index, last)

    def _apposed(self, last: int) -> int | None:
        """Return where a name ends that follows in apposition, as in *the minister, Ann Boe,*."""
        if self._low(last) != "," or self._name(last - 1):
            return None
        stop = last + 1
        while stop < len(self._words) and self._name(stop):
            stop += 1
        return stop if stop - last > 2 and (stop == len(self._words) or not self._words[stop].solid) else None  # noqa: PLR2004 - a comma and two names

    def _last(self, index: int, *, inner: bool) -> int | None:
        """Return the index after the phrase that begins at ``index``; ``inner`` where it hangs on another's preposition."""
        words, place, best, plain = self._words, index, -1, -1
        while place < min(len(words), index + REACH):
            word = words[place]
            if self._name(place) or (self._noun(place) and (word.low not in self._stop or best < 0)):
                best = -1 if word.possessive else place
            elif word.low in self._joins and max(best, plain if inner else -1) == place - 1 and place > index:
                if word.low in {"by", "on"} or not (self._noun(place - 1) or word.low == "of"):
                    break
                last = self._last(place + 1, inner=True)
                if last is not None:
                    return last
                break
            elif (
                best >= 0
                and self._modifier(place)
                and place + 1 < len(words)
                and self._noun(place + 1)
                and self._noun(place - 1)
            ):
                plain = place  # *chief fire officer*
            elif best >= 0 or not (word.low in self._determiners or word.text.isdigit() or self._modifier(place)):
                break
            elif word.low not in self._determiners:
                plain = place
            place += 1
        if best < 0 and inner and plain >= 0 and plain - index < INNER:
            best = plain
        return best + 1 if best >= 0 else None

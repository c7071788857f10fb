"""Phrases found in a text: whole words, leftmost first, the longest where several begin together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from annotate.language.notation import Phrase, expand
from annotate.language.trie import bounded

GAP = 150
"""Most characters between the parts of a phrase that stands apart."""

_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
    "twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen dozens half"
)
_FIGURE = re.compile(
    rf"\s+(?:us\$|[$€£¥])?(?:\d|(?:{'|'.join(_NUMBERS.split())})(?!\w)"
    r"|(?:a|an) (?:dozen|hundred|thousand|million|billion|third|quarter|half|fifth|tenth|decade|century|couple)(?!\w))"
)
_STOP = re.compile(r"[.!?][\"”’')\]]*\s|\n")


class Hit(msgspec.Struct, frozen=True):
    """A phrase found at ``[start, end)``, with the names it was listed under."""

    start: int
    end: int
    names: frozenset[str]
    weak: bool = False


_Found = tuple[int, int, frozenset[str] | None, bool, int]
"""Start, end, names (None for no hit), whether it is weak, and where the search goes on."""
REMEMBERED = 20_000
"""How many distinct matches are remembered; it bounds the memory, and no result depends on it."""


def lowered(text: str) -> str:
    """Return the text in lower case with plain apostrophes, never longer or shorter.

    >>> len(lowered("İzmir’s")) == len("İzmir’s")
    True
    """
    low = text.lower()
    if len(low) != len(text):
        low = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    return low.replace("’", "'")


class Matcher:
    """Finds the phrases of a table ``name → entries``; the expression is compiled when it is first needed."""

    def __init__(
        self,
        table: Mapping[str, Iterable[str]],
        irregular: Mapping[str, str] | None = None,
        weak: Iterable[str] = (),
    ) -> None:
        """Keep the table: entries in the notation of ``patterns.toml``; ``weak`` ones are marked on their hits."""
        self._table = {name: tuple(entries) for name, entries in table.items()}
        self._irregular = dict(irregular or {})
        self._weak = tuple(weak)
        self._known: dict[str, _Found] = {}

    @property
    def names(self) -> frozenset[str]:
        """The names of the table that have entries."""
        return frozenset(name for name, entries in self._table.items() if entries)

    @cached_property
    def phrases(self) -> dict[str, list[tuple[Phrase, frozenset[str]]]]:
        """Phrase → its variants with their names; the strictest variant first."""
        names: dict[Phrase, set[str]] = {}
        for name, entries in self._table.items():
            for entry in entries:
                for phrase in expand(entry, self._irregular):
                    names.setdefault(phrase, set()).add(name)
        found: dict[str, list[tuple[Phrase, frozenset[str]]]] = {}
        for phrase, under in names.items():
            found.setdefault(" ".join(phrase.words), []).append((phrase, frozenset(under)))
        for variants in found.values():
            variants.sort(key=lambda v: (not v[0].tail, not v[0].figure, not v[0].capitals))
        return found

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return bounded(self.phrases)

    @cached_property
    def _tails(self) -> dict[str, re.Pattern[str]]:
        tails: dict[str, set[str]] = {}
        for key, variants in self.phrases.items():
            if found := {" ".join(phrase.tail) for phrase, _ in variants if phrase.tail}:
                tails[key] = found
        return {key: bounded(found) for key, found in tails.items()}

    @cached_property
    def _weak_words(self) -> frozenset[str]:
        return frozenset(" ".join(p.words) for entry in self._weak for p in expand(entry, self._irregular))

    def find(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Hit]:
        """Return the hits in ``text[start:end]``, in order and disjoint; offsets count in the whole text."""
        piece = text[start:end]
        return self.hits(piece, lowered(piece), start)

    def hits(self, text: str, low: str, offset: int = 0, position: int = 0) -> Iterator[Hit]:
        """Yield the hits from a position on in a text that is `lowered` already, in order and disjoint.

        Their offsets are raised by ``offset``.
        """
        search, known = self._regex.search, self._known
        while match := search(low, position):
            begin = match.start()
            found = known.get(match.group()) or self._hit(match.group(), begin, low, text)
            first, last, names, weak, stop = found
            position = begin + stop
            if names is not None:
                yield Hit(first + begin + offset, last + begin + offset, names, weak)

    def _hit(self, group: str, begin: int, low: str, piece: str) -> _Found:
        """Return what a match is, by offsets in it; remember it where nothing around it matters."""
        words = [word.span() for word in re.finditer(r"\S+", group)]
        settled = True
        found: _Found = (0, 0, None, False, words[0][1])
        for phrase, names, key, count in self._candidates(group, words):
            settled = settled and not (phrase.capitals or phrase.figure or phrase.tail)
            if any(not piece[begin + words[n][0]].isupper() for n in phrase.capitals):
                continue
            stop = words[count - 1][1]
            if phrase.figure and not _FIGURE.match(low, begin + stop):
                continue
            first, last = words[phrase.first][0], words[phrase.last - 1][1]
            if phrase.tail:
                tail = self._tail(key, low, begin + stop)
                if tail is None:
                    continue
                last = stop = tail - begin
            found = (first, last, names, low[begin + first : begin + last] in self._weak_words, stop)
            break
        if settled:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[group] = found
        return found

    def _candidates(
        self, group: str, words: list[tuple[int, int]]
    ) -> Iterator[tuple[Phrase, frozenset[str], str, int]]:
        """Yield the phrases that a match may be with their names, text and number of words, the longest first."""
        for count in range(len(words), 0, -1):
            key = " ".join(group[a:b] for a, b in words[:count])
            for phrase, names in self.phrases.get(key, ()):
                yield phrase, names, key, count

    def _tail(self, key: str, low: str, stop: int) -> int | None:
        limit = min(len(low), stop + GAP)
        if border := _STOP.search(low, stop, limit):
            limit = border.start()
        tail = self._tails[key].search(low, stop, limit)
        return tail.end() if tail else None

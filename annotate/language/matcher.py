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
        """Yield the hits in ``text[start:end]``, in order and disjoint; offsets count in the whole text."""
        piece = text[start:end]
        low = lowered(piece)
        position = 0
        while match := self._regex.search(low, position):
            hit, position = self._hit(match, low, piece)
            if hit is not None:
                yield msgspec.structs.replace(hit, start=hit.start + start, end=hit.end + start) if start else hit

    def _hit(self, match: re.Match[str], low: str, piece: str) -> tuple[Hit | None, int]:
        words = [(w.start() + match.start(), w.end() + match.start()) for w in re.finditer(r"\S+", match.group())]
        for count in range(len(words), 0, -1):
            stop = words[count - 1][1]
            key = " ".join(low[a:b] for a, b in words[:count])
            tail = self._tail(key, low, stop) if key in self._tails else None
            for phrase, names in self.phrases.get(key, ()):
                if any(not piece[words[n][0]].isupper() for n in phrase.capitals):
                    continue
                if phrase.figure and not _FIGURE.match(low, stop):
                    continue
                first, last = words[phrase.first][0], words[phrase.last - 1][1]
                if phrase.tail:
                    if tail is None:
                        continue
                    last = stop = tail
                return Hit(first, last, names, low[first:last] in self._weak_words), stop
        return None, words[0][1]

    def _tail(self, key: str, low: str, stop: int) -> int | None:
        limit = min(len(low), stop + GAP)
        if border := _STOP.search(low, stop, limit):
            limit = border.start()
        tail = self._tails[key].search(low, stop, limit)
        return tail.end() if tail else None

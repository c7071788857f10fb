"""Texts → tokens → features of tokens as whole numbers.

A token is known by what it looks like (word, stem, endings, beginning, part of speech, shape) and by what stands round it. A
feature is a template filled with such values, packed into one 63-bit number: the template's place in `TEMPLATES`, then up to
three values of 19 bits. Nothing is hashed, so two features never fall together.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from operator import add

import numpy as np
from numpy.typing import NDArray

from annotate.baseline.word_classes import part_of_speech, shape, stem

Ints = NDArray[np.int64]

TOKEN = re.compile(r"[^\W\d_]+(?:['’](?:s|t|re|ve|ll|d|m)\b)?|\d[\d.,]*\d|\d|\S")
LONGEST = 40
"""A word's first so many characters count."""
BITS = 19
"""Bits of one value in a feature."""
UNKNOWN, EDGE, FIRST_VALUE = 0, 1, 2
"""Values: never seen in training (its features are dropped), beyond the sentence, and the first of the vocabulary's."""
PAD = 4
"""Places beyond each end of a sentence that templates may look at."""

ATTRIBUTES = ("word", "stem", "last3", "last2", "first4", "class", "shape", "cue", "quoted", "place")
QUOTES = ('"', "“", "”")
_AT = {name: column for column, name in enumerate(ATTRIBUTES)}


def _template(text: str) -> tuple[tuple[int, int], ...]:
    """Return ``"class-1 word"`` as ((-1, column of class), (0, column of word))."""
    parts = (re.fullmatch(r"([a-z]+\d?)([+-]\d)?", part) for part in text.split())
    return tuple((int(part[2] or 0), _AT[part[1]]) for part in parts if part)


WINDOW = tuple(
    map(
        _template,
        (
            "word",
            "stem",
            "last3",
            "last2",
            "first4",
            "class",
            "shape",
            "cue",
            "cue-1",
            "cue+1",
            "word-1",
            "word-2",
            "word+1",
            "word+2",
            "stem-1",
            "stem+1",
            "word-1 word",
            "word word+1",
            "word-2 word",
            "word word+2",
            "word-3 word",
            "word word+3",
            "class-1 word",
            "word class+1",
            "word quoted",
            "word place",
            "word cue",
            "word-2 word-1 word",
            "word-1 word word+1",
            "word word+1 word+2",
            "word class+1 class+2",
            "class-2 class-1 word",
            "class-1 word class+1",
            "class-1 class class+1",
            "class class+1 class+2",
            "stem-1 stem",
            "stem stem+1",
        ),
    )
)
"""What a token's features are made from in the tagger."""
GRAMS = tuple(
    map(
        _template,
        (
            "word",
            "word word+1",
            "word word+1 word+2",
            "word word+2",
            "word word+3",
            "word word+4",
            "stem",
            "stem stem+1",
            "stem stem+1 stem+2",
        ),
    )
)
"""What a text's n-grams and skip-grams are made from."""


@dataclass(frozen=True)
class Tokens:
    """The tokens of some texts.

    Attributes:
        starts: offset of each token in its text ``(n_tokens,)``; likewise `ends`.
        text: number of each token's text ``(n_tokens,)``.
        n_texts: how many texts there are.
        kinds: distinct (token, whether it is its text's first).
        kind: which of them each token is ``(n_tokens,)``.
        cues: distinct names of cues, and the empty one first.
        cue: which of them each token stands in ``(n_tokens,)``.
    """

    starts: Ints
    ends: Ints
    text: Ints
    n_texts: int
    kinds: tuple[tuple[str, bool], ...]
    kind: Ints
    cues: tuple[str, ...]
    cue: Ints

    @cached_property
    def counts(self) -> Ints:
        """How many tokens each text has ``(n_texts,)``."""
        return np.bincount(self.text, minlength=self.n_texts)


Marks = Sequence[Iterable[tuple[int, int, str]]]
"""For each text: (start, end, name) of the cues in it."""


def tokens(texts: Sequence[str], cues: Marks | None = None) -> Tokens:
    """Return the tokens of texts, with the known cues that they stand in.

    >>> found = tokens(["It can't rain 1,000 times."])
    >>> [kind[0] for kind in found.kinds]
    ['It', "can't", 'rain', '1,000', 'times', '.']
    """
    kinds: dict[tuple[str, bool], int] = {}
    names: dict[str, int] = {"": 0}
    starts, ends, texts_of, kind, cue = (array("q") for _ in range(5))
    for number, text in enumerate(texts):
        first = len(starts)
        for match in TOKEN.finditer(text):
            start, end = match.span()
            key = (match.group() if end - start <= LONGEST else match.group()[:LONGEST], len(starts) == first)
            kind.append(kinds.setdefault(key, len(kinds)))
            starts.append(start)
            ends.append(end)
        texts_of.extend(repeat(number, len(starts) - first))
        cue.extend(repeat(0, len(starts) - first))
        for begin, stop, name in cues[number] if cues is not None else ():
            place = names.setdefault(name, len(names))
            token = bisect_right(ends, begin, first)
            while token < len(starts) and starts[token] < stop:
                cue[token] = place
                token += 1
    begins, stops, numbers, those, marked = (
        np.asarray(values, dtype=np.int64) for values in (starts, ends, texts_of, kind, cue)
    )
    return Tokens(begins, stops, numbers, len(texts), tuple(kinds), those, tuple(names), marked)


OWN = "ws324ph"
"""Letters of the attributes that depend on nothing but the token, in the order of `ATTRIBUTES`; a vocabulary writes them first."""


def _values(token: str, first: bool) -> tuple[str, ...]:  # noqa: FBT001 - it is called for every kind of token
    """Return a token's attributes that depend on nothing else."""
    lower = token.lower()
    if "’" in lower:
        lower = lower.replace("’", "'")
    if lower[:1].isdigit():
        lower = "0"
    look = shape(token)
    return (
        lower,
        stem(lower),
        lower[-3:],
        lower[-2:],
        lower[:4],
        part_of_speech(token, lower, first=first),
        look + "0" if first else look,
    )


class Vocabulary:
    """The values that tokens' attributes take in training.

    Args:
        terms: the values, each with the attribute's letter before it.
    """

    def __init__(self, terms: Sequence[str]) -> None:
        """Number the values."""
        self.terms = terms
        self._numbers: dict[str, dict[str, int]] = {letter: {} for letter in (*OWN, "c", "q", "i")}
        for number, term in enumerate(terms, start=FIRST_VALUE):
            self._numbers.setdefault(term[:1], {})[term[1:]] = number
        self._own = tuple(self._numbers[letter].get for letter in OWN)
        self._known: dict[tuple[str, bool], tuple[int, ...]] = {}

    @classmethod
    def of(cls, found: Tokens) -> Vocabulary:
        """Return the values that occur at least twice, the most frequent if there are too many."""
        seen = np.bincount(found.kind, minlength=len(found.kinds))
        counts: dict[str, int] = {f"c{name}": 2 for name in found.cues}
        counts |= dict.fromkeys(("qy", "qn", "i0", "i1", "i2", "i3"), 2)
        for (token, first), count in zip(found.kinds, seen.tolist(), strict=True):
            for value in map(add, OWN, _values(token, first)):
                counts[value] = counts.get(value, 0) + count
        kept = [value for value, count in counts.items() if count > 1]
        most = (1 << BITS) - FIRST_VALUE
        if len(kept) > most:
            kept = sorted(kept, key=lambda value: (-counts[value], value))[:most]
        return cls(sorted(kept))

    def number(self, term: str) -> int:
        """Return the number of a value, `UNKNOWN` if training never saw it."""
        return self._numbers.get(term[:1], {}).get(term[1:], UNKNOWN)

    def numbered(self, token: str, *, first: bool) -> tuple[int, ...]:
        """Return the numbers of a token's values that depend on nothing else, in the order of `ATTRIBUTES`."""
        return tuple([get(value, UNKNOWN) for get, value in zip(self._own, _values(token, first), strict=True)])

    def _numbered(self, kind: tuple[str, bool]) -> tuple[int, ...]:
        known = self._known.get(kind)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[kind] = self.numbered(kind[0], first=kind[1])
        return known

    def forget(self) -> None:
        """Let go what is remembered of kinds of token."""
        self._known.clear()

    def table(self, found: Tokens) -> NDArray[np.int32]:
        """Return every token's values, with `PAD` places beyond each end of a text: ``(n_places, n_attributes)``."""
        places = self.places(found)
        size = len(found.kind) + PAD * (found.n_texts + 1)
        table = np.full((size, len(ATTRIBUTES)), EDGE, dtype=np.int32)
        if not len(found.kind):
            return table
        by_kind = np.array([self._numbered(kind) for kind in found.kinds], dtype=np.int32)
        table[places, : by_kind.shape[1]] = by_kind[found.kind]
        cues = np.array([self.number(f"c{name}") for name in found.cues])
        table[places, _AT["cue"]] = cues[found.cue]
        marks = np.array([kind[0] in QUOTES for kind in found.kinds])
        quoted = np.bincount(found.text, marks[found.kind], minlength=found.n_texts) > 0
        said = np.array([self.number("qn"), self.number("qy")])
        table[places, _AT["quoted"]] = said[quoted.astype(np.int64)[found.text]]
        firsts = np.concatenate([[0], np.cumsum(found.counts)])[found.text]
        position = np.minimum(np.arange(len(found.kind)) - firsts, 3)
        table[places, _AT["place"]] = np.array([self.number(f"i{n}") for n in range(4)])[position]
        return table

    def places(self, found: Tokens) -> Ints:
        """Return the row of each token in the table ``(n_tokens,)``."""
        return np.arange(len(found.kind)) + PAD * (found.text + 1)


REMEMBERED = 200_000
"""How many kinds of token are remembered; it bounds the memory, and no result depends on it."""


def keys(table: NDArray[np.int32], places: Ints, templates: Sequence[tuple[tuple[int, int], ...]], number: int) -> Ints:
    """Return one template's feature at each place ``(n_places,)``; -1 where a value is unknown."""
    key = np.full(len(places), number, dtype=np.int64)
    known = np.ones(len(places), dtype=bool)
    template = templates[number]
    for offset, column in template:
        values = table[places + offset, column]
        known &= values != UNKNOWN
        key = (key << BITS) | values
    key <<= BITS * (3 - len(template))
    return np.where(known, key, -1)


class Table:
    """Weights by feature.

    Args:
        keys: the features, ascending ``(n_features,)``.
        coef: their weights ``(n_features, n_outputs)``.
        templates: which templates they are made from.
    """

    def __init__(
        self, keys: Ints, coef: NDArray[np.floating], templates: Sequence[tuple[tuple[int, int], ...]]
    ) -> None:
        """Find where each template's features begin."""
        # plain views: slicing a mapped file costs several times as much
        self.keys, self.coef, self.templates = np.asarray(keys), np.asarray(coef), templates
        firsts = np.arange(len(templates) + 1, dtype=np.int64) << (3 * BITS)
        self._bounds = np.searchsorted(self.keys, firsts)

    def rows(self, table: NDArray[np.int32], places: Ints, number: int) -> tuple[Ints, Ints]:
        """Return (which places have a known feature of one template, which row of the weights it is)."""
        first, last = self._bounds[number], self._bounds[number + 1]
        if first == last:
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing
        wanted = keys(table, places, self.templates, number)
        found = np.minimum(np.searchsorted(self.keys[first:last], wanted) + first, last - 1)
        hits = np.flatnonzero(self.keys[found] == wanted)
        return hits, found[hits]

    def sums(self, table: NDArray[np.int32], places: Ints) -> NDArray[np.float64]:
        """Return the summed weights of the features at each place ``(n_places, n_outputs)``."""
        total = np.zeros((len(places), self.coef.shape[1]))
        for number in range(len(self.templates)):
            hits, rows = self.rows(table, places, number)
            total[hits] += self.coef[rows]
        return total

"""The compiled form of the tagger: texts → tokens and their values, and the sums of their features' weights.

What is remembered of the texts (kinds of tokens) belongs to one thread: two threads on one memory would give wrong numbers
without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotate.baseline import token_kernels as kernels
from annotate.baseline.characters import classes, points
from annotate.baseline.fast_tables import REMEMBERED, compiled, placed, placed_names, slots
from annotate.baseline.linear import Floats, Ints
from annotate.baseline.tokens import ATTRIBUTES, BITS, EDGE, FIRST_VALUE, LONGEST, PAD, QUOTES, Marks, Table, Vocabulary
from annotate.baseline.word_classes import BY_ENDING, CLOSED, ENDINGS, STEM
from annotate.baseline.word_kernels import describe

OWN = ATTRIBUTES.index("cue")
"""How many of a token's values depend on nothing but its kind."""


def _empty(size: int) -> Ints:
    return np.empty(size, dtype=np.int64)


class Lookup:
    """Weights by feature, found by hash.

    Args:
        table: features and weights.
    """

    def __init__(self, table: Table) -> None:
        """Place the features, and part the templates: those of one value of a token's own, and the others."""
        self.entries, self.gate = placed(np.asarray(table.keys))
        self.coef = np.ascontiguousarray(table.coef)
        self.width = self.coef.shape[1]
        own, rest = [], []
        for number, template in enumerate(table.templates):
            if len(template) == 1 and template[0][1] < OWN:
                own.append((number, *template[0]))
            else:
                rest.append(_as_row(number, template))
        self.distances = np.array(sorted({distance for _, distance, _ in own}), dtype=np.int64)
        place = {int(distance): at for at, distance in enumerate(self.distances)}
        self.own = np.array([(n, place[d], column) for n, d, column in own], dtype=np.int64).reshape(-1, 3)
        self.rest = np.array(rest, dtype=np.int64).reshape(-1, 8)
        self.every = np.array([_as_row(*each) for each in enumerate(table.templates)], dtype=np.int64).reshape(-1, 8)


def _as_row(number: int, template: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    blank = (0,) * (3 - len(template))
    return (number, len(template), *(d for d, _ in template), *blank, *(c for _, c in template), *blank)


class Names:
    """What a vocabulary and :mod:`annotate.baseline.word_classes` know of words, by their letters.

    Args:
        vocabulary: the values that tokens' attributes take.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Place the names, in the order that `token_kernels.describe` takes them."""
        known = vocabulary.number
        closed = {f"k{word}": known(f"p{name}") for word, name in CLOSED.items()}
        names = [*vocabulary.terms, *closed, *(f"e{ending}" for ending in ENDINGS)]
        numbers = np.arange(FIRST_VALUE, len(names) + FIRST_VALUE, dtype=np.int32)
        numbers[len(vocabulary.terms) : len(vocabulary.terms) + len(closed)] = list(closed.values())
        width = max(len(ending) for ending, _ in BY_ENDING)
        codes = np.array([[*ending.encode().ljust(width, b"\0")] for ending, _ in BY_ENDING], dtype=np.uint8)
        self.arguments = (
            *placed_names(names, np.uint8),
            numbers,
            codes,
            np.array([known(f"p{name}") for _, name in BY_ENDING], dtype=np.int32),
            np.array([known(f"p{chr(code)}") for code in range(128)], dtype=np.int32),
            np.array([known("pNUM"), known("pNAME"), known("pNOUN")], dtype=np.int32),
            np.array([[known(f"h{look}"), known(f"h{look}0")] for look in ("d", ".", "X", "Xx", "x")], dtype=np.int32),
            max(map(len, ENDINGS)),
            STEM,
        )


class Read(NamedTuple):
    """The tokens of texts as arrays: the parts of `Tokens` that are read when they are scored, and their values.

    Attributes:
        starts: offset of each token in its text ``(n_tokens,)``; likewise `ends`.
        text: number of each token's text ``(n_tokens,)``.
        n_texts: how many texts there are.
        firsts: number of each text's first token, and the end ``(n_texts + 1,)``.
        table: values of all places ``(n_places, n_attributes)``, as `Vocabulary.table` gives them.
        padded: number of the kind of each place ``(n_places,)``.
    """

    starts: Ints
    ends: Ints
    text: Ints
    n_texts: int
    firsts: Ints
    table: NDArray[np.int32]
    padded: NDArray[np.int32]


class Reader:
    """Texts → tokens and their values, remembering kinds of tokens. One thread's.

    Args:
        vocabulary: the values that tokens' attributes take, and their `Names`.
        lookup: weights that are summed for each kind of token once.
    """

    def __init__(self, vocabulary: Vocabulary, names: Names, lookup: Lookup | None) -> None:
        """Start without a memory."""
        self._vocabulary, self._names, self._lookup = vocabulary, names, lookup
        singles = ("c", "qn", "qy", "i0", "i1", "i2", "i3")
        self._singles = np.array([vocabulary.number(name) for name in singles], dtype=np.int32)
        self._forget(0)

    def _forget(self, more: int) -> None:
        room = REMEMBERED + more + 2
        self._slots: NDArray[np.int32] = slots(room, 0, np.int32)
        self._records = np.zeros((room, 3), dtype=np.int64)
        self._arena: NDArray[np.uint32] = np.zeros(room * 4, dtype=np.uint32)
        self._state = np.array([1, 0], dtype=np.int64)  # kind 0 is what lies beyond a text
        self._values: NDArray[np.int32] = np.zeros(
            (room, OWN), dtype=np.int32
        )  # none of it takes memory before it is used
        self._values[0] = EDGE
        self._is_quote: NDArray[np.bool_] = np.zeros(room, dtype=np.bool_)
        self.weights: Floats = np.zeros((0, 0, 0))
        if self._lookup is not None:
            self.weights = np.zeros((room, len(self._lookup.distances), self._lookup.width))
            self._weigh(0, 1)

    def _weigh(self, first: int, last: int) -> None:
        if (lookup := self._lookup) is not None:
            compiled(kernels.weigh)(
                self._values,
                first,
                last,
                lookup.own,
                lookup.entries,
                lookup.gate,
                lookup.coef,
                self.weights,
                BITS,
            )

    def read(self, texts: Sequence[str], marks: Marks) -> Read:
        """Return the tokens of texts with the known cues that they stand in."""
        buffer, offsets = points(texts)
        size = len(buffer)
        if self._state[0] + size >= len(self._records) or self._state[1] + size >= len(self._arena):
            if self._state[0] + size >= REMEMBERED or size >= len(self._arena):
                self._forget(size)
            else:
                self._arena = np.concatenate([self._arena, np.zeros(len(self._arena) + size, dtype=np.uint32)])
        known = int(self._state[0])
        starts, ends, text = _empty(size), _empty(size), _empty(size)
        kinds: NDArray[np.int32] = np.empty(size, dtype=np.int32)
        count = compiled(kernels.tokenise)(
            buffer,
            offsets,
            classes(),
            LONGEST,
            self._slots,
            self._records,
            self._arena,
            self._state,
            starts,
            ends,
            text,
            kinds,
        )
        starts, ends, text, kinds = starts[:count], ends[:count], text[:count], kinds[:count]
        self._learn(known)
        firsts = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum(np.bincount(text, minlength=len(texts)), out=firsts[1:])
        places = count + PAD * (len(texts) + 1)
        table = np.full((places, len(ATTRIBUTES)), EDGE, dtype=np.int32)
        padded = np.zeros(places, dtype=np.int32)
        flat = [
            (row, *mark[:2], self._vocabulary.number(f"c{mark[2]}"))
            for row, those in enumerate(marks)
            for mark in those
        ]
        compiled(kernels.tabulate)(
            firsts,
            starts,
            ends,
            kinds,
            self._values,
            self._is_quote,
            np.array(flat, dtype=np.int64).reshape(-1, 4),
            self._singles,
            PAD,
            table,
            padded,
        )
        return Read(starts, ends, text, len(texts), firsts, table, padded)

    def _learn(self, known: int) -> None:
        """Give the kinds from ``known`` on their values and weights."""
        last = int(self._state[0])
        if known == last:
            return
        others = compiled(describe)(
            self._arena, self._records, known, last, *self._names.arguments, self._values, self._is_quote
        )
        for kind in (known + np.flatnonzero(self._values[known:last, 0] < 0)).tolist() if others else ():
            at, size, first = self._records[kind].tolist()
            token = self._arena[at : at + size].tobytes().decode("utf-32-le", "surrogatepass")
            self._values[kind] = self._vocabulary.numbered(token, first=bool(first))
            self._is_quote[kind] = token in QUOTES
        self._weigh(known, last)

    def token_sums(self, read: Read) -> Floats:
        """Return the summed weights of each token's features ``(n_tokens, n_outputs)``."""
        lookup = self._lookup
        assert lookup is not None  # noqa: S101 - for the type checker: who asks made the reader with weights
        counts, rows = _known(lookup, lookup.rest, read)
        out = np.zeros((len(read.text), lookup.width))
        compiled(kernels.token_sums)(
            read.firsts, read.padded, PAD, lookup.distances, self.weights, counts, rows, lookup.coef, out
        )
        return out


def text_sums(lookup: Lookup, read: Read) -> Floats:
    """Return the summed weights of each text's features, each counted once ``(n_texts, n_outputs)``."""
    counts, rows = _known(lookup, lookup.every, read)
    out = np.zeros((read.n_texts, lookup.width))
    seen = np.full(len(lookup.coef), -1, dtype=np.int32)
    compiled(kernels.text_sums)(read.firsts, counts, rows, lookup.coef, seen, out)
    return out


def _known(lookup: Lookup, templates: Ints, read: Read) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return how many features of each token have weights, and the numbers of these."""
    counts: NDArray[np.int32] = np.empty(len(read.text), dtype=np.int32)
    rows: NDArray[np.int32] = np.empty(len(read.text) * len(templates) + 1, dtype=np.int32)
    compiled(kernels.features)(read.firsts, read.table, PAD, templates, lookup.entries, lookup.gate, BITS, counts, rows)
    return counts, rows

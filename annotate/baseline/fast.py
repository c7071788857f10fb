"""The fast scorer: tokens, features and weights in compiled loops, where numba is installed (``pip install reportedly[fast]``).

What the model knows stands in hash tables that are made once and only read. What is remembered of the texts (kinds of tokens,
chunks between white space) belongs to one thread: two threads on one memory would give wrong numbers without a word.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotate.baseline import fast_kernels
from annotate.baseline.characters import classes, points
from annotate.baseline.linear import Floats, Ints, Linear
from annotate.baseline.ngrams import CHAR_RANGE
from annotate.baseline.tokens import ATTRIBUTES, BITS, EDGE, LONGEST, PAD, QUOTES, Marks, Table, Vocabulary

REMEMBERED = 100_000
"""How many kinds of token, and how many chunks, a thread remembers; past it the memory starts anew. No result depends on it."""
LONGEST_CHUNK = 64
"""The longest chunk that is remembered."""
WORTH = 512
"""After so many texts the compiled loops are loaded: fewer are scored sooner without them."""
LOGS = 1 << 12
"""Counts whose logarithm is kept."""
OWN = ATTRIBUTES.index("cue")
"""How many of a token's values depend on nothing but its kind."""


def there() -> bool:
    """Return whether numba is installed; it is not loaded."""
    return importlib.util.find_spec("numba") is not None


@cache
def kernel(name: str) -> Callable[..., Any]:
    """Return a function of `fast_kernels`, compiled; the machine code is kept beside it, where that can be written."""
    import numba  # type: ignore[import-untyped, import-not-found, unused-ignore]  # an extra, and it ships no types

    function = getattr(fast_kernels, name)
    try:
        compiled: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # neither the package's folder nor the user's can be written
        compiled = numba.njit(nogil=True)(function)
    return compiled


def _slots(count: int, empty: int, kind: type = np.int64) -> NDArray[Any]:
    size = 1 << max(4, int(np.ceil(np.log2(max(count, 1) * 1.5))))
    return np.full(size, empty, dtype=kind)


def _placed(keys: Ints) -> tuple[Ints, NDArray[np.uint8]]:
    """Return where each key stands by hash, with its number beside it (one look into memory finds both), and the gate before."""
    size = len(_slots(len(keys), -1))
    entries, gate = np.full((size, 2), -1, dtype=np.int64), np.zeros(size // 2, dtype=np.uint8)
    kernel("index")(keys, entries, gate)
    return entries, gate


def _leading_to(entries: Ints, values: Ints) -> Ints:
    """Return entries with the value of each key in place of its number."""
    there = entries[:, 1] >= 0
    entries[there, 1] = values[entries[there, 1]]
    return entries


def _empty(size: int) -> Ints:
    return np.empty(size, dtype=np.int64)


def _grown(array: NDArray[Any], least: int) -> NDArray[Any]:
    """Return an array with at least so many rows, and half as many more."""
    found = np.zeros((least + least // 2, *array.shape[1:]), dtype=array.dtype)
    found[: len(array)] = array
    return found


class Lookup:
    """Weights by feature, found by hash.

    Args:
        table: features and weights.
    """

    def __init__(self, table: Table) -> None:
        """Place the features, and part the templates: those of one value of a token's own, and the others."""
        self.entries, self.gate = _placed(np.asarray(table.keys))
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
        vocabulary: the values that tokens' attributes take.
        lookup: weights that are summed for each kind of token once.
    """

    def __init__(self, vocabulary: Vocabulary, lookup: Lookup | None) -> None:
        """Start without a memory."""
        self._vocabulary, self._lookup = vocabulary, lookup
        names = ("c", "qn", "qy", "i0", "i1", "i2", "i3")
        self._singles = np.array([vocabulary.number(name) for name in names], dtype=np.int32)
        self._forget(0)

    def _forget(self, more: int) -> None:
        room = REMEMBERED + more + 2
        self._slots: NDArray[np.int32] = _slots(room, 0, np.int32)
        self._records = np.zeros((room, 3), dtype=np.int64)
        self._arena: NDArray[np.uint32] = np.zeros(room * 4, dtype=np.uint32)
        self._state = np.array([1, 0], dtype=np.int64)  # kind 0 is what lies beyond a text
        self._values: NDArray[np.int32] = np.full((1, OWN), EDGE, dtype=np.int32)
        self._is_quote: NDArray[np.bool_] = np.zeros(1, dtype=np.bool_)
        self.weights: Floats = np.zeros((0, 0, 0))
        if self._lookup is not None:
            self.weights = np.zeros((1, len(self._lookup.distances), self._lookup.width))
            self._weigh(0, 1)

    def _weigh(self, first: int, last: int) -> None:
        if (lookup := self._lookup) is not None:
            kernel("weigh")(
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
        count = kernel("tokenise")(
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
        kernel("tabulate")(
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
        if last > len(self._values):
            self._values, self._is_quote = _grown(self._values, last), _grown(self._is_quote, last)
            self.weights = _grown(self.weights, last)
        begin = int(self._records[known, 0])
        letters = self._arena[begin : int(self._state[1])].tobytes().decode("utf-32-le", "surrogatepass")
        values = []
        for kind, (at, size, first) in enumerate(self._records[known:last].tolist(), start=known):
            token = letters[at - begin : at - begin + size]
            values.append(self._vocabulary.numbered(token, first=bool(first)))
            self._is_quote[kind] = token in QUOTES
        self._values[known:last] = values
        self._weigh(known, last)

    def token_sums(self, read: Read) -> Floats:
        """Return the summed weights of each token's features ``(n_tokens, n_outputs)``."""
        lookup = self._lookup
        assert lookup is not None  # noqa: S101 - for the type checker: who asks made the reader with weights
        counts, rows = _known(lookup, lookup.rest, read)
        out = np.zeros((len(read.text), lookup.width))
        kernel("token_sums")(
            read.firsts, read.padded, PAD, lookup.distances, self.weights, counts, rows, lookup.coef, out
        )
        return out


def text_sums(lookup: Lookup, read: Read) -> Floats:
    """Return the summed weights of each text's features, each counted once ``(n_texts, n_outputs)``."""
    counts, rows = _known(lookup, lookup.every, read)
    out = np.zeros((read.n_texts, lookup.width))
    seen = np.full(len(lookup.coef), -1, dtype=np.int32)
    kernel("text_sums")(read.firsts, counts, rows, lookup.coef, seen, out)
    return out


def _known(lookup: Lookup, templates: Ints, read: Read) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return how many features of each token have weights, and the numbers of these."""
    counts: NDArray[np.int32] = np.empty(len(read.text), dtype=np.int32)
    rows: NDArray[np.int32] = np.empty(len(read.text) * len(templates) + 1, dtype=np.int32)
    kernel("features")(read.firsts, read.table, PAD, templates, lookup.entries, lookup.gate, BITS, counts, rows)
    return counts, rows


class NgramIndex:
    """The n-grams of a model by hash: characters as a tree, words by their letters, pairs by their words' numbers.

    Args:
        linear: n-grams and their weights.
    """

    def __init__(self, linear: Linear) -> None:
        """Place everything."""
        n_words = len(linear.words)
        self.idf = np.ascontiguousarray(linear.idf)
        self.coef = np.ascontiguousarray(linear.coef)
        self.width = self.coef.shape[1]
        self.logs = np.concatenate([[0.0], 1 + np.log(np.arange(1, LOGS))])
        self._place_chars(linear.chars, n_words)
        self._place_words(linear.words)

    def _place_chars(self, terms: Sequence[str], first: int) -> None:
        """Number every beginning of an n-gram, the empty one 0."""
        deepest = CHAR_RANGE[1]
        letters = np.array(terms or [""], dtype=f"U{deepest}").view(np.uint32).reshape(-1, deepest)
        sizes = np.array([len(term) for term in terms] or [0])
        node = np.zeros(len(letters), dtype=np.int64)
        edges, targets, count = [], [], 1
        for depth in range(deepest):
            on = np.flatnonzero(sizes > depth)
            keys = (node[on] << 21) | letters[on, depth]
            distinct, which = np.unique(keys, return_inverse=True)
            edges.append(distinct)
            targets.append(np.arange(count, count + len(distinct)))
            node[on] = targets[-1][which]
            count += len(distinct)
        columns = np.full(count, -1, dtype=np.int64)
        if terms:
            columns[node] = np.arange(first, first + len(terms))
        leads = np.concatenate(targets)
        self.edges = _leading_to(_placed(np.concatenate(edges))[0], leads << 32 | (columns[leads] + 1))

    def _place_words(self, terms: Sequence[str]) -> None:
        numbers: dict[str, int] = {}
        pairs: dict[int, int] = {}
        singles: list[tuple[int, int]] = []
        for column, term in enumerate(terms):
            words = [numbers.setdefault(word, len(numbers)) for word in term.split(" ")]
            if len(words) == 1:
                singles.append((words[0], column))
            else:
                pairs[words[0] << 31 | words[1]] = column
        self.word_columns = np.full(max(1, len(numbers)), -1, dtype=np.int32)
        for word, column in singles:
            self.word_columns[word] = column
        sizes = np.array([len(word) for word in numbers], dtype=np.int64)
        self.word_arena = points(["".join(numbers)]).buffer
        self.word_records = np.stack([np.cumsum(sizes) - sizes, sizes], axis=1)
        self.word_slots = _slots(len(numbers), 0, np.int32)
        kernel("index_words")(self.word_arena, self.word_records, self.word_slots)
        keys = np.array(sorted(pairs), dtype=np.int64)
        entries, self.pair_gate = _placed(keys)
        self.pairs = _leading_to(entries, np.array([pairs[key] for key in keys.tolist()], dtype=np.int64))


class NgramSums:
    """Texts → summed weights of their n-grams, remembering chunks. One thread's.

    Args:
        made: the model's n-grams.
    """

    def __init__(self, made: NgramIndex) -> None:
        """Start without a memory."""
        self._made = made
        self._counts, self._inner = (np.zeros(len(made.idf) + 1, dtype=np.int32) for _ in range(2))
        self._touched = np.zeros(len(made.idf) + 1, dtype=np.int32)
        self._forget(0)

    def _forget(self, longest: int) -> None:
        room = REMEMBERED + longest + 2
        self._slots: NDArray[np.int32] = _slots(room, 0, np.int32)
        self._records = np.zeros((room, 6), dtype=np.int64)
        self._arena = np.zeros(REMEMBERED * 8 + longest + 1, dtype=np.uint32)
        self._parts = np.zeros(REMEMBERED * 28 + 4 * longest + 9, dtype=np.int32)
        self._repeats = np.zeros(len(self._parts), dtype=np.uint8)
        self._words = np.zeros(REMEMBERED * 2 + longest + 1, dtype=np.int32)
        self._sums = np.zeros((room, self._made.width))
        self._squares = np.zeros(room)
        self._state = np.array([1, 0, 0, 0], dtype=np.int64)
        self._longest = longest

    def log_odds(self, texts: Sequence[str], intercept: Floats) -> Floats:
        """Return each output's log-odds ``(n_texts, n_outputs)``."""
        out = np.tile(intercept, (len(texts), 1))
        buffer, offsets = points([text.lower() for text in texts])
        longest = int(np.diff(offsets).max(initial=0))
        if longest > max(self._longest, REMEMBERED // 2):
            self._forget(longest)
        run = np.empty(longest // 2 + 2, dtype=np.int32)
        made, first = self._made, 0
        while first < len(texts):
            done = kernel("ngram_sums")(
                buffer,
                offsets[first:],
                classes(),
                LONGEST_CHUNK,
                made.edges,
                made.word_slots,
                made.word_records,
                made.word_arena,
                made.word_columns,
                made.pairs,
                made.pair_gate,
                made.idf,
                made.coef,
                made.logs,
                self._slots,
                self._records,
                self._arena,
                self._parts,
                self._repeats,
                self._words,
                self._sums,
                self._squares,
                self._state,
                self._counts,
                self._inner,
                self._touched,
                run,
                out[first:],
            )
            first += done
            if first < len(texts):
                self._forget(self._longest)
        return out


class Fast:
    """The compiled form of a predictor's pieces: hash tables made once, and a memory for each thread.

    Args:
        ngrams: n-grams, if the model has any.
        vocabulary: of its tokens, if they are read.
        tagger: weights of tokens' features, if it has any; likewise `grams`, of texts' n-grams and skip-grams.
    """

    def __init__(
        self, ngrams: Linear | None, vocabulary: Vocabulary | None, tagger: Table | None, grams: Table | None
    ) -> None:
        """Make the tables."""
        self._vocabulary = vocabulary
        self._ngrams = None if ngrams is None else NgramIndex(ngrams)
        self._tagger = None if tagger is None else Lookup(tagger)
        self.grams = None if grams is None else Lookup(grams)
        self._here = threading.local()

    @property
    def reader(self) -> Reader:
        """This thread's reader of tokens."""
        assert self._vocabulary is not None  # noqa: S101 - for the type checker: who asks knows that the model has a tagger
        if not hasattr(self._here, "reader"):
            self._here.reader = Reader(self._vocabulary, self._tagger)
        found: Reader = self._here.reader
        return found

    @property
    def ngrams(self) -> NgramSums:
        """This thread's sums of n-grams."""
        assert self._ngrams is not None  # noqa: S101 - for the type checker: who asks knows that the model has n-grams
        if not hasattr(self._here, "ngrams"):
            self._here.ngrams = NgramSums(self._ngrams)
        found: NgramSums = self._here.ngrams
        return found

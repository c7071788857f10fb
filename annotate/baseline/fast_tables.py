"""What the compiled loops look things up in: tables by hash, made once and only read, and the loops' compilation."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotate.baseline.linear import Ints

REMEMBERED = 100_000
"""How many kinds of token, and how many chunks, a thread remembers; past it the memory starts anew. No result depends on it."""


def there() -> bool:
    """Return whether numba is installed; it is not loaded."""
    return importlib.util.find_spec("numba") is not None


@cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function compiled by numba; the machine code is kept beside it, where that can be written."""
    import numba  # type: ignore[import-untyped, import-not-found, unused-ignore]  # an extra, and it ships no types

    try:
        found: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # neither the package's folder nor the user's can be written
        found = numba.njit(nogil=True)(function)
    return found


def slots(count: int, empty: int, kind: type = np.int64) -> NDArray[Any]:
    """Return empty slots enough for so many keys: a power of two."""
    size = 1 << max(4, int(np.ceil(np.log2(max(count, 1) * 1.5))))
    return np.full(size, empty, dtype=kind)


def placed(keys: Ints) -> tuple[Ints, NDArray[np.uint8]]:
    """Return where each key stands by hash, with its number beside it (one look into memory finds both), and the gate before."""
    size = len(slots(len(keys), -1))
    entries, gate = np.full((size, 2), -1, dtype=np.int64), np.zeros(size // 2, dtype=np.uint8)
    compiled(index)(keys, entries, gate)
    return entries, gate


def leading_to(entries: Ints, values: Ints) -> Ints:
    """Return entries with the value of each key in place of its number."""
    there = entries[:, 1] >= 0
    entries[there, 1] = values[entries[there, 1]]
    return entries


def index(keys: Any, entries: Any, gate: Any) -> None:
    """Write where each key stands by hash.

    Args:
        keys: whole numbers, none negative.
        entries: written: the key and its number ``(n_slots, 2)``; it comes filled with -1.
        gate: written: a bit by hash, set where a key may be. It is small enough to stay near the processor, and most features
            that a text has are not in a model: one look at it spares one into the large table.
    """
    mask, gate_mask = len(entries) - 1, 8 * len(gate) - 1
    for number in range(len(keys)):
        key = keys[number]
        h = (key & 0x7FFFFFFF) * 0x2545F491 + (key >> 31) * 0x45D9F3B
        h ^= h >> 29
        gate[(h & gate_mask) >> 3] |= np.uint8(1 << (h & 7))
        slot = h & mask
        while entries[slot, 0] != -1:
            slot = (slot + 1) & mask
        entries[slot, 0] = key
        entries[slot, 1] = number


class Tree(NamedTuple):
    """Every beginning of some terms, numbered, the empty one 0.

    Attributes:
        edges: by hash: ``node << 21 | code point`` (-1 where there is none), and the node that it leads to ``(n_slots, 2)``.
        keys: of each node, the edge that leads to it ``(n_nodes,)``; 0 first.
        ends: the node of each term ``(n_terms,)``.
    """

    edges: Ints
    keys: Ints
    ends: Ints


def tree(terms: Sequence[str]) -> Tree:
    """Return some terms as a tree of their characters; nodes are numbered by their depth."""
    deepest = max(map(len, terms), default=1)
    letters = np.array(terms or [""], dtype=f"U{deepest}").view(np.uint32).reshape(-1, deepest)
    sizes = np.array([len(term) for term in terms] or [0])
    node = np.zeros(len(letters), dtype=np.int64)
    keys, count = [np.zeros(1, dtype=np.int64)], 1
    for depth in range(deepest):
        on = np.flatnonzero(sizes > depth)
        distinct, which = np.unique((node[on] << 21) | letters[on, depth], return_inverse=True)
        keys.append(distinct)
        node[on] = count + which
        count += len(distinct)
    every = np.concatenate(keys)
    return Tree(leading_to(placed(every[1:])[0], np.arange(1, count)), every, node[: len(terms)])


def placed_names(names: Sequence[str], wide: type) -> tuple[NDArray[Any], NDArray[np.int32], NDArray[np.int32]]:
    """Return the letters of all names, where each begins and how many it has, and its number, counted from 1, by hash.

    Args:
        names: all different.
        wide: ``np.uint32`` for code points, ``np.uint8`` for bytes of UTF-8.
    """
    encoding = "utf-32-le" if wide is np.uint32 else "utf-8"
    coded = [name.encode(encoding, "surrogatepass") for name in names]
    sizes = np.fromiter(map(len, coded), np.int64, len(coded)) // np.dtype(wide).itemsize
    letters: NDArray[Any] = np.frombuffer(b"".join(coded), dtype=wide)
    places = np.stack([np.cumsum(sizes) - sizes, sizes], axis=1).astype(np.int32)
    found: NDArray[np.int32] = slots(len(names), 0, np.int32)
    compiled(index_names)(letters, places, found)
    return letters, places, found


def index_names(letters: Any, places: Any, slots: Any) -> None:
    """Write the number of each name, counted from 1, where its letters' hash leads (see `placed_names`)."""
    mask = len(slots) - 1
    for name in range(len(places)):
        h = 0
        for r in range(places[name, 0], places[name, 0] + places[name, 1]):
            h = (h * 1000003 + letters[r]) & 0xFFFFFFFFFF
        slot = (h ^ (h >> 17)) & mask
        while slots[slot] != 0:
            slot = (slot + 1) & mask
        slots[slot] = name + 1

"""MinHash signatures of texts, and the pairs that read alike.

Two texts are near-duplicates where their sets of three-word runs have a Jaccard similarity of one half or more. It is
estimated from the share of equal positions of two MinHash signatures (Broder 1997, "On the resemblance and containment
of documents", doi:10.1109/SEQUEN.1997.666900); candidates are pairs that agree in one of the signature's bands
(Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from annotate.dataset.clusters import Clusters

Signature = NDArray[np.uint32]

WORDS = 3
"""Length of the runs of words that are compared."""
THRESHOLD = 0.5
"""Jaccard similarity from which two texts are near-duplicates; the estimate's standard error there is 0.036."""
BANDS, ROWS = 64, 3
"""A pair at the threshold agrees in some band with a probability of 0.9998; one at 0.1 with 0.06."""

_MASK = 2**64 - 1
_BLOCK = 4096
"""Runs hashed at a time: bounds the memory that a very long text takes."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
"""A word; in scripts that set no spaces between words, a character."""


def _numbers(start: int, count: int) -> NDArray[np.uint64]:
    """Return fixed pseudo-random numbers by SplitMix64 (no library's generator: its stream may change)."""
    found = []
    for step in range(1, count + 1):
        mixed = (start + step * 0x9E3779B97F4A7C15) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        found.append(mixed ^ (mixed >> 31))
    return np.array(found, dtype=np.uint64)


_MULTIPLIERS = _numbers(1, BANDS * ROWS) | np.uint64(1)
_ADDENDS = _numbers(2, BANDS * ROWS)
_PLACES = _numbers(3, WORDS) | np.uint64(1)
_HALF = np.uint64(32)


@lru_cache(maxsize=2**18)
def _hashed(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8"), digest_size=8).digest(), "big")


def words(text: str) -> list[str]:
    """Return the text's words without case and punctuation.

    >>> words("The mayor's TAX: 3% 🎉")
    ['the', 'mayor', 's', 'tax', '3']
    """
    return _WORD.findall(text.casefold())


def runs(text: str) -> NDArray[np.uint64]:
    """Return the hashes of the text's runs of `WORDS` words; a text with fewer words is one run, without words itself."""
    found = words(text) or [text]
    hashes = np.array([_hashed(word) for word in found], dtype=np.uint64)
    length = max(1, len(hashes) - WORDS + 1)
    summed = np.zeros(length, dtype=np.uint64)
    for place in range(min(WORDS, len(hashes))):
        summed += hashes[place : place + length] * _PLACES[place]
    return summed ^ (summed >> _HALF)


def signature(text: str) -> Signature:
    """Return the text's MinHash signature ``(BANDS * ROWS,)``."""
    hashes = np.unique(runs(text))
    smallest = np.full(BANDS * ROWS, np.iinfo(np.uint32).max, dtype=np.uint64)
    for first in range(0, len(hashes), _BLOCK):
        permuted = (hashes[first : first + _BLOCK, None] * _MULTIPLIERS + _ADDENDS) >> _HALF
        smallest = np.minimum(smallest, permuted.min(axis=0))
    return smallest.astype(np.uint32)


def similarity(one: Signature, others: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Return the estimated Jaccard similarity of a text with others ``(n,)``, in [0, 1]."""
    return np.asarray((others == one).mean(axis=1), dtype=np.float64)


def near_duplicates(signatures: NDArray[np.uint32]) -> Iterator[tuple[int, int]]:
    """Yield pairs of near-duplicates, enough to connect all that belong together.

    Args:
        signatures: one a row ``(n, BANDS * ROWS)``.
    """
    return pairs(
        len(signatures), lambda band: signatures[:, band * ROWS : (band + 1) * ROWS], lambda rows: signatures[rows]
    )


def pairs(
    count: int, band_of: Callable[[int], NDArray[np.uint32]], rows_of: Callable[[list[int]], NDArray[np.uint32]]
) -> Iterator[tuple[int, int]]:
    """Yield what `near_duplicates` does, of signatures that need not all be in memory.

    Args:
        count: number of signatures.
        band_of: number of a band → that part of all signatures ``(count, ROWS)``.
        rows_of: numbers of signatures → these, whole ``(n, BANDS * ROWS)``.
    """
    joined = Clusters(count)
    for band in range(BANDS):
        for members in _alike(band_of(band)):
            for position, one in enumerate(members[:-1]):
                others = [other for other in members[position + 1 :] if joined.root(other) != joined.root(one)]
                if not others:
                    break  # those that follow belong together already, however many they are
                near = similarity(rows_of([one])[0], rows_of(others)) >= THRESHOLD
                for other in np.array(others)[near].tolist():
                    joined.join(one, other)
                    yield one, other


def _alike(rows: NDArray[np.uint32]) -> Iterator[list[int]]:
    """Yield the groups of row numbers whose rows are equal, where a group has more than one."""
    order = np.lexsort(rows.T)
    same = (rows[order][1:] == rows[order][:-1]).all(axis=1)
    edges = np.flatnonzero(np.concatenate([[True], ~same, [True]]))
    for group in np.flatnonzero(np.diff(edges) > 1).tolist():
        yield sorted(order[edges[group] : edges[group + 1]].tolist())

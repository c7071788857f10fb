"""Texts as code points, and what each code point may be, as `str` and `re` say it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SPACE, WORD, DECIMAL, LETTER, ALPHA, DIGIT, UPPER = 1, 2, 4, 8, 16, 32, 64
"""White space, of a word, a decimal digit, a letter as tokens have them; and `isalpha`, `isdigit`, `isupper` of `str`."""


class Points(NamedTuple):
    """Texts as code points: all of them, and where each text begins ``(n_texts + 1,)``."""

    buffer: NDArray[np.uint32]
    offsets: NDArray[np.int64]


def points(texts: Sequence[str]) -> Points:
    """Return the code points of texts.

    >>> points(["may", "", "🕊"]).offsets.tolist()
    [0, 3, 3, 4]
    """
    offsets = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=offsets[1:])
    return Points(np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32), offsets)


@cache
def classes() -> NDArray[np.uint8]:
    """Return the bits of each code point ``(0x110000,)``."""
    every = np.arange(0x110000, dtype=np.uint32)
    letters = every.view("U1")
    decimal, underscore = np.strings.isdecimal(letters), every == ord("_")
    word = np.strings.isalnum(letters) | underscore
    bits = {
        SPACE: np.strings.isspace(letters),
        WORD: word,
        DECIMAL: decimal,
        LETTER: word & ~decimal & ~underscore,
        ALPHA: np.strings.isalpha(letters),
        DIGIT: np.strings.isdigit(letters),
        UPPER: np.strings.isupper(letters),
    }
    found = np.zeros(len(every), dtype=np.uint8)
    for bit, those in bits.items():
        found |= np.where(those, np.uint8(bit), np.uint8(0))
    return found


def counted(made: Points, bit: int) -> NDArray[np.int64]:
    """Return how many characters of each text have a bit ``(n_texts,)``.

    >>> counted(points(["May 12", "", "²"]), DIGIT).tolist()
    [2, 0, 1]
    """
    there = classes()[made.buffer] & bit
    upto = np.zeros(len(there) + 1, dtype=np.int64)
    np.cumsum(there > 0, out=upto[1:])
    found: NDArray[np.int64] = np.diff(upto[made.offsets])
    return found

"""The compiled form of the patterns' first look: where the first phrase of a text begins. Most texts hold none."""
# ruff: noqa: C901, D417, PLR2004 - a kernel is one function, as in `token_kernels`

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotate.baseline.characters import classes, points
from annotate.baseline.fast_tables import compiled, tree
from annotate.baseline.linear import Ints


class PhraseIndex:
    """Phrases as a tree of their characters.

    Args:
        phrases: in lower case, their words parted by one space.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        """Place them."""
        made = tree(sorted(set(phrases)))
        self._edges = made.edges
        self._ends: NDArray[np.bool_] = np.zeros(len(made.keys), dtype=np.bool_)
        self._ends[made.ends] = True

    def firsts(self, lows: Sequence[str]) -> Ints:
        """Return where the first phrase begins in each text, -1 where none does ``(n_texts,)``.

        It is where the expression of :func:`annotate.language.trie.bounded` would find one.

        Args:
            lows: texts, each `lowered`.
        """
        buffer, offsets = points(lows)
        found = np.full(len(lows), -1, dtype=np.int64)
        compiled(first_phrases)(buffer, offsets, classes(), self._edges, self._ends, found)
        return found


def first_phrases(buffer: Any, offsets: Any, classes: Any, edges: Any, ends: Any, firsts: Any) -> None:
    """Write where the first phrase of each text begins: whole words, a hyphened compound is one.

    Args:
        buffer: code points of all texts, and ``offsets`` where each begins ``(n_texts + 1,)``.
        classes: what each code point is.
        edges: the phrases' tree, by hash (see `fast_tables.tree`), and in ``ends`` whether a phrase ends at a node.
        firsts: written; it comes filled with -1.
    """
    mask = len(edges) - 1
    for number in range(len(offsets) - 1):
        begin, end = offsets[number], offsets[number + 1]
        for p in range(begin, end):
            if p > begin and classes[buffer[p - 1]] & 2:
                continue
            if p > begin + 1 and buffer[p - 1] == 45 and classes[buffer[p - 2]] & 2:
                continue
            node = np.int64(0)
            r = p
            while r < end:
                letter = np.int64(buffer[r])
                r += 1
                if classes[letter] & 1:
                    letter = np.int64(32)
                    while r < end and classes[buffer[r]] & 1:
                        r += 1
                key = (node << 21) | letter
                h = (key & 0x7FFFFFFF) * 0x2545F491 + (key >> 31) * 0x45D9F3B
                place = (h ^ (h >> 29)) & mask
                while edges[place, 0] != -1 and edges[place, 0] != key:
                    place = (place + 1) & mask
                if edges[place, 0] == -1:
                    break
                node = edges[place, 1]
                inside = r < end and (
                    classes[buffer[r]] & 2 or (buffer[r] == 45 and r + 1 < end and classes[buffer[r + 1]] & 2)
                )
                if ends[node] and not inside:
                    firsts[number] = p - begin
                    break
            if firsts[number] >= 0:
                break

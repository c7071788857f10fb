"""The inner loop of the fast scorer over words that it meets for the first time, as in :mod:`annotate.baseline.token_kernels`."""
# ruff: noqa: C901, D417, PLR0912, PLR0913, PLR0915, PLR0917, PLR2004 - a kernel is one function: calls and named bits would be compiled apart

from __future__ import annotations

from typing import Any

import numpy as np


def describe(
    arena: Any,
    records: Any,
    first: int,
    last: int,
    letters: Any,
    places: Any,
    slots: Any,
    numbers: Any,
    endings: Any,
    ending_classes: Any,
    mark_classes: Any,
    classes: Any,
    shapes: Any,
    longest: int,
    least: int,
    values: Any,
    is_quote: Any,
) -> int:
    """Write the values of kinds of token that are ASCII, as `Vocabulary.numbered` gives them; return how many are not.

    Args:
        arena: characters of the kinds.
        records: of each kind: where its characters begin, how many, whether it is a text's first.
        first: first kind to describe; ``last`` is the end.
        letters: of all names, each the attribute's letter and a value: ``k`` for words of a closed class, ``e`` for endings.
        places: of each name: where its letters begin, how many ``(n_names, 2)``.
        slots: number of a name, counted from 1, by hash; ``numbers`` its value.
        endings: which suggest a class, in their order, filled with 0 ``(n_endings, n)``, and the values of these classes.
        mark_classes: the class of each ASCII character that is not a letter ``(128,)``.
        classes: values of: a number, a name, any other word.
        shapes: values of: a number, a mark, all capitals, a capital first, small letters; in a text, and first in it ``(5, 2)``.
        longest: how many letters an ending has at most.
        least: how many letters a stem keeps.
        values: written ``(n_kinds, 7)``; -1 first where a kind is not ASCII. Likewise ``is_quote``.
    """
    mask = len(slots) - 1
    word = np.empty(256, dtype=np.uint8)
    others = 0
    for kind in range(first, last):
        at, size, begins = records[kind, 0], records[kind, 1], records[kind, 2]
        head = arena[at]
        small = 0
        capitals = 0
        plain = True
        for r in range(size):
            letter = arena[at + r]
            if letter > 127:
                plain = False
                break
            if 65 <= letter <= 90:
                capitals += 1
                word[r] = letter + 32
            else:
                small += 97 <= letter <= 122
                word[r] = letter
        if not plain:
            values[kind, 0] = -1
            others += 1
            continue
        is_quote[kind] = size == 1 and head == 34
        is_number = 48 <= head <= 57
        is_letter = 97 <= (head | 32) <= 122
        n = size
        if is_number:
            n = 1
            word[0] = 48
        stem = n
        for query in range(longest + 6):
            which = query - longest
            low = 0
            high = n
            if which < 0:
                low = n - min(longest, n - least) + query
                if stem < n or low >= n or n <= least:
                    continue
                first_letter = 101
            elif which == 0:
                first_letter = 119
            elif which == 1:
                first_letter = 115
                high = stem
            elif which == 2:
                first_letter = 51
                low = max(0, n - 3)
            elif which == 3:
                first_letter = 50
                low = max(0, n - 2)
            elif which == 4:
                first_letter = 52
                high = min(4, n)
            else:
                first_letter = 107
            h = np.int64(first_letter)
            for r in range(low, high):
                h = (h * 1000003 + word[r]) & 0xFFFFFFFFFF
            slot = (h ^ (h >> 17)) & mask
            found = 0
            while True:
                found = slots[slot]
                if found == 0:
                    break
                start = places[found - 1, 0]
                if places[found - 1, 1] == high - low + 1 and letters[start] == first_letter:
                    same = True
                    for r in range(low, high):
                        if letters[start + 1 + r - low] != word[r]:
                            same = False
                            break
                    if same:
                        break
                slot = (slot + 1) & mask
            if which < 0:
                if found:
                    stem = low
            elif which < 5:
                values[kind, which] = numbers[found - 1] if found else 0
            elif found:
                values[kind, 5] = numbers[found - 1]
            elif is_number:
                values[kind, 5] = classes[0]
            elif not is_letter:
                values[kind, 5] = mark_classes[word[0]]
            elif head <= 90 and not begins:
                values[kind, 5] = classes[1]
            else:
                values[kind, 5] = classes[2]
                for number in range(len(endings)):
                    length = 0
                    while length < endings.shape[1] and endings[number, length] != 0:
                        length += 1
                    same = length <= n
                    for r in range(length):
                        if same and word[n - length + r] != endings[number, r]:
                            same = False
                    if same:
                        values[kind, 5] = ending_classes[number]
                        break
        look = 4
        if is_number:
            look = 0
        elif not is_letter:
            look = 1
        elif capitals > 0 and small == 0:
            look = 2
        elif head <= 90:
            look = 3
        values[kind, 6] = shapes[look, begins]
    return others

"""The inner loops of the fast scorer over tokens: plain functions of arrays, which numba compiles (see `fast_tables`).

They are written in the part of Python that numba knows, and hold no state: whatever a call changes is handed to it. All hashes
only choose where to look first; what is found there is compared whole, so no two things are ever taken for one. What a code
point may be is said by the bits of :mod:`annotate.baseline.characters`.
"""
# ruff: noqa: C901, D417, PLR0912, PLR0913, PLR0915, PLR0917, PLR2004 - a kernel is one function: calls and named bits would be compiled apart

from __future__ import annotations

from typing import Any

import numpy as np


def tokenise(
    buffer: Any,
    offsets: Any,
    classes: Any,
    longest: int,
    slots: Any,
    records: Any,
    arena: Any,
    state: Any,
    starts: Any,
    ends: Any,
    texts: Any,
    kinds: Any,
) -> int:
    """Find the tokens of texts and number their kinds; return how many tokens there are.

    Args:
        buffer: code points of all texts, and ``offsets`` where each begins ``(n_texts + 1,)``.
        classes: what each code point is.
        longest: how many characters of a token count.
        slots: number of a kind by hash, 0 where there is none.
        records: of each kind: where its characters begin in ``arena``, how many, whether it is a text's first.
        arena: characters of the kinds.
        state: how many kinds there are, how many characters.
        starts: written: offset of each token in its text; likewise ``ends``, number of the text, number of the kind.
    """
    mask = len(slots) - 1
    n = 0
    for number in range(len(offsets) - 1):
        begin, end = offsets[number], offsets[number + 1]
        p = begin
        first = 1
        while p < end:
            what = classes[buffer[p]]
            if what & 1:
                p += 1
                continue
            q = p + 1
            if what & 8:
                while q < end and classes[buffer[q]] & 8:
                    q += 1
                if q + 1 < end and (buffer[q] == 39 or buffer[q] == 0x2019):
                    a = buffer[q + 1]
                    after = 0
                    if a in (115, 116, 100, 109):
                        after = q + 2
                    elif q + 2 < end:
                        b = buffer[q + 2]
                        if ((a in (114, 118)) and b == 101) or (a == 108 and b == 108):
                            after = q + 3
                    if after and (after == end or not classes[buffer[after]] & 2):
                        q = after
            elif what & 4:
                last = p
                while q < end and (classes[buffer[q]] & 4 or buffer[q] == 46 or buffer[q] == 44):
                    if classes[buffer[q]] & 4:
                        last = q
                    q += 1
                q = last + 1
            size = min(q - p, longest)
            h = first
            for r in range(p, p + size):
                h = (h * 1000003 + buffer[r]) & 0xFFFFFFFFFF
            h ^= h >> 17
            slot = h & mask
            kind = 0
            while True:
                kind = slots[slot]
                if kind == 0:
                    break
                if records[kind, 1] == size and records[kind, 2] == first:
                    at = records[kind, 0]
                    same = True
                    for r in range(size):
                        if arena[at + r] != buffer[p + r]:
                            same = False
                            break
                    if same:
                        break
                slot = (slot + 1) & mask
            if kind == 0:
                kind = state[0]
                at = state[1]
                for r in range(size):
                    arena[at + r] = buffer[p + r]
                records[kind, 0] = at
                records[kind, 1] = size
                records[kind, 2] = first
                slots[slot] = kind
                state[0] = kind + 1
                state[1] = at + size
            starts[n] = p - begin
            ends[n] = q - begin
            texts[n] = number
            kinds[n] = kind
            n += 1
            first = 0
            p = q
    return n


def tabulate(
    offsets: Any,
    starts: Any,
    ends: Any,
    kinds: Any,
    values: Any,
    is_quote: Any,
    marks: Any,
    singles: Any,
    pad: int,
    table: Any,
    padded: Any,
) -> None:
    """Write every token's values, and ``pad`` places beyond each end of a text.

    Args:
        offsets: number of each text's first token, and the end ``(n_texts + 1,)``.
        starts: offset of each token in its text; likewise ``ends``, and number of the kind.
        values: of each kind ``(n_kinds, n_own)``.
        is_quote: whether a kind is a quotation mark.
        marks: cues as (text, start, end, value), in the order of the texts.
        singles: values of: no cue, not quoted, quoted, places 0 to 3.
        pad: places beyond an end.
        table: written: ``(n_places, n_own + 3)``; it comes filled with the value of what is beyond.
        padded: written: number of the kind of each place; it comes filled with 0.
    """
    own = values.shape[1]
    mark = 0
    for number in range(len(offsets) - 1):
        first, last = offsets[number], offsets[number + 1]
        shift = pad * (number + 1)
        quoted = singles[1]
        for token in range(first, last):
            if is_quote[kinds[token]]:
                quoted = singles[2]
                break
        for token in range(first, last):
            place = token + shift
            kind = kinds[token]
            padded[place] = kind
            for column in range(own):
                table[place, column] = values[kind, column]
            table[place, own] = singles[0]
            table[place, own + 1] = quoted
            table[place, own + 2] = singles[3 + min(token - first, 3)]
        while mark < len(marks) and marks[mark, 0] == number:
            low, high = first, last
            while low < high:
                middle = (low + high) >> 1
                if ends[middle] <= marks[mark, 1]:
                    low = middle + 1
                else:
                    high = middle
            while low < last and starts[low] < marks[mark, 2]:
                table[low + shift, own] = marks[mark, 3]
                low += 1
            mark += 1


def weigh(
    values: Any, first: int, last: int, templates: Any, entries: Any, gate: Any, coef: Any, weights: Any, bits: int
) -> None:
    """Write the weights of kinds' own values, summed by the offset at which templates look.

    Args:
        values: of each kind ``(n_kinds, n_own)``.
        first: first kind to weigh; ``last`` is the end.
        templates: (number, which offset, column) of those of one own value.
        entries: features by hash, and the ``gate`` before them (see `index`).
        coef: weights ``(n_features, n_outputs)``.
        weights: written ``(n_kinds, n_offsets, n_outputs)``.
        bits: of one value.
    """
    mask, gate_mask = len(entries) - 1, 8 * len(gate) - 1
    width = coef.shape[1]
    for kind in range(first, last):
        for where in range(weights.shape[1]):
            for output in range(width):
                weights[kind, where, output] = 0.0
        for number in range(len(templates)):
            value = np.int64(values[kind, templates[number, 2]])
            if value == 0:
                continue
            key = ((np.int64(templates[number, 0]) << bits) | value) << (2 * bits)
            h = (key & 0x7FFFFFFF) * 0x2545F491 + (key >> 31) * 0x45D9F3B
            h ^= h >> 29
            if not gate[(h & gate_mask) >> 3] >> (h & 7) & 1:
                continue
            slot = h & mask
            while entries[slot, 0] != -1:
                if entries[slot, 0] == key:
                    row = entries[slot, 1]
                    for output in range(width):
                        weights[kind, templates[number, 1], output] += coef[row, output]
                    break
                slot = (slot + 1) & mask


def features(
    offsets: Any, table: Any, pad: int, templates: Any, entries: Any, gate: Any, bits: int, counts: Any, rows: Any
) -> int:
    """Find the features of every token that a model knows; return how many there are.

    A token's features are worked out first and looked up then: the processor can wait for several answers of the memory at once.

    Args:
        offsets: number of each text's first token, and the end ``(n_texts + 1,)``.
        table: values of all places (see `tabulate`).
        pad: places beyond an end.
        templates: (number, size, three offsets, three columns).
        entries: features by hash, and the ``gate`` before them (see `index`).
        bits: of one value.
        counts: written: how many features each token has ``(n_tokens,)``.
        rows: written: their numbers, one token's after the other's.
    """
    mask, gate_mask = len(entries) - 1, 8 * len(gate) - 1
    keys, slots = np.empty(len(templates), dtype=np.int64), np.empty(len(templates), dtype=np.int64)
    total = 0
    for number in range(len(offsets) - 1):
        shift = pad * (number + 1)
        for token in range(offsets[number], offsets[number + 1]):
            place = token + shift
            likely = 0
            for which in range(len(templates)):
                size = templates[which, 1]
                key = np.int64(templates[which, 0])
                for part in range(size):
                    value = np.int64(table[place + templates[which, 2 + part], templates[which, 5 + part]])
                    if value == 0:
                        key = np.int64(-1)
                        break
                    key = (key << bits) | value
                if key < 0:
                    continue
                key <<= bits * (3 - size)
                h = (key & 0x7FFFFFFF) * 0x2545F491 + (key >> 31) * 0x45D9F3B
                h ^= h >> 29
                keys[likely] = key
                slots[likely] = h & mask
                likely += gate[(h & gate_mask) >> 3] >> (h & 7) & 1
            found = 0
            for which in range(likely):
                slot = slots[which]
                while entries[slot, 0] != keys[which] and entries[slot, 0] != -1:
                    slot = (slot + 1) & mask
                rows[total + found] = entries[slot, 1]
                found += entries[slot, 0] != -1
            counts[token] = found
            total += found
    return total


def token_sums(
    offsets: Any,
    padded: Any,
    pad: int,
    distances: Any,
    weights: Any,
    counts: Any,
    rows: Any,
    coef: Any,
    out: Any,
) -> None:
    """Add to ``out`` ``(n_tokens, n_outputs)`` the weights of every token's features.

    Args:
        offsets: number of each text's first token, and the end ``(n_texts + 1,)``.
        padded: kinds of all places (see `tabulate`).
        pad: places beyond an end.
        distances: offsets of ``weights`` ``(n_offsets,)``.
        weights: of kinds (see `weigh`).
        counts: how many other features each token has, and their ``rows`` (see `features`).
        coef: weights ``(n_features, n_outputs)``.
        out: written.
    """
    width = coef.shape[1]
    at = 0
    for number in range(len(offsets) - 1):
        shift = pad * (number + 1)
        for token in range(offsets[number], offsets[number + 1]):
            place = token + shift
            for where in range(len(distances)):
                kind = padded[place + distances[where]]
                for output in range(width):
                    out[token, output] += weights[kind, where, output]
            for which in range(at, at + counts[token]):
                row = rows[which]
                for output in range(width):
                    out[token, output] += coef[row, output]
            at += counts[token]


def text_sums(offsets: Any, counts: Any, rows: Any, coef: Any, seen: Any, out: Any) -> None:
    """Add to ``out`` ``(n_texts, n_outputs)`` the weights of every text's features, each counted once.

    Args:
        offsets: number of each text's first token, and the end ``(n_texts + 1,)``.
        counts: how many features each token has, and their ``rows`` (see `features`).
        coef: weights ``(n_features, n_outputs)``.
        seen: scratch ``(n_features,)``, -1 throughout.
        out: written.
    """
    width = coef.shape[1]
    at = 0
    for number in range(len(offsets) - 1):
        for token in range(offsets[number], offsets[number + 1]):
            for which in range(at, at + counts[token]):
                row = rows[which]
                if seen[row] != number:
                    seen[row] = number
                    for output in range(width):
                        out[number, output] += coef[row, output]
            at += counts[token]

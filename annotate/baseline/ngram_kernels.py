"""The inner loops of the fast scorer over n-grams: plain functions of arrays, as in :mod:`annotate.baseline.token_kernels`."""
# ruff: noqa: C901, D417, PLR0912, PLR0913, PLR0915, PLR0917, PLR2004 - a kernel is one function: calls and named bits would be compiled apart

from __future__ import annotations

from typing import Any

import numpy as np


def ngram_sums(
    buffer: Any,
    offsets: Any,
    classes: Any,
    longest: int,
    edges: Any,
    fails: Any,
    ends: Any,
    listed: Any,
    together: Any,
    word_slots: Any,
    word_records: Any,
    word_arena: Any,
    word_columns: Any,
    pairs: Any,
    pair_gate: Any,
    weights: Any,
    logs: Any,
    slots: Any,
    records: Any,
    arena: Any,
    parts: Any,
    words: Any,
    sums: Any,
    state: Any,
    counts: Any,
    inner: Any,
    often: Any,
    touched: Any,
    run: Any,
    out: Any,
) -> int:
    """Add to ``out`` ``(n_texts, n_outputs)`` the weights of every text's n-grams, by TF-IDF; return how many texts were done.

    The call ends early where the memory for one more text is not there: forget, and go on with the next text.

    Args:
        buffer: code points of all texts in lower case, and ``offsets`` where each begins ``(n_texts + 1,)``.
        classes: what each code point is.
        longest: how long a chunk is remembered.
        edges: beginnings of n-grams as a tree, by hash: ``node << 21 | code point`` (-1 where there is none), and the node that
            it leads to ``(n_slots, 2)``.
        fails: of each node, the node of its longest end that begins an n-gram too ``(n_nodes,)``: so a text is read once (Aho
            and Corasick 1975, *Efficient String Matching*, https://doi.org/10.1145/360825.360855).
        ends: of each node: where the columns of the n-grams that end there begin in ``listed``, how many ``(n_nodes, 2)``;
            ``together`` the sum of their squared weights and of each output's ``(n_nodes, 1 + n_outputs)``.
        word_slots: number of a word, counted from 1, by hash; ``word_records`` where its characters begin in ``word_arena``
            and how many; ``word_columns`` the column of the word, -1 for none.
        pairs: by hash: ``word << 31 | word`` (-1 where there is none), and the column ``(n_slots, 2)``; ``pair_gate`` before it.
        weights: of each column the inverse document frequency, and its products with the weight of each output
            ``(n_features, 1 + n_outputs)``; ``logs`` 1 + ln of small counts.
        slots: number of a chunk, counted from 1, by hash; ``records`` where its characters begin in ``arena``, how many,
            where its columns begin in ``parts`` (25 bits, and above them how often they occur in it), how many, where its words
            begin in ``words``, how many.
        sums: of each chunk, its columns' squared lengths, and their weights by output.
        state: how many chunks, characters, columns and words are remembered.
        counts: scratch by column, 0 throughout, in bytes, so that it stays near the processor: how often n-grams of characters
            occur in a text, 255 for so often or more; likewise ``inner``, in a chunk.
        often: scratch by column, 0 for words: how often they occur, and n-grams of characters that do so 255 times or more.
        touched: scratch, as long as there are columns; ``run`` as long as the longest text has chunks.
        out: written.
    """
    width = weights.shape[1] - 1
    edge_mask, word_mask = len(edges) - 1, len(word_slots) - 1
    pair_mask, mask, gate_mask = len(pairs) - 1, len(slots) - 1, 8 * len(pair_gate) - 1
    known_logs = len(logs)
    g: Any = 0
    sum_chars = np.zeros(width)
    sum_words = np.zeros(width)
    for number in range(len(offsets) - 1):
        begin, end = offsets[number], offsets[number + 1]
        size = end - begin
        if (
            state[0] + size + 1 >= len(records)
            or state[1] + size >= len(arena)
            or state[2] + 4 * size + 8 >= len(parts)
            or state[3] + size >= len(words)
        ):
            return number
        for output in range(width):
            sum_chars[output] = 0.0
            sum_words[output] = 0.0
        square = 0.0
        n_run = 0
        n_words = 0
        n_touched = 0
        before = -1
        p = begin
        while p < end:
            if classes[buffer[p]] & 1:
                p += 1
                continue
            q = p
            h = 0
            while q < end and not classes[buffer[q]] & 1:
                h = (h * 1000003 + buffer[q]) & 0xFFFFFFFFFF
                q += 1
            length = q - p
            chunk = 0
            if length <= longest:
                h ^= h >> 17
                slot = h & mask
                while True:
                    chunk = slots[slot]
                    if chunk == 0:
                        break
                    if records[chunk, 1] == length:
                        at = records[chunk, 0]
                        same = True
                        for r in range(length):
                            if arena[at + r] != buffer[p + r]:
                                same = False
                                break
                        if same:
                            break
                    slot = (slot + 1) & mask
            # ---- a chunk met for the first time, or too long to be remembered: its n-grams and words one by one
            if chunk == 0:
                keep = length <= longest
                first_part, first_word = state[2], state[3]
                n_parts = 0
                if keep:
                    for output in range(width + 1):
                        sums[state[0], output] = 0.0
                node = np.int64(0)
                for r in range(p - 1, q + 1):
                    letter = np.int64(32) if r < p or r == q else np.int64(buffer[r])
                    while True:
                        key = (node << 21) | letter
                        g = (key & 0x7FFFFFFF) * 0x2545F491 + (key >> 31) * 0x45D9F3B
                        place = (g ^ (g >> 29)) & edge_mask
                        while edges[place, 0] != -1 and edges[place, 0] != key:
                            place = (place + 1) & edge_mask
                        if edges[place, 0] != -1 or node == 0:
                            break
                        node = np.int64(fails[node])
                    if edges[place, 0] == -1:
                        continue
                    node = edges[place, 1]
                    if keep:
                        for output in range(width + 1):
                            sums[state[0], output] += together[node, output]
                    for k in range(ends[node, 0], ends[node, 0] + ends[node, 1]):
                        column = listed[k]
                        if keep:
                            old = np.int64(inner[column])
                            inner[column] = old + 1
                            if old == 0:
                                parts[first_part + n_parts] = column
                                n_parts += 1
                                continue
                            was, now, weight = logs[old], logs[old + 1], weights[column, 0]
                            for output in range(width):
                                sums[state[0], 1 + output] += weights[column, 1 + output] * (now - was - 1.0)
                            sums[state[0], 0] += weight * weight * (now * now - was * was - 1.0)
                        else:
                            old = np.int64(counts[column])
                            if old == 0:
                                touched[n_touched] = column
                                n_touched += 1
                            elif old == 255:
                                old = np.int64(often[column])
                            counts[column] = min(old + 1, 255)
                            often[column] = old + 1
                            was = 0.0
                            if old > 0:
                                was = logs[old] if old < known_logs else 1.0 + np.log(old)
                            now = logs[old + 1] if old + 1 < known_logs else 1.0 + np.log(old + 1)
                            weight = weights[column, 0]
                            for output in range(width):
                                sum_chars[output] += weights[column, 1 + output] * (now - was)
                            square += weight * weight * (now * now - was * was)
                found = 0
                r = p
                while r < q:
                    if not classes[buffer[r]] & 2:
                        r += 1
                        continue
                    s = r
                    g = 0
                    while s < q and classes[buffer[s]] & 2:
                        g = (g * 1000003 + buffer[s]) & 0xFFFFFFFFFF
                        s += 1
                    if s - r > 1:
                        g ^= g >> 17
                        place = g & word_mask
                        word = 0
                        while True:
                            word = word_slots[place]
                            if word == 0:
                                break
                            if word_records[word - 1, 1] == s - r:
                                at = word_records[word - 1, 0]
                                same = True
                                for t in range(s - r):
                                    if word_arena[at + t] != buffer[r + t]:
                                        same = False
                                        break
                                if same:
                                    break
                            place = (place + 1) & word_mask
                        words[first_word + found] = word - 1
                        found += 1
                    r = s
                if keep:
                    chunk = state[0]
                    at = state[1]
                    for r in range(length):
                        arena[at + r] = buffer[p + r]
                    slots[slot] = chunk
                    records[chunk, 0] = at
                    records[chunk, 1] = length
                    records[chunk, 2] = first_part
                    records[chunk, 3] = n_parts
                    records[chunk, 4] = first_word
                    records[chunk, 5] = found
                    for k in range(first_part, first_part + n_parts):
                        column = np.int64(parts[k])
                        parts[k] = column | np.int64(inner[column]) << 25
                        inner[column] = 0
                    state[0] = chunk + 1
                    state[1] = at + length
                    state[2] = first_part + n_parts
                    state[3] = first_word + found
            else:
                first_word, found = records[chunk, 4], records[chunk, 5]
            # ---- its n-grams: the sums made once, put right where another chunk of the text has the same n-gram
            if chunk > 0:
                run[n_run] = chunk
                n_run += 1
                for output in range(width):
                    sum_chars[output] += sums[chunk, 1 + output]
                square += sums[chunk, 0]
                for k in range(records[chunk, 2], records[chunk, 2] + records[chunk, 3]):
                    column = np.int64(parts[k]) & 0x1FFFFFF
                    count = np.int64(parts[k]) >> 25
                    old = np.int64(counts[column])
                    counts[column] = min(old + count, 255)
                    if old + count >= 255:
                        old = np.int64(often[column]) if old == 255 else old
                        often[column] = old + count
                    if old > 0:
                        both = old + count
                        was = logs[old] if old < known_logs else 1.0 + np.log(old)
                        now = logs[both] if both < known_logs else 1.0 + np.log(both)
                        own = logs[count]
                        weight = weights[column, 0]
                        for output in range(width):
                            sum_chars[output] += weights[column, 1 + output] * (now - was - own)
                        square += weight * weight * (now * now - was * was - own * own)
            # ---- its words, and the pair that its first word makes with the one before
            for k in range(first_word, first_word + found):
                word = words[k]
                if word >= 0:
                    column = word_columns[word]
                    if column >= 0:
                        if often[column] == 0:
                            touched[len(touched) - 1 - n_words] = column
                            n_words += 1
                        often[column] += 1
                    if before >= 0:
                        key = (np.int64(before) << 31) | np.int64(word)
                        g = (key & 0x7FFFFFFF) * 0x2545F491 + (key >> 31) * 0x45D9F3B
                        g ^= g >> 29
                        if pair_gate[(g & gate_mask) >> 3] >> (g & 7) & 1:
                            place = g & pair_mask
                            while pairs[place, 0] != -1:
                                if pairs[place, 0] == key:
                                    column = pairs[place, 1]
                                    if often[column] == 0:
                                        touched[len(touched) - 1 - n_words] = column
                                        n_words += 1
                                    often[column] += 1
                                    break
                                place = (place + 1) & pair_mask
                before = word
            p = q
        for k in range(n_run):
            chunk = run[k]
            for m in range(records[chunk, 2], records[chunk, 2] + records[chunk, 3]):
                counts[np.int64(parts[m]) & 0x1FFFFFF] = 0
        for k in range(n_touched):
            counts[touched[k]] = 0
        word_square = 0.0
        for k in range(n_words):
            column = touched[len(touched) - 1 - k]
            count = often[column]
            often[column] = 0
            value = logs[count] if count < known_logs else 1.0 + np.log(count)
            for output in range(width):
                sum_words[output] += value * weights[column, 1 + output]
            value *= weights[column, 0]
            word_square += value * value
        for output in range(width):
            if word_square > 0.0:
                out[number, output] += sum_words[output] / np.sqrt(word_square)
            if square > 0.0:
                out[number, output] += sum_chars[output] / np.sqrt(square)
    return len(offsets) - 1


def link(
    edges: Any, parents: Any, letters: Any, columns: Any, weights: Any, fails: Any, ends: Any, together: Any
) -> None:
    """Write where each node falls back to, how many n-grams end there and what they weigh together (see `ngram_sums`).

    Args:
        edges: by hash, as they stand there.
        parents: of each node, which come before it; likewise ``letters``, which lead to it.
        columns: of each node's own n-gram, -1 where it has none ``(n_nodes,)``.
        weights: of each column.
        fails: written; likewise ``ends``, but where they begin, and ``together``.
    """
    mask = len(edges) - 1
    for node in range(1, len(parents)):
        end = np.int64(parents[node])
        found = np.int64(0)
        while end > 0 and found == 0:
            end = np.int64(fails[end])
            key = (end << 21) | np.int64(letters[node])
            h = (key & 0x7FFFFFFF) * 0x2545F491 + (key >> 31) * 0x45D9F3B
            place = (h ^ (h >> 29)) & mask
            while edges[place, 0] != -1 and edges[place, 0] != key:
                place = (place + 1) & mask
            if edges[place, 0] == key:
                found = edges[place, 1]
        fails[node] = found
        ends[node, 1] = ends[found, 1]
        for output in range(together.shape[1]):
            together[node, output] = together[found, output]
        if columns[node] >= 0:
            ends[node, 1] += 1
            together[node, 0] += weights[columns[node], 0] ** 2
            for output in range(1, together.shape[1]):
                together[node, output] += weights[columns[node], output]


def list_ends(columns: Any, fails: Any, ends: Any, listed: Any) -> None:
    """Write the columns of the n-grams that end at each node, the longest first (see `link`)."""
    for node in range(len(fails)):
        end = np.int64(node)
        at = ends[node, 0]
        while end > 0:
            if columns[end] >= 0:
                listed[at] = columns[end]
                at += 1
            end = np.int64(fails[end])

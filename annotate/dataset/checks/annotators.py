"""Annotators: columns that copy each other, answers that are always alike, times that cannot be."""

from __future__ import annotations

import math
import re
from array import array
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from annotate.dataset.checks.findings import Finding, Level, Places
from annotate.dataset.checks.release import Release

TELLING = 30
"""Shared items with something else than the commonest answer from which on two equal columns are no chance."""
FEW = 10
"""Likewise, from which on they are worth a look."""
COPIED = 0.97
"""Agreement on such items from which on two columns look copied, where other pairs agree much less."""
APART = 0.1
"""How much less."""
ALWAYS = 50
"""Items from which on one answer alone is worth a look."""
WORDS_A_MINUTE = 1500
"""Faster than anybody reads (fast readers reach 400 with understanding)."""
CHARACTERS_A_WORD = 6
OPEN_HOURS = 8

_PSEUDONYM = re.compile(r"a[0-9a-f]{10}")

Votes = dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]
"""Annotator → numbers of the items, rising, and the answer to each as one number."""


def check(release: Release) -> Iterator[Finding]:
    """Yield what looks wrong with the annotators' columns."""
    votes = _votes(release)
    yield from _names(votes)
    yield from _copies(votes)
    yield from _always(votes)
    yield from _times(release)


def _votes(release: Release) -> Votes:
    labels = release.labels("annotations")
    items: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
    answers: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
    number, before = -1, None
    for split in release.splits("annotations"):
        for row in release.rows("annotations", split, ["article_id", "start", "end", "annotator", *labels]):
            item = (row["article_id"], row["start"], row["end"])
            number += item != before
            before = item
            answer = 0
            for name, known in labels.items():
                answer = answer * (len(known) + 1) + (len(known) if row[name] is None else row[name])
            items[row["annotator"]].append(number)
            answers[row["annotator"]].append(answer)
    return {
        name: (np.frombuffer(items[name], dtype=np.int64), np.frombuffer(answers[name], dtype=np.int64))
        for name in sorted(items)
    }


def _commonest(votes: Votes) -> int:
    every = np.concatenate([answer for _, answer in votes.values()]) if votes else np.array([0])
    values, counts = np.unique(every, return_counts=True)
    return int(values[counts.argmax()])


def _names(votes: Votes) -> Iterator[Finding]:
    addresses, plain = Places(), Places()
    for name in votes:
        if "@" in name:
            addresses.add(name)
        elif not _PSEUDONYM.fullmatch(name):
            plain.add(name)
    yield from addresses.finding(Level.ERROR, "{} annotators are named by an e-mail address")
    yield from plain.finding(Level.WARNING, "{} annotators have names that are no pseudonyms of ours")


def _copies(votes: Votes) -> Iterator[Finding]:
    usual, pairs = _commonest(votes), []
    for one, other in combinations(votes, 2):
        shared, mine, theirs = np.intersect1d(votes[one][0], votes[other][0], return_indices=True)
        first, second = votes[one][1][mine], votes[other][1][theirs]
        told = (first != usual) | (second != usual)
        if (telling := int(told.sum())) >= FEW:
            pairs.append((one, other, len(shared), telling, float((first == second)[told].mean())))
    for one, other, both, telling, agreement in pairs:
        rest = [pair[4] for pair in pairs if pair[:2] != (one, other)]
        alone = not rest or float(np.median(rest)) <= agreement - APART
        who = f"{one} and {other}"
        if agreement == 1:
            level = Level.ERROR if telling >= TELLING else Level.WARNING
            detail = f"{who} gave the same answer to all {both:,} items that both labelled: the same work, twice?"
            yield Finding(level=level, detail=detail)
        elif agreement >= COPIED and telling >= TELLING and alone:
            detail = f"{who} agree on {agreement:.0%} of {telling:,} telling items, other pairs on far less: copied?"
            yield Finding(level=Level.WARNING, detail=detail)


def _always(votes: Votes) -> Iterator[Finding]:
    usual = _commonest(votes)
    for name, (items, answers) in votes.items():
        if len(items) < ALWAYS or (answers != answers[0]).any():
            continue
        others = [answer[np.isin(item, items)] for other, (item, answer) in votes.items() if other != name]
        varied = np.concatenate(others) if others else np.array([], dtype=np.int64)
        if answers[0] != usual or (len(varied) and float((varied != usual).mean()) >= APART):
            yield Finding(level=Level.WARNING, detail=f"{name} gave one answer to all {len(items):,} items")


def _times(release: Release) -> Iterator[Finding]:
    characters: defaultdict[tuple[str, str], int] = defaultdict(int)
    seconds: dict[tuple[str, str], float | None] = {}
    for split in release.splits("annotations"):
        for row in release.rows("annotations", split, ["article_id", "start", "end", "annotator", "lead_time"]):
            key = row["article_id"], row["annotator"]
            characters[key] += row["end"] - row["start"]
            seconds[key] = row["lead_time"]
    none, never, fast, long = Places(), Places(), Places(), Places()
    for (article, annotator), spent in seconds.items():
        place = f"article {article}, {annotator}: {spent} s"
        words = characters[article, annotator] / CHARACTERS_A_WORD
        if spent is None:
            none.add(place)
        elif not math.isfinite(spent) or spent <= 0:
            never.add(place)
        elif words / spent * 60 > WORDS_A_MINUTE:
            fast.add(place)
        elif spent > OPEN_HOURS * 3600:
            long.add(place)
    yield from never.finding(Level.ERROR, "{} lead times are no time at all")
    yield from fast.finding(Level.WARNING, "{} articles were labelled faster than anybody reads")
    yield from long.finding(Level.NOTE, f"{{}} articles stood open for more than {OPEN_HOURS} hours")
    if none.count:
        detail = f"{none.count:,} of {len(seconds):,} times spent on an article are not known"
        yield Finding(level=Level.NOTE, detail=detail, count=none.count)

"""Annotators: columns that copy each other, answers that are always alike, times that cannot be."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations, groupby
from operator import itemgetter
from typing import Any

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

Codes = NDArray[np.int32]
Votes = dict[str, tuple[Codes, Codes]]
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
    found: defaultdict[str, list[tuple[Codes, Codes]]] = defaultdict(list)
    last, before = -1, None
    for split in release.splits("annotations"):
        for batch in release.batches("annotations", split, ["article_id", "start", "annotator", *labels]):
            ids, starts = batch.column("article_id"), batch.column("start").to_numpy()
            numbers = last + np.cumsum(_begins(ids, starts, before), dtype=np.int32)
            last, before = int(numbers[-1]), (ids[-1].as_py(), int(starts[-1]))
            answers = np.zeros(batch.num_rows, dtype=np.int32)
            for name, known in labels.items():
                answers = answers * np.int32(len(known) + 1) + _codes(batch.column(name), len(known))
            who = batch.column("annotator").dictionary_encode()
            of = who.indices.to_numpy()
            for place, name in enumerate(who.dictionary.to_pylist()):
                found[name].append((numbers[of == place], answers[of == place]))
    return {
        name: (np.concatenate([item for item, _ in parts]), np.concatenate([answer for _, answer in parts]))
        for name, parts in sorted(found.items())
    }


def _begins(ids: Any, starts: Codes, before: tuple[str, int] | None) -> NDArray[np.bool_]:
    """Return for each row whether it is of another item than the row before it."""
    import pyarrow.compute as pc

    found = np.ones(len(starts), dtype=bool)
    found[0] = (ids[0].as_py(), int(starts[0])) != before
    other = pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1)).to_numpy(zero_copy_only=False)
    found[1:] = other | (starts[1:] != starts[:-1])
    return found


def _codes(column: Any, unknown: int) -> Codes:
    return np.asarray(column.fill_null(unknown).to_numpy(zero_copy_only=False), dtype=np.int32)


def _commonest(votes: Votes) -> int:
    """Return the answer that is given most often."""
    counts: Counter[int] = Counter()
    for _, answers in votes.values():
        counts.update(dict(enumerate(np.bincount(answers).tolist())))
    return max(counts, key=lambda answer: (counts[answer], -answer), default=0)


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
        first, second = _shared(votes[one], votes[other]), _shared(votes[other], votes[one])
        told = (first != usual) | (second != usual)
        if (telling := int(told.sum())) >= FEW:
            pairs.append((one, other, len(first), telling, float((first == second)[told].mean())))
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


def _shared(own: tuple[Codes, Codes], other: tuple[Codes, Codes]) -> Codes:
    """Return an annotator's answers to the items that another one labelled too, in the items' order."""
    return own[1][np.isin(own[0], other[0], assume_unique=True)]


def _always(votes: Votes) -> Iterator[Finding]:
    usual = _commonest(votes)
    for name, (items, answers) in votes.items():
        if len(items) < ALWAYS or (answers != answers[0]).any():
            continue
        others = [answer[np.isin(item, items)] for other, (item, answer) in votes.items() if other != name]
        varied = np.concatenate(others) if others else np.array([], dtype=np.int32)
        if answers[0] != usual or (len(varied) and float((varied != usual).mean()) >= APART):
            yield Finding(level=Level.WARNING, detail=f"{name} gave one answer to all {len(items):,} items")


def _times(release: Release) -> Iterator[Finding]:
    none, never, fast, long, times = Places(), Places(), Places(), Places(), 0
    for article, annotator, characters, spent in _spent(release):
        times += 1
        place = f"article {article}, {annotator}: {spent} s"
        if spent is None:
            none.add(place)
        elif not math.isfinite(spent) or spent <= 0:
            never.add(place)
        elif characters / CHARACTERS_A_WORD / spent * 60 > WORDS_A_MINUTE:
            fast.add(place)
        elif spent > OPEN_HOURS * 3600:
            long.add(place)
    yield from never.finding(Level.ERROR, "{} lead times are no time at all")
    yield from fast.finding(Level.WARNING, "{} articles were labelled faster than anybody reads")
    yield from long.finding(Level.NOTE, f"{{}} articles stood open for more than {OPEN_HOURS} hours")
    if none.count:
        detail = f"{none.count:,} of {times:,} times spent on an article are not known"
        yield Finding(level=Level.NOTE, detail=detail, count=none.count)


def _spent(release: Release) -> Iterator[tuple[str, str, int, float | None]]:
    """Yield article, annotator, how many characters the annotator labelled in it, and the seconds that took."""
    for split in release.splits("annotations"):
        rows = release.rows("annotations", split, ["article_id", "start", "end", "annotator", "lead_time"])
        for article, of in groupby(rows, key=itemgetter("article_id")):
            characters: Counter[str] = Counter()
            seconds: dict[str, float | None] = {}
            for row in of:
                characters[row["annotator"]] += row["end"] - row["start"]
                seconds[row["annotator"]] = row["lead_time"]
            for annotator, spent in seconds.items():
                yield article, annotator, characters[annotator], spent

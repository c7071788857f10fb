"""What stands in two splits and must not: articles, near-duplicates, outlets, days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations, groupby

import numpy as np

from annotate.dataset.checks.findings import Finding, Level, Places
from annotate.dataset.checks.release import Release
from annotate.dataset.choices import Text
from annotate.dataset.near_duplicates import near_duplicates, signature
from annotate.dataset.splits import SPLITS


def check(release: Release) -> Iterator[Finding]:
    """Yield what crosses the splits."""
    yield from _articles(release)
    if release.manifest.text == Text.NONE:
        detail = "near-duplicates are told by texts, which are not here; the build looked before it left them out"
        yield Finding(level=Level.NOTE, detail=detail)
    else:
        yield from _near_duplicates(release)


def _articles(release: Release) -> Iterator[Finding]:
    by_id: dict[str, str] = {}
    outlets: defaultdict[str, set[str]] = defaultdict(set)
    days: defaultdict[str, list[str]] = defaultdict(list)
    twice = Places()
    for split in release.splits("articles"):
        for row in release.rows("articles", split, ["id", "outlet", "published"]):
            if by_id.setdefault(row["id"], split) != split:
                twice.add(f"{row['id']} in {by_id[row['id']]} and {split}")
            if row["outlet"]:
                outlets[" ".join(row["outlet"].casefold().split())].add(split)
            if row["published"]:
                days[split].append(row["published"][:10])
    yield from twice.finding(Level.ERROR, "{} articles stand in two splits")
    if release.manifest.by == "outlet":
        yield from _outlets(outlets, _level(release))
    if release.manifest.by == "time":
        yield from _days(days, _level(release))


def _level(release: Release) -> Level:
    """Return how much a leak matters: published assignments are not undone, so they are no error."""
    return Level.WARNING if release.manifest.pins else Level.ERROR


def _outlets(outlets: Mapping[str, set[str]], level: Level) -> Iterator[Finding]:
    crossing = Places()
    for name, splits in outlets.items():
        if len(splits) > 1:
            crossing.add(f"{name} in {' and '.join(sorted(splits))}")
    yield from crossing.finding(level, "{} outlets stand in two splits, which are divided by outlet")


def _days(days: Mapping[str, list[str]], level: Level) -> Iterator[Finding]:
    for before, after in combinations([split for split in SPLITS if days.get(split)], 2):
        if max(days[before]) >= min(days[after]):
            detail = f"the {before} split reaches to {max(days[before])}, and {after} begins on {min(days[after])}"
            yield Finding(level=level, detail=detail)


def _near_duplicates(release: Release) -> Iterator[Finding]:
    ids: list[str] = []
    splits: list[str] = []
    signatures = bytearray()
    for split in release.splits("sentences"):
        rows = release.rows("sentences", split, ["article_id", "text"])
        for article, sentences in groupby(rows, key=lambda row: row["article_id"]):
            ids.append(article)
            splits.append(split)
            signatures += signature("\n".join(row["text"] for row in sentences)).tobytes()
    found = Places()
    for one, other in near_duplicates(np.frombuffer(signatures, dtype=np.uint32).reshape(len(ids), -1)):
        if splits[one] != splits[other]:
            found.add(f"{ids[one]} in {splits[one]} and {ids[other]} in {splits[other]}")
    yield from found.finding(_level(release), "{} pairs of articles, or more, read alike and stand in two splits")

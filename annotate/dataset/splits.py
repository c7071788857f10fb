"""Clusters of articles → train, validation and test: whole clusters, shares by article, labels spread evenly.

Clusters whose split is fixed stay there. A split's size is fixed first. The largest clusters are placed first, each where most articles are still missing; which of
the clusters of one size goes where is drawn many times over, and the draw whose splits have the most even labels is taken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SPLITS = ("train", "validation", "test")
RATIOS = {"train": 70, "validation": 15, "test": 15}
"""Percent of the articles."""
DRAWS = 200
"""How many draws are compared, at most."""

FIRST = ("train", "test", "validation")
"""Which split is served first among equals: a model needs something to learn from, then something to be judged on."""
_WORK = 2_000_000
"""Clusters drawn in all: with many clusters, few draws are enough, for each is even by itself."""


@dataclass(frozen=True)
class Cluster:
    """Articles that stay together.

    Attributes:
        name: the smallest id of its articles, so that the draw does not depend on the order of the gold file.
        articles: how many.
        counts: items by label, one number a target and label.
        fixed: the split that it is in already; none where it is to be placed.
    """

    name: str
    articles: int
    counts: tuple[int, ...]
    fixed: str | None = None


def quotas(articles: int) -> dict[str, int]:
    """Return how many articles each split should have; none but train is left empty where there are three or more.

    >>> quotas(12), quotas(3), quotas(2)
    ({'train': 8, 'validation': 2, 'test': 2}, {'train': 1, 'validation': 1, 'test': 1}, {'train': 1, 'validation': 0, 'test': 1})
    """
    found = {split: articles * RATIOS[split] // 100 for split in SPLITS}
    by_remainder = sorted(FIRST, key=lambda split: -(articles * RATIOS[split] % 100))
    for split in by_remainder[: articles - sum(found.values())]:
        found[split] += 1
    for split in FIRST[1:]:
        if not found[split] and found["train"] > 1:
            found[split] += 1
            found["train"] -= 1
    return found


def assign(clusters: Sequence[Cluster], targets: Sequence[int], seed: int) -> list[str]:
    """Return the split of every cluster; the first is never empty.

    Args:
        clusters: in any order; the result does not depend on it.
        targets: number of labels of each target, in the order of the clusters' counts.
        seed: of the draws.
    """
    if not clusters:
        return []
    fixed = np.array([SPLITS.index(cluster.fixed) if cluster.fixed else -1 for cluster in clusters], dtype=np.int64)
    free = np.flatnonzero(fixed < 0)
    loose = [clusters[number] for number in free.tolist()]
    sizes = np.array([cluster.articles for cluster in clusters], dtype=np.int64)
    counts = np.array([cluster.counts for cluster in clusters], dtype=np.int64).reshape(len(clusters), sum(targets))
    held = {split: int(sizes[fixed == code].sum()) for code, split in enumerate(SPLITS)}
    places = np.array(_places(sorted(sizes[free].tolist(), reverse=True), held), dtype=np.int64)
    best: tuple[tuple[float, ...], NDArray[np.int64]] | None = None
    for draw in range(max(1, min(DRAWS, _WORK // max(1, len(loose))))):
        order = np.lexsort((_drawn(loose, seed, draw), -sizes[free]))
        split = fixed.copy()
        split[free[order]] = places
        score = _unevenness(split, counts, targets)
        if best is None or score < best[0]:
            best = score, split
    return [SPLITS[code] for code in best[1]] if best else []


def _drawn(clusters: Sequence[Cluster], seed: int, draw: int) -> NDArray[np.uint64]:
    """Return a number for each cluster that depends on nothing but its name, the seed and the draw."""
    names = (f"{seed} {draw} {cluster.name}".encode() for cluster in clusters)
    digests = b"".join(hashlib.blake2b(name, digest_size=8).digest() for name in names)
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


def _places(sizes: Sequence[int], held: Mapping[str, int]) -> list[int]:
    """Return the split code of each place in the order of falling sizes, where the splits hold so many already."""
    wanted = quotas(sum(sizes) + sum(held.values()))
    missing = {split: wanted[split] - held[split] for split in SPLITS}
    waiting = [split for split in FIRST if wanted[split] and not held[split]]
    found = []
    for position, size in enumerate(sizes):
        must = bool(waiting) and len(sizes) - position <= len(waiting)
        chosen = max(waiting if must else FIRST, key=missing.__getitem__)
        missing[chosen] -= size
        if chosen in waiting:
            waiting.remove(chosen)
        found.append(SPLITS.index(chosen))
    return found


def _unevenness(split: NDArray[np.int64], counts: NDArray[np.int64], targets: Sequence[int]) -> tuple[float, ...]:
    """Return how many labels are missing in train, in test and in validation, then how far the shares are apart."""
    by_split = np.stack([counts[split == code].sum(axis=0) for code in range(len(SPLITS))])
    present = [code for code in range(len(SPLITS)) if (split == code).any()]
    total = by_split.sum(axis=0)
    missing = [float(((by_split[SPLITS.index(name)] == 0) & (total > 0)).sum()) for name in FIRST]
    apart = 0.0
    for block, whole in zip(
        np.split(by_split, np.cumsum(targets)[:-1], axis=1), np.split(total, np.cumsum(targets)[:-1]), strict=True
    ):
        for row in block[present]:
            apart += float(np.abs(row / max(1, row.sum()) - whole / max(1, whole.sum())).sum())
    return *missing, round(apart, 9)  # rounded: machines differ in the last digits

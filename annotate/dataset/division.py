"""Articles → splits: what is kept together, what was published stays, and what would tie two splits is withheld.

Articles of one story (near-duplicates, versions, a common address) never stand in two splits. By outlet, an outlet's
articles stay together too; an article without an outlet counts as an outlet of its own, with its story. Where a story
ties outlets, they go together as long as the group stays below half of the articles. Above that, one wire story would
tie all outlets into one: then the outlets are divided, and the story's articles outside its main split are withheld.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from annotate.dataset.choices import By
from annotate.dataset.clusters import Clusters, same
from annotate.dataset.near_duplicates import near_duplicates
from annotate.dataset.splits import FIRST, SPLITS, Cluster, assign, quotas
from annotate.errors import UsageError

FEWEST_OUTLETS = 6
"""By fewer, a split would stand on one outlet: its scores would be about that outlet."""
LARGEST_OUTLET = 0.85
"""Share of the articles above which one outlet leaves too little for validation and test."""
_TIED = 0.5
"""Share of the articles up to which outlets that a story ties go together."""

Group = list[int]


@dataclass(frozen=True)
class Known:
    """What the division needs to know of an article.

    Attributes:
        id: of the article.
        keys: what articles of the same story have in common.
        counts: items by label, one number a target and label.
        supersedes: id of the story's earlier version.
        outlet: as the article names it.
        day: of publication, YYYY-MM-DD.
    """

    id: str
    keys: tuple[str, ...]
    counts: tuple[int, ...]
    supersedes: str | None = None
    outlet: str | None = None
    day: str | None = None


@dataclass(frozen=True)
class Division:
    """Which article goes where.

    Attributes:
        splits: article id → split; what is withheld is not in it.
        withheld: ids of the articles that would tie two splits.
        clusters: split → how many groups that may not be parted are in it.
        near_duplicates: articles that have a near-duplicate; likewise `stories` that share a key.
        largest: articles in the largest group.
        outlets: how many are named.
        unnamed: articles without an outlet.
        pinned: articles whose split was published.
        cuts: by time, the first days of validation and test.
    """

    splits: dict[str, str]
    withheld: tuple[str, ...]
    clusters: Counter[str]
    near_duplicates: int
    stories: int
    largest: int
    outlets: int
    unnamed: int
    pinned: int
    cuts: tuple[str, ...] = ()


@dataclass
class _Ties:
    """What is tied to what: numbers of articles, by story and by outlet."""

    stories: Clusters
    alike: list[tuple[int, int]]
    told: list[tuple[int, int]]
    outlets: dict[str, Group] = field(default_factory=dict)


def divide(
    articles: Sequence[Known],
    signatures: NDArray[np.uint32],
    targets: Sequence[int],
    by: By,
    seed: int = 0,
    pins: Mapping[str, str] | None = None,
) -> Division:
    """Return the split of every article, or that it is withheld.

    Args:
        articles: in any order; the result does not depend on it.
        signatures: of their texts, one a row.
        targets: number of labels of each target, in the order of the articles' counts.
        by: what never crosses.
        seed: of the draws.
        pins: article id → split that was published.

    Raises:
        UsageError: there are too few outlets or days to divide by.
    """
    pinned = _pinned(articles, pins or {})
    ties = _ties(articles, signatures, by)
    cuts: tuple[str, ...] = ()
    if by is By.TIME:
        cuts = _cuts(articles, pinned)
        units = [[number] for number in range(len(articles))]
        placed = [pinned.get(n) or SPLITS[sum(cut <= (a.day or "") for cut in cuts)] for n, a in enumerate(articles)]
    else:
        units = list(_units(articles, ties, by, pinned))
        if by is By.OUTLET and not pinned:
            _check_outlets(articles, ties, units)
        clusters = [_cluster(articles, unit, pinned) for unit in units]
        found = dict(zip(map(tuple, units), assign(clusters, targets, seed), strict=True))
        split_of = {number: split for unit, split in found.items() for number in unit}
        placed = [pinned.get(number) or split_of[number] for number in range(len(articles))]
    withheld = set(_bridges(ties.stories.groups(), placed, pinned))
    return Division(
        splits={article.id: placed[n] for n, article in enumerate(articles) if n not in withheld},
        withheld=tuple(sorted(articles[number].id for number in withheld)),
        clusters=Counter(placed[left[0]] for unit in units if (left := [n for n in unit if n not in withheld])),
        near_duplicates=len(set(chain.from_iterable(ties.alike))),
        stories=len(set(chain.from_iterable(ties.told))),
        largest=max(map(len, units if by is not By.TIME else ties.stories.groups())),
        outlets=len(ties.outlets),
        unnamed=sum(article.outlet is None for article in articles),
        pinned=len(pinned),
        cuts=cuts,
    )


def _pinned(articles: Sequence[Known], pins: Mapping[str, str]) -> dict[int, str]:
    """Return the articles whose split was published, by themselves or by the version that they take the place of."""
    known = ((number, pins.get(a.id) or pins.get(a.supersedes or "")) for number, a in enumerate(articles))
    return {number: split for number, split in known if split}


def _ties(articles: Sequence[Known], signatures: NDArray[np.uint32], by: By) -> _Ties:
    alike = list(near_duplicates(signatures))
    told = list(same(article.keys for article in articles)) if by is not By.ARTICLE else []
    ties = _Ties(Clusters(len(articles)), alike, told)
    for one, other in chain(alike, told):
        ties.stories.join(one, other)
    outlets: defaultdict[str, Group] = defaultdict(list)
    for number, article in enumerate(articles):
        if article.outlet and (name := " ".join(article.outlet.casefold().split())):
            outlets[name].append(number)
    ties.outlets = dict(outlets)
    return ties


def _units(articles: Sequence[Known], ties: _Ties, by: By, pinned: Mapping[int, str]) -> Iterator[Group]:
    """Yield the groups that may not be parted; a group that is pinned to two splits or too large falls into smaller ones."""
    whole, parts = Clusters(len(articles)), Clusters(len(articles))
    for one, other in chain(ties.alike, ties.told):
        whole.join(one, other)
    if by is By.OUTLET:
        for members in ties.outlets.values():
            for one, other in pairwise(members):
                whole.join(one, other)
                parts.join(one, other)
        unnamed = {n for n, article in enumerate(articles) if article.outlet is None}
        for group in ties.stories.groups():
            for one, other in pairwise([number for number in group if number in unnamed]):
                parts.join(one, other)
    by_root: defaultdict[int, list[Group]] = defaultdict(list)
    for part in parts.groups():
        by_root[whole.root(part[0])].append(part)
    for group in whole.groups():
        held = {pinned[number] for number in group if number in pinned}
        tied = by is By.OUTLET and len(by_root[group[0]]) > 1 and len(group) > _TIED * len(articles)
        if len(held) > 1 or tied:
            yield from by_root[group[0]]
        else:
            yield group


def _cluster(articles: Sequence[Known], unit: Group, pinned: Mapping[int, str]) -> Cluster:
    held = Counter(pinned[number] for number in unit if number in pinned)
    return Cluster(
        name=min(articles[number].id for number in unit),
        articles=len(unit),
        counts=tuple(sum(column) for column in zip(*(articles[number].counts for number in unit), strict=True)),
        fixed=max(FIRST, key=held.__getitem__) if held else None,
    )


def _bridges(stories: Iterable[Group], placed: Sequence[str], pinned: Mapping[int, str]) -> Iterator[int]:
    """Yield the articles of stories in two splits that are to be withheld: never a published one."""
    for story in stories:
        there = Counter(placed[number] for number in story)
        if len(there) < 2:  # noqa: PLR2004 - one split is no bridge
            continue
        held = {placed[number] for number in story if number in pinned}
        kept = {max(FIRST, key=there.__getitem__)} if not held else held if len(held) == 1 else set()
        yield from (number for number in story if number not in pinned and placed[number] not in kept)


def _check_outlets(articles: Sequence[Known], ties: _Ties, units: Sequence[Group]) -> None:
    """Raise where outlets are too few or one is too large, and dividing by story would do better.

    Raises:
        UsageError: says how many there are, and the way out.
    """
    stories, largest = len(ties.stories.groups()), max(map(len, units), default=0)
    few = len(units) < min(FEWEST_OUTLETS, stories)
    large = len(units) < stories and largest > LARGEST_OUTLET * len(articles)
    if few or large:
        message = (
            f"{len(units)} outlets are too few to divide by: a split would stand on one"
            if few
            else f"one outlet has {largest} of the {len(articles)} articles: too little is left for validation and test"
        )
        hint = "divide by story with --split story (make: SPLIT=story): then an outlet may stand in two splits"
        raise UsageError(message, hint=hint)


def _cuts(articles: Sequence[Known], pinned: Mapping[int, str]) -> tuple[str, str]:
    """Return the first days of validation and of test.

    Raises:
        UsageError: an article has no date, or there are too few days.
    """
    way_out = "divide by --split outlet or --split story"
    if undated := sum(article.day is None for article in articles):
        message = f"{undated} of {len(articles)} articles have no date of publication to divide by"
        raise UsageError(message, hint=f"give them a date (`published`), or {way_out}")
    if pinned:
        first = {
            split: min((articles[n].day or "" for n, held in pinned.items() if held == split), default="")
            for split in SPLITS[1:]
        }
        if not all(first.values()) or first["validation"] > first["test"]:
            message = "the published splits are not in the order of time"
            raise UsageError(message, hint=f"leave out --pins, or {way_out}")
        return first["validation"], first["test"]
    days = sorted(article.day or "" for article in articles)
    different = sorted(set(days))
    if len(different) < len(SPLITS):
        message = f"the articles are of {len(different)} different days, and three splits want three"
        raise UsageError(message, hint=way_out)
    wanted = quotas(len(days))
    validation = min(max(days[wanted["train"]], different[1]), different[-2])
    after = [day for day in different if day > validation]
    return validation, max(days[min(wanted["train"] + wanted["validation"], len(days) - 1)], after[0])

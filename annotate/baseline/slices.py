"""The model on parts of a split: by outlet, topic, kind of segment, length, and how far the annotators agreed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from annotate.baseline import metrics
from annotate.baseline.ceiling import agreements
from annotate.baseline.estimates import estimate
from annotate.baseline.evaluation import Slice
from annotate.baseline.items import Floats, Ints, Labels

COLUMNS = ("outlet", "topic", "segment")
"""Columns of a release that items are told apart by, where it has them."""
MOST = 12
"""Slices of one column; rarer values are put together."""
OTHERS, UNKNOWN = "all others", "not named"
LENGTHS = ((10, "1 to 10 words"), (20, "11 to 20 words"), (30, "21 to 30 words"))
LONGER = "31 words and more"
AGREEMENT = ("unanimous", "majority", "contested", "adjudicated", "one vote")
"""All say the same; more say it than anything else; no majority; the label is not what most say; nobody to agree with."""


def columns(folder: Path, split: str, n_items: int) -> dict[str, list[str]]:
    """Return column → its value for each item of a split of a release; columns that it lacks are left out.

    Args:
        folder: the release's folder.
        split: its name.
        n_items: how many items the split has; files that hold another number say nothing of these items.
    """
    import pyarrow.parquet as pq

    found: dict[str, list[str]] = {}
    paths = [p for p in sorted((folder / "sentences").glob("*-*.parquet")) if p.name.split("-")[0] == split]
    if not paths:
        return found
    table = pq.read_table(paths)
    for name in COLUMNS:
        if name in table.column_names and len(table) == n_items:
            found[name] = [str(value) if value else UNKNOWN for value in table.column(name).to_pylist()]
    return found


def length_of(text: str) -> str:
    """Return the band that a text's number of words lies in.

    >>> length_of("one two three")
    '1 to 10 words'
    """
    words = len(text.split())
    return next((name for most, name in LENGTHS if words <= most), LONGER)


def agreement_of(labels: Labels) -> list[str]:
    """Return how far the annotators of each item agreed, one of `AGREEMENT`."""
    found = []
    for gold, votes in zip(labels.gold, labels.votes, strict=True):
        most = votes.max(initial=0)
        if votes.sum() < 2:  # noqa: PLR2004 - two agree or not
            found.append("one vote")
        elif gold < 0:
            found.append("contested")
        elif votes[gold] < most or (votes == most).sum() > 1:
            found.append("adjudicated")
        else:
            found.append("unanimous" if most == votes.sum() else "majority")
    return found


def slices(
    labels: Labels,
    positive: str | None,
    predicted: Ints,
    groups: Ints,
    weights: Floats,
    values: dict[str, Sequence[str]],
) -> Iterator[Slice]:
    """Yield the model on each part of a split, in the order of what they are told apart by.

    Args:
        labels: gold and votes of the items.
        positive: the label whose F1 is wanted; macro F1 where None.
        predicted: index of the label that each item is given ``(n_items,)``.
        groups: number of each item's article.
        weights: how often each article counts ``(1 + resamples, n_articles)``.
        values: what items are told apart by → its value for each item.
    """
    for by, every in (values | {"agreement": agreement_of(labels)}).items():
        kept = _kept(by, every)
        for name in dict.fromkeys(kept.values()):
            rows = np.array([row for row, value in enumerate(every) if kept[value] == name], dtype=np.int64)
            part = Labels(labels.names, labels.gold[rows], labels.soft[rows], labels.votes[rows])
            yield _slice((by, name), part, positive, predicted[rows], groups[rows], weights)


def _kept(by: str, every: Sequence[str]) -> dict[str, str]:
    """Return value → name of its slice: fixed orders first, else the commonest; rare ones together."""
    counts = Counter(every)
    fixed = {"length": [name for _, name in LENGTHS] + [LONGER], "agreement": list(AGREEMENT)}.get(by)
    if fixed is not None:
        return {name: name for name in fixed if counts[name]}
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    return {value: value if rank < MOST or len(ranked) == MOST + 1 else OTHERS for rank, value in enumerate(ranked)}


def _slice(
    which: tuple[str, str], labels: Labels, positive: str | None, predicted: Ints, groups: Ints, weights: Floats
) -> Slice:
    used = np.flatnonzero(labels.gold >= 0)
    gold, n_labels, n_groups = labels.gold[used], len(labels.names), weights.shape[1]
    by_group = metrics.confusions(gold, predicted[used], groups[used], n_groups, n_labels)
    tables = (weights @ by_group.reshape(n_groups, -1)).reshape(-1, n_labels, n_labels)
    if positive is None:
        found, why = metrics.macro_f1(tables, tables[0].sum(axis=1) > 0), "no item has a majority label"
    else:
        found = metrics.f1(tables)[:, labels.names.index(positive)]
        why = f"no item is labelled or predicted {positive!r}"
    ours, theirs, voted = agreements(predicted, labels.votes, groups, weights)
    clusters = len(np.unique(groups[used]))
    return Slice(
        by=which[0],
        name=which[1],
        items=len(predicted),
        used=len(used),
        articles=len(np.unique(groups)),
        f1=estimate(found, why, clusters),
        accuracy=estimate(metrics.accuracy(tables), "no item has a majority label", clusters),
        agreement=estimate(ours["agreement"], "no item has two votes", voted),
        human=estimate(theirs["agreement"], "no item has two votes", voted),
    )

"""Labels: votes and shares that agree, cells that are small, labels that a model doubts."""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annotate.dataset.checks.findings import SHOWN, Finding, Level, Places
from annotate.dataset.checks.release import Release, Row
from annotate.dataset.splits import SPLITS
from annotate.errors import DataError
from annotate.files import read
from annotate.records import Score, SetAside

SMALL = 5
"""Fewer items than this of one label in one split: a score on them says little, and who is meant may be guessed."""
_TOLERANCE = 1e-6


def check(release: Release) -> Iterator[Finding]:
    """Yield labels that contradict their votes, and small cells."""
    labels = release.labels()
    labels = {name: known for name, known in labels.items() if f"{name}_votes" in release.columns("sentences")}
    counts: Counter[tuple[str, str, int]] = Counter()
    items: Counter[str] = Counter()
    wrong = Places()
    columns = [f"{name}{end}" for name in labels for end in ("", "_contested", "_soft", "_votes")]
    for split in release.splits("sentences"):
        for row in release.rows("sentences", split, ["article_id", "start", *columns]):
            items[split] += 1
            for name, known in labels.items():
                if row[name] is not None:
                    counts[split, name, row[name]] += 1
                if not _agrees(row, name, len(known)):
                    wrong.add(f"{split}, article {row['article_id']} at {row['start']}, {name}")
    yield from wrong.finding(Level.ERROR, "{} labels do not follow from their votes")
    small = [
        f"{name} = {label}: {counts[split, name, place]} in {split}"
        for split in SPLITS
        for name, known in labels.items()
        for place, label in enumerate(known)
        if items[split] and counts[split, name, place] < SMALL and any(counts[one, name, place] for one in SPLITS)
    ]
    if small:
        detail = f"{len(small)} labels have fewer than {SMALL} items in a split: scores on them say little"
        yield Finding(level=Level.WARNING, detail=detail, count=len(small), examples=tuple(small[:SHOWN]))


def _agrees(row: Row, name: str, width: int) -> bool:
    soft, votes, label = row[f"{name}_soft"], row[f"{name}_votes"], row[name]
    if len(soft) != width or len(votes) != width or row[f"{name}_contested"] != (label is None):
        return False
    if min(soft) < 0 or not math.isclose(sum(soft), 1, abs_tol=_TOLERANCE) or min(votes) < 0:
        return False
    return label is None or 0 <= label < width


def doubtful(release: Release, scores: Path) -> Iterator[Finding]:
    """Yield labels that a model doubts, by confident learning.

    A label's threshold is the mean probability that the model gives it on items that have it. An item is a candidate
    where the likeliest of the labels that reach their threshold is not its own (Northcutt, Jiang and Chuang 2021,
    "Confident learning", doi:10.1613/jair.1.12125). The model must not have learnt from these labels: one that did
    repeats their mistakes.

    Raises:
        DataError: nothing in the file is about this release.
        StorageError: the file cannot be read.
    """
    labels = release.labels()
    given = _given(release, list(labels))
    places: defaultdict[str, list[str]] = defaultdict(list)
    rows: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
    own: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
    aside = 0
    for score in read(scores, Score):
        if isinstance(score, SetAside):
            aside += 1
            continue
        found = given.get((score.article_id, score.start, score.end))
        name = score.target
        if found is None or name not in labels:
            continue
        places[name].append(f"{found[0]}, article {score.article_id} [{score.start}, {score.end})")
        rows[name].extend(score.probabilities.get(label, math.nan) for label in labels[name])
        own[name].append(found[1][name])
    if not places:
        message = "no record is about an item of this release"
        hint = "name what `annotate train --scores` or `annotate flag --scores` wrote for these articles"
        raise DataError(message, where=str(scores), hint=hint)
    if aside:
        yield Finding(level=Level.NOTE, detail=f"{aside} records of the scores cannot be read", count=aside)
    for name in places:
        known = labels[name]
        matrix = np.frombuffer(rows[name], dtype=np.float64).reshape(len(places[name]), len(known))
        of = np.frombuffer(own[name], dtype=np.int64)
        usable = np.isfinite(matrix).all(axis=1) & (of >= 0)
        numbers = np.flatnonzero(usable)
        other = candidates(matrix[usable], of[usable])
        doubted = np.flatnonzero(other != of[usable])
        sure = np.argsort(-(matrix[usable][doubted, other[doubted]] - matrix[usable][doubted, of[usable][doubted]]))
        if len(doubted):
            examples = tuple(
                f"{places[name][numbers[n]]}: {known[of[usable][n]]}, the model says {known[other[n]]}"
                for n in doubted[sure][:SHOWN].tolist()
            )
            detail = f"{len(doubted)} of {len(numbers)} labels of {name} are doubted by the model: look at them"
            yield Finding(level=Level.WARNING, detail=detail, count=len(doubted), examples=examples)


def candidates(probabilities: NDArray[np.float64], given: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what each item's label should rather be ``(n,)``; its own where the model has no doubt.

    Args:
        probabilities: ``(n, n_labels)``.
        given: the labels' places ``(n,)``.
    """
    n_labels = probabilities.shape[1]
    held = np.bincount(given, minlength=n_labels)
    own = probabilities[np.arange(len(given)), given]
    sums = np.bincount(given, weights=own, minlength=n_labels)
    threshold = np.divide(sums, held, out=np.full(n_labels, np.inf), where=held > 0)
    reached = np.where(probabilities >= threshold, probabilities, -1.0)
    return np.where(reached.max(axis=1, initial=-1.0) >= 0, reached.argmax(axis=1), given)


def _given(release: Release, labels: list[str]) -> dict[tuple[str, int, int], tuple[str, dict[str, int]]]:
    """Return item → its split, and for each target its label's place, -1 where it is contested."""
    return {
        (row["article_id"], row["start"], row["end"]): (split, {n: -1 if row[n] is None else row[n] for n in labels})
        for split in release.splits("sentences")
        for row in release.rows("sentences", split, ["article_id", "start", "end", *labels])
    }

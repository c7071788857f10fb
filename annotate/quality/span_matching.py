"""Which spans of two annotators are the same: exactly, or by at least half of the longer one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from annotate.quality.labelled import Labelled
from annotate.records import Annotation, Extent, Span

HALF = 0.5
"""Two spans overlap if they share at least this part of the longer one: at most one span of another can."""


class Seen(NamedTuple):
    """Two annotators of one article, and of what both were shown, what each marked."""

    names: tuple[str, str]
    one: list[Span]
    other: list[Span]


def seen(found: Labelled) -> Iterator[Seen]:
    """Yield every two annotators of an article who were shown something in common."""
    for one, other in combinations(sorted(found.by_annotator().items()), 2):
        ours, theirs = _shown(one[1]), _shown(other[1])
        if ours is not None and theirs is not None and not any(a.overlaps(b) for a in ours for b in theirs):
            continue
        yield Seen((one[0], other[0]), _within(one[1], theirs), _within(other[1], ours))


def _shown(annotations: Sequence[Annotation]) -> list[Extent] | None:
    """Return the items that were shown; none for the whole article."""
    found = [annotation.item for annotation in annotations if annotation.item is not None]
    return found if len(found) == len(annotations) else None


def _within(annotations: Sequence[Annotation], shown: list[Extent] | None) -> list[Span]:
    spans = [span for annotation in annotations for span in annotation.spans]
    return spans if shown is None else [span for span in spans if any(span.overlaps(item) for item in shown)]


def common(one: Extent, other: Extent) -> float:
    """Return the part of the longer span that both cover, in [0, 1].

    >>> common(Extent(start=0, end=4), Extent(start=2, end=10))
    0.25
    """
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) / max(one.end - one.start, other.end - other.start)


def matches(one: Sequence[Span], other: Sequence[Span], *, least: float, labels: bool) -> list[tuple[Span, Span]]:
    """Return pairs of spans of one layer that are the same, each span in one pair at most, the best first.

    Args:
        one: spans of an annotator.
        other: spans of another.
        least: part of the longer span that both must cover; 1 for the same boundaries.
        labels: whether the labels must be the same too.
    """
    ranked = sorted(
        (
            (-part, a.start, b.start, i, j)
            for i, a in enumerate(one)
            for j, b in enumerate(other)
            if a.layer == b.layer
            and (not labels or a.label == b.label)
            and a.overlaps(b)
            and (part := common(a, b)) >= least
        ),
    )
    left, right = set(range(len(one))), set(range(len(other)))
    found = []
    for _, _, _, i, j in ranked:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            found.append((one[i], other[j]))
    return found


def in_layer(spans: Iterable[Span], layer: str) -> list[Span]:
    """Return the spans of a layer."""
    return [span for span in spans if span.layer == layer]

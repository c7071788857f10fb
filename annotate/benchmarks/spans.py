"""Gold spans and found spans → F1 of tokens, of spans that are exactly alike, and of spans that overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotate.baseline.tokens import Tokens, tokens
from annotate.benchmarks.corpus import Cue

Spans = Sequence[Sequence[Cue]]
"""The spans of each text."""


def span_scores(texts: Sequence[str], gold: Spans, found: Spans, *, any_kind: bool = True) -> dict[str, float | None]:
    """Return F1 by kind of span, with the kinds' mean, and of all spans whatever their kind; none where undefined.

    A span counts by the tokens that it touches. Exact: the same tokens and kind. Overlap: precision is the share of found
    spans that share a token with a gold one of the kind, recall the share of gold spans that share one with a found one.

    Args:
        texts: the sentences.
        gold: marked by people.
        found: by a system.
        any_kind: whether to give the numbers of all kinds together as well.
    """
    made = tokens(texts)
    kinds = sorted({cue.kind for each in gold for cue in each})
    numbers: dict[str, float | None] = {}
    by_kind: dict[str, list[float]] = {}
    for kind in kinds:
        values = _of(made, _only(gold, kind), _only(found, kind))
        numbers |= {f"{what} F1 of {kind}": value for what, value in values.items()}
        for what, value in values.items():
            by_kind.setdefault(what, []).append(np.nan if value is None else value)
    if any_kind and kinds:
        every = _of(made, _only(gold, None), _only(found, None))
        numbers |= {f"{what} F1 of any span": value for what, value in every.items()}
        numbers |= {f"{what} F1, mean of kinds": _defined(np.mean(values)) for what, values in by_kind.items()}
    return numbers


def _only(spans: Spans, kind: str | None) -> Spans:
    return [[cue if kind else cue._replace(kind="") for cue in each if kind in {None, cue.kind}] for each in spans]


def _defined(value: np.floating) -> float | None:
    return None if np.isnan(value) else float(value)


def _of(made: Tokens, gold: Spans, found: Spans) -> dict[str, float | None]:
    places = [_places(made, spans) for spans in (gold, found)]
    covered = [np.zeros(len(made.kind), dtype=np.bool_) for _ in places]
    for mask, spans in zip(covered, places, strict=True):
        for first, last in spans:
            mask[first : last + 1] = True
    touched = [
        sum(bool(other[first : last + 1].any()) for first, last in spans)
        for spans, other in zip(places, reversed(covered), strict=True)
    ]
    same = len(places[0] & places[1])
    return {
        "token": _f1(int((covered[0] & covered[1]).sum()), int(covered[0].sum()), int(covered[1].sum())),
        "exact": _f1(same, len(places[0]), len(places[1])),
        "overlap": _harmonic(_share(touched[0], len(places[0])), _share(touched[1], len(places[1]))),
    }


def _places(made: Tokens, spans: Spans) -> set[tuple[int, int]]:
    """Return the first and last token of each span; spans of one text that touch the same tokens are one."""
    firsts = np.concatenate([[0], np.cumsum(made.counts)])
    found = set()
    for number, each in enumerate(spans):
        first, last = firsts[number], firsts[number + 1]
        for cue in each:
            begin = first + int(np.searchsorted(made.ends[first:last], cue.start, side="right"))
            end = first + int(np.searchsorted(made.starts[first:last], cue.end, side="left"))
            if begin < end:
                found.add((int(begin), int(end) - 1))
    return found


def _f1(same: int, gold: int, found: int) -> float | None:
    return 2 * same / (gold + found) if gold + found else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _harmonic(recall: float | None, precision: float | None) -> float | None:
    if recall is None and precision is None:
        return None
    total = (recall or 0.0) + (precision or 0.0)
    return 2 * (recall or 0.0) * (precision or 0.0) / total if total else 0.0

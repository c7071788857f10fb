"""More tables on agreement, as plain data: each has a caption, columns, and rows of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from annotate.quality.agreement import Agreement
from annotate.quality.measures import Measure
from annotate.quality.slices import Slice

Data = dict[str, object]
PAIRS_SHOWN = 30


def tables(found: Agreement) -> list[Data]:
    """Return the tables that have a row, in the order of the page."""
    made = (
        _table("Other measures beyond chance", ("target", *_OTHERS.values()), _others(found)),
        _table(f"Every two annotators (the first {PAIRS_SHOWN})", _PAIR, _pairs(found)),
        _table("All others, without one annotator: alpha", ("target", "without", "alpha", "items"), _without(found)),
        _table(
            "Spans of two annotators: F1, and alpha for units of a text",
            ("layer", "measure", "value", "of"),
            _spans(found),
        ),
        _table("Links", ("type", "F1", "F1 where both marked the ends", "links"), _links(found)),
        _table("Within parts", _PART, _slices(found.slices)),
        _table("Over time", _PART, _slices(found.periods)),
        _table(
            "Minutes an article", ("annotator", "articles", "without a time", "median", "middle half"), _times(found)
        ),
        _table("What became of the suggestions", _KEPT, _acceptance(found)),
        _table(
            "Those who saw suggestions less those who did not",
            ("arm", "kept", "near", "spans", "annotations"),
            _anchoring(found),
        ),
    )
    return [one for one in made if one["rows"]]


_OTHERS = {"fleiss": "Fleiss’ kappa", "ac1": "Gwet’s AC1", "ordinal": "alpha, labels in their order"}
_PAIR = ("target", "annotators", "Cohen’s kappa", "same label", "items")
_PART = ("part", "target", "same label", "alpha", "Gwet’s AC1", "items")
_KEPT = ("annotator", "arm", "articles", "kept", "changed", "removed", "added", "share kept")
_FORMS = {
    "exact_any": "same boundaries",
    "exact_label": "same boundaries and label",
    "half_any": "sharing half of the longer",
    "half_label": "sharing half, same label",
    "token_any": "words marked by both",
    "token_label": "words marked alike by both",
    "unitised_any": "unitised alpha: where units are",
    "unitised_label": "unitised alpha: what they are",
    "coding": "alpha of the labels of words that both marked",
}


def words(measure: Measure | None, *, times: int = 1) -> str:
    """Return a number with its interval, or why there is none."""
    if measure is None:
        return "not measured"
    if measure.value is None:
        return f"undefined: {measure.undefined}"
    value: Callable[[float], str] = (lambda number: f"{number:.1%}") if times > 1 else (lambda number: f"{number:.2f}")
    if measure.interval is None:
        return f"{value(measure.value)} ({measure.interval_undefined})"
    return f"{value(measure.value)} ({value(measure.interval.low)} to {value(measure.interval.high)})"


def _table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Data:
    return {"caption": caption, "columns": columns, "rows": list(rows)}


def _others(found: Agreement) -> Iterator[Sequence[str]]:
    for name, target in found.targets.items():
        if target.fleiss or target.ac1:
            ordinal = words(target.ordinal) if target.ordinal else "no order"
            yield name, words(target.fleiss), words(target.ac1), ordinal


def _pairs(found: Agreement) -> Iterator[Sequence[str]]:
    for name, target in found.targets.items():
        for pair in target.pairs[:PAIRS_SHOWN]:
            yield name, " · ".join(pair.annotators), words(pair.kappa), f"{pair.percent:.1%}", f"{pair.items:,}"


def _without(found: Agreement) -> Iterator[Sequence[str]]:
    for name, target in found.targets.items():
        for one in target.without:
            yield name, one.annotator, words(one.alpha), f"{one.alpha.used or 0:,}"


def _spans(found: Agreement) -> Iterator[Sequence[str]]:
    for layer in found.layers.values():
        for name, said in _FORMS.items():
            measure: Measure | None = getattr(layer, name)
            if measure is not None:
                yield layer.title, said, words(measure), f"{measure.used or 0:,}"


def _links(found: Agreement) -> Iterator[Sequence[str]]:
    for name, links in found.links.items():
        if links.links:
            yield name, words(links.f1), words(links.given_ends), f"{links.links:,}"


def _slices(parts: Iterable[Slice]) -> Iterator[Sequence[str]]:
    for part in parts:
        name = f"{part.by} {part.value}" + (f" ({part.detail})" if part.detail else "")
        for target, own in part.targets.items():
            yield name, target, words(own.percent, times=100), words(own.alpha), words(own.ac1), f"{own.items:,}"


def _times(found: Agreement) -> Iterator[Sequence[str]]:
    for one in found.lead_times:
        if one.median is not None and one.low is not None and one.high is not None:
            middle = f"{one.low / 60:.1f} to {one.high / 60:.1f}"
            yield (
                one.annotator,
                f"{one.articles:,}",
                f"{sum(one.left_out.values()):,}",
                f"{one.median / 60:.1f}",
                middle,
            )


def _acceptance(found: Agreement) -> Iterator[Sequence[str]]:
    for one in found.acceptance:
        counts = (f"{n:,}" for n in (one.articles, one.kept, one.changed, one.removed, one.added))
        yield one.annotator, one.arm or "no plan", *counts, words(one.share, times=100)


def _anchoring(found: Agreement) -> Iterator[Sequence[str]]:
    for one in found.anchoring:
        shares = words(one.kept, times=100), words(one.near, times=100)
        yield one.arm, *shares, words(one.spans), f"{one.annotations:,} and {one.blind:,} blind"

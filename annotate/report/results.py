"""The section on agreement, as plain data for the page."""

from __future__ import annotations

from annotate.codebook import Codebook
from annotate.quality.agreement import Agreement, TargetAgreement
from annotate.quality.measures import Measure
from annotate.report.agreement_tables import tables
from annotate.report.plots import Interval, intervals

UNDEFINED = "undefined"

Data = dict[str, object]


def agreement(found: Agreement, codebook: Codebook) -> Data:
    """Return the agreement section: a row a target, and alpha with its interval as a plot."""
    targets = {name: found.targets[name] for name in codebook.targets() if name in found.targets} | found.targets
    rows = [
        {
            "target": name,
            "alpha": _number(target.alpha.value),
            "interval": _interval(target.alpha),
            "undefined": target.alpha.undefined,
            "percent": f"{target.percent.value:.1%}" if target.percent.value is not None else UNDEFINED,
            "used": f"{target.items:,}",
            "left_out": _reasons(target.left_out),
        }
        for name, target in targets.items()
    ]
    drawn = [_drawn(name, target) for name, target in targets.items() if target.alpha.value is not None]
    low = min((row.low if row.low is not None else row.value for row in drawn), default=0.0)
    plot = intervals(drawn, title="Krippendorff's alpha by target", limits=(min(0.0, low), 1.0)) if drawn else ""
    return {
        "item": found.item,
        "resamples": f"{found.resamples:,}",
        "rows": rows,
        "plot": plot,
        "labels": [
            {"target": name, "label": label, "votes": f"{target.votes.get(label, 0):,}", **_measured(measure)}
            for name, target in targets.items()
            for label, measure in target.by_label.items()
        ],
        "passes": [
            {
                "target": name,
                "annotator": one.annotator,
                "votes": f"{one.votes:,}",
                **_measured(one.percent, share=True),
            }
            for name, target in targets.items()
            for one in target.with_others
        ],
        "layers": [
            {
                "title": layer.title,
                "tokens": f"{layer.tokens:,}",
                "any": _measured(layer.alpha_any),
                "label": _measured(layer.alpha_label),
            }
            for layer in found.layers.values()
        ],
        "identical": [
            {
                "pair": pair.pair,
                "spans": f"{pair.spans:,}",
                "share": f"{pair.share:.0%}",
                "layers": [f"{pair.by_layer[name]:.0%}" if name in pair.by_layer else "none" for name in found.layers],
            }
            for pair in found.identical
        ],
        "layer_names": [layer.title for layer in found.layers.values()],
        "notes": found.notes,
        "tables": tables(found),
    }


def _measured(measure: Measure, *, share: bool = False) -> Data:
    """Return a number with its interval as words, or why there is none."""
    if measure.value is None:
        return {"value": UNDEFINED, "interval": measure.undefined or ""}
    if not share or measure.interval is None:
        return {"value": f"{measure.value:.1%}" if share else _number(measure.value), "interval": _interval(measure)}
    return {"value": f"{measure.value:.1%}", "interval": f"{measure.interval.low:.1%} to {measure.interval.high:.1%}"}


def _drawn(name: str, target: TargetAgreement) -> Interval:
    low, high = (target.alpha.interval.low, target.alpha.interval.high) if target.alpha.interval else (None, None)
    return Interval(label=name, value=target.alpha.value or 0.0, low=low, high=high)


def _interval(measure: Measure) -> str:
    if measure.interval is None:
        return measure.interval_undefined or "none"
    return f"{measure.interval.low:.2f} to {measure.interval.high:.2f}"


def _number(value: float | None) -> str:
    return UNDEFINED if value is None else f"{value:.2f}"


def _reasons(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in counts.items()) or "0"

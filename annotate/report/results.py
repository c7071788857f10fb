"""The sections on how good it is: agreement, and the baseline beside its controls, as plain data for the page."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.baseline.evaluation import Estimate, Evaluation, TargetEvaluation, WorstError
from annotate.codebook import Codebook
from annotate.quality.agreement import Agreement, TargetAgreement
from annotate.quality.measures import Measure
from annotate.records import Extent, Span
from annotate.report.plots import Curve, Interval, intervals, precision_recall
from annotate.report.texts import colours, pieces

ERRORS_SHOWN = 15
CURVES_SHOWN = 3
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


def evaluation(found: Evaluation, codebook: Codebook) -> Data:
    """Return the baseline's section: every target beside its controls, its curves, and the worst errors."""
    names = [target.name for target in codebook.target if target.name in found.targets]
    names += [name for name in found.targets if name not in names]
    defaults = {target.name: target.default for target in codebook.target}
    unseen = " that it never saw" if found.manifest == found.trained_on and found.split != "train" else ""
    return {
        "intro": f"Judged on the {found.split} split: {found.items:,} items of {found.articles:,} articles{unseen}.",
        "model": found.model,
        "notes": list(found.notes),
        "targets": [_target(name, found.targets[name], defaults.get(name)) for name in names],
        "errors": _errors(found, codebook),
    }


def _curves(name: str, target: TargetEvaluation, default: str | None) -> str:
    """Return the precision-recall curves as SVG: of the positive label, or of the commonest but the default one."""
    drawn = []
    for label in target.labels:
        first: dict[float, float] = {}  # of several thresholds with one recall, the highest counts
        for point in target.curves.get(label, ()):
            first.setdefault(point.recall, point.precision)
        if first and label != default:
            shown, base = label if target.positive is None else name, target.scores.labels[label].support / target.used
            drawn.append(Curve(label=shown, recall=list(first), precision=list(first.values()), base_rate=base))
    drawn.sort(key=lambda curve: -curve.base_rate)
    return precision_recall(drawn[:CURVES_SHOWN], title=f"Precision over recall of {name}") if drawn else ""


def _target(name: str, target: TargetEvaluation, default: str | None) -> Data:
    binary = target.positive is not None
    systems = [("baseline", target.scores, "main"), *((n, c.scores, "control") for n, c in target.controls.items())]
    drawn = []
    for label, scores, group in systems:
        estimate = scores.labels[target.positive].f1 if target.positive is not None else scores.macro_f1
        if estimate.value is not None:
            shown = label.replace("_", " ")
            drawn.append(Interval(label=shown, value=estimate.value, low=estimate.low, high=estimate.high, group=group))
    metric = f"F1 of “{target.positive}”" if binary else "Macro F1"
    rows = [(label, row, max(1, sum(row))) for label, row in zip(target.labels, target.confusion, strict=True)]
    return {
        "name": name,
        "used": f"{target.used:,}",
        "contested": f"{target.contested:,}",
        "base": _base_rate(target),
        "metric": metric,
        "labels": target.labels,
        "plot": intervals(drawn, title=f"{metric} of {name}") if drawn else "",
        "curves": _curves(name, target, default),
        "confusion": [
            {
                "label": label,
                "cells": [
                    {"count": n, "share": round(n / total, 3), "hit": target.labels[i] == label}
                    for i, n in enumerate(row)
                ],
            }
            for label, row, total in rows
        ],
        "by_label": [
            {
                "label": label,
                "cells": [_estimate(e) for e in (s.precision, s.recall, s.f1, s.average_precision)],
                "support": f"{s.support:,}",
            }
            for label, s in ((label, target.scores.labels[label]) for label in target.labels)
        ],
    }


def _base_rate(target: TargetEvaluation) -> str:
    shown = [target.positive] if target.positive is not None else list(target.labels)
    return ", ".join(f"{label} {target.scores.labels[label].support / max(1, target.used):.0%}" for label in shown)


def _errors(found: Evaluation, codebook: Codebook) -> list[Data]:
    colour = colours(codebook)
    worst = [(name, error) for name, target in found.targets.items() if not target.derived for error in target.errors]
    worst.sort(key=lambda row: (row[1].probabilities.get(row[1].gold, 0.0), row[1].article_id, row[1].start))
    return [
        {
            "pieces": pieces(error.text, Extent(start=0, end=len(error.text)), _cues(error), codebook),
            "target": name,
            "gold": error.gold,
            "gold_color": colour.get(error.gold, ""),
            "predicted": error.predicted,
            "predicted_color": colour.get(error.predicted, ""),
            "right": f"{error.probabilities.get(error.gold, 0.0):.2f}",
            "votes": ", ".join(f"{label} {count}" for label, count in error.votes.items() if count),
        }
        for name, error in worst[:ERRORS_SHOWN]
    ]


def _cues(error: WorstError) -> Sequence[Span]:
    """Return an error's hedge cues as spans whose offsets count in its own sentence."""
    return [
        Span(
            id=f"h{n}",
            layer="hedge",
            label=cue.type,
            start=cue.start - error.start,
            end=cue.end - error.start,
            text=cue.text,
        )
        for n, cue in enumerate(error.hedges)
    ]


def _number(value: float | None) -> str:
    return UNDEFINED if value is None else f"{value:.2f}"


def _estimate(estimate: Estimate) -> Data:
    low, high = estimate.low, estimate.high
    return {
        "value": _number(estimate.value),
        "interval": f"{low:.2f} to {high:.2f}" if low is not None and high is not None else "",
        "why": estimate.undefined or "",
    }


def _reasons(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in counts.items()) or "0"

"""The section on the baseline: every target beside its controls, as plain data for the page."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.baseline.evaluation import Estimate, Evaluation, TargetEvaluation, WorstError
from annotate.codebook import Codebook
from annotate.records import Extent, Span
from annotate.report.plots import Curve, Interval, intervals, precision_recall
from annotate.report.texts import colours, pieces

ERRORS_SHOWN = 15
CURVES_SHOWN = 3
UNDEFINED = "undefined"

Data = dict[str, object]


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

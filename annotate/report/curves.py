"""The plots of one target: precision over recall, reliability, errors over coverage, and the learning curve."""

from __future__ import annotations

from annotate.baseline.controls import DEFINITIONS
from annotate.baseline.evaluation import Control, TargetEvaluation
from annotate.report.plots import (
    Curve,
    Interval,
    Learnt,
    Reliable,
    coverage_risk,
    intervals,
    learning,
    precision_recall,
    reliability,
)

CURVES_SHOWN = 3
"""Lines in one plot, of the commonest labels."""


def metric_of(target: TargetEvaluation) -> str:
    """Return the name of the figure that a target is headed by."""
    return f"F1 of “{target.positive}”" if target.positive is not None else "Macro F1"


def plots(name: str, target: TargetEvaluation, default: str | None) -> list[dict[str, str]]:
    """Return the plots that there is something to draw for: each with its caption and SVG."""
    found = [
        ("Precision over recall; each dotted line is what calling every item so would reach", _recall),
        ("Reliability: a dot on the diagonal means that the probability is the share that is so", _reliability),
        ("Errors over coverage: what is wrong if only the surest items are decided; dotted: all", _risk),
        ("Learning curve: the TF-IDF reference on parts of the train split; dotted: the baseline", _learning),
    ]
    drawn = [{"caption": caption, "svg": draw(name, target, default)} for caption, draw in found]
    return [plot for plot in drawn if plot["svg"]]


def others(target: TargetEvaluation) -> list[tuple[str, Control]]:
    """Return the systems that the model stands beside: controls from the least to the best informed, then another model."""
    known = [name for name in DEFINITIONS if name in target.controls]
    found = [(name, target.controls[name]) for name in [*known, *(n for n in target.controls if n not in known)]]
    return [*found, *([("other_model", target.against)] if target.against is not None else [])]


def beside(name: str, target: TargetEvaluation) -> str:
    """Return the model and its controls as dots with intervals, or nothing where no figure is defined."""
    systems = [("baseline", target.scores, "main"), *((n, c.scores, "control") for n, c in others(target))]
    drawn = []
    for label, scores, group in systems:
        found = target.headline(scores)
        if found.value is not None:
            shown = label.replace("_", " ")
            drawn.append(Interval(label=shown, value=found.value, low=found.low, high=found.high, group=group))
    return intervals(drawn, title=f"{metric_of(target)} of {name}") if drawn else ""


def _recall(name: str, target: TargetEvaluation, default: str | None) -> str:
    """Return the precision-recall curves: of the positive label, or of the commonest but the default one."""
    drawn = []
    for label in target.labels:
        first: dict[float, float] = {}  # of several thresholds with one recall, the highest counts
        for point in target.curves.get(label, ()):
            first.setdefault(point.recall, point.precision)
        if first and label != default:
            shown, base = _shown(name, target, label), target.scores.labels[label].support / target.used
            drawn.append(Curve(label=shown, recall=list(first), precision=list(first.values()), base_rate=base))
    drawn.sort(key=lambda curve: -curve.base_rate)
    return precision_recall(drawn[:CURVES_SHOWN], title=f"Precision over recall of {name}") if drawn else ""


def _shown(name: str, target: TargetEvaluation, label: str) -> str:
    """Return what a line is called: a label; of two, which may say little (*yes*), with the target."""
    return label if target.positive is None else f"{name}: {label}"


def _reliability(name: str, target: TargetEvaluation, default: str | None) -> str:
    drawn = [
        Reliable(
            label=_shown(name, target, label),
            probability=[one.probability for one in bins],
            share=[one.share for one in bins],
            items=[one.items for one in bins],
        )
        for label, bins in target.reliability.items()
        if bins and label != default
    ]
    drawn.sort(key=lambda line: -sum(s * n for s, n in zip(line.share, line.items, strict=True)))
    return reliability(drawn[:CURVES_SHOWN], title=f"Reliability of the probabilities of {name}") if drawn else ""


def _risk(name: str, target: TargetEvaluation, _default: str | None) -> str:
    if not target.risks:
        return ""
    coverage, risk = [one.coverage for one in target.risks], [one.risk for one in target.risks]
    return coverage_risk(coverage, risk, title=f"Errors over coverage of {name}")


def _learning(name: str, target: TargetEvaluation, _default: str | None) -> str:
    points = []
    for stage in target.learning:
        found = target.headline(stage.scores)
        if found.value is not None:
            points.append(Learnt(articles=stage.articles, value=found.value, low=found.low, high=found.high))
    if not points:
        return ""
    model = target.headline(target.scores).value
    return learning(points, title=f"Learning curve of {name}", metric=metric_of(target), model=model)

"""The section on the baseline: every target beside its controls and the annotators, as plain data for the page."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.baseline.evaluation import Abstention, Ceiling, Evaluation, Slice, TargetEvaluation, counted
from annotate.codebook import Codebook
from annotate.report.curves import beside, metric_of, others, plots
from annotate.report.mistakes import errors, pairs
from annotate.report.numbers import Data, estimate, number


def evaluation(found: Evaluation, codebook: Codebook) -> Data:
    """Return the baseline's section: alarms, every target, minimal pairs, and the worst errors."""
    names = [target.name for target in codebook.target if target.name in found.targets]
    names += [name for name in found.targets if name not in names]
    defaults = {target.name: target.default for target in codebook.target}
    seen = ""
    if found.manifest == found.trained_on and found.split != "train":
        leaks = any(alarm.target is None for alarm in found.alarms)
        seen = ", partly known from training" if leaks else " that it never saw"
    size = f"{counted(found.items, 'item')} of {counted(found.articles, 'article')}"
    return {
        "intro": f"Judged on the {found.split} split: {size}{seen}.",
        "model": found.model,
        "against": found.against or "",
        "alarms": [
            {
                "target": alarm.target or "all targets",
                "message": alarm.message,
                "suspects": list(alarm.suspects),
                "cleared": list(alarm.cleared),
            }
            for alarm in found.alarms
        ],
        "notes": list(found.notes),
        "targets": [_target(name, found.targets[name], defaults.get(name)) for name in names],
        "pairs": pairs(found.pairs, codebook),
        "errors": errors(found, codebook),
    }


def _target(name: str, target: TargetEvaluation, default: str | None) -> Data:
    rows = [(label, row, max(1, sum(row))) for label, row in zip(target.labels, target.confusion, strict=True)]
    return {
        "name": name,
        "used": f"{target.used:,}",
        "contested": f"{target.contested:,}",
        "base": _base_rate(target),
        "threshold": "" if target.threshold is None else number(target.threshold),
        "metric": metric_of(target),
        "positive": target.positive or "",
        "labels": target.labels,
        "plot": beside(name, target),
        "plots": plots(name, target, default),
        "systems": list(_systems(target)),
        "ceiling": _ceiling(target.ceiling, [target.positive] if target.positive else list(target.labels)),
        "abstention": _abstention(target.abstention),
        "slices": [_slice(one) for one in target.slices],
        "thresholds": [
            {
                "threshold": number(one.threshold),
                "own": one.threshold == target.threshold,
                "predicted": f"{one.predicted:,}",
                "cells": [number(value) for value in (one.precision, one.recall, one.f1)],
            }
            for one in target.thresholds
        ],
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
                "cells": [
                    estimate(e)
                    for e in (s.precision, s.recall, s.f1, s.average_precision, s.brier, s.calibration_error)
                ],
                "support": f"{s.support:,}",
            }
            for label, s in ((label, target.scores.labels[label]) for label in target.labels)
        ],
    }


def _base_rate(target: TargetEvaluation) -> str:
    shown = [target.positive] if target.positive is not None else list(target.labels)
    return ", ".join(f"{label} {target.scores.labels[label].support / max(1, target.used):.0%}" for label in shown)


def _systems(target: TargetEvaluation) -> Iterator[Data]:
    """Yield the model, its controls and the other model: their figures, and how far the model is ahead in the headline."""
    systems = ((name, one.definition, one.scores, one.difference) for name, one in others(target))
    scored = [("baseline", "", target.scores, None), *systems]
    for system, definition, scores, difference in scored:
        of_label = scores.labels[target.positive] if target.positive is not None else None
        figures = [of_label.f1, of_label.average_precision] if of_label else []
        yield {
            "name": system.replace("_", " "),
            "definition": definition,
            "cells": [estimate(one) for one in (*figures, scores.macro_f1, scores.brier)],
            "ahead": estimate(target.headline(difference), "+.2f") if difference is not None else None,
        }


def _ceiling(found: Ceiling | None, labels: list[str]) -> Data | None:
    if found is None:
        return None
    whose = (
        ("baseline", found.model, ".2f"),
        ("annotators", found.human, ".2f"),
        ("baseline ahead by", found.difference, "+.2f"),
    )
    return {
        "voted": f"{found.items:,}",
        "labels": labels,
        "rows": [
            {
                "name": name,
                "cells": [
                    estimate(one, form)
                    for one in (scores.agreement, scores.macro_f1, *(scores.f1[label] for label in labels))
                ],
            }
            for name, scores, form in whose
        ],
    }


def _abstention(found: Abstention | None) -> Data | None:
    if found is None:
        return None
    return {
        "kept": f"{found.kept:.0%}",
        "coverage": estimate(found.coverage, ".0%"),
        "accuracy": estimate(found.accuracy, ".0%"),
    }


def _slice(one: Slice) -> Data:
    return {
        "by": one.by,
        "name": one.name,
        "count": f"{one.items:,}",
        "articles": f"{one.articles:,}",
        "cells": [estimate(found) for found in (one.f1, one.accuracy, one.agreement, one.human)],
    }

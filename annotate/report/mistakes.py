"""What the model got wrong, as text to read: errors on the split, and pass rates and misses of minimal pairs."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.baseline.evaluation import Evaluation, PairsResult, Rate, WorstError
from annotate.codebook import Codebook
from annotate.records import Extent, Span
from annotate.report.numbers import Data
from annotate.report.texts import colours, pieces

ERRORS_SHOWN = 40
"""Errors on the page, of all targets together."""
MISSES_SHOWN = 40
"""Texts of pairs on the page that the model got wrong."""


def errors(found: Evaluation, codebook: Codebook) -> list[Data]:
    """Return the worst errors of all learnt targets: least probability of the right label first."""
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
            "sort": f"{error.probabilities.get(error.gold, 0.0):.6f}",
            "agreement": f"{error.votes.get(error.gold, 0) / max(1, sum(error.votes.values())):.4f}",
            "words": len(error.text.split()),
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


def pairs(found: Sequence[PairsResult], codebook: Codebook) -> Data | None:
    """Return the pass rates of minimal pairs by phenomenon, a column a system, and the first system's misses."""
    if not found:
        return None
    colour, own = colours(codebook), found[0]
    rows = [
        {
            "name": phenomenon.replace("_", " "),
            "pairs": rate.pairs,
            "cells": [_rate(one.phenomena.get(phenomenon)) for one in found],
        }
        for phenomenon, rate in own.phenomena.items()
    ]
    return {
        "systems": ["baseline" if "@" in one.system else one.system for one in found],
        "rows": rows,
        "whole": {"pairs": own.whole.pairs, "cells": [_rate(one.whole) for one in found]},
        "misses": [
            {
                "text": miss.text,
                "phenomenon": miss.phenomenon.replace("_", " "),
                "target": miss.target,
                "expected": miss.expected,
                "expected_color": colour.get(miss.expected, ""),
                "given": miss.given,
                "given_color": colour.get(miss.given, ""),
            }
            for miss in own.misses[:MISSES_SHOWN]
        ],
        "missed": len(own.misses),
        "unsaid": ", ".join(own.unsaid),
        "left_out": own.left_out,
    }


def _rate(rate: Rate | None) -> Data:
    if rate is None:
        return {"value": "not tested", "interval": "", "sort": "", "share": 0.0}
    return {
        "value": f"{rate.rate:.0%}",
        "interval": f"{rate.low:.0%} to {rate.high:.0%}",
        "sort": f"{rate.rate:.6f}",
        "share": round(rate.rate, 4),
    }

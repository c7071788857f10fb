"""Numbers of an evaluation as the page shows them: the value, its interval, or why there is none."""

from __future__ import annotations

from annotate.baseline.evaluation import Estimate

UNDEFINED = "undefined"

Data = dict[str, object]


def number(value: float | None, form: str = ".2f") -> str:
    """Return a number as text.

    >>> number(0.5), number(None), number(0.5, "+.2f")
    ('0.50', 'undefined', '+0.50')
    """
    return UNDEFINED if value is None else f"{value:{form}}"


def estimate(found: Estimate, form: str = ".2f") -> Data:
    """Return a number, its interval and why there is none, as text; ``sort`` orders rows by it."""
    low, high = found.low, found.high
    return {
        "value": number(found.value, form),
        "sort": "" if found.value is None else f"{found.value:.6f}",
        "interval": f"{low:{form}} to {high:{form}}" if low is not None and high is not None else "",
        "why": found.undefined or "",
    }

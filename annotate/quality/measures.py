"""A number with its interval, or the reason why there is none."""

from __future__ import annotations

from annotate.quality.bootstrap import Interval
from annotate.records import Record


class Measure(Record, frozen=True, kw_only=True):
    """A number, or why there is none; and likewise its interval.

    Attributes:
        value: none where it is undefined.
        undefined: why it is.
        interval: over articles.
        interval_undefined: why there is none, where the value is defined.
    """

    value: float | None
    undefined: str | None = None
    interval: Interval | None = None
    interval_undefined: str | None = None

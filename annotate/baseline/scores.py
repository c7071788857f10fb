"""A model's probabilities as records: what other stages read with ``--scores``."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.records import Flag, Score

DIGITS = 6
"""Decimals of a probability."""


def shown(probabilities: dict[str, float]) -> dict[str, float]:
    """Return probabilities as they are written.

    >>> shown({"yes": 2 / 3})
    {'yes': 0.666667}
    """
    return {label: round(value, DIGITS) for label, value in probabilities.items()}


def scores_of(flag: Flag) -> Iterator[Score]:
    """Yield a flag's probabilities, a record a target."""
    for name, values in flag.probabilities.items():
        yield Score(article_id=flag.article_id, start=flag.start, end=flag.end, target=name, probabilities=values)

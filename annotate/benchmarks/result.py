"""One row of the table of benchmarks."""

from __future__ import annotations

from collections.abc import Mapping

from annotate.baseline.evaluation import Estimate, Scores
from annotate.records import Record


class Published(Record, frozen=True, kw_only=True):
    """A number that others published.

    Attributes:
        system: what was measured.
        metric: what its number is.
        score: in [0, 1].
        on: on which part of which corpus, by which protocol.
        source: where it was read.
        checked: whether it was read at the source itself; else at second hand.
    """

    system: str
    metric: str
    score: float
    on: str
    source: str
    checked: bool = True


class Result(Record, frozen=True, kw_only=True):
    """What one benchmark gave.

    Attributes:
        name: of the benchmark.
        metric: what `score` is.
        score: the headline, in [0, 1]; none where nothing was measured. `low` and `high` bound its 95 % interval.
        rows: how many sentences it was measured on.
        published: what others reached.
        others: further numbers, those of controls too; none where undefined.
        protocol: how it was measured.
        notes: what a reader should know.
    """

    name: str
    metric: str
    score: float | None
    low: float | None
    high: float | None
    rows: int
    published: tuple[Published, ...]
    others: dict[str, float | None]
    protocol: str
    notes: tuple[str, ...] = ()


def headline(estimate: Estimate) -> dict[str, float | None]:
    """Return an estimate as a result's ``score``, ``low`` and ``high``."""
    return {"score": estimate.value, "low": estimate.low, "high": estimate.high}


def spread(found: Scores, prefix: str = "") -> dict[str, float | None]:
    """Return the values of scores by name: those of all labels, then each label's."""
    numbers = {
        "macro F1": found.macro_f1.value,
        "accuracy": found.accuracy.value,
        "Brier score": found.brier.value,
        "calibration error": found.calibration_error.value,
    }
    for name, label in found.labels.items():
        numbers |= {
            f"precision of {name}": label.precision.value,
            f"recall of {name}": label.recall.value,
            f"F1 of {name}": label.f1.value,
            f"average precision of {name}": label.average_precision.value,
        }
    return {f"{prefix}{name}": value for name, value in numbers.items()}


def without(numbers: Mapping[str, float | None], name: str) -> dict[str, float | None]:
    """Return the numbers without one, which is the headline already."""
    return {other: value for other, value in numbers.items() if other != name}

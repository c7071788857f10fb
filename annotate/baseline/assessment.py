"""Labels and probabilities as arrays → every metric with its interval, beside other systems on the same resamples.

Knows neither models nor releases: whatever gives labels and probabilities can be assessed, benchmarks too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotate.baseline import metrics
from annotate.baseline.estimates import Measured, measure, scores
from annotate.baseline.evaluation import Scores
from annotate.baseline.items import Floats, Ints
from annotate.errors import UndefinedError

RESAMPLES = 1000
"""Bootstrap resamples of groups."""
ONE_UNDEFINED = "undefined for one of the two: "
"""Begins the reason why a difference is undefined."""


@dataclass(frozen=True)
class Answers:
    """What a system says of items.

    Attributes:
        predicted: index of the label that each item gets ``(n_items,)``.
        probabilities: ``(n_items, n_labels)``.
    """

    predicted: Ints
    probabilities: Floats

    @classmethod
    def most_probable(cls, probabilities: Floats) -> Answers:
        """Return the answers that give each item its most probable label."""
        return cls(probabilities.argmax(axis=1).astype(np.int64), probabilities)

    @classmethod
    def from_threshold(cls, probabilities: Floats, positive: int, threshold: float) -> Answers:
        """Return the answers of two labels that give the positive one (its column) from a probability on."""
        chosen = np.where(probabilities[:, positive] >= threshold, positive, 1 - positive)
        return cls(chosen.astype(np.int64), probabilities)

    @classmethod
    def certain(cls, predicted: Ints, n_labels: int) -> Answers:
        """Return the answers of a system that knows labels alone: probability 1 for each item's label."""
        return cls(predicted, np.eye(n_labels)[predicted])

    def of(self, rows: Ints) -> Answers:
        """Return the answers for some items."""
        return Answers(self.predicted[rows], self.probabilities[rows])


@dataclass(frozen=True)
class Assessment:
    """How good a system is, and how far it is ahead of others.

    Attributes:
        confusion: gold (rows) by predicted (columns).
        scores: the system's own.
        others: system → its scores; `differences`: system → ours minus its, resample by resample.
    """

    confusion: tuple[tuple[int, ...], ...]
    scores: Scores
    others: dict[str, Scores] = field(default_factory=dict)
    differences: dict[str, Scores] = field(default_factory=dict)


def draws(n_groups: int, *, resamples: int = RESAMPLES, seed: int = 0) -> Floats:
    """Return how often each group counts ``(1 + resamples, n_groups)``: a first row of ones, then bootstrap draws."""
    return np.vstack([np.ones((1, n_groups)), metrics.resamples(n_groups, resamples, seed)])


def assess(
    labels: Sequence[str],
    gold: Ints,
    ours: Answers,
    groups: Sequence[str] | Ints,
    others: Mapping[str, Answers] | None = None,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Assessment:
    """Return every metric of a system with its 95 % interval over resamples of groups, and the same of others.

    >>> chances = np.array([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3]])
    >>> found = assess(("no", "yes"), np.array([0, 1, 1]), Answers.most_probable(chances), ["a", "a", "b"])
    >>> found.confusion, round(found.scores.labels["yes"].f1.value, 3)
    (((1, 0), (1, 1)), 0.667)

    Args:
        labels: names of the labels, in the order of the columns.
        gold: index of each item's label ``(n_items,)``.
        ours: what the system says.
        groups: what each item belongs to: its article, document or debate.
        others: what other systems say of the same items.
        resamples: how many to draw.
        seed: of the draws.

    Raises:
        UndefinedError: there is no item.
        ValueError: lengths, labels or probabilities make no sense.
    """
    if not len(gold):
        message = "there is no item to assess"
        raise UndefinedError(message)
    numbers: dict[object, int] = {}
    places = np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.int64)
    return assess_under(draws(len(numbers), resamples=resamples, seed=seed), labels, gold, ours, places, others)


def assess_under(
    weights: Floats,
    labels: Sequence[str],
    gold: Ints,
    ours: Answers,
    groups: Ints,
    others: Mapping[str, Answers] | None = None,
) -> Assessment:
    """Return what `assess` does, on resamples that were drawn already; there may be no item.

    Args:
        weights: how often each group counts, as `draws` returns it.
        labels: names of the labels.
        gold: index of each item's label.
        ours: what the system says.
        groups: number of each item's group, from 0.
        others: what other systems say.

    Raises:
        ValueError: lengths, labels or probabilities make no sense.
    """
    everyone = {"": ours, **(others or {})}
    for name, answers in everyone.items():
        _check(name, len(labels), gold, answers, groups)
    measured = {name: _measured(gold, answers, groups, weights) for name, answers in everyone.items()}
    own = measured.pop("")
    return Assessment(
        confusion=tuple(tuple(int(count) for count in row) for row in own.confusion),
        scores=scores(own, labels),
        others={name: scores(theirs, labels) for name, theirs in measured.items()},
        differences={name: scores(own - theirs, labels, ONE_UNDEFINED) for name, theirs in measured.items()},
    )


def _measured(gold: Ints, answers: Answers, groups: Ints, weights: Floats) -> Measured:
    return measure(gold, answers.predicted, answers.probabilities, groups, weights)


def _check(name: str, n_labels: int, gold: Ints, answers: Answers, groups: Ints) -> None:
    what = f"answers of {name!r}" if name else "answers"
    if answers.probabilities.shape != (len(gold), n_labels) or len(answers.predicted) != len(gold):
        message = f"{what}: probabilities {answers.probabilities.shape} for {len(gold)} items of {n_labels} labels"
        raise ValueError(message)
    if len(groups) != len(gold):
        message = f"{len(groups)} groups for {len(gold)} items"
        raise ValueError(message)
    for values in (gold, answers.predicted):
        if len(values) and not (values.min() >= 0 and values.max() < n_labels):
            message = f"{what}: a label outside 0 to {n_labels - 1}"
            raise ValueError(message)
    chances = answers.probabilities
    if not (np.isfinite(chances).all() and (chances >= 0).all() and (chances <= 1 + 1e-9).all()):
        message = f"{what}: a probability outside [0, 1]"
        raise ValueError(message)

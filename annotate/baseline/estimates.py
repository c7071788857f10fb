"""Metrics on a split and on its resamples → estimates with intervals, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotate.baseline import metrics
from annotate.baseline.evaluation import Estimate, LabelScores, Scores
from annotate.baseline.items import Floats, Ints

INTERVAL = (2.5, 97.5)
"""Percentiles that bound an interval."""


@dataclass(frozen=True)
class Measured:
    """Every metric, with a first row for the split as it is and one for each resample.

    Attributes:
        confusion: of the split, gold by predicted ``(n_labels, n_labels)``.
        whole: metric of all labels → ``(1 + resamples,)``.
        by_label: metric of each label → ``(1 + resamples, n_labels)``.
        clusters: how many articles are resampled.
    """

    confusion: Floats
    whole: dict[str, Floats]
    by_label: dict[str, Floats]
    clusters: int

    def __sub__(self, other: Measured) -> Measured:
        """Return the differences, row by row; the confusion stays this one's."""
        whole = {name: values - other.whole[name] for name, values in self.whole.items()}
        by_label = {name: values - other.by_label[name] for name, values in self.by_label.items()}
        return Measured(self.confusion, whole, by_label, self.clusters)


def measure(gold: Ints, predicted: Ints, probabilities: Floats, groups: Ints, weights: Floats) -> Measured:
    """Return every metric of a system.

    Args:
        gold: index of each item's label ``(n_items,)``.
        predicted: likewise the system's.
        probabilities: what average precision ranks by ``(n_items, n_labels)``.
        groups: number of each item's article ``(n_items,)``.
        weights: how often each article counts ``(1 + resamples, n_articles)``, the first row ones.
    """
    n_labels, n_groups = probabilities.shape[1], weights.shape[1]
    by_group = metrics.confusions(gold, predicted, groups, n_groups, n_labels)
    tables = (weights @ by_group.reshape(n_groups, -1)).reshape(-1, n_labels, n_labels)
    among = tables[0].sum(axis=1) > 0
    ranked = [
        metrics.average_precision(gold == column, probabilities[:, column], groups, weights)
        for column in range(n_labels)
    ]
    squared = metrics.brier(gold, probabilities, groups, weights)
    gaps = metrics.calibration_error(gold, probabilities, groups, weights)
    whole = {
        "accuracy": metrics.accuracy(tables),
        "macro_f1": metrics.macro_f1(tables, among),
        "brier": squared.sum(axis=1) / 2,
        "calibration_error": gaps.mean(axis=1),
    }
    by_label = {
        "precision": metrics.precision(tables),
        "recall": metrics.recall(tables),
        "f1": metrics.f1(tables),
        "average_precision": np.stack(ranked, axis=1),
        "brier": squared,
        "calibration_error": gaps,
    }
    return Measured(tables[0], whole, by_label, n_groups)


def scores(measured: Measured, labels: Sequence[str], why: str = "") -> Scores:
    """Return the metrics as estimates; what is undefined says why, after the words ``why``."""
    supports, predictions = measured.confusion.sum(axis=1), measured.confusion.sum(axis=0)
    found = {}
    for column, label in enumerate(labels):
        whys = {
            "precision": f"no item is predicted {label!r}",
            "recall": f"no item is labelled {label!r}",
            "f1": f"no item is labelled or predicted {label!r}",
            "average_precision": f"no item is labelled {label!r}",
            "brier": "no item has a majority label",
            "calibration_error": "no item has a majority label",
        }
        estimates = {
            name: estimate(values[:, column], why + whys[name], measured.clusters)
            for name, values in measured.by_label.items()
        }
        found[label] = LabelScores(support=int(supports[column]), predicted=int(predictions[column]), **estimates)
    none = f"{why}no item has a majority label"
    whole = {name: estimate(values, none, measured.clusters) for name, values in measured.whole.items()}
    return Scores(labels=found, **whole)


def estimate(values: Floats, why: str, clusters: int) -> Estimate:
    """Return the first value with the interval of the others; NaN ones are left out.

    Args:
        values: on the split as it is, then on its resamples ``(1 + resamples,)``.
        why: what to say where the first value is NaN.
        clusters: how many articles were resampled; one has no interval.
    """
    value, drawn = values[0], values[1:]
    if np.isnan(value):
        return Estimate(undefined=why)
    defined = drawn[~np.isnan(drawn)]
    if clusters == 1 or not len(defined):
        return Estimate(value=float(value))
    low, high = np.percentile(defined, INTERVAL)
    return Estimate(value=float(value), low=float(low), high=float(high), resamples=len(defined))

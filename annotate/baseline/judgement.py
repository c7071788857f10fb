"""Probabilities → labels, flags' reasons and the probabilities of what follows, by the codebook's rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from annotate.baseline.folder import TargetInfo
from annotate.baseline.linear import Floats
from annotate.baseline.targets import derived
from annotate.codebook import Codebook
from annotate.records import Span


@dataclass(frozen=True)
class Judgement:
    """What is said of one item.

    Attributes:
        labels: target → label, of all the codebook's targets.
        reasons: of the rules that held, in the codebook's order.
        probabilities: target → label → probability in [0, 1].
    """

    labels: dict[str, str]
    reasons: tuple[str, ...]
    probabilities: dict[str, dict[str, float]]


class Judge:
    """Decides by thresholds and a codebook's rules.

    A learnt target's label is the most probable one; of two labels, the positive one from its threshold on. The other
    targets follow from these labels and from the hedge cues by the codebook's rules; their probabilities are those of
    the label combinations that lead there, the learnt targets taken as independent given the text.
    """

    def __init__(self, book: Codebook, learnt: dict[str, TargetInfo]) -> None:
        """Take a codebook and how each learnt target is predicted."""
        self._book, self._learnt, self._derived = book, learnt, derived(book)
        self._tables: dict[frozenset[str], dict[str, Floats]] = {}

    def judge(self, probabilities: dict[str, Floats], cues: Sequence[Iterable[Span]]) -> list[Judgement]:
        """Return what is said of each item.

        Args:
            probabilities: learnt target → ``(n_items, n_labels)``.
            cues: the hedge cues of each item.
        """
        judged = []
        for row, spans in enumerate(cues):
            marks = frozenset(mark for span in spans for mark in (span.layer, f"{span.layer}.{span.label}"))
            rows = {name: values[row] for name, values in probabilities.items()}
            given = {name: label_of(rows[name], target) for name, target in self._learnt.items()}
            decided = self._book.decide_marks(marks, given)
            reasons = tuple(dict.fromkeys(reason for found in decided.reasons.values() for reason in found))
            judged.append(Judgement(decided.labels, reasons, self._named(rows, marks)))
        return judged

    def _named(self, rows: dict[str, Floats], marks: frozenset[str]) -> dict[str, dict[str, float]]:
        joint = np.ones(1)
        for name in self._learnt:
            joint = np.multiply.outer(joint, rows[name]).ravel()
        named = {name: _by_label(target.labels, rows[name]) for name, target in self._learnt.items()}
        for target in self._derived:
            named[target.name] = _by_label(target.labels, joint @ self._table(marks)[target.name])
        return named

    def _table(self, marks: frozenset[str]) -> dict[str, Floats]:
        """Return for each derived target which label (column) each combination of learnt labels (row) leads to."""
        if marks not in self._tables:
            combinations = product(*(target.labels for target in self._learnt.values()))
            given = [dict(zip(self._learnt, labels, strict=True)) for labels in combinations]
            decided = [self._book.decide_marks(marks, labels).labels for labels in given]
            self._tables[marks] = {
                target.name: np.array([[d[target.name] == label for label in target.labels] for d in decided], float)
                for target in self._derived
            }
        return self._tables[marks]


def label_of(values: Floats, target: TargetInfo) -> str:
    """Return the label that these probabilities ``(n_labels,)`` lead to."""
    if target.positive is None or target.threshold is None:
        return target.labels[int(values.argmax())]
    column = target.labels.index(target.positive)
    return target.labels[column if values[column] >= target.threshold else 1 - column]


def _by_label(labels: Sequence[str], values: Floats) -> dict[str, float]:
    return {label: float(value) for label, value in zip(labels, values, strict=True)}

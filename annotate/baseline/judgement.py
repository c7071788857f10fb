"""Probabilities → labels, flags' reasons and the probabilities of what follows, by the codebook's rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from annotate.baseline.folder import TargetInfo
from annotate.baseline.linear import Floats
from annotate.baseline.targets import follows
from annotate.codebook import Codebook, TargetRules
from annotate.codebook.scheme import Decided
from annotate.records import Span

Certain = dict[str, dict[str, float | None]]
"""Target → label → from which probability on its prediction is not abstained from; none where it always is."""

Whole = dict[str, tuple[tuple[str, ...], Floats]]
"""Target → its labels, and their probabilities ``(n_items, n_labels)``."""


class Judgement(NamedTuple):
    """What is said of one item.

    Attributes:
        labels: target → label, of the targets that were learnt and of those that follow from them.
        reasons: of the rules that held, in the codebook's order.
        probabilities: target → label → probability in [0, 1].
        abstained: targets of which the label is not sure enough.
    """

    labels: dict[str, str]
    reasons: tuple[str, ...]
    probabilities: dict[str, dict[str, float]]
    abstained: tuple[str, ...] = ()


class Judge:
    """Decides by thresholds and a codebook's rules.

    A learnt target's label is the most probable one; of two labels, the positive one from its threshold on. The other
    targets follow from these labels and from the hedge cues by the codebook's rules; their probabilities are those of
    the label combinations that lead there, the learnt targets taken as independent given the text. A target that
    follows from one that was not learnt is left out, but for the reasons of its rules that hold by what was.

    Attributes:
        targets: those that are said something of, in the codebook's order.
        partly: the others: no label of theirs is said.
    """

    def __init__(self, book: Codebook, learnt: dict[str, TargetInfo], derived: Certain | None = None) -> None:
        """Take a codebook, how each learnt target is predicted, and from where on the others are certain."""
        self._book, self._learnt = book, learnt
        self._derived = [target for target in book.target if target.name not in learnt and self._known(target)]
        self._tables: dict[frozenset[str], dict[str, Floats]] = {}
        self._decisions: dict[
            tuple[frozenset[str], tuple[str, ...]], tuple[dict[str, str], tuple[str, ...], list[int]]
        ] = {}
        names = {*self._learnt, *(target.name for target in self._derived)}
        self.targets = tuple(target for target in book.target if target.name in names)
        self.partly = tuple(target for target in book.target if target.name not in names)
        certain = {name: target.certain for name, target in learnt.items()} | (derived or {})
        self._least = [_least(target.labels, certain.get(target.name)) for target in self.targets]

    def _known(self, target: TargetRules) -> bool:
        asked = {name for rule in target.rule for name in (*rule.where, *rule.unless)}
        return bool(asked) and asked <= self._learnt.keys()

    def judge(
        self, probabilities: dict[str, Floats], cues: Sequence[Iterable[Span]], digits: int | None = None
    ) -> list[Judgement]:
        """Return what is said of each item.

        Args:
            probabilities: learnt target → ``(n_items, n_labels)``.
            cues: the hedge cues of each item.
            digits: decimals of the probabilities in a judgement, all where not said; what is decided does not depend on it.
        """
        marks = [
            frozenset(mark for span in spans for mark in (span.layer, f"{span.layer}.{span.label}")) for spans in cues
        ]
        whole = self._whole(probabilities, marks)
        given = zip(*(labels_of(probabilities[name], target) for name, target in self._learnt.items()), strict=True)
        decided = [self._decided(those, learnt) for those, learnt in zip(marks, given, strict=True)]
        unsure = self._unsure(whole, decided)
        named = _named(whole, digits)
        return [
            Judgement(labels, reasons, values, doubts)
            for (labels, reasons, _), values, doubts in zip(decided, named, unsure, strict=True)
        ]

    def _decided(
        self, marks: frozenset[str], learnt: tuple[str, ...]
    ) -> tuple[dict[str, str], tuple[str, ...], list[int]]:
        """Return all labels, the reasons and the labels' numbers that follow from some marks and the learnt targets' labels."""
        if (marks, learnt) not in self._decisions:
            decided = self._book.decide_marks(marks, dict(zip(self._learnt, learnt, strict=True)))
            labels = {target.name: decided.labels[target.name] for target in self.targets}
            given = [reason for target in self.targets for reason in self._reasons(target, marks, decided)]
            rules = [rule for target in self.partly for rule in target.rule]
            given += [rule.reason for rule in rules if rule.reason and rule.holds(marks, labels)]
            reasons = tuple(dict.fromkeys(given))
            places = [target.labels.index(labels[target.name]) for target in self.targets]
            self._decisions[marks, learnt] = (labels, reasons, places)
        return self._decisions[marks, learnt]

    def _unsure(self, whole: Whole, decided: Sequence[tuple[object, object, list[int]]]) -> list[tuple[str, ...]]:
        """Return the targets of each item whose label is less probable than it has to be."""
        places = np.array([each for _, _, each in decided], dtype=np.int64).reshape(-1, len(self.targets))
        rows, number = np.arange(len(places)), np.zeros(len(places), dtype=np.int64)
        for bit, (target, least) in enumerate(zip(self.targets, self._least, strict=True)):
            place = places[:, bit]
            number |= (whole[target.name][1][rows, place] < least[place]).astype(np.int64) << bit
        names = [target.name for target in self.targets]
        known = {n: tuple(name for bit, name in enumerate(names) if n >> bit & 1) for n in np.unique(number).tolist()}
        return [known[each] for each in number.tolist()]

    def _reasons(self, target: TargetRules, marks: frozenset[str], decided: Decided) -> tuple[str, ...]:
        if target.name not in self._learnt or not follows(target):
            return decided.reasons.get(target.name, ())
        if target.name not in decided.reasons:
            return ()
        held = (rule for rule in target.rule if rule.label == decided.labels[target.name])
        found = tuple(rule.reason for rule in held if rule.reason and rule.holds(marks, decided.labels))
        return found or (target.name,)  # it was learnt whole: the rules that lead to its label may all be silent

    def _whole(self, probabilities: dict[str, Floats], marks: Sequence[frozenset[str]]) -> Whole:
        """Return the probabilities of all targets, of those too that follow."""
        joint = np.ones((len(marks), 1))
        for name in self._learnt:
            each = joint[:, :, None] * probabilities[name][:, None, :]
            joint = each.reshape(len(marks), each.shape[1] * each.shape[2])
        whole = {name: (target.labels, probabilities[name]) for name, target in self._learnt.items()}
        whole |= {target.name: (target.labels, np.zeros((len(marks), len(target.labels)))) for target in self._derived}
        distinct = list(dict.fromkeys(marks))
        number = {those: place for place, those in enumerate(distinct)}
        which = np.array([number[those] for those in marks], dtype=np.int64)
        for place, those in enumerate(distinct if self._derived else ()):
            rows = np.flatnonzero(which == place)
            for name, leads in self._table(those).items():
                for label in range(leads.shape[1]):
                    whole[name][1][rows, label] = joint[np.ix_(rows, np.flatnonzero(leads[:, label]))].sum(axis=1)
        return whole

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


def _least(labels: Sequence[str], certain: dict[str, float | None] | None) -> Floats:
    """Return how probable each label has to be: more than 1 where it never is sure."""
    if certain is None:
        return np.zeros(len(labels))
    found = (certain.get(label) for label in labels)
    return np.array([np.inf if least is None else least for least in found])


def _named(whole: Whole, digits: int | None) -> list[dict[str, dict[str, float]]]:
    columns = []
    for name, (labels, values) in whole.items():
        rows = (values if digits is None else values.round(digits)).tolist()
        columns.append([(name, dict(zip(labels, row, strict=True))) for row in rows])
    return [dict(each) for each in zip(*columns, strict=True)]


def labels_of(values: Floats, target: TargetInfo) -> list[str]:
    """Return the labels that probabilities ``(n_items, n_labels)`` lead to."""
    if target.positive is None or target.threshold is None:
        return [target.labels[column] for column in values.argmax(axis=1).tolist()]
    column = target.labels.index(target.positive)
    said = (target.labels[1 - column], target.labels[column])
    return [said[yes] for yes in (values[:, column] >= target.threshold).tolist()]

"""What is trained on a corpus: the toolkit's own stack, and the thresholds by which its probabilities become labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from annotate.baseline import metrics
from annotate.baseline.assessment import Answers
from annotate.baseline.examples import Examples
from annotate.baseline.items import Floats, Ints
from annotate.baseline.predictor import Predictor
from annotate.baseline.stack import STACK, Progress, learn
from annotate.baseline.tagger import Cue as Tagged
from annotate.benchmarks.corpus import Corpus, Cue
from annotate.language.patterns import load_patterns

CODEBOOK = "credibility"
"""The codebook whose cue patterns are features."""
WEIGHTS = (0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0)
"""By how much a label's probability is multiplied before the highest decides: what is tried."""
DIGITS = 12
"""Decimals of summed F1: sums that differ by less are tied."""


@dataclass(frozen=True)
class Trained:
    """A system after training.

    Attributes:
        rows: which items of the corpus have a label ``(n_rows,)``; all below is of these.
        groups: number of each row's document.
        fold: number of each row's fold.
        probabilities: target → nested out-of-fold probabilities ``(n_rows, n_labels)``.
        gold: target → index of each row's label ``(n_rows,)``.
        cues: out-of-fold cue spans of each row.
        predictor: for new texts, if asked for.
    """

    rows: Ints
    groups: Ints
    fold: Ints
    probabilities: dict[str, Floats]
    gold: dict[str, Ints]
    cues: tuple[tuple[Cue, ...], ...]
    predictor: Predictor | None

    def predict(self, corpus: Corpus) -> tuple[dict[str, Floats], list[tuple[Cue, ...]]]:
        """Return the probabilities of all items of another corpus, by target, and their cue spans."""
        assert self.predictor is not None  # noqa: S101 - for the type checker: who predicts asked for it
        said = self.predictor.say(corpus.items.texts, corpus.items.groups)
        return said.probabilities, [tuple(Cue(*cue) for cue in each) for each in said.cues]


def train(
    corpus: Corpus,
    others: Sequence[Corpus] = (),
    *,
    folds: int,
    seed: int,
    predictor: bool,
    progress: Progress,
) -> Trained:
    """Return the stack trained on a corpus, with all pieces.

    Args:
        corpus: its target is learnt, from the items that have a label; cue spans are used where there are any.
        others: the same items with other labels, learnt beside; by name of their target.
        folds: how many folds by document.
        seed: of the folds.
        predictor: whether new texts will be scored.
        progress: shows the loop over fits.
    """
    rows = np.flatnonzero(corpus.gold >= 0)
    groups = corpus.items.groups[rows]
    targets = {each.target: each.labels for each in (corpus, *others)}
    cues = [[Tagged(*cue) for cue in corpus.cues[row]] for row in rows] if any(corpus.cues) else None
    given = Examples(
        texts=[corpus.items.texts[row] for row in rows],
        groups=groups,
        soft={name: labels.soft[rows] for name, labels in targets.items()},
        names={name: labels.names for name, labels in targets.items()},
        positive={name: labels.names[1] for name, labels in targets.items() if len(labels.names) == 2},  # noqa: PLR2004 - two labels are what makes a target binary
        cues=cues,
    )
    fold = grouped(groups, folds, seed)
    learnt = learn(
        given,
        patterns=load_patterns(CODEBOOK),
        take=STACK,
        seed=seed,
        predictor=predictor,
        folds=fold,
        progress=progress,
    )
    return Trained(
        rows=rows,
        groups=groups,
        fold=fold,
        probabilities={name: found.probabilities for name, found in learnt.targets.items()},
        gold={name: labels.gold[rows] for name, labels in targets.items()},
        cues=tuple(tuple(Cue(*cue) for cue in each) for each in learnt.cues),
        predictor=learnt.predictor,
    )


def grouped(groups: Ints, count: int, seed: int) -> Ints:
    """Return the number of each item's fold ``(n_items,)``: documents are dealt at random, none is in two folds."""
    distinct, number = np.unique(groups, return_inverse=True)
    count = min(count, len(distinct))
    dealt: Ints = np.random.default_rng(seed).permutation(len(distinct)) % count
    return dealt[number]


Decision = Callable[[Floats], Ints]
"""Probabilities ``(n_items, n_labels)`` → index of each item's label."""


def threshold(gold: Ints, probabilities: Floats) -> Decision:
    """Return the decision for label 1 of two with the best F1 of label 1."""
    best = metrics.best_threshold(gold == 1, probabilities[:, 1]) if (gold == 1).any() else 0.5
    return lambda found: (found[:, 1] >= best).astype(np.int64)


def best_everywhere(positive: NDArray[np.bool_], scores: Floats, domain: Ints) -> float:
    """Return the score (that or more is positive) with the best mean of the domains' F1, the highest if tied.

    Each domain counts the same, however many items it has.

    >>> best_everywhere(np.array([True, False, True, False]), np.array([0.9, 0.6, 0.6, 0.1]), np.array([0, 0, 1, 1]))
    0.6

    Args:
        positive: ``(n_items,)``.
        scores: ``(n_items,)``.
        domain: number of each item's domain ``(n_items,)``.
    """
    tried = np.unique(scores)
    total = np.zeros(len(tried))
    for number in np.unique(domain):
        mine, right = np.sort(scores[domain == number]), np.sort(scores[(domain == number) & positive])
        found = len(mine) - np.searchsorted(mine, tried)
        same = len(right) - np.searchsorted(right, tried)
        total += 2 * same / np.maximum(found + len(right), 1)
    level = total.round(DIGITS)
    return float(tried[len(level) - 1 - int(level[::-1].argmax())])


def balanced(gold: Ints, probabilities: Floats) -> Decision:
    """Return the decision for the most probable label, its probabilities weighted so that macro F1 is best."""
    n_labels = probabilities.shape[1]
    among = np.bincount(gold, minlength=n_labels) > 0

    def score(weights: Sequence[float]) -> float:
        predicted = (probabilities * weights).argmax(axis=1)
        table = metrics.confusions(gold, predicted, np.zeros_like(gold), 1, n_labels)[0]
        return float(metrics.macro_f1(table, among))

    tried = [(1.0, *rest) for rest in product(WEIGHTS, repeat=n_labels - 1)]
    best = np.array(max(tried, key=score))
    return lambda found: (found * best).argmax(axis=1).astype(np.int64)


def nested(choose: Callable[[Ints, Floats], Decision], gold: Ints, probabilities: Floats, fold: Ints) -> Answers:
    """Return out-of-fold answers: each fold is decided on by what the other folds chose."""
    predicted = np.zeros(len(gold), dtype=np.int64)
    for number in np.unique(fold):
        out, rest = fold == number, fold != number
        predicted[out] = choose(gold[rest], probabilities[rest])(probabilities[out])
    return Answers(predicted, probabilities)


def one_against_rest(probabilities: Floats, label: int) -> Floats:
    """Return probabilities of two labels: all others, and this one."""
    chance = probabilities[:, label]
    return np.stack([1 - chance, chance], axis=1)

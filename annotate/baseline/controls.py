"""What the model must beat: systems that have learnt nothing from words, and a plain one that has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotate.baseline import metrics
from annotate.baseline.assessment import Answers
from annotate.baseline.items import Floats, Ints, Labels
from annotate.baseline.targets import learnt, marks_of, positive
from annotate.codebook import Codebook, TargetRules
from annotate.records import Span

HEDGE = "hedge"
"""The layer of the cue patterns."""
TENTHS = np.arange(1, 10) / 10

DEFINITIONS = {
    "majority": "every item gets the commonest label of the training split",
    "all_positive": "every item gets the positive label; of more than two, the commonest that is not the default",
    "length": "by the number of words alone: the shares of the labels among the training items of about that length",
    "lexicon": "by the codebook's rules from the hedge cues that the patterns find, and no claim",
    "tfidf": "TF-IDF of words and characters and a logistic regression, trained on this release's train split",
}


def controls(
    book: Codebook, target: TargetRules, counts: dict[str, int], cues: Sequence[Sequence[Span]]
) -> dict[str, Ints]:
    """Return control → index of the label of each item ``(n_items,)``.

    The lexicon is left out where the target's rules ask for more than hedges (a claim's status) or for none.

    Args:
        book: the codebook.
        target: one of its targets.
        counts: label → items of the training split.
        cues: hedge cues of each item.
    """
    commonest = max(target.labels, key=lambda label: counts[label])
    others = [label for label in target.labels if label != target.default]
    found = positive(target) or max(others, key=lambda label: counts[label])
    n_items = len(cues)
    predicted: dict[str, Ints] = {
        "majority": np.full(n_items, target.labels.index(commonest)),
        "all_positive": np.full(n_items, target.labels.index(found)),
    }
    if target not in learnt(book) or set(marks_of(target)) == {HEDGE}:
        labels = [book.decide(spans).labels[target.name] for spans in cues]
        predicted["lexicon"] = np.array([target.labels.index(label) for label in labels], dtype=np.int64)
    return predicted


def by_length(labels: Labels, words: Ints, others: Ints, positive_label: str | None) -> Answers | None:
    """Return what the number of words alone says of items, or None where the training items have no label.

    Lengths are put into tenths of the training items; a tenth's probabilities are the shares of its labels. Of two
    labels, the positive one is given from the threshold on that has the best F1 on the training items.

    Args:
        labels: of the training items.
        words: how many words each training item has.
        others: likewise of the items that are judged.
        positive_label: of a target with two labels.
    """
    used = np.flatnonzero(labels.gold >= 0)
    if not len(used):
        return None
    gold, words = labels.gold[used], words[used]
    edges = np.unique(np.quantile(words, TENTHS, method="inverted_cdf"))
    edges = edges[edges < words.max()]  # so that no tenth is empty, and the longest holds whatever is longer still
    n_labels = len(labels.names)
    tenths = np.searchsorted(edges, words)
    counts = np.bincount(tenths * n_labels + gold, minlength=(len(edges) + 1) * n_labels).reshape(-1, n_labels)
    shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    theirs = shares[np.searchsorted(edges, others)]
    if positive_label is None:
        return Answers.most_probable(theirs)
    column = labels.names.index(positive_label)
    if not (gold == column).any():
        return Answers.most_probable(theirs)
    threshold = metrics.best_threshold(gold == column, shares[tenths, column])
    return Answers.from_threshold(theirs, column, threshold)

"""What the model must beat: systems that have learnt nothing from texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotate.baseline.items import Ints
from annotate.baseline.targets import learnt, marks_of, positive
from annotate.codebook import Codebook, TargetRules
from annotate.records import Span

HEDGE = "hedge"
"""The layer of the cue patterns."""

DEFINITIONS = {
    "majority": "every item gets the commonest label of the training split",
    "all_positive": "every item gets the positive label; of more than two, the commonest that is not the default",
    "lexicon": "by the codebook's rules from the hedge cues that the patterns find, and no claim",
}


def controls(
    book: Codebook, target: TargetRules, counts: dict[str, int], cues: Sequence[Sequence[Span]]
) -> dict[str, Ints]:
    """Return control → index of the label of each item ``(n_items,)``.

    The lexicon is left out where the target's rules ask for more than hedges (a claim's status).

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
    if target not in learnt(book) or set(marks_of(target)) <= {HEDGE}:
        labels = [book.decide(spans).labels[target.name] for spans in cues]
        predicted["lexicon"] = np.array([target.labels.index(label) for label in labels], dtype=np.int64)
    return predicted

"""What a model is learnt from: texts, their labels by the shares of the votes, and the cue spans in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from annotate.baseline.linear import Floats, Ints
from annotate.baseline.tagger import Cue


@dataclass(frozen=True)
class Examples:
    """What is learnt from.

    Attributes:
        texts: in the order of their articles.
        groups: number of each text's article ``(n_texts,)``.
        soft: target → shares of the votes ``(n_texts, n_labels)``, rows summing to 1.
        names: target → labels.
        positive: target → its positive label; targets with more than two labels have none.
        cues: the cue spans in each text, offsets within it; None where nobody marked any.
    """

    texts: Sequence[str]
    groups: Ints
    soft: dict[str, Floats]
    names: dict[str, tuple[str, ...]]
    positive: dict[str, str]
    cues: Sequence[Sequence[Cue]] | None = None

    @property
    def gold(self) -> dict[str, Ints]:
        """Target → number of the label that has most votes, -1 where tied ``(n_texts,)``."""
        found = {}
        for name, soft in self.soft.items():
            tied = (np.isclose(soft, soft.max(axis=1, keepdims=True))).sum(axis=1) > 1
            found[name] = np.where(tied, -1, soft.argmax(axis=1))
        return found

    def ordered(self, order: Ints) -> Examples:
        """Return the texts in another order ``(n_texts,)``; those of one article must keep theirs."""
        texts, cues = [self.texts[row] for row in order], self.cues
        soft = {name: each[order] for name, each in self.soft.items()}
        marked = None if cues is None else [cues[row] for row in order]
        return replace(self, texts=texts, groups=self.groups[order], soft=soft, cues=marked)


def examples(
    texts: Sequence[str],
    labels: Sequence[str],
    groups: Sequence[object],
    *,
    cues: Sequence[Sequence[Cue]] | None = None,
    positive: str | None = None,
    target: str = "label",
) -> Examples:
    """Return examples of one target from a label each.

    Args:
        texts: in the order of their articles.
        labels: one a text.
        groups: what stays on one side of every fold: a document, a debate.
        cues: the cue spans in each text.
        positive: the positive label of two; the second in order of the alphabet where not said.
        target: a name for what the labels tell.
    """
    names = tuple(sorted(set(labels)))
    if positive is not None:
        names = (*(name for name in names if name != positive), positive)
    place = {name: number for number, name in enumerate(names)}
    soft = np.eye(len(names))[[place[label] for label in labels]]
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    binary = {target: names[1]} if len(names) == 2 else {}  # noqa: PLR2004 - two labels are what makes a target binary
    group = np.array([numbers[group] for group in groups], dtype=np.int64)
    return Examples(tuple(texts), group, {target: soft}, {target: names}, binary, cues)

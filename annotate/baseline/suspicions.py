"""Figures that are too good to be believed, and the leaks that usually explain them."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotate.baseline.evaluation import Alarm, TargetEvaluation, counted
from annotate.baseline.items import Ints, Items, Labels

TOO_GOOD = 0.85
"""F1 from which a linear model on news is doubted.

The best bag-of-words system of CoNLL-2010 reached .60 on Wikipedia and sequence labelling .86 on biomedical text
(Farkas et al. 2010, *The CoNLL-2010 Shared Task*, aclanthology.org/W10-3001).
"""
WORDS = re.compile(r"\w+")
GRAM = 5
"""Words that are compared at once."""
COPIED = 0.8
"""An item is nearly a repeat where this share of its runs of `GRAM` words stands in the train split."""
LEAST = 8
"""Shorter items (in words) are neither repeats nor nearly so: "He declined to comment." is written twice by anyone."""
MANY = 0.02
"""Share of repeated items from which on they are told of."""
TELLING_ITEMS, TELLING_SHARE, TELLING_COVER = 10, 0.98, 0.5
"""A word gives a label away if this many items hold it, nearly all of one label, and half of the label's items at least."""
CONTROL = 0.95
"""From this F1 on, a control explains the labels by itself."""
NEAR = 0.05
"""A control this near to a model that is too good explains it."""


@dataclass(frozen=True)
class Overlap:
    """What the train split and the evaluated one have in common.

    Attributes:
        articles: how many articles stand in both.
        repeated: items whose words stand in the train split just so; `copied`: nearly so, `of` so many that are long enough.
        outlets: whether every outlet of the split is in the train split too; None where none is named.
    """

    articles: int = 0
    repeated: int = 0
    copied: int = 0
    of: int = 0
    outlets: bool | None = None

    @property
    def found(self) -> Iterator[str]:
        """What of it makes figures doubtful."""
        long = f"{counted(self.of, 'item')} of {LEAST} words or more"
        if self.articles:
            yield f"{counted(self.articles, 'article')} also in the train split"
        if self.of and self.repeated >= max(1, MANY * self.of):
            yield f"{self.repeated} of {long} word for word in the train split"
        if self.of and self.copied - self.repeated >= max(1, MANY * self.of):
            yield f"{self.copied - self.repeated} of {long} with most runs of {GRAM} words, not all, in the train split"


@dataclass(frozen=True)
class Evidence:
    """What suspicions are drawn from.

    Attributes:
        texts: of the items with a majority label.
        gold: index of their labels.
        labels: names of the labels.
        default: the label that says nothing; its words give nothing away.
    """

    texts: Sequence[str]
    gold: Ints
    labels: tuple[str, ...]
    default: str


@dataclass
class Looked:
    """What was looked for: found or not."""

    suspects: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)

    def note(self, what: Sequence[str], otherwise: str) -> None:
        """Keep what was found, or that nothing was."""
        self.suspects.extend(what)
        if not what:
            self.cleared.append(otherwise)


def overlap(train: Items, items: Items, outlets: tuple[Sequence[str], Sequence[str]] = ((), ())) -> Overlap:
    """Return what a train split and another one have in common.

    Args:
        train: the train split.
        items: the evaluated split.
        outlets: of each item of the two, where they are named.
    """
    known = {_plain(text) for text in train.texts}
    grams = np.unique(np.array([gram for text in train.texts for gram in _grams(text)], dtype=np.uint32))
    repeated = copied = of = 0
    for text in items.texts:
        found = _grams(text)
        if len(found) < LEAST - GRAM + 1:
            continue
        of += 1
        same = _plain(text) in known
        repeated += same
        copied += same or float(np.isin(np.array(found, dtype=np.uint32), grams).mean()) >= COPIED
    here, there = set(outlets[1]), set(outlets[0])
    return Overlap(
        articles=len(set(train.articles) & set(items.articles)),
        repeated=repeated,
        copied=copied,
        of=of,
        outlets=here <= there if here and there else None,
    )


def _plain(text: str) -> str:
    return " ".join(WORDS.findall(text.casefold()))


def _grams(text: str) -> list[int]:
    words = WORDS.findall(text.casefold())
    return [zlib.crc32(" ".join(words[at : at + GRAM]).encode()) for at in range(len(words) - GRAM + 1)]


def telling_words(evidence: Evidence) -> list[tuple[str, str, int]]:
    """Return (word, label, items) of the words that give a label away, commonest first: see `TELLING_ITEMS`."""
    counts: Counter[tuple[str, int]] = Counter()
    every: Counter[str] = Counter()
    for text, label in zip(evidence.texts, evidence.gold.tolist(), strict=True):
        for word in set(WORDS.findall(text.casefold())):
            counts[word, label] += 1
            every[word] += 1
    sizes = np.bincount(evidence.gold, minlength=len(evidence.labels))
    found = [
        (word, evidence.labels[label], count)
        for (word, label), count in counts.items()
        if evidence.labels[label] != evidence.default
        and count >= max(TELLING_ITEMS, TELLING_COVER * sizes[label])
        and count >= TELLING_SHARE * every[word]
    ]
    return sorted(found, key=lambda row: (-row[2], row[0]))


def split_alarm(common: Overlap) -> Alarm | None:
    """Return the alarm that the evaluated split is known from training, whatever the figures are."""
    found = tuple(common.found)
    if not found:
        return None
    message = "the evaluated split is partly known from training: every figure here is too high"
    return Alarm(target=None, message=message, suspects=found, cleared=())


def target_alarm(name: str, target: TargetEvaluation, evidence: Evidence, common: Overlap | None) -> Alarm | None:
    """Return the alarm on one target's figures, or None where they are not too good.

    Args:
        name: of the target.
        target: its evaluation.
        evidence: texts and labels.
        common: what the split has in common with the train split, where that is known.
    """
    scores = target.scores
    estimate = target.headline(scores)
    metric = f"F1 of {target.positive!r}" if target.positive else "macro F1"
    if estimate.value is None or estimate.value < TOO_GOOD:
        return None
    looked = Looked()
    if common is None:
        looked.cleared.append("not looked for: text in common with the train split, which is not at hand")
    else:
        looked.note(list(common.found), "no article, and no text to speak of, is in the train split too")
        style = ["every outlet of this split is in the train split too: house style is known"] if common.outlets else []
        looked.note(
            style,
            "not looked for: outlets in common, which are not named"
            if common.outlets is None
            else "not every outlet of this split is in the train split",
        )
    words = [f"{word!r} stands in {n} items, nearly all {label}" for word, label, n in telling_words(evidence)[:3]]
    looked.note(words, "no single word gives a label away")
    looked.note(list(_controls(target, estimate.value)), "no control comes near")
    message = f"{metric} is {estimate.value:.2f}: from {TOO_GOOD} on, look for a leak before believing it"
    human = target.ceiling.human.f1.get(target.positive or "") if target.ceiling else None
    if human and human.value is not None and target.ceiling and target.positive:
        ours = target.ceiling.model.f1[target.positive].value
        if ours is not None and ours > human.value:
            message += f" (against single votes {ours:.2f}, the annotators among themselves {human.value:.2f})"
    return Alarm(target=name, message=message, suspects=tuple(looked.suspects), cleared=tuple(looked.cleared))


def _controls(target: TargetEvaluation, ours: float) -> Iterator[str]:
    reasons = {
        "length": "the number of words alone",
        "lexicon": "the list of hedges alone: labels may have been made by it, or taken over from suggestions",
    }
    for name, reason in reasons.items():
        if name not in target.controls:
            continue
        scores = target.controls[name].scores
        value = target.headline(scores).value
        if value is not None and (value >= CONTROL or value >= ours - NEAR):
            yield f"{value:.2f} is reached by {reason}"


def evidence_of(items: Items, labels: Labels, default: str) -> Evidence:
    """Return the texts and labels of the items with a majority label."""
    used = np.flatnonzero(labels.gold >= 0)
    return Evidence([items.texts[row] for row in used], labels.gold[used], labels.names, default)

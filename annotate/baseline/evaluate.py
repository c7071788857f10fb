"""Model, split → evaluation: every metric with its interval, beside the controls on the same resamples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from annotate.baseline import metrics
from annotate.baseline.controls import DEFINITIONS, controls
from annotate.baseline.estimates import Measured, measure, scores
from annotate.baseline.evaluation import Control, Evaluation, Point, TargetEvaluation, WorstError
from annotate.baseline.items import TRAIN, Floats, Ints, Items, Labels, manifest_sha256, read_items
from annotate.baseline.judgement import Judgement
from annotate.baseline.scorer import Model
from annotate.baseline.targets import derived, positive
from annotate.codebook import TargetRules
from annotate.errors import UndefinedError
from annotate.records import FlagHedge, Span

RESAMPLES = 1000
"""Bootstrap resamples of articles."""
ERRORS = 20
"""Errors kept a target."""
FEW_ARTICLES, FEW_ITEMS = 10, 20
"""Fewer articles, or items of a label, are said in the notes."""


@dataclass(frozen=True)
class _Judged:
    """A split with what the model says of it.

    Attributes:
        weights: how often each article is drawn ``(1 + resamples, n_articles)``; the first row is the split as it is.
    """

    items: Items
    cues: list[list[Span]]
    judged: list[Judgement]
    weights: Floats


def evaluate(model: Model, dataset: Path, split: str = "test", *, seed: int = 0) -> Evaluation:
    """Return how good a model is on a split of a release, by target.

    Items whose annotators are split evenly have no label to be right about: they are left out and counted. Intervals
    (95 %) are percentiles over resamples of articles; a control's difference is taken resample by resample.

    Args:
        model: a trained model.
        dataset: the release's folder.
        split: ``test``, ``validation`` or ``train``.
        seed: of the bootstrap.

    Raises:
        DataError: the release cannot be read, or has other labels than the model.
        UndefinedError: the split is empty.
    """
    items = read_items(dataset, split).under(model.book)
    if not items.texts:
        message = f"the {split} split is empty"
        raise UndefinedError(message, where=str(dataset), hint="build the release from more articles")
    cues = [model.cues(text, 0, len(text)) for text in items.texts]
    draws = metrics.resamples(items.n_articles, RESAMPLES, seed)
    data = _Judged(items, cues, model.judge(items.texts, cues), np.vstack([np.ones(items.n_articles), draws]))
    targets = {target.name: _target(model, target, data) for target in model.book.target}
    manifest = manifest_sha256(dataset)
    return Evaluation(
        model=model.name,
        codebook=model.book.ref,
        manifest=manifest,
        trained_on=model.info.manifest,
        split=split,
        items=len(items.texts),
        articles=items.n_articles,
        seed=seed,
        resamples=RESAMPLES,
        targets=targets,
        notes=(*_notes(items, targets, same_release=manifest == model.info.manifest), *model.info.notes),
    )


def _target(model: Model, target: TargetRules, data: _Judged) -> TargetEvaluation:
    labels = data.items.targets[target.name]
    used = np.flatnonzero(labels.gold >= 0)
    predicted = np.array([target.labels.index(judged.labels[target.name]) for judged in data.judged])
    probabilities = np.array([list(judged.probabilities[target.name].values()) for judged in data.judged])

    def measured(predicted: Ints, probabilities: Floats) -> Measured:
        groups = data.items.groups[used]
        return measure(labels.gold[used], predicted[used], probabilities[used], groups, data.weights)

    ours = measured(predicted, probabilities)
    beside = {}
    for name, theirs in controls(model.book, target, model.info.counts[target.name], data.cues).items():
        control = measured(theirs, np.eye(len(target.labels))[theirs])
        difference = scores(ours - control, target.labels, "undefined for one of the two: ")
        beside[name] = Control(
            definition=DEFINITIONS[name], scores=scores(control, target.labels), difference=difference
        )
    info = model.info.targets.get(target.name)
    return TargetEvaluation(
        labels=target.labels,
        positive=positive(target),
        threshold=info.threshold if info else None,
        derived=target in derived(model.book),
        used=len(used),
        contested=labels.contested,
        confusion=tuple(tuple(int(count) for count in row) for row in ours.confusion),
        scores=scores(ours, target.labels),
        controls=beside,
        curves=dict(_curves(target, labels.gold[used], probabilities[used])),
        errors=tuple(_errors(target, labels, probabilities, predicted, data)),
    )


def _curves(target: TargetRules, gold: Ints, probabilities: Floats) -> Iterator[tuple[str, tuple[Point, ...]]]:
    wanted = (positive(target),) if positive(target) else target.labels
    for column, label in enumerate(target.labels):
        if label in wanted:
            points = metrics.curve(gold == column, probabilities[:, column])
            yield label, tuple(Point(threshold=t, precision=p, recall=r) for t, p, r in points)


def _errors(
    target: TargetRules, labels: Labels, probabilities: Floats, predicted: Ints, data: _Judged
) -> Iterator[WorstError]:
    wrong = np.flatnonzero((labels.gold >= 0) & (labels.gold != predicted))
    right = probabilities[wrong, labels.gold[wrong]]
    for row in wrong[np.argsort(right, kind="stable")][:ERRORS]:
        start = data.items.starts[row]
        yield WorstError(
            article_id=data.items.articles[row],
            start=start,
            end=data.items.ends[row],
            text=data.items.texts[row],
            gold=target.labels[labels.gold[row]],
            predicted=target.labels[predicted[row]],
            votes={label: int(count) for label, count in zip(target.labels, labels.votes[row], strict=True)},
            probabilities=data.judged[row].probabilities[target.name],
            hedges=tuple(
                FlagHedge(start=start + cue.start, end=start + cue.end, text=cue.text, type=cue.label)
                for cue in data.cues[row]
            ),
        )


def _notes(items: Items, targets: dict[str, TargetEvaluation], *, same_release: bool) -> Iterator[str]:
    if items.n_articles < FEW_ARTICLES:
        small = f"the {items.split} split is very small ({len(items.texts)} items of {items.n_articles} articles)"
        rough = "intervals over so few articles are themselves rough"
        none = "there are no intervals, which need two articles"
        yield f"{small}: {none if items.n_articles == 1 else rough}, and no figure here generalises"
    if same_release and items.split == TRAIN:
        yield "the model was trained on this split: the figures say how well it remembers, not how well it reads"
    if not same_release:
        yield "the model was trained on another release: its articles may be in this split"
    for name, target in targets.items():
        rare = [
            f"{label} ({found.support})" for label, found in target.scores.labels.items() if found.support < FEW_ITEMS
        ]
        if rare:
            yield f"{name}: labels with fewer than {FEW_ITEMS} items: {', '.join(rare)}"
        if target.contested:
            yield f"{name}: {target.contested} contested items are left out"

"""Model, split → evaluation: every metric with its interval, beside the controls on the same resamples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from annotate.baseline import metrics
from annotate.baseline.abstention import abstention
from annotate.baseline.assessment import RESAMPLES, Answers, Assessment, assess_under, draws
from annotate.baseline.ceiling import ceiling
from annotate.baseline.controls import DEFINITIONS, by_length, controls
from annotate.baseline.evaluation import (
    Alarm,
    AtThreshold,
    Bin,
    Control,
    Evaluation,
    Point,
    Risk,
    Stage,
    TargetEvaluation,
    WorstError,
    counted,
)
from annotate.baseline.items import TRAIN, Floats, Ints, Items, Labels
from annotate.baseline.judgement import Judge, Judgement
from annotate.baseline.reference import Train, references
from annotate.baseline.scorer import Model
from annotate.baseline.slices import columns, length_of, slices
from annotate.baseline.split import read_split
from annotate.baseline.suspicions import Overlap, evidence_of, overlap, split_alarm, target_alarm
from annotate.baseline.targets import positive
from annotate.codebook import TargetRules
from annotate.errors import DataError, UndefinedError, UsageError
from annotate.records import FlagHedge, Span

ERRORS = 50
"""Errors kept a target."""
FEW_ARTICLES, FEW_ITEMS = 10, 20
"""Fewer articles, or items of a label, are said in the notes."""
THRESHOLDS = tuple(number / 10 for number in range(1, 10))
"""What a threshold would give is told at these, and at the model's own."""
TFIDF, AGAINST = "tfidf", "against"


@dataclass(frozen=True)
class _Judged:
    """A split with what systems say of it.

    Attributes:
        cues: hedge cues of each item, by the model's patterns.
        judged: what the model says; `against`: another one; `compared`: the targets that both say something of.
        weights: how often each article is drawn ``(1 + resamples, n_articles)``; the first row is the split as it is.
        train: the release's train split, where it has one and another one is evaluated.
        values: what items are told apart by → its value for each item.
        stages: (articles, items, what the reference trained on them says) of the learning curve.
    """

    items: Items
    cues: list[list[Span]]
    judged: list[Judgement]
    against: list[Judgement] | None
    compared: frozenset[str]
    weights: Floats
    train: Items | None
    values: dict[str, Sequence[str]]
    stages: list[tuple[int, int, list[Judgement] | None]]
    common: Overlap | None


def evaluate(
    model: Model,
    dataset: Path,
    split: str = "test",
    *,
    seed: int = 0,
    against: Model | None = None,
    reference: Train | None = None,
    target: str | None = None,
) -> Evaluation:
    """Return how good a model is on a split of a dataset, by target.

    Items whose annotators are split evenly have no label to be right about: they are left out and counted. Intervals
    (95 %) are percentiles over resamples of articles; a difference is taken resample by resample.

    Args:
        model: a trained model.
        dataset: the folder of a release, or of another dataset with texts and labels.
        split: ``test``, ``validation`` or ``train``.
        seed: of the bootstrap, and of the order in which the learning curve takes articles.
        against: another model to compare with, on the targets that both say something of.
        reference: trains the plain reference, which becomes a control and the learning curve; left out where None.
        target: in a dataset that is no release, the column of the labels.

    Raises:
        DataError: the dataset cannot be read, or has other labels than the model.
        UndefinedError: the split is empty.
        UsageError: the two models have no target in common.
    """
    given = read_split(dataset, split, model.book, target)
    items = given.items
    if not items.texts:
        message = f"the {items.split} split is empty"
        raise UndefinedError(message, where=str(dataset), hint="build the release from more articles")
    compared = _compared(model, against) if against else frozenset()
    train = _train_split(model, dataset, items.split, target)
    judged = _judge(model, items)
    here, there = columns(dataset, split, len(items.texts)), columns(dataset, TRAIN, len(train.texts) if train else 0)
    data = _Judged(
        items=items,
        cues=[model.cues(text, 0, len(text)) for text in items.texts],
        judged=judged,
        against=_judge(against, items) if against else None,
        compared=compared,
        weights=draws(items.n_articles, seed=seed),
        train=train,
        values={**here, "length": [length_of(text) for text in items.texts]},
        stages=[
            (articles, count, _judge(trained, items) if trained else None)
            for articles, count, trained in (references(dataset, train, reference, seed) if reference and train else ())
        ],
        common=overlap(train, items, (there.get("outlet", ()), here.get("outlet", ()))) if train else None,
    )
    targets = {one.name: _target(model, one, data) for one in model.book.target if one.name in judged[0].labels}
    return Evaluation(
        model=model.name,
        codebook=model.book.ref,
        manifest=given.digest,
        trained_on=model.info.manifest,
        split=items.split,
        items=len(items.texts),
        articles=items.n_articles,
        seed=seed,
        resamples=RESAMPLES,
        targets=targets,
        against=against.name if against else None,
        alarms=tuple(_alarms(model, targets, data)),
        notes=(*_notes(data, targets, same_release=given.digest == model.info.manifest), *model.info.notes),
    )


def said(model: Model) -> dict[str, frozenset[str]]:
    """Return the labels of each target that a model says something of: those learnt, and those that follow from them."""
    return {target.name: frozenset(target.labels) for target in Judge(model.book, model.info.targets).targets}


def _compared(model: Model, other: Model) -> frozenset[str]:
    ours, theirs = said(model), said(other)
    both = frozenset(name for name, labels in ours.items() if theirs.get(name) == labels)
    if not both:
        message = f"the two models have no target in common: {', '.join(ours)} and {', '.join(theirs)}, or other labels"
        raise UsageError(message, hint="compare models that learnt the same target, with the same labels")
    return both


def _train_split(model: Model, dataset: Path, split: str, target: str | None) -> Items | None:
    if split == TRAIN:
        return None
    try:
        train = read_split(dataset, TRAIN, model.book, target).items
    except DataError:  # a release without a train split is as good to evaluate on
        return None
    return train if train.split == TRAIN else None


def _judge(model: Model, items: Items) -> list[Judgement]:
    return model.judge(items.texts, groups=items.groups)


def _answers(target: TargetRules, judged: Sequence[Judgement]) -> Answers:
    predicted = np.array([target.labels.index(one.labels[target.name]) for one in judged], dtype=np.int64)
    chances = [[one.probabilities[target.name].get(label, 0.0) for label in target.labels] for one in judged]
    return Answers(predicted, np.array(chances, dtype=np.float64).reshape(-1, len(target.labels)))


def _target(model: Model, target: TargetRules, data: _Judged) -> TargetEvaluation:
    labels, groups = data.items.targets[target.name], data.items.groups
    used = np.flatnonzero(labels.gold >= 0)
    gold, ours = labels.gold[used], _answers(target, data.judged)
    others = {name: answers.of(used) for name, answers in _others(model, target, data).items()}
    found = assess_under(data.weights, target.labels, gold, ours.of(used), groups[used], others)
    info = model.info.targets.get(target.name)
    threshold, found_label = info.threshold if info else None, positive(target)
    definitions = DEFINITIONS | {AGAINST: "another model"}
    beside = {
        name: Control(definition=definitions[name], scores=found.others[name], difference=found.differences[name])
        for name in others
    }
    return TargetEvaluation(
        labels=target.labels,
        positive=found_label,
        threshold=threshold,
        derived=info is None,
        used=len(used),
        contested=labels.contested,
        confusion=found.confusion,
        scores=found.scores,
        against=beside.pop(AGAINST, None),
        controls=beside,
        curves=dict(_curves(target, gold, ours.of(used).probabilities)),
        errors=tuple(_errors(target, labels, ours, data)),
        ceiling=ceiling(target.labels, ours.predicted, labels.votes, groups, data.weights),
        slices=tuple(slices(labels, found_label, ours.predicted, groups, data.weights, data.values)),
        reliability=dict(_reliability(target, gold, ours.of(used).probabilities)),
        risks=tuple(_risks(target, threshold, gold, ours.of(used))),
        abstention=abstention(
            np.array([target.name not in data.judged[row].abstained for row in used], dtype=bool),
            gold == ours.predicted[used],
            groups[used],
            data.weights,
            model.info.precision,
        ),
        thresholds=tuple(_thresholds(target, threshold, gold, ours.of(used).probabilities)),
        learning=tuple(_learning(target, gold, used, data)),
    )


def _others(model: Model, target: TargetRules, data: _Judged) -> dict[str, Answers]:
    """Return what all the systems say that the model stands beside."""
    found = {
        name: Answers.certain(predicted, len(target.labels))
        for name, predicted in controls(model.book, target, model.info.counts[target.name], data.cues).items()
    }
    if data.train is not None:
        words, theirs = (np.array([len(t.split()) for t in some.texts]) for some in (data.train, data.items))
        length = by_length(data.train.targets[target.name], words, theirs, positive(target))
        found |= {"length": length} if length is not None else {}
    if data.stages and data.stages[-1][2] is not None:
        found[TFIDF] = _answers(target, data.stages[-1][2])
    if data.against is not None and target.name in data.compared:
        found[AGAINST] = _answers(target, data.against)
    return found


def _learning(target: TargetRules, gold: Ints, used: Ints, data: _Judged) -> Iterator[Stage]:
    for articles, items, judged in data.stages:
        if judged is not None:
            answers, groups = _answers(target, judged).of(used), data.items.groups[used]
            found: Assessment = assess_under(data.weights, target.labels, gold, answers, groups)
            yield Stage(articles=articles, items=items, scores=found.scores)


def _reliability(target: TargetRules, gold: Ints, probabilities: Floats) -> Iterator[tuple[str, tuple[Bin, ...]]]:
    for column, label in enumerate(target.labels):
        if positive(target) in (None, label):
            found = metrics.reliability(gold == column, probabilities[:, column])
            yield label, tuple(Bin(items=n, probability=p, share=s) for n, p, s in found)


def _risks(target: TargetRules, threshold: float | None, gold: Ints, ours: Answers) -> Iterator[Risk]:
    label = positive(target)
    if label is None or threshold is None:
        sure = ours.probabilities[np.arange(len(gold)), ours.predicted]
    else:
        chance = ours.probabilities[:, target.labels.index(label)]
        over, under = (chance - threshold) / max(1 - threshold, 1e-12), (threshold - chance) / max(threshold, 1e-12)
        sure = np.where(chance >= threshold, over, under)
    for coverage, risk in metrics.risks(gold == ours.predicted, sure):
        yield Risk(coverage=coverage, risk=risk)


def _thresholds(
    target: TargetRules, threshold: float | None, gold: Ints, probabilities: Floats
) -> Iterator[AtThreshold]:
    label = positive(target)
    if label is None:
        return
    column = target.labels.index(label)
    for at in sorted({*THRESHOLDS, *((threshold,) if threshold is not None else ())}):
        answers = Answers.from_threshold(probabilities, column, at)
        table = metrics.confusions(gold, answers.predicted, np.zeros_like(gold), 1, 2)[0]
        values = (metrics.precision(table), metrics.recall(table), metrics.f1(table))
        precision, recall, f1 = (None if np.isnan(v[column]) else float(v[column]) for v in values)
        predicted = int((answers.predicted == column).sum())
        yield AtThreshold(threshold=at, predicted=predicted, precision=precision, recall=recall, f1=f1)


def _alarms(model: Model, targets: dict[str, TargetEvaluation], data: _Judged) -> Iterator[Alarm]:
    if data.common is not None and (alarm := split_alarm(data.common)):
        yield alarm
    for target in model.book.target:
        if target.name not in targets:
            continue
        evidence = evidence_of(data.items, data.items.targets[target.name], target.default)
        if alarm := target_alarm(target.name, targets[target.name], evidence, data.common):
            yield alarm


def _curves(target: TargetRules, gold: Ints, probabilities: Floats) -> Iterator[tuple[str, tuple[Point, ...]]]:
    wanted = (positive(target),) if positive(target) else target.labels
    for column, label in enumerate(target.labels):
        if label in wanted:
            points = metrics.curve(gold == column, probabilities[:, column])
            yield label, tuple(Point(threshold=t, precision=p, recall=r) for t, p, r in points)


def _errors(target: TargetRules, labels: Labels, ours: Answers, data: _Judged) -> Iterator[WorstError]:
    wrong = np.flatnonzero((labels.gold >= 0) & (labels.gold != ours.predicted))
    right = ours.probabilities[wrong, labels.gold[wrong]]
    for row in wrong[np.argsort(right, kind="stable")][:ERRORS]:
        start = data.items.starts[row]
        yield WorstError(
            article_id=data.items.articles[row],
            start=start,
            end=data.items.ends[row],
            text=data.items.texts[row],
            gold=target.labels[labels.gold[row]],
            predicted=target.labels[ours.predicted[row]],
            votes={label: int(count) for label, count in zip(target.labels, labels.votes[row], strict=True)},
            probabilities=data.judged[row].probabilities[target.name],
            hedges=tuple(
                FlagHedge(start=start + cue.start, end=start + cue.end, text=cue.text, type=cue.label)
                for cue in data.cues[row]
            ),
        )


def _notes(data: _Judged, targets: dict[str, TargetEvaluation], *, same_release: bool) -> Iterator[str]:
    items = data.items
    if items.n_articles < FEW_ARTICLES:
        small = f"the {items.split} split is very small ({counted(len(items.texts), 'item')} of {counted(items.n_articles, 'article')})"
        rough = "intervals over so few articles are themselves rough"
        none = "there are no intervals, which need two articles"
        yield f"{small}: {none if items.n_articles == 1 else rough}, and no figure here generalises"
    if same_release and items.split == TRAIN:
        yield "the model was trained on this split: the figures say how well it remembers, not how well it reads"
    if not same_release:
        yield "the model was trained on another release: its articles may be in this split"
    for articles, count, judged in data.stages:
        if judged is None:
            part = f"{counted(articles, 'article')} ({counted(count, 'item')})"
            yield f"the TF-IDF reference cannot be trained on {part}"
    for name, target in targets.items():
        if data.against is not None and name not in data.compared:
            yield f"{name}: the other model does not say it, or has other labels, and is not compared"
        rare = [
            f"{label} ({found.support})" for label, found in target.scores.labels.items() if found.support < FEW_ITEMS
        ]
        if rare:
            yield f"{name}: labels with fewer than {FEW_ITEMS} items: {', '.join(rare)}"
        if target.contested:
            yield f"{name}: left out: {counted(target.contested, 'contested item')}"

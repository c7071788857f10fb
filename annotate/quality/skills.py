"""How well each annotator does: skill, gold items, speed, leaning, and the votes to look at again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
import numpy as np

from annotate.codebook import Codebook
from annotate.quality.aggregators import aggregator, believed
from annotate.quality.assignments import GOLD_ITEM, NOT_PLANNED, Plan
from annotate.quality.coincidence import Floats, label_counts
from annotate.quality.items import Codes, LabelTable, label_table
from annotate.quality.labelled import Labelled
from annotate.quality.measures import Draws, Measure, of_article, share
from annotate.quality.work import LeadTime, Work, articles
from annotate.records import Extent, Gold, Record

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
DOUBTFUL = 0.1
"""A vote is to be looked at again where its label has less belief than this."""


class TargetSkill(Record, frozen=True, kw_only=True):
    """How well one annotator does on one target.

    Attributes:
        votes: all of the annotator's.
        skill: mean belief in the annotator's labels, over items with two votes or more, in [0, 1]. Own votes are part of
            what is believed, so that few other votes flatter.
        model: the aggregator's own estimate of the skill, in [0, 1]; none where all votes stand alone.
        gold: share of gold items labelled as gold has them; where a plan names gold items, of those alone.
        arms: arm of the plan → the same as `skill`, over the annotator's votes in this arm.
        leaning: label → share of the annotator's votes less the belief in it on the same items; above 0 is too often.
    """

    votes: int
    skill: Measure
    model: float | None
    gold: Measure
    leaning: dict[str, float]
    arms: dict[str, Measure] = msgspec.field(default_factory=dict)


class AnnotatorSkill(Record, frozen=True, kw_only=True):
    """How well and how fast one annotator works."""

    annotator: str
    items: int
    targets: dict[str, TargetSkill]
    lead_time: LeadTime


class Recheck(Extent, frozen=True, kw_only=True):
    """A vote that the others' votes make improbable.

    Attributes:
        label: what the annotator said, believed with `probability`.
        likely: the most probable label, believed with `likely_probability`.
    """

    article_id: str
    annotator: str
    target: str
    label: str
    probability: float
    likely: str
    likely_probability: float


class Skills(Record, frozen=True, kw_only=True):
    """How well the annotators do.

    Attributes:
        method: the aggregator whose belief stands for the truth.
        gold_items: how many items of gold were given.
        annotators: by name.
        recheck: the least probable votes first.
        notes: what a reader should know before any number.
    """

    method: str
    gold_items: int
    resamples: int
    seed: int
    annotators: tuple[AnnotatorSkill, ...]
    recheck: tuple[Recheck, ...]
    notes: tuple[str, ...] = ()


def skills(
    stream: Iterable[Labelled],
    codebook: Codebook,
    *,
    method: str,
    gold: Iterable[Gold] = (),
    plan: Plan | None = None,
    resamples: int,
    seed: int,
) -> Skills:
    """Return how well each annotator of these articles does.

    Args:
        stream: articles with their annotations.
        codebook: under which they were made.
        method: name of the aggregator whose belief stands for the truth.
        gold: articles whose right labels are known.
        plan: the campaign's, which names arms and hidden gold items.
        resamples: draws of articles behind each interval.
        seed: of the draws, and of an aggregator that begins at random.

    Raises:
        UsageError: there is no aggregator of this name.
    """
    work = Work()
    table = label_table(work.counted(stream), codebook)
    right = {
        (record.article.id, item.start, item.end, name): target.label
        for record in gold
        for item in record.sentences
        for name, target in item.targets.items()
        if target.label is not None
    }
    by_target: dict[str, dict[str, TargetSkill]] = {}
    recheck: list[Recheck] = []
    for name in table.names:
        model = aggregator(method, seed)
        beliefs = believed(table, name, model)
        truth = _truth(table, name, right)
        by_target[name] = {
            who: _skill(table, name, number, beliefs, truth, float(model.skills_[who]), plan or {}, resamples, seed)
            for number, who in enumerate(table.annotators)
        }
        recheck += _doubtful(table, name, beliefs)
    times = {one.annotator: one for one in work.lead_times()}
    recheck.sort(key=lambda one: (one.probability, -one.likely_probability, one.article_id, one.start, one.annotator))
    return Skills(
        method=method,
        gold_items=len({key[:3] for key in right}),
        resamples=resamples,
        seed=seed,
        annotators=tuple(
            AnnotatorSkill(
                annotator=who,
                items=int((table.annotator == number).sum()),
                targets={name: found[who] for name, found in by_target.items()},
                lead_time=times[who],
            )
            for number, who in enumerate(table.annotators)
        ),
        recheck=tuple(recheck),
        notes=(*work.notes(), *_plan_notes(plan or {}, {key[0] for key in right})),
    )


def _plan_notes(plan: Plan, known: set[str]) -> Iterator[str]:
    hidden = {row.article for row in plan.values() if row.kind == GOLD_ITEM}
    if missing := hidden - known:
        yield f"the plan hides {articles(len(missing))} whose right labels were not given: they are no gold items here"


def _truth(table: LabelTable, target: str, right: Mapping[tuple[str, int, int, str], str]) -> Codes:
    """Return the right label's code of each item ``(n_items,)``, -1 where it is not known."""
    code = {label: number for number, label in enumerate(table.names[target])}
    known = (right.get((table.articles[article], start, end, target)) for article, start, end in table.extents)
    return np.array([code.get(label or "", -1) for label in known], dtype=np.int64)


def _skill(  # noqa: PLR0917, PLR0913 - what one annotator's numbers on one target are made from
    table: LabelTable,
    target: str,
    number: int,
    beliefs: Floats,
    truth: Codes,
    model: float,
    plan: Plan,
    resamples: int,
    seed: int,
) -> TargetSkill:
    own = table.annotator == number
    item, label = table.item[own], table.labels[target][own]
    votes = np.bincount(table.item, minlength=len(table.extents))
    paired = votes[item] > 1
    belief = beliefs[item, label]
    article = table.article[item]
    known = truth[item] >= 0
    who = table.annotators[number]
    rows = [plan.get((table.articles[one], who)) for one in article.tolist()]
    if any(row.kind == GOLD_ITEM for row in plan.values()):
        known &= np.array([row is not None and row.kind == GOLD_ITEM for row in rows])
    in_arm = np.array([row.arm if row and row.arm else NOT_PLANNED for row in rows])
    names = table.names[target]
    leaning = np.bincount(label, minlength=len(names)) / len(label) - beliefs[item].mean(axis=0)

    def drawn(values: Floats, chosen: Codes) -> Draws:
        columns = np.stack([values, np.ones(len(values))], axis=1)[chosen]
        return Draws(of_article(columns, article[chosen], len(table.articles)), resamples=resamples, seed=seed)

    def skilled(chosen: Flags) -> Measure:
        used, single = int((chosen & paired).sum()), int((chosen & ~paired).sum())
        return drawn(belief, np.flatnonzero(chosen & paired)).measure(
            share,
            None if used else "no item of this annotator has two votes",
            used=used,
            left_out={"fewer_than_two_votes": single} if single else {},
        )

    return TargetSkill(
        votes=len(label),
        skill=skilled(np.ones(len(label), dtype=np.bool_)),
        model=None if np.isnan(model) or not paired.any() else model,
        gold=drawn((truth[item] == label).astype(np.float64), np.flatnonzero(known)).measure(
            share,
            None if known.any() else "no gold item was labelled",
            used=int(known.sum()),
            left_out={"not_gold": int((~known).sum())} if (~known).any() else {},
        ),
        leaning=dict(zip(names, leaning.tolist(), strict=True)),
        arms={arm: skilled(in_arm == arm) for arm in sorted(set(in_arm.tolist()))} if plan else {},
    )


def _doubtful(table: LabelTable, target: str, beliefs: Floats) -> Iterator[Recheck]:
    label = table.labels[target]
    names = table.names[target]
    votes = label_counts(table.item, label, len(table.extents), len(names)).sum(axis=1)
    belief = beliefs[table.item, label]
    for row in np.flatnonzero((belief < DOUBTFUL) & (votes[table.item] > 1)).tolist():
        item = int(table.item[row])
        best = int(np.argmax(beliefs[item]))
        article, start, end = table.extents[item]
        yield Recheck(
            article_id=table.articles[article],
            start=start,
            end=end,
            annotator=table.annotators[table.annotator[row]],
            target=target,
            label=names[label[row]],
            probability=float(belief[row]),
            likely=names[best],
            likely_probability=float(beliefs[item, best]),
        )

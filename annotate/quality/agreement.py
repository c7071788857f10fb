"""How far annotators agree: on every target, on spans and links, by annotator, over time, and with the suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np

from annotate.codebook import Codebook
from annotate.quality.annotator_agreement import Pair, WithOthers, Without
from annotate.quality.assignments import BLIND, NOT_PLANNED, Plan
from annotate.quality.identical_spans import Identical, IdenticalSpans
from annotate.quality.items import LabelTable, label_table
from annotate.quality.labelled import Labelled, labelled
from annotate.quality.link_agreement import LinkAgreement, LinkCounts
from annotate.quality.mapping import Mark
from annotate.quality.measures import Measure
from annotate.quality.slices import Key, Slice, slices
from annotate.quality.span_agreement import LayerAgreement, SpanCounts
from annotate.quality.suggestions import Acceptance, Anchoring, SuggestionCounts
from annotate.quality.target_agreement import TargetAgreement, on_target
from annotate.quality.work import Done, LeadTime, Work
from annotate.records import Annotation, Article, CodebookRef, Outcome, Record, Suggestion

__all__ = [
    "Agreement",
    "Measure",
    "Pair",
    "TargetAgreement",
    "WithOthers",
    "Without",
    "Worked",
    "agreement",
    "measured",
]

RESAMPLES = 1000
NOT_ENFORCED = "nobody enforced that the blind arm saw no suggestions: in Label Studio Community every account can open every project"
Raw = Callable[[str, Sequence[str], Iterable[Sequence[object]]], object]
LABELS = ("article", "start", "end", "outlet", "batch", "arm", "annotator", "target", "label")
PARTS = ("outlet", "batch", "arm")
"""What votes can be parted by; by label and by annotator stand with each target."""


class Worked(Record, frozen=True, kw_only=True):
    """How many items, of how many articles, an annotator labelled."""

    annotator: str
    items: int
    articles: int


class Agreement(Record, frozen=True, kw_only=True):
    """Agreement on every target of a codebook.

    Attributes:
        item: what one label is of: ``sentence`` or ``article``.
        articles: those that somebody labelled; likewise `items`.
        resamples: draws behind each interval, made from this `seed`.
        layers: agreement on spans.
        identical: how many spans were marked exactly alike.
        links: agreement on links, by type.
        slices: agreement within each part that was asked for.
        periods: agreement in each period of the campaign, so that drift would show.
        lead_times: how long each annotator took.
        acceptance: what became of the suggestions.
        anchoring: how far seeing suggestions moved the annotators, where the plan has a blind arm.
        notes: what a reader should know before any number.
    """

    codebook: CodebookRef
    item: str
    articles: int
    items: int
    annotators: tuple[Worked, ...]
    resamples: int
    seed: int
    targets: dict[str, TargetAgreement]
    layers: dict[str, LayerAgreement]
    identical: tuple[Identical, ...]
    links: dict[str, LinkAgreement] = msgspec.field(default_factory=dict)
    slices: tuple[Slice, ...] = ()
    periods: tuple[Slice, ...] = ()
    lead_times: tuple[LeadTime, ...] = ()
    acceptance: tuple[Acceptance, ...] = ()
    anchoring: tuple[Anchoring, ...] = ()
    notes: tuple[str, ...] = ()


def agreement(
    annotations: Iterable[Annotation],
    articles: Iterable[Article],
    codebook: Codebook,
    table: Mapping[Mark, Mark | None] | None = None,
    *,
    suggestions: Mapping[str, Suggestion] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Agreement:
    """Return how far the annotators agree; what cannot count is left out as :func:`labelled` says.

    Raises:
        CodebookError: annotations were made under another codebook.
    """
    stream = Outcome(labelled(annotations, articles, codebook, table))
    return measured(stream, codebook, suggestions=suggestions, resamples=resamples, seed=seed)


def measured(  # noqa: PLR0913 - all but two are options that stand by name
    stream: Iterable[Labelled],
    codebook: Codebook,
    *,
    suggestions: Mapping[str, Suggestion] | None = None,
    plan: Plan | None = None,
    by: Iterable[str] = (),
    raw: Raw | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Agreement:
    """Return how far the annotators of these articles agree.

    Args:
        stream: articles with their annotations.
        codebook: under which they were made.
        suggestions: article id → what was suggested for it, to be compared with what was marked.
        plan: the campaign's, which names batches and arms.
        by: what the votes are parted by: some of `PARTS`.
        raw: takes each raw table that the numbers are made from: its name, its columns and its rows.
        resamples: draws behind each interval.
        seed: of the draws.
    """
    given = plan or {}
    spans, identical, links, work = SpanCounts(codebook), IdenticalSpans(suggestions), LinkCounts(codebook), Work()
    seen = SuggestionCounts(suggestions, lambda *key: given[key].arm if key in given else None)
    for counter in (spans, identical, links, work, seen):
        stream = counter.counted(stream)
    table = label_table(stream, codebook)
    if raw is not None:
        raw("labels", LABELS, _label_rows(table, work, given))
        raw("span_pairs", spans.PAIRS, spans.pairs)
        raw("token_coincidences", spans.TOKENS, spans.tokens)
        raw("link_pairs", links.PAIRS, links.pairs)
        raw("suggestions", seen.ROWS, seen.rows)
        raw("work", Done._fields, work.done)
    return Agreement(
        codebook=codebook.ref,
        item=codebook.item,
        articles=len(table.articles),
        items=len(table.extents),
        annotators=_worked(table),
        resamples=resamples,
        seed=seed,
        targets={
            name: on_target(table, name, target.title, ordered=target.ordered, resamples=resamples, seed=seed)
            for name, target in codebook.targets().items()
        },
        layers=spans.measures(resamples=resamples, seed=seed),
        identical=identical.shares(),
        links=links.measures(resamples=resamples, seed=seed),
        slices=tuple(
            part for name in by for part in slices(table, name, _key(name, work, given), resamples=resamples, seed=seed)
        ),
        periods=_periods(table, work, resamples=resamples, seed=seed),
        lead_times=work.lead_times(),
        acceptance=seen.acceptance(resamples=resamples, seed=seed),
        anchoring=seen.anchoring(resamples=resamples, seed=seed),
        notes=(*work.notes(), *((NOT_ENFORCED,) if any(row.arm == BLIND for row in given.values()) else ())),
    )


def _worked(table: LabelTable) -> tuple[Worked, ...]:
    article = table.article[table.item] if len(table.item) else table.item
    people = len(table.annotators)
    items = np.bincount(table.annotator, minlength=people)
    articles = np.bincount(
        np.unique(table.annotator * max(1, len(table.articles)) + article) // max(1, len(table.articles)),
        minlength=people,
    )
    return tuple(
        Worked(annotator=name, items=int(items[number]), articles=int(articles[number]))
        for number, name in enumerate(table.annotators)
    )


def _label_rows(table: LabelTable, work: Work, plan: Plan) -> Iterator[tuple[object, ...]]:
    outlets = {one.article: one.outlet for one in work.done}
    for vote, (item, annotator) in enumerate(zip(table.item.tolist(), table.annotator.tolist(), strict=True)):
        number, start, end = table.extents[item]
        article, who = table.articles[number], table.annotators[annotator]
        row = plan.get((article, who))
        place = article, start, end, outlets.get(article, ""), row.batch if row else "", row.arm if row else "", who
        for target, names in table.names.items():
            yield (*place, target, names[table.labels[target][vote]])


def _key(by: str, work: Work, plan: Plan) -> Key:
    if by == "outlet":
        outlets = {one.article: one.outlet for one in work.done}
        return lambda article, _: outlets.get(article)
    values = {key: row.batch if by == "batch" else row.arm for key, row in plan.items()}
    return lambda *key: values.get(key, "") or NOT_PLANNED


def _periods(table: LabelTable, work: Work, *, resamples: int, seed: int) -> tuple[Slice, ...]:
    periods = work.periods()
    days = dict(periods.values())

    def key(article: str, _: str) -> str | None:
        return periods[article][0] if article in periods else None

    found = slices(table, "period", key, resamples=resamples, seed=seed, annotators=True)
    return tuple(msgspec.structs.replace(part, detail=days[part.value]) for part in found)

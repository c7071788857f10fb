"""Gold: an article with what its annotators agree on, their votes kept beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from annotate.codebook import Codebook
from annotate.quality.assignments import Plan
from annotate.quality.items import items, votes
from annotate.quality.labelled import Labelled, labelled
from annotate.quality.majority_vote import majority
from annotate.quality.mapping import Mark
from annotate.quality.span_majority import span_majority
from annotate.records import Annotation, Annotator, Article, Extent, Gold, GoldItem, SetAside, Span, Target

CLAIM = "claim"
"""The layer whose spans an item names as its claims."""


def gold(
    annotations: Iterable[Annotation],
    articles: Iterable[Article],
    codebook: Codebook,
    table: Mapping[Mark, Mark | None] | None = None,
) -> Iterator[Gold | SetAside]:
    """Yield the gold of every article that somebody labelled, in the order of the articles.

    An item's label is the majority's; tied votes leave it contested, with the votes and their shares kept. Spans and
    links are kept as :mod:`annotate.quality.span_majority` says. What does not count is set aside as
    :func:`annotate.quality.labelled.labelled` says. Annotations are held in memory, articles stream.

    Raises:
        CodebookError: annotations were made under another codebook.
    """
    for found in labelled(annotations, articles, codebook, table):
        yield found if isinstance(found, SetAside) else majority_gold(found, codebook)


def in_arms(gold: Gold, plan: Plan) -> Gold:
    """Return gold with the arm of each annotator, where the plan names it."""
    annotators = tuple(
        msgspec.structs.replace(one, arm=row.arm or None) if (row := plan.get((gold.article.id, one.id))) else one
        for one in gold.annotators
    )
    return msgspec.structs.replace(gold, annotators=annotators)


def majority_gold(found: Labelled, codebook: Codebook) -> Gold:
    """Return the majority's gold of one article."""
    of = items(found.article, codebook)
    spans, links = span_majority(found.article, found.annotations, codebook)
    by_annotator = {name: votes(own, of, codebook) for name, own in found.by_annotator().items()}
    return Gold(
        article=found.article,
        codebook=codebook.ref,
        sentences=tuple(
            _item(item, {name: vote for name, voted in by_annotator.items() if (vote := voted[n])}, spans, codebook)
            for n, item in enumerate(of)
            if any(voted[n] for voted in by_annotator.values())
        ),
        spans=spans,
        links=links,
        annotators=tuple(
            Annotator(id=name, lead_time=_seconds(own), created=own[0].created)
            for name, own in found.by_annotator().items()
        ),
    )


def _seconds(annotations: Iterable[Annotation]) -> float | None:
    known = [annotation.lead_time for annotation in annotations if annotation.lead_time is not None]
    return sum(known) if known else None


def _item(item: Extent, voted: dict[str, dict[str, str]], spans: Iterable[Span], codebook: Codebook) -> GoldItem:
    return GoldItem(
        start=item.start,
        end=item.end,
        claims=tuple(span.id for span in spans if span.layer == CLAIM and span.overlaps(item)),
        targets={
            name: _target({annotator: labels[name] for annotator, labels in voted.items()}, target.labels)
            for name, target in codebook.targets().items()
        },
    )


def _target(voted: dict[str, str], labels: Iterable[str]) -> Target:
    label = majority(voted)
    counts = Counter(voted.values())
    soft = {name: counts[name] / len(voted) for name in labels if counts[name]}
    return Target(label=label, votes=voted, soft=soft, contested=label is None)

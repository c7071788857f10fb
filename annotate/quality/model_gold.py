"""Gold by an aggregator that learns annotators' skill from all articles at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
import numpy as np

from annotate.codebook import Codebook
from annotate.quality.aggregators import aggregator, believed
from annotate.quality.coincidence import Floats
from annotate.quality.gold import CLAIM, majority_gold
from annotate.quality.items import label_table
from annotate.quality.label_frame import TIED
from annotate.quality.labelled import Labelled, labelled
from annotate.quality.mapping import Mark
from annotate.quality.span_majority import Kept, numbered
from annotate.quality.span_posterior import SpanPosterior, as_span, posteriors
from annotate.records import Annotation, Article, Gold, GoldItem, SetAside, Target

FEWEST = 1e-6
"""Least belief in a label that is written down."""


def model_gold(
    annotations: Iterable[Annotation],
    articles: Iterable[Article],
    codebook: Codebook,
    table: Mapping[Mark, Mark | None] | None = None,
    *,
    method: str,
    seed: int = 0,
    tell: Callable[[SpanPosterior], object] = lambda _: None,
) -> Iterator[Gold | SetAside]:
    """Yield the gold of every article that somebody labelled, in the order of the articles.

    An item's label is the most probable one, its soft label the posterior; it is contested where no label has more than
    half of the belief. Spans are those of :mod:`annotate.quality.span_posterior`, links between them the majority's. All
    articles are held in memory, since annotators' skill is learnt from all of them.

    Args:
        annotations: of any status.
        articles: those that may have been labelled.
        codebook: under which they were made.
        table: what foreign labels become.
        method: name of the aggregator.
        seed: of an aggregator that begins at random.
        tell: hears what is believed of every place where somebody marked a span, kept or not.

    Raises:
        CodebookError: annotations were made under another codebook.
        UsageError: there is no aggregator of this name.
    """
    aggregator(method)
    found: list[Labelled] = []
    for one in labelled(annotations, articles, codebook, table):
        if isinstance(one, SetAside):
            yield one
        else:
            found.append(one)
    votes = label_table(found, codebook)
    beliefs = {name: believed(votes, name, aggregator(method, seed)) for name in votes.names}
    place = {(votes.articles[article], start, end): n for n, (article, start, end) in enumerate(votes.extents)}
    kept: dict[int, list[Kept]] = {}
    models = {layer.name: aggregator(method, seed) for layer in codebook.layer}
    for cluster, posterior in posteriors(found, codebook, models):
        tell(posterior)
        if posterior.kept:
            kept.setdefault(cluster.article, []).append(Kept(as_span(posterior), cluster.marked))
    for number, one in enumerate(found):
        gold = majority_gold(one, codebook)
        spans, links = numbered(kept.get(number, []), one.annotations, codebook)
        sentences = tuple(
            GoldItem(
                start=item.start,
                end=item.end,
                claims=tuple(span.id for span in spans if span.layer == CLAIM and span.overlaps(item)),
                targets={
                    name: _target(
                        target, votes.names[name], beliefs[name][place[gold.article.id, item.start, item.end]]
                    )
                    for name, target in item.targets.items()
                },
            )
            for item in gold.sentences
        )
        yield msgspec.structs.replace(gold, sentences=sentences, spans=spans, links=links)


def _target(majority: Target, names: tuple[str, ...], shares: Floats) -> Target:
    """Return a target as the aggregator believes it, the votes kept."""
    soft = {name: float(share) for name, share in zip(names, shares, strict=True) if share > FEWEST}
    best = int(np.argmax(shares))
    settled = shares[best] > 0.5 + TIED
    return Target(label=names[best] if settled else None, votes=majority.votes, soft=soft, contested=not settled)

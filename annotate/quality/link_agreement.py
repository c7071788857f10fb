"""Agreement on links between spans, such as who a claim is attributed to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from annotate.codebook import Codebook
from annotate.quality.coincidence import Floats
from annotate.quality.labelled import Labelled
from annotate.quality.measures import Draws, Measure, share
from annotate.quality.span_matching import HALF, matches, seen
from annotate.records import Annotation, Record, Span

Ends = tuple[str, Span, Span]
"""Type of a link, and the spans it joins."""


class LinkAgreement(Record, frozen=True, kw_only=True):
    """Agreement on links of one type. Ends are the same if they share at least half of the longer span.

    Attributes:
        links: those of both annotators, over all pairs of annotators of an article.
        f1: twice the links that two annotators both drew over all that the two drew.
        given_ends: the same over links whose ends both marked: linking, given the spans.
    """

    links: int
    f1: Measure
    given_ends: Measure


class LinkCounts:
    """Counts links that two annotators both drew, while articles pass through.

    Attributes:
        pairs: article, type, two annotators, how many of their links both drew, all, and those with ends both marked.
    """

    PAIRS = ("article", "type", "one", "other", "in_both", "links", "with_ends_in_both")

    def __init__(self, codebook: Codebook) -> None:
        """Begin with nothing."""
        self._types = tuple(dict.fromkeys(link.name for link in codebook.link))
        self._sums: dict[str, list[Floats]] = {name: [] for name in self._types}
        self.pairs: list[tuple[str | int, ...]] = []

    def counted(self, stream: Iterable[Labelled]) -> Iterator[Labelled]:
        """Yield the articles as they come, counted."""
        for found in stream:
            sums = {name: np.zeros(3) for name in self._types}
            people = found.by_annotator()
            for pair in seen(found):
                twins = matches(pair.one, pair.other, least=HALF, labels=False)
                left, right = (_drawn(people[name], own) for name, own in zip(pair.names, pair[1:], strict=True))
                for name in self._types:
                    ours, theirs = ([link for link in own if link[0] == name] for own in (left, right))
                    compared = _compared(ours, theirs, twins)
                    sums[name] += compared
                    self.pairs.append((found.article.id, name, *pair.names, *compared.astype(int).tolist()))
            for name, own in sums.items():
                self._sums[name].append(own)
            yield found

    def measures(self, *, resamples: int, seed: int) -> dict[str, LinkAgreement]:
        """Return the agreement on each type of link, with intervals over the articles that were counted."""
        made = {}
        for name, sums in self._sums.items():
            draws = Draws(np.stack(sums) if sums else np.zeros((0, 3)), resamples=resamples, seed=seed)
            drawn, between = round(float(draws.total[1])), round(float(draws.total[2]))
            made[name] = LinkAgreement(
                links=drawn,
                f1=draws.measure(share, None, used=drawn, otherwise="no link of two annotators can be compared"),
                given_ends=draws.measure(
                    lambda sums: share(sums[..., [0, 2]]),
                    None,
                    used=between,
                    left_out={"an_end_not_marked_by_both": drawn - between} if drawn > between else {},
                    otherwise="no link has ends that both marked",
                ),
            )
        return made


def _drawn(annotations: Sequence[Annotation], spans: Sequence[Span]) -> list[Ends]:
    """Return an annotator's links between these spans, each once."""
    kept = {id(span) for span in spans}
    found: list[Ends] = []
    for annotation in annotations:
        by_id = {span.id: span for span in annotation.spans if id(span) in kept}
        drawn = dict.fromkeys((link.type, link.from_, link.to) for link in annotation.links)
        found += [(name, by_id[one], by_id[two]) for name, one, two in drawn if one in by_id and two in by_id]
    return found


def _compared(left: Sequence[Ends], right: Sequence[Ends], twins: Sequence[tuple[Span, Span]]) -> Floats:
    """Return twice the links in both, all links, and those of them whose ends are in both."""
    twin = {id(one): id(other) for one, other in twins}
    back = {other: one for one, other in twin.items()}
    theirs = {(id(one), id(two)) for _, one, two in right}
    both = sum((twin.get(id(one)), twin.get(id(two))) in theirs for _, one, two in left)
    ends = sum(id(one) in twin and id(two) in twin for _, one, two in left)
    ends += sum(id(one) in back and id(two) in back for _, one, two in right)
    return np.array([2 * both, len(left) + len(right), ends], dtype=np.float64)

"""The patterns' candidates as a model sees them.

The rule: a span speaks for one label of a target (a claim for its status, a hedge for *hedged*). The model's label of
the sentence in which the span begins decides: where no span label stands for it (no claim, not hedged) the span is
dropped; else the span takes that label, and its score is the model's probability of it. Spans of layers
that no target learns from (sources) stay as they were, and links between spans that are left.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from msgspec.structs import replace

from annotate.baseline.judgement import Judgement
from annotate.baseline.targets import learnt, marks_of
from annotate.codebook import Codebook
from annotate.records import Extent, Span, Suggestion


class Suggesting:
    """One article's sentences with what a model says of them."""

    def __init__(self, book: Codebook, extents: Sequence[Extent], judged: Sequence[Judgement]) -> None:
        """Note which target each layer speaks for."""
        self._book, self._extents, self._judged = book, extents, judged
        self._starts = [extent.start for extent in extents]
        self._speaks = {
            layer: (target.name, labels) for target in learnt(book) for layer, labels in marks_of(target).items()
        }

    def seen(self, candidates: Suggestion, name: str) -> Suggestion:
        """Return the candidates that are kept, with their labels and scores."""
        linked = {link.from_ for link in candidates.links}
        spans = tuple(
            kept for span in candidates.spans if (kept := self._seen(span, linked=span.id in linked)) is not None
        )
        left = {span.id for span in spans}
        links = tuple(link for link in candidates.links if {link.from_, link.to} <= left)
        score = min((span.score for span in spans if span.score is not None), default=1.0)
        return Suggestion(model=name, spans=spans, links=links, score=score)

    def _seen(self, span: Span, *, linked: bool) -> Span | None:
        place = bisect_right(self._starts, span.start) - 1
        if span.layer not in self._speaks or place < 0 or span.start >= self._extents[place].end:
            return span
        target, labels = self._speaks[span.layer]
        if target not in self._judged[place].labels:  # the model was trained for another target alone
            return span
        predicted = self._judged[place].labels[target]
        if predicted not in labels:
            return None
        label = labels[predicted] or span.label
        basis = span.basis if label == span.label else self._book.basis_of(label, linked=linked)
        return replace(span, label=label, basis=basis, score=self._judged[place].probabilities[target][predicted])

"""How many spans two annotators marked exactly alike: a copied pass would show here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from annotate.quality.labelled import Labelled
from annotate.records import Record, Span, Suggestion

Place = tuple[str, str, int, int]
"""Layer, label, start and end."""


class Identical(Record, frozen=True, kw_only=True):
    """Two annotators, or an annotator and the suggestions, over the articles that both have.

    Attributes:
        pair: the two; a suggester goes by its name.
        spans: spans that at least one of the two has.
        identical: those that both have, with the same layer, label and boundaries.
        by_layer: layer → share of its spans that are identical, in [0, 1].
    """

    pair: tuple[str, str]
    spans: int
    identical: int
    by_layer: dict[str, float]

    @property
    def share(self) -> float:
        """Share of the spans that are identical, in [0, 1]."""
        return self.identical / self.spans


class IdenticalSpans:
    """Compares each two annotators' spans, and each annotator's with the suggestions, while articles pass through."""

    def __init__(self, suggestions: Mapping[str, Suggestion] | None = None) -> None:
        """Begin with nothing.

        Args:
            suggestions: article id → what was suggested for it.
        """
        self._suggestions = suggestions or {}
        self._either: Counter[tuple[str, str, str]] = Counter()
        self._both: Counter[tuple[str, str, str]] = Counter()

    def counted(self, stream: Iterable[Labelled]) -> Iterator[Labelled]:
        """Yield the articles as they come, counted."""
        for found in stream:
            marked = {
                name: {place for annotation in own for place in _places(annotation.spans)}
                for name, own in found.by_annotator().items()
            }
            pairs = list(combinations(sorted(marked), 2))
            suggestion = self._suggestions.get(found.article.id)
            if suggestion is not None:
                pairs += [(name, suggestion.model) for name in sorted(marked)]
                marked[suggestion.model] = set(_places(suggestion.spans))
            for one, other in pairs:
                self._either.update((one, other, place[0]) for place in marked[one] | marked[other])
                self._both.update((one, other, place[0]) for place in marked[one] & marked[other])
            yield found

    def shares(self) -> tuple[Identical, ...]:
        """Return each pair that marked anything, annotators first, then annotators with the suggestions."""
        found = []
        pairs = dict.fromkeys((one, other) for one, other, _ in self._either)
        for pair in sorted(pairs, key=lambda pair: (pair[1] in self._models(), pair)):
            layers = [layer for one, other, layer in self._either if (one, other) == pair]
            found.append(
                Identical(
                    pair=pair,
                    spans=sum(self._either[(*pair, layer)] for layer in layers),
                    identical=sum(self._both[(*pair, layer)] for layer in layers),
                    by_layer={
                        layer: self._both[(*pair, layer)] / self._either[(*pair, layer)] for layer in sorted(layers)
                    },
                )
            )
        return tuple(found)

    def _models(self) -> set[str]:
        return {suggestion.model for suggestion in self._suggestions.values()}


def _places(spans: Iterable[Span]) -> Iterator[Place]:
    return ((span.layer, span.label, span.start, span.end) for span in spans)

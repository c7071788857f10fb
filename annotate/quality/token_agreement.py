"""Agreement on spans, word by word: who marked which words with what, over all words that are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from annotate.codebook import Codebook
from annotate.quality.bootstrap import interval, resampled
from annotate.quality.clusters import Tokens
from annotate.quality.coincidence import Floats, coincidences, nominal_alpha
from annotate.quality.items import Codes
from annotate.quality.labelled import Labelled
from annotate.quality.measures import Measure
from annotate.records import Annotation, Article, Record


class LayerAgreement(Record, frozen=True, kw_only=True):
    """Agreement on one layer of spans, over tokens (words, and marks by themselves).

    Attributes:
        title: the codebook's words for the layer.
        tokens: those that at least two annotators read.
        marked: votes on them that mark them.
        alpha_any: Krippendorff's alpha on whether a token is marked at all.
        alpha_label: the same on what it is marked as, unmarked being a label of its own.
    """

    title: str
    tokens: int
    marked: int
    alpha_any: Measure
    alpha_label: Measure


class TokenCounts:
    """Counts tokens by what each annotator marked them as, while articles pass through."""

    def __init__(self, codebook: Codebook) -> None:
        """Begin with nothing."""
        self._book = codebook
        self._sums: dict[str, list[Floats]] = {layer.name: [] for layer in codebook.layer}
        self._read = 0

    def counted(self, stream: Iterable[Labelled]) -> Iterator[Labelled]:
        """Yield the articles as they come, counted."""
        for found in stream:
            tokens = _read_tokens(found.article, self._book)
            self._read += _read_twice(tokens, found.annotations)
            for layer, sums in self._sums.items():
                counts = token_counts(tokens, found.annotations, layer, self._book.labels(layer))
                sums.append(coincidences(counts, np.zeros(len(counts), dtype=np.int64), 1)[0])
            yield found

    def measures(self, *, resamples: int, seed: int) -> dict[str, LayerAgreement]:
        """Return the agreement on each layer, with intervals over the articles that were counted."""
        return {
            layer.name: _on_layer(layer.title, self._read, self._sums[layer.name], resamples, seed)
            for layer in self._book.layer
        }


def _read_tokens(article: Article, codebook: Codebook) -> list[tuple[int, int]]:
    tokens = Tokens(article.text)
    wanted = [segment for segment in article.segments if segment.kind in codebook.read]
    return [
        (tokens.starts[n], tokens.ends[n]) for segment in wanted for n in tokens.touched(segment.start, segment.end)
    ]


def _read_twice(tokens: Sequence[tuple[int, int]], annotations: Sequence[Annotation]) -> int:
    if all(annotation.item is None for annotation in annotations):
        return len(tokens) if len(annotations) > 1 else 0
    return sum(
        sum(one.item is None or one.item.start <= start < one.item.end for one in annotations) > 1
        for start, _ in tokens
    )


def token_counts(
    tokens: Sequence[tuple[int, int]], annotations: Sequence[Annotation], layer: str, labels: Sequence[str]
) -> Codes:
    """Return how many annotators marked each token as what ``(n_tokens, 1 + n_labels)``; the first column: as nothing.

    A token under spans of two labels counts as the one that begins first. An annotator to whom it was not shown has no
    vote on it.
    """
    counts = np.zeros((len(tokens), 1 + len(labels)), dtype=np.int64)
    starts = np.array([start for start, _ in tokens], dtype=np.int64)
    ends = np.array([end for _, end in tokens], dtype=np.int64)
    rows = np.arange(len(tokens))
    for annotation in annotations:
        marks = np.zeros(len(tokens), dtype=np.int64)
        for span in sorted(annotation.spans, key=lambda one: (one.start, one.end), reverse=True):
            if span.layer == layer:
                first, last = np.searchsorted(ends, span.start, side="right"), np.searchsorted(starts, span.end)
                marks[first:last] = 1 + labels.index(span.label)
        item = annotation.item
        shown = rows if item is None else rows[(starts >= item.start) & (starts < item.end)]
        counts[shown, marks[shown]] += 1
    return counts


def _on_layer(title: str, tokens: int, sums: Sequence[Floats], resamples: int, seed: int) -> LayerAgreement:
    whole = np.stack(sums) if sums else np.zeros((0, 1, 1))
    side = whole.shape[1]
    articles = whole[whole.sum(axis=(1, 2)) > 0]
    drawn = (
        resampled(articles.reshape(len(articles), side * side), resamples=resamples, seed=seed)
        if len(articles)
        else None
    )
    drawn = drawn.reshape(-1, side, side) if drawn is not None else np.zeros((0, side, side))
    total = articles.sum(axis=0)
    return LayerAgreement(
        title=title,
        tokens=tokens,
        marked=round(float(total[1:].sum())),
        alpha_any=_alpha(collapsed(total, 0), collapsed(drawn, 0), len(articles)),
        alpha_label=_alpha(total, drawn, len(articles)),
    )


def collapsed(matrices: Floats, label: int) -> Floats:
    """Return coincidence matrices ``(..., n, n)`` with one label against all others ``(..., 2, 2)``."""
    same = matrices[..., label, label]
    own = matrices[..., label, :].sum(axis=-1)
    other = own - same
    rest = matrices.sum(axis=(-1, -2)) - same - 2 * other
    return np.stack([np.stack([same, other], axis=-1), np.stack([other, rest], axis=-1)], axis=-2)


def _alpha(total: Floats, drawn: Floats, articles: int) -> Measure:
    if not total.sum():
        return Measure(value=None, undefined="no token has two votes")
    value = float(nominal_alpha(total))
    if np.isnan(value):
        return Measure(value=None, undefined="every vote is the same, so no disagreement is to be expected")
    found = interval(nominal_alpha(drawn), articles)
    if isinstance(found, str):
        return Measure(value=value, interval_undefined=found)
    return Measure(value=value, interval=found)

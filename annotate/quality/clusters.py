"""Spans of several annotators that overlap under one label."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from annotate.codebook import Codebook
from annotate.records import Annotation, Span

_TOKEN = re.compile(r"\w+|[^\w\s]")


class Tokens:
    """Where the words and marks of a text stand: each run of letters and digits, and each other mark by itself."""

    def __init__(self, text: str) -> None:
        """Find the tokens of a text."""
        found = [match.span() for match in _TOKEN.finditer(text)]
        self.starts = [start for start, _ in found]
        self.ends = [end for _, end in found]

    def touched(self, start: int, end: int) -> range:
        """Return the numbers of the tokens that share a character with ``[start, end)``."""
        return range(bisect_right(self.ends, start), bisect_left(self.starts, end))


@dataclass(frozen=True, slots=True)
class Marked:
    """One annotator's span, and the tokens it touches."""

    annotator: str
    span: Span
    tokens: range


@dataclass(frozen=True, slots=True)
class Cluster:
    """Spans of one layer and label, each sharing a token with another of them, directly or through others."""

    layer: str
    label: str
    marked: tuple[Marked, ...]

    @property
    def annotators(self) -> frozenset[str]:
        """Those who marked a span of it."""
        return frozenset(one.annotator for one in self.marked)


def clusters(annotations: Iterable[Annotation], tokens: Tokens, codebook: Codebook) -> Iterator[Cluster]:
    """Yield the clusters by layer and label in the codebook's order, then in text order.

    A span that touches no token, white space alone, is in none.
    """
    by_label: dict[tuple[str, str], list[Marked]] = {
        (layer.name, label.name): [] for layer in codebook.layer for label in layer.label
    }
    for annotation in annotations:
        for span in annotation.spans:
            if touched := tokens.touched(span.start, span.end):
                by_label[span.layer, span.label].append(Marked(annotation.annotator, span, touched))
    for (layer, label), marked in by_label.items():
        marked.sort(key=lambda one: (one.tokens.start, one.tokens.stop, one.annotator))
        for together in _connected(marked):
            yield Cluster(layer, label, tuple(together))


def _connected(marked: Sequence[Marked]) -> Iterator[list[Marked]]:
    together: list[Marked] = []
    reach = 0
    for one in marked:
        if together and one.tokens.start >= reach:
            yield together
            together = []
        together.append(one)
        reach = max(reach, one.tokens.stop)
    if together:
        yield together

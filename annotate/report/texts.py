"""Labelled text, cut into pieces that a page can mark."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import msgspec

from annotate.codebook import Codebook
from annotate.records import Article, Extent, Span

GREYS = {"none": "#8b909c", "no": "#8b909c", "yes": "#AA4499"}
"""Colours of labels that no layer of the codebook names."""


class Piece(msgspec.Struct, frozen=True):
    """A run of text under the same spans.

    Attributes:
        kinds: layers and labels of the spans over it, as CSS classes.
        under: colour of the claim over it, drawn as an underline; empty where there is none.
        fill: colour of the cue or source over it, drawn as a background; empty where there is none.
        title: what the spans are, shown when the pointer rests on them.
    """

    text: str
    kinds: str = ""
    under: str = ""
    fill: str = ""
    title: str = ""


def colours(codebook: Codebook) -> dict[str, str]:
    """Return label → colour, for all the labels of the codebook's layers and targets."""
    return GREYS | {label.name: label.color for layer in codebook.layer for label in layer.label}


def pieces(article_text: str, extent: Extent, spans: Iterable[Span], codebook: Codebook) -> list[Piece]:
    """Return the text of an extent cut at every span's ends, in order; the pieces joined are the text.

    Where spans overlap, a piece carries them all: the codebook's first layer as an underline, the others as a fill.
    """
    shown = [span for span in spans if span.overlaps(extent)]
    cuts = {extent.start, extent.end}
    cuts.update(min(max(cut, extent.start), extent.end) for span in shown for cut in (span.start, span.end))
    ends = sorted(cuts)
    colour = colours(codebook)
    first = codebook.layer[0].name if codebook.layer else ""
    found: list[Piece] = []
    for start, end in itertools.pairwise(ends):
        over = [span for span in shown if span.start < end and start < span.end]
        under = [colour[span.label] for span in over if span.layer == first and span.label in colour]
        fill = [colour[span.label] for span in over if span.layer != first and span.label in colour]
        found.append(
            Piece(
                text=article_text[start:end],
                kinds=" ".join(dict.fromkeys(name for span in over for name in (span.layer, span.label))),
                under=under[-1] if under else "",
                fill=fill[-1] if fill else "",
                title=", ".join(f"{span.layer}: {span.label.replace('_', ' ')}" for span in over),
            )
        )
    return found


def paragraphs(article: Article, spans: Iterable[Span], codebook: Codebook) -> Iterator[tuple[str, list[Piece]]]:
    """Yield (segment kind, pieces) for every segment of an article, in order."""
    marked = list(spans)
    for segment in article.segments:
        yield segment.kind.value, pieces(article.text, segment, marked, codebook)

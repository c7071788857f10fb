"""The paragraphs of an extracted page, one a line, with what the markup says of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.corpus.rules import signature_start
from annotate.records import SegmentKind

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_BLOCKS = frozenset(["p", "head", "item", "list", "quote", "code", "table", "row", "graphic", "lb", "body"])
_LINES = frozenset(["p", "item", "head", "cell"])
LINK_SHARE = 0.5
"""A caption of which links make up more than this share is a teaser for another page."""


@dataclass(frozen=True)
class Paragraph:
    """One line of a page's article (an embedded post: several, with newlines between them).

    Attributes:
        kind: where the markup gives it.
        heading: its level from 1, 0 where it is no heading.
    """

    text: str
    kind: SegmentKind | None = None
    heading: int = 0


def hoist_captions(tree: HtmlElement) -> frozenset[str]:
    """Set each figure's caption after it as a paragraph, where extraction keeps it, and return these captions."""
    from lxml.html import fragment_fromstring

    captions = set()
    for caption in list(tree.iter("figcaption")):
        text = _space(caption.text_content())
        linked = sum(len(_space(link.text_content())) for link in caption.iter("a"))
        figure = next(caption.iterancestors("figure"), caption)
        parent = figure.getparent()
        inside_link = next(figure.iterancestors("a"), None) is not None
        if not text or parent is None or inside_link or linked > LINK_SHARE * len(text):
            continue
        paragraph = fragment_fromstring("<p></p>")
        paragraph.text = text
        parent.insert(parent.index(figure) + 1, paragraph)
        captions.add(text)
    return frozenset(captions)


def paragraphs(body: _Element, captions: Collection[str]) -> Iterator[Paragraph]:
    """Yield the paragraphs of an extracted body, in order: headings, captions and embedded posts with their kind."""
    for element in body:
        if element.tag == "quote":
            lines = list(_lines(element))
            if lines and signature_start(lines[-1]) is not None:
                yield Paragraph("\n".join(lines), kind=SegmentKind.POST)
            else:
                yield from map(Paragraph, lines)
        elif element.tag == "head":
            level = int(element.get("rend", "h2")[1:] or 2)
            yield from (Paragraph(line, SegmentKind.SUBHEADING, level) for line in _lines(element))
        else:
            for line in _lines(element):
                yield Paragraph(line, SegmentKind.CAPTION if line in captions else None)
        if tail := _space(element.tail or ""):
            yield Paragraph(tail)


def _lines(element: _Element) -> Iterator[str]:
    """Yield the text of an element, a line for each block in it; white space folds as a browser folds it."""
    parts: list[str] = []
    for text in _texts(element):
        if text is None:
            if line := _space("".join(parts)):
                yield line
            parts = []
        else:
            parts.append(text)
    if line := _space("".join(parts)):
        yield line


def _texts(element: _Element) -> Iterator[str | None]:
    """Yield pieces of text in order, and none at the edge of each block."""
    parent = element.getparent()
    inside = element.tag == "code" and parent is not None and parent.tag in _LINES
    block = element.tag in _BLOCKS and not inside
    if block:
        yield None
    yield element.text or ""
    for child in element:
        if child.tag == "cell":
            yield "\t"
        yield from _texts(child)
        yield child.tail or ""
    if block:
        yield None


def _space(text: str) -> str:
    return _SPACE.sub(" ", text).strip()

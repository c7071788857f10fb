"""A news page → a draft: its paragraphs, its metadata, and the kinds of segment that the markup gives."""

from __future__ import annotations

import logging
import re
from enum import StrEnum

from annotate.corpus.article import Facts, folded
from annotate.corpus.drafts import Draft, Page
from annotate.corpus.findings import undeclared
from annotate.corpus.metadata import Declared, declared, declared_encoding, head_of, known_encoding, language
from annotate.corpus.paragraphs import Paragraph, hoist_captions, paragraphs
from annotate.corpus.text import decoded, frozen
from annotate.records import Segment, SegmentKind, SetAside

_SENTENCE = re.compile(r"(?:[.!?…][\"'”’»)\]]*|[。！？।؟。][”’」』]*)$")
_STOP = re.compile(r"[.!?…](?:\s|$)|[。！？।؟።]")
_ELEMENT = re.compile(r"<[a-zA-Z!]")
LEAST_SHARE = 0.3
"""Where less than this share of the characters in a page's paragraphs is found, trafilatura's slow way is taken too."""
_HTML = re.compile(r"<html", re.IGNORECASE)
SENTENCE_LENGTH = 30
"""A paragraph that ends like a sentence has at least as many characters in an article."""
PROSE_LENGTH = 200
"""A paragraph as long as this, with a full stop in it, is prose however it ends."""
SPACED = 20
"""A script with a space in so many characters writes full stops."""


class Extractor(StrEnum):
    """How the text of a page is found: by trafilatura, or faster and less exactly by resiliparse (docs/at-size.md)."""

    FULL = "full"
    FAST = "fast"


_Found = tuple[list[Paragraph], str | None, Facts]


def page(data: bytes, where: str) -> Draft | SetAside:
    """Return the article of a page that lies in a file of its own, as `draft_of` does."""
    return draft_of(Page(data, where, where))


def draft_of(page: Page, extractor: Extractor = Extractor.FULL) -> Draft | SetAside:
    """Return the article of a page as a draft; a page without one comes as a `SetAside`.

    The text is UTF-8, or in the encoding that the server or the page declares. Title, author, day, outlet, address and
    licence are what the page declares in its JSON-LD and its meta elements, else what trafilatura and htmldate find in
    its text; the language is that of ``<html lang>``.

    Raises:
        UsageError: the extractor is not installed.
    """
    text = _text(page)
    if isinstance(text, SetAside):
        return text
    if not _ELEMENT.search(text):
        return SetAside(reason="no_article", where=page.where, detail="no HTML in it; is it a page?")
    read = _fast if extractor is Extractor.FAST else _full
    found = read(text if _HTML.search(text) else f"<html><body>{text}", page)
    if found is None:
        return SetAside(reason="no_article", where=page.where, detail="no HTML in it; is it a page?")
    lines, title, facts = found
    if not any(_is_prose(line.text) for line in lines):
        detail = "no article found in the page; is it a front page, a list of links or made by a script?"
        return SetAside(reason="no_article", where=page.where, detail=detail)
    return _draft(lines, title, page.where, facts)


def _full(text: str, page: Page) -> _Found | None:
    """Return a page's paragraphs, title and facts by trafilatura."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs what is returned here as a `SetAside`
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    tree = trafilatura.load_html(text)
    if tree is None:
        return None
    said = undeclared(tree, declared(head_of(tree)))
    spoken = language(tree)
    written = sum(len(paragraph.text_content().strip()) for paragraph in tree.iter("p"))
    captions = hoist_captions(tree)
    found = trafilatura.bare_extraction(tree, fast=True, with_metadata=False, include_comments=False)
    lines = [] if found is None or found.body is None else list(paragraphs(found.body, captions))
    if sum(len(line.text) for line in lines) < LEAST_SHARE * written:
        tree = trafilatura.load_html(text)  # the first reading took pieces out of the tree
        captions = hoist_captions(tree)
        found = trafilatura.bare_extraction(tree, fast=False, with_metadata=False, include_comments=False)
        again = [] if found is None or found.body is None else list(paragraphs(found.body, captions))
        lines = max(again, lines, key=lambda those: sum(len(line.text) for line in those))
    return lines, said.title, _facts(said, spoken, page)


def _fast(text: str, page: Page) -> _Found | None:
    """Return a page's paragraphs, title and facts by resiliparse."""
    from annotate.corpus.fast import read

    lines, said, spoken = read(text)
    return lines, said.title, _facts(said, spoken, page)


def _facts(said: Declared, spoken: str, page: Page) -> Facts:
    return Facts(
        url=said.url or page.url,
        outlet=said.outlet,
        author=said.author,
        published=said.published,
        language=spoken,
        license=said.license,
        source=page.source,
    )


def _text(page: Page) -> str | SetAside:
    text = decoded(page.data, page.where)
    if not isinstance(text, SetAside) or text.reason != "not_utf8":
        return text
    encoding = known_encoding(page.charset or "") or declared_encoding(page.data)
    if encoding is None:
        return text
    try:
        return page.data.decode(encoding)
    except (UnicodeError, LookupError) as error:  # codecs that make no text, such as hex, are known but do not decode
        detail = f"not {encoding}, as the page declares, and not UTF-8: {error}"
        return SetAside(reason="not_utf8", where=page.where, detail=detail)


def _is_prose(line: str) -> bool:
    ends = _SENTENCE.search(line) is not None and len(line) >= SENTENCE_LENGTH
    long = len(line) >= PROSE_LENGTH
    spaced = line.count(" ") * SPACED > len(line)  # a menu run together has spaces and no full stop; Thai has neither
    return ends or (long and (not spaced or _STOP.search(line) is not None))


def _draft(lines: list[Paragraph], title: str | None, where: str, facts: Facts) -> Draft:
    """Return the draft; a heading that repeats the title gives its form to it and is not kept twice."""
    for index, line in enumerate(lines):
        if title and line.heading and folded(frozen(line.text)) == folded(frozen(title)):
            title = line.text
            del lines[index]
            break
    known: list[Segment] = []
    position = 0
    for index, line in enumerate(lines):
        if line.heading == 1 and index == 0:
            known.append(Segment(start=position, end=position + len(line.text), kind=SegmentKind.HEADLINE))
        elif line.kind is not None:
            known.append(Segment(start=position, end=position + len(line.text), kind=line.kind))
        position += len(line.text) + 1
    return Draft(text="\n".join(line.text for line in lines), where=where, title=title, known=tuple(known), facts=facts)

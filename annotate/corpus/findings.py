"""Facts that a page does not declare, found in its text: the slow way, taken for what is missing alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from annotate.corpus.metadata import Declared

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def undeclared(tree: HtmlElement, said: Declared) -> Declared:
    """Return what a page declares, with what is missing taken from its text by trafilatura and htmldate."""
    from trafilatura import metadata

    if said.url is None:
        said = replace(said, url=metadata.extract_url(tree))
    if said.title is None:
        said = replace(said, title=_title(tree) or metadata.extract_title(tree))
    if said.author is None:
        said = replace(said, author=_folded(metadata.extract_author(tree)))
    if said.published is None:
        said = replace(said, published=_date(tree, said.url))
    if said.outlet is None:
        said = replace(said, outlet=metadata.extract_sitename(tree) or _host(said.url))
    if said.license is None:
        said = replace(said, license=metadata.extract_license(tree))
    return said


def _date(tree: HtmlElement, url: str | None) -> str | None:
    from htmldate import find_date

    found = find_date(
        tree, extensive_search=False, original_date=True, url=url, min_date="1990-01-01", max_date="2100-01-01"
    )
    return found if isinstance(found, str) else None


def _title(tree: HtmlElement) -> str | None:
    """Return the heading that the page's ``<title>`` repeats, else the title; none where there is no title."""
    title = _folded(tree.findtext(".//title"))
    headings = [_folded(heading.text_content()) for heading in tree.iter("h1")] if title else []
    return next((heading for heading in headings if heading and title and heading in title), title)


def _folded(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text else None


def _host(url: str | None) -> str | None:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.") or None
    except ValueError:
        return None

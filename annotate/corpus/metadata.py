"""What a page says of itself beside its text: encoding, language, licence."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LATIN = frozenset(["iso8859-1", "ascii"])
_WIDE = ("utf-16", "utf-32", "utf-7")  # a page in one of these could not declare it in letters that read as ASCII
HEAD = 4096
"""Bytes at the start of a page in which its encoding is declared."""


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding that a page's head declares, where Python knows it; browsers read Latin-1 as cp1252."""
    found = _CHARSET.search(data[:HEAD])
    return known_encoding(found.group(1).decode("ascii", "replace")) if found else None


def known_encoding(label: str) -> str | None:
    """Return Python's name of an encoding; none where it is not known, or could not have been declared in ASCII."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):  # a label with NUL in it is a ValueError
        return None
    if name.startswith(_WIDE):
        return None
    return "cp1252" if name in _LATIN else name


def language(tree: HtmlElement) -> str:
    """Return the BCP 47 tag of ``<html lang>``, ``und`` where there is none."""
    given = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang") or ""
    tag = given.strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) else "und"


def license_of(tree: HtmlElement) -> str | None:
    """Return the licence that the page's JSON-LD gives its article, or that its head links to."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            data = msgspec.json.decode(script.text or "")
        except (msgspec.DecodeError, RecursionError):
            continue
        for node in _nodes(data):
            given = node.get("license")
            if isinstance(given, str) and given.strip() and "Article" in str(node.get("@type")):
                return given.strip()
    links = tree.xpath("//link[@rel='license']/@href")
    return str(links[0]).strip() or None if links else None


def _nodes(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _nodes(part)

"""What a page says of itself beside its text: encoding, language, and the facts in its JSON-LD and its meta elements."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LATIN = frozenset(["iso8859-1", "ascii"])
_WIDE = ("utf-16", "utf-32", "utf-7")  # a page in one of these could not declare it in letters that read as ASCII
HEAD = 4096
"""Bytes at the start of a page in which its encoding is declared."""

_DECODER = json.JSONDecoder(strict=False)  # pages break lines inside strings
_WRAPPED = re.compile(r"\s*(?:(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)(?:\s*\*/)?\s*)?")
_ARTICLE = re.compile(r"(?:Article|BlogPosting|NewsReport)$")
_BY = re.compile(r"by[:\s]\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:)?//|www\.|@\w+$")
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)")
_YEARS = range(1990, 2101)
"""Years in which a page on the web can have been published."""
_TITLES = ("og:title", "dc.title", "dcterms.title", "twitter:title", "parsely-title", "sailthru.title")
_OUTLETS = ("og:site_name", "application-name")
_AUTHORS = ("dc.creator", "dcterms.creator", "author", "parsely-author", "sailthru.author", "article:author", "byl")
_TIMES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "parsely-pub-date",
    "sailthru.date",
    "article:published",
    "pubdate",
)
_NAME_LENGTH = 100
"""A longer name, in characters, is none."""


@dataclass(frozen=True)
class Head:
    """The elements of a page in which it declares facts.

    Attributes:
        scripts: texts of its ``application/ld+json`` scripts.
        metas: key (property, name or itemprop) and content of its meta elements.
        links: relation and address of its link elements.
    """

    scripts: list[str]
    metas: list[tuple[str, str]]
    links: list[tuple[str, str]]


@dataclass(frozen=True)
class Declared:
    """What a page declares of its article, none where it does not.

    Attributes:
        title: headline.
        author: names, with ``; `` between them.
        published: day, as ``2025-05-03``.
        outlet: publication.
        url: canonical address.
        license: licence of the article, or the one that the page links to.
    """

    title: str | None = None
    author: str | None = None
    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    license: str | None = None


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


def head_of(tree: HtmlElement) -> Head:
    """Return the elements of a page in which it declares facts."""
    metas = [
        (key, element.get("content") or "")
        for element in tree.iter("meta")
        for key in (element.get("property"), element.get("name"), element.get("itemprop"))
        if key
    ]
    kinds = [((script.get("type") or "").strip().lower(), script) for script in tree.iter("script")]
    scripts = [script.text or "" for kind, script in kinds if kind == "application/ld+json"]
    return Head(scripts, metas, [(link.get("rel") or "", link.get("href") or "") for link in tree.iter("link")])


def declared(head: Head) -> Declared:
    """Return what the JSON-LD of a page's article, its meta elements and its links say."""
    nodes = [node for script in head.scripts for node in _linked_data(script)]
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    articles = [node for node in nodes if _is_article(node)]
    article = articles[0] if articles else {}
    meta, links = _meta(head), _links(head)
    authors = [_names(article.get("author"), known), *(_names(meta.get(key), {}) for key in _AUTHORS)]
    titles, outlets = list(map(meta.get, _TITLES)), list(map(meta.get, _OUTLETS))
    return Declared(
        title=_first([titles[0], article.get("headline"), *titles[1:]]),
        author="; ".join(next(filter(None, authors), [])) or None,
        published=_day([article.get("datePublished"), *map(meta.get, _TIMES)]),
        outlet=_first([outlets[0], *_names(article.get("publisher"), known), *outlets[1:]]),
        url=_first([links.get("canonical"), meta.get("og:url")]),
        license=_first([*(node.get("license") for node in articles), links.get("license")]),
    )


def _linked_data(script: str) -> list[dict[str, Any]]:
    start = _WRAPPED.match(script)
    try:
        value, _ = _DECODER.raw_decode(script, start.end() if start else 0)  # what closes the wrapping is not read
        return list(_nodes(value))
    except (ValueError, RecursionError):
        return []


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _nodes(part)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLE.search(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _meta(head: Head) -> dict[str, str]:
    """Return the first content of each meta element by its key, in lower case and with a dot after ``dc``."""
    found: dict[str, str] = {}
    for key, content in head.metas:
        if said := content.strip():
            for name in key.lower().split():
                found.setdefault(name.replace(":", ".", 1) if name.startswith(("dc:", "dcterms:")) else name, said)
    return found


def _links(head: Head) -> dict[str, str]:
    found: dict[str, str] = {}
    for relation, address in head.links:
        for kind in relation.lower().split():
            found.setdefault(kind, address.strip())
    return found


def _names(value: object, known: dict[str, dict[str, Any]], depth: int = 3) -> list[str]:
    """Return the names of people or of an organisation, however JSON-LD says them; addresses are no names."""
    if isinstance(value, list):
        found = [name for one in value for name in _names(one, known, depth - 1)] if depth else []
        return list(dict.fromkeys(found))
    if isinstance(value, dict):
        given = value.get("name")
        if given is None and isinstance(value.get("@id"), str):
            given = known.get(value["@id"], {}).get("name")
        value = given
    if not isinstance(value, str):
        return _names(value, known, depth - 1) if depth and value else []
    name = _BY.sub("", _plain(value), count=1) if _BY.match(_plain(value)) else _plain(value)
    return [name] if name and len(name) <= _NAME_LENGTH and not _ADDRESS.match(name) else []


def _first(values: Iterable[object]) -> str | None:
    """Return the first text that says something."""
    return next((said for value in values if isinstance(value, str) and (said := _plain(value))), None)


def _plain(value: str) -> str:
    return " ".join(unescape(value).split())


def _day(values: Iterable[object]) -> str | None:
    """Return the first of these times as a day, in the page's own time zone."""
    for value in values:
        found = _DAY.match(value.strip()) if isinstance(value, str) else None
        if found and int(found.group(1)) in _YEARS:
            day = "-".join(found.groups())
            try:
                datetime.fromisoformat(day)
            except ValueError:
                continue
            return day
    return None

"""Datelines: the place, day and agency ahead of a report's first words."""

from __future__ import annotations

import re

from annotate.corpus.rules import MONTHS

_HEAD = re.compile(r"(?P<head>[^\n—–]{2,90}?)\s*(?:[—–]|\s--?|--)\s+(?=\S)")
_AGENCY = re.compile(r"\((?P<name>[^()]{2,40})\)$")
_DAY = re.compile(rf",?\s+(?:{MONTHS})\s+\d{{1,2}}(?:,?\s+\d{{4}})?$", re.IGNORECASE)
_NO_PLACE = frozenset(
    [
        "breaking",
        "update",
        "updated",
        "live",
        "watch",
        "exclusive",
        "opinion",
        "analysis",
        "explainer",
        "video",
        "photos",
        "alert",
        "note",
        "q",
        "a",
        "faq",
    ]
)
_NAMES = 6


def dateline_end(line: str) -> int | None:
    """Return where the dateline at the start of a line ends, its dash included; none where there is none.

    A dateline is a place in capitals, or any place followed by an agency in brackets, with or without a day, and then
    a dash and a capital or a digit.

    >>> line = "HARROWMERE, March 3 (Corvane Press) — Four guards were seized."
    >>> line[:dateline_end(line)]
    'HARROWMERE, March 3 (Corvane Press) —'
    """
    found = _HEAD.match(line)
    if not found or line[found.end()].islower():
        return None
    head = found.group("head").strip()
    agency = _AGENCY.search(head)
    named = agency is not None and agency.group("name")[:1].isupper()
    place = head[: agency.start()].strip() if agency else head
    place = _DAY.sub("", place)
    city = place.split(",")[0].strip()
    if not city or city.casefold() in _NO_PLACE or len(place.split()) > _NAMES:
        return None
    capitals = city.isupper() and sum(c.isalpha() for c in city) > 1
    if capitals or (named and all(word[:1].isupper() or not word[:1].isalpha() for word in city.split())):
        return len(line[: found.end()].rstrip())
    return None

"""What changed between two versions of a codebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from annotate.codebook.scheme import Codebook


class Change(msgspec.Struct, frozen=True):
    """One value that is not the same.

    Attributes:
        place: where it stands, in names, as in ``claim.verified.definition``.
        old: none where it is new; likewise `new` where it is gone.
        labels: whether existing annotations are touched: a label, layer, link, decision or rule went, came or moved.
    """

    place: str
    old: str | None
    new: str | None
    labels: bool


_LOOKS = frozenset(
    {"hotkey", "color", "title", "definition", "question", "examples", "near_misses", "text", "instruction"}
)
"""Fields that change what annotators see and not what annotations hold."""


def difference(old: Codebook, new: Codebook) -> list[Change]:
    """Return every change from one codebook to another, in the order of the new one, what is gone last.

    >>> from annotate.codebook import load
    >>> difference(load(), load())
    []
    """
    before, after = dict(_values(_plain(old))), dict(_values(_plain(new)))
    order = [*after, *(place for place in before if place not in after)]
    return [
        Change(place, before.get(place), after.get(place), _touches(place))
        for place in order
        if before.get(place) != after.get(place)
    ]


def _plain(book: Codebook) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(book)
    return plain


def _values(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield (place, value as text); an entry of a list of named parts stands under its name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list | tuple) and value and isinstance(value[0], dict) and (key := _key(value[0])):
        for inner in value:
            yield f"{place}.{inner[key]}", "there"
            yield from _values({name: one for name, one in inner.items() if name != key}, f"{place}.{inner[key]}")
    else:
        yield place, value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _key(part: dict[str, Any]) -> str | None:
    """Return the field that tells such parts of a codebook apart."""
    return next((name for name in ("name", "title", "ask") if name in part), None)


def _touches(place: str) -> bool:
    return place.partition(".")[0] not in {
        "version",
        "guideline",
        "instruction",
        "title",
        "case",
        "question",
    } and not _LOOKS & set(place.split("."))

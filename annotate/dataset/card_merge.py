"""A card that is made again and edited by hand: what a maintainer changed on the Hub stays.

Three cards are compared: the one made now, the one on the Hub, and of the one made last time what `memory` kept. A part
that reads on the Hub as it was made is ours and is replaced; any other is the maintainer's. Parts are the fields of the
metadata and the sections of the text (from one heading of the second level to the next).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from annotate.errors import DataError

OURS = frozenset({"configs", "dataset_info", "size_categories", "model-index"})
"""Fields that follow from the data: always those made now."""

_HEAD = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r" {0,3}(```|~~~)")


class Memory(msgspec.Struct, frozen=True):
    """What was published last time.

    Attributes:
        metadata: of the card as it was made, without `OURS`.
        sections: heading → a hash of each section, likewise.
        files: every path.
    """

    metadata: dict[str, Any] = {}
    sections: dict[str, str] = {}
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Merged:
    """The card to publish, and the parts in which the Hub's reading was kept against the one made now."""

    text: str
    kept: tuple[str, ...]


def memory(made: str, files: Iterable[str] = ()) -> Memory:
    """Return what to remember of a card, and of the files beside it."""
    metadata, _, body = split(made)
    return Memory(
        metadata={name: value for name, value in metadata.items() if name not in OURS},
        sections={heading: _hash(text) for heading, text in sections(body).items()},
        files=tuple(sorted(files)),
    )


def merge(made: str, there: str, last: Memory) -> Merged:
    """Return the card to publish, from the one made now and the one on the Hub.

    Raises:
        DataError: the metadata of the card on the Hub cannot be read.
    """
    if made == there:
        return Merged(made, ())
    metadata, head, body = split(made)
    theirs, their_head, their_body = split(there)
    fields, kept = _merge_fields(metadata, theirs, last.metadata)
    told, kept_sections = _merge_sections(sections(body), sections(their_body), last.sections)
    if fields == theirs:
        head = their_head
    elif fields != metadata:
        head = dump(fields)
    return Merged(f"---\n{head}---\n{told}", (*kept, *kept_sections))


def _merge_fields(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], last: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    merged, kept = dict(ours), []
    for name, value in theirs.items():
        if name in OURS or value in (last.get(name, _NOTHING), ours.get(name, _NOTHING)):
            continue
        merged[name] = value
        mine, before = ours.get(name), last.get(name, [])
        if isinstance(value, list) and isinstance(mine, list) and isinstance(before, list):
            gone = [one for one in before if one not in mine]
            merged[name] = [one for one in value if one not in gone]
            merged[name] += [one for one in mine if one not in value and one not in before]
        if merged[name] != mine:
            kept.append(name)
    for name in ours:
        if name in last and name not in theirs and name not in OURS:  # the maintainer took it out
            del merged[name]
            kept.append(f"{name} (taken out)")
    return merged, kept


_NOTHING = object()


def _merge_sections(
    ours: Mapping[str, str], theirs: Mapping[str, str], last: Mapping[str, str]
) -> tuple[str, list[str]]:
    order, kept = list(theirs), []
    result: dict[str, str] = {}
    for heading, text in theirs.items():
        written = last.get(heading) == _hash(text)
        if heading in ours:
            same = written or _hash(ours[heading]) == _hash(text)
            result[heading] = ours[heading] if same else text
            kept += [] if same else [_named(heading)]
        elif not written:
            result[heading] = text
            kept.append(_named(heading))
    before = ""
    order = order if "" in order else ["", *order]  # what stands before the first heading stays before it
    for heading, text in ours.items():
        if heading not in theirs:
            if heading in last:
                kept.append(f"{_named(heading)} (taken out)")
                continue
            at = order.index(before) + 1 if before in order else len(order)
            if heading:
                order.insert(at, heading)
            result[heading] = text
        before = heading
    return "".join(_ended(result[heading]) for heading in order if heading in result).rstrip("\n") + "\n", kept


def _named(heading: str) -> str:
    return f"section {heading!r}" if heading else "the beginning of the text"


def _ended(text: str) -> str:
    """Return a section that the next heading can follow."""
    return text.rstrip("\n") + "\n\n" if text.strip() else ""


def split(card: str) -> tuple[dict[str, Any], str, str]:
    """Return a card's metadata, their text, and the text below them.

    Raises:
        DataError: the metadata are no YAML, or no fields.
    """
    import yaml  # type: ignore[import-untyped]  # it ships no types

    card = card.removeprefix("\ufeff").replace("\r\n", "\n")
    if not (found := _HEAD.match(card)):
        return {}, "", card
    try:
        metadata = yaml.safe_load(found[1]) or {}
    except yaml.YAMLError as error:
        message = f"its metadata are no YAML: {' '.join(str(error).split())}"
        raise DataError(message, where="README.md", hint="repair the lines between the two `---`") from error
    if not isinstance(metadata, dict):
        message = "its metadata are no fields"
        raise DataError(message, where="README.md", hint="repair the lines between the two `---`")
    return metadata, found[1], card[found.end() :]


def dump(metadata: Mapping[str, Any]) -> str:
    """Return metadata as YAML, in their order."""
    import yaml

    return str(yaml.safe_dump(dict(metadata), sort_keys=False, allow_unicode=True, width=120))


def sections(body: str) -> dict[str, str]:
    r"""Return heading → text of each section, its heading included; what stands before the first one has an empty name.

    Code that is left open is closed, so that it does not take in the sections that come to stand behind it.

    >>> sections("Hello\n## A\n1\n## B\n```\n## no heading\n```\n")
    {'': 'Hello\n', 'A': '## A\n1\n', 'B': '## B\n```\n## no heading\n```\n'}
    """
    found: dict[str, str] = {}
    name, fence = "", ""
    for line in body.splitlines(keepends=True):
        if mark := _FENCE.match(line):
            fence = ("" if mark[1] == fence else fence) if fence else mark[1]
        if not fence and line.startswith("## "):
            name = title = line[3:].strip()
            number = 1
            while name in found:
                number += 1
                name = f"{title} ({number})"
        found[name] = found.get(name, "") + line
    if fence:
        found[name] = found[name].rstrip("\n") + f"\n{fence}\n"
    return found


def _hash(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

"""Tasks made under another label config: which of their data is the text, and what their labels belong to."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from annotate.corpus.text import frozen, remap
from annotate.errors import RecordError
from annotate.records import CodebookRef, SetAside, Span, article_id, text_sha256
from annotate.studio.entries import Entry, entries, task_data, where_of
from annotate.studio.extents import trimmed
from annotate.studio.interface import TEXT
from annotate.studio.regions import Reading
from annotate.studio.results import Frame
from annotate.studio.terms import AsTheyAre, Unknown


class Foreign:
    """What the foreign tasks of one project have in common.

    Attributes:
        codebook: what they were labelled under, known by its controls and their kinds. An export holds only the labels
            that somebody used, so labels do not count: two exports of one project agree.
        objects: what their regions lie on, commonest first.
    """

    def __init__(self, tasks: Iterable[dict[str, Any]]) -> None:
        """Look through the tasks once."""
        controls: set[tuple[str, str]] = set()
        objects: Counter[str] = Counter()
        for item in (item for task in tasks for item in _items(task)):
            name, kind, on = item.get("from_name"), item.get("type"), item.get("to_name")
            if isinstance(name, str) and isinstance(kind, str):
                controls.add((name, kind))
            if isinstance(on, str):
                objects[on] += 1
        digest = hashlib.sha256(msgspec.json.encode(sorted(controls))).hexdigest()[:16]
        self.codebook = CodebookRef(name=f"foreign:{digest[:8]}", version="0", hash=digest)
        self.objects = [name for name, _ in objects.most_common()]

    def shown(self, task: dict[str, Any]) -> str | SetAside:
        """Return the text that a task shows: the data key named like its object, or the one long string."""
        data = task_data(task)
        for key in (*self.objects, TEXT):
            if isinstance(data.get(key), str):
                return str(data[key])
        strings = sorted((value for value in data.values() if isinstance(value, str)), key=len, reverse=True)
        if len(strings) == 1 or (len(strings) > 1 and len(strings[0]) >= 2 * len(strings[1])):
            return strings[0]
        keys = ", ".join(repr(key) for key in list(data)[:5])
        return SetAside(reason="no_text", where=where_of(task), detail=f"which of its data ({keys}) is the text?")

    def text(self, task: dict[str, Any]) -> str | SetAside:
        """Return the text as an article holds it: frozen, without white space at its ends."""
        shown = self.shown(task)
        if isinstance(shown, SetAside):
            return shown
        try:
            text = frozen(shown).strip()
        except RecordError as error:
            return SetAside(reason="no_text", where=where_of(task), detail=str(error))
        return text or SetAside(reason="no_text", where=where_of(task), detail="the task's text is empty")

    def frame(self, task: dict[str, Any], project: str, notes: Counter[str]) -> Frame | SetAside:
        """Return what a task's annotations share; ``notes`` counts what is put right."""
        shown, text = self.shown(task), self.text(task)
        if isinstance(shown, SetAside):
            return shown
        if isinstance(text, SetAside):
            return text
        return Frame(
            shown=shown,
            article_id=article_id(text),
            sha256=text_sha256(text),
            codebook=self.codebook,
            terms=AsTheyAre(),
            project=project,
            settle=None if shown == text else _settling(shown, notes),
        )


def _settling(shown: str, notes: Counter[str]) -> Callable[[Reading, str], Reading]:
    """Return what moves a reading from the text shown into the article's."""
    text = frozen(shown)
    lead = len(text) - len(text.lstrip())

    def settle(reading: Reading, where: str) -> Reading:
        kept: list[Span] = []
        aside = list(reading.aside)
        offsets = iter(remap(shown, [offset for span in reading.spans for offset in (span.start, span.end)]))
        for span, start, end in zip(reading.spans, offsets, offsets, strict=True):
            try:
                there = trimmed(text, start, end, notes)
            except Unknown as problem:
                aside.append(SetAside(reason=problem.reason, where=where, detail=problem.detail))
            else:
                moved = {"start": there.start - lead, "end": there.end - lead, "text": there.of(text)}
                kept.append(msgspec.structs.replace(span, **moved))
        names = {span.id for span in kept}
        links = [link for link in reading.links if {link.from_, link.to} <= names]
        return Reading(spans=kept, links=links, decisions=reading.decisions, aside=aside)

    return settle


def _items(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in entries(task):
        if isinstance(entry, Entry):
            yield from (item for item in entry.result or [] if isinstance(item, dict))

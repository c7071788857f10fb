"""A downloaded JSON export → annotations, whoever's label config it was made under.

Tasks that this toolkit pushed are read by the codebook. All others are foreign: a control becomes a layer, its values
the labels, answers about the whole task become decisions, and the codebook is named after the controls. The text of a
foreign task is frozen and its offsets move with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from annotate.codebook import Codebook
from annotate.errors import RecordError
from annotate.files import opened
from annotate.records import Annotation, Article, SetAside, article_id
from annotate.studio.entries import entries, task_data
from annotate.studio.foreign import Foreign
from annotate.studio.results import Pseudonym, is_ours, newest, task_annotations, within

EXPORT_LIMIT = 512 * 2**20
"""Largest export read, in bytes: its text is held in memory, its tasks are decoded one by one."""

_HINT = "choose JSON (not JSON-MIN, CSV or CoNLL) when you export from Label Studio"


class Export:
    """A JSON export of Label Studio: an array of tasks with their annotations and drafts.

    Raises:
        StorageError: the file cannot be read.
        RecordError: it is over `EXPORT_LIMIT`, or no JSON array.
    """

    def __init__(self, path: Path) -> None:
        """Read the file (``-``: standard input) and tell its tasks apart, without decoding them."""
        self.name = path.name
        self._raw = _raw_tasks(path)

    def tasks(self) -> Iterator[dict[str, Any] | SetAside]:
        """Yield the tasks, decoded one by one; what is no task comes as a `SetAside`."""
        for number, raw in enumerate(self._raw, start=1):
            where = f"{self.name}, task number {number}"
            try:
                task = msgspec.json.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield SetAside(reason="not_json", where=where, detail=f"not JSON: {error}")
                continue
            if isinstance(task, dict) and task_data(task) and isinstance(task.get("annotations"), list):
                yield task
            else:
                detail = f"no task with data and annotations; {_HINT}"
                yield SetAside(reason="not_a_task", where=where, detail=detail)

    def annotations(
        self, codebook: Codebook, pseudonym: Pseudonym, notes: Counter[str] | None = None
    ) -> Iterator[Annotation | SetAside]:
        """Yield every annotator's work on every article; what cannot be used comes as a `SetAside`.

        Where the same text stands in several tasks, each person's newest work counts.

        Args:
            codebook: what the labels of tasks of ours mean.
            pseudonym: makes a pseudonym of an e-mail address.
            notes: counts ``tasks``, ``untouched`` ones, and what was put right on the way.
        """
        return newest(self._annotations(codebook, pseudonym, Counter() if notes is None else notes))

    def _annotations(
        self, codebook: Codebook, pseudonym: Pseudonym, notes: Counter[str]
    ) -> Iterator[Annotation | SetAside]:
        for task in self.tasks():
            if isinstance(task, SetAside):
                yield task
                continue
            notes["tasks"] += 1
            notes["untouched"] += next(entries(task), None) is None
            if is_ours(task):
                yield from task_annotations(task, None, codebook, pseudonym, project=self.name, notes=notes)
                continue
            frame = self.foreign.frame(task, self.name, notes)
            if isinstance(frame, SetAside):
                yield frame
            else:
                yield from within(task, frame, pseudonym, {}, notes)

    def articles(self) -> Iterator[Article | SetAside]:
        """Yield the articles of the foreign tasks, each text once, so that the next stages have them."""
        from annotate.corpus.article import make_article

        seen: set[str] = set()
        for task in self._foreign_tasks():
            text = self.foreign.text(task)
            if isinstance(text, SetAside):
                yield text
            elif (name := article_id(text)) not in seen:
                seen.add(name)
                url = task_data(task).get("url")
                yield make_article(text, url=url if isinstance(url, str) else None, source=self.name)

    @cached_property
    def foreign(self) -> Foreign:
        """What the foreign tasks have in common."""
        return Foreign(self._foreign_tasks())

    def _foreign_tasks(self) -> Iterator[dict[str, Any]]:
        return (task for task in self.tasks() if not isinstance(task, SetAside) and not is_ours(task))


def _raw_tasks(path: Path) -> list[msgspec.Raw]:
    with opened(path) as stream:
        data = stream.read(EXPORT_LIMIT + 1)
    if len(data) > EXPORT_LIMIT:
        message = f"the export is larger than {EXPORT_LIMIT:,} bytes"
        raise RecordError(message, where=str(path), hint="export the project in parts, by tabs of the Data Manager")
    try:
        return msgspec.json.decode(data, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"not a JSON export: {error}", where=str(path), hint=_HINT) from error

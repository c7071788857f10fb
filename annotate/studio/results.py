"""One task of Label Studio, as its API or an export gives it → annotations.

Every annotator's work is one record: submitted, skipped, or a draft. Where one person worked on a task several times,
the newest counts, and a draft only where there is nothing else; the rest is set aside as ``superseded``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from annotate.codebook import Codebook
from annotate.records import Annotation, Article, CodebookRef, Extent, Origin, SetAside, Status, task_key, text_sha256
from annotate.studio.entries import Entry, entries, moment, task_data, utc, where_of
from annotate.studio.interface import TEXT
from annotate.studio.regions import Reading, read
from annotate.studio.terms import Known, Terms

Pseudonym = Callable[[str], str]
"""E-mail address → pseudonym."""

_ITEM = re.compile(r":(\d{1,9})-(\d{1,9})")

DELETED = "deleted"
"""Who made an annotation whose account was deleted; a second one on the same task is ``deleted-2``."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What all annotations of one task share.

    Attributes:
        shown: the text that the annotators saw, in which their offsets count.
        article_id: of the frozen text.
        sha256: of the frozen text.
        codebook: under which they were made.
        item: the sentence that was shown, where it was one.
        terms: what their labels mean.
        project: title or id of the project, or the name of the export.
        settle: moves what was read into the frozen text, where that is another than the one shown.
    """

    shown: str
    article_id: str
    sha256: str
    codebook: CodebookRef
    item: Extent | None = None
    terms: Terms
    project: str | None = None
    settle: Callable[[Reading, str], Reading] | None = None


def task_annotations(
    task: Any,
    article: Article | None,
    codebook: Codebook,
    pseudonym: Pseudonym,
    *,
    emails: Mapping[int, str] | None = None,
    project: str | None = None,
    notes: Counter[str] | None = None,
) -> Iterator[Annotation | SetAside]:
    """Yield the annotations of one task of ours; what fails comes as a `SetAside`, and no task makes it raise.

    A span that fails its proof is set aside alone; all annotations of a task are, where its text is another than the
    article's or the labels are another codebook's.

    Args:
        task: the task's JSON with ``data``, ``annotations`` and ``drafts``; anything may be in it.
        article: the frozen article; without it the task's own text counts, proved by the hash beside it.
        codebook: what the labels mean.
        pseudonym: makes a pseudonym of an e-mail address.
        emails: user id → e-mail address, where the task names its annotators by id.
        project: title or id of the project, or the name of the export.
        notes: counts what was put right on the way (see `annotate.studio.regions.read`).
    """
    frame = _frame(task, article, codebook, project)
    if isinstance(frame, SetAside):
        yield frame
    else:
        yield from within(task, frame, pseudonym, emails or {}, Counter() if notes is None else notes)


def is_ours(task: Any) -> bool:
    """Return whether a task was pushed by this toolkit."""
    data = task_data(task)
    return all(isinstance(data.get(key), str) for key in (TEXT, "article_id", "codebook"))


def parse_ref(text: str) -> CodebookRef | None:
    """Return the codebook that a task's data name as ``name@version#hash``; none where they name none.

    >>> parse_ref("credibility@1.0.0#0123abcd").version
    '1.0.0'
    """
    name, at, rest = text.partition("@")
    version, mark, digest = rest.partition("#")
    return CodebookRef(name=name, version=version, hash=digest) if name and at and mark and digest else None


def parse_item(key: str, article: str) -> Extent | None:
    """Return the sentence that a task's key names as ``article:start-end``; none where it is the whole article's.

    >>> parse_item("6f2a:10-42", "6f2a")
    Extent(start=10, end=42)
    """
    found = _ITEM.fullmatch(key.removeprefix(article)) if article and key.startswith(article) else None
    return Extent(start=int(found.group(1)), end=int(found.group(2))) if found else None


def _frame(task: Any, article: Article | None, codebook: Codebook, project: str | None) -> Frame | SetAside:
    data, where = task_data(task), where_of(task)
    if not is_ours(task):
        return SetAside(reason="not_ours", where=where, detail="the task's data hold no article of this toolkit")
    text, name, ref = data[TEXT], data["article_id"], parse_ref(data["codebook"])
    if ref is None or ref.name != codebook.name:
        detail = f"made under codebook {data['codebook'][:80]!r}, read with {codebook.name!r}"
        return SetAside(reason="other_codebook", where=where, detail=detail)
    sha256 = article.sha256 if article is not None else str(data.get("text_sha256"))
    item = parse_item(str(data.get("task")), name)
    proved = _has_hash(text, sha256) if item is None else article is None or item.of(article.text) == text
    if not name or not sha256.startswith(name) or not proved:
        detail = f"the task's text is not that of article {name[:64]!r}: its annotations were made on another text"
        return SetAside(reason="text_mismatch", where=where, detail=detail)
    told = task.get("project")
    named = project or (str(told) if isinstance(told, int | str) else None)
    return Frame(
        shown=text,
        article_id=name,
        sha256=sha256,
        codebook=ref,
        item=item,
        terms=Known(codebook),
        project=named,
        settle=None if item is None else _moved_by(item.start),
    )


def _moved_by(start: int) -> Callable[[Reading, str], Reading]:
    """Return what moves a reading of one sentence into its article."""

    def settle(reading: Reading, _where: str) -> Reading:
        spans = [
            msgspec.structs.replace(span, start=span.start + start, end=span.end + start) for span in reading.spans
        ]
        return msgspec.structs.replace(reading, spans=spans)

    return settle


def _has_hash(text: str, sha256: str) -> bool:
    try:
        return text_sha256(text) == sha256
    except UnicodeEncodeError:  # a lone surrogate, which no frozen text has
        return False


def within(
    task: dict[str, Any], frame: Frame, pseudonym: Pseudonym, emails: Mapping[int, str], notes: Counter[str]
) -> Iterator[Annotation | SetAside]:
    """Yield the annotations of one task, given what they share; the newest of each person, the others set aside."""
    found: list[tuple[str, Entry]] = []
    newest: dict[str, Entry] = {}
    deleted = 0
    for entry in entries(task):
        if isinstance(entry, SetAside):
            yield entry
            continue
        person = entry.person(emails)
        deleted += person is None
        who = pseudonym(person) if person else DELETED + (f"-{deleted}" if deleted > 1 else "")
        found.append((who, entry))
        newest[who] = max(newest.get(who, entry), entry, key=lambda one: one.rank)
    for who, entry in found:
        where, latest = where_of(task, entry), newest[who]
        if entry is not latest:
            detail = (
                f"{who} {'saved' if latest.is_draft else 'finished'} {where_of(task, latest)}, which counts instead"
            )
            yield SetAside(reason="superseded", where=where, detail=detail)
            continue
        reading = read(entry.result or [], frame.shown, frame.terms, where, notes)
        reading = frame.settle(reading, where) if frame.settle else reading
        yield from reading.aside
        yield _annotation(task, entry, who, frame, reading)


def _annotation(task: dict[str, Any], entry: Entry, who: str, frame: Frame, reading: Reading) -> Annotation:
    number = task.get("id")
    return Annotation(
        article_id=frame.article_id,
        text_sha256=frame.sha256,
        annotator=who,
        status=entry.status,
        codebook=frame.codebook,
        item=frame.item,
        spans=tuple(sorted(reading.spans, key=lambda span: (span.start, span.end, span.layer, span.label, span.id))),
        links=tuple(reading.links),
        decisions=reading.decisions,
        created=utc(entry.created_at),
        updated=utc(entry.updated_at),
        lead_time=entry.lead_time,
        origin=Origin(
            tool="label-studio",
            project=frame.project,
            task=number if isinstance(number, int) else None,
            annotation=entry.id,
            suggestion=entry.suggestion(task.get("predictions")),
        ),
    )


def newest(stream: Iterable[Annotation | SetAside]) -> Iterator[Annotation | SetAside]:
    """Yield what was set aside, and then one annotation a person and text shown, though it stood in several tasks.

    Deleted accounts are not one person.
    """
    counting: dict[object, Annotation] = {}
    for found in stream:
        if isinstance(found, SetAside):
            yield found
            continue
        deleted = found.annotator.startswith(DELETED)
        key: object = len(counting) if deleted else (task_key(found.article_id, found.item), found.annotator)
        before = counting.get(key)
        counting[key] = found if before is None else max(before, found, key=_rank)
        if before is not None:
            older = before if counting[key] is found else found
            latest = f"task {_task(counting[key])}"
            detail = f"{found.annotator} labelled the same text again in {latest}, which counts instead"
            yield SetAside(reason="superseded", where=f"task {_task(older)}", detail=detail)
    yield from counting.values()


def _rank(annotation: Annotation) -> tuple[bool, datetime, int]:
    stamp = moment(annotation.updated) or moment(annotation.created) or datetime.min.replace(tzinfo=UTC)
    return annotation.status != Status.DRAFT, stamp, _task(annotation) or 0


def _task(annotation: Annotation) -> int | None:
    return annotation.origin.task if annotation.origin else None

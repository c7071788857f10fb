"""Who did what on a task, and when: the annotations and drafts of Label Studio's task JSON, before their content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from annotate.records import SetAside, Status


class Entry(msgspec.Struct, frozen=True):
    """One annotation or draft, as Label Studio writes it."""

    id: int | None = None
    completed_by: int | dict[str, Any] | None = None
    user: int | str | dict[str, Any] | None = None
    was_cancelled: bool | None = None
    result: list[Any] | None = None
    created_at: str | None = None
    updated_at: str | None = None
    lead_time: float | None = None
    parent_prediction: int | None = None
    prediction: dict[str, Any] | int | None = None
    is_draft: bool = False

    @property
    def status(self) -> Status:
        """How far its annotator came."""
        if self.is_draft:
            return Status.DRAFT
        return Status.SKIPPED if self.was_cancelled else Status.SUBMITTED

    @property
    def rank(self) -> tuple[bool, datetime, int]:
        """Which of one person's entries counts: the greatest; a draft only where there is nothing else."""
        stamp = moment(self.updated_at) or moment(self.created_at) or datetime.min.replace(tzinfo=UTC)
        return not self.is_draft, stamp, self.id or 0

    def person(self, emails: Mapping[int, str]) -> str | None:
        """Return the annotator's e-mail address, ``user:ID`` where it is not told, none for a deleted account."""
        who: object = self.completed_by if self.completed_by is not None else self.user
        if isinstance(who, dict):
            email = who.get("email")
            who = email if isinstance(email, str) and email else who.get("id")
        if isinstance(who, int):
            return emails.get(who, f"user:{who}")
        return who if isinstance(who, str) and who else None

    def suggestion(self, predictions: Any) -> str | None:
        """Return the model of the suggestion it was started from; ``predictions`` are the task's, where it tells them."""
        known = [self.prediction] if isinstance(self.prediction, dict) else []
        if self.parent_prediction is not None and isinstance(predictions, list):
            known += [p for p in predictions if isinstance(p, dict) and p.get("id") == self.parent_prediction]
        models = [prediction.get("model_version") for prediction in known]
        return next((model for model in models if isinstance(model, str)), None)


def entries(task: dict[str, Any]) -> Iterator[Entry | SetAside]:
    """Yield the annotations and then the drafts of a task; what is neither comes as a `SetAside`."""
    for key, is_draft in (("annotations", False), ("drafts", True)):
        listed = task.get(key)
        for given in listed if isinstance(listed, list) else []:
            try:
                entry = msgspec.convert(given, Entry)
            except msgspec.ValidationError as error:
                detail = f"not one of Label Studio's {key}: {error}"
                yield SetAside(reason="schema", where=where_of(task), detail=detail)
            else:
                yield msgspec.structs.replace(entry, is_draft=is_draft)


def task_data(task: Any) -> dict[str, Any]:
    """Return a task's data; empty where it has none."""
    data = task.get("data") if isinstance(task, dict) else None
    return data if isinstance(data, dict) else {}


def where_of(task: Any, entry: Entry | None = None) -> str:
    """Return the words that name a task, or one annotation on it, in what is set aside."""
    number = task.get("id") if isinstance(task, dict) else None
    named = f"task {number}" if isinstance(number, int) else "a task without id"
    return named if entry is None else f"{named}, {'draft' if entry.is_draft else 'annotation'} {entry.id}"


def moment(stamp: str | None) -> datetime | None:
    """Return an ISO 8601 time with its zone, in UTC; none where it is no such time."""
    try:
        parsed = datetime.fromisoformat(stamp or "")
        return parsed.astimezone(UTC) if parsed.tzinfo else None
    except (ValueError, OverflowError):
        return None


def utc(stamp: str | None) -> str | None:
    """Return an ISO 8601 time as one in UTC; none where it is no such time.

    >>> utc("2026-01-02T03:04:05+01:00")
    '2026-01-02T02:04:05Z'
    """
    parsed = moment(stamp)
    return parsed.isoformat().replace("+00:00", "Z") if parsed else None

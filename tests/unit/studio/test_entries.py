"""Who did what and when, from Label Studio's task JSON."""

from __future__ import annotations

import pytest

from annotate.records import SetAside, Status
from annotate.studio.entries import Entry, entries, moment, utc, where_of


def test_annotations_come_before_drafts() -> None:
    """Annotations and drafts are read in that order, and what is neither is set aside."""
    task = {"id": 3, "annotations": [{"id": 1}, "text", {"id": "one"}], "drafts": [{"id": 2}]}
    found = list(entries(task))
    assert [(one.id, one.status) for one in found if isinstance(one, Entry)] == [
        (1, Status.SUBMITTED),
        (2, Status.DRAFT),
    ]
    assert [(one.reason, one.where) for one in found if isinstance(one, SetAside)] == [("schema", "task 3")] * 2


def test_an_empty_task_has_no_entries() -> None:
    """A task without lists has nothing on it."""
    assert list(entries({})) == []
    assert list(entries({"annotations": None, "drafts": "x"})) == []


@pytest.mark.parametrize(
    ("entry", "person"),
    [
        (Entry(completed_by={"id": 1, "email": "ada@localhost"}), "ada@localhost"),
        (Entry(completed_by={"id": 2, "email": ""}), "ben@localhost"),
        (Entry(completed_by=2), "ben@localhost"),
        (Entry(completed_by=3), "user:3"),
        (Entry(user="cyd 🕊"), "cyd 🕊"),
        (Entry(completed_by={"id": [1]}), None),
        (Entry(), None),
    ],
)
def test_people_are_named_as_well_as_can_be(entry: Entry, person: str | None) -> None:
    """An address where one is told, else the number, else nobody."""
    assert entry.person({2: "ben@localhost"}) == person


def test_times_come_in_utc() -> None:
    """A time with its zone is told in UTC; what is none, or has no zone, is not."""
    assert utc("2026-01-02T03:04:05.250000+01:00") == "2026-01-02T02:04:05.250000Z"
    assert [utc(stamp) for stamp in ("", None, "yesterday", "2026-01-02T03:04:05", "9999-12-31T23:59:59-14:00")] == [
        None
    ] * 5
    assert moment("2026-01-02T00:00:00Z") is not None


def test_places_have_names() -> None:
    """What is set aside can be found again."""
    assert where_of({"id": 4}, Entry(id=5, is_draft=True)) == "task 4, draft 5"
    assert where_of(None) == "a task without id"

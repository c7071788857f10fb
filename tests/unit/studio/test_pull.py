"""What of a pull needs no server: which tasks changed, and whom of an old file to trust."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from annotate.errors import StorageError
from annotate.files import write
from annotate.records import Annotation, CodebookRef, Origin, Status
from annotate.studio.client import TaskState
from annotate.studio.pseudonyms import Pseudonyms
from annotate.studio.pull import changed, last

EARLY, LATE = "2026-02-01T10:00:00Z", "2026-02-01T11:00:00Z"


def record(task: int, updated: str = EARLY, status: Status = Status.SUBMITTED, who: str = "a") -> Annotation:
    """Return an annotation as the last pull wrote it."""
    return Annotation(
        article_id="x",
        text_sha256="x",
        annotator=who,
        status=status,
        codebook=CodebookRef(name="c", version="1", hash="0"),
        updated=updated,
        origin=Origin(tool="label-studio", project="P", task=task),
    )


def state(number: int, updated: str = EARLY, **more: Any) -> TaskState:
    """Return what the server tells of a task now."""
    given = {"key": "x", "submitted": 1, "skipped": 0, "drafts": False, "models": frozenset()} | more
    return TaskState(id=number, updated=updated, **given)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (state(1, LATE), "the task changed since"),
        (state(1, submitted=2), "somebody submitted"),
        (state(1, submitted=0, skipped=1), "it became a skip"),
        (state(1, submitted=0), "the annotation was deleted"),
        (state(1, drafts=True), "a draft leaves no trace"),
        (state(1, key="y"), "the number now belongs to another article"),
        (state(1, ""), "the server tells no time"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_task_that_changed_is_fetched(now: TaskState, why: str) -> None:
    """Each way in which a task can change is seen."""
    assert changed([now], {1: [record(1)], 2: [record(2, "2026-02-01T10:30:00Z")]}) == [1], why


def test_an_unchanged_task_is_not() -> None:
    """What was there and did not change is left; what nobody touched is too."""
    known = {1: [record(1)], 2: [record(2, LATE)]}
    assert changed([state(1), state(3, LATE, submitted=0)], known) == []
    assert changed([state(1), state(2, LATE)], {}) == [1, 2]
    assert changed([], known) == []


def test_just_before_the_newest_is_looked_at_again() -> None:
    """A change may be stamped before it can be seen: two minutes are looked at again."""
    known = {1: [record(1, "2026-02-01T10:58:30Z")], 2: [record(2, LATE)]}
    assert changed([state(1, "2026-02-01T10:58:30Z"), state(2, LATE)], known) == [1, 2]


def test_of_an_old_file_only_what_our_key_made_is_taken(tmp_path: Path) -> None:
    """Strangers, broken lines and a file that is not there give nothing; deleted accounts are kept."""
    keys = Pseudonyms(tmp_path / "keys")
    ours = record(1, who=keys("ada@localhost"))
    gone, stranger = record(2, who="deleted"), record(3, who="a0123456789")
    path = tmp_path / "a.jsonl"
    write(path, [ours, stranger, gone])
    with path.open("ab") as stream:
        stream.write(b'{"article_id": "\xff\n[]\n\n{}\n')
    assert list(last(path, keys)) == [ours, gone]
    assert list(last(tmp_path / "none.jsonl", keys)) == []
    (tmp_path / "keys" / "key").write_text("11" * 32)  # another key: the old names mean nobody any more
    assert list(last(path, Pseudonyms(tmp_path / "keys"))) == [gone]


def test_an_old_file_that_is_a_folder_is_an_error(tmp_path: Path) -> None:
    """What cannot be read at all is said."""
    with pytest.raises(StorageError):
        list(last(tmp_path, Pseudonyms(tmp_path / "keys")))

"""One task → annotations: each person once, the newest; on another text or codebook, none."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.codebook import Codebook, load
from annotate.records import Annotation, Article, CodebookRef, Origin, SetAside, Status, article_id, text_sha256
from annotate.studio.results import is_ours, newest, parse_ref, task_annotations

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
TIMES = st.sampled_from(
    ["2026-02-01T10:00:00Z", "2026-02-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "id": JSON,
        "completed_by": JSON | st.sampled_from([1, {"id": 1}, {"email": "ada@localhost"}]),
        "user": JSON,
        "was_cancelled": JSON,
        "result": JSON,
        "created_at": JSON | TIMES,
        "updated_at": JSON | TIMES,
        "lead_time": JSON,
        "parent_prediction": JSON,
        "prediction": JSON | st.just({"model_version": "m"}),
    },
)


def read(task: Any, book: Codebook, article: Article | None = None, **more: Any) -> list[Annotation | SetAside]:
    """Return what a task gives."""
    return list(task_annotations(task, article, book, lambda email: f"<{email}>", **more))


def test_submitted_skipped_and_drafted_are_told_apart(exported: Any, done: Any, book: Codebook) -> None:
    """Each annotator's work is one record with its status, times and origin."""
    task = exported(
        done(1, "ada@localhost"),
        done(2, "ben@localhost", was_cancelled=True),
        drafts=[{"id": 3, "user": "cyd@localhost", "result": [], "updated_at": "2026-02-01T11:00:00+01:00"}],
        project=5,
    )
    records = [record for record in read(task, book) if isinstance(record, Annotation)]
    assert [(record.annotator, record.status) for record in records] == [
        ("<ada@localhost>", Status.SUBMITTED),
        ("<ben@localhost>", Status.SKIPPED),
        ("<cyd@localhost>", Status.DRAFT),
    ]
    assert records[0].origin == Origin(tool="label-studio", project="5", task=7, annotation=1)
    assert records[0].lead_time == 3.5
    assert records[2].updated == "2026-02-01T10:00:00Z"
    assert {record.codebook for record in records} == {book.ref}


def test_of_one_person_the_newest_counts_and_a_draft_last(exported: Any, done: Any, book: Codebook) -> None:
    """A later submission wins over an earlier one and over any draft; the others are set aside, saying so."""
    draft = {"id": 9, "user": 1, "result": [], "updated_at": "2026-03-01T00:00:00Z"}
    found = read(exported(done(5), done(30), done(6), drafts=[draft]), book, emails={1: "ada@localhost"})
    [kept] = [record for record in found if isinstance(record, Annotation)]
    assert kept.origin is not None
    assert kept.origin.annotation == 30
    aside = [record for record in found if isinstance(record, SetAside)]
    assert [record.reason for record in aside] == ["superseded"] * 3
    assert "task 7, annotation 30, which counts instead" in aside[0].detail


def test_deleted_accounts_are_not_one_person(exported: Any, done: Any, book: Codebook) -> None:
    """Work whose account is gone stays, each under a name of its own."""
    found = read(exported(done(1, None), done(2, None)), book)
    assert [record.annotator for record in found if isinstance(record, Annotation)] == ["deleted", "deleted-2"]


def test_people_known_by_number_keep_it(exported: Any, done: Any, book: Codebook) -> None:
    """Where an export names nobody, the account's number stands for the person."""
    [record] = read(exported(done(1, 4)), book)
    assert isinstance(record, Annotation)
    assert record.annotator == "<user:4>"


@pytest.mark.parametrize("text", ["Other.", "", "a\x00b", "lone \ud800"])
def test_another_text_takes_nothing_over(text: str, exported: Any, done: Any, book: Codebook) -> None:
    """Where the task's text is not what was pushed (a NUL in it, half an emoji), all of it is set aside."""
    task = exported(done(1))
    task["data"]["text"] = text
    assert [record.reason for record in read(task, book) if isinstance(record, SetAside)] == ["text_mismatch"]


def test_the_frozen_article_has_the_last_word(exported: Any, done: Any, book: Codebook, article: Article) -> None:
    """A task of the given article is read; one whose text is another article's is not."""
    assert isinstance(read(exported(done(1)), book, article)[0], Annotation)
    other = Article(id=article_id("Other."), text="Other.")
    [aside] = read(exported(done(1)), book, other)
    assert isinstance(aside, SetAside)
    assert aside.reason == "text_mismatch"


def test_labels_of_another_codebook_are_not_read(exported: Any, done: Any, book: Codebook) -> None:
    """A task made under another codebook is set aside and names it; a newer version of ours is read."""
    task = exported(done(1))
    task["data"]["codebook"] = "other@1.0#00"
    assert [record.reason for record in read(task, book) if isinstance(record, SetAside)] == ["other_codebook"]
    task["data"]["codebook"] = f"{book.name}@9.9#00"
    [record] = read(task, book)
    assert isinstance(record, Annotation)
    assert record.codebook == CodebookRef(name=book.name, version="9.9", hash="00")


def test_a_suggestion_is_named_by_its_model(exported: Any, done: Any, book: Codebook) -> None:
    """An annotation begun from a suggestion says which, whether the task or the annotation tells its model."""
    told = exported(done(1, parent_prediction=3), predictions=[{"id": 3, "model_version": "patterns 1"}])
    kept = exported(done(1, prediction={"model_version": "patterns 2"}))
    models = [record.origin.suggestion for task in (told, kept) for record in read(task, book) if record.origin]  # type: ignore[union-attr]  # annotations
    assert models == ["patterns 1", "patterns 2"]


LOADED = load()
DATA = {
    "article_id": article_id("Hi 🕊"),
    "text": "Hi 🕊",
    "text_sha256": text_sha256("Hi 🕊"),
    "codebook": "credibility@1#0",
}


@given(
    JSON
    | st.fixed_dictionaries(
        {"data": st.just(DATA) | JSON},
        optional={
            "id": JSON,
            "annotations": JSON | st.lists(ENTRIES | JSON, max_size=3),
            "drafts": JSON | st.lists(ENTRIES | JSON, max_size=2),
            "predictions": JSON,
            "project": JSON,
        },
    )
)
def test_no_task_makes_it_raise(task: Any) -> None:
    """Whatever a server or a file holds, it gives annotations and records set aside."""
    for record in newest(read(task, LOADED)):
        assert isinstance(record, Annotation | SetAside)


def test_ours_is_known_by_its_data() -> None:
    """A task of ours names article, text and codebook."""
    assert is_ours({"data": DATA})
    assert not is_ours({"data": DATA | {"codebook": None}})
    assert not is_ours(None)
    assert parse_ref("credibility") is None


def annotation(who: str, task: int, updated: str, status: Status = Status.SUBMITTED) -> Annotation:
    """Return somebody's work on one text."""
    return Annotation(
        article_id="x",
        text_sha256="x",
        annotator=who,
        status=status,
        codebook=CodebookRef(name="c", version="1", hash="0"),
        updated=updated,
        origin=Origin(tool="label-studio", task=task),
    )


def test_one_text_in_two_tasks_counts_once_a_person() -> None:
    """Where a text stands in two tasks, each person's newest work counts, a draft only where there is nothing else."""
    old, new = annotation("a", 1, "2026-01-01T00:00:00Z"), annotation("a", 2, "2026-01-02T00:00:00Z")
    draft = annotation("a", 3, "2026-01-03T00:00:00Z", Status.DRAFT)
    gone = [annotation("deleted", number, "2026-01-01T00:00:00Z") for number in (1, 2)]
    found = list(newest([old, draft, new, *gone]))
    assert [record for record in found if isinstance(record, Annotation)] == [new, *gone]
    assert Counter(record.where for record in found if isinstance(record, SetAside)) == {"task 1": 1, "task 3": 1}
